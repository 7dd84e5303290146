# SPDX-License-Identifier: GPL-2.0-or-later
# Compares a report (the input) with what is expected of it ($expectations, the text of a file of expect/), and the exit
# status with $status. Prints a complaint a line. expect/README says what the lines mean.

def words: split(" ") | map(select(. != ""));
def lines: $expectations | split("\n") | map(select(. != "" and (startswith("#") | not)));
def marked(mark): lines | map(select(startswith(mark)) | ltrimstr(mark) | words);
def keyword: . == "cell" or . == "status";
def required: lines | map(words | select((.[0] | keyword | not) and (.[0] | test("^[a-z]"))));

def fits($want; $values): $want == null or $want == "*" or any($want | split("|")[]; . as $w | any($values[]; . == $w));
def is($want): $want[0] == .rule
	and fits($want[1]; [.subject.ip, .subject.vip])
	and fits($want[2]; [.subject.mac])
	and fits($want[3]; [.severity])
	and fits($want[4]; [.confidence]);
def show: [.rule, (.subject.ip // .subject.vip // "-"), (.subject.mac // "-"), .severity, .confidence] | join(" ");

. as $report
| required as $required | marked("?") as $allowed | marked("!") as $forbidden
| ($required[] | . as $want | select(any($report.faults[]; is($want)) | not) | "missing: " + join(" ")),
  (.faults[] | . as $fault | select(any($forbidden[]; . as $want | $fault | is($want))) | "wrong: " + show),
  (.faults[] | . as $fault | select(.severity != "info")
	| select(any(($required + $allowed + $forbidden)[]; . as $want | $fault | is($want)) | not) | "unexpected: " + show),
  (.faults[] | select(.evidence == []) | "without evidence: " + show),
  (marked("cell ")[] | . as $cell
	| [$report.matrix[], $report.director_matrix[] | select((.real_server // .director) == $cell[0]) | .checks[$cell[1]].value] as $values
	| select($values == [] or any($values[]; . as $value | fits($cell[2]; [$value]) | not))
	| "cell: " + ($cell | join(" ")) + ", found " + ($values | map(tostring) | join(" "))),
  (marked("status ")[0] | select(. != null) | select(fits(.[0]; [$status]) | not) | "exit status \($status), expected \(.[0])")
