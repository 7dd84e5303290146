// SPDX-License-Identifier: GPL-2.0-or-later
/* Ethernet with its tags, LLC/SNAP, and the two cooked headers that Linux writes where a capture has many interfaces.
 */
#include "wire/decode.h"

/*
 * Ethernet II (IEEE 802.3 clause 3)
 *	0  destination   6
 *	6  source        6
 *	12 type/length   2   at most 1500: the length of an LLC frame; from 0x0600 on: a type
 */
void decode_ethernet(struct packet *packet, struct view *view)
{
	const uint8_t *header = view_take(view, packet, 14);

	if (!header)
		return;
	packet->layers |= LAYER_ETHERNET;
	decode_mac(&packet->destination, header);
	decode_mac(&packet->source, header + 6);
	packet->group = mac_is_group(packet->destination);
	decode_ethertype(packet, view, bytes_u16_at(header + 12));
}

static inline bool is_tag(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_SERVICE || type == ETHERTYPE_OLD_QINQ;
}

/*
 * Tags (IEEE 802.1Q clause 9): priority 3 bits, drop eligible 1, VLAN id 12, then the next type. Id 0 carries a
 * priority and names no VLAN. False where a tag is cut or the stack is deeper than anything we can tell apart.
 */
static bool decode_tags(struct packet *packet, struct view *view, uint16_t *type)
{
	while (is_tag(*type)) {
		const uint8_t *tag = view_take(view, packet, 4);
		uint16_t id;

		if (!tag)
			return false;
		id = bytes_u16_at(tag) & 0x0fff;
		*type = bytes_u16_at(tag + 2);
		if (id == 0)
			continue;
		if (packet->vlan_count == PACKET_MAX_VLANS)
			return false;
		packet->vlans[packet->vlan_count++] = id;
	}
	return true;
}

/*
 * LLC and SNAP (RFC 1042)
 *	0  DSAP, SSAP, control   aa aa 03
 *	3  organisation          00 00 00, or 00 00 f8 where a bridge translated the frame (IEEE 802.1H)
 *	6  ethertype             2
 */
static bool decode_snap(struct packet *packet, struct view *view, uint16_t *type)
{
	static const uint8_t ethernet[] = { 0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00 };
	static const uint8_t bridged[] = { 0xaa, 0xaa, 0x03, 0x00, 0x00, 0xf8 };
	const uint8_t *header = view_take(view, packet, 8);

	if (!header || (memcmp(header, ethernet, sizeof ethernet) != 0 && memcmp(header, bridged, sizeof bridged) != 0))
		return false;
	*type = bytes_u16_at(header + 6);
	packet->layers |= LAYER_SNAP;
	return true;
}

/* Slow protocols begin with their subtype; 1 is LACP (IEEE 802.1AX). */
static void decode_slow(struct packet *packet, struct view *view)
{
	const uint8_t *subtype = view_take(view, packet, 1);

	if (subtype && *subtype == 1)
		packet->layers |= LAYER_LACP;
}

static void decode_network(struct packet *packet, struct view *view)
{
	switch (packet->ethertype) {
	case ETHERTYPE_IPV4: decode_ipv4(packet, view); break;
	case ETHERTYPE_IPV6: decode_ipv6(packet, view); break;
	case ETHERTYPE_ARP:
	case ETHERTYPE_RARP: decode_arp(packet, view, packet->ethertype); break;
	case ETHERTYPE_SLOW: decode_slow(packet, view); break;
	default: break;
	}
}

void decode_ethertype(struct packet *packet, struct view *view, uint16_t type)
{
	enum { MAX_LENGTH = 1500, MIN_TYPE = 0x0600 };

	if (is_tag(type) && !decode_tags(packet, view, &type))
		return;
	if (type <= MAX_LENGTH) {
		view_limit(view, type);
		if (!decode_snap(packet, view, &type) || !decode_tags(packet, view, &type))
			return;
	}
	if (type < MIN_TYPE)
		return;
	packet->ethertype = type;
	decode_network(packet, view);
}

/* Packet types of both cooked headers, in their numbering (linux/if_packet.h). */
static const enum packet_direction cooked_directions[] = {
	PACKET_TO_US, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_TO_OTHER, PACKET_OUTGOING,
};

/* The fields that both cooked headers have, wherever they stand in them. */
struct cooked {
	uint16_t packet_type;
	uint16_t hardware_type;
	uint16_t address_length;
	const uint8_t *address; /* 8 bytes */
	uint16_t protocol;
};

/* Hardware types whose protocol field is not an ethertype (www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html). */
static bool has_ethertype(uint16_t hardware_type)
{
	enum { ARPHRD_GRE = 778, ARPHRD_RADIOTAP = 803, ARPHRD_FRAD = 770, ARPHRD_NETLINK_SOCKET = 824 };

	return hardware_type != ARPHRD_GRE && hardware_type != ARPHRD_RADIOTAP && hardware_type != ARPHRD_FRAD &&
	       hardware_type != ARPHRD_NETLINK_SOCKET;
}

static void decode_cooked(struct packet *packet, struct view *view, const struct cooked *cooked)
{
	enum { PROTOCOL_LLC = 4 };

	packet->layers |= LAYER_COOKED;
	if (cooked->packet_type < sizeof cooked_directions / sizeof *cooked_directions)
		packet->direction = cooked_directions[cooked->packet_type];
	packet->group = packet->direction == PACKET_BROADCAST || packet->direction == PACKET_MULTICAST;
	if (cooked->address_length == sizeof packet->source.b) {
		packet->layers |= LAYER_ETHERNET;
		decode_mac(&packet->source, cooked->address);
	}
	if (!has_ethertype(cooked->hardware_type))
		return;
	if (cooked->protocol == PROTOCOL_LLC)
		decode_ethertype(packet, view, view->wire < 1500 ? (uint16_t)view->wire : 1500);
	else if (cooked->protocol >= 0x0600)
		decode_ethertype(packet, view, cooked->protocol);
}

/*
 * LINKTYPE_LINUX_SLL
 *	0  packet type      2
 *	2  ARPHRD_ type     2
 *	4  address length   2
 *	6  address          8   the sender's
 *	14 protocol         2
 */
void decode_sll(struct packet *packet, struct view *view)
{
	const uint8_t *header = view_take(view, packet, 16);

	if (!header)
		return;
	decode_cooked(packet, view,
		      &(struct cooked){ .packet_type = bytes_u16_at(header),
					.hardware_type = bytes_u16_at(header + 2),
					.address_length = bytes_u16_at(header + 4),
					.address = header + 6,
					.protocol = bytes_u16_at(header + 14) });
}

/*
 * LINKTYPE_LINUX_SLL2
 *	0  protocol          2
 *	4  interface index   4
 *	8  ARPHRD_ type      2
 *	10 packet type       1
 *	11 address length    1
 *	12 address           8
 */
void decode_sll2(struct packet *packet, struct view *view)
{
	const uint8_t *header = view_take(view, packet, 20);

	if (!header)
		return;
	packet->ifindex = bytes_u32_at(header + 4);
	decode_cooked(packet, view,
		      &(struct cooked){ .packet_type = header[10],
					.hardware_type = bytes_u16_at(header + 8),
					.address_length = header[11],
					.address = header + 12,
					.protocol = bytes_u16_at(header) });
}
