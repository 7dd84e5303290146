#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scan.sh BUILD: sweeps of a /16 in which every address answers, beside arp-scan's.
#
# Two namespaces and a veth pair; the kernel of one answers for 65,536 addresses. truemac asks for each in two forms,
# arp-scan in one. RUNS (5) of each in turn; medians of the time, and the worst completeness. arp-scan is run at
# several bandwidths: what counts is the highest at which it misses none. Needs root.
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

# measure NAME COMMAND...: the command prints how many addresses it found
measure() {
	local name=$1 begin found
	shift
	begin=$(date +%s%N)
	found=$("$@" || true)
	echo "$name|$((($(date +%s%N) - begin) / 1000000))|$found" >>"$results"
}

# Exit status 1 is for faults that the machines around have; it is of no interest here.
sweep_truemac() {
	ip netns exec $asker "$build/truemac" scan "$@" -i eth0 -f json -o "$folder/scan.json" 10.9.0.0/16 || true
	jq '[.hosts[] | select(.ip | startswith("10.9."))] | length' "$folder/scan.json"
}

sweep_arp_scan() {
	ip netns exec $asker arp-scan -I eth0 -q -r 1 -B "$1" 10.9.0.0/16 | sed -n 's/.* \([0-9]*\) responded$/\1/p'
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
		for (i = 1; i <= count; i++) printf "%-36s %8.2f %18d\n", order[i], median(order[i]) / 1000, worst[order[i]]
	}' "$results"
}

[ "$(id -u)" -eq 0 ] || leave "needs root"
command -v jq >/dev/null || leave "jq is not installed"
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
