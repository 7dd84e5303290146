# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# VS/DR on a bridge where an address has a second MAC.
# shellcheck disable=SC2154 # prefix and vif_mac come from lab.sh

# dir2 answers ordinary questions for every address, the unused .200 too, late, and none without a sender.
scenario backup-proxies-pvlan "the backup director answers late for everything: proxy_arp_pvlan"
up_backup_proxies_pvlan() {
	lvs_bridge
	set_sysctl dir2 net.ipv4.ip_forward=1 net.ipv4.conf.eth0.proxy_arp_pvlan=1
}

# dir2 answers ordinary questions for the VIP only, late.
scenario backup-proxies-neigh "the backup director answers late for the VIP: a neighbour proxy entry"
up_backup_proxies_neigh() {
	lvs_bridge
	ip_in dir2 tuntap add dev vpn0 mode tun
	ip_in dir2 link set vpn0 up
	ip_in dir2 route add "$(vip)/32" dev vpn0
	set_sysctl dir2 net.ipv4.ip_forward=1
	ip_in dir2 neigh add proxy "$(vip)" dev eth0
}

# Two MACs answer for 10.1.1.13, both at once, both in both forms, and each answers echo for itself.
scenario duplicate-ip "dir2 has rs1's address too"
up_duplicate_ip() {
	lvs_bridge
	ip_in dir2 addr add "$(address rs1)/24" dev eth0
}
play_duplicate_ip() {
	play_usual
	ping_by_mac "$(address rs1)" "$(mac rs1)"
	ping_by_mac "$(address rs1)" "$(mac dir2)"
}

second_card=00:16:3e:0a:02:0b

# dir1's second card answers for the VIP and for .11 as well, in both forms; what is sent to it is
# answered from the first card: one host, not two.
scenario two-nics "dir1 has two cards on one network, both answer for its addresses"
up_two_nics() {
	lvs_bridge
	ip_in dom0 link add vif2.1 address "$vif_mac" type veth peer name eth1 address "$second_card" netns "$prefix-dir1"
	ip_in dom0 link set vif2.1 master xenbr0 up
	ip_in dir1 link set eth1 up
}
play_two_nics() {
	play_usual
	ping_by_mac "$(address dir1)" "$(mac dir1)"
	ping_by_mac "$(address dir1)" "$second_card"
}

# Dom0 routes, and answers neighbour solicitations for each guest and for the VIP by entries of its own.
scenario ipv6-proxy-ndp "guests behind a routed Dom0 with proxy_ndp: the IPv6 twin of xen-routed-vip" family=6
up_ipv6_proxy_ndp() {
	local host vif proxied
	routed_network client dir1 dir2 rs1 rs2
	lvs_dr
	route_vip_to_director
	for host in client dir1 dir2 rs1 rs2; do
		vif=$(vif_of "$host")
		set_sysctl dom0 "net.ipv6.conf.${vif/./\/}.proxy_ndp=1"
		for proxied in client dir1 dir2 rs1 rs2; do
			[ "$proxied" = "$host" ] || ip_in dom0 neigh add proxy "$(address "$proxied")" dev "$vif"
		done
		[ "$host" = dir1 ] || ip_in dom0 neigh add proxy "$(vip)" dev "$vif"
	done
}
