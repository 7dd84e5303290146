#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# inspect.sh BUILD: runs truemac inspect inside the lab's hosts, with each setting wrong in turn. The right fault must be
# found and no other; the commands that it prints are typed in as they stand (those for the running system), and then it
# must be gone. Prints a line for each; without root or namespaces all is skipped.
set -u
here=$(cd "$(dirname "$0")" && pwd)
truemac=$(realpath "${1:?usage: inspect.sh BUILD}/truemac")
work=$1/check/inspect
prefix=i$(($$ % 100000))
mkdir -p "$work"

in_host() {
	ip netns exec "$prefix-$1" "${@:2}"
}

# inspect HOST OPTION...: leaves $work/report.json; gives the rules of faults that are no remarks, in one line
inspect() {
	in_host "$1" "$truemac" inspect --format json "${@:2}" >"$work/report.json" 2>"$work/err"
	jq -r '[.faults[] | select(.severity != "info") | .rule] | unique | join(" ")' "$work/report.json"
}

# commands REGEX: what stands there to be typed
commands() {
	jq -r --arg what "$1" '.faults[] | select(.severity != "info") | .remedy[] | select(test($what))' "$work/report.json"
}

repair() {
	local command
	while read -r command; do
		in_host "$1" sh -c "$command" >>"$work/repairs" 2>&1 || echo "failed: $command" >>"$work/repairs"
	done < <(commands "${2:-^(sysctl|ip) }")
}

# The lines that make it last, written to a folder of their own instead of /etc/sysctl.d.
keep() {
	local command
	rm -rf "$work/sysctl.d" && mkdir "$work/sysctl.d"
	while read -r command; do
		sh -c "${command//\/etc\/sysctl.d/$work/sysctl.d}" 2>>"$work/repairs"
	done < <(commands "^printf ")
}

result() {
	if [ "$2" = "$3" ]; then
		echo "ok - inspect: $1"
	else
		echo "not ok - inspect: $1"
		echo "# found '$2' instead of '$3'"
		sed 's/^/# /' "$work/err" "$work/repairs"
	fi
}

# wrong WHAT HOST RULES OPTIONS COMMAND...: the command makes it wrong, inside of the host
wrong() {
	local what=$1 host=$2 rules=$3 options
	read -r -a options <<<"$4"
	: >"$work/repairs"
	in_host "$host" sh -c "$5" >>"$work/repairs" 2>&1
	echo "$rules" >>"$work/seen"
	result "$what" "$(inspect "$host" "${options[@]}")" "$rules"
	keep
	repair "$host"
	result "$what: repaired by what is printed" "$(inspect "$host" "${options[@]}")" ""
	[ -n "$(ls "$work/sysctl.d")" ] || return 0
	in_host "$host" sh -c "$5" >>"$work/repairs" 2>&1
	inspect "$host" "${options[@]}" >>"$work/repairs"
	repair "$host" "^ip "
	in_host "$host" sysctl -p "$work"/sysctl.d/*.conf >>"$work/repairs" 2>&1
	result "$what: what is printed for good repairs it, too" "$(inspect "$host" "${options[@]}")" ""
}

# healthy WHAT HOST RULES ROLE OPTION...: RULES are what is found beside the role
healthy() {
	: >"$work/repairs"
	echo "$3" >>"$work/seen"
	result "$1" "$(inspect "$2" "${@:5}")" "$3"
	result "$1: the role" "$(jq -r '.facts[] | select(.name == "role").value | split(":")[0]' "$work/report.json")" "$4"
}

test_bridge() {
	local rs="--vip 10.1.1.1:80 --rs 10.1.1.13 --method dr" director="--vip 10.1.1.1:80 --director 10.1.1.11"
	healthy "a healthy real server" rs1 "" real-server
	healthy "a healthy director" dir1 "" director --vip 10.1.1.1:80 --director 10.1.1.11
	healthy "a client" client "" client
	healthy "a Dom0 that bridges" dom0 "" dom0
	wrong "arp_ignore off" rs1 host-arp-ignore "" "sysctl -w net.ipv4.conf.all.arp_ignore=0"
	wrong "arp_announce off" rs1 host-arp-announce "" "sysctl -w net.ipv4.conf.all.arp_announce=0"
	wrong "arp_announce 1" rs1 host-arp-announce "" "sysctl -w net.ipv4.conf.all.arp_announce=1"
	wrong "arp_ignore of a reserved value, greater than that of all" rs1 host-arp-ignore "" \
		"sysctl -w net.ipv4.conf.eth0.arp_ignore=5"
	wrong "arp_announce greater than 2" rs1 host-arp-announce "" "sysctl -w net.ipv4.conf.eth0.arp_announce=3"
	wrong "the VIP on lo and on eth0, arp_ignore 2" rs1 host-arp-ignore "$rs" \
		"ip addr add 10.1.1.1/32 dev eth0; sysctl -w net.ipv4.conf.all.arp_ignore=2"
	wrong "the VIP on eth0" rs1 host-arp-ignore "$rs" \
		"ip addr del 10.1.1.1/32 dev lo; ip addr add 10.1.1.1/32 dev eth0"
	wrong "the VIP on eth0, as the first of its network" rs1 host-arp-ignore "$rs" \
		"ip addr del 10.1.1.1/32 dev lo; ip addr flush dev eth0; ip addr add 10.1.1.1/24 dev eth0
		ip addr add 10.1.1.13/24 dev eth0; ip route add default via 10.1.1.254"
	result "... and its own address and way out are still there" \
		"$(in_host rs1 ip -4 -o addr show dev eth0 | awk '{ print $4 }') $(in_host rs1 ip route show default | cut -d ' ' -f 1-5)" \
		"10.1.1.13/24 default via 10.1.1.254 dev eth0"
	wrong "a network's mask on lo" rs1 host-vip-mask "" \
		"ip addr del 10.1.1.1/32 dev lo; ip addr add 10.1.1.1/24 dev lo"
	wrong "no VIP on a real server" rs1 host-vip-missing "$rs" "ip addr del 10.1.1.1/32 dev lo"
	wrong "no VIP on a director" dir1 host-vip-missing "$director" "ip addr del 10.1.1.1/32 dev eth0"
	wrong "no VIP, default settings" rs2 "host-vip-missing" "${rs/13/14}" \
		"ip addr del 10.1.1.1/32 dev lo; sysctl -w net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf.all.arp_announce=0"
	wrong "proxy_arp_pvlan" dir1 host-proxy-arp "$director" "sysctl -w net.ipv4.conf.eth0.proxy_arp_pvlan=1"
	wrong "proxy_arp of all and of eth0, with another network" dir1 host-proxy-arp "$director" \
		"ip link add away type veth peer name away0; ip link set away arp off up; ip link set away0 arp off up; ip addr add 10.9.9.1/24 dev away
		sysctl -w net.ipv4.conf.all.proxy_arp=1 net.ipv4.conf.eth0.proxy_arp=1"
	wrong "proxy_arp of two interfaces" dir1 host-proxy-arp "$director" \
		"sysctl -w net.ipv4.conf.eth0.proxy_arp_pvlan=1 net.ipv4.conf.away.proxy_arp=1"
	wrong "a proxy entry" dir1 host-proxy-arp "$director" "ip neigh add proxy 10.1.1.13 dev eth0"
	wrong "no forwarding for VS/NAT" dir2 host-ip-forward "--vip 10.1.1.2:80 --director 10.1.1.12 --method nat" \
		"ip addr add 10.1.1.2/32 dev eth0; sysctl -w net.ipv4.ip_forward=0
		sysctl -w net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0"
	wrong "no forwarding of eth0 for VS/NAT" dir2 host-ip-forward \
		"--vip 10.1.1.2:80 --director 10.1.1.12 --rs 10.1.1.13 --method nat" "sysctl -w net.ipv4.conf.eth0.forwarding=0"
	wrong "redirects of a VS/NAT director" dir2 host-send-redirects \
		"--vip 10.1.1.2:80 --director 10.1.1.12 --method nat" \
		"sysctl -w net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=1 net.ipv4.conf.eth0.send_redirects=1"
	wrong "a permanent neighbour with another's MAC" dir1 host-mac-contradicted "$director --rs 10.1.1.13=00:16:3e:0a:01:0d" \
		"ip neigh replace 10.1.1.13 lladdr 00:16:3e:0a:01:0e dev eth0 nud permanent"
	wrong "strict rp_filter, another way back" rs1 host-rp-filter "$rs" \
		"ip link add back type veth peer name back0; ip link set back arp off up; ip link set back0 arp off up; ip addr add 10.8.8.1/24 dev back
		ip route replace default via 10.8.8.2 dev back; sysctl -w net.ipv4.conf.all.rp_filter=1"
	wrong "strict rp_filter, another way back, no options" rs1 host-rp-filter "" "sysctl -w net.ipv4.conf.eth0.rp_filter=1"
}

# A health check of that address passes.
test_service() {
	: >"$work/repairs"
	result "nobody listens: no fault of an address" "$(inspect rs1 --vip 10.1.1.1:8080)" ""
	echo host-service-not-on-vip >>"$work/seen"
	coproc in_host rs1 python3 -c 'import socket, sys
s = socket.create_server(("10.1.1.13", 8080)); print(flush=True); sys.stdin.read()'
	read -r _ <&"${COPROC[0]}"
	result "a service on the real server's own address alone" "$(inspect rs1 --vip 10.1.1.1:8080)" host-service-not-on-vip
	eval "exec ${COPROC[1]}>&-"
	wait
}

# A filter of ARP may drop what the settings allow; empty chains do nothing.
test_filters() {
	: >"$work/repairs"
	in_host rs2 nft add table arp empty
	in_host rs2 nft add chain arp empty in '{ type filter hook input priority 0; }'
	in_host rs2 sysctl -q -w net.ipv4.conf.all.arp_ignore=0
	inspect rs2 >/dev/null
	result "an empty chain filters nothing" "$(jq -r '.faults[0] | .rule + " " + .confidence' "$work/report.json")" \
		"host-arp-ignore proven"
	in_host rs2 nft add rule arp empty in drop
	inspect rs2 >/dev/null
	result "a filter of ARP is seen" "$(jq -r '.facts[] | select(.name == "filters").value' "$work/report.json")" \
		"nftables arp empty"
	result "... and may drop the question" "$(jq -r '.faults[0] | .rule + " " + .confidence' "$work/report.json")" \
		"host-arp-ignore likely"
	in_host rs2 nft delete table arp empty
	in_host rs2 sysctl -q -w net.ipv4.conf.all.arp_ignore=1
	result "without it all is well" "$(inspect rs2)" ""
}

# Every rule of hosts was seen at work.
test_all_seen() {
	result "every rule of hosts is tried here" "$(tr ' ' '\n' <"$work/seen" | sort -u | grep -c .)" \
		"$("$truemac" explain | grep -c '^ *host-')"
}

# Nothing that could be typed in a guest or in Dom0 makes a bridge of a router.
test_routed() {
	in_host client busybox ping -c 1 -W 2 10.1.1.13 >/dev/null 2>&1
	in_host client busybox ping -c 1 -W 2 10.1.1.14 >/dev/null 2>&1
	healthy "a Dom0 that routes" dom0 host-xen-routed dom0
	result "no command is printed that does not help" "$(commands "^(sysctl|ip) ")" ""
	healthy "a guest of it" client host-mac-contradicted client
}

# Without the proxy entries nobody would reach routed guests at all.
test_routed_ipv6() {
	healthy "a Dom0 that routes IPv6" dom0 "host-proxy-arp host-xen-routed" dom0
	result "... needs its proxy entries until it bridges" "$(commands "^(sysctl|ip) ")" ""
}

# A state that was saved says the same elsewhere.
test_saved() {
	local here_found there_found
	here_found=$(inspect dom0 --save "$work/state.json")
	there_found=$("$truemac" inspect --state "$work/state.json" --format json |
		jq -r '[.faults[] | select(.severity != "info") | .rule] | unique | join(" ")')
	result "a saved state" "$there_found" "$here_found"
	"$truemac" inspect --state "$work/state.json" --save "$work/again.json" >/dev/null 2>&1
	result "a saved state from a pipe" "$(gzip -c "$work/state.json" | "$truemac" inspect --state - --format json | jq -c '[.faults[].rule]')" \
		"$("$truemac" inspect --state "$work/state.json" --format json | jq -c '[.faults[].rule]')"
	result "a saved state, saved again" "$(md5sum <"$work/again.json")" "$(md5sum <"$work/state.json")"
}

# in_director COMMAND: dir1, with a keepalived.conf of its own
in_director() {
	in_host dir1 unshare -m sh -c "mount --bind '$work/keepalived' /etc/keepalived && $1"
}

# A director's own configuration is all that a probe needs.
test_set_up() {
	local verdicts='{matrix, faults: [.faults[] | {rule, subject}]}' status
	mkdir -p "$work/keepalived"
	cat >"$work/keepalived/keepalived.conf" <<-END
		virtual_server 10.1.1.1 80 {
			lb_kind DR
			protocol TCP
			real_server 10.1.1.13 80 {
			}
			real_server 10.1.1.14 80 {
			}
		}
	END
	: >"$work/repairs"
	in_director "exec '$truemac' probe --format json -w '$work/run.pcapng'" >"$work/found.json" 2>"$work/err"
	status=$?
	result "a director's probe without options" "$status" 0
	result "... says where the set-up is from" "$(grep -c '^truemac: set-up of this host: keepalived.conf (1 ' "$work/err")" 1
	in_director "exec '$truemac' probe --no-host -t /etc/keepalived/keepalived.conf --director 10.1.1.11 --format json" \
		>"$work/told.json" 2>"$work/err"
	result "... finds what it finds when told" "$(jq -S "$verdicts" "$work/found.json")" "$(jq -S "$verdicts" "$work/told.json")"
	"$truemac" analyze --format json "$work/run.pcapng" >"$work/again.json" 2>"$work/err"
	result "... and keeps the set-up with its capture" "$(jq -S "$verdicts" "$work/again.json")" "$(jq -S "$verdicts" "$work/found.json")"
	result "... and without both knows nobody" "$(in_director "exec '$truemac' probe --no-host" 2>&1 | grep -c 'nobody to ask')" 1
}

# What files say of a host with one address is what the kernel says.
test_files() {
	local by_netlink by_files facts='[.facts[] | select(.name == "eth0" or .name == "role").value]'
	: >"$work/repairs"
	inspect client >/dev/null
	by_netlink=$(jq "$facts" "$work/report.json")
	inspect client --root /. >/dev/null
	by_files=$(jq "$facts" "$work/report.json")
	result "addresses from files" "$by_files" "${by_netlink//, veth/}"
}

# One more is asked for what it says without any rights: readable facts are used.
test_without_rights() {
	local found
	found=$(in_host rs1 setpriv --reuid=65534 --regid=65534 --clear-groups "$truemac" inspect --format json 2>/dev/null |
		jq -r '.facts[] | select(.name == "role").value | split(":")[0]')
	result "not being root" "$found" real-server
}

reason=
[ "$(id -u)" -eq 0 ] || reason="needs root"
for tool in ip nft busybox jq setpriv unshare python3; do
	command -v "$tool" >/dev/null || reason="needs $tool"
done
if [ -z "$reason" ] && ! { ip netns add "$prefix" && ip netns exec "$prefix" true && ip netns del "$prefix"; } 2>/dev/null; then
	reason="needs network namespaces"
fi
if [ -n "$reason" ]; then
	echo "ok - inspect # SKIP $reason"
	exit 0
fi

trap '"$here/lab.sh" down "$prefix"' EXIT
trap 'exit 130' INT TERM
run_scenario() {
	if "$here/lab.sh" up "$1" "$prefix" >"$work/up.log" 2>&1; then
		for suite in "${@:2}"; do
			"$suite"
		done
	else
		echo "not ok - inspect: $1 is up"
		sed 's/^/# /' "$work/up.log"
	fi
	"$here/lab.sh" down "$prefix"
}
: >"$work/seen"
run_scenario bridge-dr test_without_rights test_set_up test_files test_service test_filters test_bridge
run_scenario xen-routed test_routed test_saved
run_scenario ipv6-proxy-ndp test_routed_ipv6
test_all_seen
