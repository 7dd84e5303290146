#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scan.sh BUILD: what truemac scan promises, and manners and times of scans and IPv6 probes as others see them.
#
# In healthy VS/DR labs, IPv4 and IPv6, and behind an IPv6 proxy. Prints a line for each promise; without root or
# namespaces everything is skipped.
set -u
suite=scan
# shellcheck source=src/test/promises.sh
. "$(dirname "$0")/../promises.sh"
here=$(cd "$(dirname "$0")" && pwd)
truemac=$(realpath "${1:?usage: scan.sh BUILD}/truemac")
work=$(mktemp -d)
chmod 755 "$work"
export LAB_PREFIX=s$(($$ % 100000))
lab=$here/lab.sh
client=$LAB_PREFIX-client
mac=00:16:3e:0a:01:8a
capture=

clean_up() {
	[ -z "$capture" ] || kill "$capture"
	"$lab" down
	rm -rf "$work"
}

up() {
	"$lab" up "$1" >"$work/up.log" 2>&1
}

# run ARGUMENTS...: of truemac, at the client; leaves report.json and stderr
run() {
	ip netns exec "$client" timeout 60 "$truemac" "$1" --no-host -f json -w "$work/run.pcapng" "${@:2}" \
		>"$work/report.json" 2>"$work/stderr"
}

# capture_start HOST INTERFACE
capture_start() {
	ip netns exec "$LAB_PREFIX-$1" tcpdump -i "$2" -U -s 192 --immediate-mode --time-stamp-precision=nano -Z root \
		-w "$work/third.pcap" >/dev/null 2>"$work/third.log" &
	capture=$!
	until grep -q 'listening on' "$work/third.log"; do sleep 0.05; done
}

capture_stop() {
	sleep 0.2
	kill -INT $capture
	wait $capture
	capture=
}

own_addresses() {
	ip -n "$client" -o addr show dev eth0 | awk '{ sub("/.*", "", $4); printf "%s ", $4 }'
}

# check_manners WHAT PACE ARGUMENTS...: a run as Dom0 sees it pass the client's port of the bridge
check_manners() {
	local what=$1 pace=$2
	shift 2
	capture_start dom0 vif1.0
	run "$@" --pace "$pace"
	capture_stop
	check_empty "$what: no forged sender, announcement, half-open connection or burst" \
		"$(tcpdump -nn -e -tt -r "$work/third.pcap" 2>/dev/null |
			awk -v mac=$mac -v ip="$(own_addresses)" -v pace="$pace" -f "$here/politeness.awk")"
	check "$what: a third party sees what the capture holds" "$(frames_in third.pcap)" -ge $(($(frames_in run.pcapng) - 2))
	check_again "$what"
}

frames_in() {
	tcpdump -nr "$work/$1" 2>/dev/null | wc -l
}

# What two reports of one run have in common.
findings() {
	jq -S '{verdict, hosts, incomplete, faults: [.faults[] | del(.evidence[].input)]}' "$1"
}

check_again() {
	"$truemac" analyze -f json "$work/run.pcapng" >"$work/again.json" 2>"$work/again.err"
	check_empty "$1: its capture, analysed, says the same" \
		"$(diff <(findings "$work/report.json") <(findings "$work/again.json"))"
}

# own ADDRESS: "yes", "no", "unknown", or nothing where it was not found
own() {
	jq -r --arg ip "$1" '[.hosts[] | select(.ip == $ip) | .macs[].own] | join(" ")' "$work/report.json"
}

# -------------------------------------------------------------------------------------------------- times

# Of a parallel capture: the shortest time from an ordinary question to its answer, for each address, in nanoseconds.
times_of_others() {
	tcpdump -nn -tt -r "$work/third.pcap" arp 2>/dev/null --time-stamp-precision=nano | awk '
		{ split($1, time, "."); now = time[1] % 100000 * 1000000000 + time[2] }
		/Request who-has/ { delete asked[$5] }
		/Request who-has/ && !/tell 0.0.0.0/ { asked[$5] = now }
		/Reply/ && ($4 in asked) {
			delay = now - asked[$4]
			if (!($4 in least) || delay < least[$4]) least[$4] = delay
		}
		END { for (ip in least) print ip, least[ip] }' | sort
}

own_times() {
	jq -r '.hosts[] | .ip as $ip | .macs[] | select(.answer_time != null) | "\($ip) \(.answer_time)"' "$work/report.json" | sort
}

test_times() {
	local far
	capture_start client eth0
	run scan --pace 200 10.1.1.0/28
	capture_stop
	far=$(join <(own_times) <(times_of_others) | awk '{ d = $2 - $3; if (d < 0) d = -d; if (d > 5000) far++ } END { print far + 0, NR }')
	check "answer times are the kernel's own: of ${far#* } hosts ${far% *} differ by more than 5 us from a parallel capture" \
		"$far" = "0 5"
}

# ------------------------------------------------------------------------------------------------- storms

# Another host sweeps as fast as this one does; only that is told.
test_storm() {
	ip netns exec "$LAB_PREFIX-rs2" timeout 30 "$truemac" scan -q --no-host -i eth0 --pace 1500 10.2.0.0/19 >/dev/null 2>&1 &
	local storm=$!
	sleep 0.5
	run scan --pace 2000 10.3.0.0/22
	kill $storm
	wait $storm
	check "a storm by somebody else is told, the own sweep is not" \
		"$(jq -r '.faults[] | select(.rule == "arp-storm") | .subject.mac' "$work/report.json")" = 00:16:3e:0a:01:0e
	check_again "a sweep"
}

# ---------------------------------------------------------------------------------------------- interruptions

test_interrupt() {
	ip netns exec "$client" "$truemac" scan --no-host -f json -w "$work/run.pcapng" --pace 100 10.1.1.0/24 \
		>"$work/report.json" 2>"$work/stderr" &
	local pid=$!
	sleep 1
	kill -INT $pid
	wait $pid
	check "an interrupted scan is incomplete" $? -eq 4
	check_again "an interrupted scan"
}

[ "$(id -u)" -eq 0 ] || skip_all "needs root"
for tool in ip tcpdump jq; do
	command -v $tool >/dev/null || skip_all "needs $tool"
done
trap clean_up EXIT
trap 'exit 130' INT TERM

up bridge-dr || skip_all "needs network namespaces"
check_manners "IPv4" 200 scan 10.1.1.0/26
check "IPv4: owners are told" "$(own 10.1.1.13) $(own 10.1.1.11)" = "yes yes"
test_times
test_interrupt
test_storm
"$lab" down

up ipv6-bridge-dr
check_manners "IPv6, a network that is asked through" 200 scan fd0a:1:1::/121
check "IPv6, asked through: owners are told" "$(own fd0a:1:1::13) $(own fd0a:1:1::11)" = "yes yes"
check_manners "IPv6, a network that is heard" 200 scan fd0a:1:1::/64
check "IPv6, heard: owners are told" "$(own fd0a:1:1::13) $(own fd0a:1:1::14)" = "yes yes"
check "IPv6, heard: a line says that silent hosts are not found" "$(grep -c 'silent hosts' "$work/stderr")" -eq 1
read -r -a options < <("$lab" options ipv6-bridge-dr)
check_manners "an IPv6 probe" 40 probe "${options[@]}"
"$lab" down

up ipv6-proxy-ndp
run scan fd0a:1:1::13
check "IPv6: a proxied address is told" "$(own fd0a:1:1::13)" = no
run scan -f ethers fd0a:1:1::13
check "IPv6: a proxied address is no true MAC" "$(grep -c '^[0-9a-f].* fd0a:1:1::13$' "$work/report.json")" -eq 0
