#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run-sanitized.sh BUILD TRUEMAC: TRUEMAC, built with sanitizers, reads every
# capture there is (the bundled ones, and those that the cases left in
# BUILD), each whole and cut short, in each format, and never
# says anything but a documented exit status.
set -u
build=$1
truemac=$2
work=$build/check/sanitized
mkdir -p "$work"

# Prints what went wrong; a sanitizer's report ends a program with 1 and "ERROR:" or "runtime error:".
analyze() {
	run analyze "$@"
}

run() {
	"$truemac" "$@" >"$work/out" 2>"$work/err"
	local status=$?
	if [ $status -gt 4 ] || grep -qE 'Sanitizer|runtime error' "$work/err"; then
		echo "exit status $status: $(head -n 30 "$work/err")"
	fi
}

try() {
	local capture=$1 size complaints
	size=$(stat -c %s "$capture")
	head -c $((size * 2 / 3)) "$capture" >"$work/cut.pcap"
	complaints=$(analyze --format json "$capture" && analyze --format text "$capture" "$work/cut.pcap" &&
		analyze --format junit --vip 192.0.2.1:80 --rs 192.0.2.13 --method dr "$work/cut.pcap")
	if [ -z "$complaints" ]; then
		echo "ok - $capture"
	else
		echo "not ok - $capture"
		printf '%s\n' "$complaints" | sed 's/^/# /'
	fi
}

# A host's state, whole and cut short, as text and as it is saved.
try_state() {
	local state=$1 size complaints
	size=$(stat -c %s "$state")
	head -c $((size * 2 / 3)) "$state" >"$work/cut.state"
	complaints=$(run inspect --state "$state" --save "$work/saved.json" && run inspect --state "$work/cut.state" &&
		run inspect --state "$work/saved.json" --role director --vip 10.1.1.1:80 --method nat &&
		head -c 1000 "$work/saved.json" >"$work/cut.state" && run inspect --state "$work/cut.state")
	if [ -z "$complaints" ]; then
		echo "ok - $state"
	else
		echo "not ok - $state"
		printf '%s\n' "$complaints" | sed 's/^/# /'
	fi
}

find testdata/rules/host-* -name '*.txt' | sort | while read -r state; do
	try_state "$state"
done
find pcaps "$build/check/cases" -name '*.pcap' | sort | while read -r capture; do
	try "$capture"
done
