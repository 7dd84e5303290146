// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What comes back: which test it answers, and what it tells of the MAC that it comes from. Everything here steers what
 * is asked next, and nothing else; conclusions are the engine's.
 */
#include "probe/prober_private.h"

/* --- questions --- */

static void mark_answered(struct prober *prober, enum test_kind kind, const struct ip *target, struct mac mac)
{
	struct test_key key = { .mac = mac, .kind = (uint8_t)kind };
	struct test *test;

	key.target = *target;
	test = table_find(&prober->tests, &key);
	if (test && test->sent)
		test->answered = true;
}

/* Counts the address with the MAC's others when it is a new one. */
static struct address_mac *claim_of(struct prober *prober, struct address *address, struct mac mac)
{
	uint8_t count = address->mac_count;
	struct address_mac *claim = address_find_mac(address, mac);
	struct party *party = claim ? prober_party(prober, mac) : NULL;

	if (party)
		party->claims += address->mac_count - count;
	return claim;
}

static void take_answer(struct prober *prober, const struct ip *ip, struct mac mac, enum test_kind form, nanos now)
{
	struct address *address = prober_find_address(prober, ip);
	struct address_mac *claim;
	bool *answered;

	if (!address || mac_is_group(mac) || mac_is_zero(mac) || mac_equal(mac, prober->mac))
		return;
	mark_answered(prober, form, ip, mac);
	mark_answered(prober, form, ip, mac_of_all());
	claim = claim_of(prober, address, mac);
	if (!claim)
		return;
	answered = form == TEST_PROBE ? &claim->answered_probe : &claim->answered_ordinary;
	if (*answered)
		return;
	*answered = true;
	claim->owns |= form == TEST_PROBE && ip->family == 4;
	plan_after_answer(prober, address, claim, now);
}

/* Whom the answer is for tells which form was asked: to sender-0 it goes to nobody's address. */
static void hear_arp(struct prober *prober, const struct packet *packet, nanos now)
{
	const struct arp *arp = &packet->arp;

	if (arp->wrong || arp->operation != ARP_REPLY || !mac_equal(arp->tha, prober->mac))
		return;
	if (ip_is_zero(&arp->tpa))
		take_answer(prober, &arp->spa, arp->sha, TEST_PROBE, now);
	else if (prober_owns(prober, &arp->tpa))
		take_answer(prober, &arp->spa, arp->sha, TEST_ORDINARY, now);
}

/* RFC 4861 section 7.2.4: who was asked from :: answers to all, without the solicited flag. */
static void hear_advertisement(struct prober *prober, const struct packet *packet, nanos now)
{
	struct mac mac = packet->nd.has_lladdr ? packet->nd.lladdr : packet->source;

	if (!packet->nd.advert)
		return;
	if (packet->group)
		take_answer(prober, &packet->nd.target, mac, TEST_PROBE, now);
	else if (prober_owns(prober, &packet->ip.destination))
		take_answer(prober, &packet->nd.target, mac, TEST_ORDINARY, now);
}

/* --- packets --- */

static struct test *test_of_echo(const struct prober *prober, const struct icmp *icmp)
{
	uint32_t index = (uint32_t)(uint16_t)(icmp->id - prober->echo_id) << 16 | icmp->sequence;
	struct test *test = index < prober->tests.count ? test_at(prober, index) : NULL;

	return test && test->key.kind == TEST_ECHO && test->sent ? test : NULL;
}

static struct test *test_of_ports(const struct prober *prober, uint16_t own, uint16_t other)
{
	struct test *test;

	if (own < FIRST_PORT || own >= FIRST_PORT + PORT_COUNT || !prober->ports[own - FIRST_PORT])
		return NULL;
	test = test_at(prober, prober->ports[own - FIRST_PORT] - 1);
	return test->sent && test->key.port == other ? test : NULL;
}

/* What came with a TTL that hosts start with, or in answer to what no router sends on, is the MAC owner's own. */
static bool is_from_owner(const struct test *test, const struct packet *packet)
{
	uint8_t ttl = packet->ip.ttl;

	return mac_equal(packet->source, test->key.mac) && ip_equal(&packet->ip.source, &test->key.target) &&
	       (test->key.ttl == 1 || ttl == 32 || ttl == 64 || ttl == 128 || ttl == 255);
}

/* A MAC that delivers a packet that had one hop to live is no router for it. */
static void note_acceptance(struct prober *prober, const struct test *test, nanos now)
{
	struct meeting *meeting = prober_meet(prober, &test->key.target, test->key.mac);
	const struct address_mac *claim = prober_find_claim(prober, test);

	if (meeting)
		meeting->accepted = true;
	if (test->key.kind == TEST_ECHO && test->key.ttl == 1 && claim && !claim->owns)
		plan_more_samples(prober, test->key.mac, now);
}

static void note_tunnel(struct address *server, const struct test *test)
{
	if (server->tunnel_works == TUNNEL_NONE)
		server->tunnel_works = test->key.tunnel;
}

static void take_reply(struct prober *prober, struct test *test, const struct packet *packet, nanos now)
{
	if (!prober_owns(prober, &packet->ip.destination) || test_is_question(test))
		return;
	test->answered = true;
	if (test->key.tunnel != TUNNEL_NONE)
		note_tunnel(address_at(prober, test->owner), test);
	else if (is_from_owner(test, packet))
		note_acceptance(prober, test, now);
}

/* The receiver of the RST finds its connection by what the SYN said; a copy of the SYN/ACK gets another one. */
static void queue_reset(struct prober *prober, const struct test *test, const struct packet *packet)
{
	struct reset *reset = &prober->resets[(prober->reset_first + prober->reset_count) % MOST_RESETS];

	for (uint32_t i = 0; i < prober->reset_count; i++)
		if (prober->resets[(prober->reset_first + i) % MOST_RESETS].test == test->index)
			return;
	if (prober->reset_count == MOST_RESETS)
		return;
	prober->reset_count++;
	*reset = (struct reset){ .test = test->index,
				 .sequence = packet->transport.acknowledgement,
				 .to = packet->ip.source,
				 .mac = packet->source,
				 .stray = !ip_equal(&packet->ip.source, &test->key.target) };
}

static void hear_tcp(struct prober *prober, const struct packet *packet, nanos now)
{
	const struct transport *tcp = &packet->transport;
	struct test *test = test_of_ports(prober, tcp->destination_port, tcp->source_port);

	if (!test || test->key.kind != TEST_SYN || !(tcp->flags & TCP_ACK) ||
	    tcp->acknowledgement != test->sequence + 1 || !prober_owns(prober, &packet->ip.destination))
		return;
	if ((tcp->flags & TCP_SYN) && packet->ip.source.family == test->key.target.family)
		queue_reset(prober, test, packet);
	take_reply(prober, test, packet, now);
}

static void hear_udp(struct prober *prober, const struct packet *packet, nanos now)
{
	const struct transport *udp = &packet->transport;
	struct test *test = test_of_ports(prober, udp->destination_port, udp->source_port);

	if (test && test->key.kind == TEST_DATAGRAM)
		take_reply(prober, test, packet, now);
}

/* --- errors --- */

static bool is_time_exceeded(const struct packet *packet)
{
	return packet->icmp.type ==
	       (packet->ip.source.family == 4 ? ICMP_TYPE_TIME_EXCEEDED : ICMP6_TYPE_TIME_EXCEEDED);
}

/* The packet may be delivered all the same. */
static bool is_redirect(const struct packet *packet)
{
	return packet->icmp.type == (packet->ip.source.family == 4 ? ICMP_TYPE_REDIRECT : ICMP6_TYPE_REDIRECT);
}

static struct test *quoted_test(const struct prober *prober, const struct quoted *quoted)
{
	if (!prober_owns(prober, &quoted->ip.source))
		return NULL;
	if (quoted->has_echo)
		return test_of_echo(prober, &quoted->icmp);
	if (quoted->has_ports)
		return test_of_ports(prober, quoted->transport.source_port, quoted->transport.destination_port);
	return NULL;
}

static enum packet_tunnel tunnel_of(const struct quoted *quoted)
{
	switch (quoted->ip.protocol) {
	case IP_PROTO_IPIP:
	case IP_PROTO_IPV6: return TUNNEL_IPIP;
	case IP_PROTO_GRE: return TUNNEL_GRE;
	case IP_PROTO_UDP:
		return quoted->has_ports && quoted->transport.destination_port == GUE_PORT ? TUNNEL_GUE : TUNNEL_NONE;
	default: return TUNNEL_NONE;
	}
}

/* Protocol or port unreachable (RFC 792), port unreachable (RFC 4443 section 3.1). */
static bool is_not_known(const struct packet *packet)
{
	const struct icmp *icmp = &packet->icmp;

	if (packet->ip.source.family == 4)
		return icmp->type == ICMP_TYPE_UNREACHABLE && (icmp->code == 2 || icmp->code == 3);
	return icmp->type == ICMP6_TYPE_UNREACHABLE && icmp->code == 4;
}

/* What quotes the tunnel's own packet comes from its end: nothing like it needs to be sent there again. */
static void hear_refused_tunnel(struct prober *prober, const struct packet *packet)
{
	enum packet_tunnel tunnel = tunnel_of(&packet->quoted);
	struct address *server = prober_find_address(prober, &packet->quoted.ip.destination);

	if (tunnel != TUNNEL_NONE && server && is_not_known(packet) && prober_owns(prober, &packet->quoted.ip.source) &&
	    ip_equal(&packet->ip.source, &server->ip))
		server->tunnels_refused |= (uint8_t)(1U << tunnel);
}

static void hear_error(struct prober *prober, const struct packet *packet)
{
	struct test *test = quoted_test(prober, &packet->quoted);
	struct party *party;
	struct meeting *meeting;

	hear_refused_tunnel(prober, packet);
	if (!test || is_redirect(packet) || !ip_equal(&packet->quoted.ip.destination, &test->key.target))
		return;
	test->answered = true;
	party = prober_party(prober, packet->source);
	if (party)
		party->complains = true;
	if (!is_time_exceeded(packet) || test->key.tunnel != TUNNEL_NONE)
		return;
	if (party && !ip_equal(&packet->ip.source, &test->key.target)) {
		party->router = true;
		party->self = packet->ip.source;
	}
	if (!mac_equal(packet->source, test->key.mac))
		return;
	meeting = prober_meet(prober, &test->key.target, test->key.mac);
	if (meeting)
		meeting->expired = true;
}

static void hear_icmp(struct prober *prober, const struct packet *packet, nanos now)
{
	bool reply =
	    packet->icmp.type == (packet->ip.source.family == 4 ? ICMP_TYPE_ECHO_REPLY : ICMP6_TYPE_ECHO_REPLY);
	struct test *test = reply ? test_of_echo(prober, &packet->icmp) : NULL;

	if (packet->layers & LAYER_QUOTED)
		hear_error(prober, packet);
	else if (test)
		take_reply(prober, test, packet, now);
}

/* An address that somebody sends from is owned, whatever its owner says to questions. */
static void note_sender(struct prober *prober, const struct packet *packet)
{
	struct address *address = prober_find_address(prober, &packet->ip.source);

	if (address && (address->roles & ADDRESS_UNOWNED) && !(packet->layers & LAYER_ICMP))
		address->taken = true;
}

void prober_eat(struct prober *prober, const struct packet *packet, nanos now)
{
	if (!(packet->layers & LAYER_ETHERNET) || mac_equal(packet->source, prober->mac))
		return;
	if (packet->layers & LAYER_ARP)
		hear_arp(prober, packet, now);
	else if (packet->layers & LAYER_ND)
		hear_advertisement(prober, packet, now);
	if (!(packet->layers & LAYER_IP) || (packet->layers & (LAYER_TUNNEL | LAYER_OVERLAY)))
		return;
	note_sender(prober, packet);
	if (packet->layers & LAYER_TCP)
		hear_tcp(prober, packet, now);
	else if (packet->layers & LAYER_UDP)
		hear_udp(prober, packet, now);
	else if (packet->layers & LAYER_ICMP)
		hear_icmp(prober, packet, now);
}
