#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# crowd.sh BUILD [COUNT=SECONDS]...
#
# A full verdict on so many real servers, within so many seconds (200=20): a live probe of a healthy VS/DR set-up whose
# servers are played by crowd.c. Prints a line for each promise; without root or namespaces everything is skipped.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "${1:?usage: crowd.sh BUILD [COUNT=SECONDS]...}")
shift
work=$(mktemp -d)
asker=crowd$$a answerer=crowd$$b
player=

clean_up() {
	[ -z "$player" ] || kill "$player" 2>/dev/null
	ip netns del $asker 2>/dev/null
	ip netns del $answerer 2>/dev/null
	rm -rf "$work"
}

skip_all() {
	echo "ok - crowd # SKIP $1"
	exit 0
}

set_up() {
	ip netns add $asker && ip netns add $answerer &&
		ip -n $asker link add eth0 type veth peer name eth0 netns $answerer &&
		ip -n $asker addr add 10.1.1.138/16 dev eth0 &&
		ip netns exec $answerer sysctl -qw net.ipv6.conf.all.disable_ipv6=1 &&
		ip netns exec $asker sysctl -qw net.ipv6.conf.all.disable_ipv6=1 &&
		ip -n $answerer link set eth0 up && ip -n $asker link set eth0 up
}

# options COUNT
options() {
	local i
	echo --vip 10.1.1.1:80 --director 10.1.1.11 --method dr
	for ((i = 0; i < $1; i++)); do
		echo "--rs 10.1.$((4 + i / 250)).$((1 + i % 250))"
	done
}

# report WHAT BAD: the text of what is wrong
report() {
	if [ -z "$2" ]; then
		echo "ok - crowd: $1"
	else
		echo "not ok - crowd: $1"
		printf '%s\n' "$2" | head -n 10 | sed 's/^/# /'
	fi
}

# test_crowd COUNT SECONDS
test_crowd() {
	local words begin seconds status late=
	ip netns exec $answerer "$work/crowd" eth0 "$1" &
	player=$!
	read -r -d '' -a words < <(options "$1")
	begin=$(date +%s%N)
	ip netns exec $asker "$build/truemac" probe --no-host -q -f json "${words[@]}" >"$work/report.json" 2>"$work/stderr"
	status=$?
	seconds=$((($(date +%s%N) - begin) / 10000000))
	kill $player
	wait $player 2>/dev/null
	player=
	[ $seconds -lt $(($2 * 100)) ] || late="$((seconds / 100)).$((seconds % 100)) s"
	report "$1 real servers within $2 s (${seconds%??}.${seconds: -2} s)" "$late"
	report "$1 real servers: clean" "$([ $status -eq 0 ] || echo "exit status $status")$(cat "$work/stderr")"
	report "$1 real servers: each passes every check" "$(jq -r '
		(.matrix | length) as $rows | if $rows == '"$1"' then empty else "\($rows) rows" end,
		(.matrix[] | .real_server as $rs | .checks | del(.replay) | to_entries[] | select(.value.value != "pass")
			| "\($rs) \(.key): \(.value.value), \(.value.reason)")' "$work/report.json")"
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
command -v jq >/dev/null || skip_all "needs jq"
trap clean_up EXIT
trap 'exit 130' INT TERM
"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O2 -o "$work/crowd" "$here/crowd.c" || skip_all "needs a compiler"
set_up 2>/dev/null || skip_all "needs network namespaces"
[ $# -gt 0 ] || set -- 200=20
for pair in "$@"; do
	test_crowd "${pair%=*}" "${pair#*=}"
done
