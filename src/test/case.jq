# SPDX-License-Identifier: GPL-2.0-or-later
# Compares a report (the input) with what a case's script says of it ($script, its text), and prints a complaint a line.
# $rule is the rule that the case is about, $silent says that it must not appear, $status is the exit status.

def headers(name): $script | split("\n") | map(select(startswith("# " + name + ": ")) | ltrimstr("# " + name + ": ")
	| split(" ") | map(select(. != "")));
def fits($want; $values): $want == null or $want == "*" or any($want | split("|")[]; . as $w | any($values[]; . == $w));
def is($want): . as $fault | $want[0] == $fault.rule
	and fits($want[1]; [$fault.subject.ip, $fault.subject.vip])
	and fits($want[2]; [$fault.subject.mac])
	and fits($want[3]; [$fault.severity])
	and fits($want[4]; [$fault.confidence]);
def show: [.rule, (.subject.ip // .subject.vip // "-"), (.subject.mac // "-"), .severity, .confidence] | join(" ");
def row: map(tostring) | join(" ");

. as $report
| headers("expect") as $expected
| headers("allow") as $allowed
| [.faults[] | select(.severity != "info")] as $serious
| (headers("status")[0][0] // (if $serious == [] then "0" else "1" end)) as $wanted_status
| ($expected[] | . as $want | select(any($report.faults[]; is($want)) | not) | "missing: " + row),
  (.faults[] | . as $fault
	| select(.severity != "info" or ($silent == "yes" and .rule == $rule))
	| select(any(($expected + $allowed)[]; . as $want | $fault | is($want)) | not) | "unexpected: " + show),
  (.faults[] | select(.evidence == []) | "without evidence: " + show),
  (.faults[] | select((.summary | length) == 0 or (.effect | length) == 0) | "without words: " + show),
  (headers("cell")[] | . as $cell
	| [$report.matrix[], $report.director_matrix[] | select((.real_server // .director) == $cell[0]) | .checks[$cell[1]].value] as $values
	| select($values == [] or any($values[]; . as $value | fits($cell[2]; [$value]) | not))
	| "cell: " + ($cell | row) + ", found " + ($values | row)),
  (select($status != $wanted_status) | "exit status \($status), expected \($wanted_status)")
