# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Hosts and networks of the lab: namespaces, their interfaces and addresses, and how all of it goes away.
# shellcheck disable=SC2154 # prefix, state, family, interface come from lab.sh

dom0_mac=00:16:3e:0a:01:fe
vif_mac=fe:ff:ff:ff:ff:ff # what Xen's netback gives the backend end of every vif

# What every host starts from, whatever this machine's own settings are: new namespaces may inherit those.
baseline=(net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0)
for scope in all default; do
	baseline+=("net.ipv4.conf.$scope."{arp_ignore,arp_announce,arp_filter,arp_notify,rp_filter}"=0")
	baseline+=("net.ipv4.conf.$scope."{proxy_arp,proxy_arp_pvlan}"=0" "net.ipv4.conf.$scope."{send,accept}"_redirects=1")
	baseline+=("net.ipv6.conf.$scope."{accept_ra,accept_dad,autoconf}"=0")
done

# on HOST COMMAND...
on() {
	ip netns exec "$prefix-$1" "${@:2}"
}

# ip_in HOST ARGUMENTS...: ip(8) in a host
ip_in() {
	ip -n "$prefix-$1" "${@:2}"
}

set_sysctl() {
	on "$1" sysctl -q -w "${@:2}"
}

# last_byte HOST: of its addresses; sets $byte, and $net, which is 2 for a real server of many.
last_byte() {
	net=1
	case $1 in
	client) byte=138 ;;
	dir1) byte=11 ;;
	dir2) byte=12 ;;
	router) byte=253 ;;
	dom0) byte=254 ;;
	rs*) byte=$((12 + ${1#rs})) ;;
	*) fail "no host '$1'" ;;
	esac
	[[ $servers -le 2 || $1 != rs* ]] || net=2
}

# address HOST / mac HOST: print them
address() {
	local byte net
	last_byte "$1"
	[ "$family" = 4 ] && echo "10.1.$net.$byte" || echo "fd0a:1:1::$byte"
}

mac() {
	local byte net
	last_byte "$1"
	printf '00:16:3e:0a:%02x:%02x\n' "$net" "$byte"
}

# The network's and a single host's prefix length.
network_bits() {
	if [ "$family" = 6 ]; then echo 64; elif [ "$servers" -gt 2 ]; then echo 16; else echo 24; fi
}

host_bits() {
	[ "$family" = 4 ] && echo 32 || echo 128
}

# vip: prints it
vip() {
	[ "$family" = 4 ] && echo 10.1.1.1 || echo fd0a:1:1::1
}

# The real servers' names, in order.
real_servers() {
	local i
	for ((i = 1; i <= servers; i++)); do
		echo "rs$i"
	done
}

# vif_of HOST: the name of its interface's other end in Dom0, by domain number as Xen has it
vif_of() {
	case $1 in
	client) echo vif1.0 ;;
	dir1) echo vif2.0 ;;
	dir2) echo vif3.0 ;;
	router) echo vif250.0 ;;
	rs*) echo "vif$((3 + ${1#rs})).0" ;;
	esac
}

host_create() {
	ip netns add "$prefix-$1"
	set_sysctl "$1" "${baseline[@]}" "net.ipv6.conf.default.disable_ipv6=$((family == 4))"
	ip_in "$1" link set lo up
}

# host_connect HOST PEER-HOST PEER-INTERFACE PEER-MAC: HOST's eth0, wired to another host's interface
host_connect() {
	ip_in "$2" link add "$3" address "$4" type veth peer name eth0 address "$(mac "$1")" netns "$prefix-$1"
	ip_in "$2" link set "$3" up
	ip_in "$1" link set eth0 up
}

# host_address HOST: its address on its network and its default route, as the real lab's guests have them
host_address() {
	ip_in "$1" addr add "$(address "$1")/$(network_bits)" dev "$interface"
	ip_in "$1" route add default via "$(address dom0)" dev "$interface"
}

# bridge_create HOST NAME MAC: without spanning tree and multicast snooping, as Xen's scripts make it
bridge_create() {
	ip_in "$1" link add "$2" address "$3" type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	ip_in "$1" link set "$2" up
}

# bridge_plug BRIDGE-HOST BRIDGE HOST: as Xen's vif-bridge does
bridge_plug() {
	host_create "$3"
	host_connect "$3" "$1" "$(vif_of "$3")" "$vif_mac"
	ip_in "$1" link set "$(vif_of "$3")" master "$2"
}

# bridge_network HOST...: all on one bridge in Dom0 that has Dom0's address
bridge_network() {
	local host
	host_create dom0
	bridge_create dom0 xenbr0 "$dom0_mac"
	ip_in dom0 addr add "$(address dom0)/$(network_bits)" dev xenbr0
	for host in "$@"; do
		bridge_plug dom0 xenbr0 "$host"
		host_address "$host"
	done
}

# routed_dom0: Dom0 with its own interface on the network, which leads nowhere, and forwarding on
routed_dom0() {
	host_create dom0
	ip_in dom0 link add eth0 address "$dom0_mac" type veth peer name wire0
	ip_in dom0 link set wire0 up
	ip_in dom0 link set eth0 up
	ip_in dom0 addr add "$(address dom0)/$(network_bits)" dev eth0
	set_sysctl dom0 net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# routed_plug HOST: as Xen's vif-route does: the vif gets Dom0's main address as a host address, proxy ARP, and a route
# to the guest with the main address as source. (Xen has no vif-route for IPv6; what people write by hand is the same.)
routed_plug() {
	local vif bits
	vif=$(vif_of "$1")
	bits=$(host_bits)
	host_create "$1"
	host_connect "$1" dom0 "$vif" "$vif_mac"
	ip_in dom0 addr add "$(address dom0)/$bits" dev "$vif"
	set_sysctl dom0 "net.ipv4.conf.${vif/./\/}.proxy_arp=1"
	ip_in dom0 route add "$(address "$1")/$bits" dev "$vif" src "$(address dom0)" metric 2
	host_address "$1"
}

# routed_network HOST...: each guest behind its own routed vif
routed_network() {
	local host
	routed_dom0
	for host in "$@"; do
		routed_plug "$host"
	done
}

# ------------------------------------------------------------------------------------------- taking down

namespaces() {
	ip netns list 2>/dev/null | awk -v p="$prefix-" 'index($1, p) == 1 { print $1 }'
}

# Only what runs inside of the namespaces is ended, each process by its number.
hosts_remove() {
	local namespace signal
	for signal in TERM TERM TERM KILL KILL; do
		processes_signal "$signal" || break
		sleep 0.1
	done
	for namespace in $(namespaces); do
		ip netns del "$namespace"
	done
}

# processes_signal SIGNAL: to all that run in the namespaces; fails where none does
processes_signal() {
	local namespace pids=()
	for namespace in $(namespaces); do
		mapfile -t -O ${#pids[@]} pids < <(ip netns pids "$namespace")
	done
	[ ${#pids[@]} -gt 0 ] && { kill -s "$1" "${pids[@]}" 2>/dev/null || true; }
}
