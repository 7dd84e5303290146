#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [TARGET]...: each fuzz target for FUZZ_SECONDS (60) with libFuzzer,
# from the seeds under testdata/fuzz. What it finds is left in OUT/fuzz/found;
# what was interesting on the way in OUT/fuzz/corpus, for the next run.
set -eu
out=${OUT:-build}/fuzz
seconds=${FUZZ_SECONDS:-60}
. src/test/fuzz/seeds.sh
[ $# -gt 0 ] || mapfile -t all < <(targets)
[ $# -gt 0 ] || set -- "${all[@]}"

unset MAKEFLAGS MFLAGS MAKELEVEL
make -j"$(nproc)" --no-print-directory CC=clang OUT="$out" CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' \
	SAN=address,undefined fuzzers

found=0
for target; do
	corpus=$out/corpus/$target
	mkdir -p "$corpus" "$out/found"
	mapfile -t folders < <(seed_folders "$target")
	echo "$target: $seconds s"
	if ! "$out/san-address-undefined/test/fuzz_$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 \
		-rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$out/found/$target-" "$corpus" "${folders[@]}" \
		>"$out/$target.log" 2>&1; then
		found=$((found + 1))
		tail -n 40 "$out/$target.log"
	fi
	grep -E 'number_of_executed_units|new_units_added|peak_rss' "$out/$target.log" || true
done
[ "$found" -eq 0 ] || echo "$found targets found something: see $out/found, and make it a seed in testdata/fuzz" >&2
[ "$found" -eq 0 ]
