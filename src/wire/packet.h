// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A frame decoded once: a typed view with values in host order.
 *
 * Nothing is copied but small headers; `payload` is borrowed from the frame.
 * A header is present where its bit in `layers` is set; a cut frame (snap
 * length) keeps the layers that were whole and sets `cut`. Decoding never
 * fails: what is not understood has no bit.
 *
 * The struct is large and is not cleared for each frame. Always valid are
 * frame, layers, cut, sums_checked, sums_wrong, group, direction, ifindex, source, destination (zero
 * where unknown), vlans[0..vlan_count), overlay, ethertype, tunnel and the
 * payload fields. The others hold leftovers unless their layer is there:
 *
 *	LAYER_ARP, LAYER_RARP   arp
 *	LAYER_IP                ip
 *	LAYER_TCP, LAYER_UDP    transport (sequence, acknowledgement, flags and window are zero for UDP)
 *	LAYER_TCP               options, option_length
 *	LAYER_ICMP              icmp
 *	LAYER_ND                nd, beside icmp
 *	LAYER_QUOTED            quoted, beside icmp
 *	LAYER_VRRP              vrrp, addresses[0..count)
 *	LAYER_CARP              vrrp.vrid (the VHID) and vrrp.priority (advskew)
 *	LAYER_TUNNEL, _OVERLAY  outer
 *
 * One IP tunnel and one overlay are followed, in either order (IPIP inside
 * VXLAN, say); `tunnel` and `outer` then tell of the inner one. A tunnel whose
 * inner header is not whole is shown as the plain packet that it is. Inside an
 * overlay the VLANs, too, are the inner frame's.
 *
 * Sources: Ethernet and 802.1Q/802.1ad IEEE 802; LLC/SNAP RFC 1042; SLL and
 * SLL2 www.tcpdump.org/linktypes; ARP RFC 826 and RFC 5227; IPv4 RFC 791;
 * IPv6 RFC 8200; ND RFC 4861; ICMP RFC 792, ICMPv6 RFC 4443; TCP RFC 9293;
 * UDP RFC 768; VRRP RFC 3768 (v2) and RFC 5798 (v3); IPIP RFC 2003;
 * GRE RFC 2784 and 2890; GUE draft-ietf-intarea-gue; VXLAN RFC 7348;
 * Geneve RFC 8926.
 */
#ifndef WIRE_PACKET_H
#define WIRE_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/address.h"
#include "wire/frame.h"

enum packet_layer {
	LAYER_ETHERNET = 1 << 0, /* source MAC known; destination too unless LAYER_COOKED */
	LAYER_COOKED = 1 << 1,   /* Linux cooked: no destination MAC */
	LAYER_SNAP = 1 << 2,     /* ethertype from LLC/SNAP */
	LAYER_ARP = 1 << 3,
	LAYER_IP = 1 << 4, /* IPv4 or IPv6: `ip` */
	LAYER_TCP = 1 << 5,
	LAYER_UDP = 1 << 6,
	LAYER_ICMP = 1 << 7, /* ICMP or ICMPv6: `icmp` */
	LAYER_ND = 1 << 8,   /* neighbour solicitation or advertisement: `nd` */
	LAYER_VRRP = 1 << 9,
	LAYER_QUOTED = 1 << 10,  /* an ICMP error quotes a packet: `quoted` */
	LAYER_TUNNEL = 1 << 11,  /* `ip` and what follows are the inner packet, `outer` the tunnel's header */
	LAYER_OVERLAY = 1 << 12, /* Ethernet in VXLAN/Geneve/GRE: MACs are the inner frame's, `overlay` its id */
	LAYER_HSRP = 1 << 13,    /* HSRP hello (RFC 2281, UDP 1985): recognised, not decoded */
	LAYER_CARP = 1 << 14,    /* CARP advertisement (IP protocol 112, version 2, type 1, 36 bytes): not VRRP */
	LAYER_DHCP = 1 << 15,    /* UDP 67/68 */
	LAYER_LACP = 1 << 16,    /* slow protocols: a bond is present */
	LAYER_RARP = 1 << 17,    /* ethertype 0x8035, fields in `arp` */
};

/* What went wrong with an ARP packet; a bit set in `arp.wrong`. */
enum arp_wrong {
	ARP_WRONG_HARDWARE = 1 << 0,  /* hardware type other than Ethernet (1) or IEEE 802 (6) */
	ARP_WRONG_PROTOCOL = 1 << 1,  /* protocol type other than IPv4 */
	ARP_WRONG_LENGTHS = 1 << 2,   /* address lengths other than 6 and 4 */
	ARP_WRONG_OPERATION = 1 << 3, /* not 1-4, 8, 9 (RFC 826, 903, 2390) */
	ARP_WRONG_CUT = 1 << 4,       /* on-wire length too short for its own lengths (not the snap length) */
};

enum { ARP_REQUEST = 1, ARP_REPLY = 2, RARP_REQUEST = 3, RARP_REPLY = 4 };

struct arp {
	uint16_t operation;
	uint16_t wrong; /* enum arp_wrong; the addresses below are valid only where this is 0 */
	/* As they stand in the frame; zero where not even these were whole on the wire. */
	uint16_t hardware_type, protocol_type;
	uint8_t hardware_length, protocol_length;
	struct mac sha, tha; /* sender and target hardware address */
	struct ip spa, tpa;  /* sender and target protocol address */
};

enum packet_tunnel { TUNNEL_NONE, TUNNEL_IPIP, TUNNEL_GRE, TUNNEL_GUE, TUNNEL_VXLAN, TUNNEL_GENEVE };

enum {
	IP_PROTO_ICMP = 1,
	IP_PROTO_IPIP = 4,
	IP_PROTO_TCP = 6,
	IP_PROTO_UDP = 17,
	IP_PROTO_IPV6 = 41,
	IP_PROTO_GRE = 47,
	IP_PROTO_ICMPV6 = 58,
	IP_PROTO_VRRP = 112
};

struct ip_header {
	struct ip source, destination;
	uint8_t protocol;      /* upper protocol, behind IPv6 extension headers */
	uint8_t ttl;           /* TTL or hop limit */
	uint16_t id;           /* IPv4 identification, 0 for IPv6 without a fragment header */
	uint16_t total_length; /* of the packet, header included */
	uint16_t fragment;     /* fragment offset in bytes; ports are there only at 0 */
	bool dont_fragment;
	bool more_fragments;
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

struct transport {
	uint16_t source_port, destination_port;
	uint32_t sequence, acknowledgement; /* TCP */
	uint8_t flags;                      /* TCP_* */
	uint16_t window;
	uint16_t checksum;
};

struct icmp {
	uint8_t type, code;
	uint16_t id, sequence; /* echo; RFC 792 and RFC 4443 section 4 */
	uint32_t mtu;          /* fragmentation needed, packet too big; else 0 */
	struct ip gateway;     /* redirect */
};

/* ICMP types that are used here (the ICMPv6 ones carry 6 in the name). */
enum {
	ICMP_TYPE_ECHO_REPLY = 0,
	ICMP_TYPE_UNREACHABLE = 3,
	ICMP_TYPE_REDIRECT = 5,
	ICMP_TYPE_ECHO = 8,
	ICMP_TYPE_TIME_EXCEEDED = 11,
	ICMP6_TYPE_UNREACHABLE = 1,
	ICMP6_TYPE_TOO_BIG = 2,
	ICMP6_TYPE_TIME_EXCEEDED = 3,
	ICMP6_TYPE_ECHO = 128,
	ICMP6_TYPE_ECHO_REPLY = 129,
	ICMP6_TYPE_ROUTER_ADVERT = 134,
	ICMP6_TYPE_SOLICIT = 135,
	ICMP6_TYPE_ADVERT = 136,
	ICMP6_TYPE_REDIRECT = 137,
};

/* The packet that an ICMP error answers, as far as it was quoted. */
struct quoted {
	struct ip_header ip;
	bool has_ports;    /* transport.source_port and destination_port valid (TCP or UDP) */
	bool has_sequence; /* transport.sequence valid (TCP, 8 bytes quoted) */
	bool has_echo;     /* icmp.type, id and sequence valid */
	struct transport transport;
	struct icmp icmp;
};

enum nd_flag { ND_ROUTER = 1, ND_SOLICITED = 2, ND_OVERRIDE = 4 };

struct nd {
	bool advert;   /* else a solicitation */
	uint8_t flags; /* enum nd_flag, advertisements */
	struct ip target;
	bool has_lladdr; /* source (solicitation) or target (advertisement) link-layer address option */
	struct mac lladdr;
};

enum { VRRP_MAX_ADDRESSES = 32 };

struct vrrp {
	uint8_t version; /* 2 or 3 */
	uint8_t vrid;
	uint8_t priority;  /* 0: the master resigns; 255: address owner */
	uint32_t interval; /* milliseconds */
	uint8_t count;     /* addresses decoded below */
	struct ip addresses[VRRP_MAX_ADDRESSES];
};

enum { PACKET_MAX_VLANS = 4 };

/* The packet type of cooked captures; PACKET_UNKNOWN for Ethernet. */
enum packet_direction {
	PACKET_UNKNOWN,
	PACKET_TO_US,
	PACKET_BROADCAST,
	PACKET_MULTICAST,
	PACKET_TO_OTHER,
	PACKET_OUTGOING,
};

/* Checksums that tell damage (decode_sums.c). */
enum packet_sum {
	SUM_IP = 1 << 0,    /* of an IPv4 header */
	SUM_UPPER = 1 << 1, /* of ICMP, ICMPv6 or VRRP */
};

struct packet {
	const struct frame *frame; /* borrowed */
	uint32_t layers;           /* enum packet_layer */
	bool cut;                  /* the captured bytes ended inside a header that the wire had */
	uint8_t sums_checked;      /* enum packet_sum: those that were there and whole */
	uint8_t sums_wrong;        /* ... and do not match: a receiver drops the packet */
	bool group;                /* sent to a broadcast or multicast MAC (in cooked captures as the kernel says) */
	enum packet_direction direction;  /* as the capturing kernel says of the outermost frame */
	uint32_t ifindex;                 /* SLL2, else 0 */
	struct mac source, destination;   /* frame header: eth.src and eth.dst */
	uint16_t vlans[PACKET_MAX_VLANS]; /* ids, outermost first */
	uint8_t vlan_count;
	uint32_t overlay;   /* VNI or GRE key + 1 (at most 2^32 - 1; 1 for GRE without a key); 0 outside overlays */
	uint16_t ethertype; /* behind tags and SNAP; 0 where there is none */
	enum packet_tunnel tunnel;
	struct ip_header outer; /* LAYER_TUNNEL or LAYER_OVERLAY: the header that carries the tunnel */
	struct ip_header ip;
	struct arp arp;
	struct nd nd;
	struct transport transport;
	struct icmp icmp;
	struct quoted quoted;
	struct vrrp vrrp;
	const uint8_t *options; /* of TCP, borrowed; NULL where there are none, or not whole */
	uint8_t option_length;  /* bytes */
	const uint8_t *payload; /* behind TCP or UDP, also where none follows; NULL otherwise */
	uint32_t payload_captured;
	uint32_t payload_length; /* on the wire */
};

/* Decodes a frame of a decoded link type; any bytes are legal. The packet borrows the frame. */
void packet_decode(const struct frame *frame, struct packet *packet);

/*
 * Appends one line, without its end, in the manner of tcpdump: "ARP who-has 10.1.1.13 tell 10.1.1.138 (broadcast)".
 * Control characters never appear.
 */
struct text;
void packet_describe(const struct packet *packet, struct text *text);

#endif
