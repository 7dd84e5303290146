# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Plays a scenario's traffic with ordinary tools, and records it on every host's eth0 and in Dom0.
# shellcheck disable=SC2154 # prefix, state, family, interface, method come from lab.sh

unused_v4=10.1.1.200
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

play() {
	local name
	transcript=$2
	name=$(function_of play "$1")
	if declare -F "$name" >/dev/null; then
		"$name"
	elif [ "$family" = 6 ]; then
		play_usual_v6
	else
		play_usual
	fi
}

# The first four real servers: enough to see a scenario with many.
some_servers() {
	real_servers | head -4
}

# ask_everybody: who has each address, in the ordinary form and in the form without a sender that no proxy answers
ask_everybody() {
	local server asks=() probes=()
	for server in $(vip) "$(address dir1)" $unused_v4 $(for host in $(some_servers); do address "$host"; done); do
		asks+=("arping -i $interface -c 1 -w 1.3 $server")
		probes+=("arping -0 -i $interface -c 1 -w 0.5 $server")
	done
	together client "${asks[@]}"
	together client "${probes[@]}"
}

# ping_servers: ordinary, and with a TTL that only the host itself accepts
ping_servers() {
	local server pings=() short=()
	for server in $(some_servers); do
		pings+=("busybox ping -c 1 -W 1 $(address "$server")")
		short+=("busybox ping -c 1 -t 1 -W 1 $(address "$server")")
	done
	together client "${pings[@]}"
	together client "${short[@]}"
}

# send_by_mac: echo and connection to the VIP, in frames to each real server's MAC as the director would send them
send_by_mac() {
	local server mac
	for server in $(some_servers); do
		mac=$(ip_in client neigh show "$(address "$server")" | awk '{ for (i = 1; i < NF; i++) if ($i == "lladdr") print $(i + 1) }')
		[ -n "$mac" ] || continue
		act client "arping -i $interface -c 1 -w 0.5 -t $mac $(vip)"
		act client "ip neigh replace $(vip) lladdr $mac dev $interface nud permanent"
		act client "busybox ping -c 1 -W 1 $(vip)"
		act client "sysctl -q -w net.ipv4.ip_default_ttl=1; curl -sS -m 0.7 http://$(vip)/; sysctl -q -w net.ipv4.ip_default_ttl=64"
		act client "ip neigh del $(vip) dev $interface"
	done
}

# visit [COUNT]: connections to the service, each from a port of its own
visit() {
	local port url visits=()
	url=$(vip)
	[ "$family" = 4 ] || url="[$url]"
	for ((port = 40001; port <= 40000 + ${1:-4}; port++)); do
		visits+=("curl -g -sS -m 4 --local-port $port http://$url/")
	done
	together client "${visits[@]}"
}

forget_neighbours() {
	local namespace
	for namespace in $(namespaces); do
		ip -n "$namespace" neigh flush all
	done
}

play_usual() {
	forget_neighbours
	ask_everybody
	ping_servers
	[ "$method" != dr ] || send_by_mac
	visit
	act client "ip neigh"
}

play_usual_v6() {
	local server pings=() short=()
	forget_neighbours
	for server in $(some_servers) dir1; do
		pings+=("busybox ping -6 -c 1 -W 2 $(address "$server")")
		short+=("busybox ping -6 -c 1 -t 1 -W 1 $(address "$server")")
	done
	together client "${pings[@]}"
	together client "${short[@]}"
	visit
	act client "ip -6 neigh"
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
