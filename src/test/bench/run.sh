#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh BUILD: how fast captures are read, beside other programs.
#
# PACKETS (3000000) in each file, RUNS (5) of each command in turn, on one
# core; medians, and ratios within this run: figures of different runs or
# machines are not comparable. Nothing here is a test: machines wander by 30 %.
# BENCH_DIR (BUILD/bench) needs about 700 bytes a packet.
set -eu
build=$1
packets=${PACKETS:-3000000}
runs=${RUNS:-5}
folder=${BENCH_DIR:-$build/bench}
mkdir -p "$folder"
results=$folder/results
: >"$results"

on_one_core=
if command -v taskset >/dev/null; then on_one_core="taskset -c 0"; fi

# Each line: NAME COMMAND; FILE stands for the capture.
commands=("truemac analyze|$build/truemac analyze --format json -o /dev/null FILE"
	"tcpdump -w /dev/null arp|tcpdump -r FILE -w /dev/null arp"
	"read() and a bare walk|$build/test/bench_walk FILE"
	"capinfos -c|capinfos -c FILE")

missing() {
	command -v "$1" >/dev/null || [ -x "$1" ] && return 1
	echo "not measured: $1 is not installed"
}

generate() {
	local kind=$1 file=$folder/$1-$packets.pcap
	if ! [ -s "$file" ]; then
		"$build/test/bench_generate" "$kind" "$packets" "$file.part"
		mv "$file.part" "$file"
	fi
	cat "$file" >/dev/null # into the page cache
	[ "$(free -b | awk '/^Mem:/ { print $7 }')" -gt "$(stat -c %s "$file")" ] ||
		echo "note: $file may not fit into the page cache; the disk is then measured, too"
}

# Alternating, so that a slow minute hits everybody.
measure() {
	local kind=$1 file=$folder/$1-$packets.pcap run entry name command
	for run in $(seq "$runs"); do
		for entry in "${commands[@]}"; do
			name=${entry%%|*} command=${entry#*|}
			! missing "${command%% *}" >/dev/null || continue
			# shellcheck disable=SC2086 # words
			echo "$kind|$name|$run|$($on_one_core "$build/test/bench_measure" ${command//FILE/$file})" >>"$results"
		done
	done
}

show() {
	local kind=$1 size
	size=$(stat -c %s "$folder/$kind-$packets.pcap")
	awk -F'|' -v kind="$kind" -v packets="$packets" -v size="$size" '
	function median(name,    n, i, k, list, x) {
		n = split(times[name], list, " ")
		for (i = 2; i <= n; i++)
			for (k = i; k > 1 && list[k] + 0 < list[k - 1] + 0; k--) { x = list[k]; list[k] = list[k - 1]; list[k - 1] = x }
		return list[int((n + 1) / 2)]
	}
	$1 == kind {
		split($4, result, " ")
		if (!($2 in times)) order[++count] = $2
		times[$2] = times[$2] " " result[1]
		if (result[2] > peak[$2]) peak[$2] = result[2]
		if (result[3] != 0 && result[3] != 1) failed[$2] = result[3]
	}
	END {
		printf "%-26s %8s %8s %8s %10s %10s %9s\n", "", "seconds", "Mpps", "GB/s", "to tcpdump", "to walk", "peak MiB"
		for (i = 1; i <= count; i++) {
			name = order[i]
			t = median(name)
			d = ("tcpdump -w /dev/null arp" in times) ? sprintf("%.2f", median("tcpdump -w /dev/null arp") / t) : "-"
			w = ("read() and a bare walk" in times) ? sprintf("%.2f", median("read() and a bare walk") / t) : "-"
			printf "%-26s %8.3f %8.2f %8.2f %10s %10s %9.1f%s\n", name, t, packets / t / 1e6, size / t / 1e9, d, w,
				peak[name] / 1024, (name in failed) ? "  FAILED with " failed[name] : ""
		}
	}' "$results"
}

for entry in "${commands[@]}"; do
	command=${entry#*|}
	missing "${command%% *}" || true
done
[ -n "$on_one_core" ] || echo "not pinned to one core: taskset is missing"
echo "$packets packets, medians of $runs alternating runs, $(uname -srm)"
for kind in mixed arp; do
	generate "$kind"
	measure "$kind"
	case $kind in
	mixed) printf '\nTCP and UDP of 60 to 1,514 bytes, one ARP packet in a hundred\n' ;;
	arp) printf '\nnothing but ARP, 60 bytes, 65,536 hosts\n' ;;
	esac
	show "$kind"
done
