// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which backend a packet goes to: the same code in the kernel (compiled by
 * clang into an XDP program) and in user space.
 *
 * Whoever includes it defines `struct director` and director_*_at() below, and
 * marks pointers into the packet as the verifier wants them: every access
 * stands behind a comparison with `end`.
 *
 * What is decided:
 *
 *   whole packets    by service: VIP, port, protocol; else VIP and protocol, else the VIP alone. TCP, UDP and SCTP have
 *                    ports; echo requests and other protocols only go to services without a port
 *   fragments        the first one by its ports, and the backend is remembered under addresses, protocol and id; later
 *                    ones by that. Those that overtake the first one are orphans, and left to the kernel
 *   ICMP errors      about packets of a VIP go where the flow that they quote goes
 *   IPv6             hop-by-hop, destination options, authentication and used-up routing headers are skipped
 *   802.1Q, 802.1ad  up to two tags stay as they are
 *   all else         is the kernel's: DIRECTOR_PASS
 *
 * Sources: IPv4 RFC 791, IPv6 RFC 8200, ICMP RFC 792, ICMPv6 RFC 4443; Maglev: Eisenbud et al., NSDI 2016.
 */
#ifndef WIRE_DIRECTOR_DECIDE_H
#define WIRE_DIRECTOR_DECIDE_H

#include "wire/director.h"

#define DIRECTOR_INLINE static inline __attribute__((always_inline, unused))

/* The verifier follows every round of a loop: where it would lose track, there is none. */
#ifdef __bpf__
#define DIRECTOR_UNROLL _Pragma("clang loop unroll(full)")
#define DIRECTOR_LOOP   _Pragma("clang loop unroll(disable)")
#else
#define DIRECTOR_UNROLL
#define DIRECTOR_LOOP
#endif

struct director; /* of the includer */

/* Each NULL where there is none; the index may be anything. */
DIRECTOR_INLINE struct director_setup *director_setup_of(struct director *director);
DIRECTOR_INLINE const struct director_service *director_service_at(struct director *director, uint32_t place);
DIRECTOR_INLINE const struct director_pool *director_pool_at(struct director *director, uint32_t pool);
DIRECTOR_INLINE const struct director_backend *director_backend_at(struct director *director, uint32_t backend);
DIRECTOR_INLINE struct director_flow_set *director_flows_at(struct director *director, uint32_t set);

enum director_verdict {
	DIRECTOR_PASS,    /* not for a service */
	DIRECTOR_SEND,    /* to the backend */
	DIRECTOR_TOO_BIG, /* for the way to the backend; the sender can be told */
	DIRECTOR_DROP,    /* too big, and nobody may be told */
	/* For a VIP, and left to the kernel all the same; counted in struct director_other_count. */
	DIRECTOR_NO_SERVICE,
	DIRECTOR_NO_BACKEND,
	DIRECTOR_ORPHAN,
	DIRECTOR_EXPIRED,
	DIRECTOR_UNREADABLE,
};

struct director_packet {
	/* What it is */
	struct director_address source, destination;
	uint32_t at;          /* where the IP header begins */
	uint32_t length;      /* of the IP packet */
	uint32_t fragment_id; /* of fragments */
	uint16_t source_port, destination_port;
	uint8_t family;   /* 4 or 6 */
	uint8_t protocol; /* of the flow: for ICMP errors that of the quoted packet */
	uint8_t ttl, traffic_class;
	bool dont_fragment;
	bool fragment, first; /* a part of a packet; the one with the ports */
	bool has_ports;
	/* What becomes of it */
	bool is_new; /* the flow was given to the backend just now */
	uint32_t backend;
	uint32_t flow_low;
};

enum {
	DIRECTOR_ETHERNET = 14,
	DIRECTOR_TAG = 4,
	DIRECTOR_IP4 = 20,
	DIRECTOR_IP6 = 40,
	DIRECTOR_MAX_EXTENSIONS = 6,
	/* The most that is put in front of a packet: an IPv6 header, UDP and GUE, or the ICMPv6 error. */
	DIRECTOR_HEADROOM = 64,
};

/*
 * Bytes in the order of the wire. For the kernel's programs clang would take single bytes, which costs more than all
 * the rest; processors that mind where a value stands are refused by the verifier.
 */
#ifdef __bpf__
DIRECTOR_INLINE uint16_t director_u16(const uint8_t *at)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap16(*(const uint16_t *)at);
#else
	return *(const uint16_t *)at;
#endif
}

/* `size` is even and known when this is compiled. */
DIRECTOR_INLINE void director_copy(uint8_t *to, const uint8_t *from, uint32_t size)
{
	uint32_t at = 0;

	DIRECTOR_UNROLL
	for (; at + 8 <= size; at += 8)
		*(uint64_t *)(to + at) = *(const uint64_t *)(from + at);
	if (at + 4 <= size) {
		*(uint32_t *)(to + at) = *(const uint32_t *)(from + at);
		at += 4;
	}
	if (at + 2 <= size)
		*(uint16_t *)(to + at) = *(const uint16_t *)(from + at);
}
#else
DIRECTOR_INLINE uint16_t director_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

DIRECTOR_INLINE void director_copy(uint8_t *to, const uint8_t *from, uint32_t size)
{
	__builtin_memcpy(to, from, size);
}
#endif

/* Programs for the kernel have no memcmp(). */
DIRECTOR_INLINE bool director_same_mac(const uint8_t *a, const uint8_t *b)
{
	return director_u16(a) == director_u16(b) && director_u16(a + 2) == director_u16(b + 2) &&
	       director_u16(a + 4) == director_u16(b + 4);
}

DIRECTOR_INLINE struct director_address director_address4(const uint8_t *at)
{
	struct director_address address = { { 0, 0 } };
	uint8_t *bytes = (uint8_t *)&address.words[1];

	bytes[2] = 0xff;
	bytes[3] = 0xff;
	director_copy(bytes + 4, at, 4);
	return address;
}

DIRECTOR_INLINE struct director_address director_address6(const uint8_t *at)
{
	struct director_address address;

	director_copy((uint8_t *)&address, at, sizeof address);
	return address;
}

DIRECTOR_INLINE bool director_same(const struct director_address *a, const struct director_address *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1];
}

/* --- hashes --- */

DIRECTOR_INLINE uint64_t director_mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

/* Every bit of the result depends on every bit put in. */
DIRECTOR_INLINE uint64_t director_finish(uint64_t hash)
{
	hash *= UINT64_C(0xff51afd7ed558ccd);
	hash ^= hash >> 33;
	hash *= UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ hash >> 33;
}

DIRECTOR_INLINE uint64_t director_hash(const struct director_packet *packet, uint64_t rest)
{
	uint64_t hash = director_mix(0, packet->source.words[0]);

	hash = director_mix(hash, packet->source.words[1]);
	hash = director_mix(hash, packet->destination.words[0]);
	hash = director_mix(hash, packet->destination.words[1]);
	return director_finish(director_mix(hash, rest));
}

DIRECTOR_INLINE uint32_t director_service_hash(const struct director_address *vip, uint16_t port, uint8_t protocol,
					       uint32_t salt)
{
	uint64_t hash = director_mix(salt, vip->words[0] ^ (uint64_t)port << 8 ^ protocol);

	return (uint32_t)director_finish(director_mix(hash, vip->words[1]));
}

/* --- reading --- */

DIRECTOR_INLINE bool director_has_ports(uint8_t protocol)
{
	return protocol == 6 || protocol == 17 || protocol == 132;
}

/* An ICMP error belongs to the flow of the packet that it quotes, seen from the other end. */
DIRECTOR_INLINE int director_read_quoted(struct director_packet *packet, const uint8_t *at, const uint8_t *end)
{
	struct director_address quoted;

	if (packet->family == 4) {
		uint32_t size;

		if (at + DIRECTOR_IP4 > end)
			return DIRECTOR_UNREADABLE;
		size = (at[0] & 0xfu) * 4;
		if (at[0] >> 4 != 4 || size < DIRECTOR_IP4 || (director_u16(at + 6) & 0x1fff) != 0)
			return DIRECTOR_UNREADABLE;
		packet->protocol = at[9];
		quoted = director_address4(at + 12);
		packet->source = director_address4(at + 16);
		at += size;
	} else {
		if (at + DIRECTOR_IP6 > end)
			return DIRECTOR_UNREADABLE;
		packet->protocol = at[6];
		quoted = director_address6(at + 8);
		packet->source = director_address6(at + 24);
		at += DIRECTOR_IP6;
	}
	if (!director_same(&quoted, &packet->destination) || !director_has_ports(packet->protocol))
		return DIRECTOR_PASS;
	if (at + 4 > end)
		return DIRECTOR_UNREADABLE;
	packet->destination_port = director_u16(at);
	packet->source_port = director_u16(at + 2);
	packet->has_ports = true;
	return DIRECTOR_SEND;
}

DIRECTOR_INLINE bool director_is_error(uint8_t family, uint8_t type)
{
	/* Unreachable, source quench, time exceeded, parameter problem; in ICMPv6 all below 128. */
	return family == 4 ? type == 3 || type == 4 || type == 11 || type == 12 : type >= 1 && type <= 4;
}

DIRECTOR_INLINE int director_read_upper(struct director_packet *packet, const uint8_t *at, const uint8_t *end)
{
	uint8_t icmp = packet->family == 4 ? 1 : 58, echo = packet->family == 4 ? 8 : 128;

	if (packet->fragment && !packet->first)
		return DIRECTOR_SEND;
	if (director_has_ports(packet->protocol)) {
		if (at + 8 > end)
			return DIRECTOR_UNREADABLE;
		packet->source_port = director_u16(at);
		packet->destination_port = director_u16(at + 2);
		packet->has_ports = true;
	} else if (packet->protocol == icmp) {
		if (at + 8 > end)
			return DIRECTOR_UNREADABLE;
		if (director_is_error(packet->family, at[0]))
			return director_read_quoted(packet, at + 8, end);
		if (at[0] != echo)
			return DIRECTOR_PASS;
		packet->source_port = director_u16(at + 4);
	}
	return DIRECTOR_SEND;
}

DIRECTOR_INLINE int director_read_ip4(struct director_packet *packet, const uint8_t *at, const uint8_t *end)
{
	uint32_t size;
	uint16_t fragment;

	if (at + DIRECTOR_IP4 > end)
		return DIRECTOR_PASS;
	packet->family = 4;
	packet->source = director_address4(at + 12);
	packet->destination = director_address4(at + 16);
	size = (at[0] & 0xfu) * 4;
	packet->length = director_u16(at + 2);
	packet->traffic_class = at[1];
	packet->ttl = at[8];
	packet->protocol = at[9];
	packet->fragment_id = director_u16(at + 4);
	fragment = director_u16(at + 6);
	packet->dont_fragment = (fragment & 0x4000) != 0;
	packet->fragment = (fragment & 0x3fff) != 0;
	packet->first = (fragment & 0x1fff) == 0;
	if (at[0] >> 4 != 4 || size < DIRECTOR_IP4 || packet->length < size)
		return DIRECTOR_UNREADABLE;
	return director_read_upper(packet, at + size, end);
}

DIRECTOR_INLINE int director_read_ip6(struct director_packet *packet, const uint8_t *at, const uint8_t *end)
{
	if (at + DIRECTOR_IP6 > end)
		return DIRECTOR_PASS;
	packet->family = 6;
	packet->source = director_address6(at + 8);
	packet->destination = director_address6(at + 24);
	packet->length = (uint32_t)director_u16(at + 4) + DIRECTOR_IP6;
	packet->traffic_class = (uint8_t)(director_u16(at) >> 4);
	packet->protocol = at[6];
	packet->ttl = at[7];
	packet->dont_fragment = true;
	/* Length 0: a jumbogram (RFC 2675), or a large one that is still to be cut up. */
	if (at[0] >> 4 != 6 || packet->length == DIRECTOR_IP6)
		return DIRECTOR_UNREADABLE;
	at += DIRECTOR_IP6;
	DIRECTOR_UNROLL
	for (int i = 0; i < DIRECTOR_MAX_EXTENSIONS; i++) {
		uint8_t header = packet->protocol;
		uint32_t size;

		if (header != 0 && header != 43 && header != 44 && header != 51 && header != 60)
			return director_read_upper(packet, at, end);
		if (at + 8 > end)
			return DIRECTOR_UNREADABLE;
		packet->protocol = at[0];
		size = (at[1] + 1u) * 8;
		if (header == 43 && at[3] != 0)
			return DIRECTOR_UNREADABLE;
		if (header == 51)
			size = (at[1] + 2u) * 4;
		if (header == 44) {
			size = 8;
			packet->fragment = true;
			packet->first = (director_u16(at + 2) & 0xfff8) == 0;
			packet->fragment_id = (uint32_t)director_u16(at + 4) << 16 | director_u16(at + 6);
			if (!packet->first)
				return DIRECTOR_SEND;
		}
		at += size;
	}
	return DIRECTOR_UNREADABLE;
}

/* DIRECTOR_SEND: a packet that may be for a service. DIRECTOR_UNREADABLE holds only where the address is a VIP. */
DIRECTOR_INLINE int director_read(struct director *director, struct director_packet *packet, const uint8_t *data,
				  const uint8_t *end)
{
	const struct director_setup *setup = director_setup_of(director);
	uint32_t at = DIRECTOR_ETHERNET;
	uint16_t type;

	__builtin_memset(packet, 0, sizeof *packet);
	if (!setup || data + DIRECTOR_ETHERNET + 2 * DIRECTOR_TAG + DIRECTOR_IP4 > end ||
	    !director_same_mac(data, setup->mac))
		return DIRECTOR_PASS;
	type = director_u16(data + 12);
	if (type == 0x8100 || type == 0x88a8) {
		type = director_u16(data + 16);
		at += DIRECTOR_TAG;
		if (type == 0x8100) {
			type = director_u16(data + 20);
			at += DIRECTOR_TAG;
		}
	}
	packet->at = at;
	if (type == 0x0800)
		return director_read_ip4(packet, data + at, end);
	if (type == 0x86dd)
		return director_read_ip6(packet, data + at, end);
	return DIRECTOR_PASS;
}

/* --- choosing --- */

DIRECTOR_INLINE const struct director_service *
director_find(struct director *director, const struct director_address *vip, uint16_t port, uint8_t protocol)
{
	const struct director_setup *setup = director_setup_of(director);
	uint32_t hash = setup ? director_service_hash(vip, port, protocol, setup->salt) : 0;

	DIRECTOR_UNROLL
	for (uint32_t i = 0; i < DIRECTOR_PROBES; i++) {
		const struct director_service *service =
		    director_service_at(director, (hash + i) & (DIRECTOR_SERVICE_PLACES - 1));

		if (!service || !service->used)
			return 0;
		if (service->port == port && service->protocol == protocol && director_same(&service->vip, vip))
			return service;
	}
	return 0;
}

DIRECTOR_INLINE bool director_is_vip(struct director *director, const struct director_address *address)
{
	return director_find(director, address, 0, DIRECTOR_IS_VIP) != 0;
}

/* Where there is no service with the packet's own port: one that takes any. */
DIRECTOR_INLINE const struct director_service *director_find_wider(struct director *director,
								   const struct director_packet *packet)
{
	const struct director_service *service = 0;

	if (packet->has_ports)
		service = director_find(director, &packet->destination, 0, packet->protocol);
	return service ? service : director_find(director, &packet->destination, 0, 0);
}

DIRECTOR_INLINE uint64_t director_flow_entry(uint64_t hash, uint32_t backend, uint32_t now)
{
	return (hash & UINT64_C(0xffffffff00000000)) | (uint64_t)((backend + 1) & 0xffff) << 16 | (now & 0xffff);
}

/* The backend of a flow that was seen before; DIRECTOR_NOBODY where it was not. */
DIRECTOR_INLINE uint32_t director_recall(struct director_flow_set *set, uint64_t hash, uint32_t now)
{
	DIRECTOR_UNROLL
	for (int i = 0; i < DIRECTOR_FLOW_WAYS; i++) {
		uint64_t entry = set->ways[i];

		if (entry >> 32 != hash >> 32 || (entry & 0xffff0000) == 0)
			continue;
		if ((entry & 0xffff) != (now & 0xffff))
			set->ways[i] = (entry & ~UINT64_C(0xffff)) | (now & 0xffff);
		return (uint32_t)(entry >> 16 & 0xffff) - 1;
	}
	return DIRECTOR_NOBODY;
}

/* In place of what the set had for this flow, else of what was not used for longest. */
DIRECTOR_INLINE void director_remember(struct director_flow_set *set, uint64_t hash, uint32_t backend, uint32_t now)
{
	uint32_t oldest = 0, place = 0;

	DIRECTOR_UNROLL
	for (uint32_t i = 0; i < DIRECTOR_FLOW_WAYS; i++) {
		uint64_t entry = set->ways[i];
		uint32_t age = 1 + ((now - (uint32_t)entry) & 0xffff);

		if ((entry & 0xffff0000) == 0)
			age = 1 << 17;
		if ((entry & 0xffff0000) != 0 && entry >> 32 == hash >> 32)
			age = 1 << 18;
		if (age > oldest) {
			oldest = age;
			place = i;
		}
	}
	set->ways[place & (DIRECTOR_FLOW_WAYS - 1)] = director_flow_entry(hash, backend, now);
}

DIRECTOR_INLINE bool director_is_alive(struct director *director, uint32_t backend)
{
	const struct director_backend *known = backend == DIRECTOR_NOBODY ? 0 : director_backend_at(director, backend);

	return known && known->alive;
}

/* What stands in the flow's hash beside the addresses; fragments have a space of their own. */
DIRECTOR_INLINE uint64_t director_flow_word(const struct director_packet *packet)
{
	return (uint64_t)packet->source_port << 32 | (uint64_t)packet->destination_port << 16 | packet->protocol;
}

DIRECTOR_INLINE uint64_t director_fragment_word(const struct director_packet *packet)
{
	return UINT64_C(1) << 63 | (uint64_t)packet->fragment_id << 8 | packet->protocol;
}

DIRECTOR_INLINE int director_choose_later(struct director *director, struct director_packet *packet, uint32_t now)
{
	uint64_t hash = director_hash(packet, director_fragment_word(packet));
	struct director_flow_set *set = director_flows_at(director, (uint32_t)hash & (DIRECTOR_FLOW_SETS - 1));

	packet->backend = set ? director_recall(set, hash, now) : DIRECTOR_NOBODY;
	return director_is_alive(director, packet->backend) ? DIRECTOR_SEND : DIRECTOR_ORPHAN;
}

DIRECTOR_INLINE int director_choose(struct director *director, const struct director_service *service,
				    struct director_packet *packet, uint64_t hash, struct director_flow_set *set,
				    uint32_t now)
{
	const struct director_pool *pool;
	uint32_t slot;

	if (!set)
		return DIRECTOR_NO_BACKEND;
	packet->flow_low = (uint32_t)hash;
	packet->backend = director_recall(set, hash, now);
	if (!director_is_alive(director, packet->backend)) {
		pool = director_pool_at(director, service->pool);
		/* 32 bits as a fraction of the table: the verifier sees that this stays inside. */
		slot = (uint32_t)((hash >> 16 & 0xffffffff) * DIRECTOR_SLOTS >> 32);
		if (!pool)
			return DIRECTOR_NO_BACKEND;
		packet->backend = pool->slots[slot];
		if (!director_is_alive(director, packet->backend))
			return DIRECTOR_NO_BACKEND;
		director_remember(set, hash, packet->backend, now);
		packet->is_new = true;
	}
	if (packet->fragment) {
		hash = director_hash(packet, director_fragment_word(packet));
		set = director_flows_at(director, (uint32_t)hash & (DIRECTOR_FLOW_SETS - 1));
		if (set)
			director_remember(set, hash, packet->backend, now);
	}
	return DIRECTOR_SEND;
}

/* --- sizes --- */

/* Bytes that go in front of the IP packet. */
DIRECTOR_INLINE uint32_t director_overhead(const struct director_backend *backend)
{
	uint32_t outer = backend->outer_family == 6 ? DIRECTOR_IP6 : DIRECTOR_IP4;

	switch (backend->way) {
	case DIRECTOR_DIRECT: return 0;
	case DIRECTOR_IPIP: return outer;
	case DIRECTOR_GRE: return outer + 4;
	default: return outer + 12;
	}
}

/* Packets larger than the interface's own frames were not cut up yet, or have been joined: who does that knows sizes.
 */
DIRECTOR_INLINE int director_check_size(struct director *director, const struct director_packet *packet)
{
	const struct director_setup *setup = director_setup_of(director);
	const struct director_backend *backend = director_backend_at(director, packet->backend);

	if (!setup || !backend)
		return DIRECTOR_NO_BACKEND;
	if (packet->length + director_overhead(backend) <= backend->mtu || packet->length > setup->mtu)
		return DIRECTOR_SEND;
	return packet->dont_fragment && (!packet->fragment || packet->first) ? DIRECTOR_TOO_BIG : DIRECTOR_DROP;
}

/*
 * For a packet that director_read() gave `verdict` for, in a frame of `size` bytes: what becomes of it, an enum
 * director_verdict. Changes the flow table, and nothing else.
 */
DIRECTOR_INLINE int director_decide(struct director *director, struct director_packet *packet, int verdict,
				    uint32_t size)
{
	const struct director_service *service = 0;
	const struct director_setup *setup = director_setup_of(director);
	struct director_flow_set *set;
	uint64_t hash;

	if (verdict == DIRECTOR_PASS || !setup)
		return DIRECTOR_PASS;
	/* The flow's place is the one thing that is hardly ever in the cache: it is fetched while the rest is done. */
	hash = director_hash(packet, director_flow_word(packet));
	set = director_flows_at(director, (uint32_t)hash & (DIRECTOR_FLOW_SETS - 1));
	if (set)
		(void)*(volatile uint64_t *)&set->ways[0];
	/* By far the most packets for VIPs are such. */
	if (verdict == DIRECTOR_SEND && packet->has_ports)
		service = director_find(director, &packet->destination, packet->destination_port, packet->protocol);
	if (!service && !director_is_vip(director, &packet->destination))
		return DIRECTOR_PASS;
	if (verdict != DIRECTOR_SEND)
		return verdict;
	if (packet->at + packet->length > size)
		return DIRECTOR_UNREADABLE;
	if (packet->ttl <= 1)
		return DIRECTOR_EXPIRED;
	if (packet->fragment && !packet->first) {
		verdict = director_choose_later(director, packet, setup->now);
	} else {
		if (!service)
			service = director_find_wider(director, packet);
		verdict =
		    service ? director_choose(director, service, packet, hash, set, setup->now) : DIRECTOR_NO_SERVICE;
	}
	return verdict == DIRECTOR_SEND ? director_check_size(director, packet) : verdict;
}

#endif
