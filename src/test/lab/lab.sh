#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab.sh up SCENARIO [PREFIX]    brings a scenario up and prints what to type
# lab.sh down [PREFIX]           removes everything of it, also after a crash
# lab.sh list                    the scenarios, one line each
# lab.sh exec HOST COMMAND...    runs a command in a host (client dir1 dir2 rs1 rs2 ... dom0)
# lab.sh play [PREFIX]           plays the scenario's traffic once (a failover: stops the master)
# lab.sh record SCENARIO DIR     up, capture on every host and on the bridge, play, down; leaves DIR/*.pcap
#                                and DIR/commands.txt
# lab.sh options SCENARIO        the options of truemac for the scenario
# lab.sh interface SCENARIO      the interface on which hosts have their addresses
#
# An LVS set-up in network namespaces, with one fault each. The namespaces are called PREFIX-HOST (PREFIX: tm, or
# $LAB_PREFIX); they have no way out to any other network. Needs root and these Debian packages:
#   iproute2 nftables tcpdump arping busybox curl keepalived procps, and gcc libc6-dev on kernels without ipip or 8021q.
#
# The same names and addresses as the real Xen host that the scenarios imitate: 10.1.1.0/24, VIP 10.1.1.1, directors
# dir1 .11 and dir2 .12, real servers rs1 .13 and rs2 .14, client .138, Dom0 .254; a host's MAC is
# 00:16:3e:0a:01:XX, XX its last byte in hex; every vif end in Dom0 is fe:ff:ff:ff:ff:ff. IPv6: fd0a:1:1::/64 likewise.
#
# hosts.sh makes hosts and networks, lvs.sh turns them into directors and real servers, record.sh plays and captures,
# scenarios/ has the faults, expect/ what an expert says about each. run.sh is the test on top of all this.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix=${LAB_PREFIX:-tm}
declare -a scenario_names=()
declare -A scenario_text=() scenario_settings=()

# scenario NAME TEXT [SETTING=VALUE...]: enters a scenario into the list; up_NAME (with _ for -) brings it up.
# Settings: method=dr|tun|nat, family=4|6, servers=COUNT, interface=NAME (the one that carries the addresses).
scenario() {
	scenario_names+=("$1")
	scenario_text[$1]=$2
	scenario_settings[$1]=${*:3}
}

# shellcheck disable=SC2034 # the variables are read by hosts.sh, lvs.sh and record.sh
configure() {
	local word
	method=dr family=4 servers=2 interface=eth0
	for word in ${scenario_settings[$1]}; do
		case $word in
		method=*) method=${word#*=} ;;
		family=*) family=${word#*=} ;;
		servers=*) servers=${word#*=} ;;
		interface=*) interface=${word#*=} ;;
		*) fail "scenario $1: no setting '$word'" ;;
		esac
	done
}

for file in "$here"/{hosts,lvs,record}.sh "$here"/scenarios/*.sh; do
	# shellcheck source=/dev/null
	. "$file"
done

fail() {
	echo "lab.sh: $1" >&2
	exit "${2:-3}"
}

usage() {
	sed -n '/^# lab.sh up/,/^#$/s/^# \{0,1\}//p' "$here/lab.sh" >&2
	exit 2
}

need_root() {
	[ "$(id -u)" -eq 0 ] || fail "needs root"
}

need_scenario() {
	[[ -n ${1:-} && -n ${scenario_text[$1]:-} ]] || fail "no scenario '${1:-}'; lab.sh list names them" 2
	configure "$1"
}

take_prefix() {
	prefix=${1:-$prefix}
	[[ $prefix =~ ^[a-z][a-z0-9]{0,9}$ ]] || fail "prefix '$prefix': a letter, then up to nine letters and digits" 2
	state=/run/truemac-lab/$prefix
}

# The functions of scenario X are up_X and, if its traffic is not the usual one, play_X.
function_of() {
	echo "$1_${2//-/_}"
}

bring_up() {
	[ -z "$(namespaces)" ] || fail "prefix $prefix is in use: lab.sh down $prefix"
	mkdir -p "$state"
	trap take_down EXIT
	echo "$1" >"$state/scenario"
	"$(function_of up "$1")"
}

take_down() {
	hosts_remove
	rm -rf "$state"
	rmdir /run/truemac-lab 2>/dev/null || true
}

verb_up() {
	need_scenario "${1:-}"
	need_root
	take_prefix "${2:-}"
	bring_up "$1"
	trap - EXIT
	print_hints "$1"
}

verb_down() {
	need_root
	take_prefix "${1:-}"
	take_down
}

verb_list() {
	local name
	for name in "${scenario_names[@]}"; do
		printf '%-24s %s\n' "$name" "${scenario_text[$name]}"
	done
}

verb_exec() {
	[ $# -ge 2 ] || usage
	need_root
	take_prefix ""
	on "$@"
}

verb_play() {
	need_root
	take_prefix "${1:-}"
	[ -e "$state/scenario" ] || fail "nothing is up under the prefix $prefix"
	need_scenario "$(cat "$state/scenario")"
	play "$(cat "$state/scenario")" /dev/stdout
}

verb_record() {
	[ $# -eq 2 ] || usage
	need_scenario "$1"
	need_root
	take_prefix ""
	mkdir -p "$2"
	bring_up "$1"
	record "$1" "$2"
}

verb_options() {
	need_scenario "${1:-}"
	truemac_options
}

verb_interface() {
	need_scenario "${1:-}"
	echo "$interface"
}

verb=${1:-}
case $verb in
up | down | list | exec | play | record | options | interface) ;;
*) usage ;;
esac
shift
"verb_$verb" "$@"
