#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# replay.sh BUILD: what truemac promises of replaying recorded clients to real HTTP servers.
#
# One bridge, a client, and eight real servers with the VIP: three equal ones, one with other content, one that refuses,
# one that drops, one that is slow, and one behind a Dom0 that answers ARP in its place. Traffic is recorded with curl,
# wget and ab; what is replayed is watched by a third party. Prints a line for each promise; without root or namespaces
# everything is skipped.
set -u
suite=replay
# shellcheck source=src/test/promises.sh
. "$(dirname "$0")/../promises.sh"
truemac=$(realpath "${1:?usage: replay.sh BUILD}/truemac")
work=$(mktemp -d)
chmod 755 "$work"
prefix=p$(($$ % 100000))
vip=10.1.1.1

on() {
	ip netns exec "$prefix-$1" "${@:2}"
}

# Each process that runs in the namespaces is ended by its number.
clean_up() {
	local namespace pids
	for namespace in $(ip netns list 2>/dev/null | awk -v p="$prefix-" 'index($1, p) == 1 { print $1 }'); do
		mapfile -t pids < <(ip netns pids "$namespace")
		[ ${#pids[@]} -eq 0 ] || kill -KILL "${pids[@]}" 2>/dev/null
		ip netns del "$namespace"
	done
	rm -rf "$work"
}

# host NAME BRIDGE-HOST MAC [ADDRESS/BITS]: on that host's bridge
host() {
	ip netns add "$prefix-$1"
	on "$1" sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv4.ip_forward=0
	for scope in all default; do
		on "$1" sysctl -q -w net.ipv4.conf.$scope.rp_filter=0 net.ipv4.conf.$scope.arp_ignore=1 \
			net.ipv4.conf.$scope.arp_announce=2 net.ipv4.conf.$scope.proxy_arp=0
	done
	ip -n "$prefix-$1" link set lo up
	ip -n "$prefix-$2" link add "$1" type veth peer name eth0 address "$3" netns "$prefix-$1"
	ip -n "$prefix-$2" link set "$1" up master br0
	ip -n "$prefix-$1" link set eth0 up
	[ -z "${4:-}" ] || ip -n "$prefix-$1" addr add "$4" dev eth0
}

# Real server number N is 10.1.1.(20 + N).
server() {
	host "rs$1" switch "00:16:3e:0a:01:1$1" "10.1.1.2$1/24"
	ip -n "$prefix-rs$1" addr add $vip/32 dev lo
}

# serve NAME FOLDER [SECONDS]
serve() {
	on "$1" python3 "$work/httpd.py" "$work/$2" "${3:-0}" >/dev/null 2>&1 &
}

wait_for_port() {
	for _ in $(seq 50); do
		on "$1" ss -Hltn "sport = :80" | grep -q . && return
		sleep 0.1
	done
}

write_content() {
	mkdir "$work/same" "$work/other"
	seq 20000 >"$work/same/big"
	echo 'the page that everybody has' >"$work/same/page"
	for i in 1 2 3; do seq $((i * 300)) >"$work/same/f$i"; done
	cp "$work"/same/* "$work/other"
	echo 'the page that nobody else has' >"$work/other/page"
	cat >"$work/httpd.py" <<-'END'
		import http.server, os, sys, time
		class Handler(http.server.SimpleHTTPRequestHandler):
		    protocol_version = "HTTP/1.1"
		    def do_GET(self):
		        time.sleep(float(sys.argv[2]))
		        super().do_GET()
		os.chdir(sys.argv[1])
		http.server.ThreadingHTTPServer.request_queue_size = 128
		http.server.ThreadingHTTPServer(("0.0.0.0", 80), Handler).serve_forever()
	END
}

# A guest behind Dom0, which has its own leg on the bridge, forwards, and answers ARP for the guest after a while.
proxied_server() {
	host dom0 switch fe:ff:ff:ff:ff:ff 10.1.1.254/24
	on dom0 sysctl -q -w net.ipv4.ip_forward=1 net.ipv4.conf.eth0.proxy_arp=1
	ip netns add "$prefix-rs8"
	on rs8 sysctl -q -w net.ipv6.conf.all.disable_ipv6=1
	ip -n "$prefix-rs8" link set lo up
	ip -n "$prefix-dom0" link add vif8.0 type veth peer name eth0 address 00:16:3e:0a:01:18 netns "$prefix-rs8"
	ip -n "$prefix-dom0" link set vif8.0 up
	ip -n "$prefix-dom0" route add 10.1.1.28/32 dev vif8.0
	on dom0 sysctl -q -w net.ipv4.conf.vif8/0.proxy_arp=1
	ip -n "$prefix-rs8" link set eth0 up
	ip -n "$prefix-rs8" addr add 10.1.1.28/24 dev eth0
	ip -n "$prefix-rs8" addr add $vip/32 dev lo
}

build_lab() {
	ip netns add "$prefix-switch" 2>/dev/null || return 1
	ip -n "$prefix-switch" link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0 || return 1
	ip -n "$prefix-switch" link set br0 up
	write_content
	host client switch 00:16:3e:0a:01:8a 10.1.1.138/24
	for i in 1 2 3 4 5 6 7; do server $i; done
	proxied_server
	for i in 1 2 3 6 8; do serve rs$i same; done
	serve rs4 other
	serve rs7 same 0.7
	on rs6 nft -f - <<-END
		table ip filter {
			chain input {
				type filter hook input priority 0
				tcp dport 80 drop
			}
		}
	END
	for i in 1 2 3 4 6 7 8; do wait_for_port rs$i; done
}

# capture_begin HOST FILE INTERFACE FILTER...; capture_end
capture_begin() {
	local host=$1 file=$2 interface=$3
	shift 3
	ip netns exec "$prefix-$host" tcpdump -Z root --immediate-mode -U -i "$interface" -w "$file" "$@" 2>"$work/tcpdump.err" &
	capture=$!
	for _ in $(seq 50); do
		grep -q 'listening on' "$work/tcpdump.err" && return
		sleep 0.1
	done
}

capture_end() {
	sleep 0.5
	kill -TERM "$capture" 2>/dev/null
	wait "$capture" 2>/dev/null
}

# Through rs1, as a director without any other real server would send it.
record_clients() {
	ip -n "$prefix-client" neigh replace $vip lladdr 00:16:3e:0a:01:11 dev eth0
	capture_begin client "$work/clients.pcap" eth0 host $vip
	on client curl -s -o /dev/null "http://$vip/page" -o /dev/null "http://$vip/f1" -o /dev/null "http://$vip/f2"
	on client wget -q -O /dev/null "http://$vip/big"
	on client ab -q -n 20 -c 4 "http://$vip/f3" >/dev/null 2>&1
	capture_end
	ip -n "$prefix-client" neigh del $vip dev eth0
}

# replay CAPTURE OPTIONS...: leaves report.json, stderr and status
replay() {
	on client timeout 100 "$truemac" replay "$@" -i eth0 --vip $vip:80 --method dr --format json \
		>"$work/report.json" 2>"$work/stderr"
	status=$?
}

# cell REAL-SERVER: prints the replay column's value and reason
cell() {
	jq -r --arg rs "$1" '.matrix[] | select(.real_server == $rs) | .checks.replay | "\(.value): \(.reason)"' \
		"$work/report.json"
}

servers() {
	for i in "$@"; do echo --rs "10.1.1.2$i"; done
}

half_open() {
	for i in 1 2 3 4 7 8; do
		on rs$i ss -Htan state established state syn-recv state close-wait state fin-wait-1 state fin-wait-2 \
			state last-ack state closing
	done
}

verdicts() {
	local all
	mapfile -t all < <(servers 1 2 3 4 5 6 7 8 | tr ' ' '\n')
	capture_begin switch "$work/third.pcap" br0
	replay "$work/clients.pcap" --speed 4 --timeout 6 -w "$work/run.pcapng" "${all[@]}"
	capture_end
	check 'faults give status 1' "$status" -eq 1
	for i in 1 2 3; do
		check_like "equal server $i passes" "$(cell 10.1.1.2$i)" '^pass: .* answered as recorded, like the other'
	done
	check_like 'other content fails, with the place' "$(cell 10.1.1.24)" "^fail: 1 of .*nobody else has.*everybody has"
	check_like 'refusing fails' "$(cell 10.1.1.25)" '^fail: .* refused'
	check_like 'dropping fails' "$(cell 10.1.1.26)" '^fail: .* timed out'
	check_like 'slow fails' "$(cell 10.1.1.27)" '^fail: half of its answers take 7.. ms'
	check_like 'a proxying Dom0 fails' "$(cell 10.1.1.28)" '^fail: '
	check 'each that fails is a fault' "$(jq '[.faults[] | select(.rule == "replay-failed")] | length' \
		"$work/report.json")" -ge 5
	check 'no frame was lost' "$(jq '.incomplete | length' "$work/report.json")" -eq 0
	check 'nothing is left half-open' -z "$(half_open)"
	# A reset of the kernel's would go to a server that answers well; ours go to none of them here.
	check 'our kernel sends nothing' "$(tcpdump -nr "$work/third.pcap" \
		"src host 10.1.1.138 and tcp[tcpflags] & tcp-rst != 0 and ether dst 00:16:3e:0a:01:11" 2>/dev/null |
		wc -l)" -eq 0
	check 'no SYN/ACK of a live server is answered by a reset' "$(tcpdump -nr "$work/third.pcap" \
		'src host 10.1.1.138 and tcp[tcpflags] & tcp-rst != 0 and ether dst 00:16:3e:0a:01:12' 2>/dev/null | wc -l)" -eq 0
	"$truemac" analyze --format json "$work/run.pcapng" >"$work/again.json" 2>/dev/null
	check 'the run analysed says the same' "$(jq -cS '[.matrix, .replay, .verdict]' "$work/again.json" | sed "s|$work/run.pcapng||g")" = \
		"$(jq -cS '[.matrix, .replay, .verdict]' "$work/report.json" | sed "s|$work/run.pcapng||g")"
}

emulated() {
	local three
	mapfile -t three < <(servers 1 2 3 | tr ' ' '\n')
	replay "$work/clients.pcap" --speed max --clients 10.1.1.200-10.1.1.203 "${three[@]}"
	check 'emulated clients: clean' "$status" -eq 0
	check_like 'emulated clients: passes' "$(cell 10.1.1.22)" '^pass'
	check_like 'emulated clients: said, and why' "$(cat "$work/stderr")" "at 02:.* takes for another machine's"
	ip -n "$prefix-rs5" addr add 10.1.1.201/24 dev eth0
	replay "$work/clients.pcap" --speed max --clients 10.1.1.200-10.1.1.201 "${three[@]}"
	check_like 'an address in use is left out' "$(cat "$work/stderr")" '10.1.1.201 is in use by 00:16:3e:0a:01:15'
	check_like 'and the others serve' "$(cell 10.1.1.22)" '^pass'
	replay "$work/clients.pcap" --speed max --clients 10.1.1.201 "${three[@]}"
	check 'without any free address the evidence is incomplete' "$status" -eq 4
	check 'emulated clients: nothing is left half-open' -z "$(half_open)"
}

interrupted() {
	local two pid
	mapfile -t two < <(servers 1 7 | tr ' ' '\n')
	ip netns exec "$prefix-client" "$truemac" replay "$work/clients.pcap" -i eth0 --vip $vip:80 --method dr \
		--format json --loop 100 -w "$work/run.pcapng" "${two[@]}" >"$work/report.json" 2>"$work/stderr" &
	pid=$!
	sleep 2
	kill -INT "$pid"
	wait "$pid"
	check_like 'an interruption ends in the report' "$(jq -r '.incomplete[0].reason' "$work/report.json")" interrupted
	"$truemac" analyze --format json "$work/run.pcapng" >"$work/again.json" 2>/dev/null
	check 'the interrupted run analysed says the same' "$(jq -cS '[.verdict, .incomplete, .matrix]' "$work/again.json")" = \
		"$(jq -cS '[.verdict, .incomplete, .matrix]' "$work/report.json")"
	sleep 1
	check 'an interruption leaves nothing half-open' -z "$(half_open)"
}

# Without the rights for BPF, as with a kernel that cannot attach it.
without_bpf=(setpriv "--bounding-set=-all,+net_admin,+net_raw")

# Ports that the replayer took from the kernel are its own again, even after the worst end.
# killed WAY COMMAND...: the command runs truemac
killed() {
	local way=$1 pid
	shift
	ip -n "$prefix-client" neigh replace $vip lladdr 00:16:3e:0a:01:11 dev eth0
	ip netns exec "$prefix-client" "$@" "$truemac" replay "$work/clients.pcap" -i eth0 --vip $vip:80 --method dr \
		--rs 10.1.1.27 --loop 100 >/dev/null 2>"$work/stderr" &
	pid=$!
	for _ in $(seq 50); do
		grep -q 'keeps the kernel from answering' "$work/stderr" && break
		sleep 0.1
	done
	check_like "$way keeps the kernel out, and it is said" "$(cat "$work/stderr")" "$way at the ingress of eth0 keeps"
	on client timeout 2 curl -s -o /dev/null --local-port 10000-10100 "http://$vip/page"
	check "$way: meanwhile the kernel is deaf on these ports" $? -ne 0
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	on client timeout 5 curl -s -o /dev/null --local-port 10000-10100 "http://$vip/page"
	check "$way: after kill -9 it hears again" $? -eq 0
	ip -n "$prefix-client" neigh del $vip dev eth0
}

# VS/NAT takes answers from any port of the real servers, VS/DR only those of the service.
deaf_by_nftables() {
	local method
	capture_begin switch "$work/third.pcap" br0
	for method in dr nat; do
		on client timeout 100 "${without_bpf[@]}" "$truemac" replay "$work/clients.pcap" --speed max -i eth0 \
			--vip $vip:80 --method $method --rs 10.1.1.21 --rs 10.1.1.22 --format json \
			>"$work/report.json" 2>"$work/stderr"
		check "without BPF, VS/${method^^}: clean" $? -eq 0
		check_like "without BPF, VS/${method^^}: passes" "$(cell 10.1.1.22)" '^pass'
	done
	capture_end
	check 'without BPF our kernel sends nothing' "$(tcpdump -nr "$work/third.pcap" \
		'src host 10.1.1.138 and tcp[tcpflags] & tcp-rst != 0' 2>/dev/null | wc -l)" -eq 0
}

# refused WHAT PATTERN CAPTURE: cannot be replayed, and says why
refused() {
	replay "$3" --rs 10.1.1.21
	check "$1: status 3" "$status" -eq 3
	check_like "$1: says why" "$(cat "$work/stderr")" "$2"
}

incomplete_recordings() {
	tcpdump -r "$work/clients.pcap" -w "$work/oneway.pcap" "dst host $vip" 2>/dev/null
	tcpdump -r "$work/clients.pcap" -w "$work/answers.pcap" "src host $vip" 2>/dev/null
	tcpdump -r "$work/clients.pcap" -w "$work/midstream.pcap" 'tcp[tcpflags] & tcp-syn == 0' 2>/dev/null
	tcpdump -r "$work/clients.pcap" -w "$work/none.pcap" "host 10.9.9.9" 2>/dev/null
	editcap -s 70 "$work/clients.pcap" "$work/cut.pcap"
	refused 'no client traffic' 'holds no frames' "$work/none.pcap"
	refused 'answers only' "client's direction was not recorded" "$work/answers.pcap"
	refused 'midstream' 'begins in the middle' "$work/midstream.pcap"
	refused 'cut payloads' 'snap length' "$work/cut.pcap"
	replay "$work/oneway.pcap" --speed max --rs 10.1.1.21 --rs 10.1.1.22 --rs 10.1.1.24
	check_like 'one direction: said' "$(cat "$work/stderr")" "the recording has the client's direction alone"
	check_like 'one direction: equal servers pass' "$(cell 10.1.1.22)" '^pass'
	check_like 'one direction: the other one is found' "$(cell 10.1.1.24)" \
		"^fail: 1 of .*nobody else has.*' where 10.1.1.2[12] answers '.*everybody has"
	check 'one direction: the fault cites a frame' "$(jq '[.faults[] | select(.rule == "replay-failed").evidence[]] | length' \
		"$work/report.json")" -ge 1
	replay "$work/oneway.pcap" --speed max --rs 10.1.1.22 --rs 10.1.1.24
	check_like 'one direction, two that differ: nobody knows who is right' "$(cell 10.1.1.22)" '^unknown: 1 of .* differ'
	check 'one direction, two that differ: a warning for each' "$status-$(jq '[.faults[] | select(.rule == "replay-failed" and
		.severity == "warning" and .confidence == "hint")] | length' "$work/report.json")" = 1-2
}

[ "$(id -u)" = 0 ] || skip_all "needs root"
for tool in curl wget ab tcpdump nft jq python3 editcap; do
	command -v $tool >/dev/null || skip_all "$tool is missing"
done
trap clean_up EXIT
build_lab || skip_all "no network namespaces"
record_clients
verdicts
emulated
deaf_by_nftables
interrupted
killed 'a BPF program'
killed 'a table of nftables' "${without_bpf[@]}"
incomplete_recordings
