// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fills the frames that BPF_PROG_RUN makes, one after the other, and sends
 * them out by an interface. They come as long as the longest of the list.
 */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "net/bpf/frames.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set before it is loaded */
	__type(key, __u32);
	__uint(value_size, FRAMES_CHUNK);
} chunks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set before it is loaded */
	__type(key, __u32);
	__type(value, struct frames_place);
} places SEC(".maps");

struct frames_state frames_state SEC(".bss.frames"); /* only one thread runs this */

static __always_inline int fill(struct xdp_md *context, const struct frames_place *place, const char *chunk)
{
	__u32 length = place->length, offset = place->offset;
	__u32 there = context->data_end - context->data;

	if (length < FRAMES_SHORTEST || length > FRAMES_LONGEST || offset > FRAMES_CHUNK - FRAMES_LONGEST)
		return -1;
	if (length != there && bpf_xdp_adjust_tail(context, (int)length - (int)there) < 0)
		return -1;
	return (int)bpf_xdp_store_bytes(context, 0, (void *)(chunk + offset), length);
}

SEC("xdp")
int frames(struct xdp_md *context)
{
	__u32 next = frames_state.next;
	const struct frames_place *place = bpf_map_lookup_elem(&places, &next);
	const char *chunk = place ? bpf_map_lookup_elem(&chunks, &place->chunk) : NULL;

	if (!chunk || fill(context, place, chunk) < 0)
		return XDP_ABORTED;
	next++;
	frames_state.next = next < frames_state.count ? next : 0;
	frames_state.done++;
	return (int)bpf_redirect(frames_state.interface, 0);
}

/* What is used of the kernel's own structures; the loader finds out where it is there. */
struct ns_common {
	unsigned int inum;
} __attribute__((preserve_access_index));

struct net {
	struct ns_common ns;
} __attribute__((preserve_access_index));

typedef struct {
	struct net *net;
} __attribute__((preserve_access_index)) possible_net_t;

struct net_device {
	int ifindex;
	possible_net_t nd_net;
} __attribute__((preserve_access_index));

/*
 * The kernel hands redirected frames to the driver in bundles, and says here how many the driver took (Linux:
 * include/trace/events/xdp.h). Those of BPF_PROG_RUN come from the loopback device. Other network namespaces have
 * interfaces of the same number.
 */
SEC("tp_btf/xdp_devmap_xmit")
int handed_over(const __u64 *arguments)
{
	enum { LOOPBACK = 1 };
	const struct net_device *from = (const struct net_device *)arguments[0];
	const struct net_device *to = (const struct net_device *)arguments[1];
	int sent = (int)arguments[2];

	if (BPF_CORE_READ(from, ifindex) == LOOPBACK && (__u32)BPF_CORE_READ(to, ifindex) == frames_state.interface &&
	    BPF_CORE_READ(to, nd_net.net, ns.inum) == frames_state.network && sent > 0)
		frames_state.sent += sent;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
