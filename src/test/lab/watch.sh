#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# watch.sh BUILD: what truemac watch promises of a network that goes wrong while one watches.
#
# In labs of its own: a real server that begins to answer for the VIP, a Dom0 that begins to proxy, the repair of both, a
# failover; an interface that goes down and away; a storm; a service without a screen, its metrics and its recording.
# Prints a line for each promise; without root, namespaces or tmux everything is skipped.
set -u
here=$(cd "$(dirname "$0")" && pwd)
truemac=$(realpath "${1:?usage: watch.sh BUILD}/truemac")
# shellcheck source=src/test/watch-terminal.sh
. "$here/../watch-terminal.sh"
suite=watch-lab
export LAB_PREFIX=w$(($$ % 100000))
lab=$here/lab.sh
client=$LAB_PREFIX-client

clean_up() {
	cd /
	terminal_clean_up
	"$lab" down
}
trap clean_up EXIT
cd "$work" || exit 1

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
command -v tmux >/dev/null || skip_all "tmux is not installed"
"$lab" up bridge-dr >lab.log 2>&1 || skip_all "no namespaces: $(tail -n 1 lab.log)"
terminal_start || skip_all "tmux does not start"
read -r -a options <<<"$("$lab" options bridge-dr)"
options+=(--no-host -i eth0)
prefix_command=(ip netns exec "$client")

# in_host HOST COMMAND...
in_host() {
	ip netns exec "$LAB_PREFIX-$1" "${@:2}"
}

# ask ADDRESS: the client forgets everybody and asks who has the address
ask() {
	in_host client ip neigh flush dev eth0
	in_host client busybox ping -c 1 -W 1 "$1" >/dev/null
}

# headless ARGUMENTS...: at the client, in the background; events.txt, stderr and $pid
headless() {
	: >events.txt
	# Not through a function: the signal is to reach the program itself.
	ip netns exec "$client" "$truemac" watch --headless "${options[@]}" "$@" >events.txt 2>stderr &
	pid=$!
	until_true 30 grep -q '"started"' events.txt
}

# has_event FILTER: jq's
has_event() {
	[ -n "$(jq -c "select($1)" events.txt 2>/dev/null)" ]
}

# event WHAT FILTER [TENTHS]: within two seconds, or so many tenths of one
event() {
	if until_true "${3:-20}" has_event "$2"; then ok "$1"; else not_ok "$1" "$(cut -c1-200 events.txt | tail -n 15)"; fi
}

# headless_end SIGNAL: leaves $status
headless_end() {
	kill "-$1" $pid
	wait $pid
	status=$?
}

# -------------------------------------------------------------------------------------------- on the screen

test_trouble() {
	watch 110x34 -- "${options[@]}"
	sees "it watches" "LIVE"
	check "nothing is sent" "$(in_host client cat /sys/class/net/eth0/statistics/tx_packets)" -eq \
		"$(sleep 0.7 && in_host client cat /sys/class/net/eth0/statistics/tx_packets)"
	ask 10.1.1.13
	ask 10.1.1.14
	sees "real servers are seen to resolve within two seconds" "10.1.1.13 .* ok " 20
	in_host rs1 sysctl -qw net.ipv4.conf.{all,lo,eth0}.arp_ignore=0
	ask 10.1.1.1
	sees "a real server that begins to answer for the VIP is told within two seconds" "rs-answers-vip" 20
	sees "the matrix says which one" "10.1.1.13 .*FAIL" 20
	in_host dom0 sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.xenbr0.proxy_arp_pvlan=1
	ask 10.1.1.14
	sees "a Dom0 that begins to proxy: its MAC is in the matrix within two seconds" "10.1.1.14 .*00:16:3e:0a:01:fe" 20
	ask 10.1.1.77
	ask 10.1.1.1
	sees "... and a fault is told within two seconds" "mac-substituted\|blanket-proxy\|late-second-answer" 20
	keys 3 Enter
	sees "its frames are shown" "prove"
	keys 1
}

test_repair() {
	in_host rs1 sysctl -qw net.ipv4.conf.{all,lo,eth0}.arp_ignore=1
	in_host dom0 sysctl -qw net.ipv4.conf.xenbr0.proxy_arp_pvlan=0
	keys p a
	sees "p a asks everything" "probing everything"
	sees "the round ends" "is complete" 200
	sees "what was repaired is past" "past" 40
	sees "the matrix shows no fault of the real server any more" "10.1.1.13 .*ok.*ok.*ok.*ok.*ok.*ok.*ok" 20
	check "... nor does any row" "$(screen | grep -c '^[> ] 10\.1\.1\.1[34] .*FAIL')" -eq 0
}

test_link() {
	ip -n "$LAB_PREFIX-dom0" link set vif1.0 down
	sees "an interface that goes down is told within a second" "down" 10
	ip -n "$LAB_PREFIX-dom0" link set vif1.0 up
	sees "and that it comes up" "is up" 20
	keys 6
	ask 10.1.1.13
	keys 4
	sees "frames are taken again" "who-has 10.1.1.13"
	keys q
	ends "the report counts what is past" 1
	leaves "and the gap" "went down"
}

test_storm() {
	watch 110x34 -- "${options[@]}"
	sees "it watches" "LIVE"
	in_host rs1 python3 "$here/storm.py" eth0 4 100000 >storm.log 2>&1 &
	sees "as many questions as a neighbour can send: told" "arp-storm" 40
	keys 2
	sees "... and the keys are heard" "\[2 Hosts\]" 10
	keys 3
	sees "... each of them" "\[3 Faults\]" 10
	wait $!
	sees "lost frames are counted on the screen ($(cat storm.log))" "dropped [0-9]"
	keys q
	ends "and it ends" 1
}

# The interface is gone; the screen stays, and rests.
test_deletion() {
	local pid before
	watch 110x34 -- "${options[@]}"
	sees "it watches" "LIVE"
	ip -n "$client" link del eth0
	sees "an interface that is deleted is told within a second" "disappeared\|gone" 10
	pid=$(cat pid)
	before=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
	sleep 2
	check "it rests then: $(($(awk '{ print $14 + $15 }' "/proc/$pid/stat") - before)) of 200 ticks" \
		$(($(awk '{ print $14 + $15 }' "/proc/$pid/stat") - before)) -le 4
	keys q
	ends "the evidence is incomplete" 4
}

# --------------------------------------------------------------------------------------------- as a service

verdicts() {
	jq -S '{matrix, director_matrix, faults: [.faults[] | del(.evidence[].input)]}' "$1"
}

test_service() {
	headless --probe -w run.pcapng --metrics metrics.prom --interval 1s -o report.json -f json
	event "a round begins" '.event == "round-started"'
	event "and ends" '.event == "round-complete"' 200
	event "the matrix is told" '.event == "cell" and .check == "service" and .to == "pass"'
	check "metrics are there, and whole" "$(tail -n 1 metrics.prom)" = "# EOF"
	headless_end TERM
	check "SIGTERM ends it with the report's status" "$status" -eq 0
	check "the last event says so" "$(jq -r 'select(.event == "stopped") | .exit_status' events.txt)" = 0
	check "nothing is on stderr" ! -s stderr
	"$truemac" analyze -f json run.pcapng >analyzed.json
	if diff <(verdicts report.json) <(verdicts analyzed.json) >diff.txt; then
		ok "analyze says the same of the recording, without being told anything"
	else
		not_ok "analyze says the same of the recording, without being told anything" "$(cat diff.txt)"
	fi
}

test_nobody_to_ask() {
	local how
	for how in --once --headless; do
		timeout 10 ip netns exec "$client" "$truemac" watch $how --probe --no-host -i eth0 >out 2>stderr
		check "$how --probe without a set-up is wrong usage" $? -eq 2
		check "$how --probe without a set-up says what to do" "$(grep -c -e '--vip and --rs' stderr)" -eq 1
	done
}

# The recording is made at the client; each real server says who it is, so their answers differ.
test_replay() {
	local capture
	ip netns exec "$client" tcpdump -i eth0 -s 0 -U --immediate-mode -Z root -w recording.pcap tcp port 80 >/dev/null 2>tcpdump.log &
	capture=$!
	until_true 30 grep -q 'listening on' tcpdump.log
	for _ in 1 2 3 4; do in_host client curl -s -m 3 -o /dev/null http://10.1.1.1/ && sleep 1; done
	sleep 0.2
	kill -INT $capture
	wait $capture
	watch 110x34 -- --replay recording.pcap "${options[@]}"
	if until_true 20 test -s status; then
		echo "ok - $suite: replay # SKIP $(head -n 1 stderr)"
		return
	fi
	sees "it watches" "LIVE"
	keys r a 5 p
	sees "p holds a replay" "paused"
	sees "what has begun ends, and no more begins" "0/s, paused" 40
	check "... so not all of it is done" "$(screen | grep -c 'of 8, 0/s, paused')" -eq 1
	keys +
	sees "+ makes it faster" "replaying at 125%"
	keys p
	sees "p lets it go on: r a replays to each real server" "the replay is over: 8 of 8" 80
	sees "the view shows each of them" "10.1.1.14 *done "
	keys 1
	sees "the matrix tells who differs" "10.1.1.1[34] .*FAIL"
	keys r r
	sees "r r replays to the selected one again" "the replay is over: 4 of 4" 50
	keys q
	ends "real servers that answer differently are faults" 1
	leaves "the report tells of the conversations" "Replayed conversations"
}

test_rotation() {
	local i
	headless -w ring.pcapng --rotate-time 500ms --rotate-files 2
	for ((i = 0; i < 8; i++)); do
		ask 10.1.1.13
		sleep 0.3
	done
	headless_end INT
	check "a recording that rotates keeps so many files: $(echo ring-*)" "$(find . -name 'ring-*' | wc -l)" -eq 3
	check "each of them is whole" \
		"$("$truemac" analyze -f json ring-*.pcapng | jq '[.inputs[] | select(.frames > 0 and (.truncated | not))] | length')" -eq 3
}

test_failover() {
	local begin took
	"$lab" down
	"$lab" up failover >lab.log 2>&1 || return
	headless --probe
	event "a round before the failover" '.event == "round-complete"' 200
	in_host client busybox ping -c 60 -i 0.2 10.1.1.1 >/dev/null 2>&1 &
	event "the master answers" '.event == "cell" and .director == "10.1.1.11" and .check == "accepts" and .to == "pass"' 40
	begin=$(date +%s%N)
	kill -TERM "$(cat "/run/truemac-lab/$LAB_PREFIX/keepalived-dir1.pid")"
	event "a failover shows in the matrix" '.event == "cell" and .director == "10.1.1.12" and .to == "pass"' 30
	took=$((($(date +%s%N) - begin) / 1000000))
	check "within two seconds of the takeover, which takes up to one ($took ms)" $took -le 3500
	# The new master answers for what it let pass before.
	ask 10.1.1.1
	sleep 2.5
	check "a healthy takeover is no fault" -z "$(jq -c 'select(.event == "fault-opened")' events.txt)"
	ip -n "$client" link del eth0
	until_true 20 is_gone $pid
	wait $pid
	check "without any interface it ends, incomplete" $? -eq 4
	check "and says why" "$(jq -r 'select(.event == "stopped") | .reason' events.txt)" = interface-gone
}

# Who types `truemac watch` and nothing else sees within one screen what is wrong and what to do, wherever he sits.
test_newcomer() {
	"$lab" down
	"$lab" up xen-routed >lab.log 2>&1 || return
	prefix_command=(ip netns exec "$client")
	watch 80x24 --
	sees "in a guest of a routed Xen host it watches" "eth0  LIVE"
	in_host client curl -s -m 4 -o /dev/null http://10.1.1.1/
	sees "... says that somebody answers for everything" "blanket-proxy *fe:ff:ff:ff:ff:ff" 20
	sees "... and what to do" "vif-bridge instead of"
	keys q
	ends "... and ends" 1
	prefix_command=(ip netns exec "$LAB_PREFIX-dom0")
	watch 80x24 --
	sees "in Dom0 it watches all interfaces" "[0-9] interfaces  LIVE"
	ask 10.1.1.13
	sees "... and says that Dom0 answers for a guest" "10.1.1.13 is at fe:ff:ff:ff:ff:ff, which is not its own" 20
	sees "... and what to do" "vif-bridge"
	keys q
	ends "... and ends" 1
}

test_trouble
test_repair
test_link
test_service
test_nobody_to_ask
test_replay
test_rotation
test_storm
test_deletion
test_failover
test_newcomer
