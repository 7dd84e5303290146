// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeps this host's kernel from hearing what servers answer to replayed
 * conversations: it knows nothing of them and would answer with RST. Runs at
 * the TCX ingress hook, behind the packet sockets (net/core/dev.c,
 * __netif_receive_skb_core()), so captures still see everything.
 *
 * Dropped is what comes from a service's address and port to a client's
 * address and a port of the replayer's own. All else passes.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "net/bpf/deafen.h"

/* enum tcx_action_base of linux/bpf.h since 6.6. */
enum { PASS = -1, DROP = 2 };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DEAFEN_MAX_SERVICES);
	__type(key, struct deafen_service);
	__type(value, __u8);
} services SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, struct deafen_client);
	__type(value, struct deafen_ports);
} clients SEC(".maps");

struct ports {
	__be16 source, destination;
};

static __always_inline int is_ours(struct deafen_service *service, const struct deafen_client *client,
				   const struct ports *ports)
{
	const struct deafen_ports *own = bpf_map_lookup_elem(&clients, client);
	__u16 port = bpf_ntohs(ports->destination);

	if (!own || port < own->first || port > own->last)
		return 0;
	service->port = ports->source;
	if (bpf_map_lookup_elem(&services, service))
		return 1;
	service->port = 0;
	return bpf_map_lookup_elem(&services, service) != 0;
}

static __always_inline int judge_v4(struct __sk_buff *skb)
{
	struct deafen_service service = {};
	struct deafen_client client = {};
	struct ports ports;
	struct iphdr ip;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof ip) < 0 || ip.ihl < 5 ||
	    (ip.protocol != IPPROTO_TCP && ip.protocol != IPPROTO_UDP) || (ip.frag_off & bpf_htons(0x1fff)))
		return PASS;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + ip.ihl * 4, &ports, sizeof ports) < 0)
		return PASS;
	__builtin_memcpy(service.address, &ip.saddr, 4);
	__builtin_memcpy(client.address, &ip.daddr, 4);
	service.family = client.family = 4;
	service.protocol = ip.protocol;
	return is_ours(&service, &client, &ports) ? DROP : PASS;
}

static __always_inline int judge_v6(struct __sk_buff *skb)
{
	struct deafen_service service = {};
	struct deafen_client client = {};
	struct ports ports;
	struct ipv6hdr ip;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &ip, sizeof ip) < 0 ||
	    (ip.nexthdr != IPPROTO_TCP && ip.nexthdr != IPPROTO_UDP))
		return PASS;
	if (bpf_skb_load_bytes(skb, ETH_HLEN + sizeof ip, &ports, sizeof ports) < 0)
		return PASS;
	__builtin_memcpy(service.address, &ip.saddr, 16);
	__builtin_memcpy(client.address, &ip.daddr, 16);
	service.family = client.family = 6;
	service.protocol = ip.nexthdr;
	return is_ours(&service, &client, &ports) ? DROP : PASS;
}

SEC("tc")
int deafen(struct __sk_buff *skb)
{
	if (skb->protocol == bpf_htons(ETH_P_IP))
		return judge_v4(skb);
	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return judge_v6(skb);
	return PASS;
}

char LICENSE[] SEC("license") = "GPL";
