// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a stand-in director does to a packet that it sends on, in the kernel as
 * in user space (see director_decide.h):
 *
 *   VS/DR    the frame's MACs
 *   VS/TUN   as well, and an outer header: IPIP (RFC 2003, 2473), GRE without key (RFC 2784), or GUE variant 0 as the
 *            kernel's IPVS and fou speak it; TTL and traffic class are the inner packet's, DF is set
 *   both     one less to live, as IPVS does it (Linux: net/netfilter/ipvs/ip_vs_xmit.c, decrement_ttl), against loops
 *   too big  "fragmentation needed" (RFC 1191) or "packet too big" (RFC 4443 section 3.2) from the VIP back to the
 * sender
 *
 * For tunnels and errors the caller first makes room in front of the frame; what it holds there does not matter.
 */
#ifndef WIRE_DIRECTOR_REWRITE_H
#define WIRE_DIRECTOR_REWRITE_H

#include "wire/director_decide.h"

enum {
	/* Bytes of the packet that an error quotes; a multiple of 4. */
	DIRECTOR_QUOTED4 = 64,
	DIRECTOR_QUOTED6 = 96,
	DIRECTOR_GREW4 = DIRECTOR_IP4 + 8,
	DIRECTOR_GREW6 = DIRECTOR_IP6 + 8,
};

DIRECTOR_INLINE void director_put16(uint8_t *at, uint32_t value)
{
#if defined(__bpf__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	*(uint16_t *)at = __builtin_bswap16((uint16_t)value);
#else
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
#endif
}

/* RFC 1071. `size` is even and known when this is compiled. */
DIRECTOR_INLINE uint32_t director_sum(const uint8_t *at, uint32_t size, uint32_t sum)
{
	DIRECTOR_LOOP
	for (uint32_t i = 0; i < size; i += 2)
		sum += director_u16(at + i);
	return sum;
}

DIRECTOR_INLINE uint16_t director_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* RFC 1141: the header's sum grows by what the TTL loses. */
DIRECTOR_INLINE void director_age4(uint8_t *ip)
{
	uint32_t sum = director_u16(ip + 10) + 0x100u;

	ip[8]--;
	director_put16(ip + 10, sum + (sum >> 16));
}

DIRECTOR_INLINE bool director_set_macs(const struct director_backend *backend, uint8_t *data, const uint8_t *end)
{
	if (data + DIRECTOR_ETHERNET > end)
		return false;
	director_copy(data, backend->destination, 6);
	director_copy(data + 6, backend->source, 6);
	return true;
}

/* The IP header at `at`, one of three places. */
DIRECTOR_INLINE bool director_age(const struct director_packet *packet, uint8_t *data, const uint8_t *end)
{
	uint32_t at = packet->at;
	uint8_t *ip;

	if (at > DIRECTOR_ETHERNET + 2 * DIRECTOR_TAG)
		return false;
	ip = data + at;
	if (ip + DIRECTOR_IP4 > end)
		return false;
	if (packet->family == 4)
		director_age4(ip);
	else
		ip[7]--;
	return true;
}

/* VS/DR, in place. False where the frame is not what was decided on. */
DIRECTOR_INLINE bool director_send_direct(const struct director_backend *backend, const struct director_packet *packet,
					  uint8_t *data, const uint8_t *end)
{
	return director_age(packet, data, end) && director_set_macs(backend, data, end);
}

/* The Ethernet header, with its tags, moves to the new front, `grown` bytes before the old one. */
DIRECTOR_INLINE uint8_t *director_move_link(const struct director_packet *packet, uint32_t grown, uint16_t type,
					    uint8_t *data, const uint8_t *end)
{
	uint8_t *old = data + grown;
	uint32_t at = packet->at;

	if (old + DIRECTOR_ETHERNET + 2 * DIRECTOR_TAG > end)
		return 0;
	director_copy(data, old, DIRECTOR_ETHERNET);
	if (at == DIRECTOR_ETHERNET) {
		director_put16(data + 12, type);
		return data + DIRECTOR_ETHERNET;
	}
	director_copy(data + DIRECTOR_ETHERNET, old + DIRECTOR_ETHERNET, DIRECTOR_TAG);
	if (at == DIRECTOR_ETHERNET + DIRECTOR_TAG) {
		director_put16(data + DIRECTOR_ETHERNET + 2, type);
		return data + DIRECTOR_ETHERNET + DIRECTOR_TAG;
	}
	director_copy(data + DIRECTOR_ETHERNET + DIRECTOR_TAG, old + DIRECTOR_ETHERNET + DIRECTOR_TAG, DIRECTOR_TAG);
	director_put16(data + DIRECTOR_ETHERNET + DIRECTOR_TAG + 2, type);
	return data + DIRECTOR_ETHERNET + 2 * DIRECTOR_TAG;
}

/* Behind its addresses; `length` is that of the whole packet. */
DIRECTOR_INLINE void director_put_ip4(uint8_t *ip, uint32_t length, uint8_t traffic_class, uint8_t ttl,
				      uint8_t protocol)
{
	ip[0] = 0x45;
	ip[1] = traffic_class;
	director_put16(ip + 2, length);
	/* Id 0 is enough where DF is set (RFC 6864). */
	director_put16(ip + 4, 0);
	director_put16(ip + 6, 0x4000);
	ip[8] = ttl;
	ip[9] = protocol;
	director_put16(ip + 10, 0);
	director_put16(ip + 10, director_fold(director_sum(ip, DIRECTOR_IP4, 0)));
}

DIRECTOR_INLINE void director_put_ip6(uint8_t *ip, uint32_t length, uint8_t traffic_class, uint8_t ttl,
				      uint8_t protocol)
{
	ip[0] = (uint8_t)(0x60 | traffic_class >> 4);
	ip[1] = (uint8_t)(traffic_class << 4);
	director_put16(ip + 2, 0);
	director_put16(ip + 4, length - DIRECTOR_IP6);
	ip[6] = protocol;
	ip[7] = ttl;
}

/* What stands between the outer IP header and the packet. */
DIRECTOR_INLINE void director_put_tunnel(uint8_t *at, const struct director_backend *backend,
					 const struct director_packet *packet)
{
	if (backend->way == DIRECTOR_GRE) {
		director_put16(at, 0);
		director_put16(at + 2, packet->family == 4 ? 0x0800 : 0x86dd);
	} else if (backend->way == DIRECTOR_GUE) {
		/* The port spreads flows over paths (RFC 7510 section 3 does so); no checksum, as IPVS by default. */
		director_put16(at, 0xc000 | (packet->flow_low & 0x3fff));
		director_put16(at + 2, backend->port);
		director_put16(at + 4, packet->length + 12);
		director_put16(at + 6, 0);
		at[8] = 0;
		at[9] = packet->family == 4 ? 4 : 41;
		director_put16(at + 10, 0);
	}
}

DIRECTOR_INLINE uint8_t director_tunnel_protocol(const struct director_backend *backend,
						 const struct director_packet *packet)
{
	if (backend->way == DIRECTOR_GRE)
		return 47;
	if (backend->way == DIRECTOR_GUE)
		return 17;
	return packet->family == 4 ? 4 : 41;
}

/* VS/TUN: director_overhead() bytes were made in front. */
DIRECTOR_INLINE bool director_send_tunnelled(const struct director_backend *backend,
					     const struct director_packet *packet, uint8_t *data, const uint8_t *end)
{
	uint32_t overhead = director_overhead(backend);
	uint8_t protocol = director_tunnel_protocol(backend, packet), ttl = (uint8_t)(packet->ttl - 1);
	bool six = backend->outer_family == 6;
	uint8_t *ip;

	if (data + DIRECTOR_HEADROOM + DIRECTOR_ETHERNET > end || overhead > DIRECTOR_HEADROOM)
		return false;
	ip = director_move_link(packet, overhead, six ? 0x86dd : 0x0800, data, end);
	if (!ip || ip + DIRECTOR_IP6 + 12 + DIRECTOR_IP4 > end)
		return false;
	if (packet->family == 4)
		director_age4(ip + overhead);
	else
		ip[overhead + 7]--;
	if (six) {
		director_copy(ip + 8, backend->outer_source, 16);
		director_copy(ip + 24, backend->outer_destination, 16);
		director_put_ip6(ip, packet->length + overhead, packet->traffic_class, ttl, protocol);
		director_put_tunnel(ip + DIRECTOR_IP6, backend, packet);
	} else {
		director_copy(ip + 12, backend->outer_source, 4);
		director_copy(ip + 16, backend->outer_destination, 4);
		director_put_ip4(ip, packet->length + overhead, packet->traffic_class, ttl, protocol);
		director_put_tunnel(ip + DIRECTOR_IP4, backend, packet);
	}
	return director_set_macs(backend, data, end);
}

DIRECTOR_INLINE bool director_swap_macs(uint8_t *data)
{
	uint8_t mac[6];

	director_copy(mac, data, 6);
	director_copy(data, data + 6, 6);
	director_copy(data + 6, mac, 6);
	return true;
}

/* DIRECTOR_GREW4 bytes were made in front, and all behind DIRECTOR_QUOTED4 bytes of the packet was cut off. */
DIRECTOR_INLINE bool director_refuse4(const struct director_packet *packet, uint32_t mtu, uint8_t *data,
				      const uint8_t *end)
{
	uint8_t *ip = director_move_link(packet, DIRECTOR_GREW4, 0x0800, data, end);

	if (!ip || ip + DIRECTOR_GREW4 + DIRECTOR_QUOTED4 > end)
		return false;
	director_copy(ip + 12, ip + DIRECTOR_GREW4 + 16, 4);
	director_copy(ip + 16, ip + DIRECTOR_GREW4 + 12, 4);
	director_put_ip4(ip, DIRECTOR_GREW4 + DIRECTOR_QUOTED4, 0, 64, 1);
	ip += DIRECTOR_IP4;
	ip[0] = 3;
	ip[1] = 4;
	director_put16(ip + 2, 0);
	director_put16(ip + 4, 0);
	director_put16(ip + 6, mtu);
	director_put16(ip + 2, director_fold(director_sum(ip, 8 + DIRECTOR_QUOTED4, 0)));
	return director_swap_macs(data);
}

/* DIRECTOR_GREW6 and DIRECTOR_QUOTED6 bytes, likewise. */
DIRECTOR_INLINE bool director_refuse6(const struct director_packet *packet, uint32_t mtu, uint8_t *data,
				      const uint8_t *end)
{
	uint8_t *ip = director_move_link(packet, DIRECTOR_GREW6, 0x86dd, data, end);
	uint32_t sum;

	if (!ip || ip + DIRECTOR_GREW6 + DIRECTOR_QUOTED6 > end)
		return false;
	director_copy(ip + 8, ip + DIRECTOR_GREW6 + 24, 16);
	director_copy(ip + 24, ip + DIRECTOR_GREW6 + 8, 16);
	director_put_ip6(ip, DIRECTOR_GREW6 + DIRECTOR_QUOTED6, 0, 64, 58);
	/* The pseudo header of RFC 8200 section 8.1. */
	sum = director_sum(ip + 8, 32, 8 + DIRECTOR_QUOTED6 + 58);
	ip += DIRECTOR_IP6;
	ip[0] = 2;
	ip[1] = 0;
	director_put16(ip + 2, 0);
	director_put16(ip + 4, 0);
	director_put16(ip + 6, mtu);
	director_put16(ip + 2, director_fold(director_sum(ip, 8 + DIRECTOR_QUOTED6, sum)));
	return director_swap_macs(data);
}

#endif
