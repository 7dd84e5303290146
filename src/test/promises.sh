# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# For test scripts that source it: a line for each promise, in TAP's form, with details behind `# `. $suite is whose
# promises they are.
# shellcheck disable=SC2154 # suite comes from the script

ok() {
	echo "ok - $suite: $1"
}

# not_ok WHAT [DETAILS]
not_ok() {
	echo "not ok - $suite: $1"
	[ -z "${2:-}" ] || printf '%s\n' "$2" | head -n 45 | sed 's/^/# /'
}

# What a script knows besides, where a check fails: it may define its own.
more() {
	:
}

# check WHAT CONDITION...: the condition is a test(1) expression
check() {
	local what=$1
	shift
	if [ "$@" ]; then ok "$what"; else not_ok "$what" "$* $(more)"; fi
}

# check_like WHAT TEXT PATTERN
check_like() {
	if grep -qE -- "$3" <<<"$2"; then ok "$1"; else not_ok "$1" "no '$3' in: $2"; fi
}

# check_empty WHAT TEXT: a text of complaints
check_empty() {
	if [ -z "$2" ]; then ok "$1"; else not_ok "$1" "$2"; fi
}

# skip_all REASON: nothing of the suite is tested
skip_all() {
	echo "ok - $suite # SKIP $1"
	exit 0
}
