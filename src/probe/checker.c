// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe/checker.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "wire/build.h"

enum state {
	STATE_IDLE, /* until it is due */
	STATE_MAC,  /* asked for its MAC */
	STATE_TEST, /* asked as the director asks */
};

enum { TRIES = 2, ECHO_ID = 0x746d, GUE_SOURCE_PORT = 0xc000 };

static const nanos patience = NANOS_PER_SECOND;
static const nanos retry = 200 * NANOS_PER_MILLI;
/* Between frames: a burst of questions may be more than somebody's queue takes. */
static const nanos spacing = NANOS_PER_SECOND / 2000;

struct watched {
	struct checker_target target;
	enum state state;
	nanos due; /* when the next frame goes, or waiting for an answer ends */
	uint32_t sequence;
	uint16_t port; /* ours, of the latest test */
	uint8_t failures;
	bool has_mac, waiting, up, known; /* known: up or down was found */
	const char *why;                  /* of the latest failure */
	bool changed;
};

struct reset {
	uint32_t target;
	uint32_t sequence;
	uint16_t port;
};

enum { MOST_RESETS = 256 };

struct checker {
	struct builder builder;
	struct mac mac;
	struct watched *list;
	uint32_t count, next, unknown;
	nanos interval, next_free;
	nanos earliest; /* nothing is due before this */
	uint64_t random;
	uint32_t next_port;
	uint32_t ports[CHECKER_PORTS]; /* whose latest test it was, index + 1 */
	struct reset resets[MOST_RESETS];
	uint32_t reset_first, reset_count;
	uint32_t *changes; /* ring of `count` */
	uint32_t change_first, change_count;
};

static uint32_t random_of(struct checker *checker)
{
	checker->random = hash_bytes(&checker->random, sizeof checker->random, checker->next_port);
	return (uint32_t)checker->random;
}

int checker_new(struct checker **result, const struct checker_options *options, struct error *error)
{
	struct checker *checker = calloc(1, sizeof *checker);
	int status = 0;

	*result = NULL;
	if (checker) {
		checker->list = calloc(options->target_count + 1, sizeof *checker->list);
		checker->changes = calloc(options->target_count + 1, sizeof *checker->changes);
	}
	if (!checker || !checker->list || !checker->changes)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory to check the real servers");
	if (status == 0)
		status = builder_open(&checker->builder, error);
	if (status < 0) {
		checker_free(checker);
		return status;
	}
	checker->mac = options->mac;
	checker->count = checker->unknown = options->target_count;
	checker->interval = options->interval;
	checker->random = options->seed;
	for (uint32_t i = 0; i < checker->count; i++) {
		checker->list[i].target = options->targets[i];
		checker->list[i].has_mac = options->targets[i].mac_known;
	}
	*result = checker;
	return 0;
}

void checker_free(struct checker *checker)
{
	if (!checker)
		return;
	builder_close(&checker->builder);
	free(checker->list);
	free(checker->changes);
	free(checker);
}

/* --- what was found --- */

static void schedule(struct checker *checker, struct watched *watched, nanos due)
{
	watched->due = due;
	if (due < checker->earliest)
		checker->earliest = due;
}

static void tell(struct checker *checker, struct watched *watched)
{
	if (watched->changed)
		return;
	watched->changed = true;
	checker->changes[(checker->change_first + checker->change_count++) % checker->count] =
	    (uint32_t)(watched - checker->list);
}

static void find(struct checker *checker, struct watched *watched, bool up)
{
	if (!watched->known)
		checker->unknown--;
	if (!watched->known || watched->up != up)
		tell(checker, watched);
	watched->known = true;
	watched->up = up;
}

/* What is up and not checked again rests for ever; what is down is always asked again. */
static void rest(struct checker *checker, struct watched *watched, nanos now)
{
	nanos interval = checker->interval;

	watched->state = STATE_IDLE;
	watched->waiting = false;
	if (interval == 0 && watched->up)
		schedule(checker, watched, INT64_MAX);
	else
		schedule(checker, watched, now + (interval > 0 ? interval : patience));
}

static void succeed(struct checker *checker, struct watched *watched, const char *why, nanos now)
{
	watched->failures = 0;
	watched->why = why;
	find(checker, watched, true);
	rest(checker, watched, now);
}

static void fail(struct checker *checker, struct watched *watched, const char *why, nanos now)
{
	watched->why = why;
	if (watched->failures < TRIES)
		watched->failures++;
	rest(checker, watched, now);
	if (watched->failures < TRIES) {
		schedule(checker, watched, now + retry);
		return;
	}
	find(checker, watched, false);
	/* It may be another machine by now. */
	if (!watched->target.mac_known)
		watched->has_mac = false;
}

int checker_change(struct checker *checker, struct checker_change *change)
{
	struct watched *watched;

	if (checker->change_count == 0)
		return 0;
	watched = &checker->list[checker->changes[checker->change_first]];
	*change = (struct checker_change){ .target = checker->changes[checker->change_first],
					   .up = watched->up,
					   .mac = watched->target.mac,
					   .why = watched->why };
	checker->change_first = (checker->change_first + 1) % checker->count;
	checker->change_count--;
	watched->changed = false;
	return 1;
}

bool checker_settled(const struct checker *checker)
{
	return checker->unknown == 0;
}

/* --- frames --- */

static size_t finish(struct checker *checker, struct mac destination)
{
	struct build_link link = { .destination = destination, .source = checker->mac };
	int length;

	build_ethernet(&checker->builder, &link);
	build_pad(&checker->builder);
	length = build_end(&checker->builder, NULL);
	return length > 0 ? (size_t)length : 0;
}

static size_t compose_question(struct checker *checker, const struct watched *watched)
{
	const struct ip *hop = &watched->target.hop;
	struct ip_header ip = { .source = { .family = 6 }, .ttl = 255 };
	struct nd nd = { .target = *hop };

	if (hop->family == 4) {
		build_arp_request(&checker->builder, checker->mac, (struct ip){ .family = 4 }, *hop);
		return finish(checker, (struct mac){ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } });
	}
	ip.destination = build_solicited_node(hop);
	build_nd(&checker->builder, &ip, &nd);
	return finish(checker, build_multicast_mac(&ip.destination));
}

static struct ip_header header_to(struct checker *checker, struct ip source, struct ip destination)
{
	return (struct ip_header){ .source = source,
				   .destination = destination,
				   .ttl = 64,
				   .id = (uint16_t)random_of(checker),
				   .dont_fragment = true };
}

static void wrap(struct checker *checker, const struct checker_target *target)
{
	struct transport udp = { .source_port = GUE_SOURCE_PORT, .destination_port = target->tunnel_port };
	struct ip_header outer;

	if (target->tunnel == TUNNEL_NONE)
		return;
	outer = header_to(checker, target->outer_source, target->real_server);
	if (target->tunnel == TUNNEL_GUE)
		build_gue(&checker->builder, &outer, &udp);
	else if (target->tunnel == TUNNEL_GRE)
		build_gre(&checker->builder, &outer, false, 0);
	else
		build_ipip(&checker->builder, &outer);
}

static void put_echo(struct checker *checker, const struct ip_header *ip, uint16_t sequence)
{
	static const uint8_t data[16] = "truemac";
	struct icmp icmp = { .type = ip->source.family == 4 ? ICMP_TYPE_ECHO : ICMP6_TYPE_ECHO,
			     .id = ECHO_ID,
			     .sequence = sequence };

	build_payload(&checker->builder, data, sizeof data);
	build_icmp(&checker->builder, ip, &icmp);
}

static void put_datagram(struct checker *checker, const struct ip_header *ip, const struct transport *udp)
{
	/* As the prober's: DNS asks for the root's name servers, NTP for the time. */
	static const uint8_t dns[] = { 0x74, 0x6d, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1 };
	static const uint8_t ntp[48] = { 0x23 };

	if (udp->destination_port == 53)
		build_payload(&checker->builder, dns, sizeof dns);
	else if (udp->destination_port == 123)
		build_payload(&checker->builder, ntp, sizeof ntp);
	build_udp(&checker->builder, ip, udp);
}

static bool is_echo(const struct checker_target *target)
{
	return target->port == 0 || (target->protocol != IP_PROTO_TCP && target->protocol != IP_PROTO_UDP);
}

static size_t compose_test(struct checker *checker, const struct watched *watched, uint8_t flags, uint16_t port,
			   uint32_t sequence)
{
	const struct checker_target *target = &watched->target;
	struct ip_header ip = header_to(checker, target->source, target->vip);
	struct transport transport = { .source_port = port,
				       .destination_port = target->port,
				       .sequence = sequence,
				       .flags = flags,
				       .window = flags & TCP_SYN ? 1024 : 0 };

	if (is_echo(target))
		put_echo(checker, &ip, port);
	else if (target->protocol == IP_PROTO_UDP)
		put_datagram(checker, &ip, &transport);
	else
		build_tcp(&checker->builder, &ip, &transport, flags & TCP_SYN ? 1400 : 0);
	wrap(checker, target);
	return finish(checker, target->mac);
}

/* --- whose turn it is --- */

static uint16_t take_port(struct checker *checker, const struct watched *watched)
{
	uint32_t place = checker->next_port++ % CHECKER_PORTS;

	checker->ports[place] = (uint32_t)(watched - checker->list) + 1;
	return (uint16_t)(CHECKER_FIRST_PORT + place);
}

static size_t ask_for_mac(struct checker *checker, struct watched *watched, nanos now)
{
	watched->waiting = true;
	watched->state = STATE_MAC;
	schedule(checker, watched, now + patience);
	return compose_question(checker, watched);
}

static size_t ask(struct checker *checker, struct watched *watched, nanos now)
{
	bool testable = watched->target.source.family != 0 && checker->interval > 0;

	if (!watched->has_mac || (!testable && !watched->target.mac_known && checker->interval > 0))
		return ask_for_mac(checker, watched, now);
	if (!testable) {
		succeed(checker, watched, "its MAC is known", now);
		return 0;
	}
	watched->waiting = true;
	watched->state = STATE_TEST;
	schedule(checker, watched, now + patience);
	watched->port = take_port(checker, watched);
	watched->sequence = random_of(checker);
	return compose_test(checker, watched, TCP_SYN, watched->port, watched->sequence);
}

static void give_up(struct checker *checker, struct watched *watched, nanos now)
{
	const struct checker_target *target = &watched->target;

	if (watched->state == STATE_MAC)
		fail(checker, watched, "nobody answers for its address", now);
	else if (!is_echo(target) && target->protocol == IP_PROTO_UDP)
		succeed(checker, watched, "it does not object", now);
	else
		fail(checker, watched, "no answer from the VIP", now);
}

static size_t next_reset(struct checker *checker)
{
	const struct reset *reset = &checker->resets[checker->reset_first];

	checker->reset_first = (checker->reset_first + 1) % MOST_RESETS;
	checker->reset_count--;
	return compose_test(checker, &checker->list[reset->target], TCP_RST, reset->port, reset->sequence);
}

static void find_earliest(struct checker *checker)
{
	checker->earliest = INT64_MAX;
	for (uint32_t i = 0; i < checker->count; i++)
		if (checker->list[i].due < checker->earliest)
			checker->earliest = checker->list[i].due;
}

/* Each in turn, from where the last call ended. */
static size_t next_due(struct checker *checker, nanos now)
{
	for (uint32_t i = 0; i < checker->count; i++) {
		struct watched *watched = &checker->list[checker->next];
		size_t length = 0;

		checker->next = (checker->next + 1) % checker->count;
		if (watched->due > now)
			continue;
		if (watched->waiting)
			give_up(checker, watched, now);
		else
			length = ask(checker, watched, now);
		if (length > 0)
			return length;
	}
	find_earliest(checker);
	return 0;
}

size_t checker_next(struct checker *checker, nanos now, uint8_t *buffer, size_t size)
{
	size_t length;

	if (now < checker->next_free || (now < checker->earliest && checker->reset_count == 0))
		return 0;
	build_begin(&checker->builder, buffer, size);
	length = checker->reset_count > 0 ? next_reset(checker) : next_due(checker, now);
	if (length > 0)
		checker->next_free = now + spacing;
	return length;
}

nanos checker_deadline(const struct checker *checker)
{
	nanos due = checker->reset_count > 0 ? 0 : checker->earliest;

	return due > checker->next_free ? due : checker->next_free;
}

/* --- what comes back --- */

static void hear_claim(struct checker *checker, const struct ip *ip, struct mac mac, nanos now)
{
	for (uint32_t i = 0; i < checker->count; i++) {
		struct watched *watched = &checker->list[i];

		if (watched->state != STATE_MAC || !watched->waiting || !ip_equal(&watched->target.hop, ip))
			continue;
		watched->waiting = false;
		schedule(checker, watched, now);
		/* Frames have to go there from now on. */
		if (watched->up && !mac_equal(watched->target.mac, mac))
			tell(checker, watched);
		watched->target.mac = mac;
		watched->has_mac = true;
		if (watched->target.source.family == 0)
			succeed(checker, watched, "it answers for its address", now);
	}
}

/* The test that this port was taken for, while its answer is waited for. */
static struct watched *test_of(struct checker *checker, uint16_t port, const struct ip *vip, uint16_t service)
{
	uint32_t place = (uint32_t)(port - CHECKER_FIRST_PORT);
	struct watched *watched;

	if (port < CHECKER_FIRST_PORT || place >= CHECKER_PORTS || checker->ports[place] == 0)
		return NULL;
	watched = &checker->list[checker->ports[place] - 1];
	if (watched->port != port || watched->target.port != service || !ip_equal(&watched->target.vip, vip))
		return NULL;
	return watched;
}

static void note_reset(struct checker *checker, const struct watched *watched, const struct packet *packet)
{
	uint32_t place = (checker->reset_first + checker->reset_count) % MOST_RESETS;

	if (checker->reset_count == MOST_RESETS)
		return;
	checker->resets[place] = (struct reset){ .target = (uint32_t)(watched - checker->list),
						 .sequence = packet->transport.acknowledgement,
						 .port = watched->port };
	checker->reset_count++;
}

static void hear_tcp(struct checker *checker, const struct packet *packet, nanos now)
{
	struct watched *watched =
	    test_of(checker, packet->transport.destination_port, &packet->ip.source, packet->transport.source_port);
	uint8_t flags = packet->transport.flags;

	if (!watched || packet->transport.acknowledgement != watched->sequence + 1)
		return;
	if ((flags & (TCP_SYN | TCP_ACK | TCP_RST)) == (TCP_SYN | TCP_ACK))
		note_reset(checker, watched, packet);
	if (watched->state != STATE_TEST || !watched->waiting)
		return;
	if (flags & TCP_RST)
		fail(checker, watched, "the service is refused", now);
	else if (flags & TCP_SYN)
		succeed(checker, watched, "it answers as the VIP", now);
}

static void hear_other(struct checker *checker, struct watched *watched, bool good, nanos now)
{
	if (!watched || watched->state != STATE_TEST || !watched->waiting)
		return;
	if (good)
		succeed(checker, watched, "it answers as the VIP", now);
	else
		fail(checker, watched, "an ICMP error came back", now);
}

static void hear_icmp(struct checker *checker, const struct packet *packet, nanos now)
{
	const struct quoted *quoted = &packet->quoted;
	uint8_t reply = packet->ip.source.family == 4 ? ICMP_TYPE_ECHO_REPLY : ICMP6_TYPE_ECHO_REPLY;

	if ((packet->layers & LAYER_QUOTED) && quoted->has_ports)
		hear_other(checker,
			   test_of(checker, quoted->transport.source_port, &quoted->ip.destination,
				   quoted->transport.destination_port),
			   false, now);
	else if ((packet->layers & LAYER_QUOTED) && quoted->has_echo && quoted->icmp.id == ECHO_ID)
		hear_other(checker, test_of(checker, quoted->icmp.sequence, &quoted->ip.destination, 0), false, now);
	else if (packet->icmp.type == reply && packet->icmp.id == ECHO_ID)
		hear_other(checker, test_of(checker, packet->icmp.sequence, &packet->ip.source, 0), true, now);
}

void checker_eat(struct checker *checker, const struct packet *packet, nanos now)
{
	if (!(packet->layers & LAYER_ETHERNET) || packet->vlan_count > 0 || mac_equal(packet->source, checker->mac))
		return;
	if ((packet->layers & LAYER_ARP) && packet->arp.wrong == 0 && packet->arp.operation == ARP_REPLY)
		hear_claim(checker, &packet->arp.spa, packet->arp.sha, now);
	else if ((packet->layers & LAYER_ND) && packet->nd.advert)
		hear_claim(checker, &packet->nd.target, packet->nd.has_lladdr ? packet->nd.lladdr : packet->source,
			   now);
	else if (packet->layers & LAYER_TUNNEL)
		return;
	else if (packet->layers & LAYER_TCP)
		hear_tcp(checker, packet, now);
	else if (packet->layers & LAYER_UDP)
		hear_other(checker,
			   test_of(checker, packet->transport.destination_port, &packet->ip.source,
				   packet->transport.source_port),
			   true, now);
	else if (packet->layers & LAYER_ICMP)
		hear_icmp(checker, packet, now);
}
