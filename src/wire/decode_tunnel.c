// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tunnels: the inner packet takes the outer one's place in `ip` and behind, the outer header moves to `outer`. An inner
 * header that is not whole leaves everything as it was. One IP tunnel and one overlay are followed, in either order,
 * which bounds the recursion.
 */
#include "wire/decode.h"

/* What describes the carrier, and must not be mistaken for a part of the inner packet. */
enum { CARRIER_LAYERS = LAYER_IP | LAYER_UDP | LAYER_HSRP | LAYER_DHCP };

static void enter(struct packet *packet, enum packet_tunnel tunnel, uint32_t layer)
{
	packet->outer = packet->ip;
	packet->tunnel = tunnel;
	packet->layers = (packet->layers & ~(uint32_t)CARRIER_LAYERS) | layer;
	packet->payload = NULL;
	packet->payload_captured = 0;
	packet->payload_length = 0;
}

static void enter_ip(struct packet *packet, struct view *view, enum packet_tunnel tunnel)
{
	struct view header = *view;
	struct ip_header inner;

	if (packet->layers & LAYER_TUNNEL || !decode_ip_header(packet, &header, &inner))
		return;
	enter(packet, tunnel, LAYER_TUNNEL);
	decode_ip(packet, view);
}

/* The carrier's frame is of no interest inside: neither its VLANs nor how it was captured. */
static void enter_overlay(struct packet *packet, struct view *view, enum packet_tunnel tunnel, uint32_t overlay)
{
	struct view header = *view;

	if (packet->layers & LAYER_OVERLAY || !view_take(&header, packet, 14))
		return;
	enter(packet, tunnel, LAYER_OVERLAY);
	packet->layers &= ~(uint32_t)(LAYER_COOKED | LAYER_SNAP);
	packet->overlay = overlay;
	packet->vlan_count = 0;
	packet->ethertype = 0;
	decode_ethernet(packet, view);
}

static void enter_by_ethertype(struct packet *packet, struct view *view, enum packet_tunnel tunnel, uint16_t type,
			       uint32_t overlay)
{
	if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6)
		enter_ip(packet, view, tunnel);
	else if (type == ETHERTYPE_BRIDGED)
		enter_overlay(packet, view, tunnel, overlay);
}

void decode_ipip(struct packet *packet, struct view *view)
{
	enter_ip(packet, view, TUNNEL_IPIP);
}

/*
 * GRE (RFC 2784 section 2.1, RFC 2890 section 2)
 *	0  flags, version   2   0x8000 checksum, 0x4000 routing (RFC 1701), 0x2000 key, 0x1000 sequence; version 0
 *	2  ethertype        2
 *	4  checksum and reserved, key, sequence: 4 each where flagged
 */
void decode_gre(struct packet *packet, struct view *view)
{
	enum { CHECKSUM = 0x8000, ROUTING = 0x4000, KEY = 0x2000, SEQUENCE = 0x1000, VERSION = 0x0007 };
	const uint8_t *header = view_take(view, packet, 4);
	const uint8_t *key = NULL;
	unsigned flags;
	uint32_t overlay = 1;

	if (!header)
		return;
	flags = bytes_u16_at(header);
	if (flags & (ROUTING | VERSION))
		return;
	if (flags & CHECKSUM && !view_take(view, packet, 4))
		return;
	if (flags & KEY && !(key = view_take(view, packet, 4)))
		return;
	if (flags & SEQUENCE && !view_take(view, packet, 4))
		return;
	if (key && bytes_u32_at(key) < UINT32_MAX)
		overlay = bytes_u32_at(key) + 1;
	else if (key)
		overlay = UINT32_MAX;
	enter_by_ethertype(packet, view, TUNNEL_GRE, bytes_u16_at(header + 2), overlay);
}

/*
 * GUE (draft-ietf-intarea-gue section 3; IPVS sends it, net/netfilter/ipvs/ip_vs_xmit.c)
 *	0  variant 2 bits, control 1, length of the optional fields in words 5
 *	1  protocol   1   an IP protocol number
 *	2  flags      2
 * Variant 1 has no header: its first byte is that of an IP packet, 4 and 6 both beginning with bits 01.
 */
static void decode_gue(struct packet *packet, struct view *view)
{
	struct view whole = *view;
	const uint8_t *header = view_take(view, packet, 4);

	if (!header)
		return;
	if (header[0] >> 6 == 1) {
		enter_ip(packet, &whole, TUNNEL_GUE);
		return;
	}
	if (header[0] >> 5 != 0 || !view_take(view, packet, (size_t)(header[0] & 31) * 4))
		return;
	if (header[1] == IP_PROTO_IPIP || header[1] == IP_PROTO_IPV6)
		enter_ip(packet, view, TUNNEL_GUE);
}

/*
 * VXLAN (RFC 7348 section 5)
 *	0  flags      1   0x08: the network id is valid
 *	4  network id 3
 */
static void decode_vxlan(struct packet *packet, struct view *view)
{
	const uint8_t *header = view_take(view, packet, 8);

	if (header && header[0] & 0x08)
		enter_overlay(packet, view, TUNNEL_VXLAN, (bytes_u32_at(header + 4) >> 8) + 1);
}

/*
 * Geneve (RFC 8926 section 3.4)
 *	0  version 2 bits, length of the options in words 6
 *	1  flags       1   0x80: a control packet
 *	2  ethertype   2
 *	4  network id  3
 */
static void decode_geneve(struct packet *packet, struct view *view)
{
	const uint8_t *header = view_take(view, packet, 8);

	if (!header || header[0] >> 6 != 0 || header[1] & 0x80 ||
	    !view_take(view, packet, (size_t)(header[0] & 63) * 4))
		return;
	enter_by_ethertype(packet, view, TUNNEL_GENEVE, bytes_u16_at(header + 2), (bytes_u32_at(header + 4) >> 8) + 1);
}

void decode_udp_tunnel(struct packet *packet, struct view *view)
{
	/* VXLAN's second port is the Linux driver's default, older than the assigned one. */
	enum { PORT_VXLAN = 4789, PORT_VXLAN_LINUX = 8472, PORT_GENEVE = 6081, PORT_GUE = 6080 };

	switch (packet->transport.destination_port) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX: decode_vxlan(packet, view); break;
	case PORT_GENEVE: decode_geneve(packet, view); break;
	case PORT_GUE: decode_gue(packet, view); break;
	default: break;
	}
}
