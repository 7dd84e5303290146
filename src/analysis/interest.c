// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Passing over what cannot matter. On a busy link nearly every frame is data
 * between addresses of which no ARP packet spoke and that no configuration
 * names. One look at fixed offsets tells, so that the decoder need not run.
 */
#include "analysis/engine_private.h"

#include "base/hash.h"

enum {
	/* Offsets into an untagged Ethernet frame with an IPv4 header without options (RFC 894, RFC 791). */
	AT_ETHERTYPE = 12,
	AT_IP = 14,
	AT_FRAGMENT = AT_IP + 6,
	AT_PROTOCOL = AT_IP + 9,
	AT_SOURCE = AT_IP + 12,
	AT_DESTINATION = AT_IP + 16,
	AT_PORTS = AT_IP + 20,
	AT_TCP_FLAGS = AT_PORTS + 13,
	DULL_LEAST = AT_TCP_FLAGS + 1,
};

static uint32_t bit_of(const uint8_t *address, size_t size)
{
	uint64_t value = 0;

	if (size > 4)
		return (uint32_t)hash_bytes(address, size, 0) % INTEREST_BITS;
	memcpy(&value, address, 4);
	return (uint32_t)((value * UINT64_C(0x9e3779b97f4a7c15)) >> 48) % INTEREST_BITS;
}

void interest_add(struct engine *engine, const struct ip *ip)
{
	uint32_t bit = bit_of(ip->b, ip->family == 4 ? 4 : 16);

	engine->interest[bit / 8] |= (uint8_t)(1 << bit % 8);
}

bool interest_has_v4(const struct engine *engine, const uint8_t *address)
{
	uint32_t bit = bit_of(address, 4);

	return (engine->interest[bit / 8] & (1 << bit % 8)) != 0;
}

/* Ports whose packets are decoded whoever sends them: DHCP, HSRP, and the overlays and tunnels over UDP. */
static bool is_decoded_port(uint16_t port)
{
	return port == 67 || port == 68 || port == 1985 || port == 4789 || port == 8472 || port == 6080 || port == 6081;
}

static bool is_plain_udp(const uint8_t *ports)
{
	return !is_decoded_port((uint16_t)(ports[0] << 8 | ports[1])) &&
	       !is_decoded_port((uint16_t)(ports[2] << 8 | ports[3]));
}

bool interest_is_dull(const struct engine *engine, const struct frame *frame)
{
	const uint8_t *b = frame->bytes;

	if (frame->link_type != LINK_ETHERNET || frame->captured < DULL_LEAST)
		return false;
	if (b[AT_ETHERTYPE] != 0x08 || b[AT_ETHERTYPE + 1] != 0x00 || b[AT_IP] != 0x45)
		return false;
	if (b[AT_PROTOCOL] == IP_PROTO_TCP) {
		if (b[AT_TCP_FLAGS] & (TCP_SYN | TCP_RST))
			return false;
	} else if (b[AT_PROTOCOL] != IP_PROTO_UDP || !is_plain_udp(b + AT_PORTS)) {
		return false;
	}
	return !interest_has_v4(engine, b + AT_SOURCE) && !interest_has_v4(engine, b + AT_DESTINATION);
}
