// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ICMP errors: who could not or would not deliver a packet.
 *
 *   Time Exceeded            a router stood where the packet was sent to (net/ipv4/ip_forward.c)
 *   host or net unreachable  a router found nobody behind it (net/ipv4/route.c)
 *   redirect                 a router would send it out where it came in
 *   prohibited               a filter (RFC 1812 section 5.2.7.1, codes 9, 10, 13)
 *   port unreachable         the host took the packet, the port is closed
 */
#include "analysis/engine_private.h"

static void classify_v4(const struct icmp *icmp, struct flow_error *error)
{
	error->time_exceeded = icmp->type == ICMP_TYPE_TIME_EXCEEDED && icmp->code == 0;
	error->redirect = icmp->type == ICMP_TYPE_REDIRECT;
	if (icmp->type != ICMP_TYPE_UNREACHABLE)
		return;
	error->prohibited = icmp->code == 9 || icmp->code == 10 || icmp->code == 13;
	error->port = icmp->code == 3;
	error->too_big = icmp->code == 4;
	error->unreachable = icmp->code == 0 || icmp->code == 1 || icmp->code == 6 || icmp->code == 7;
}

/* RFC 4443 sections 3.1 to 3.3 and RFC 4861 section 4.5. */
static void classify_v6(const struct icmp *icmp, struct flow_error *error)
{
	error->time_exceeded = icmp->type == ICMP6_TYPE_TIME_EXCEEDED && icmp->code == 0;
	error->redirect = icmp->type == ICMP6_TYPE_REDIRECT;
	error->too_big = icmp->type == ICMP6_TYPE_TOO_BIG;
	if (icmp->type != ICMP6_TYPE_UNREACHABLE)
		return;
	error->prohibited = icmp->code == 1 || icmp->code == 5 || icmp->code == 6;
	error->port = icmp->code == 4;
	error->unreachable = icmp->code == 0 || icmp->code == 3;
}

static struct flow_error error_of(const struct eating *eating)
{
	const struct packet *packet = eating->packet;
	struct flow_error error = { .segment = eating->segment->index,
				    .type = packet->icmp.type,
				    .code = packet->icmp.code,
				    .from = packet->ip.source,
				    .mac = packet->source,
				    .mark = eating->mark };

	if (packet->ip.source.family == 4)
		classify_v4(&packet->icmp, &error);
	else
		classify_v6(&packet->icmp, &error);
	return error;
}

static struct flow *quoted_flow(struct eating *eating)
{
	const struct quoted *quoted = &eating->packet->quoted;
	struct flow_key key = { .input = eating->segment->key.input, .protocol = quoted->ip.protocol };

	key.client = quoted->ip.source;
	key.service = quoted->ip.destination;
	if (quoted->has_ports) {
		key.client_port = quoted->transport.source_port;
		key.service_port = quoted->transport.destination_port;
	} else if (quoted->has_echo) {
		key.client_port = quoted->icmp.id;
		key.service_port = quoted->icmp.sequence;
	} else {
		return NULL;
	}
	return flows_find(eating->facts, &key);
}

static bool was_sent_to(const struct flow *flow, struct mac mac)
{
	for (int i = 0; flow && i < flow->leg_count; i++)
		if (mac_equal(flow->legs[i].destination, mac))
			return true;
	return false;
}

static void set_once(struct mark *place, struct mark mark, bool condition)
{
	if (condition && !mark_is_set(place))
		*place = mark;
}

static void take_router_proof(struct eating *eating, const struct flow_error *error)
{
	struct station *station = facts_make_station(eating->facts, eating->segment->index, error->mac);

	if (!station || station->router > ROUTER_FORWARDED)
		return;
	station->router_mark = eating->mark;
	station->router = error->time_exceeded ? ROUTER_TIME_EXCEEDED
			  : error->redirect    ? ROUTER_REDIRECT
					       : ROUTER_UNREACHABLE;
}

/*
 * The packet was sent to the MAC that now refuses it: whoever that is, it is
 * not the host that the packet was for. An error that comes from the very address proves nothing of the kind.
 */
static void take_refusal(struct eating *eating, const struct flow *flow, const struct flow_error *error)
{
	const struct ip *target = &eating->packet->quoted.ip.destination;
	struct claim *claim = facts_get_claim(eating->facts, eating->segment->index, target, error->mac);
	struct proofs *proofs;

	if (!(error->time_exceeded || error->unreachable || error->redirect) || ip_equal(&error->from, target))
		return;
	if (!was_sent_to(flow, error->mac) && !claim)
		return;
	take_router_proof(eating, error);
	if (!claim)
		return;
	proofs = facts_proofs(eating->facts, claim);
	set_once(&proofs->time_exceeded, eating->mark, error->time_exceeded);
	set_once(&proofs->unreachable, eating->mark, error->unreachable);
	set_once(&proofs->redirected, eating->mark, error->redirect);
}

void eat_icmp_error(struct eating *eating)
{
	struct observation observation = { .kind = OBSERVED_ERROR,
					   .segment = eating->segment->index,
					   .mark = eating->mark,
					   .packet = eating->packet,
					   .ip = eating->packet->quoted.ip.destination,
					   .mac = eating->packet->source };
	struct flow_error error = error_of(eating);
	struct flow *flow = quoted_flow(eating);
	struct host *host;

	if (flow && flow->error_count < FLOW_MAX_ERRORS)
		flow->errors[flow->error_count++] = error;
	take_refusal(eating, flow, &error);
	if (error.unreachable && facts_host(eating->facts, eating->segment->index, &observation.ip)) {
		host = facts_make_host(eating->facts, eating->segment->index, &observation.ip);
		set_once(&host->unreachable, eating->mark, true);
	}
	engine_observe(eating->engine, &observation);
}
