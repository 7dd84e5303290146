# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Where the seeds of a fuzz target lie; sourced by replay.sh and run.sh.

# seed_folders TARGET: its own folder under testdata/fuzz, that of the target whose input it shares, and captures.
seed_folders() {
	local folder
	for folder in "testdata/fuzz/$1" "testdata/fuzz/${1%%_*}"; do
		[ ! -d "$folder" ] || echo "$folder"
	done | sort -u
	case $1 in
	capture*) printf '%s\n' pcaps/corpus pcaps/xen-route pcaps/xen-route-loop ;;
	script) echo pcaps/replay ;;
	esac
}

targets() {
	local source
	for source in src/test/fuzz/fuzz_*.c; do
		source=${source##*/fuzz_}
		echo "${source%.c}"
	done
}
