#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# blast.sh BUILD: what truemac replay --rate promises.
#
# A client and two real servers with the VIP behind a bridge, each in a namespace; the servers answer every datagram.
# What the report says was sent and answered is held against what the servers' kernels and echo programs counted, for each
# engine; the client's kernel must send nothing of its own. Prints a line for each promise; without root or namespaces
# all is skipped.
set -u
suite=blast
# shellcheck source=src/test/promises.sh
. "$(dirname "$0")/../promises.sh"
build=$(realpath "${1:?usage: blast.sh BUILD}")
truemac=$build/truemac
work=$build/check/blast
prefix=b$(($$ % 100000))
jobs=() servers=()
mkdir -p "$work"

more() {
	cat "$work/err"
	jq -c '.incomplete, .facts[-1].value' "$work/report.json"
}

in_host() {
	ip netns exec "$prefix-$1" "${@:2}"
}

# start HOST COMMAND...: in the background, $! being the command itself
start() {
	ip netns exec "$prefix-$1" "${@:2}" >/dev/null 2>"$work/server.err" &
	jobs+=($!)
}

clean_up() {
	local host
	[ ${#jobs[@]} -eq 0 ] || kill "${jobs[@]}" 2>/dev/null
	for host in client switch rs1 rs2; do ip netns del "$prefix-$host" 2>/dev/null; done
	true
}

# Answers datagrams of the VIP, and keeps count of them in a file.
echo_server() {
	cat <<-'EOF'
		import os, signal, socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
		s.bind(("10.77.0.1", 9))
		count = 0
		def tell(number, frame):
		    with open(sys.argv[1] + ".part", "w") as f: f.write(str(count))
		    os.rename(sys.argv[1] + ".part", sys.argv[1])
		signal.signal(signal.SIGUSR1, tell)
		open(sys.argv[1] + ".ready", "w").close()
		while True:
		    data, address = s.recvfrom(2048)
		    s.sendto(data, address)
		    count += 1
	EOF
}

set_up() {
	local host number=11
	for host in client switch rs1 rs2; do
		ip netns add "$prefix-$host" || return
		in_host $host sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
		ip -n "$prefix-$host" link set lo up
	done
	ip -n "$prefix-switch" link add br0 type bridge || return
	ip -n "$prefix-switch" addr add 10.77.0.50/24 dev br0
	ip -n "$prefix-switch" link set br0 up
	for host in client rs1 rs2; do
		ip -n "$prefix-$host" link add eth0 type veth peer name $host netns "$prefix-switch" || return
		ip -n "$prefix-switch" link set $host master br0 up
		ip -n "$prefix-$host" link set eth0 up
	done
	ip -n "$prefix-client" addr add 10.77.0.2/24 dev eth0
	for host in rs1 rs2; do
		number=$((number + 1))
		in_host $host sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
		ip -n "$prefix-$host" addr add 10.77.0.$number/24 dev eth0
		ip -n "$prefix-$host" addr add 10.77.0.1/32 dev lo
		rm -f "$work/$host" "$work/$host.ready"
		start $host python3 "$work/echo.py" "$work/$host"
		servers+=("$!")
		start $host python3 -m http.server 80 --bind 10.77.0.1 -d "$work"
	done
	for host in rs1 rs2; do
		for _ in $(seq 100); do
			[ ! -e "$work/$host.ready" ] || break
			sleep 0.1
		done
	done
}

# How many datagrams the echo server of a host has answered.
echoed() {
	rm -f "$work/$1"
	kill -USR1 "${servers[${1#rs} - 1]}"
	for _ in $(seq 50); do
		[ ! -s "$work/$1" ] || break
		sleep 0.1
	done
	cat "$work/$1"
}

# snmp HOST PROTOCOL FIELD
snmp() {
	# shellcheck disable=SC2016 # awk's
	in_host "$1" awk -v protocol="$2:" -v field="$3" '
		$1 == protocol && !header { for (i = 2; i <= NF; i++) if ($i == field) at = i; header = 1; next }
		$1 == protocol { print $at }' /proc/net/snmp
}

# blast OPTION...: leaves $work/report.json, $work/err and $status
blast() {
	in_host client timeout 60 "$truemac" replay -f json --rs 10.77.0.12 --rs 10.77.0.13 "$@" \
		>"$work/report.json" 2>"$work/err"
	status=$?
}

# row ADDRESS FIELD
row() {
	jq -r --arg rs "$1" ".blast[] | select(.real_server == \$rs) | .$2" "$work/report.json"
}

udp=(--vip 10.77.0.1:9/udp "$work/udp.pcap")
tcp=(--vip 10.77.0.1:80 "$work/tcp.pcap")

record_tcp() {
	local mac dump
	mac=$(in_host rs1 cat /sys/class/net/eth0/address)
	ip -n "$prefix-client" neigh replace 10.77.0.1 lladdr "$mac" dev eth0
	start client tcpdump -Z root --immediate-mode -q -i eth0 -w "$work/tcp.pcap" 'tcp port 80'
	dump=$!
	sleep 1
	for _ in 1 2 3; do in_host client curl -s -o "$work/page" http://10.77.0.1/ 2>/dev/null; done
	sleep 0.3
	kill $dump
	wait $dump 2>/dev/null
	ip -n "$prefix-client" neigh del 10.77.0.1 dev eth0
}

fits_schema() {
	local complaint
	complaint=$(python3 -c 'import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
		"$work/report.json" "$work/schema.json" 2>&1)
	check "$1: the report fits the schema${complaint:+: }$(tail -n 1 <<<"$complaint")" -z "$complaint"
}

# Both sides count the same: sent and received, answered and counted.
same_counts() {
	local what=$1 host address before=() after=()
	shift
	for host in rs1 rs2; do before+=("$(snmp $host Udp InDatagrams)" "$(echoed $host)"); done
	blast --rate 4000 --loop 5 "$@" "${udp[@]}"
	for host in rs1 rs2; do after+=("$(snmp $host Udp InDatagrams)" "$(echoed $host)"); done
	check "$what: clean" "$status" -eq 0
	for host in 1 2; do
		address=10.77.0.$((11 + host))
		check "$what: real server $host received what was sent" \
			"$(row $address sent)" = "$((${after[2 * host - 2]} - ${before[2 * host - 2]}))"
		check "$what: its answers are counted" \
			"$(row $address answered)" = "$((${after[2 * host - 1]} - ${before[2 * host - 1]}))"
		check "$what: all are answered" "$(row $address unanswered)" = 0
	done
	fits_schema "$what"
}

engines() {
	local engine
	for engine in afxdp packet libnet; do same_counts $engine --engine $engine; done
	if ip -n "$prefix-switch" link set dev client xdp object "$build/bpf/pass.elf" sec xdp 2>"$work/err"; then
		same_counts xdp --engine xdp
		check "auto takes live frames where they can be had" \
			"$(blast --rate max "${udp[@]}"; jq -r '.facts[] | select(.name == "engine") | .value' \
				"$work/report.json")" = xdp
		ip -n "$prefix-switch" link set dev client xdp off
	else
		echo "ok - blast: xdp # SKIP no XDP program can be attached: $(head -n 1 "$work/err")"
	fi
}

spread() {
	blast --rate 4000 --to spread "${udp[@]}"
	check "spread: half of the clients each" "$(row 10.77.0.12 sent) $(row 10.77.0.13 sent)" = "100 100"
	check "spread: all are answered" "$(row 10.77.0.12 answered) $(row 10.77.0.13 answered)" = "100 100"
}

own_kernel() {
	local before half_open
	before=$(snmp client Tcp OutRsts)
	blast --rate 2000 --loop 20 "${tcp[@]}"
	half_open=$(for host in rs1 rs2; do in_host $host ss -Htn state syn-recv; done)
	check "TCP: real servers accept the SYNs" "$(row 10.77.0.13 syn_acks)" -ge 3
	check "TCP: this host's kernel sends no RST" "$(snmp client Tcp OutRsts)" = "$before"
	check "TCP: nothing is left half-open" -z "$half_open"
}

emulated() {
	blast --rate 4000 --clients 10.77.0.100-10.77.0.103 "${udp[@]}"
	check "emulated clients: all are answered" "$(row 10.77.0.12 answered) $(row 10.77.0.13 answered)" = "200 200"
	blast --rate 4000 --clients 10.77.0.49-10.77.0.50 "${udp[@]}"
	check "emulated clients: an address that somebody has is refused" "$status $(grep -c 10.77.0.50 "$work/err")" = "2 1"
}

rates() {
	local begin
	begin=$(date +%s%N)
	blast --rate 400 --duration 1500ms "${udp[@]}"
	begin=$((($(date +%s%N) - begin) / 1000000))
	check "a rate is kept" "$(row 10.77.0.12 sent)" -ge 290 -a "$(row 10.77.0.12 sent)" -le 310
	check "a duration is kept" "$begin" -ge 1500 -a "$begin" -le 5000
}

interruption() {
	local pid
	ip netns exec "$prefix-client" "$truemac" replay -f json --rs 10.77.0.12 --rs 10.77.0.13 --rate 1000 --duration 60s \
		"${udp[@]}" >"$work/report.json" 2>"$work/err" &
	pid=$!
	sleep 2
	kill -INT $pid
	wait $pid
	check "interrupted: the report says what was done" "$? $(jq -r '.incomplete[].reason' "$work/report.json")" = "4 interrupted"
	check "interrupted: and how much" "$(row 10.77.0.12 sent)" -gt 100
}

# Sends a datagram of the VIP's to a client's port; whoever takes it away is between.
knock() {
	in_host rs1 python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
s.bind(("10.77.0.12", 0))
s.sendto(b"x", ("10.77.0.2", 12345))'
}

death() {
	local pid before
	ip netns exec "$prefix-client" "$truemac" replay --rs 10.77.0.12 --rs 10.77.0.13 --rate 1000 --duration 60s \
		"${udp[@]}" >"$work/text" 2>"$work/err" &
	pid=$!
	sleep 1.5
	check "while it runs the kernel gets no answers" "$(snmp client Udp NoPorts)" = "${1:-$(snmp client Udp NoPorts)}"
	kill -KILL $pid
	wait $pid 2>/dev/null
	sleep 0.5
	before=$(snmp client Udp NoPorts)
	knock
	sleep 0.2
	check "killed: nothing is between the interface and the kernel" "$(snmp client Udp NoPorts)" -gt "$before"
}

failures() {
	in_host client "$truemac" replay --rs 10.77.0.99 --rate 10 "${udp[@]}" >"$work/text" 2>"$work/err"
	check "a real server that nobody answers for is told" "$? $(grep -c 'nobody answers for 10.77.0.99' "$work/err")" = "3 1"
	blast --rate 10 --vip 10.77.0.1:99/udp "$work/udp.pcap"
	check "a capture without traffic for the VIP is told" "$status $(grep -c 'nothing to send' "$work/err")" = "3 1"
	in_host rs2 ip addr del 10.77.0.1/32 dev lo
	blast --rate 4000 "${udp[@]}"
	check "a real server that answers nothing makes the report incomplete" \
		"$status $(jq -r '.incomplete[0].reason' "$work/report.json")" = "4 real servers answered nothing"
	in_host rs2 ip addr add 10.77.0.1/32 dev lo
	in_host client "$truemac" replay --rs 10.77.0.12 --engine xdp --rate 10 "${udp[@]}" >"$work/text" 2>"$work/err"
	check "an engine that cannot be had is told with the reason" "$? $(grep -c 'redirected frames\|built without' "$work/err")" = "3 1"
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for tool in ip jq tcpdump python3 curl ss; do
	command -v $tool >/dev/null || skip_all "needs $tool"
done
[ -s "$build/bpf/answers.elf" ] || skip_all "built without clang"
trap clean_up EXIT
"$build/test/bench_generate" udp60 200 "$work/udp.pcap"
echo_server >"$work/echo.py"
"$truemac" explain --schema >"$work/schema.json"
: >"$work/err"
set_up 2>"$work/err" || skip_all "needs network namespaces: $(head -n 1 "$work/err")"
record_tcp
engines
spread
own_kernel
emulated
rates
interruption
death "$(snmp client Udp NoPorts)"
failures
