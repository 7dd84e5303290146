// SPDX-License-Identifier: GPL-2.0-or-later
/* What the stand-in director is measured beside: the least that XDP can do to send a frame back, and a receiver. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp_turn")
int turn(struct xdp_md *context)
{
	unsigned char *data = (unsigned char *)(long)context->data;
	unsigned char mac[6];

	if (data + 14 > (unsigned char *)(long)context->data_end)
		return XDP_PASS;
	__builtin_memcpy(mac, data, 6);
	__builtin_memcpy(data, data + 6, 6);
	__builtin_memcpy(data + 6, mac, 6);
	return XDP_TX;
}

SEC("xdp_swallow")
int swallow(struct xdp_md *context)
{
	(void)context;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
