#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cover.sh: the unit programs, the cases and the golden reports on a build
# with coverage. The report goes to OUT/html, its summary to the terminal.
set -eu
out=${OUT:-build/cover}

unset MAKEFLAGS MFLAGS MAKELEVEL
# The counters are written at the end, when Landlock would forbid it.
make -j"$(nproc)" --no-print-directory OUT="$out" CPPFLAGS=-DTRUEMAC_WITHOUT_LANDLOCK CFLAGS='-O0 -g --coverage' LDFLAGS=--coverage \
	all units tools replays
find "$out" -name '*.gcda' -delete
for source in src/test/unit/test_*.c; do
	"$out/test/$(basename "$source" .c)" >/dev/null 2>&1 || echo "note: $source failed"
done
for suite in "src/test/run-cases.sh $out" "src/test/run-golden.sh $out" "src/test/cli.sh $out/truemac" \
	"src/test/fuzz/replay.sh $out"; do
	# shellcheck disable=SC2086 # words
	$suite | grep '^not ok' || true
done
lcov --quiet --capture --directory "$out" --base-directory . --no-external --output-file "$out/all.info"
lcov --quiet --remove "$out/all.info" '*/src/test/*' --output-file "$out/cover.info"
genhtml --quiet --output-directory "$out/html" "$out/cover.info"
lcov --summary "$out/cover.info"
echo "report: $out/html/index.html"
