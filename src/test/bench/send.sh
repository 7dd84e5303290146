#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# send.sh BUILD: how fast the frames of a capture are sent, beside tcpreplay, tcpreplay-edit and trafgen.
#
# Two namespaces and a veth pair; all programs send the same capture of 1,000 frames of 60 bytes, then of 1,514, over
# and over, on one core, each in turn, RUNS (5) times. The receiving end is plain, or has an XDP program that drops:
# live frames need that, and what the receiver costs is then least. Figures are each program's own rate of sending;
# "received" is what the other end counted, of what was sent. Ratios are within this run: what else the machine does
# (its load is shown) hits all alike. Needs root.
set -eu
build=$(realpath "$1")
runs=${RUNS:-5}
folder=${BENCH_DIR:-$build/bench}
sender=bench$$s receiver=bench$$r
mkdir -p "$folder"
results=$folder/send-results
: >"$results"

leave() {
	echo "send: not measured: $1"
	exit 0
}

clean_up() {
	ip netns del $sender 2>/dev/null || true
	ip netns del $receiver 2>/dev/null || true
}

set_up() {
	local name
	ip netns add $sender
	ip netns add $receiver
	for name in $sender $receiver; do
		ip netns exec "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	done
	ip -n $sender link add eth0 type veth peer name eth0 netns $receiver
	ip -n $sender addr add 10.77.0.2/16 dev eth0
	ip -n $sender link set eth0 up
	ip -n $receiver link set eth0 up
}

# A receiver that costs nearly nothing.
make_drop() {
	cat >"$folder/drop.bpf.c" <<-'EOF'
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		SEC("xdp") int drop(struct xdp_md *context) { return XDP_DROP; }
		char LICENSE[] SEC("license") = "GPL";
	EOF
	clang -target bpf -O2 -g -isystem "/usr/include/$(uname -m)-linux-gnu" -c "$folder/drop.bpf.c" -o "$folder/drop.o"
}

set_receiver() {
	ip -n $receiver link set dev eth0 xdp off
	[ "$1" = plain ] || ip -n $receiver link set dev eth0 xdp object "$folder/drop.o" sec xdp
}

on_sender() {
	ip netns exec $sender taskset -c "$core" "$@"
}

# Each prints "SENT LOST RATE", LOST as far as the program knows it.
by_engine() {
	on_sender "$build/test/send_frames" "$1" eth0 "$file" "$2" | awk '{ printf "%d %d %d\n", $2, $3, $2 / $4 }'
}

by_replay() {
	on_sender "$build/truemac" replay --vip 10.77.0.1:9/udp --rs "10.77.0.12=02:00:00:00:00:02" -i eth0 \
		--rate max --loop "$1" -f json "$file" 2>/dev/null |
		jq -r '.facts[] | select(.name == "sent") | .value' |
		sed -nE 's/^([0-9]+) frames in .*: ([0-9]+) a second, ([0-9]+) of.*/\1 \3 \2/p'
}

by_tcpreplay() {
	local program=$1
	shift
	on_sender "$program" --topspeed -q -i eth0 "$@" "$file" 2>/dev/null |
		awk '/^Actual:/ { sent = $2 } /^Rated:/ { rate = $(NF - 1) } END { printf "%d 0 %d\n", sent, rate }'
}

by_trafgen() {
	on_sender trafgen -i "${file%.pcap}.cfg" -o eth0 -n "$1" --cpus 1 2>&1 | tr -d '\r' |
		awk '/packets outgoing/ { sent = $1 } /sec, .* on CPU/ { time = $1 + $3 / 1e6 }
			END { printf "%d 0 %d\n", sent, (time > 0 ? sent / time : 0) }'
}

received() {
	ip netns exec $receiver cat /sys/class/net/eth0/statistics/rx_packets
}

# measure NAME COMMAND...
measure() {
	local name=$1 before figures
	shift
	before=$(received)
	figures=$("$@" || true)
	sleep 0.05
	echo "$end|$length|$name|${figures:-0 0 0}|$(($(received) - before))" >>"$results"
}

measure_all() {
	if [ "$end" != plain ]; then
		measure "live frames (--engine xdp)" by_engine xdp 2000
		measure "truemac replay --rate max" by_replay 2000
	fi
	measure "AF_XDP (--engine afxdp)" by_engine afxdp 600
	measure "sendmmsg (--engine packet)" by_engine packet 400
	measure "libnet (--engine libnet)" by_engine libnet 300
	if command -v tcpreplay >/dev/null; then
		measure "tcpreplay --topspeed" by_tcpreplay tcpreplay -l 300
		measure "tcpreplay -K --topspeed" by_tcpreplay tcpreplay -K -l 300
		measure "tcpreplay-edit, MACs rewritten" by_tcpreplay tcpreplay-edit -l 300 \
			--enet-dmac=02:00:00:00:00:02 --enet-smac=02:00:00:00:00:01
	fi
	if command -v trafgen >/dev/null; then measure "trafgen --cpus 1" by_trafgen 400000; fi
}

show() {
	awk -F'|' -v end="$1" -v length_="$2" '
	function median(text,    n, i, k, list, x) {
		n = split(text, list, " ")
		for (i = 2; i <= n; i++)
			for (k = i; k > 1 && list[k] + 0 < list[k - 1] + 0; k--) { x = list[k]; list[k] = list[k - 1]; list[k - 1] = x }
		return list[int((n + 1) / 2)]
	}
	$1 == end && $2 == length_ {
		split($4, figures, " ")
		if (!($3 in rates)) order[++count] = $3
		rates[$3] = rates[$3] " " figures[3]
		sent[$3] += figures[1]
		lost[$3] += figures[2]
		received[$3] += $5
	}
	END {
		plain = median(rates["tcpreplay --topspeed"])
		edit = median(rates["tcpreplay-edit, MACs rewritten"])
		printf "%-32s %8s %13s %18s %12s %12s %12s\n", "", "Mpps", "to tcpreplay", "to tcpreplay-edit", "sent", "known lost", "received"
		for (i = 1; i <= count; i++) {
			name = order[i]
			rate = median(rates[name])
			printf "%-32s %8.3f %13s %18s %12d %12d %12d%s\n", name, rate / 1e6,
				(plain > 0 ? sprintf("%.2f", rate / plain) : "-"), (edit > 0 ? sprintf("%.2f", rate / edit) : "-"),
				sent[name], lost[name], received[name],
				(sent[name] == 0 ? "  did not run" : sent[name] - lost[name] == received[name] ? "" : "  DIFFERS")
		}
	}' "$results"
}

[ "$(id -u)" -eq 0 ] || leave "needs root"
trap clean_up EXIT
set_up 2>/dev/null || leave "needs network namespaces"
ends=plain
if ! command -v clang >/dev/null; then
	echo "send: clang is not installed: live frames are not measured"
elif ! make_drop; then
	echo "send: the receiver's program cannot be built: live frames are not measured"
else
	ends="plain drops"
fi
command -v tcpreplay >/dev/null || echo "send: tcpreplay is not installed, and not measured"
command -v trafgen >/dev/null || echo "send: trafgen (netsniff-ng) is not installed, and not measured"
core=$(($(nproc) - 1))

for length in 60 1514; do
	file=$folder/udp$length.pcap
	"$build/test/bench_generate" "udp$length" 1000 "$file"
	if command -v netsniff-ng >/dev/null; then netsniff-ng --in "$file" --out "${file%.pcap}.cfg" -s >/dev/null 2>&1; fi
	for end in $ends; do
		set_receiver "$end"
		for ((run = 0; run < runs; run++)); do measure_all; done
	done
done
for end in $ends; do
	for length in 60 1514; do
		printf '\nframes of %d bytes, receiving end %s, medians of %d alternating runs on core %d; load %s, %s\n' "$length" \
			"$([ "$end" = plain ] && echo plain || echo "drops in XDP")" "$runs" "$core" \
			"$(cut -d' ' -f1-3 /proc/loadavg)" "$(uname -srm)"
		show "$end" "$length"
	done
done
