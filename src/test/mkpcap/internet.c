// SPDX-License-Identifier: GPL-2.0-or-later
/* IPv4 and IPv6 headers, and the checksums of what they carry. */
#include <string.h>

#include "mkpcap.h"

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, FRAGMENT_OFFSET = 0x1fff };

void put_ethernet(struct octets *o, struct mac destination, struct mac source, unsigned ethertype)
{
	put_mac(o, destination);
	put_mac(o, source);
	put_16(o, ethertype);
}

static void put_ipv4_header(struct octets *o, const struct ip_fields *f)
{
	put_16(o, 0x4500);
	put_16(o, 0);
	put_16(o, f->id);
	put_16(o, f->fragment);
	put_8(o, f->ttl);
	put_8(o, f->protocol);
	put_16(o, 0);
	put_ip(o, f->source);
	put_ip(o, f->destination);
}

static void put_ipv6_header(struct octets *o, const struct ip_fields *f)
{
	put_32(o, 0x60000000);
	put_16(o, 0);
	put_8(o, f->protocol);
	put_8(o, f->ttl);
	put_ip(o, f->source);
	put_ip(o, f->destination);
}

void put_ip_header(struct octets *o, const struct ip_fields *fields)
{
	o->network = o->length;
	if (fields->source.family == 6)
		put_ipv6_header(o, fields);
	else
		put_ipv4_header(o, fields);
}

/* Where the checksum of an upper protocol stands, 0 where this writer fills none in. */
static size_t checksum_offset(unsigned protocol)
{
	switch (protocol) {
	case 1: return 2;   /* ICMP */
	case 6: return 16;  /* TCP */
	case 17: return 6;  /* UDP */
	case 58: return 2;  /* ICMPv6 */
	case 112: return 6; /* VRRP, and CARP's place is left alone by its own writer */
	default: return 0;
	}
}

static uint32_t pseudo_header_sum(const uint8_t *addresses, size_t count, unsigned protocol, size_t length)
{
	return (uint32_t)(uint16_t)~internet_checksum(addresses, count, 0) + protocol + (uint32_t)length;
}

static void seal_upper(struct octets *o, size_t at, unsigned protocol, uint32_t pseudo)
{
	size_t offset = checksum_offset(protocol);
	size_t length = o->length - at;

	if (offset == 0 || length < offset + 2)
		return;
	if (protocol == 17)
		set_16(o, at + 4, (unsigned)length);
	set_16(o, at + offset, 0);
	set_16(o, at + offset, internet_checksum(o->b + at, length, pseudo));
}

static void seal_ipv4(struct octets *o, size_t at)
{
	uint8_t *header = o->b + at;
	size_t length = o->length - at;
	unsigned protocol = header[9];
	unsigned fragment = (unsigned)(header[6] << 8 | header[7]) & FRAGMENT_OFFSET;
	bool plain = protocol == 1 || (protocol == 112 && header[IPV4_HEADER] >> 4 == 2); /* without pseudo header */

	set_16(o, at + 2, (unsigned)length);
	set_16(o, at + 10, 0);
	set_16(o, at + 10, internet_checksum(header, IPV4_HEADER, 0));
	if (fragment == 0)
		seal_upper(o, at + IPV4_HEADER, protocol,
			   plain ? 0 : pseudo_header_sum(header + 12, 8, protocol, length - IPV4_HEADER));
}

static void seal_ipv6(struct octets *o, size_t at)
{
	uint8_t *header = o->b + at;
	size_t length = o->length - at - IPV6_HEADER;

	set_16(o, at + 4, (unsigned)length);
	seal_upper(o, at + IPV6_HEADER, header[6], pseudo_header_sum(header + 8, 32, header[6], length));
}

void seal_packet(struct octets *o, size_t network)
{
	if (o->b[network] >> 4 == 6)
		seal_ipv6(o, network);
	else
		seal_ipv4(o, network);
}
