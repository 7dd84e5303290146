#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# mutate.sh BUILD TRUEMAC ROUNDS CAPTURE...: damages each capture ROUNDS times
# in each way that BUILD/test/mutate knows (or in those of KINDS), and has TRUEMAC (built with
# sanitizers) analyse the result.
#
# A crash, a sanitizer's report and an undocumented exit status fail. So does
# a fault of level error that a capture without errors got from a single
# flipped bit: an error needs repeated, consistent evidence. New errors after
# worse damage are listed for review.
set -u
build=$1 truemac=$2 rounds=$3
shift 3
work=$build/check/mutate
kinds=${KINDS:-bit loss cut wild file}
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
rm -rf "$work"
mkdir -p "$work"

# Prints the rules of all faults at level error, sorted; complaints about the run itself go to $2.
errors_of() {
	local capture=$1 complaints=$2 status
	"$truemac" analyze --format json "$capture" >"$capture.json" 2>"$capture.err"
	status=$?
	if [ $status -gt 4 ] || grep -qE 'Sanitizer|runtime error' "$capture.err"; then
		{
			echo "exit status $status"
			head -n 20 "$capture.err"
		} >>"$complaints"
	fi
	jq -r '.faults[] | select(.severity == "error") | .rule' "$capture.json" 2>/dev/null | sort -u
}

try() {
	local capture=$1 name kind seed stem baseline new complaints reviews
	name=$(printf '%s' "$capture" | tr / _)
	complaints=$work/$name.complaints reviews=$work/$name.reviews
	: >"$complaints"
	: >"$reviews"
	cp "$capture" "$work/$name.0"
	baseline=$(errors_of "$work/$name.0" "$complaints")
	for kind in $kinds; do
		for ((seed = 1; seed <= rounds; seed++)); do
			stem=$work/$name.$kind.$seed
			"$build/test/mutate" "$kind" "$seed" "$capture" "$stem" 2>/dev/null || continue
			new=$(comm -13 <(echo "$baseline") <(errors_of "$stem" "$complaints.now"))
			if [ -s "$complaints.now" ]; then
				{
					echo "mutate $kind $seed $capture"
					cat "$complaints.now"
				} >>"$complaints"
				rm "$complaints.now"
			fi
			if [ -n "$new" ]; then
				echo "$kind $seed $capture: ${new//$'\n'/ }" >>"$reviews"
				[ "$kind" = bit ] && [ -z "$baseline" ] && tail -n 1 "$reviews" >>"$complaints"
			fi
			rm -f "$stem" "$stem.json" "$stem.err"
		done
	done
	if [ -s "$complaints" ]; then
		echo "not ok - $capture"
		sed 's/^/# /' "$complaints"
	else
		echo "ok - $capture"
	fi
	sed 's/^/# review: /' "$reviews"
}

for capture; do
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
		wait -n
	done
	try "$capture" &
done
wait
