#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run-golden.sh BUILD [--write]: the reports on the bundled captures, and those
# merged from several, are those of testdata/golden, and each JSON report, the cases' included, fits the
# schema that the program prints. --write makes the expected reports anew.
set -u
build=$1
into=$build/check/golden
[ "${2:-}" != --write ] || into=testdata/golden

suffix_of() {
	case $1 in
	text) echo txt ;;
	junit) echo xml ;;
	openmetrics) echo prom ;;
	*) echo "$1" ;;
	esac
}

compare() {
	local file=$1
	if ! diff -u "testdata/golden/$file" "$into/$file" >"$into/$file.diff" 2>&1; then
		echo "not ok - golden report $file (make golden writes it anew, for review)"
		sed 's/^/# /' "$into/$file.diff" | head -n 40
	else
		echo "ok - golden report $file"
	fi
}

# keep FILE STATUS: what was written into FILE, unless the program failed.
keep() {
	local file=$1 status=$2
	if [ "$status" -gt 1 ] && [ "$status" -ne 4 ]; then
		echo "not ok - golden report $file: exit status $status: $(cat "$build/check/golden.err")"
	elif [ "$into" != testdata/golden ]; then
		compare "$file"
	fi
}

# report_of FILE FOLDER: FILE's own report, under the name of its machine. Faults are expected.
report_of() {
	local name
	name=$(basename "$1")
	case $name in
	*-state.txt) "$build/truemac" inspect --state "$1" -f json -o "$2/${name%-state.txt}.json" ;;
	*) "$build/truemac" analyze -f json -o "$2/${name%.pcap}.json" "$1" ;;
	esac
	[ $? -le 1 ] || echo "not ok - a report of $1"
}

mkdir -p "$into" "$build/check"
while read -r name formats arguments; do
	case $name in '' | '#'*) continue ;; esac
	for format in ${formats//,/ }; do
		file=$name.$(suffix_of "$format")
		# shellcheck disable=SC2086 # patterns are meant to expand
		"$build/truemac" analyze --color=never --format "$format" $arguments >"$into/$file" 2>"$build/check/golden.err"
		keep "$file" $?
	done
done <testdata/golden/list.txt

while read -r name formats members; do
	case $name in '' | '#'*) continue ;; esac
	folder=$build/check/members/$name
	rm -rf "$folder" && mkdir -p "$folder"
	eval "members=($members)" # braces are meant to expand
	for member in "${members[@]}"; do
		report_of "$member" "$folder"
	done
	for format in ${formats//,/ }; do
		file=$name.$(suffix_of "$format")
		"$build/truemac" merge --color=never --format "$format" "$folder"/*.json >"$into/$file" \
			2>"$build/check/golden.err"
		keep "$file" $?
	done
done <testdata/golden/merged.txt
[ "$into" != testdata/golden ] || exit 0

"$build/truemac" explain --schema >"$build/check/schema.json"
find testdata/golden "$build/check/cases" -name '*.json' -size +0 2>/dev/null |
	python3 src/test/validate.py "$build/check/schema.json"
