// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The packet decoder's own header.
 *
 * Each decode_* function gets the packet and a view that begins at its header. It adds what it finds to the packet,
 * uses the view up and hands the rest on; where bytes are missing or make no sense it returns, and the layers found so
 * far remain.
 */
#ifndef WIRE_DECODE_H
#define WIRE_DECODE_H

#include "base/bytes.h"
#include "wire/packet.h"

/* What is left of the frame, as captured and as it was on the wire. There is never more captured than on the wire. */
struct view {
	struct bytes captured;
	size_t wire;
};

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_RARP = 0x8035,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_SLOW = 0x8809,     /* slow protocols, IEEE 802.3 annex 57A */
	ETHERTYPE_SERVICE = 0x88a8,  /* the outer tag of 802.1ad */
	ETHERTYPE_OLD_QINQ = 0x9100, /* its forerunner */
	ETHERTYPE_BRIDGED = 0x6558,  /* transparent Ethernet bridging: a whole frame follows */
};

enum { IP_PROTO_AH = 51 };

/* The next `count` bytes; NULL where they are missing, with `cut` set when only the capture lacks them. */
static inline const uint8_t *view_take(struct view *view, struct packet *packet, size_t count)
{
	const uint8_t *at = bytes_take(&view->captured, count);

	if (at)
		view->wire -= count;
	else if (view->wire >= count)
		packet->cut = true;
	return at;
}

/* Skips a part whose content does not matter; what stands behind it may be on the wire only. */
static inline void view_pass(struct view *view, struct packet *packet, size_t count)
{
	if (view->captured.left < count && view->wire >= count)
		packet->cut = true;
	bytes_skip(&view->captured, count);
	view->wire -= count < view->wire ? count : view->wire;
}

/* Ends the view behind `count` bytes: a length field said so. */
static inline void view_limit(struct view *view, size_t count)
{
	bytes_limit(&view->captured, count);
	if (view->wire > count)
		view->wire = count;
}

static inline void decode_mac(struct mac *mac, const uint8_t *from)
{
	memcpy(mac->b, from, sizeof mac->b);
}

static inline void decode_ip4(struct ip *ip, const uint8_t *from)
{
	*ip = (struct ip){ .family = 4 };
	memcpy(ip->b, from, 4);
}

static inline void decode_ip6(struct ip *ip, const uint8_t *from)
{
	ip->family = 6;
	memcpy(ip->b, from, 16);
}

/* A function that begins with the first byte of a frame. */
typedef void decode_link(struct packet *packet, struct view *view);

decode_link decode_ethernet;
decode_link decode_sll;
decode_link decode_sll2;

/* NULL where the link type is not decoded. */
decode_link *link_type_decoder(uint16_t link_type);

void decode_ethertype(struct packet *packet, struct view *view, uint16_t type);
void decode_arp(struct packet *packet, struct view *view, uint16_t type);

/* Whichever IP version its first byte says. */
void decode_ip(struct packet *packet, struct view *view);
void decode_ipv4(struct packet *packet, struct view *view);
void decode_ipv6(struct packet *packet, struct view *view);

/*
 * Reads an IP header with its options or extension headers, and nothing else. False where it is cut or impossible.
 * `total_length` is as the header says, 0 included. The view is left behind the header.
 */
bool decode_ip_header(struct packet *packet, struct view *view, struct ip_header *ip);

/*
 * Notes in the packet whether a checksum is right, where there is one to check: of an IPv4 header with its options; of
 * the message at `view`, at the offset `at` in it.
 */
enum sum_form { SUM_PLAIN, SUM_WITH_PSEUDO, SUM_EITHER };
void check_ip4_sum(struct packet *packet, const uint8_t *header, size_t size);
void check_upper_sum(struct packet *packet, const struct view *view, size_t at, enum sum_form form);

/* What stands behind the IP header in packet->ip. */
void decode_upper(struct packet *packet, struct view *view);
void decode_tcp(struct packet *packet, struct view *view);
void decode_udp(struct packet *packet, struct view *view);
void decode_icmp(struct packet *packet, struct view *view);
void decode_icmp6(struct packet *packet, struct view *view);
/* Behind the first 8 bytes of ICMPv6, of which `flags` is the fifth. */
void decode_nd(struct packet *packet, struct view *view, uint8_t flags);
void decode_vrrp(struct packet *packet, struct view *view);

/* The packet quoted by an ICMP or ICMPv6 error. */
void decode_quoted(struct packet *packet, struct view *view);

/* Each keeps the packet as it is where the tunnel's inner header is not whole. */
void decode_ipip(struct packet *packet, struct view *view);
void decode_gre(struct packet *packet, struct view *view);
/* What the UDP payload is by its destination port, if that is a tunnel's. */
void decode_udp_tunnel(struct packet *packet, struct view *view);

#endif
