// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows: conversations and test packets, and the MACs by which their packets
 * travelled. A packet that a director or a router sends on is seen again with other MACs; each pair of MACs is one
 * leg. The ring keeps the latest MAX_FLOWS; older ones are folded into the paths first.
 */
#include "analysis/engine_private.h"

#include "analysis/paths.h"
#include "analysis/stalls.h"
#include "base/hash.h"

/* A scan from one port to many addresses makes long chains: who is looked for is among the latest. */
enum { MOST_STEPS = 256 };

/* The service's address is left out, so that an answer from another address finds the flow that it belongs to. */
static uint64_t chain_hash(const struct facts *facts, const struct flow_key *key)
{
	struct {
		uint32_t input;
		uint16_t client_port, service_port;
		struct ip client;
		uint8_t protocol;
		uint8_t pad[2];
	} part = { .input = key->input,
		   .client_port = key->client_port,
		   .service_port = key->service_port,
		   .protocol = key->protocol };

	part.client = key->client;
	return hash_bytes(&part, sizeof part, facts->seed);
}

static uint32_t *slot_of(const struct facts *facts, uint64_t hash)
{
	return &facts->flow_slots[hash % FLOW_SLOTS];
}

static bool keys_equal(const struct flow_key *a, const struct flow_key *b, bool any_service)
{
	return a->input == b->input && a->client_port == b->client_port && a->service_port == b->service_port &&
	       a->protocol == b->protocol && ip_equal(&a->client, &b->client) &&
	       (any_service || ip_equal(&a->service, &b->service));
}

/* The next flow of the chain from `i` (index + 1) on that has the hash, or NO_INDEX. Counts the steps. */
static uint32_t next_of_hash(const struct facts *facts, uint32_t i, uint64_t hash, uint32_t *steps)
{
	while (i != NO_INDEX && *steps < MOST_STEPS && facts->flow_links[i - 1].tag != (uint32_t)(hash >> 32)) {
		i = facts->flow_links[i - 1].next;
		++*steps;
	}
	return *steps < MOST_STEPS ? i : NO_INDEX;
}

/* Goes through the flows with the hash, newest first: `i` is their index + 1. */
#define FOR_FLOWS_OF_HASH(facts, hash, i, steps)                                                                       \
	for (uint32_t steps = 0, i = next_of_hash(facts, *slot_of(facts, hash), hash, &(steps)); (i) != NO_INDEX;      \
	     (i) = next_of_hash(facts, (facts)->flow_links[(i)-1].next, hash, &(steps)), (steps)++)

static struct flow *find(const struct facts *facts, const struct flow_key *key, bool any_service)
{
	uint64_t hash = chain_hash(facts, key);

	FOR_FLOWS_OF_HASH (facts, hash, i, steps)
		if (keys_equal(&facts->flows[i - 1].key, key, any_service))
			return &facts->flows[i - 1];
	return NULL;
}

struct flow *flows_find(struct facts *facts, const struct flow_key *key)
{
	return find(facts, key, false);
}

const struct flow *flows_find_sibling(const struct facts *facts, const struct flow *flow)
{
	uint64_t hash = chain_hash(facts, &flow->key);

	FOR_FLOWS_OF_HASH (facts, hash, i, steps) {
		const struct flow *other = &facts->flows[i - 1];

		if (other != flow && keys_equal(&other->key, &flow->key, true) && other->has_sequence &&
		    flow->has_sequence && other->sequence == flow->sequence)
			return other;
	}
	return NULL;
}

/* The oldest flow is the last of its chain. */
static void unchain(struct facts *facts, uint32_t index)
{
	uint32_t newer = facts->flow_links[index].newer;

	if (newer != NO_INDEX)
		facts->flow_links[newer - 1].next = NO_INDEX;
	else
		*slot_of(facts, chain_hash(facts, &facts->flows[index].key)) = NO_INDEX;
}

static void chain(struct facts *facts, uint32_t index)
{
	uint64_t hash = chain_hash(facts, &facts->flows[index].key);
	uint32_t *slot = slot_of(facts, hash);

	facts->flow_links[index] = (struct flow_link){ .tag = (uint32_t)(hash >> 32), .next = *slot };
	if (*slot != NO_INDEX)
		facts->flow_links[*slot - 1].newer = index + 1;
	*slot = index + 1;
}

static struct flow *make(struct facts *facts, const struct flow_key *key)
{
	uint32_t index = facts->flow_next;
	struct flow *flow = &facts->flows[index];

	if (facts->flow_count == MAX_FLOWS) {
		paths_fold(facts, &facts->paths, flow);
		unchain(facts, index);
		facts->flows_evicted++;
	} else {
		facts->flow_count++;
	}
	memset(flow, 0, sizeof *flow);
	flow->key = *key;
	chain(facts, index);
	facts->flow_next = (index + 1) % MAX_FLOWS;
	return flow;
}

/* --- which flow a packet belongs to ---------------------------------------------------------------------------------
 */

static bool is_echo(const struct packet *packet, bool *reply)
{
	if (!(packet->layers & LAYER_ICMP))
		return false;
	*reply = packet->icmp.type == (packet->ip.source.family == 4 ? ICMP_TYPE_ECHO_REPLY : ICMP6_TYPE_ECHO_REPLY);
	return *reply || packet->icmp.type == (packet->ip.source.family == 4 ? ICMP_TYPE_ECHO : ICMP6_TYPE_ECHO);
}

static struct flow_key key_with(const struct eating *eating, bool reverse, uint16_t source_port,
				uint16_t destination_port)
{
	const struct ip_header *ip = &eating->packet->ip;
	struct flow_key key = { .input = eating->segment->key.input, .protocol = ip->protocol };

	key.client = reverse ? ip->destination : ip->source;
	key.service = reverse ? ip->source : ip->destination;
	key.client_port = reverse ? destination_port : source_port;
	key.service_port = reverse ? source_port : destination_port;
	return key;
}

/* Who is the client when the beginning was not seen: the one that does not speak from the configured or lower port. */
static bool looks_reversed(const struct eating *eating)
{
	const struct packet *packet = eating->packet;

	if (topology_is_vip(eating->facts->configured, &packet->ip.source))
		return true;
	if (topology_is_vip(eating->facts->configured, &packet->ip.destination))
		return false;
	return packet->transport.source_port < packet->transport.destination_port;
}

/* To where the client's packets come from: who else gets it may yet put the right address into it. */
static bool goes_back(const struct flow *flow, const struct packet *packet)
{
	return (packet->layers & LAYER_COOKED) || flow->leg_count == 0 ||
	       mac_equal(packet->destination, flow->legs[0].source);
}

static bool acknowledges(const struct flow *flow, const struct packet *packet)
{
	return (packet->transport.flags & TCP_ACK) && packet->transport.acknowledgement == flow->sequence + 1;
}

/* A VS/NAT real server's answer that nobody translated back: its port may be another one than the VIP's, too. */
static struct flow *find_translated(const struct eating *eating, struct flow_key key)
{
	const struct topology *topology = eating->facts->configured;
	uint16_t port = key.service_port;

	if (!(eating->packet->layers & LAYER_TCP) || !topology_find_real_server(topology, &key.service))
		return NULL;
	for (uint32_t i = 0; i < topology->backend_count; i++) {
		const struct topology_backend *backend = &topology->backends[i];
		struct flow *flow;

		if (backend->port != port || !ip_equal(&topology->real_servers[backend->real_server].ip, &key.service))
			continue;
		key.service_port = topology->services[backend->service].port;
		flow = find(eating->facts, &key, true);
		if (flow && flow->started && acknowledges(flow, eating->packet) && goes_back(flow, eating->packet))
			return flow;
	}
	return NULL;
}

static struct flow *find_transport(struct eating *eating, bool *reverse)
{
	const struct transport *t = &eating->packet->transport;
	uint8_t opening = (eating->packet->layers & LAYER_TCP) ? t->flags & (TCP_SYN | TCP_ACK) : 0;
	struct flow_key key;
	struct flow *flow;

	for (int i = 0; i < 2; i++) {
		*reverse = i == 1;
		key = key_with(eating, *reverse, t->source_port, t->destination_port);
		flow = flows_find(eating->facts, &key);
		if (flow)
			return flow;
	}
	if (opening == (TCP_SYN | TCP_ACK))
		*reverse = true;
	else if (opening == TCP_SYN)
		*reverse = false;
	else
		*reverse = looks_reversed(eating);
	key = key_with(eating, *reverse, t->source_port, t->destination_port);
	if (*reverse) {
		flow = find(eating->facts, &key, true);
		if (flow && !mark_is_set(&flow->answer) && flow->started)
			return flow;
		flow = find_translated(eating, key);
		if (flow && !mark_is_set(&flow->answer))
			return flow;
	}
	return make(eating->facts, &key);
}

static struct flow *find_echo(struct eating *eating, bool *reverse)
{
	struct flow_key key;
	struct flow *flow;

	if (!is_echo(eating->packet, reverse))
		return NULL;
	key = key_with(eating, *reverse, eating->packet->icmp.id, eating->packet->icmp.sequence);
	if (*reverse) {
		key.client_port = eating->packet->icmp.id;
		key.service_port = eating->packet->icmp.sequence;
	}
	flow = flows_find(eating->facts, &key);
	return flow ? flow : make(eating->facts, &key);
}

/* Advertisements are no conversation, but they are seen by several vantage points and tie their clocks together. */
static struct flow *find_vrrp(struct eating *eating)
{
	struct flow_key key = key_with(eating, false, eating->packet->ip.id, eating->packet->vrrp.vrid);
	struct flow *flow = eating->packet->ip.id ? flows_find(eating->facts, &key) : NULL;

	return flow || !eating->packet->ip.id ? flow : make(eating->facts, &key);
}

/* --- what the packet adds --------------------------------------------------------------------------------------------
 */

static struct leg *find_leg(struct leg *legs, uint8_t count, const struct eating *eating)
{
	const struct packet *packet = eating->packet;

	for (int i = 0; i < count; i++)
		if (legs[i].segment == eating->segment->index && mac_equal(legs[i].source, packet->source) &&
		    mac_equal(legs[i].destination, packet->destination) && legs[i].tunnel == packet->tunnel)
			return &legs[i];
	return NULL;
}

static uint8_t sent_ttl(const struct packet *packet)
{
	return packet->tunnel != TUNNEL_NONE && (packet->layers & LAYER_TUNNEL) ? packet->outer.ttl : packet->ip.ttl;
}

static struct leg *add_leg(struct leg *legs, uint8_t *count, uint8_t room, const struct eating *eating)
{
	const struct packet *packet = eating->packet;
	struct leg *leg = find_leg(legs, *count, eating);

	if (!leg) {
		if (*count == room)
			return NULL;
		leg = &legs[(*count)++];
		*leg = (struct leg){ .segment = eating->segment->index,
				     .source = packet->source,
				     .destination = packet->destination,
				     .first = eating->mark,
				     .tunnel = packet->tunnel };
		leg->has_destination = !(packet->layers & LAYER_COOKED);
		leg->ttl_least = UINT8_MAX;
		if (packet->layers & LAYER_TUNNEL)
			leg->outer_destination = packet->outer.destination;
	}
	leg->count++;
	leg->last = eating->mark;
	leg->tcp_flags |= (packet->layers & LAYER_TCP) ? packet->transport.flags : 0;
	if (sent_ttl(packet) > leg->ttl_most)
		leg->ttl_most = sent_ttl(packet);
	if (sent_ttl(packet) < leg->ttl_least)
		leg->ttl_least = sent_ttl(packet);
	return leg;
}

/* A leg that begins where another ended: that MAC sends packets on that are not for itself. */
static void note_forwarding(struct eating *eating, const struct flow *flow, const struct leg *onward)
{
	for (int i = 0; i < flow->leg_count; i++) {
		const struct leg *before = &flow->legs[i];
		struct station *station;
		struct claim *claim;

		if (before == onward || !before->has_destination || !mac_equal(before->destination, onward->source) ||
		    eating->packet->ip.ttl > before->ttl_most)
			continue;
		interest_add_service(eating->engine, &flow->key.service);
		station = facts_make_station(eating->facts, before->segment, before->destination);
		if (station && station->router == ROUTER_UNPROVEN) {
			station->router = ROUTER_FORWARDED;
			station->router_mark = eating->mark;
		}
		claim = facts_get_claim(eating->facts, before->segment, &flow->key.service, before->destination);
		if (claim && !mark_is_set(&claim->proofs->forwarded)) {
			facts_proofs(eating->facts, claim)->forwarded = eating->mark;
			facts_proofs(eating->facts, claim)->forwarded_to = onward->destination;
		}
		return;
	}
}

static bool is_request(const struct packet *packet)
{
	if (packet->layers & LAYER_TCP)
		return (packet->transport.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	return true;
}

static void take_forward(struct eating *eating, struct flow *flow)
{
	const struct packet *packet = eating->packet;
	const struct leg *known = find_leg(flow->legs, flow->leg_count, eating);
	bool lower = !known || packet->ip.ttl < known->ttl_least;
	struct leg *leg = add_leg(flow->legs, &flow->leg_count, FLOW_MAX_LEGS, eating);

	flow->client_packets++;
	if (!leg) {
		flow->legs_lost = true;
		return;
	}
	if (is_request(packet) && leg == &flow->legs[0]) {
		if (!flow->requests++)
			flow->first_request = eating->mark;
		flow->last_request = eating->mark;
		flow->started = true;
		if ((packet->layers & LAYER_TCP) && !flow->has_sequence) {
			flow->sequence = packet->transport.sequence;
			flow->has_sequence = true;
		}
	}
	/* A further leg, or the first one again with a lower TTL: a loop. */
	if (lower && (leg->count > 1 || leg != &flow->legs[0]))
		note_forwarding(eating, flow, leg);
}

/*
 * A packet that had one hop to live when it was sent to this MAC was answered: nobody stands between. The answer may
 * come by another way than from this MAC, unless the packet was sent to several.
 */
static void note_delivery(struct eating *eating, const struct flow *flow)
{
	for (int i = 0; i < flow->leg_count; i++) {
		const struct leg *leg = &flow->legs[i];
		struct claim *claim;

		if (leg->ttl_most != 1 || leg->tunnel != TUNNEL_NONE || !leg->has_destination ||
		    (flow->leg_count > 1 && !mac_equal(leg->destination, eating->packet->source)))
			continue;
		claim = facts_get_claim(eating->facts, leg->segment, &flow->key.service, leg->destination);
		if (claim && !mark_is_set(&claim->proofs->delivered))
			facts_proofs(eating->facts, claim)->delivered = eating->mark;
	}
}

static void take_return(struct eating *eating, struct flow *flow)
{
	const struct packet *packet = eating->packet;
	uint8_t flags = (packet->layers & LAYER_TCP) ? packet->transport.flags : 0;

	add_leg(flow->returns, &flow->return_count, FLOW_MAX_RETURNS, eating);
	if (!mark_is_set(&flow->answer)) {
		flow->answer = eating->mark;
		if (flow->leg_count && !mac_equal(flow->legs[0].destination, packet->source))
			interest_add_service(eating->engine, &flow->key.service);
	}
	if ((flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && !mark_is_set(&flow->syn_ack))
		flow->syn_ack = eating->mark;
	if ((flags & TCP_RST) && !mark_is_set(&flow->reset))
		flow->reset = eating->mark;
	note_delivery(eating, flow);
}

/* An answer from another address than was asked: for TCP only where it acknowledges the very SYN. */
static void take_stray(struct eating *eating, struct flow *flow)
{
	if (mark_is_set(&flow->stray) || !goes_back(flow, eating->packet))
		return;
	if ((eating->packet->layers & LAYER_TCP) && !acknowledges(flow, eating->packet))
		return;
	flow->stray = eating->mark;
	flow->stray_segment = eating->segment->index;
	flow->stray_source = eating->packet->ip.source;
	flow->stray_mac = eating->packet->source;
}

void flows_eat(struct eating *eating)
{
	const struct packet *packet = eating->packet;
	bool reverse = false;
	struct flow *flow;

	if (packet->ip.fragment > 0)
		return;
	if (packet->layers & LAYER_VRRP)
		flow = find_vrrp(eating);
	else if (packet->group)
		return;
	else if (packet->layers & (LAYER_TCP | LAYER_UDP))
		flow = find_transport(eating, &reverse);
	else
		flow = find_echo(eating, &reverse);
	if (!flow)
		return;
	stalls_eat(eating, flow, reverse);
	if (!reverse)
		take_forward(eating, flow);
	else if (ip_equal(&flow->key.service, &packet->ip.source))
		take_return(eating, flow);
	else
		take_stray(eating, flow);
}
