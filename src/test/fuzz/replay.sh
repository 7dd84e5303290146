#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# replay.sh BUILD: every seed of every fuzz target once, by the programs
# BUILD/test/replay_TARGET, which are built with sanitizers.
set -u
build=$1
. src/test/fuzz/seeds.sh

mkdir -p "$build/check"
for target in $(targets); do
	mapfile -t folders < <(seed_folders "$target")
	mapfile -d '' -t seeds < <([ ${#folders[@]} -eq 0 ] || find "${folders[@]}" -type f ! -name '*.txt' -print0 | sort -z)
	log=$build/check/replay_$target.log
	if [ ${#seeds[@]} -eq 0 ]; then
		echo "not ok - fuzz target $target has no seeds in testdata/fuzz/$target"
	elif "$build/test/replay_$target" "${seeds[@]}" >"$log" 2>&1; then
		echo "ok - fuzz target $target on ${#seeds[@]} seeds"
	else
		echo "not ok - fuzz target $target"
		tail -n 30 "$log" | sed 's/^/# /'
	fi
done
