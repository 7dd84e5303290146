// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/blast_rewrite.h"

#include <string.h>

#include "base/bytes.h"

enum { TTL = 64, IPV4_HEADER = 20, IPV6_HEADER = 40, UDP_HEADER = 8, TCP_HEADER = 20, ETHERNET = 14 };

static bool is_v6(const struct ip *ip)
{
	return ip->family == 6;
}

/* The header behind IP, as far as its length matters. */
static uint32_t upper_header(const struct rewrite_packet *packet)
{
	return packet->protocol == IP_PROTO_TCP ? (packet->bytes[packet->header + 12] >> 4) * 4u : UDP_HEADER;
}

/*
 * The payload stands at the end of the packet, so the packet begins its whole length before that end. Headers are
 * checked anew: what is between IP's header and the payload must be that of TCP or UDP alone.
 */
bool rewrite_find(const struct packet *packet, struct rewrite_packet *found)
{
	uint32_t least = is_v6(&packet->ip.source) ? IPV6_HEADER : IPV4_HEADER;
	uint32_t headers;

	if (!packet->payload || packet->payload_captured < packet->payload_length ||
	    packet->ip.total_length < packet->payload_length + least + UDP_HEADER)
		return false;
	headers = packet->ip.total_length - packet->payload_length;
	*found = (struct rewrite_packet){ .bytes = packet->payload - headers,
					  .length = packet->ip.total_length,
					  .protocol = packet->ip.protocol };
	if ((size_t)(packet->payload - packet->frame->bytes) < headers)
		return false;
	if (is_v6(&packet->ip.source))
		found->header = found->bytes[6] == packet->ip.protocol ? IPV6_HEADER : 0;
	else
		found->header = found->bytes[0] >> 4 == 4 ? (found->bytes[0] & 15) * 4u : 0;
	if (found->header < least || headers < found->header + UDP_HEADER)
		return false;
	if (packet->ip.protocol == IP_PROTO_TCP && headers < found->header + TCP_HEADER)
		return false;
	return headers == found->header + upper_header(found);
}

/* RFC 1071, over words in network order. */
static uint64_t add_words(uint64_t sum, const uint8_t *bytes, uint32_t length)
{
	for (; length > 1; bytes += 2, length -= 2)
		sum += bytes_u16_at(bytes);
	return length > 0 ? sum + ((uint32_t)bytes[0] << 8) : sum;
}

static uint16_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put_u16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void sum_ip4(uint8_t *header, uint32_t length)
{
	put_u16(header + 10, 0);
	put_u16(header + 10, fold(add_words(0, header, length)));
}

/* RFC 9293 section 3.1, RFC 768, RFC 8200 section 8.1: addresses, protocol and length count, too. */
static void sum_upper(uint8_t *ip, const struct rewrite_packet *packet, bool v6)
{
	uint8_t *upper = ip + packet->header;
	uint8_t *field = upper + (packet->protocol == IP_PROTO_TCP ? 16 : 6);
	uint32_t length = packet->length - packet->header;
	uint64_t sum = (uint64_t)packet->protocol + length;
	uint16_t folded;

	put_u16(field, 0);
	sum = add_words(sum, ip + (v6 ? 8 : 12), v6 ? 32 : 8);
	folded = fold(add_words(sum, upper, length));
	/* Of UDP 0 means that there is no sum. */
	put_u16(field, folded == 0 && packet->protocol == IP_PROTO_UDP ? 0xffff : folded);
}

/* New addresses and ports, in a copy of the packet. */
static void rewrite_packet(const struct rewrite *rewrite, const struct rewrite_packet *packet, uint8_t *ip)
{
	bool v6 = is_v6(&rewrite->client);
	uint32_t size = v6 ? 16 : 4, source = v6 ? 8 : 12;
	const struct blast_target *target = rewrite->target;

	memcpy(ip, packet->bytes, packet->length);
	/* A capture of the sending host may have 0 there, which its card was to fill in. */
	if (v6)
		put_u16(ip + 4, packet->length - IPV6_HEADER);
	else
		put_u16(ip + 2, packet->length);
	memcpy(ip + source, rewrite->client.b, size);
	put_u16(ip + packet->header, rewrite->client_port);
	if (target->service.method == METHOD_NAT) {
		memcpy(ip + source + size, target->real_server.b, size);
		if (target->port > 0)
			put_u16(ip + packet->header + 2, target->port);
	} else {
		memcpy(ip + source + size, target->service.vip.b, size);
	}
	if (!v6)
		sum_ip4(ip, packet->header);
	sum_upper(ip, packet, v6);
}

static void wrap(const struct rewrite *rewrite, struct builder *builder)
{
	const struct ip_header outer = {
		.source = rewrite->own, .destination = rewrite->target->real_server, .ttl = TTL, .dont_fragment = true
	};
	/* The port of the inner conversation spreads the tunnel's packets over queues. */
	const struct transport udp = { .source_port = (uint16_t)(rewrite->client_port | 0xc000),
				       .destination_port = GUE_PORT };

	if (rewrite->target->service.method != METHOD_TUN)
		return;
	switch (rewrite->tunnel) {
	case TUNNEL_GRE: build_gre(builder, &outer, false, 0); break;
	case TUNNEL_GUE: build_gue(builder, &outer, &udp); break;
	default: build_ipip(builder, &outer); break;
	}
}

/* Around what the builder holds. */
static uint32_t frame(const struct rewrite *rewrite, struct builder *builder)
{
	const struct build_link link = { .destination = rewrite->target->mac, .source = rewrite->mac };
	int length;

	wrap(rewrite, builder);
	build_ethernet(builder, &link);
	build_pad(builder);
	length = build_end(builder, NULL);
	return length > 0 ? (uint32_t)length : 0;
}

enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd };

uint32_t rewrite_build(const struct rewrite *rewrite, const struct rewrite_packet *packet, struct builder *builder,
		       uint8_t *into, uint32_t room)
{
	if (room < packet->length + REWRITE_OVERHEAD)
		return 0;
	build_begin(builder, into, room);
	rewrite_packet(rewrite, packet, into);
	builder->length = packet->length;
	builder->ethertype = is_v6(&rewrite->client) ? TYPE_IPV6 : TYPE_IPV4;
	return frame(rewrite, builder);
}

uint32_t rewrite_build_reset(const struct rewrite *rewrite, const struct packet *syn, struct builder *builder,
			     uint8_t *into, uint32_t room)
{
	bool nat = rewrite->target->service.method == METHOD_NAT;
	uint16_t port = nat && rewrite->target->port > 0 ? rewrite->target->port : syn->transport.destination_port;
	const struct ip_header ip = { .source = rewrite->client,
				      .destination = nat ? rewrite->target->real_server : rewrite->target->service.vip,
				      .ttl = TTL,
				      .dont_fragment = true };
	const struct transport reset = { .source_port = rewrite->client_port,
					 .destination_port = port,
					 .sequence = syn->transport.sequence + 1,
					 .flags = TCP_RST };

	build_begin(builder, into, room);
	build_tcp(builder, &ip, &reset, 0);
	return frame(rewrite, builder);
}
