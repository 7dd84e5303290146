// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stand-in director in the kernel's fastest place: the decision is that of
 * director_decide.h, the tables are arrays that user space fills, and has
 * mapped, so that it needs no rights to change them.
 *
 * `director` forwards by itself. `director_to_user` only picks out the packets
 * of the VIPs, for AF_XDP sockets; one for each receive queue.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "wire/director_rewrite.h"

/* User space sets how many entries there are before it loads this. */
#define ARRAY(name_, value_)                                                                                           \
	struct {                                                                                                       \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                                      \
		__uint(map_flags, BPF_F_MMAPABLE);                                                                     \
		__uint(max_entries, 1);                                                                                \
		__type(key, uint32_t);                                                                                 \
		__type(value, value_);                                                                                 \
	} name_ SEC(".maps")

ARRAY(setup, struct director_setup);
ARRAY(services, struct director_service);
ARRAY(pools, struct director_pool);
ARRAY(backends, struct director_backend);
ARRAY(flows, struct director_flow_set);
ARRAY(backend_count, struct director_backend_count);
ARRAY(other_count, struct director_other_count);

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 64);
	__type(key, uint32_t);
	__type(value, uint32_t);
} sockets SEC(".maps");

struct director {
	uint32_t nothing; /* the maps are the program's own */
};

DIRECTOR_INLINE struct director_setup *director_setup_of(struct director *director)
{
	uint32_t first = 0;

	(void)director;
	return bpf_map_lookup_elem(&setup, &first);
}

DIRECTOR_INLINE const struct director_service *director_service_at(struct director *director, uint32_t place)
{
	(void)director;
	return bpf_map_lookup_elem(&services, &place);
}

DIRECTOR_INLINE const struct director_pool *director_pool_at(struct director *director, uint32_t pool)
{
	(void)director;
	return bpf_map_lookup_elem(&pools, &pool);
}

DIRECTOR_INLINE const struct director_backend *director_backend_at(struct director *director, uint32_t backend)
{
	(void)director;
	return bpf_map_lookup_elem(&backends, &backend);
}

DIRECTOR_INLINE struct director_flow_set *director_flows_at(struct director *director, uint32_t set)
{
	(void)director;
	return bpf_map_lookup_elem(&flows, &set);
}

/* This CPU's alone, and nothing else of this program runs on it meanwhile: no atomic addition is needed. */
static __always_inline struct director_other_count *others(void)
{
	uint32_t cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&other_count, &cpu);
}

static __always_inline struct director_backend_count *count_of(uint32_t backend)
{
	const struct director_setup *known = director_setup_of(0);
	uint32_t index;

	if (!known)
		return 0;
	index = bpf_get_smp_processor_id() * known->backend_count + backend;
	return bpf_map_lookup_elem(&backend_count, &index);
}

static __always_inline int count_other(int verdict)
{
	struct director_other_count *other = others();

	if (!other)
		return XDP_PASS;
	switch (verdict) {
	case DIRECTOR_NO_SERVICE: other->no_service++; break;
	case DIRECTOR_NO_BACKEND: other->no_backend++; break;
	case DIRECTOR_ORPHAN: other->orphans++; break;
	case DIRECTOR_EXPIRED: other->expired++; break;
	case DIRECTOR_UNREADABLE: other->unreadable++; break;
	default: break;
	}
	return XDP_PASS;
}

#define DATA(context)     ((uint8_t *)(long)(context)->data)
#define DATA_END(context) ((const uint8_t *)(long)(context)->data_end)

/* Pointers may be subtracted only by those who may see the kernel's own (CAP_PERFMON); this works without, since 5.18.
 */
static __always_inline uint64_t size_of(struct xdp_md *context)
{
	return bpf_xdp_get_buff_len(context);
}

static __always_inline int refuse(struct xdp_md *context, const struct director_packet *packet)
{
	const struct director_backend *backend = director_backend_at(0, packet->backend);
	struct director_backend_count *count = count_of(packet->backend);
	struct director_other_count *other = others();
	uint32_t quoted = packet->family == 4 ? DIRECTOR_QUOTED4 : DIRECTOR_QUOTED6;
	int size = (int)size_of(context);
	bool done;

	if (!backend || !count || !other)
		return XDP_DROP;
	count->too_big++;
	if (bpf_xdp_adjust_tail(context, (int)(packet->at + quoted) - size) < 0 ||
	    bpf_xdp_adjust_head(context, packet->family == 4 ? -DIRECTOR_GREW4 : -DIRECTOR_GREW6) < 0)
		return XDP_DROP;
	if (packet->family == 4)
		done = director_refuse4(packet, backend->mtu - director_overhead(backend), DATA(context),
					DATA_END(context));
	else
		done = director_refuse6(packet, backend->mtu - director_overhead(backend), DATA(context),
					DATA_END(context));
	other->answered += done;
	return done ? XDP_TX : XDP_DROP;
}

static __always_inline int send(struct xdp_md *context, const struct director_packet *packet)
{
	const struct director_backend *backend = director_backend_at(0, packet->backend);
	struct director_backend_count *count = count_of(packet->backend);
	uint64_t size = size_of(context);
	bool done;

	if (!backend || !count)
		return XDP_PASS;
	if (backend->way == DIRECTOR_DIRECT) {
		done = director_send_direct(backend, packet, DATA(context), DATA_END(context));
	} else {
		if (bpf_xdp_adjust_head(context, -(int)director_overhead(backend)) < 0)
			return XDP_DROP;
		done = director_send_tunnelled(backend, packet, DATA(context), DATA_END(context));
	}
	if (!done)
		return XDP_DROP;
	count->packets++;
	count->bytes += size;
	count->flows += packet->is_new;
	return backend->ifindex == 0 ? XDP_TX : bpf_redirect(backend->ifindex, 0);
}

/*
 * Functions that the verifier looks at one by one: all ways through the headers times all ways to choose would be too
 * many for it.
 */
__attribute__((noinline)) int read_packet(struct xdp_md *context, struct director_packet *packet)
{
	return packet ? director_read(0, packet, DATA(context), DATA_END(context)) : DIRECTOR_PASS;
}

__attribute__((noinline)) int decide(struct director_packet *packet, int verdict, uint32_t size)
{
	return packet ? director_decide(0, packet, verdict, size) : DIRECTOR_PASS;
}

SEC("xdp")
int director(struct xdp_md *context)
{
	struct director_backend_count *count;
	struct director_packet packet;
	int verdict;

	__builtin_memset(&packet, 0, sizeof packet);
	verdict = read_packet(context, &packet);
	if (verdict == DIRECTOR_PASS)
		return XDP_PASS;
	verdict = decide(&packet, verdict, (uint32_t)size_of(context));
	switch (verdict) {
	case DIRECTOR_PASS: return XDP_PASS;
	case DIRECTOR_SEND: return send(context, &packet);
	case DIRECTOR_TOO_BIG: return refuse(context, &packet);
	case DIRECTOR_DROP:
		count = count_of(packet.backend);
		if (count)
			count->too_big++;
		return XDP_DROP;
	default: return count_other(verdict);
	}
}

__attribute__((noinline)) int has_service(const struct director_packet *packet)
{
	if (!packet)
		return 0;
	return (packet->has_ports &&
		director_find(0, &packet->destination, packet->destination_port, packet->protocol)) ||
	       director_find_wider(0, packet);
}

SEC("xdp")
int director_to_user(struct xdp_md *context)
{
	struct director_packet packet;

	int verdict;

	__builtin_memset(&packet, 0, sizeof packet);
	verdict = read_packet(context, &packet);
	if (verdict == DIRECTOR_PASS || !director_is_vip(0, &packet.destination))
		return XDP_PASS;
	/* What comes to user space does not find back to the kernel. */
	if (verdict != DIRECTOR_SEND)
		return count_other(verdict);
	if ((!packet.fragment || packet.first) && !has_service(&packet))
		return count_other(DIRECTOR_NO_SERVICE);
	return (int)bpf_redirect_map(&sockets, context->rx_queue_index, XDP_PASS);
}

char LICENSE[] SEC("license") = "GPL";
