#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check.sh: every test, for `make check`. OUT is the folder to build in (build).
#
# Each suite prints lines `ok - WHAT` or `not ok - WHAT` (TAP's form), with
# details behind `# `; all of it is kept in OUT/check/SUITE.log. What failed
# is shown; the last line sums up. Exit status 1 when anything failed.
set -u
out=${OUT:-build}
logs=$out/check
san=address,undefined
sanitized=$out/san-address-undefined
jobs=$(nproc)
passed=0 failed=0 skipped=0

# The outer make's flags are not for the builds here.
unset MAKEFLAGS MFLAGS MAKELEVEL
export ASAN_OPTIONS=abort_on_error=0:detect_leaks=1
export UBSAN_OPTIONS=print_stacktrace=1
export CMOCKA_MESSAGE_OUTPUT=TAP
mkdir -p "$logs"

# suite NAME SECONDS COMMAND...
suite() {
	local name=$1 limit=$2 log=$logs/$1.log status good bad skips
	shift 2
	timeout --kill-after=10 "$limit" "$@" >"$log" 2>&1 </dev/null
	status=$?
	skips=$(grep -cE '^(not )?ok\b.*# SKIP' "$log") # cmocka has them as "not ok"
	good=$(grep -E '^ok\b' "$log" | grep -cv '# SKIP')
	bad=$(grep -E '^not ok\b' "$log" | grep -cv '# SKIP')
	if [ "$bad" -eq 0 ] && { [ $status -ne 0 ] || [ $((good + skips)) -eq 0 ]; }; then
		bad=1
		echo "not ok - $name: $((good + skips)) tests and exit status $status" | tee -a "$log"
		tail -n 40 "$log"
	elif [ "$bad" -gt 0 ]; then
		awk '/^not ok/ && !/# SKIP/ { show = 1; print; next } !/^#/ { show = 0 } show' "$log" | head -n 200
	fi
	printf '%-24s %5d ok %5d failed%s\n' "$name" "$good" "$bad" "$([ "$skips" -eq 0 ] || echo " $skips skipped")"
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + skips))
}

# build WHAT MAKE-ARGUMENT...: one test, that it compiles and links without a warning.
build() {
	local what=$1
	shift
	local log=$out/check/make.log
	if make -j"$jobs" --no-print-directory OUT="$out" "$@" >"$log" 2>&1; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		grep -vE '^  (CC|LD|AR) ' "$log" | head -n 60 | sed 's/^/# /'
	fi
}

units_in() {
	local folder=$1 source
	for source in src/test/unit/test_*.c; do
		[ -e "$source" ] || continue
		unit_run "$folder/test/$(basename "$source" .c)"
	done
}

# Keeps the lines of single tests. A program that dies has failed, whatever it had printed until then.
unit_run() {
	local log=$out/check/unit.log status
	timeout 120 "$1" >"$log" 2>&1
	status=$?
	sed -E '/^(not )?ok - /d' "$log"
	[ $status -eq 0 ] || grep -E '^not ok' "$log" | grep -qv '# SKIP' ||
		echo "not ok - $(basename "$1"): exit status $status"
}

manual_pages() {
	local page
	for page in man/*.[1-9]; do
		if mandoc -Tlint -W warning "$page"; then
			echo "ok - $page"
		else
			echo "not ok - $page"
		fi
	done
	src/test/man-rules.sh "$out/truemac"
	src/test/man-keys.sh "$out"
}

# A little of what src/test/mutate.sh can do; more rounds take more time.
damaged_captures() {
	src/test/mutate.sh "$out" "$sanitized/truemac" 2 pcaps/xen-*/*.pcap
}

scripts() {
	local script
	while read -r script; do
		if shellcheck -x -P SCRIPTDIR "$script"; then
			echo "ok - $script"
		else
			echo "not ok - $script"
		fi
	done < <(find .ci/run src/test -type f \( -name '*.sh' -o -name run \) | sort)
}

note_format() {
	local files
	files=$(find src -name '*.[ch]' -exec clang-format --dry-run {} + 2>&1 | sed -n 's/^\([^:]*\):.*/\1/p' | sort -u | wc -l)
	[ "$files" -eq 0 ] || echo "note: $files files are not as clang-format would have them (make format)"
}

demo() {
	if src/test/demo.sh "$out/truemac" && "$out/truemac" --version; then
		echo "ok - the demo shows what it should"
	else
		echo "not ok - the demo shows what it should"
	fi
}

# What build_all and the like run as is a function of this file; timeout needs a program.
export -f build units_in unit_run damaged_captures manual_pages scripts demo
export out sanitized jobs

run() {
	suite "$1" "$2" bash -c "$3"
}

suite folders 60 src/test/check-folders.sh
run build-gcc 600 'build "gcc, no warning" all units tools'
run build-sanitizers 900 "build 'gcc with sanitizers, no warning' SAN=$san CFLAGS='-O1 -g' all units replays"
run build-clang 600 "build 'clang, no warning' CC=clang CFLAGS=-O1 OUT=$out/clang all units tools replays"
run units 300 "units_in $out"
run units-sanitizers 600 "units_in $sanitized"
suite command-line 300 src/test/cli.sh "$out/truemac"
suite merge 120 src/test/merge.sh "$out/truemac"
suite corpus 60 src/test/run-corpus.sh "$out"
suite cases 300 src/test/run-cases.sh "$out"
suite golden 120 src/test/run-golden.sh "$out"
suite sanitized-cases 600 src/test/run-sanitized.sh "$out" "$sanitized/truemac"
run damaged-captures 300 damaged_captures
suite fuzz-seeds 600 src/test/fuzz/replay.sh "$sanitized"
run manual-pages 60 manual_pages
run scripts 120 scripts
run demo 60 demo
suite watch 120 src/test/watch.sh "$out"
suite lab 900 src/test/lab/run.sh "$out"
suite live 300 src/test/lab/live.sh "$out"
suite watch-lab 180 src/test/lab/watch.sh "$out"
suite scan 300 src/test/lab/scan.sh "$out"
suite crowd 120 src/test/lab/crowd.sh "$out"
suite forward 180 src/test/lab/forward.sh "$out"
suite blast 180 src/test/lab/blast.sh "$out"
suite replay 180 src/test/lab/replay.sh "$out"
suite inspect 300 src/test/lab/inspect.sh "$out"
note_format

echo
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
