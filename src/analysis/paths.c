// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/paths.h"

#include "analysis/engine_private.h"

enum { LOOP_LEAST = 3 }; /* TTL steps between two MACs that are no accident */

/* Behind one MAC several tunnels may end, each at another real server. */
static struct ip tunnel_end(const struct leg *leg)
{
	if (leg && (leg->tunnel == TUNNEL_IPIP || leg->tunnel == TUNNEL_GRE || leg->tunnel == TUNNEL_GUE))
		return leg->outer_destination;
	return (struct ip){ .family = 0 };
}

/* `leg` brought the packets to the MAC; NULL where none did. */
static struct path *path_of(struct table *paths, const struct flow *flow, const struct leg *leg, struct mac mac,
			    uint32_t segment)
{
	struct path_key key = { .input = flow->key.input, .protocol = flow->key.protocol, .mac = mac };
	bool made;
	struct path *path;
	bool ported = flow->key.protocol == IP_PROTO_TCP || flow->key.protocol == IP_PROTO_UDP;

	key.service = flow->key.service;
	key.via = tunnel_end(leg);
	key.port = ported ? flow->key.service_port : 0;
	path = table_put(paths, &key, &made);
	if (path && made) {
		path->segment = segment;
		path->ttl_low = UINT8_MAX;
	}
	return path;
}

static void count(uint32_t *counter, struct mark *first, struct mark mark)
{
	if (!(*counter)++)
		*first = mark;
}

/* The leg that brought packets to the MAC before frame `end`. */
static const struct leg *leg_to(const struct flow *flow, struct mac mac, uint64_t end)
{
	for (int i = 0; i < flow->leg_count; i++)
		if (flow->legs[i].has_destination && mac_equal(flow->legs[i].destination, mac) &&
		    flow->legs[i].first.frame < end)
			return &flow->legs[i];
	return NULL;
}

/* --- forward --- */

/* Another neighbour sent packets of the same flow to the same MAC before. */
static bool is_second_leg_to(const struct flow *flow, const struct leg *leg)
{
	for (const struct leg *earlier = flow->legs; earlier < leg; earlier++)
		if (mac_equal(earlier->destination, leg->destination))
			return true;
	return false;
}

static void fold_sender(struct path *path, const struct flow *flow, const struct leg *leg)
{
	const struct leg *before = leg_to(flow, leg->source, leg->last.frame);

	path->flows += !is_second_leg_to(flow, leg);
	if (!mark_is_set(&path->first_sent)) {
		path->first_sent = leg->first;
		path->sender = leg->source;
	}
	if (leg->ttl_most > path->ttl_high)
		path->ttl_high = leg->ttl_most;
	if (leg->ttl_least < path->ttl_low)
		path->ttl_low = leg->ttl_least;
	if (leg->tunnel != TUNNEL_NONE) {
		path->tunnel = leg->tunnel;
		path->tunnel_to = leg->outer_destination;
	}
	if (!before || path->sender_forwards)
		return;
	path->sender_forwards = true;
	path->sender = leg->source;
	path->forwarded_to_it = leg->first;
	path->received_by_sender = before->first;
}

/* Whether the receiver sent the packet on, and whether it went straight back to where it came from. */
static void fold_onward(struct path *path, const struct flow *flow, const struct leg *leg)
{
	for (int i = 0; i < flow->leg_count; i++) {
		const struct leg *onward = &flow->legs[i];

		if (onward == leg || !mac_equal(onward->source, leg->destination) || onward->ttl_least > leg->ttl_most)
			continue;
		/* Only what came in before can have gone out. */
		if (onward->first.frame < leg->first.frame && onward->last.frame < leg->first.frame)
			continue;
		if (!path->passed_on)
			path->passed_to = onward->destination;
		count(&path->passed_on, &path->passing, onward->first);
		path->routed_on |= leg->tunnel != TUNNEL_NONE && onward->tunnel == leg->tunnel &&
				   ip_equal(&onward->outer_destination, &leg->outer_destination);
		if (mac_equal(onward->destination, leg->source) && leg->ttl_most - onward->ttl_least >= LOOP_LEAST)
			count(&path->bounced, &path->bounce, onward->first);
		return;
	}
}

static void fold_translation(const struct facts *facts, struct path *path, const struct flow *flow)
{
	const struct flow *twin = flows_find_sibling(facts, flow);

	if (twin && twin->leg_count && flow->leg_count && twin->legs[0].first.frame < flow->legs[0].first.frame) {
		path->translated = true;
		path->virtual = twin->key.service;
	}
	if (!twin || path->rewritten || twin->leg_count == 0 || flow->leg_count == 0 ||
	    twin->legs[0].first.frame < flow->legs[0].first.frame || !mac_equal(twin->legs[0].source, path->key.mac))
		return;
	path->rewritten = true;
	path->rewritten_to = twin->key.service;
	path->rewriting = twin->legs[0].first;
}

static void fold_forward(const struct facts *facts, struct table *paths, const struct flow *flow)
{
	for (int i = 0; i < flow->leg_count; i++) {
		const struct leg *leg = &flow->legs[i];
		struct path *path;

		if (!leg->has_destination)
			continue;
		path = path_of(paths, flow, leg, leg->destination, leg->segment);
		if (!path)
			continue;
		fold_sender(path, flow, leg);
		fold_onward(path, flow, leg);
		fold_translation(facts, path, flow);
	}
}

/* --- back --- */

static bool is_passed_back(const struct flow *flow, struct mac by)
{
	for (int i = 1; i < flow->return_count; i++)
		if (mac_equal(flow->returns[i].source, by))
			return true;
	return false;
}

/* The sender asks with its own address, and is no router that passes a client's packets on. */
static bool asks_itself(const struct facts *facts, const struct flow *flow, const struct leg *there)
{
	return facts_claim(facts, there->segment, &flow->key.client, there->source) != NULL;
}

/* A reset that answers the connection's first segment; later ones end what was open. */
static bool is_refused(const struct flow *flow)
{
	return mark_is_set(&flow->reset) && !mark_is_set(&flow->syn_ack) && flow->started &&
	       (!mark_is_set(&flow->answer) || flow->answer.frame >= flow->reset.frame);
}

static void fold_answer(const struct facts *facts, struct path *path, const struct flow *flow, const struct leg *back)
{
	const struct leg *there = leg_to(flow, back->source, back->first.frame);
	const struct leg *in = there ? leg_to(flow, there->source, back->first.frame) : NULL;
	bool director = in && back->has_destination && mac_equal(back->destination, there->source);

	count(&path->accepted, &path->acceptance, back->first);
	if (is_refused(flow))
		count(&path->refused, &path->refusal, flow->reset);
	else if (flow->key.protocol != IP_PROTO_TCP || mark_is_set(&flow->syn_ack))
		count(&path->opened, &path->opening, mark_is_set(&flow->syn_ack) ? flow->syn_ack : back->first);
	if (there && back->has_destination && !mac_equal(back->destination, there->source))
		count(&path->elsewhere, &path->elsewhere_mark, back->first);
	if (there && back->has_destination && mac_equal(back->destination, there->source) &&
	    asks_itself(facts, flow, there))
		path->to_asker++;
	if (there && is_passed_back(flow, there->source))
		path->passed_back++;
	else if (director)
		count(&path->via_director, &path->detour, back->first);
	else if (ttl_is_initial(back->ttl_most))
		count(&path->straight, &path->straightness, back->first);
}

/* What was sent to one MAC was answered from another. */
static void fold_other(struct table *paths, const struct flow *flow, const struct leg *back)
{
	struct path *path;

	if (flow->leg_count == 0 || !flow->legs[0].has_destination || leg_to(flow, back->source, back->first.frame))
		return;
	path = path_of(paths, flow, &flow->legs[0], flow->legs[0].destination, flow->legs[0].segment);
	if (!path)
		return;
	count(&path->other_replied, &path->other_reply, back->first);
	path->other = back->source;
	path->other_whole = ttl_is_initial(back->ttl_most);
}

/* What the client got from whom it sent to first, whoever answered. */
static void fold_outcome(struct table *paths, const struct flow *flow)
{
	const struct leg *first = flow->leg_count > 0 && flow->legs[0].has_destination ? &flow->legs[0] : NULL;
	struct path *path = first ? path_of(paths, flow, first, first->destination, first->segment) : NULL;

	if (!path)
		return;
	if (flow->key.protocol != IP_PROTO_TCP || mark_is_set(&flow->syn_ack))
		path->served++;
	else if (is_refused(flow))
		path->denied++;
}

static void fold_returns(const struct facts *facts, struct table *paths, const struct flow *flow)
{
	const struct leg *back = &flow->returns[0];
	struct path *path;

	if (flow->return_count == 0)
		return;
	path = path_of(paths, flow, leg_to(flow, back->source, back->first.frame), back->source, back->segment);
	if (path)
		fold_answer(facts, path, flow, back);
	fold_other(paths, flow, back);
	fold_outcome(paths, flow);
}

static void fold_error(struct table *paths, const struct flow *flow, const struct flow_error *error)
{
	struct path *path =
	    path_of(paths, flow, leg_to(flow, error->mac, error->mark.frame), error->mac, error->segment);

	if (!path)
		return;
	if (error->time_exceeded)
		count(&path->time_exceeded, &path->expiry, error->mark);
	if (error->redirect)
		count(&path->redirects, &path->redirect, error->mark);
	if (error->unreachable)
		count(&path->unreachable, &path->unreachability, error->mark);
	if (error->prohibited)
		count(&path->prohibited, &path->prohibition, error->mark);
	if (error->port)
		count(&path->refused, &path->refusal, error->mark);
	if (error->too_big)
		count(&path->too_big, &path->big, error->mark);
}

static void fold_stray(struct table *paths, const struct flow *flow)
{
	struct path *path;

	if (!mark_is_set(&flow->stray))
		return;
	path = path_of(paths, flow, leg_to(flow, flow->stray_mac, flow->stray.frame), flow->stray_mac,
		       flow->stray_segment);
	if (!path)
		return;
	count(&path->from_rip, &path->strays, flow->stray);
	path->stray_source = flow->stray_source;
}

/* --- silence --- */

static bool is_settled(const struct facts *facts, const struct flow *flow)
{
	const struct input_facts *input = &facts->inputs[flow->key.input];

	return flow->requests > 0 && input->last - flow->last_request.time >= LISTEN_TIME;
}

/*
 * Whether answers of the leg's receiver to the client would have been seen. On a link with two ends either may be the
 * one that captures: where the sender only passes the client's packets on, the receiver's answers may go another way.
 */
static bool answers_would_show(const struct facts *facts, const struct flow *flow, const struct leg *leg)
{
	const struct segment *segment = facts_segment(facts, leg->segment);
	bool from_client = facts_claim(facts, leg->segment, &flow->key.client, leg->source) != NULL;

	if (segment_is_end(segment, leg->destination))
		return from_client || !segment_is_end(segment, leg->source);
	return segment_sees(segment, leg->destination) || (from_client && segment_sees(segment, leg->source));
}

/* The last MAC that the packet was sent to did nothing at all, as far as can be seen. */
static void fold_silence(const struct facts *facts, struct table *paths, const struct flow *flow)
{
	const struct leg *last = flow->leg_count ? &flow->legs[flow->leg_count - 1] : NULL;
	struct path *path;

	if (!last || flow->return_count || flow->error_count || mark_is_set(&flow->stray) || !last->has_destination ||
	    flow->legs_lost || !is_settled(facts, flow) || flows_find_sibling(facts, flow))
		return;
	path = path_of(paths, flow, last, last->destination, last->segment);
	if (!path)
		return;
	if (answers_would_show(facts, flow, last)) {
		count(&path->silent, &path->silence, last->first);
		path->silent_requests += flow->requests;
	} else {
		count(&path->unheard, &path->unhearing, last->first);
		path->unheard_requests += flow->requests;
	}
}

void paths_fold(const struct facts *facts, struct table *paths, const struct flow *flow)
{
	if (flow->key.protocol == IP_PROTO_VRRP)
		return;
	fold_forward(facts, paths, flow);
	fold_returns(facts, paths, flow);
	fold_stray(paths, flow);
	for (int i = 0; i < flow->error_count; i++)
		fold_error(paths, flow, &flow->errors[i]);
	fold_silence(facts, paths, flow);
}

static int copy_paths(const struct table *from, struct table *to, struct error *error)
{
	FOR_RECORDS (path, path, from) {
		struct path *copy = table_put(to, &path->key, NULL);

		if (!copy)
			return error_set(error, ERROR_MEMORY, NULL, "out of memory");
		*copy = *path;
	}
	return 0;
}

/* Real servers' straight answers to clients are seen here: more than a flooded frame or two. */
static bool shows_straight_answers(const struct table *paths, const struct path *like)
{
	enum { MORE_THAN_FLOODED = 2 };

	FOR_RECORDS (path, path, paths)
		if (path->key.input == like->key.input && path->segment == like->segment &&
		    path->elsewhere >= MORE_THAN_FLOODED && ip_equal(&path->key.service, &like->key.service) &&
		    mac_equal(path->sender, like->sender))
			return true;
	return false;
}

/* Where other answers that pass the sender by are seen, so would have been those of the silent one. */
static void settle_silence(struct table *paths)
{
	for (uint32_t i = 0; i < paths->count; i++) {
		struct path *path = table_at(paths, i);

		if (path->unheard == 0 || !shows_straight_answers(paths, path))
			continue;
		count(&path->silent, &path->silence, path->unhearing);
		path->silent += path->unheard - 1;
		path->silent_requests += path->unheard_requests;
	}
}

/* `facts` is a report's own view: its table is replaced by one that holds the flows that still run, too. */
int paths_build(struct facts *facts, struct error *error)
{
	struct table merged;

	table_init(&merged, sizeof(struct path_key), sizeof(struct path), MAX_PATHS, facts->seed + 5);
	if (copy_paths(&facts->paths, &merged, error)) {
		table_free(&merged);
		return ERROR_MEMORY;
	}
	for (uint32_t i = 0; i < facts->flow_count; i++)
		paths_fold(facts, &merged,
			   &facts->flows[(facts->flow_next + MAX_FLOWS - facts->flow_count + i) % MAX_FLOWS]);
	settle_silence(&merged);
	facts->paths = merged;
	return 0;
}

const struct path *paths_find(const struct facts *facts, uint32_t input, const struct ip *service, uint16_t port,
			      uint8_t protocol, struct mac mac)
{
	struct path_key key = { .input = input, .port = port, .protocol = protocol, .mac = mac };

	key.service = *service;
	return table_find(&facts->paths, &key);
}

const struct path *paths_find_echo(const struct facts *facts, const struct path *path, const struct ip *address)
{
	struct path_key key = path->key;

	key.service = *address;
	key.port = 0;
	key.protocol = address->family == 4 ? IP_PROTO_ICMP : IP_PROTO_ICMPV6;
	return table_find(&facts->paths, &key);
}
