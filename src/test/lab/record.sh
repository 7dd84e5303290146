# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Plays a scenario's traffic with ordinary tools, and records it on every host's eth0 and in Dom0.
# shellcheck disable=SC2154 # prefix, state, family, interface, method come from lab.sh

transcript=/dev/null
captures=()

# ------------------------------------------------------------------------------------------------ acting

# act HOST COMMAND: runs it, at most 15 s, and writes command and output into the transcript
act() {
	local started output
	started=$(date +%H:%M:%S.%3N)
	output=$(ip netns exec "$prefix-$1" timeout 15 bash -c "$2" 2>&1 </dev/null) || true
	printf '[%s] %s# %s\n%s\n' "$started" "$1" "$2" "$output" >>"$transcript"
}

# together HOST COMMAND...: all at once; the transcript has them in order
together() {
	local host=$1 whole=$transcript part=0 command started=()
	shift
	for command in "$@"; do
		transcript=$state/part-$((part++))
		: >"$transcript"
		act "$host" "$command" &
		started+=($!)
	done
	wait "${started[@]}"
	transcript=$whole
	for ((part = 0; part < $#; part++)); do
		cat "$state/part-$part" >>"$transcript"
	done
}

# ------------------------------------------------------------------------------------------ usual traffic

# play SCENARIO TRANSCRIPT
play() {
	local name
	transcript=$2
	name=$(function_of play "$1")
	if declare -F "$name" >/dev/null; then
		"$name"
	else
		play_usual
	fi
}

play_usual() {
	forget_neighbours
	[ "$family" = 6 ] || ask_everybody
	ping_everybody
	[ "$method" != dr ] || send_by_mac
	visit 40002 2
	act client "ip -$family neigh"
}

forget_neighbours() {
	local namespace
	for namespace in $(namespaces); do
		ip -n "$namespace" neigh flush all
	done
}

# The addresses that questions go to: not more than four real servers, and two that nobody has.
servers_asked() {
	local host
	for host in $(real_servers | head -4); do
		address "$host"
	done
}

unused_addresses() {
	[ "$family" = 4 ] && echo 10.1.1.200 10.1.1.201 || echo fd0a:1:1::200 fd0a:1:1::201
}

# ask_everybody: who has each address, in the ordinary form and in the form without a sender that no proxy answers
ask_everybody() {
	local ip asks=() probes=()
	for ip in $(vip) "$(address dir1)" $(servers_asked) $(unused_addresses); do
		asks+=("arping -i $interface -c 1 -w 1.3 $ip")
		probes+=("arping -0 -i $interface -c 1 -w 0.5 $ip")
	done
	together client "${asks[@]}"
	together client "${probes[@]}"
}

# ping_everybody: ordinary, and with a TTL that only the host itself accepts
ping_everybody() {
	local ip pings=() unused=()
	for ip in $(vip) "$(address dir1)" $(servers_asked); do
		pings+=("busybox ping -c 1 -W 2 $ip")
	done
	for ip in $(unused_addresses); do
		unused+=("busybox ping -c 1 -W 2 $ip")
	done
	together client "${pings[@]}" "${unused[@]}"
	short_ttl 1
	together client "${pings[@]}"
	short_ttl 64
}

# short_ttl TTL: of all that the client sends from now on
short_ttl() {
	act client "sysctl -q -w net.ipv4.ip_default_ttl=$1 net.ipv6.conf.${interface/./\/}.hop_limit=$1"
}

# The MAC that the client has for an address; empty where it has none.
mac_known() {
	ip_in client neigh show "$1" | awk '{ for (i = 1; i < NF; i++) if ($i == "lladdr") print $(i + 1) }'
}

# send_by_mac: connections and echo to the VIP, in frames to each real server's MAC as the director would send them
send_by_mac() {
	local ip mac port=41002
	for ip in $(servers_asked); do
		mac=$(mac_known "$ip")
		[ -z "$mac" ] || send_to_mac "$mac" $port
		port=$((port + 5))
	done
}

# send_to_mac MAC PORT: TTL 1 comes first, since a host that has just sent a redirect sends no Time Exceeded for a second.
# A director chooses another real server for PORT than for PORT + 1, so a frame that is sent on shows where it ends.
send_to_mac() {
	local curl
	curl="curl -g -sS -m 0.7 $(service_url) --local-port"
	[ "$family" = 6 ] || act client "arping -i $interface -c 1 -w 0.5 -t $1 $(vip)"
	act client "ip neigh replace $(vip) lladdr $1 dev $interface nud permanent"
	short_ttl 1
	act client "$curl $(($2 + 2))"
	short_ttl 64
	together client "$curl $2" "$curl $(($2 + 1))" "busybox ping -c 1 -W 1 $(vip)"
	act client "ip neigh del $(vip) dev $interface"
}

# ping_by_mac ADDRESS MAC: with TTL 1
ping_by_mac() {
	act client "ip neigh replace $1 lladdr $2 dev $interface nud permanent"
	act client "busybox ping -c 1 -t 1 -W 1 $1"
	act client "ip neigh del $1 dev $interface"
}

service_url() {
	[ "$family" = 4 ] && echo "http://$(vip)/" || echo "http://[$(vip)]/"
}

# visit PORT COUNT: connections to the service at once, from client ports PORT and up
visit() {
	local port visits=()
	for ((port = $1; port < $1 + $2; port++)); do
		visits+=("curl -g -sS -m 4 --local-port $port $(service_url)")
	done
	together client "${visits[@]}"
}

# ---------------------------------------------------------------------------------------------- capturing

# capture_start HOST INTERFACE FILE
capture_start() {
	ip netns exec "$prefix-$1" tcpdump -i "$2" -U -s 0 -c 20000 --immediate-mode --time-stamp-precision=nano -Z root \
		-w "$3" >/dev/null 2>"$3.log" &
	captures+=($!)
}

# Hosts whose eth0 is worth a file: all, but only a few of many real servers.
recorded_hosts() {
	namespaces | sed "s/^$prefix-//" | grep -v -x -E 'dom0|rs([5-9]|[1-9][0-9]+)'
}

captures_start() {
	local host
	for host in $(recorded_hosts); do
		capture_start "$host" eth0 "$1/$host-eth0.pcap"
	done
	if ip_in dom0 link show xenbr0 >/dev/null 2>&1; then
		capture_start dom0 xenbr0 "$1/dom0-xenbr0.pcap"
	else
		capture_start dom0 eth0 "$1/dom0-eth0.pcap"
		for host in $(recorded_hosts); do
			host=$(vif_of "$host")
			! ip_in dom0 link show "$host" >/dev/null 2>&1 || capture_start dom0 "$host" "$1/dom0-$host.pcap"
		done
	fi
	captures_await "$1"
}

captures_await() {
	local log tries
	for log in "$1"/*.pcap.log; do
		for ((tries = 0; tries < 100; tries++)); do
			! grep -q 'listening on' "$log" || break
			sleep 0.05
		done
	done
}

captures_stop() {
	sleep 0.2
	kill -INT "${captures[@]}" 2>/dev/null || true
	wait "${captures[@]}" || true
	captures=()
	rm -f "$1"/*.pcap.log
}

# record SCENARIO DIR: the scenario is up; verb_record's trap takes it down
record() {
	rm -f "$2"/*.pcap "$2/commands.txt"
	captures_start "$2"
	play "$1" "$2/commands.txt"
	captures_stop "$2"
}
