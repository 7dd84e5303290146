# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# VS/DR on a bridge with one fault on rs1; rs2 stays healthy.
# shellcheck disable=SC2154 # state comes from lab.sh

# rs1 and the director race for every question; rs1 answers both forms.
scenario flux "rs1 answers for the VIP: arp_ignore is 0"
up_flux() {
	lvs_bridge
	set_sysctl rs1 net.ipv4.conf.{all,lo,eth0}.arp_ignore=0
}

# The same on the wire: what counts is the larger of all and eth0, where the question comes in.
scenario flux-lo-only "rs1 answers for the VIP: arp_ignore is set on lo only"
up_flux_lo_only() {
	lvs_bridge
	set_sysctl rs1 net.ipv4.conf.{all,eth0}.arp_ignore=0 net.ipv4.conf.lo.arp_ignore=1
}

# The same on the wire, in spite of arp_ignore=1: the VIP is an address of the interface that is asked.
scenario flux-vip-on-eth "rs1 answers for the VIP: it has the VIP on eth0"
up_flux_vip_on_eth() {
	lvs_bridge
	ip_in rs1 addr del "$(vip)/32" dev lo
	vip_on rs1 eth0
}

# Before its SYN/ACK rs1 asks who has the client, "tell 10.1.1.1"; but only while it does not know the client: any
# ordinary question from the client teaches it.
scenario announce-leak "rs1 uses the VIP as ARP sender: arp_announce is 0"
up_announce_leak() {
	lvs_bridge
	set_sysctl rs1 net.ipv4.conf.{all,lo}.arp_announce=0
}
play_announce_leak() {
	forget_neighbours
	visit 40012 2
	play_usual
}

# Frames for the VIP to rs1 vanish without any answer.
scenario vip-missing "rs1 has no VIP and does not forward: silence"
up_vip_missing() {
	lvs_bridge
	ip_in rs1 addr del "$(vip)/32" dev lo
}

# rs1 asks who has the VIP, sends ICMP redirects, and sends the frames back to the director: what the director sends
# to rs1 circles until TTL ends; what a client sends to rs1's MAC may be answered by rs2 (no sign of health).
scenario vip-missing-forwarding "rs1 has no VIP and forwards: loops, redirects, answers with other MACs"
up_vip_missing_forwarding() {
	up_vip_missing
	set_sysctl rs1 net.ipv4.ip_forward=1
}

# RST from the VIP with rs1's MAC; the service on 10.1.1.13 answers.
scenario service-on-rip "rs1's service listens on its own address only, not on the VIP"
up_service_on_rip() {
	lvs_bridge
	http_stop rs1
	http_start rs1 "$(address rs1)"
}

# Echo to the VIP by rs1's MAC is answered, SYN is not.
scenario filtered-drop "rs1's firewall drops what comes for VIP:80"
up_filtered_drop() {
	lvs_bridge
	filter_on rs1 drop
}

# Echo to the VIP by rs1's MAC is answered, SYN meets ICMP 3/13 from rs1.
scenario filtered-reject "rs1's firewall rejects what comes for VIP:80 (administratively prohibited)"
up_filtered_reject() {
	lvs_bridge
	filter_on rs1 "reject with icmp type admin-prohibited"
}

filter_on() {
	on "$1" nft -f - <<-END
		table ip filter {
			chain input {
				type filter hook input priority filter
				ip daddr $(vip) tcp dport 80 $2
			}
		}
	END
}

# Nobody answers for 10.1.1.13, in no form; half of the connections hang.
scenario rs-down "rs1 is off the network"
up_rs_down() {
	lvs_bridge
	ip_in rs1 link set eth0 down
}

# rs1's SYN/ACK, source VIP, goes to the director's MAC and dies there, since the VIP is the director's own address.
# The client sees silence from the VIP, and rs1's answers from its own address with TTL 63 and the director's MAC.
scenario return-via-director "rs1's route back to the client leads through the director"
up_return_via_director() {
	lvs_bridge
	ip_in rs1 route add 10.1.1.138/32 via "$(address dir1)"
}

# Segments of more than 1000 bytes from rs1 do not arrive, and nobody says so; the short last one does, so the client
# acknowledges with a hole (SACK), and rs1 repeats the rest in vain.
scenario mtu-blackhole "large packets from rs1 vanish on the way"
up_mtu_blackhole() {
	lvs_bridge
	head -c 12000 /dev/zero | tr '\0' . >>"$state/www/rs1/index.html"
	on dom0 nft -f - <<-END
		table netdev blackhole {
			chain from_rs1 {
				type filter hook ingress device $(vif_of rs1) priority 0
				meta length > 1000 drop
			}
		}
	END
}

# The director sends the client's SYN on to the real server, which answers the client straight, from its own address; the
# client resets that.
scenario nat-same-network "VS/NAT, but the real servers answer the client, who is in their network, past the director" method=nat
up_nat_same_network() {
	bridge_network "${bridged[@]}"
	lvs_nat
}
