// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * At the entrance of an interface: counts the answers to frames that this
 * program's user sends in clients' names, and takes them away, so that this
 * host's own kernel, which knows nothing of the connections, does not end them.
 * For clients that are emulated it answers ARP.
 *
 * Everything else passes. Headers are read by bpf_skb_load_bytes(), since a
 * driver need not put them all into the first piece of the packet.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "net/bpf/answers.h"

enum { PASS = -1, DROP = 2 }; /* TCX_NEXT, TCX_DROP: include/uapi/linux/bpf.h of Linux 6.6 */
enum { TCP = 6, UDP = 17, ICMP = 1, ICMP6 = 58, SYN_ACK = 0x12, RST = 0x04 };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ANSWERS_MAX_SOURCES);
	__type(key, struct answers_source);
	__type(value, __u32);
} sources SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ANSWERS_MAX_CLIENTS);
	__type(key, struct answers_address);
	__type(value, __u32);
} clients SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, ANSWERS_MAX_COUNTS);
	__type(key, struct answers_key);
	__type(value, struct answers_value);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct answers_settings);
} settings SEC(".maps");

/* A packet between a server and a client, from either side. */
struct talk {
	struct answers_source server;
	struct answers_address client;
	__u16 client_port;
};

static __always_inline int read_ports(struct __sk_buff *skb, __u32 at, struct talk *talk, int from_server)
{
	__be16 ports[2];

	if (bpf_skb_load_bytes(skb, at, ports, sizeof ports) < 0)
		return -1;
	talk->server.port = bpf_ntohs(ports[from_server ? 0 : 1]);
	talk->client_port = bpf_ntohs(ports[from_server ? 1 : 0]);
	return 0;
}

/*
 * The IP header at `at`: addresses into the talk, the protocol, and where the next header begins; -1 for fragments and
 * what is not IP. IPv6 with extension headers has no protocol that is known here.
 */
static __always_inline int read_ip(struct __sk_buff *skb, __u32 at, int v6, struct talk *talk, int from_server)
{
	__u8 header[40] = { 0 };
	struct answers_address *source = from_server ? &talk->server.address : &talk->client;
	struct answers_address *destination = from_server ? &talk->client : &talk->server.address;

	if (bpf_skb_load_bytes(skb, at, header, v6 ? 40 : 20) < 0)
		return -1;
	if (v6) {
		source->family = destination->family = 6;
		__builtin_memcpy(source->bytes, header + 8, 16);
		__builtin_memcpy(destination->bytes, header + 24, 16);
		talk->server.protocol = header[6];
		return (int)at + 40;
	}
	if ((header[6] & 0x1f) || header[7])
		return -1;
	source->family = destination->family = 4;
	__builtin_memcpy(source->bytes, header + 12, 4);
	__builtin_memcpy(destination->bytes, header + 16, 4);
	talk->server.protocol = header[9];
	return (int)at + (header[0] & 15) * 4;
}

static __always_inline int is_client(const struct talk *talk)
{
	const __u32 zero = 0;
	const struct answers_settings *set = bpf_map_lookup_elem(&settings, &zero);

	return set && set->ports[talk->client_port / 8 & (ANSWERS_PORT_BYTES - 1)] & 1 << talk->client_port % 8 &&
	       bpf_map_lookup_elem(&clients, &talk->client);
}

static __always_inline int is_ours(const struct talk *talk)
{
	struct answers_source any = { .address = talk->server.address };

	return (bpf_map_lookup_elem(&sources, &talk->server) || bpf_map_lookup_elem(&sources, &any)) && is_client(talk);
}

static __always_inline struct answers_value *find_count(struct __sk_buff *skb, const struct talk *talk)
{
	struct answers_key key = { .source = talk->server.address };
	const struct answers_value none = { 0 };
	struct answers_value *value;

	if (bpf_skb_load_bytes(skb, ETH_ALEN, key.mac, ETH_ALEN) < 0)
		return NULL;
	value = bpf_map_lookup_elem(&counts, &key);
	if (value)
		return value;
	bpf_map_update_elem(&counts, &key, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&counts, &key);
}

static __always_inline void count_segment(struct answers_value *value, __u8 flags)
{
	if (flags & RST)
		value->resets++;
	else if ((flags & SYN_ACK) == SYN_ACK)
		value->syn_acks++;
	else
		value->segments++;
}

static __always_inline int count_answer(struct __sk_buff *skb, __u32 upper, struct talk *talk)
{
	struct answers_value *value;
	__u8 flags = 0;

	if (read_ports(skb, upper, talk, 1) < 0 || !is_ours(talk))
		return PASS;
	value = find_count(skb, talk);
	if (value && talk->server.protocol == UDP)
		value->datagrams++;
	else if (value && bpf_skb_load_bytes(skb, upper + 13, &flags, 1) == 0)
		count_segment(value, flags);
	return DROP;
}

/* RFC 792 and RFC 4443: the packet that the error is about stands behind 8 bytes. Echoes are no errors. */
static __always_inline int count_error(struct __sk_buff *skb, __u32 upper, int v6)
{
	struct talk talk = { 0 };
	struct answers_value *value;
	__u8 type = 0;
	int behind;

	if (bpf_skb_load_bytes(skb, upper, &type, 1) < 0)
		return PASS;
	if (v6 ? type >= 128 : type != 3 && type != 11)
		return PASS;
	behind = read_ip(skb, upper + 8, v6, &talk, 0);
	if (behind < 0 || read_ports(skb, (__u32)behind, &talk, 0) < 0 || !is_ours(&talk))
		return PASS;
	value = find_count(skb, &talk);
	if (value)
		value->errors++;
	return DROP;
}

/* RFC 826: who has a client's address? A reply takes the question's place, and goes out where that came in. */
static __always_inline int answer_arp(struct __sk_buff *skb)
{
	const __u32 zero = 0;
	const struct answers_settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct answers_address wanted = { .family = 4 };
	__u8 arp[28], reply[42] = { 0 };
	const __u32 *client;

	if (!set || bpf_skb_load_bytes(skb, ETH_HLEN, arp, sizeof arp) < 0 || arp[7] != 1)
		return PASS;
	__builtin_memcpy(wanted.bytes, arp + 24, 4);
	client = bpf_map_lookup_elem(&clients, &wanted);
	if (!client || *client != ANSWERS_EMULATED)
		return PASS;
	__builtin_memcpy(reply, arp + 8, 6);
	__builtin_memcpy(reply + 6, set->mac, 6);
	reply[12] = 0x08;
	reply[13] = 0x06;
	__builtin_memcpy(reply + 14, arp, 7);
	reply[21] = 2;
	__builtin_memcpy(reply + 22, set->mac, 6);
	__builtin_memcpy(reply + 28, arp + 24, 4);
	__builtin_memcpy(reply + 32, arp + 8, 10);
	if (bpf_skb_store_bytes(skb, 0, reply, sizeof reply, 0) < 0)
		return PASS;
	return (int)bpf_redirect(skb->ifindex, 0);
}

SEC("tc")
int answers(struct __sk_buff *skb)
{
	int v6 = skb->protocol == bpf_htons(ETH_P_IPV6), upper;
	struct talk talk = { 0 };

	if (skb->vlan_present)
		return PASS;
	if (skb->protocol == bpf_htons(ETH_P_ARP))
		return answer_arp(skb);
	if (!v6 && skb->protocol != bpf_htons(ETH_P_IP))
		return PASS;
	upper = read_ip(skb, ETH_HLEN, v6, &talk, 1);
	if (upper < 0)
		return PASS;
	if (talk.server.protocol == TCP || talk.server.protocol == UDP)
		return count_answer(skb, (__u32)upper, &talk);
	if (talk.server.protocol == (v6 ? ICMP6 : ICMP))
		return count_error(skb, (__u32)upper, v6);
	return PASS;
}

char LICENSE[] SEC("license") = "GPL";
