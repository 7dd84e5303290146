// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What IP packets say about MACs: the TTL tells whether a router stood
 * between the sender and the MAC that delivered it, ICMP errors tell who did
 * not want a packet, and a frame to a MAC that the address has left tells of a stale neighbour entry.
 */
#include "analysis/engine_private.h"

static const struct ip_header *carrier_of(const struct packet *packet)
{
	return (packet->layers & LAYER_TUNNEL) ? &packet->outer : &packet->ip;
}

static void count_ttl(struct eating *eating, struct claim *claim, uint8_t ttl)
{
	struct station *station = facts_station_of(eating->facts, claim);
	bool icmp = (eating->packet->layers & LAYER_ICMP) != 0;

	claim->ttl_seen = ttl;
	if (ttl_is_initial(ttl)) {
		claim->ttl_whole++;
		station->ttl_whole++;
	} else if (ttl_is_decremented(ttl)) {
		if (!claim->ttl_less++)
			facts_proofs(eating->facts, claim)->less = eating->mark;
		if (icmp && !claim->ttl_less_icmp++)
			station->less_claims++;
		if (icmp)
			station->less_packets++;
	}
}

static void take_sender(struct eating *eating, const struct ip_header *ip)
{
	struct claim *claim =
	    facts_get_claim(eating->facts, eating->segment->index, &ip->source, eating->packet->source);
	struct host *host;

	interest_settle_sender(eating->engine, eating->packet);
	if (!claim)
		return;
	host = facts_host_of(eating->facts, claim);
	host->alive = eating->mark;
	count_ttl(eating, claim, ip->ttl);
}

/* What was counted before a later move tells of that move's time no more, unless it was enough to report. */
static void count_stale(struct eating *eating, const struct host *host)
{
	struct claim_key key = { .segment = host->key.segment, .mac = eating->packet->source };
	struct stale *stale;

	key.ip = host->key.ip;
	stale = table_put(&eating->facts->stales, &key, NULL);
	if (!stale)
		return;
	if (stale->moved.frame != host->moved.frame && stale->count >= STALE_FRAMES)
		return;
	if (stale->moved.frame != host->moved.frame) {
		stale->moved = host->moved;
		stale->previous = host->previous;
		stale->current = host->current;
		stale->count = 0;
	}
	if (!stale->count++)
		stale->first = eating->mark;
	stale->last = eating->mark;
}

/* A packet with TTL 1 asks who a MAC is, and a reset ends what was begun with it: neither rests on a neighbour entry.
 */
static bool is_test(const struct packet *packet, const struct ip_header *ip)
{
	return ip->ttl <= 1 || ((packet->layers & LAYER_TCP) && (packet->transport.flags & TCP_RST));
}

/* RFC 826 caches: a frame still goes to the MAC that the address left more than a second ago. */
static void take_receiver(struct eating *eating, const struct ip_header *ip)
{
	const struct host *seen = facts_host(eating->facts, eating->segment->index, &ip->destination);
	struct host *host;

	if (!seen || !mark_is_set(&seen->moved) || !mac_equal(seen->previous, eating->packet->destination)) {
		interest_settle_receiver(eating->engine, eating->packet);
		return;
	}
	if (eating->mark.time - seen->moved.time < NANOS_PER_SECOND)
		return;
	/* A director that sends on to a real server knows what it does. */
	if (mac_equal(seen->current, eating->packet->source) || is_test(eating->packet, ip))
		return;
	host = facts_make_host(eating->facts, eating->segment->index, &ip->destination);
	host->stale++;
	if (host->moved_announced)
		count_stale(eating, host);
}

/* CARP and HSRP: only that they are there, which explains shared MACs. */
static void observe_other_redundancy(struct eating *eating)
{
	struct observation observation = { .kind = OBSERVED_ADVERT,
					   .segment = eating->segment->index,
					   .mark = eating->mark,
					   .packet = eating->packet };

	engine_observe(eating->engine, &observation);
}

void eat_ip(struct eating *eating)
{
	const struct ip_header *ip = carrier_of(eating->packet);

	take_sender(eating, ip);
	if (!eating->packet->group && !(eating->packet->layers & LAYER_COOKED))
		take_receiver(eating, ip);
	if (eating->packet->layers & LAYER_QUOTED)
		eat_icmp_error(eating);
	else if (eating->packet->layers & LAYER_VRRP)
		eat_vrrp(eating);
	else if (eating->packet->layers & (LAYER_CARP | LAYER_HSRP))
		observe_other_redundancy(eating);
	flows_eat(eating);
}
