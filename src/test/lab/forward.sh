#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# forward.sh BUILD: what truemac forward promises, with a real client and three real HTTP servers.
#
# A client, a director and three real servers on a bridge, each in a namespace of its own; each real server has the VIP
# on lo and keeps quiet about it. Prints a line for each promise; without root or namespaces everything is skipped.
set -u
suite=forward
# shellcheck source=src/test/promises.sh
. "$(dirname "$0")/../promises.sh"
here=$(cd "$(dirname "$0")" && pwd)
truemac=$(realpath "${1:?usage: forward.sh BUILD}/truemac")
work=$(mktemp -d)
prefix=f$(($$ % 100000))
hosts="net client dir rs1 rs2 rs3"
vip=10.9.0.100 vip6=fd09::100 dir_mac=02:00:00:00:09:02
servers=(--rs 10.9.0.3 --rs 10.9.0.4 --rs 10.9.0.5)
servers6=(--rs fd09::3 --rs fd09::4 --rs fd09::5)
pid=

more() {
	tail -n 5 "$work/stderr"
}

# on HOST COMMAND...
on() {
	ip netns exec "$prefix-$1" "${@:2}"
}

ip_in() {
	ip -n "$prefix-$1" "${@:2}"
}

# ------------------------------------------------------------------------------------------------------ the lab

host_create() {
	ip netns add "$prefix-$1" || return
	ip_in "$1" link set lo up
	on "$1" sysctl -q -w net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv4.ip_forward=0 \
		net.ipv6.conf.all.forwarding=0 net.ipv6.conf.all.keep_addr_on_down=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
}

# host_plug HOST NUMBER
host_plug() {
	host_create "$1"
	ip_in net link add "$1" type veth peer name eth0 address "02:00:00:00:09:0$2" netns "$prefix-$1"
	ip_in net link set "$1" master br0 up
	ip_in "$1" link set eth0 up
	ip_in "$1" addr add "10.9.0.$2/24" dev eth0
	ip_in "$1" addr add "fd09::$2/64" dev eth0 nodad
}

server_start() {
	on "$1" python3 "$here/httpd.py" "$1" 2>/dev/null &
}

server_make() {
	host_plug "$1" "$2"
	on "$1" sysctl -q -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
	ip_in "$1" addr add $vip/32 dev lo
	ip_in "$1" addr add $vip6/128 dev lo nodad
	server_start "$1"
}

lab_up() {
	host_create net
	ip_in net link add br0 type bridge mcast_snooping 0
	ip_in net link set br0 up
	host_plug client 1
	host_plug dir 2
	server_make rs1 3
	server_make rs2 4
	server_make rs3 5
	client_static
	for _ in $(seq 50); do
		[ "$(on client curl -s -m 1 http://10.9.0.3/ http://10.9.0.4/ http://10.9.0.5/ | wc -l)" -lt 3 ] || return 0
		sleep 0.1
	done
}

# The client's way to the VIP where nobody announces it.
client_static() {
	ip_in client neigh replace $vip lladdr $dir_mac dev eth0 nud permanent
	ip_in client neigh replace $vip6 lladdr $dir_mac dev eth0 nud permanent
}

processes_end() {
	local host pids=()
	for host in $hosts; do
		mapfile -t -O ${#pids[@]} pids < <(ip netns pids "$prefix-$host" 2>/dev/null)
	done
	[ ${#pids[@]} -eq 0 ] || kill -s "$1" "${pids[@]}" 2>/dev/null
}

lab_down() {
	local host
	processes_end TERM
	sleep 0.2
	processes_end KILL
	for host in $hosts; do
		ip netns del "$prefix-$host" 2>/dev/null
	done
	rm -rf "$work"
}

# ------------------------------------------------------------------------------------------------------ running

# start ARGUMENTS...: forwards in the background until stop; waits until it has found the real servers up
start() {
	: >"$work/stderr"
	ip netns exec "$prefix-dir" "$truemac" forward --check-every 1 --format json "$@" >"$work/report.json" \
		2>"$work/stderr" &
	pid=$!
	for _ in $(seq 60); do
		[ "$(grep -c ' is up: ' "$work/stderr")" -lt "${wanted:-3}" ] || break
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
}

# stop [SIGNAL]: leaves report.json and status
stop() {
	kill -s "${1:-INT}" $pid
	wait $pid
	status=$?
}

# refused ARGUMENTS...: leaves status and stderr
refused() {
	on dir timeout 10 "$truemac" forward "$@" >"$work/out" 2>"$work/stderr"
	status=$?
}

# ask COUNT URL: who answers how often, as "rs1 rs2 rs3", each once; leaves the answers in answers
ask() {
	local i urls=()
	for i in $(seq "$1"); do urls+=("$2"); done
	on client xargs -n 1 -P 8 curl -g -s -m 5 <<<"${urls[*]}" >"$work/answers"
	sort -u "$work/answers" | tr '\n' ' '
}

# within SECONDS COMMAND...: until it succeeds
within() {
	local end=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		sleep 0.1
	done
}

said() {
	grep -q -e "$1" "$work/stderr"
}

attached() {
	ip_in dir -o link show eth0 | grep -c xdp
}

packets() {
	jq '[.forward[].packets] | add' "$work/report.json"
}

# ------------------------------------------------------------------------------------------------------ promises

# everything_answers ENGINE: HTTP in both families from all real servers, and a large request
everything_answers() {
	wanted=6 start --engine "$1" --vip $vip:80 --vip "[$vip6]:80" "${servers[@]}" "${servers6[@]}"
	check "$1: all real servers answer" "$(ask 60 http://$vip/)" = "rs1 rs2 rs3 "
	check "$1: ... to each question" "$(wc -l <"$work/answers")" -eq 60
	check "$1: all real servers answer by IPv6" "$(ask 60 "http://[$vip6]/")" = "rs1 rs2 rs3 "
	check "$1: a megabyte goes through" \
		"$(head -c 1000000 /dev/zero | on client curl -s -m 10 --data-binary @- http://$vip/ | cut -d' ' -f2)" = 1000000
	if command -v ab >/dev/null; then
		on client ab -q -n 600 -c 12 http://$vip/ >"$work/ab" 2>&1
		check "$1: ab gets all its answers" "$(awk '/^Complete requests/ { print $3 }' "$work/ab")" = 600
		check "$1: ... and none has failed" "$(awk '/^Non-2xx|^   \(Connect/ { n++ } END { print n + 0 }' "$work/ab")" -eq 0
	fi
	stop
	check "$1: an interrupted run is clean" $status -eq 0
	check "$1: packets of each real server are counted" \
		"$(jq '[.forward[] | select(.packets > 0 and .flows > 0 and .state == "up")] | length' "$work/report.json")" -eq 6
	check "$1: the report fits its schema" "$(python3 -c 'import json, jsonschema, sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' "$work/report.json" "$work/schema.json" 2>&1)" = ""
	check "$1: nothing stays attached" "$(attached)" -eq 0
}

drip() {
	on client curl -s -m 15 "http://$vip/drip/45" >"$work/drip.$1"
}

# Connections that last, while one real server goes and comes back.
test_removal() {
	local i drips=() whole=0 alien=0
	start --vip $vip:80 "${servers[@]}"
	for i in $(seq 18); do
		drip "$i" &
		drips+=($!)
	done
	sleep 0.7
	ip_in rs2 link set eth0 down
	within 8 said '10.9.0.4 is down: '
	check "a real server that is silent leaves" "$(grep -c 'is down: ' "$work/stderr")" -eq 1
	check "the others take its place" "$(ask 30 http://$vip/)" = "rs1 rs3 "
	ip_in rs2 link set eth0 up
	within 8 test "$(grep -c '10.9.0.4 is up: ' "$work/stderr")" -ge 2
	wait "${drips[@]}"
	for i in $(seq 18); do
		case $(sort "$work/drip.$i" | uniq -c | tr -s ' \n' ' ') in
		" 45 rs1 " | " 45 rs3 ") whole=$((whole + 1)) ;;
		*rs2*) alien=$((alien + 1)) ;;
		esac
	done
	check "connections of the other real servers survive ($whole of $((18 - alien)))" $((whole + alien)) -eq 18
	check "... and there were such" "$whole" -ge 6
	within 8 test "$(grep -c '10.9.0.4 is up: ' "$work/stderr")" -ge 2
	check "a real server that answers again returns" "$(ask 60 http://$vip/)" = "rs1 rs2 rs3 "
	stop TERM
	check "its failure is in the report" \
		"$(jq -r '.forward[] | select(.real_server == "10.9.0.4") | "\(.state) \(.failures)"' "$work/report.json")" = "up 1"
}

# Our own kernel says nothing to the client, and what a check opens is reset.
test_silence() {
	ip netns exec "$prefix-client" tcpdump -i eth0 -U -s 96 --immediate-mode -Z root -w "$work/client.pcap" \
		"ether src $dir_mac and not arp and not icmp6" >/dev/null 2>"$work/tcpdump" &
	local capture=$!
	within 5 grep -q 'listening on' "$work/tcpdump"
	start --engine "$1" --vip $vip:80 "${servers[@]}"
	ask 20 http://$vip/ >/dev/null
	stop
	sleep 0.2
	kill -INT $capture
	wait $capture
	check "$1: the director's kernel sends the client nothing" "$(tcpdump -nr "$work/client.pcap" 2>/dev/null | wc -l)" -eq 0
	check "$1: no connection of a check stays half open" \
		"$(on rs1 cat /proc/net/tcp6 | awk '$4 == "03" { n++ } END { print n + 0 }')" -eq 0
}

# tunnel_end HOST: takes IPIP out of its packets, by the kernel or in its place
tunnel_end() {
	local address
	address=$(ip_in "$1" -o -4 addr show eth0 | awk '{ split($4, a, "/"); print a[1] }')
	ip_in "$1" link add tunl9 type ipip local "$address" remote any 2>/dev/null ||
		on "$1" "$work/userlink" tunnel tunl9
	ip_in "$1" link set tunl9 mtu 1480 up
	on "$1" sysctl -q -w net.ipv4.conf.tunl9.rp_filter=0
}

test_tunnel() {
	local host
	"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O2 -o "$work/userlink" "$here/userlink.c"
	for host in rs1 rs2 rs3; do tunnel_end $host; done
	start --vip $vip:80 "${servers[@]}" --method tun --tunnel ipip
	check "VS/TUN: on a veth another engine is taken" "$(grep -c 'forwarding by afxdp' "$work/stderr")" -eq 1
	check "VS/TUN: all real servers answer" "$(ask 60 http://$vip/)" = "rs1 rs2 rs3 "
	check "VS/TUN: what is too big is told, and comes in smaller parts" \
		"$(head -c 200000 /dev/zero | on client curl -s -m 10 --data-binary @- http://$vip/ | cut -d' ' -f2)" = 200000
	stop
	check "VS/TUN: the packets are counted" "$(packets)" -gt 300
	check "VS/TUN: ... and what was too big" "$(jq '[.forward[].too_big] | add' "$work/report.json")" -gt 0
	# Whole packets of a veth cannot be put into tunnels by packet sockets.
	on client ethtool -K eth0 tso off gso off >/dev/null
	start --engine packet --vip $vip:80 "${servers[@]}" --method tun --tunnel ipip
	check "VS/TUN: all real servers answer by packet sockets" "$(ask 60 http://$vip/)" = "rs1 rs2 rs3 "
	stop
}

test_kill() {
	start --vip $vip:80 "${servers[@]}"
	check "while it runs its program is attached" "$(attached)" -eq 1
	refused --vip $vip:80 "${servers[@]}"
	check "a second one is refused" $status -eq 3
	check "... naming the program that is there" \
		"$(grep -cE '^truemac: eth0: runs XDP program [0-9]+( \(director\))? already' "$work/stderr")" -eq 1
	check "... in one line" "$(wc -l <"$work/stderr")" -eq 1
	stop KILL 2>/dev/null
	within 3 test "$(attached)" -eq 0
	check "kill -9 leaves no program attached" "$(attached)" -eq 0
}

test_announce() {
	ip_in client neigh flush all
	ip_in client neigh del $vip dev eth0
	ip_in client neigh del $vip6 dev eth0
	wanted=6 start --announce --vip $vip:80 --vip "[$vip6]:80" "${servers[@]}" "${servers6[@]}"
	check "announced, the VIP is found" "$(ask 30 http://$vip/)" = "rs1 rs2 rs3 "
	check "... at the director" "$(ip_in client neigh show $vip | awk '{ print $5 }')" = $dir_mac
	check "announced, the IPv6 VIP is found" "$(ask 30 "http://[$vip6]/")" = "rs1 rs2 rs3 "
	stop
	ip_in client neigh del $vip dev eth0
	check "afterwards nobody answers for it" "$(ask 1 http://$vip/)" = ""
	ip_in rs3 addr add $vip/32 dev eth0
	refused --announce --vip $vip:80 "${servers[@]}"
	check "a VIP that somebody owns is not announced" $status -eq 3
	check "... naming who" "$(grep -c '10.9.0.100 is not announced: 02:00:00:00:09:05 answers' "$work/stderr")" -eq 1
	check "... and nothing stays attached" "$(attached)" -eq 0
	ip_in rs3 addr del $vip/32 dev eth0
	client_static
}

test_refusals() {
	ip_in dir addr add $vip/32 dev lo
	refused --engine packet --vip $vip:80 "${servers[@]}"
	check "packet: a VIP of this machine is refused" $status -eq 2
	refused --announce --vip $vip:80 "${servers[@]}"
	check "a VIP of this machine is not announced twice" $status -eq 2
	start --vip $vip:80 "${servers[@]}"
	check "xdp: a VIP of this machine is forwarded all the same" "$(ask 30 http://$vip/)" = "rs1 rs2 rs3 "
	stop
	ip_in dir addr del $vip/32 dev lo
	on dir sysctl -q -w net.ipv4.ip_forward=1
	refused --engine packet --vip $vip:80 "${servers[@]}"
	check "packet: a machine that forwards is refused" $status -eq 2
	on dir sysctl -q -w net.ipv4.ip_forward=0
	refused --vip $vip:80 --rs 10.9.0.3 --rs 10.9.0.2
	check "this machine is no real server of its own" "$status-$(grep -c '10.9.0.2 is an address of this machine' "$work/stderr")" = 2-1
	refused --vip $vip:80 "${servers[@]}" --tunnel gre
	check "--tunnel without VS/TUN is refused" $status -eq 2
	refused --vip $vip:80 "${servers[@]}" --engine packet --xdp-mode native
	check "--xdp-mode without XDP is refused" $status -eq 2
	refused --vip $vip:80 --rs 10.9.0.3 --rs 10.9.0.99 --duration 5
	check "a real server that is down at the end makes the report incomplete" "$status-$(grep -c 'not up at the end' "$work/out")" = 4-1
	on dir setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all \
		"$truemac" forward --engine xdp -i eth0 --vip $vip:80 "${servers[@]}" >"$work/out" 2>"$work/stderr"
	check "without rights it says so" "$?-$(wc -l <"$work/stderr")-$(grep -c CAP_NET_ADMIN "$work/stderr")" = 3-1-1
}

# Capabilities are enough; without those of XDP there are packet sockets still.
test_capabilities() {
	local caps=+net_raw,+net_admin,+bpf,+perfmon
	chmod 755 "$work"
	cp "$truemac" "$work/truemac"
	on dir setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=$caps --ambient-caps=$caps "$work/truemac" \
		forward --format json --duration 3 --vip $vip:80 "${servers[@]}" >"$work/report.json" 2>"$work/stderr"
	check "three capabilities and CAP_NET_RAW are enough" "$?-$(engine)" = "0-xdp"
	caps=+net_raw
	on dir setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=$caps --ambient-caps=$caps "$work/truemac" \
		forward --format json --duration 3 --vip $vip:80 "${servers[@]}" >"$work/report.json" 2>"$work/stderr"
	check "with CAP_NET_RAW alone it is packet sockets" "$?-$(engine)" = "0-packet"
	check "... and says why" "$(grep -c 'since xdp: not permitted: ' "$work/stderr")" -eq 1
}

engine() {
	jq -r '.facts[] | select(.name == "engine").value | split(" ")[0]' "$work/report.json"
}

test_interface() {
	start --vip $vip:80 "${servers[@]}"
	ip_in dir link set eth0 down
	within 5 said 'eth0 went down'
	ip_in dir link set eth0 up
	within 8 test "$(grep -c ' is up: ' "$work/stderr")" -ge 6
	check "after an interface was down it forwards again" "$(ask 30 http://$vip/)" = "rs1 rs2 rs3 "
	stop
	check "... but the report is incomplete" $status -eq 4
	start --vip $vip:80 "${servers[@]}"
	ip_in net link del dir
	within 5 test ! -d /proc/$pid
	wait $pid
	status=$?
	check "an interface that is gone ends it" $status -eq 4
	check "... and is told" "$(jq -r '.incomplete[-1].reason' "$work/report.json")" = "eth0 is gone"
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for tool in ip curl ethtool jq python3 tcpdump setpriv; do
	command -v $tool >/dev/null || skip_all "needs $tool"
done
{ ip netns add "$prefix" && ip netns exec "$prefix" true && ip netns del "$prefix"; } 2>/dev/null || skip_all "needs network namespaces"
trap lab_down EXIT
trap 'exit 130' INT TERM
lab_up
"$truemac" explain --schema >"$work/schema.json"
everything_answers auto
everything_answers afxdp
everything_answers packet
test_removal
test_silence auto
test_silence afxdp
test_silence packet
test_tunnel
test_kill
test_announce
test_refusals
test_capabilities
test_interface
