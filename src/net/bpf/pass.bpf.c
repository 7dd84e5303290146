// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lets every frame pass. A veth takes frames that were redirected to it only
 * while its peer runs an XDP program, whichever (Linux: drivers/net/veth.c,
 * veth_xdp_xmit()).
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int pass(struct xdp_md *context)
{
	(void)context;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
