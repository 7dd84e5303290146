#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# live.sh BUILD: what truemac promises of asking a network, where nothing goes as planned.
#
# In a healthy VS/DR lab of its own: manners, as a third party sees them; interruption; an interface that goes down,
# goes away or changes; full disks; missing rights; where files go when root works for another user. Prints a line for
# each promise; without root or namespaces everything is skipped.
set -u
suite=live
# shellcheck source=src/test/promises.sh
. "$(dirname "$0")/../promises.sh"
here=$(cd "$(dirname "$0")" && pwd)
truemac=$(realpath "${1:?usage: live.sh BUILD}/truemac")
work=$(mktemp -d)
chmod 755 "$work"
export LAB_PREFIX=v$(($$ % 100000))
lab=$here/lab.sh
client=$LAB_PREFIX-client
mac=00:16:3e:0a:01:8a
ip=10.1.1.138

clean_up() {
	"$lab" down
	! mountpoint -q "$work/small" || umount "$work/small"
	rm -rf "$work"
}

# in_client COMMAND...
in_client() {
	ip netns exec "$client" "$@"
}

# probe ARGUMENTS...: at the client; leaves report.json, stderr and status
probe() {
	in_client timeout 60 "$truemac" probe "${options[@]}" --format json "$@" >"$work/report.json" 2>"$work/stderr"
	status=$?
}

# probe_while SECONDS COMMAND...: the command is run so many seconds after the start; $seconds is what the rest took
probe_while() {
	local delay=$1 begin
	shift
	probe -w "$work/run.pcapng" &
	sleep "$delay"
	"$@"
	begin=$(date +%s%N)
	wait $!
	seconds=$((($(date +%s%N) - begin) / 1000000000))
}

# The reason for which the evidence is incomplete.
gap() {
	jq -r '.incomplete[].reason' "$work/report.json"
}

frames_in() {
	tcpdump -nr "$1" 2>/dev/null | wc -l
}

# What two reports of one run have in common.
verdicts() {
	jq -S '{matrix, faults: [.faults[] | del(.evidence[].input)]}' "$1"
}

# -------------------------------------------------------------------------------------------------- manners

# Everything that passes the client's port of the bridge, as Dom0 sees it.
capture_start() {
	ip netns exec "$LAB_PREFIX-dom0" tcpdump -i vif1.0 -U -s 128 --immediate-mode -Z root -w "$work/third.pcap" \
		>/dev/null 2>"$work/third.log" &
	capture=$!
	until grep -q 'listening on' "$work/third.log"; do sleep 0.05; done
}

capture_stop() {
	sleep 0.2
	kill -INT $capture
	wait $capture
}

complaints() {
	tcpdump -nn -e -tt -r "$work/third.pcap" 2>/dev/null |
		awk -v mac=$mac -v ip=$ip -v pace="$1" -f "$here/politeness.awk"
}

test_manners() {
	capture_start
	probe --pace 40 -w "$work/run.pcapng"
	capture_stop
	check "a healthy set-up is clean" "$status" -eq 0
	check_empty "a third party sees no forged sender, announcement, half-open connection or burst" "$(complaints 40)"
	check "a third party sees what the capture holds" \
		"$(frames_in "$work/third.pcap")" -ge "$(($(frames_in "$work/run.pcapng") - 2))"
	test_times
}

# The same frames in both captures: each third party's time differs by what a frame takes through a veth.
test_times() {
	local far
	far=$(paste <(arp_times "$work/run.pcapng") <(arp_times "$work/third.pcap") |
		awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 0.00005) far++ } END { print far + 0, NR }')
	check "times are the kernel's own: ${far% *} of ${far#* } ARP frames are more than 50 us apart" \
		"${far% *}" -le $((${far#* } / 20))
}

arp_times() {
	tcpdump -nn -tt --time-stamp-precision=nano -r "$1" arp 2>/dev/null | awk '{ print substr($1, 6) }'
}

# --------------------------------------------------------------------------------------------- interruptions

# check_gap_again WHAT: the capture says as much
check_gap_again() {
	"$truemac" analyze "${options[@]}" --format json "$work/run.pcapng" >"$work/again.json" 2>/dev/null
	check_empty "$1: its capture, analysed, says why it is incomplete" \
		"$(diff <(jq -S '[.verdict, .incomplete]' "$work/report.json") <(jq -S '[.verdict, .incomplete]' "$work/again.json"))"
}

test_interrupt() {
	local pid begin
	# Not through a function: the signal is to reach the program itself.
	ip netns exec "$client" "$truemac" probe "${options[@]}" --format json -w "$work/run.pcapng" \
		>"$work/report.json" 2>"$work/stderr" &
	pid=$!
	sleep 1
	kill -INT $pid
	begin=$(date +%s%N)
	wait $pid
	status=$?
	check "an interrupted probe ends at once" $((($(date +%s%N) - begin) / 1000000)) -lt 1000
	check "an interrupted probe is incomplete" $status -eq 4
	check "an interrupted probe says so" "$(gap)" = "interrupted before everything was asked"
	check "an interrupted probe keeps its frames" "$(frames_in "$work/run.pcapng")" -gt 4
	check_gap_again "an interrupted probe"
}

# after_gap WHAT PATTERN
after_gap() {
	check "$1: told within a second" "$seconds" -le 1
	check "$1: incomplete" "$(jq -r .verdict "$work/report.json")" = incomplete
	if gap | grep -q "$2"; then ok "$1: named"; else not_ok "$1: named" "$(gap)"; fi
	check "$1: the frames are kept" "$(frames_in "$work/run.pcapng")" -gt 4
	check_gap_again "$1"
}

test_link_events() {
	probe_while 1 ip -n "$client" link set eth0 down
	after_gap "an interface set down" "eth0 went down"
	ip -n "$client" link set eth0 up
	probe_while 1 ip -n "$LAB_PREFIX-dom0" link set vif1.0 down
	after_gap "a lost carrier" "eth0 went down"
	ip -n "$LAB_PREFIX-dom0" link set vif1.0 up
	probe_while 1 ip -n "$client" addr del $ip/24 dev eth0
	after_gap "a lost address" "eth0 has lost its address $ip"
	ip -n "$client" addr add $ip/24 dev eth0
	probe_while 1 ip -n "$client" link set eth0 address 02:00:00:00:00:77
	after_gap "another MAC" "eth0 has got another MAC"
	ip -n "$client" link set eth0 address $mac
}

test_no_address() {
	ip -n "$client" addr flush dev eth0
	probe -i eth0 -w "$work/run.pcapng"
	check "no own address to ask as: incomplete" $status -eq 4
	check_gap_again "no own address to ask as"
	ip -n "$client" addr add $ip/24 dev eth0
}

# The last one: the client has no interface afterwards.
test_deletion() {
	probe_while 1 ip -n "$client" link del eth0
	after_gap "a deleted interface" "eth0 "
	probe
	check "no interface to ask by: usage" $status -eq 2
	probe -i eth0
	check "an interface that is not there: cannot run" $status -eq 3
}

# ---------------------------------------------------------------------------------------------- full disks

test_full_disks() {
	probe -w /dev/full
	check "a capture that cannot be begun: cannot run" $status -eq 3
	check "a capture that cannot be begun: nothing was asked" ! -s "$work/report.json"
	probe -o /dev/full
	check "a report that cannot be written: cannot run" $status -eq 3
	mkdir -p "$work/small"
	mount -t tmpfs -o size=4k none "$work/small"
	probe -w "$work/small/run.pcapng"
	check "a disk that fills up: status 3" $status -eq 3
	check "a disk that fills up: the report is there" "$(jq -r .command "$work/report.json")" = probe
	check "a disk that fills up: what fits is there" "$(frames_in "$work/small/run.pcapng")" -gt 10
	check "a disk that fills up: the capture says that its end is missing" \
		"$("$truemac" analyze --format json "$work/small/run.pcapng" | jq -r '.incomplete[].reason')" = "the end of the run was not written"
	check "a disk that fills up: one line tells" "$(grep -c 'No space left' "$work/stderr")" -eq 1
	check "a disk that fills up: nothing else is left" "$(find "$work/small" -type f | wc -l)" -eq 1
	umount "$work/small"
}

# ------------------------------------------------------------------------------------------------- rights

test_rights() {
	in_client setpriv --bounding-set -net_raw --inh-caps -net_raw "$truemac" probe "${options[@]}" \
		>"$work/report.json" 2>"$work/stderr"
	check "without CAP_NET_RAW: cannot run" $? -eq 3
	check "without CAP_NET_RAW: one line" "$(wc -l <"$work/stderr")" -eq 1
	if grep -q 'sudo setcap cap_net_raw+ep ' "$work/stderr"; then
		ok "without CAP_NET_RAW: the line says what to do"
	else
		not_ok "without CAP_NET_RAW: the line says what to do" "$(cat "$work/stderr")"
	fi
	test_nothing_is_kept
	test_file_capability
	test_others_folder
}

test_nothing_is_kept() {
	local pid
	ip netns exec "$client" "$truemac" probe "${options[@]}" -w "$work/run.pcapng" >/dev/null 2>&1 &
	pid=$!
	sleep 0.7
	check_empty "no capability is left while frames are read" \
		"$(grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):' /proc/$pid/status | grep -v '0000000000000000')"
	check "no new privilege can be got" "$(awk '/^NoNewPrivs/ { print $2 }' /proc/$pid/status)" = 1
	kill -INT $pid
	wait $pid
}

# The program as it is installed with SETCAP=1, for a user who is nobody.
test_file_capability() {
	cp "$truemac" "$work/truemac"
	if ! setcap cap_net_raw+ep "$work/truemac" 2>/dev/null; then
		echo "ok - live: a user with the capability may probe # SKIP needs setcap"
		return
	fi
	in_client setpriv --reuid 65534 --regid 65534 --clear-groups "$work/truemac" probe "${options[@]}" -q \
		>/dev/null 2>"$work/stderr"
	check "a user with the capability may probe" $? -eq 0
}

# As under sudo: root writes into a user's folder, and has no more rights there than the user.
test_others_folder() {
	mkdir "$work/home"
	chown 65534:65534 "$work/home"
	probe -w "$work/home/run.pcapng"
	check "root may write into a user's folder" $status -eq 0
	check "root's capture in a user's folder is whole" "$(frames_in "$work/home/run.pcapng")" -gt 10
	check "nothing else is left there" "$(find "$work/home" -type f | wc -l)" -eq 1
}

# ---------------------------------------------------------------------------------------------------- pipes

test_pipe() {
	mkfifo "$work/pipe"
	cat "$work/pipe" >"$work/piped.pcapng" &
	probe -w "$work/pipe"
	wait $!
	"$truemac" analyze "${options[@]}" --format json "$work/piped.pcapng" >"$work/again.json"
	check_empty "a capture can go through a pipe, and says the same" \
		"$(diff <(verdicts "$work/report.json") <(verdicts "$work/again.json"))"
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for tool in ip tcpdump jq setpriv mountpoint; do
	command -v $tool >/dev/null || skip_all "needs $tool"
done
trap clean_up EXIT
trap 'exit 130' INT TERM
"$lab" up bridge-dr >"$work/up.log" 2>&1 || skip_all "needs network namespaces"
read -r -a options < <("$lab" options bridge-dr)

test_manners
test_interrupt
test_link_events
test_no_address
test_full_disks
test_rights
test_pipe
test_deletion
