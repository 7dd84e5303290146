#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# forward.sh BUILD: how many frames a second `truemac forward` sends on, beside other directors.
#
# A load of live frames (BPF_PROG_RUN) goes through a veth to the director and comes back through it; what arrives is
# counted by the interface. Frames of 60 and of 1,514 bytes and 4096 flows, RUNS (5) of SECONDS_EACH (2) of each way in
# turn; medians, and ratios within this run. Needs root, clang, nft, ethtool and iproute2 with libbpf. Nothing here is a
# test.
#
# Load, director and receiver share the load's core where the kernel forwards, so that each frame's cost is what the load
# has used of that core; others on the machine do not count. From this the load alone is subtracted (a veth that drops
# all), for what the director costs by itself: what it would reach on a core of its own. Where a process forwards, the
# wall clock counts instead.
set -u
build=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
runs=${RUNS:-5} seconds=${SECONDS_EACH:-2}
load=tmb$(($$ % 100000))-load director=tmb$(($$ % 100000))-dir
work=$(mktemp -d)
vip=10.9.0.100 mac=02:00:00:00:09:02
program=

for tool in ip nft clang ethtool; do
	command -v "$tool" >/dev/null || { echo "forward: not measured: $tool is not installed"; exit 0; }
done
[ "$(id -u)" -eq 0 ] || { echo "forward: not measured: needs root"; exit 0; }

end_program() {
	[ -z "$program" ] || { kill "$program" && wait "$program"; } 2>/dev/null
	program=
}

clean_up() {
	end_program
	ip netns del "$load"
	ip netns del "$director"
	rm -rf "$work"
}

set_up() {
	ip netns add "$load" && ip netns add "$director" || exit 0
	trap clean_up EXIT
	trap 'exit 130' INT TERM
	ip -n "$director" link add eth0 address $mac type veth peer name load0 address 02:00:00:00:09:01 netns "$load"
	ip -n "$director" addr add 10.9.0.2/24 dev eth0
	ip -n "$director" link set eth0 up
	ip -n "$load" link set load0 up
	# Frames of XDP are taken by a veth that has GRO on, or XDP of its own.
	ip netns exec "$director" ethtool -K eth0 gro on
	clang -target bpf -O2 -g -isystem "/usr/include/$(uname -m)-linux-gnu" -c -o "$work/peers.o" \
		"$here/bpf/forward_peers.bpf.c" || exit 0
	ip -n "$load" link set dev load0 xdp obj "$work/peers.o" sec xdp_swallow || exit 0
	for i in 3 4 5; do
		ip -n "$director" neigh replace 10.9.0.$i lladdr 02:00:00:00:09:0$i dev eth0 nud permanent
	done
}

received() {
	ip netns exec "$load" ethtool -S load0 | awk -F': ' '/rx_queue_[0-9]+_xdp_drops/ { n += $2 } END { printf "%d\n", n }'
}

# --- the ways: each is set up by its name and taken down by NAME_end

alone() {
	ip -n "$director" link set dev eth0 xdp obj "$work/peers.o" sec xdp_swallow
}
alone_end() {
	ip -n "$director" link set dev eth0 xdp off
}

turn() {
	ip -n "$director" link set dev eth0 xdp obj "$work/peers.o" sec xdp_turn
}
turn_end() {
	ip -n "$director" link set dev eth0 xdp off
}

forward_by() {
	ip netns exec "$director" "$build/truemac" forward -q --engine "$1" --xdp-mode "$2" --check-every 0 -o /dev/null \
		-i eth0 --vip $vip:80 --rs 10.9.0.3=02:00:00:00:09:03 --rs 10.9.0.4=02:00:00:00:09:04 \
		--rs 10.9.0.5=02:00:00:00:09:05 &
	program=$!
	sleep 1
}
native() { forward_by xdp native; }
native_end() { end_program; }
generic() { forward_by xdp generic; }
generic_end() { end_program; }
afxdp() { forward_by afxdp native; }
afxdp_end() { end_program; }
packet() { forward_by packet auto; }
packet_end() { end_program; }

nftables() {
	ip netns exec "$director" nft -f - <<-END
		table netdev director {
			chain in {
				type filter hook ingress device eth0 priority 0
				ip daddr $vip tcp dport 80 ether daddr set jhash ip saddr . tcp sport mod 3 map { 0 : 02:00:00:00:09:03, 1 : 02:00:00:00:09:04, 2 : 02:00:00:00:09:05 } fwd to eth0
			}
		}
	END
}
nftables_end() {
	ip netns exec "$director" nft delete table netdev director
}

routing() {
	ip netns exec "$director" sysctl -q -w net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 \
		net.ipv4.conf.eth0.send_redirects=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
	ip -n "$director" route replace $vip via 10.9.0.3 dev eth0
}
routing_end() {
	ip -n "$director" route del $vip
	ip netns exec "$director" sysctl -q -w net.ipv4.ip_forward=0
}

ways="alone turn native generic afxdp packet nftables routing"

measure() {
	local way=$1 size=$2 before after sent time cpu
	"$way"
	before=$(received)
	read -r sent time cpu < <(ip netns exec "$load" "$build/test/forward_load" load0 $mac $vip "$seconds" "$size")
	sleep 0.2
	after=$(received)
	[ "$way" != alone ] || after=$((before + sent))
	"${way}_end"
	echo "$size $way $sent $((after - before)) $time $cpu" >>"$work/results"
}

show() {
	awk -v size="$1" '
	function median(list,    n, i, k, values, x) {
		n = split(list, values, " ")
		for (i = 2; i <= n; i++)
			for (k = i; k > 1 && values[k] + 0 < values[k - 1] + 0; k--) { x = values[k]; values[k] = values[k - 1]; values[k - 1] = x }
		return values[int((n + 1) / 2)]
	}
	BEGIN {
		name["alone"] = "the load alone"; name["turn"] = "bare XDP_TX"
		name["native"] = "truemac forward, xdp native"; name["generic"] = "truemac forward, xdp generic"
		name["afxdp"] = "truemac forward, afxdp"; name["packet"] = "truemac forward, packet"
		name["nftables"] = "nftables netdev fwd"; name["routing"] = "routing"
	}
	# By the load\047s share of its core, or by the wall clock.
	$1 == size && $4 > 0 {
		if (!($2 in cost)) order[++count] = $2
		cost[$2] = cost[$2] " " ($2 == "packet" || $2 == "afxdp" ? $5 : $6) / $4 * 1e9
	}
	function of(way) { return median(cost[way]) }
	function own(way) { return of(way) - of("alone") }
	END {
		printf "\nforwarding %4s-byte frames      %10s %7s %12s %10s %12s %12s\n", size, "ns a frame", "Mpps", "to nftables", "to XDP_TX", "own share ns", "to nftables"
		for (i = 1; i <= count; i++) {
			way = order[i]
			printf "%-31s %10.0f %7.3f %12.2f %10.2f", name[way], of(way), 1e3 / of(way), of("nftables") / of(way), of("turn") / of(way)
			if (way != "alone" && way != "packet" && way != "afxdp") printf " %12.0f %12.2f", own(way), own("nftables") / own(way)
			print ""
		}
	}' "$work/results"
}

set_up
: >"$work/results"
for size in 60 1514; do
	for _ in $(seq "$runs"); do
		for way in $ways; do
			measure "$way" "$size"
		done
	done
	show "$size"
done
