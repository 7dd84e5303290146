// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The frame of a test. The sender is always this host: its own MAC, and an own address that is no VIP, or none at all
 * in the sender-0 form.
 */
#include "probe/prober_private.h"

enum { WHOLE_TTL = 64, ND_TTL = 255, ECHO_DATA = 16, MSS_V4 = 1460, MSS_V6 = 1440 };

static size_t finish(struct prober *prober, struct mac destination)
{
	struct build_link link = { .destination = destination, .source = prober->mac };
	int length;

	build_ethernet(&prober->builder, &link);
	build_pad(&prober->builder);
	length = build_end(&prober->builder, NULL);
	return length > 0 ? (size_t)length : 0;
}

static struct ip_header header_to(struct prober *prober, const struct ip *destination, uint8_t ttl)
{
	return (struct ip_header){ .source = prober_source_for(prober, destination),
				   .destination = *destination,
				   .ttl = ttl,
				   .id = (uint16_t)prober_random(prober),
				   .dont_fragment = true };
}

/* --- questions --- */

static struct mac question_destination(const struct test *test)
{
	struct ip group;

	if (test->key.target.family == 4 || !mac_is_broadcast(test->key.mac))
		return test->key.mac;
	group = build_solicited_node(&test->key.target);
	return build_multicast_mac(&group);
}

/* RFC 4861 section 4.3: sent by unicast to verify, to the solicited-node group to find; from :: it is RFC 4862's. */
static void compose_solicitation(struct prober *prober, const struct test *test)
{
	struct ip_header ip = header_to(prober, &test->key.target, ND_TTL);
	struct nd nd = { .target = test->key.target, .lladdr = prober->mac };

	if (mac_is_broadcast(test->key.mac))
		ip.destination = build_solicited_node(&test->key.target);
	if (test->key.kind == TEST_PROBE)
		ip.source = (struct ip){ .family = 6 };
	nd.has_lladdr = test->key.kind == TEST_ORDINARY;
	build_nd(&prober->builder, &ip, &nd);
}

static size_t compose_question(struct prober *prober, const struct test *test)
{
	struct ip sender = { .family = 4 };

	if (test->key.target.family == 6) {
		compose_solicitation(prober, test);
		return finish(prober, question_destination(test));
	}
	if (test->key.kind == TEST_ORDINARY)
		sender = prober_source_for(prober, &test->key.target);
	build_arp_request(&prober->builder, prober->mac, sender, test->key.target);
	return finish(prober, question_destination(test));
}

/* --- packets --- */

static void wrap(struct prober *prober, const struct test *test)
{
	struct ip_header outer;
	struct transport udp = { .source_port = (uint16_t)(FIRST_PORT + test->index % PORT_COUNT),
				 .destination_port = GUE_PORT };

	if (test->key.tunnel == TUNNEL_NONE)
		return;
	outer = header_to(prober, &test->key.via, WHOLE_TTL);
	if (test->key.tunnel == TUNNEL_GUE)
		build_gue(&prober->builder, &outer, &udp);
	else if (test->key.tunnel == TUNNEL_GRE)
		build_gre(&prober->builder, &outer, false, 0);
	else
		build_ipip(&prober->builder, &outer);
}

static void compose_echo(struct prober *prober, const struct test *test, const struct ip_header *ip)
{
	static const uint8_t data[ECHO_DATA] = "truemac";
	struct icmp icmp = { .type = ip->source.family == 4 ? ICMP_TYPE_ECHO : ICMP6_TYPE_ECHO,
			     .id = (uint16_t)(prober->echo_id + (test->index >> 16)),
			     .sequence = (uint16_t)test->index };

	build_payload(&prober->builder, data, sizeof data);
	build_icmp(&prober->builder, ip, &icmp);
}

/* Requests that the service of a port answers: who gets no sense from a datagram may stay silent. */
static void put_request(struct prober *prober, uint16_t port)
{
	/* RFC 1035 section 4.1: the root's name servers. RFC 5905 section 7.3: version 4, client. */
	static const uint8_t dns[] = { 0x74, 0x6d, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1 };
	static const uint8_t ntp[48] = { 0x23 };

	if (port == 53)
		build_payload(&prober->builder, dns, sizeof dns);
	else if (port == 123)
		build_payload(&prober->builder, ntp, sizeof ntp);
}

static void compose_transport(struct prober *prober, const struct test *test, const struct ip_header *ip, uint8_t flags,
			      uint32_t sequence)
{
	struct transport transport = { .source_port = test->source_port,
				       .destination_port = test->key.port,
				       .sequence = sequence,
				       .flags = flags,
				       .window = flags & TCP_SYN ? 1024 : 0 };
	uint16_t mss = ip->source.family == 4 ? MSS_V4 : MSS_V6;

	if (test->key.kind == TEST_SYN)
		build_tcp(&prober->builder, ip, &transport, flags & TCP_SYN ? mss : 0);
	else
		build_udp(&prober->builder, ip, &transport);
}

static void compose_packet(struct prober *prober, const struct test *test)
{
	struct ip_header ip = header_to(prober, &test->key.target, test->key.ttl);

	if (test->key.kind == TEST_ECHO) {
		compose_echo(prober, test, &ip);
	} else {
		if (test->key.kind == TEST_DATAGRAM)
			put_request(prober, test->key.port);
		compose_transport(prober, test, &ip, TCP_SYN, test->sequence);
	}
	wrap(prober, test);
}

size_t compose_test(struct prober *prober, const struct test *test, uint8_t *buffer, size_t size)
{
	build_begin(&prober->builder, buffer, size);
	if (test_is_question(test))
		return compose_question(prober, test);
	compose_packet(prober, test);
	return finish(prober, test->key.mac);
}

/* By the way that the SYN took: whoever took it there takes the RST there, too. */
size_t compose_reset(struct prober *prober, const struct reset *reset, uint8_t *buffer, size_t size)
{
	const struct test *test = test_at(prober, reset->test);
	struct ip_header ip = header_to(prober, &reset->to, WHOLE_TTL);

	build_begin(&prober->builder, buffer, size);
	ip.source = prober_source_for(prober, &test->key.target);
	compose_transport(prober, test, &ip, TCP_RST, reset->sequence);
	if (!reset->stray)
		wrap(prober, test);
	return finish(prober, reset->stray ? reset->mac : test->key.mac);
}
