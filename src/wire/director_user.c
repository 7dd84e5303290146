// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/director_user.h"

#include <string.h>

#include "wire/director_rewrite.h"

struct director {
	struct director_tables *tables;
};

DIRECTOR_INLINE struct director_setup *director_setup_of(struct director *director)
{
	return director->tables->setup;
}

DIRECTOR_INLINE const struct director_service *director_service_at(struct director *director, uint32_t place)
{
	return place < DIRECTOR_SERVICE_PLACES ? &director->tables->services[place] : NULL;
}

DIRECTOR_INLINE const struct director_pool *director_pool_at(struct director *director, uint32_t pool)
{
	return pool < director->tables->pool_count ? &director->tables->pools[pool] : NULL;
}

DIRECTOR_INLINE const struct director_backend *director_backend_at(struct director *director, uint32_t backend)
{
	return backend < director->tables->backend_total ? &director->tables->backends[backend] : NULL;
}

DIRECTOR_INLINE struct director_flow_set *director_flows_at(struct director *director, uint32_t set)
{
	return set < DIRECTOR_FLOW_SETS ? &director->tables->flows[set] : NULL;
}

static enum director_action leave(struct director_tables *tables, int verdict)
{
	struct director_other_count *other = tables->other_count;

	switch (verdict) {
	case DIRECTOR_NO_SERVICE: other->no_service++; break;
	case DIRECTOR_NO_BACKEND: other->no_backend++; break;
	case DIRECTOR_ORPHAN: other->orphans++; break;
	case DIRECTOR_EXPIRED: other->expired++; break;
	case DIRECTOR_UNREADABLE: other->unreadable++; break;
	default: break;
	}
	return DIRECTOR_LEAVE;
}

static void grow(struct director_frame *frame, uint32_t by)
{
	frame->bytes -= by;
	frame->length += by;
	frame->grown = (int32_t)by;
}

static enum director_action refuse(struct director_tables *tables, struct director_frame *frame,
				   const struct director_packet *packet)
{
	const struct director_backend *backend = &tables->backends[packet->backend];
	uint32_t mtu = backend->mtu - director_overhead(backend);
	bool done;

	tables->backend_count[packet->backend].too_big++;
	frame->length = packet->at + (packet->family == 4 ? DIRECTOR_QUOTED4 : DIRECTOR_QUOTED6);
	if (packet->family == 4) {
		grow(frame, DIRECTOR_GREW4);
		done = director_refuse4(packet, mtu, frame->bytes, frame->bytes + frame->length);
	} else {
		grow(frame, DIRECTOR_GREW6);
		done = director_refuse6(packet, mtu, frame->bytes, frame->bytes + frame->length);
	}
	tables->other_count->answered += done;
	return done ? DIRECTOR_FORWARD : DIRECTOR_DISCARD;
}

static enum director_action forward(struct director_tables *tables, struct director_frame *frame,
				    const struct director_packet *packet)
{
	const struct director_backend *backend = &tables->backends[packet->backend];
	struct director_backend_count *count = &tables->backend_count[packet->backend];
	size_t size = frame->length;
	bool done;

	if (backend->way == DIRECTOR_DIRECT) {
		done = director_send_direct(backend, packet, frame->bytes, frame->bytes + frame->length);
	} else {
		grow(frame, director_overhead(backend));
		done = director_send_tunnelled(backend, packet, frame->bytes, frame->bytes + frame->length);
	}
	if (!done)
		return DIRECTOR_DISCARD;
	count->packets++;
	count->bytes += size;
	count->flows += packet->is_new;
	frame->ifindex = backend->ifindex;
	frame->to_backend = true;
	return DIRECTOR_FORWARD;
}

enum director_action director_handle(struct director_tables *tables, struct director_frame *frame)
{
	struct director director = { tables };
	struct director_packet packet;
	int verdict = director_read(&director, &packet, frame->bytes, frame->bytes + frame->length);

	verdict = director_decide(&director, &packet, verdict, (uint32_t)frame->length);
	frame->ifindex = 0;
	frame->grown = 0;
	frame->to_backend = false;
	frame->backend = packet.backend;
	switch (verdict) {
	case DIRECTOR_SEND: return forward(tables, frame, &packet);
	case DIRECTOR_TOO_BIG: return refuse(tables, frame, &packet);
	case DIRECTOR_DROP: tables->backend_count[packet.backend].too_big++; return DIRECTOR_DISCARD;
	default: return leave(tables, verdict);
	}
}

static uint32_t sum_of(const uint8_t *at, size_t size, uint32_t sum)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += director_u16(at + i);
	if (size % 2 != 0)
		sum += (uint32_t)at[size - 1] << 8;
	return sum;
}

/* Where the upper header begins; 0: it is that of an ICMP error, or there are extension headers. */
static size_t find_upper(const struct director_packet *packet, const uint8_t *ip)
{
	if (packet->family == 4)
		return ip[9] == packet->protocol ? (ip[0] & 0xfu) * 4 : 0;
	return ip[6] == packet->protocol ? DIRECTOR_IP6 : 0;
}

static void complete(const struct director_packet *packet, uint8_t *ip)
{
	size_t upper = find_upper(packet, ip), place = packet->protocol == 6 ? 16 : 6;
	size_t addresses = packet->family == 4 ? 8 : 32, length = packet->length - upper;
	uint16_t pseudo;

	if (upper == 0 || length < place + 2)
		return;
	pseudo = (uint16_t)~director_fold(
	    sum_of(ip + (packet->family == 4 ? 12 : 8), addresses, (uint32_t)length + packet->protocol));
	if (director_u16(ip + upper + place) == pseudo)
		director_put16(ip + upper + place, director_fold(sum_of(ip + upper, length, 0)));
}

void director_complete_sum(struct director_tables *tables, struct director_frame *frame)
{
	struct director director = { tables };
	struct director_packet packet;
	int verdict = director_read(&director, &packet, frame->bytes, frame->bytes + frame->length);

	if (verdict == DIRECTOR_SEND && !packet.fragment && (packet.protocol == 6 || packet.protocol == 17) &&
	    packet.at + packet.length <= frame->length)
		complete(&packet, frame->bytes + packet.at);
}

struct director_address director_address_of(const struct ip *ip)
{
	return ip->family == 4 ? director_address4(ip->b) : director_address6(ip->b);
}

uint32_t director_service_place(const struct director_address *vip, uint16_t port, uint8_t protocol, uint32_t salt)
{
	return director_service_hash(vip, port, protocol, salt);
}
