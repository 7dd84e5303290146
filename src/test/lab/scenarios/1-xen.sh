# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Guests behind Dom0 as a router, as Xen's vif-route makes it; and other routers in the middle of a subnet.
#
# Seen on the wire in each of the xen-routed scenarios: who-has for any guest, for the VIP and for the unused .200 is
# answered by fe:ff:ff:ff:ff:ff within 0.8 s, sender-0 never; echo with TTL 1 meets Time Exceeded from .254.
# shellcheck disable=SC2154 # prefix and the like come from lab.sh

guests=(client dir1 dir2 rs1 rs2)

# The answer to "who has VIP" comes from Dom0, which has no route to it but its own network: host unreachable after 3 s.
scenario xen-routed "VS/DR on Xen's vif-route: Dom0 answers for every guest; the VIP leads nowhere"
up_xen_routed() {
	routed_network "${guests[@]}"
	lvs_dr
}

# The director gets the connection and sends it back to Dom0, which routes it to the director: round until TTL ends.
scenario xen-routed-vip "the same, with Dom0 routing the VIP to the director: packets circle between the two"
up_xen_routed_vip() {
	up_xen_routed
	route_vip_to_director
}

route_vip_to_director() {
	ip_in dom0 route add "$(vip)/$(host_bits)" dev "$(vif_of dir1)" src "$(address dom0)" metric 2
}

scenario xen-routed-many "the same, 200 real servers (10.1.2.13-212) behind one Dom0" servers=200
up_xen_routed_many() {
	# shellcheck disable=SC2046 # a list of names
	routed_network client dir1 dir2 $(real_servers)
	lvs_dr
}

# IPIP crosses the router: SYN/ACK from the VIP, TTL 63, frame source fe:ff:ff:ff:ff:ff, as it should be here.
scenario xen-routed-tun "VS/TUN on vif-route: healthy, tunnels cross the routed host" method=tun
up_xen_routed_tun() {
	routed_network "${guests[@]}"
	lvs_tun
	route_vip_to_director
}

# The tunnel's end drops what is for no address of its own: forwarding is off.
scenario xen-routed-tun-missing "VS/TUN on vif-route, four real servers, rs1 without the VIP" method=tun servers=4
up_xen_routed_tun_missing() {
	# shellcheck disable=SC2046 # a list of names
	routed_network client dir1 dir2 $(real_servers)
	lvs_tun
	route_vip_to_director
	ip_in rs1 addr del "$(vip)/32" dev tunl0
}

# Without masquerading the answers would go from Dom0 straight to the client, with the real server's address.
scenario xen-routed-nat "VS/NAT on vif-route with masquerading: healthy" method=nat
up_xen_routed_nat() {
	routed_network "${guests[@]}"
	lvs_nat masquerade
	route_vip_to_director
}

# The real servers are asked for across Dom0's network card, whose true MAC answers, late, for rs1 and rs2 only:
# nobody answers for .200, since its route leaves by the card that the question came in by.
scenario dom0-nic-proxy "proxy ARP on Dom0's network card: clients outside see the card's MAC for the guests"
up_dom0_nic_proxy() {
	local host
	host_create switch
	bridge_create switch br0 00:16:3e:0a:04:fe
	host_create dom0
	ip_in switch link add dom0 type veth peer name eth0 address "$dom0_mac" netns "$prefix-dom0"
	ip_in switch link set dom0 master br0 up
	ip_in dom0 link set eth0 up
	ip_in dom0 addr add "$(address dom0)/$(network_bits)" dev eth0
	set_sysctl dom0 net.ipv4.ip_forward=1 net.ipv4.conf.eth0.proxy_arp=1
	for host in client dir1 dir2; do
		bridge_plug switch br0 "$host"
		host_address "$host"
	done
	for host in rs1 rs2; do
		routed_plug "$host"
	done
	lvs_dr
}

# rs2 stands in another segment; the router (.253, 00:16:3e:0a:01:fd) answers for it, late, and for nobody else.
scenario routed-hop "rs2 is behind a router that proxies for it; rs1 is healthy"
up_routed_hop() {
	bridge_network client dir1 dir2 rs1 router
	host_create rs2
	host_connect rs2 router eth1 00:16:3e:0a:03:fd
	host_address rs2
	ip_in router addr add "$(address router)/32" dev eth1
	ip_in router route add "$(address rs2)/32" dev eth1
	set_sysctl router net.ipv4.ip_forward=1 net.ipv4.conf.eth0.proxy_arp=1 net.ipv4.conf.eth1.proxy_arp=1
	lvs_dr
}
