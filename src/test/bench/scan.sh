#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scan.sh BUILD: sweeps of a /16 in which every address answers, beside arp-scan's.
#
# Two namespaces and a veth pair; the kernel of one answers for 65,536 addresses. truemac asks for each in two forms,
# and listens for 1.2 s; arp-scan asks in one, and listens for 0.5 s. Both write a table of what they found. RUNS (5) of
# each in turn; medians of the time, and the worst completeness. arp-scan is run at several bandwidths: what counts is
# the highest at which it misses none, once for one form, and twice for two. Needs root.
set -eu
build=$1
runs=${RUNS:-5}
folder=${BENCH_DIR:-$build/bench}
asker=bench$$a answerer=bench$$b
mkdir -p "$folder"
results=$folder/scan-results
: >"$results"

leave() {
	echo "scan: not measured: $1"
	exit 0
}

clean_up() {
	ip netns del $asker 2>/dev/null || true
	ip netns del $answerer 2>/dev/null || true
}

# The asker's own address is outside of the network that is swept: the answerer would not answer itself.
set_up() {
	ip netns add $asker
	ip netns add $answerer
	ip -n $asker link add eth0 type veth peer name eth0 netns $answerer
	ip -n $asker addr add 10.8.0.1/15 dev eth0
	ip -n $answerer addr add 10.8.0.2/15 dev eth0
	ip -n $answerer link set lo up
	ip -n $asker link set eth0 up
	ip -n $answerer link set eth0 up
	ip -n $answerer route add local 10.9.0.0/16 dev lo
	sleep 2 # until IPv6 has its addresses: they would be a change of the interface
}

# measure NAME COMMAND...: the command leaves a table of what it found
measure() {
	local name=$1 begin milliseconds
	shift
	begin=$(date +%s%N)
	"$@" >/dev/null 2>&1 || true
	milliseconds=$((($(date +%s%N) - begin) / 1000000))
	echo "$name|$milliseconds|$(grep -c '^10\.9\.' "$folder/scan-table")" >>"$results"
}

# Exit status 1 is for faults that the machines around have; it is of no interest here.
sweep_truemac() {
	ip netns exec $asker "$build/truemac" scan "$@" -i eth0 -o "$folder/scan-table" 10.9.0.0/16
}

sweep_arp_scan() {
	ip netns exec $asker arp-scan -I eth0 -q -r 1 -B "$1" 10.9.0.0/16 >"$folder/scan-table"
}

show() {
	awk -F'|' '
	{
		if (!($1 in times)) order[++count] = $1
		times[$1] = times[$1] " " $2
		if (!($1 in worst) || $3 < worst[$1]) worst[$1] = $3
	}
	function median(name,    n, i, k, list, x) {
		n = split(times[name], list, " ")
		for (i = 2; i <= n; i++)
			for (k = i; k > 1 && list[k] + 0 < list[k - 1] + 0; k--) { x = list[k]; list[k] = list[k - 1]; list[k - 1] = x }
		return list[int((n + 1) / 2)]
	}
	END {
		printf "%-36s %8s %18s\n", "", "seconds", "found (worst run)"
		for (i = 1; i <= count; i++) {
			name = order[i]
			printf "%-36s %8.2f %18d\n", name, median(name) / 1000, worst[name]
			if (name ~ /pace max/) own = median(name)
			if (name ~ /arp-scan/ && worst[name] >= worst[order[1]] && (best == 0 || median(name) < best)) best = median(name)
		}
		if (best > 0) printf "two forms at --pace max to arp-scan without loss: %.2f x one form, %.2f x two forms\n", own / best, own / best / 2
	}' "$results"
}

[ "$(id -u)" -eq 0 ] || leave "needs root"
trap clean_up EXIT
set_up 2>/dev/null || leave "needs network namespaces"
command -v arp-scan >/dev/null || echo "scan: arp-scan is not installed, and not measured"

for ((run = 0; run < runs; run++)); do
	measure "truemac, two forms, default pace" sweep_truemac
	measure "truemac, two forms, --pace max" sweep_truemac --pace max
	if command -v arp-scan >/dev/null; then
		for bandwidth in 10M 50M 100M 200M; do
			measure "arp-scan, one form, -B $bandwidth" sweep_arp_scan $bandwidth
		done
	fi
done
printf '\na sweep of a /16 in which 65,536 addresses answer, medians of %d alternating runs, %s\n' "$runs" "$(uname -srm)"
show
