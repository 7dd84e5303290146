// SPDX-License-Identifier: GPL-2.0-or-later
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "sample_frames.h"

#define WORD(value) (uint8_t)((value) >> 8), (uint8_t)(value)
#define LONG(value) WORD((value) >> 16), WORD((value) & 0xffff)

#define MAC_A 0x00, 0x16, 0x3e, 0x00, 0x00, 0x0a
#define MAC_B 0x00, 0x16, 0x3e, 0x00, 0x00, 0x0b
#define MAC_ZERO 0, 0, 0, 0, 0, 0
#define MAC_ALL 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
#define MAC_VRRP 0x00, 0x00, 0x5e, 0x00, 0x01, 0x33
#define MAC_GROUP 0x01, 0x00, 0x5e, 0x00, 0x00, 0x12
#define MAC_GROUP6 0x33, 0x33, 0x00, 0x00, 0x00, 0x12
#define MAC_SLOW 0x01, 0x80, 0xc2, 0x00, 0x00, 0x02
#define IP_ZERO 0, 0, 0, 0
#define IP_A 10, 0, 0, 10
#define IP_B 10, 0, 0, 11
#define IP_C 10, 0, 0, 12
#define IP6(last) 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last
#define LINK6(last) 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last
#define GROUP6 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12

#define ETHERNET(to, from, type) to, from, WORD(type)
#define A_TO_B(type) MAC_B, MAC_A, WORD(type)
#define ARP(hardware, operation, sha, spa, tha, tpa) WORD(hardware), WORD(0x0800), 6, 4, WORD(operation), sha, spa, tha, tpa
#define ASK WORD(1), WORD(0x0800), 6, 4, WORD(1), MAC_A, IP_A, MAC_ZERO, IP_B
#define IPV4_HEAD(length, flags, ttl, protocol) 0x45, 0, WORD(length), WORD(0x1234), WORD(flags), ttl, protocol, WORD(0)
#define IPV4_FLAGS(length, flags, ttl, protocol, from, to) IPV4_HEAD(length, flags, ttl, protocol), from, to
#define IPV4(length, protocol) IPV4_HEAD(length, 0x4000, 64, protocol), IP_A, IP_B
#define IPV6(length, protocol) 0x60, 0, 0, 0, WORD(length), protocol, 64, IP6(0x0a), IP6(0x0b)
#define ND6(length, to) 0x60, 0, 0, 0, WORD(length), 58, 255, LINK6(0x0a), to
#define TCP(flags) WORD(4660), WORD(80), LONG(100), LONG(200), 0x50, flags, WORD(512), WORD(0xabcd), WORD(0)
#define UDP(from, to, length) WORD(from), WORD(to), WORD(length), WORD(0)
#define ICMP(type, code, rest) type, code, WORD(0), LONG(rest)

static const uint8_t arp_request[] = { ETHERNET(MAC_ALL, MAC_A, 0x0806), ASK };
static const uint8_t arp_reply[] = { ETHERNET(MAC_A, MAC_B, 0x0806), ARP(1, 2, MAC_B, IP_B, MAC_A, IP_A) };
static const uint8_t arp_ieee_802[] = { ETHERNET(MAC_ALL, MAC_A, 0x0806), ARP(6, 1, MAC_A, IP_A, MAC_ZERO, IP_B) };
static const uint8_t arp_announcement[] = { ETHERNET(MAC_ALL, MAC_A, 0x0806), ARP(1, 1, MAC_A, IP_A, MAC_ZERO, IP_A) };
static const uint8_t arp_malformed[] = { ETHERNET(MAC_ALL, MAC_A, 0x0806),
	WORD(3), WORD(0x86dd), 8, 4, WORD(7), MAC_A, IP_A, MAC_ZERO, IP_B };
static const uint8_t rarp_request[] = { ETHERNET(MAC_ALL, MAC_A, 0x8035), ARP(1, 3, MAC_A, IP_ZERO, MAC_A, IP_ZERO) };
static const uint8_t vlan_arp[] = { ETHERNET(MAC_ALL, MAC_A, 0x8100), WORD(0x6064), WORD(0x0806), ASK };
static const uint8_t priority_arp[] = { ETHERNET(MAC_ALL, MAC_A, 0x8100), WORD(0xe000), WORD(0x0806), ASK };
static const uint8_t stacked_arp[] = { ETHERNET(MAC_ALL, MAC_A, 0x88a8), WORD(10), WORD(0x9100), WORD(20), WORD(0x8100),
	WORD(30), WORD(0x0806), ASK };
static const uint8_t snap_arp[] = { ETHERNET(MAC_ALL, MAC_A, 36), 0xaa, 0xaa, 3, 0, 0, 0, WORD(0x0806), ASK, 0, 0 };
static const uint8_t bridged_arp[] = { ETHERNET(MAC_ALL, MAC_A, 36), 0xaa, 0xaa, 3, 0, 0, 0xf8, WORD(0x0806), ASK };
static const uint8_t spanning_tree[] = { ETHERNET(MAC_SLOW, MAC_A, 7), 0x42, 0x42, 3, 0, 0, 0, 0 };
static const uint8_t lacp[] = { ETHERNET(MAC_SLOW, MAC_A, 0x8809), 1, 1, 1, 20 };
static const uint8_t sll_arp[] = { WORD(1), WORD(1), WORD(6), MAC_A, 0, 0, WORD(0x0806), ASK };
static const uint8_t sll2_arp[] = { WORD(0x0806), 0, 0, LONG(7), WORD(1), 4, 6, MAC_A, 0, 0, ASK };
static const uint8_t sll2_no_mac[] = { WORD(0x0800), 0, 0, LONG(7), WORD(65534), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	IPV4(28, 17), UDP(1, 2, 8) };

static const uint8_t tcp_syn[] = { A_TO_B(0x0800), IPV4(48, 6), WORD(4660), WORD(80), LONG(100), LONG(0), 0x70, 2, WORD(512),
	WORD(0xabcd), WORD(0), 2, 4, 5, 0xb4, 1, 1, 4, 2 };
static const uint8_t tcp_data[] = { A_TO_B(0x0800), IPV4(43, 6), TCP(0x18), 'a', 'b', 'c', 0, 0, 0 };
static const uint8_t tcp_offload[] = { A_TO_B(0x0800), IPV4(0, 6), TCP(0x18), 'a', 'b', 'c', 'd' };
static const uint8_t ip_options[] = { A_TO_B(0x0800), 0x46, 0, WORD(44), WORD(1), WORD(0), 64, 6, WORD(0), IP_A, IP_B,
	0x94, 4, 0, 0, TCP(0x12) };
static const uint8_t ip_fragment[] = { A_TO_B(0x0800), IPV4_FLAGS(28, 0x2001, 64, 17, IP_A, IP_B), 1, 2, 3, 4, 5, 6, 7, 8 };
static const uint8_t udp[] = { A_TO_B(0x0800), IPV4(32, 17), UDP(1111, 53, 12), 1, 2, 3, 4 };
static const uint8_t dhcp[] = { ETHERNET(MAC_ALL, MAC_A, 0x0800), IPV4(30, 17), UDP(68, 67, 10), 1, 1 };
static const uint8_t hsrp[] = { ETHERNET(MAC_GROUP, MAC_A, 0x0800), IPV4(30, 17), UDP(1985, 1985, 10), 0, 0 };
static const uint8_t ipv6_tcp[] = { A_TO_B(0x86dd), IPV6(28, 60), 6, 0, 1, 4, 0, 0, 0, 0, TCP(0x02) };
static const uint8_t ipv6_fragment[] = { A_TO_B(0x86dd), IPV6(16, 44), 17, 0, WORD(0x0011), LONG(0x12345678), 1, 2, 3, 4, 5, 6, 7, 8 };

static const uint8_t echo[] = { A_TO_B(0x0800), IPV4(30, 1), ICMP(8, 0, 0x00070009), 'h', 'i' };
static const uint8_t time_exceeded[] = { A_TO_B(0x0800), IPV4(56, 1), ICMP(11, 0, 0),
	IPV4_FLAGS(60, 0x4000, 1, 6, IP_B, IP_C), WORD(4660), WORD(80), LONG(77) };
static const uint8_t frag_needed[] = { A_TO_B(0x0800), IPV4(56, 1), ICMP(3, 4, 1480),
	IPV4_FLAGS(1500, 0x4000, 1, 4, IP_B, IP_C), 0x45, 0, 0, 0, 0, 0, 0, 0 };
static const uint8_t redirect[] = { A_TO_B(0x0800), IPV4(56, 1), 5, 1, WORD(0), IP_C,
	IPV4_FLAGS(84, 0, 63, 1, IP_B, IP_C), ICMP(8, 0, 0x00010002) };
static const uint8_t too_big6[] = { A_TO_B(0x86dd), IPV6(56, 58), ICMP(2, 0, 1280), IPV6(1400, 17), UDP(1111, 53, 1400) };
static const uint8_t redirect6[] = { A_TO_B(0x86dd), ND6(88, LINK6(0x0b)), ICMP(137, 0, 0), LINK6(1), IP6(2),
	4, 6, 0, 0, 0, 0, 0, 0, IPV6(8, 59) };
static const uint8_t solicitation[] = { ETHERNET(MAC_GROUP6, MAC_A, 0x86dd), ND6(32, GROUP6), ICMP(135, 0, 0), LINK6(0x0b),
	1, 1, MAC_A };
static const uint8_t advertisement[] = { A_TO_B(0x86dd), ND6(40, LINK6(0x0b)), ICMP(136, 0, 0x60000000), LINK6(0x0a),
	14, 1, 0, 0, 0, 0, 0, 0, 2, 1, MAC_A };

static const uint8_t vrrp2[] = { ETHERNET(MAC_GROUP, MAC_VRRP, 0x0800), IPV4_FLAGS(44, 0, 255, 112, IP_A, IP_B),
	0x21, 51, 150, 2, 0, 1, WORD(0), 10, 0, 0, 100, 10, 0, 0, 101, 0, 0, 0, 0, 0, 0, 0, 0 };
static const uint8_t vrrp3[] = { ETHERNET(MAC_GROUP, MAC_VRRP, 0x0800), IPV4_FLAGS(32, 0, 255, 112, IP_A, IP_B),
	0x31, 51, 0, 1, WORD(0xf00a), WORD(0), 10, 0, 0, 100 };
static const uint8_t vrrp3_ipv6[] = { ETHERNET(MAC_GROUP6, MAC_VRRP, 0x86dd), IPV6(24, 112),
	0x31, 51, 100, 1, WORD(100), WORD(0), IP6(0x64) };
static const uint8_t vrrp_authenticated[] = { ETHERNET(MAC_GROUP, MAC_VRRP, 0x0800),
	IPV4_FLAGS(64, 0, 255, 51, IP_A, IP_B), 112, 4, WORD(0), LONG(1), LONG(2), LONG(3), LONG(4), LONG(5),
	0x21, 51, 150, 1, 2, 1, WORD(0), 10, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0 };
static const uint8_t carp[] = { ETHERNET(MAC_GROUP, MAC_VRRP, 0x0800), IPV4_FLAGS(56, 0, 255, 112, IP_A, IP_B),
	0x21, 51, 100, 7, 0, 1, WORD(0), LONG(1), LONG(2), LONG(3), LONG(4), LONG(5), LONG(6), LONG(7) };

static const uint8_t ipip[] = { A_TO_B(0x0800), IPV4_FLAGS(60, 0, 64, 4, IP_B, IP_C), IPV4(40, 6), TCP(0x02) };
static const uint8_t ipv6_in_ipv4[] = { A_TO_B(0x0800), IPV4_FLAGS(68, 0, 64, 41, IP_B, IP_C), IPV6(8, 17), UDP(1, 2, 8) };
static const uint8_t ipv4_in_ipv6[] = { A_TO_B(0x86dd), IPV6(28, 4), IPV4(28, 17), UDP(1, 2, 8) };
static const uint8_t ipv6_in_ipv6[] = { A_TO_B(0x86dd), IPV6(48, 41), IPV6(8, 17), UDP(1, 2, 8) };
static const uint8_t gre[] = { A_TO_B(0x0800), IPV4_FLAGS(76, 0, 64, 47, IP_B, IP_C), WORD(0xb000), WORD(0x0800),
	WORD(0), WORD(0), LONG(5), LONG(1), IPV4(40, 6), TCP(0x02) };
static const uint8_t gre_overlay[] = { A_TO_B(0x0800), IPV4_FLAGS(70, 0, 64, 47, IP_B, IP_C), WORD(0x2000), WORD(0x6558),
	LONG(5), ETHERNET(MAC_ALL, MAC_A, 0x0806), ASK };
static const uint8_t gue[] = { A_TO_B(0x0800), IPV4_FLAGS(76, 0, 64, 17, IP_B, IP_C), UDP(5000, 6080, 56),
	1, 4, WORD(0), LONG(0), IPV4(40, 6), TCP(0x02) };
static const uint8_t gue_direct[] = { A_TO_B(0x0800), IPV4_FLAGS(68, 0, 64, 17, IP_B, IP_C), UDP(5000, 6080, 48),
	IPV4(40, 6), TCP(0x02) };
static const uint8_t vxlan[] = { A_TO_B(0x0800), IPV4_FLAGS(78, 0, 64, 17, IP_B, IP_C), UDP(5000, 4789, 58),
	LONG(0x08000000), LONG(0x2a00), ETHERNET(MAC_ALL, MAC_A, 0x0806), ASK };
static const uint8_t vxlan_ipip[] = { A_TO_B(0x8100), WORD(9), WORD(0x0800), IPV4_FLAGS(114, 0, 64, 17, IP_B, IP_C),
	UDP(5000, 8472, 94), LONG(0x08000000), LONG(0x2a00), ETHERNET(MAC_A, MAC_B, 0x8100), WORD(8), WORD(0x0800),
	IPV4_FLAGS(60, 0, 64, 4, IP_C, IP_A), IPV4(40, 6), TCP(0x02) };
static const uint8_t geneve[] = { A_TO_B(0x0800), IPV4_FLAGS(82, 0, 64, 17, IP_B, IP_C), UDP(5000, 6081, 62),
	1, 0, WORD(0x6558), LONG(0x2a00), LONG(0), ETHERNET(MAC_ALL, MAC_A, 0x0806), ASK };

#define ETH LAYER_ETHERNET
#define COOKED (ETH | LAYER_COOKED)
#define IPL (ETH | LAYER_IP)
#define SAMPLE(name, layers, description) { #name, LINK_ETHERNET, name, sizeof name, layers, description }
#define SAMPLE_OF(link, name, layers, description) { #name, link, name, sizeof name, layers, description }

const struct sample_frame sample_frames[] = {
	SAMPLE(arp_request, ETH | LAYER_ARP, "ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE(arp_reply, ETH | LAYER_ARP, "ARP reply 10.0.0.11 is-at 00:16:3e:00:00:0b (unicast)"),
	SAMPLE(arp_ieee_802, ETH | LAYER_ARP, "ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE(arp_announcement, ETH | LAYER_ARP, "ARP announcement 10.0.0.10 is-at 00:16:3e:00:00:0a (broadcast)"),
	SAMPLE(arp_malformed, ETH | LAYER_ARP,
	       "ARP malformed: hardware type, protocol type, lengths, operation, too short (broadcast)"),
	SAMPLE(rarp_request, ETH | LAYER_RARP, "RARP who-is 00:16:3e:00:00:0a tell 00:16:3e:00:00:0a (broadcast)"),
	SAMPLE(vlan_arp, ETH | LAYER_ARP, "vlan 100 ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE(priority_arp, ETH | LAYER_ARP, "ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE(stacked_arp, ETH | LAYER_ARP, "vlan 10 vlan 20 vlan 30 ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE(snap_arp, ETH | LAYER_SNAP | LAYER_ARP, "ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE(bridged_arp, ETH | LAYER_SNAP | LAYER_ARP, "ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE(spanning_tree, ETH, "frame 00:16:3e:00:00:0a > 01:80:c2:00:00:02"),
	SAMPLE(lacp, ETH | LAYER_LACP, "LACP 00:16:3e:00:00:0a > 01:80:c2:00:00:02 ethertype 0x8809"),
	SAMPLE_OF(LINK_LINUX_SLL, sll_arp, COOKED | LAYER_ARP, "ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE_OF(LINK_LINUX_SLL2, sll2_arp, COOKED | LAYER_ARP, "ARP who-has 10.0.0.11 tell 10.0.0.10 (outgoing)"),
	SAMPLE_OF(LINK_LINUX_SLL2, sll2_no_mac, LAYER_COOKED | LAYER_IP | LAYER_UDP,
		  "UDP 10.0.0.10:1 > 10.0.0.11:2 length 0"),
	SAMPLE(tcp_syn, IPL | LAYER_TCP, "TCP 10.0.0.10:4660 > 10.0.0.11:80 SYN seq 100 length 0"),
	SAMPLE(tcp_data, IPL | LAYER_TCP, "TCP 10.0.0.10:4660 > 10.0.0.11:80 PSH ACK seq 100 ack 200 length 3"),
	SAMPLE(tcp_offload, IPL | LAYER_TCP, "TCP 10.0.0.10:4660 > 10.0.0.11:80 PSH ACK seq 100 ack 200 length 4"),
	SAMPLE(ip_options, IPL | LAYER_TCP, "TCP 10.0.0.10:4660 > 10.0.0.11:80 SYN ACK seq 100 ack 200 length 0"),
	SAMPLE(ip_fragment, IPL, "IPv4 10.0.0.10 > 10.0.0.11 protocol 17 fragment at 8 length 28"),
	SAMPLE(udp, IPL | LAYER_UDP, "UDP 10.0.0.10:1111 > 10.0.0.11:53 length 4"),
	SAMPLE(dhcp, IPL | LAYER_UDP | LAYER_DHCP, "DHCP 10.0.0.10:68 > 10.0.0.11:67 length 2"),
	SAMPLE(hsrp, IPL | LAYER_UDP | LAYER_HSRP, "HSRP 10.0.0.10:1985 > 10.0.0.11:1985 length 2"),
	SAMPLE(ipv6_tcp, IPL | LAYER_TCP, "TCP [2001:db8::a]:4660 > [2001:db8::b]:80 SYN seq 100 length 0"),
	SAMPLE(ipv6_fragment, IPL, "IPv6 2001:db8::a > 2001:db8::b protocol 17 fragment at 16 length 56"),
	SAMPLE(echo, IPL | LAYER_ICMP, "ICMP 10.0.0.10 > 10.0.0.11 echo request id 7 seq 9"),
	SAMPLE(time_exceeded, IPL | LAYER_ICMP | LAYER_QUOTED,
	       "ICMP 10.0.0.10 > 10.0.0.11 time exceeded in transit for TCP 10.0.0.11:4660 > 10.0.0.12:80"),
	SAMPLE(frag_needed, IPL | LAYER_ICMP | LAYER_QUOTED,
	       "ICMP 10.0.0.10 > 10.0.0.11 fragmentation needed mtu 1480 for 10.0.0.11 > 10.0.0.12 protocol 4"),
	SAMPLE(redirect, IPL | LAYER_ICMP | LAYER_QUOTED,
	       "ICMP 10.0.0.10 > 10.0.0.11 redirect to 10.0.0.12 for 10.0.0.11 > 10.0.0.12 echo id 1 seq 2"),
	SAMPLE(too_big6, IPL | LAYER_ICMP | LAYER_QUOTED,
	       "ICMPv6 2001:db8::a > 2001:db8::b packet too big mtu 1280 for UDP [2001:db8::a]:1111 > [2001:db8::b]:53"),
	SAMPLE(redirect6, IPL | LAYER_ICMP | LAYER_QUOTED,
	       "ICMPv6 fe80::a > fe80::b redirect to fe80::1 for 2001:db8::a > 2001:db8::b protocol 59"),
	SAMPLE(solicitation, IPL | LAYER_ICMP | LAYER_ND, "ND who-has fe80::b tell fe80::a"),
	SAMPLE(advertisement, IPL | LAYER_ICMP | LAYER_ND,
	       "ND advertisement fe80::a is-at 00:16:3e:00:00:0a solicited override"),
	SAMPLE(vrrp2, IPL | LAYER_VRRP,
	       "VRRPv2 vrid 51 priority 150 from 10.0.0.10 every 1000 ms: 10.0.0.100, 10.0.0.101"),
	SAMPLE(vrrp3, IPL | LAYER_VRRP, "VRRPv3 vrid 51 priority 0 from 10.0.0.10 every 100 ms: 10.0.0.100"),
	SAMPLE(vrrp3_ipv6, IPL | LAYER_VRRP,
	       "VRRPv3 vrid 51 priority 100 from 2001:db8::a every 1000 ms: 2001:db8::64"),
	SAMPLE(vrrp_authenticated, IPL | LAYER_VRRP,
	       "VRRPv2 vrid 51 priority 150 from 10.0.0.10 every 1000 ms: 10.0.0.100"),
	SAMPLE(carp, IPL | LAYER_CARP, "CARP vhid 51 advskew 100 from 10.0.0.10"),
	SAMPLE(ipip, IPL | LAYER_TCP | LAYER_TUNNEL,
	       "IPIP 10.0.0.11 > 10.0.0.12: TCP 10.0.0.10:4660 > 10.0.0.11:80 SYN seq 100 length 0"),
	SAMPLE(ipv6_in_ipv4, IPL | LAYER_UDP | LAYER_TUNNEL,
	       "IPIP 10.0.0.11 > 10.0.0.12: UDP [2001:db8::a]:1 > [2001:db8::b]:2 length 0"),
	SAMPLE(ipv4_in_ipv6, IPL | LAYER_UDP | LAYER_TUNNEL,
	       "IPIP 2001:db8::a > 2001:db8::b: UDP 10.0.0.10:1 > 10.0.0.11:2 length 0"),
	SAMPLE(ipv6_in_ipv6, IPL | LAYER_UDP | LAYER_TUNNEL,
	       "IPIP 2001:db8::a > 2001:db8::b: UDP [2001:db8::a]:1 > [2001:db8::b]:2 length 0"),
	SAMPLE(gre, IPL | LAYER_TCP | LAYER_TUNNEL,
	       "GRE 10.0.0.11 > 10.0.0.12: TCP 10.0.0.10:4660 > 10.0.0.11:80 SYN seq 100 length 0"),
	SAMPLE(gre_overlay, ETH | LAYER_ARP | LAYER_OVERLAY,
	       "GRE 5 10.0.0.11 > 10.0.0.12: ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE(gue, IPL | LAYER_TCP | LAYER_TUNNEL,
	       "GUE 10.0.0.11 > 10.0.0.12: TCP 10.0.0.10:4660 > 10.0.0.11:80 SYN seq 100 length 0"),
	SAMPLE(gue_direct, IPL | LAYER_TCP | LAYER_TUNNEL,
	       "GUE 10.0.0.11 > 10.0.0.12: TCP 10.0.0.10:4660 > 10.0.0.11:80 SYN seq 100 length 0"),
	SAMPLE(vxlan, ETH | LAYER_ARP | LAYER_OVERLAY,
	       "VXLAN 42 10.0.0.11 > 10.0.0.12: ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
	SAMPLE(vxlan_ipip, IPL | LAYER_TCP | LAYER_TUNNEL | LAYER_OVERLAY,
	       "IPIP 42 10.0.0.12 > 10.0.0.10: vlan 8 TCP 10.0.0.10:4660 > 10.0.0.11:80 SYN seq 100 length 0"),
	SAMPLE(geneve, ETH | LAYER_ARP | LAYER_OVERLAY,
	       "Geneve 42 10.0.0.11 > 10.0.0.12: ARP who-has 10.0.0.11 tell 10.0.0.10 (broadcast)"),
};

const size_t sample_frame_count = sizeof sample_frames / sizeof *sample_frames;

const struct sample_frame *sample_frame_find(const char *name)
{
	for (size_t i = 0; i < sample_frame_count; i++)
		if (strcmp(sample_frames[i].name, name) == 0)
			return &sample_frames[i];
	fail_msg("no sample frame is called %s", name);
	return NULL;
}
