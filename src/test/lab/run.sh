#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [-j JOBS] BUILD [SCENARIO]...
#
# Holds truemac to what an expert says of each scenario of the lab (expect/), or of the named ones:
#   - the captures that `lab.sh record` makes of ordinary traffic, analysed;
#   - a probe run on the client, for some on the director and in Dom0, too, and its own capture, analysed again.
# Prints a line for each; without root, or without the tools, each scenario is skipped with the reason.
set -u
here=$(cd "$(dirname "$0")" && pwd)
jobs=6
if [ "${1:-}" = -j ]; then
	jobs=$2
	shift 2
fi
truemac=${1:?usage: run.sh [-j JOBS] BUILD [SCENARIO]...}/truemac
work=$1/check/lab
shift
mkdir -p "$work"
running=()

ok() {
	echo "ok - lab $1"
}

# not_ok WHAT FILE: with the complaints of the file below it
not_ok() {
	echo "not ok - lab $1"
	sed 's/^/# /' "$2"
}

reason_to_skip() {
	local tool
	if [ "$(id -u)" -ne 0 ]; then
		echo "needs root"
		return
	fi
	for tool in ip nft tcpdump arping busybox curl keepalived jq; do
		if ! command -v "$tool" >/dev/null; then
			echo "needs $tool"
			return
		fi
	done
	{ ip netns add "t$$" && ip netns exec "t$$" true; } 2>/dev/null || echo "needs network namespaces"
	ip netns del "t$$" 2>/dev/null
}

# expectations SCENARIO KIND: the file; KIND is analyze, or the host that probes
expectations() {
	local file=$here/expect/$1
	[ ! -e "$file.$2" ] || file=$file.$2
	echo "$file"
}

# probing_hosts SCENARIO: where else an expert comes to the same conclusions. Where only a router or Dom0 sees the fault,
# or the fault is the client's alone, there are none.
probing_hosts() {
	case $1 in
	bridge-dr | flux | flux-lo-only | flux-vip-on-eth | service-on-rip | filtered-* | rs-down | vip-missing*)
		echo dir1 dom0
		;;
	announce-leak) echo dom0 ;; # real servers know the MAC of a director that was at work: nothing is to be asked
	xen-routed) echo dir1 dom0 ;;
	xen-routed-vip) echo dom0 ;;
	split-brain-silent) echo dir1 dir2 ;;
	esac
}

# judge WHAT REPORT STATUS EXPECTATIONS
judge() {
	if jq -r --rawfile expectations "$4" --arg status "$3" -f "$here/expect.jq" "$2" >"$2.complaints" 2>&1 &&
		[ -s "$2" ] && ! [ -s "$2.complaints" ]; then
		ok "$1"
	else
		[ -s "$2" ] || echo "no report, exit status $3" >>"$2.complaints"
		cat "$2.err" >>"$2.complaints"
		not_ok "$1" "$2.complaints"
	fi
}

# run_truemac REPORT COMMAND...: sets $status
run_truemac() {
	timeout 60 "${@:2}" --format json >"$1" 2>"$1.err"
	status=$?
}

# The vantages of whoever looks for the fault: the client, and Dom0. A large packet that vanishes needs its sender's.
chosen_captures() {
	local captures=("$2"/client-eth0.pcap "$2"/dom0-*.pcap)
	[ "$1" != mtu-blackhole ] || captures+=("$2"/rs1-eth0.pcap)
	printf '%s\n' "${captures[@]}"
}

test_recorded() {
	local scenario=$1 dir=$work/$1 status captures options
	rm -rf "$dir"
	if ! timeout 300 "$here/lab.sh" record "$scenario" "$dir" >"$dir.log" 2>&1; then
		not_ok "$scenario: recorded" "$dir.log"
		return
	fi
	mapfile -t captures < <(chosen_captures "$scenario" "$dir")
	read -r -a options < <("$here/lab.sh" options "$scenario")
	run_truemac "$dir/analyze.json" "$truemac" analyze "${options[@]}" "${captures[@]}"
	judge "$scenario: recorded traffic analysed" "$dir/analyze.json" "$status" "$(expectations "$scenario" analyze)"
}

# probe_from HOST SCENARIO OPTION...: on a lab that is up
probe_from() {
	local host=$1 scenario=$2 dir=$work/$2 status
	run_truemac "$dir/probe-$host.json" ip netns exec "$LAB_PREFIX-$host" "$truemac" probe "${@:3}" \
		-w "$dir/probe-$host.pcapng"
	judge "$scenario: probe from $host" "$dir/probe-$host.json" "$status" "$(expectations "$scenario" "$host")"
}

# again_from HOST SCENARIO OPTION...: what the probe's own capture says
again_from() {
	local host=$1 scenario=$2 dir=$work/$2 status what
	what="$scenario: the capture of the probe from $host, analysed, says the same"
	run_truemac "$dir/again-$host.json" "$truemac" analyze "${@:3}" "$dir/probe-$host.pcapng"
	if diff <(verdicts "$dir/probe-$host.json") <(verdicts "$dir/again-$host.json") >"$dir/again-$host.diff" 2>&1; then
		ok "$what"
	else
		not_ok "$what" "$dir/again-$host.diff"
	fi
}

test_probe() {
	local scenario=$1 dir=$work/$1 options host
	if ! timeout 300 "$here/lab.sh" up "$scenario" "$LAB_PREFIX" >"$dir.log" 2>&1; then
		not_ok "$scenario: up" "$dir.log"
		return
	fi
	read -r -a options < <("$here/lab.sh" options "$scenario")
	probe_from client "$scenario" -i "$("$here/lab.sh" interface "$scenario")" "${options[@]}"
	for host in $(probing_hosts "$scenario"); do
		probe_from "$host" "$scenario" "${options[@]}"
	done
	"$here/lab.sh" down "$LAB_PREFIX"
	for host in client $(probing_hosts "$scenario"); do
		again_from "$host" "$scenario" "${options[@]}"
	done
}

# What two reports of one capture must have in common.
verdicts() {
	jq -S '{verdict, matrix, faults: [.faults[] | del(.evidence[].input)]}' "$1"
}

test_scenario() {
	local scenario=$1
	export LAB_PREFIX=$2
	test_recorded "$scenario"
	! "$truemac" probe --help >/dev/null 2>&1 || test_probe "$scenario"
}

# What is still up goes down, however this ends.
clean_up() {
	local prefix
	for prefix in "${running[@]}"; do
		"$here/lab.sh" down "$prefix"
	done
}

scenarios=("$@")
[ $# -gt 0 ] || mapfile -t scenarios < <("$here/lab.sh" list | awk '{ print $1 }')
reason=$(reason_to_skip)
if [ -n "$reason" ]; then
	printf 'ok - lab %s # SKIP '"$reason"'\n' "${scenarios[@]}"
	exit 0
fi

trap clean_up EXIT
trap 'exit 130' INT TERM
for i in "${!scenarios[@]}"; do
	while [ "$(jobs -pr | wc -l)" -ge "$jobs" ]; do
		wait -n
	done
	prefix=t$(($$ % 100000))n$i
	running+=("$prefix")
	test_scenario "${scenarios[$i]}" "$prefix" >"$work/${scenarios[$i]}.result" 2>&1 </dev/null &
done
wait
for scenario in "${scenarios[@]}"; do
	cat "$work/$scenario.result"
done
