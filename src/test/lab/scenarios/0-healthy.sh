# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Healthy set-ups on one bridge: no fault may be reported for any of these.
# shellcheck disable=SC2154 # dom0_mac comes from hosts.sh

bridged=(client dir1 dir2 rs1 rs2)

lvs_bridge() {
	bridge_network "${bridged[@]}"
	lvs_dr
}

# Everybody answers for himself, at once and in both forms; .200 stays unanswered; connections come back from rs1 and rs2.
scenario bridge-dr "healthy VS/DR on a bridge"
up_bridge_dr() {
	lvs_bridge
}

scenario bridge-dr-four "healthy VS/DR on a bridge, four real servers" servers=4
up_bridge_dr_four() {
	# shellcheck disable=SC2046 # a list of names
	bridge_network client dir1 dir2 $(real_servers)
	lvs_dr
}

scenario tun "healthy VS/TUN on a bridge" method=tun
up_tun() {
	bridge_network "${bridged[@]}"
	lvs_tun
}

# The real servers' answers reach the client by the director's MAC, from the VIP.
scenario nat "healthy VS/NAT on a bridge, answers return through the director" method=nat
up_nat() {
	local server
	bridge_network "${bridged[@]}"
	lvs_nat
	for server in $(real_servers); do
		ip_in "$server" route add 10.1.1.138/32 via "$(address dir1)"
	done
}

# eth0 and the bridge carry tags only; eth0.5 is what hosts work with.
scenario vlan "healthy VS/DR with everything on VLAN 5 of a trunk" interface=eth0.5
up_vlan() {
	local host
	host_create dom0
	bridge_create dom0 xenbr0 "$dom0_mac"
	for host in "${bridged[@]}"; do
		bridge_plug dom0 xenbr0 "$host"
		vlan_create "$host" 5
		host_address "$host"
	done
	lvs_dr
}

scenario ipv6-bridge-dr "healthy VS/DR for IPv6 on a bridge" family=6
up_ipv6_bridge_dr() {
	lvs_bridge
}
