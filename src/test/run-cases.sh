#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run-cases.sh BUILD [RULE[/CASE]]...: every case under testdata/rules, every script of pcaps/corpus (as corpus/NAME) and
# what testdata/captures expects of recorded captures (as captures/NAME), or the named ones.
#
# A case is a script for mkpcap; of a host-* rule it is the state of a host, as `truemac inspect --state` reads it. Lines
# of its heading say what an expert expects of it:
#   # captures: FILE...                            recorded captures, instead of a script
#   # state: FILE                                the saved state of a host, instead of what follows the heading
#   # options: ...                               more options for truemac analyze
#   # expect: RULE ADDRESS MAC SEVERITY CONFIDENCE
#                                                a fault that must be found; `*` for anything, `a|b` for either
#   # allow: RULE [ADDRESS [MAC [SEVERITY]]]     a fault that may be found beside it
#   # cell: NODE CHECK VALUE                     a cell of the matrix
#   # status: N                                  where it is not 0 without warnings and errors, and 1 with them
# Any other warning or error is a failure, and in silent-* cases the rule
# itself must not appear at all. Prints a line for each case.
set -u
build=$1
shift
here=$(dirname "$0")
work=$build/check/cases
names='^([a-z-]*/(fires|silent)-|corpus/|captures/)[a-z0-9-]*$'

script_of() {
	case $1 in
	corpus/*) echo "pcaps/$1.txt" ;;
	captures/*) echo "testdata/$1.txt" ;;
	*) echo "testdata/rules/$1.txt" ;;
	esac
}

# Leaves the captures of a case in $captures, in the order in which the script names its files.
write_captures() {
	local script=$1 stem=$2 name
	captures=()
	mkdir -p "$(dirname "$stem")"
	case $stem in "$work"/host-*) return 0 ;; esac
	read -r -a captures < <(sed -n 's/^# captures: //p' "$script")
	[ ${#captures[@]} -eq 0 ] || return 0
	"$build/test/mkpcap" "$script" "$stem.pcap" || return 1
	while read -r name; do
		if [ "$name" = . ]; then
			captures+=("$stem.pcap")
		else
			captures+=("$stem-$name.pcap")
		fi
	done < <(sed -n 's/^file \([^ ]*\).*/\1/p' "$script")
	[ ${#captures[@]} -gt 0 ] || captures=("$stem.pcap")
}

run_case() {
	local case=$1 stem=$work/$1 rule=${1%%/*} silent=no script state status options command
	script=$(script_of "$case")
	case ${case##*/} in silent-*) silent=yes ;; esac
	read -r -a options < <(sed -n 's/^# options: //p' "$script")
	write_captures "$script" "$stem" || return 1
	case $rule in
	host-*)
		state=$(sed -n 's/^# state: //p' "$script")
		command=(inspect --state "${state:-$script}")
		;;
	*) command=(analyze) ;;
	esac
	"$build/truemac" "${command[@]}" --format json "${options[@]}" "${captures[@]}" >"$stem.json" 2>"$stem.err"
	status=$?
	if ! jq -r --rawfile script "$script" --arg rule "$rule" --arg silent "$silent" --arg status "$status" \
		-f "$here/case.jq" "$stem.json" >"$stem.complaints" || ! [ -s "$stem.json" ]; then
		echo "no report, exit status $status" >>"$stem.complaints"
		cat "$stem.err" >>"$stem.complaints"
	fi
	! [ -s "$stem.complaints" ]
}

list_cases() {
	local only
	if [ $# -eq 0 ]; then
		set -- ''
	fi
	for only; do
		(cd testdata/rules && printf '%s\n' */*.txt && cd ../../pcaps && printf '%s\n' corpus/*.txt &&
			cd ../testdata && printf '%s\n' captures/*.txt) |
			sed 's/\.txt$//; /^corpus\/hosts$/d' |
			awk -v only="$only" 'only == "" || $0 == only || index($0, only "/") == 1'
	done
}

# Every rule has a case that fires and a near miss.
check_coverage() {
	local rule kind
	for rule in $("$build/truemac" explain | awk '{ print $1 }'); do
		for kind in fires silent; do
			if compgen -G "testdata/rules/$rule/$kind-*.txt" >/dev/null; then
				echo "ok - $rule has a $kind case"
			else
				echo "not ok - $rule has no $kind case"
			fi
		done
	done
}

[ $# -gt 0 ] || check_coverage
for case in $(list_cases "$@"); do
	if ! [[ $case =~ $names ]]; then
		echo "not ok - case $case: the name is neither fires-* nor silent-*"
	elif run_case "$case"; then
		echo "ok - case $case"
	else
		echo "not ok - case $case"
		sed 's/^/# /' "$work/$case.complaints" 2>/dev/null
	fi
done
