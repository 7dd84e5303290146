// SPDX-License-Identifier: GPL-2.0-or-later
/* IPv4 (RFC 791) and IPv6 with its extension headers (RFC 8200). */
#include "wire/decode.h"

enum { IPV4_SIZE = 20, IPV6_SIZE = 40 };

/* Both versions have the version number in the upper half of their first byte. */
static inline unsigned version_of(const uint8_t *header)
{
	return header[0] >> 4;
}

/*
 * IPv4 (RFC 791 section 3.1)
 *	0  version, header length in words   1
 *	2  total length                      2
 *	4  identification                    2
 *	6  flags, fragment offset            2   0x4000 do not fragment, 0x2000 more, offset in units of 8
 *	8  time to live                      1
 *	9  protocol                          1
 *	12 source, destination               4 + 4
 */
static bool decode_ipv4_header(struct packet *packet, struct view *view, struct ip_header *ip)
{
	const uint8_t *header = view_take(view, packet, IPV4_SIZE);
	size_t options;

	if (!header || version_of(header) != 4 || (header[0] & 15) < 5)
		return false;
	options = (size_t)(header[0] & 15) * 4 - IPV4_SIZE;
	if (options > 0 && !view_take(view, packet, options))
		return false;
	decode_ip4(&ip->source, header + 12);
	decode_ip4(&ip->destination, header + 16);
	ip->protocol = header[9];
	ip->ttl = header[8];
	ip->id = bytes_u16_at(header + 4);
	ip->total_length = bytes_u16_at(header + 2);
	ip->fragment = (uint16_t)((bytes_u16_at(header + 6) & 0x1fff) * 8);
	ip->dont_fragment = (header[6] & 0x40) != 0;
	ip->more_fragments = (header[6] & 0x20) != 0;
	return ip->total_length == 0 || ip->total_length >= IPV4_SIZE + options;
}

enum { EXTENSION_MAX = 8, EXTENSION_FRAGMENT = 44 };

/* The bytes that an extension header has beyond its first 8, by the way in which it states its size; -1 for all others.
 */
static int extension_rest(uint8_t type, const uint8_t *header)
{
	enum { HOP_BY_HOP = 0, ROUTING = 43, DESTINATION = 60, MOBILITY = 135, HIP = 139, SHIM6 = 140 };

	switch (type) {
	case HOP_BY_HOP:
	case ROUTING:
	case DESTINATION:
	case MOBILITY:
	case HIP:
	case SHIM6: return header[1] * 8;
	case EXTENSION_FRAGMENT: return 0;
	case IP_PROTO_AH: return header[1] * 4; /* RFC 4302 section 2.2 */
	default: return -1;
	}
}

static inline bool is_extension(uint8_t type)
{
	static const uint8_t none[2];

	return extension_rest(type, none) >= 0;
}

/*
 * Takes one extension header; all begin with the next one's type. False where the chain ends, also because it is cut:
 * `protocol` then is the type of the header that is missing. The fragment header (RFC 8200 section 4.5):
 *	2  offset in units of 8, 2 bits reserved, more   2
 *	4  identification                                4
 */
static bool decode_extension(struct packet *packet, struct view *view, struct ip_header *ip)
{
	const uint8_t *header;
	uint8_t type = ip->protocol;
	int rest;

	if (!is_extension(type))
		return false;
	header = view_take(view, packet, 8);
	if (!header)
		return false;
	rest = extension_rest(type, header);
	if (rest > 0 && !view_take(view, packet, (size_t)rest))
		return false;
	ip->protocol = header[0];
	if (type == EXTENSION_FRAGMENT) {
		ip->fragment = bytes_u16_at(header + 2) & 0xfff8;
		ip->more_fragments = (header[3] & 1) != 0;
		ip->id = bytes_u16_at(header + 6);
	}
	return ip->fragment == 0;
}

/*
 * IPv6 (RFC 8200 section 3)
 *	0  version, class, flow label    4
 *	4  payload length                2   0 for a jumbogram, and where the sender's card is to cut segments
 *	6  next header                   1
 *	7  hop limit                     1
 *	8  source, destination          16 + 16
 */
static bool decode_ipv6_header(struct packet *packet, struct view *view, struct ip_header *ip)
{
	const uint8_t *header = view_take(view, packet, IPV6_SIZE);
	unsigned length;

	if (!header || version_of(header) != 6)
		return false;
	length = bytes_u16_at(header + 4);
	if (length > 0)
		view_limit(view, length);
	decode_ip6(&ip->source, header + 8);
	decode_ip6(&ip->destination, header + 24);
	ip->protocol = header[6];
	ip->ttl = header[7];
	ip->id = 0;
	ip->total_length = length == 0 ? 0 : (uint16_t)(length > 65535 - IPV6_SIZE ? 65535 : length + IPV6_SIZE);
	ip->fragment = 0;
	ip->dont_fragment = true; /* routers never fragment IPv6 */
	ip->more_fragments = false;
	for (int i = 0; i < EXTENSION_MAX && decode_extension(packet, view, ip); i++)
		;
	return true;
}

bool decode_ip_header(struct packet *packet, struct view *view, struct ip_header *ip)
{
	struct view first = *view;
	const uint8_t *version = view_take(&first, packet, 1);

	if (!version)
		return false;
	return version_of(version) == 4 ? decode_ipv4_header(packet, view, ip) : decode_ipv6_header(packet, view, ip);
}

/* Large segments that a card is yet to cut may say 0: the packet is then as long as the frame. */
static inline uint16_t whole_length(size_t length)
{
	return length < 65535 ? (uint16_t)length : 65535;
}

void decode_ipv4(struct packet *packet, struct view *view)
{
	size_t length = view->wire;
	const uint8_t *header = view->captured.at;

	if (!decode_ipv4_header(packet, view, &packet->ip))
		return;
	check_ip4_sum(packet, header, (size_t)(view->captured.at - header));
	packet->layers |= LAYER_IP;
	if (packet->ip.total_length == 0)
		packet->ip.total_length = whole_length(length);
	else
		view_limit(view, packet->ip.total_length - (length - view->wire));
	if (packet->ip.fragment == 0)
		decode_upper(packet, view);
}

void decode_ipv6(struct packet *packet, struct view *view)
{
	size_t length = view->wire;

	if (!decode_ipv6_header(packet, view, &packet->ip))
		return;
	packet->layers |= LAYER_IP;
	if (packet->ip.total_length == 0)
		packet->ip.total_length = whole_length(length);
	if (packet->ip.fragment == 0)
		decode_upper(packet, view);
}

void decode_ip(struct packet *packet, struct view *view)
{
	struct view first = *view;
	const uint8_t *version = view_take(&first, packet, 1);

	if (version && version_of(version) == 4)
		decode_ipv4(packet, view);
	else if (version)
		decode_ipv6(packet, view);
}

/* An authentication header hides what keepalived's `auth_type AH` sends: VRRP behind it. RFC 4302 section 2. */
static bool decode_authentication(struct packet *packet, struct view *view)
{
	const uint8_t *header = view_take(view, packet, 8);

	if (!header || !view_take(view, packet, (size_t)header[1] * 4))
		return false;
	packet->ip.protocol = header[0];
	return true;
}

void decode_upper(struct packet *packet, struct view *view)
{
	if (packet->ip.protocol == IP_PROTO_AH && !decode_authentication(packet, view))
		return;
	switch (packet->ip.protocol) {
	case IP_PROTO_TCP: decode_tcp(packet, view); break;
	case IP_PROTO_UDP: decode_udp(packet, view); break;
	case IP_PROTO_ICMP: decode_icmp(packet, view); break;
	case IP_PROTO_ICMPV6: decode_icmp6(packet, view); break;
	case IP_PROTO_VRRP: decode_vrrp(packet, view); break;
	case IP_PROTO_IPIP:
	case IP_PROTO_IPV6: decode_ipip(packet, view); break;
	case IP_PROTO_GRE: decode_gre(packet, view); break;
	default: break;
	}
}
