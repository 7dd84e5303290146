// SPDX-License-Identifier: GPL-2.0-or-later
/* How conversations begin and end. */
#include <stdlib.h>
#include <string.h>

#include "replay/replayer_private.h"

enum { SILENT_ENOUGH = 8, WINDOW_SYN = 65535 };

static const nanos first_rto = NANOS_PER_SECOND; /* RFC 6298 section 2.1 */

/* --- ports --- */

static uint32_t port_count(const struct replayer *replayer)
{
	return (uint32_t)replayer->options.last_port - replayer->options.first_port + 1;
}

static bool open_client(struct replayer *replayer, struct client *client)
{
	if (client->flows)
		return true;
	client->flows = malloc(port_count(replayer) * sizeof *client->flows);
	if (!client->flows) {
		replayer->out_of_memory = true;
		return false;
	}
	for (uint32_t i = 0; i < port_count(replayer); i++)
		client->flows[i] = NOBODY;
	/* A port that was used a moment ago may still be remembered by the servers. */
	client->next_port = replayer_random(replayer) % port_count(replayer);
	return true;
}

/* The clients take turns. */
static struct client *choose_client(struct replayer *replayer, uint8_t family)
{
	for (uint32_t i = 0; i < replayer->client_count; i++) {
		struct client *client = &replayer->clients[replayer->next_client++ % replayer->client_count];

		if (client->ip.family == family && !client->taken && client->used < port_count(replayer) &&
		    open_client(replayer, client))
			return client;
	}
	return NULL;
}

static void take_port(struct replayer *replayer, struct client *client, struct flow *flow)
{
	while (client->flows[client->next_port] != NOBODY)
		client->next_port = (client->next_port + 1) % port_count(replayer);
	client->flows[client->next_port] = flow->index;
	client->used++;
	flow->client = (uint32_t)(client - replayer->clients);
	flow->port = (uint16_t)(replayer->options.first_port + client->next_port);
	client->next_port = (client->next_port + 1) % port_count(replayer);
}

struct flow *replayer_find_flow(const struct replayer *replayer, const struct ip *client, uint16_t port)
{
	if (port < replayer->options.first_port || port > replayer->options.last_port)
		return NULL;
	for (uint32_t i = 0; i < replayer->client_count; i++) {
		const struct client *at = &replayer->clients[i];
		uint32_t flow;

		if (!ip_equal(&at->ip, client) || !at->flows)
			continue;
		flow = at->flows[port - replayer->options.first_port];
		return flow == NOBODY ? NULL : &replayer->flows[flow];
	}
	return NULL;
}

/* --- beginning --- */

/* RFC 6528: it only ever grows for the same ends, so that a server that remembers the port takes the next SYN. */
static uint32_t initial_sequence(const struct replayer *replayer, const struct flow *flow)
{
	return (uint32_t)(replayer->now >> 12) + flow->port * 40503u + flow->client * 2654435761u;
}

static void start_tcp(struct replayer *replayer, struct flow *flow)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);

	flow->state = FLOW_SYN;
	flow->first = initial_sequence(replayer, flow) + 1;
	flow->sack = conversation->sack;
	flow->timestamps = conversation->timestamps;
	flow->length = conversation->request_length;
	flow->rto = first_rto;
}

static void start_flow(struct replayer *replayer, struct row *row, struct client *client, uint32_t ordinal)
{
	struct flow *flow = &replayer->flows[replayer->free_flows[--replayer->free_count]];

	*flow = (struct flow){ .index = flow->index,
			       .row = (uint32_t)(row - replayer->rows),
			       .place = row->conversations[ordinal % row->conversation_count],
			       .loop = ordinal / row->conversation_count,
			       .queued = flow->queued,
			       .progress_at = replayer->now };
	take_port(replayer, client, flow);
	row->in_flight++;
	replayer->active++;
	if (flow_conversation(replayer, flow)->protocol == IP_PROTO_TCP) {
		start_tcp(replayer, flow);
		replayer_make_ready(replayer, flow);
	} else {
		flow->state = FLOW_DATAGRAMS;
		flow_advance(replayer, flow);
	}
	flow_set_timer(replayer, flow);
}

static nanos start_of(const struct replayer *replayer, const struct row *row, uint32_t ordinal)
{
	const struct script_conversation *conversation =
	    &replayer->list[row->conversations[ordinal % row->conversation_count]];
	struct script_summary summary;
	double offset;

	if (replayer->options.speed <= 0)
		return replayer->begin;
	script_summary(replayer->script, &summary);
	offset = (double)conversation->start + (double)(ordinal / row->conversation_count) * (double)summary.duration;
	offset /= replayer->options.speed;
	return offset < (double)(INT64_MAX / 4) ? replayer->begin + (nanos)offset : INT64_MAX / 2;
}

/* Nothing more of this row is tried. */
static void leave_out(struct replayer *replayer, struct row *row, uint32_t *count)
{
	struct replay_result *result = &replayer->results[row - replayer->rows];

	*count += result->planned - row->next;
	row->next = result->planned;
}

static bool may_begin(struct replayer *replayer, struct row *row)
{
	struct replay_result *result = &replayer->results[row - replayer->rows];

	if (row->next >= result->planned)
		return false;
	if (replayer->servers[row->server].state != SERVER_KNOWN)
		leave_out(replayer, row, &result->unreachable);
	else if (!row->answered && row->silent >= SILENT_ENOUGH)
		leave_out(replayer, row, &result->left_out);
	return row->next < result->planned && row->in_flight < replayer->quota && replayer->free_count > 0;
}

void flows_begin_row(struct replayer *replayer, uint32_t number)
{
	struct row *row = &replayer->rows[number];

	while (!replayer->held && may_begin(replayer, row)) {
		nanos start = start_of(replayer, row, row->next);
		struct client *client;

		if (start > replayer->now) {
			timers_set(&replayer->timers, timer_of_row(replayer, number), start);
			return;
		}
		client = choose_client(replayer, replayer->results[number].vip.family);
		if (!client) {
			/* No port is free, or no address: the next conversation that ends calls again. */
			if (replayer->active == 0)
				leave_out(replayer, row, &replayer->results[number].left_out);
			return;
		}
		start_flow(replayer, row, client, row->next++);
	}
}

/* --- ending --- */

static uint64_t answer_length(const struct flow *flow)
{
	if (flow->state == FLOW_DATAGRAMS)
		return flow->answer_length;
	return flow->rcv - (flow->server_fin && flow->rcv > flow->server_fin_at);
}

static void count_answer(struct replayer *replayer, const struct flow *flow)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);
	struct answer answer = { .row = flow->row,
				 .conversation = flow->place,
				 .bytes = flow->answer,
				 .kept = flow->answer_kept,
				 .length = answer_length(flow),
				 .frame = flow->last_frame,
				 .time = flow->last_time };

	if (answer.kept > answer.length)
		answer.kept = (uint32_t)answer.length;
	answers_add(&replayer->answers, conversation, &answer, replayer->results);
}

static void count_outcome(struct replayer *replayer, const struct flow *flow, enum outcome outcome)
{
	struct replay_result *result = &replayer->results[flow->row];
	struct row *row = &replayer->rows[flow->row];
	uint32_t *const counts[] = {
		[OUTCOME_COMPLETED] = &result->completed,
		[OUTCOME_REFUSED] = &result->refused,
		[OUTCOME_RESET] = &result->reset,
		[OUTCOME_TIMED_OUT] = &result->timed_out,
		[OUTCOME_UNREACHABLE] = &result->unreachable,
		[OUTCOME_LEFT_OUT] = &result->left_out,
	};

	++*counts[outcome];
	if (outcome == OUTCOME_COMPLETED) {
		count_answer(replayer, flow);
	} else if (result->failed_frame == 0 && outcome != OUTCOME_LEFT_OUT) {
		result->failed_frame = flow->last_frame;
		result->failed_time = flow->last_time;
	}
	if (outcome == OUTCOME_TIMED_OUT && !row->answered)
		row->silent++;
}

void flow_end(struct replayer *replayer, struct flow *flow, enum outcome outcome)
{
	struct client *client = &replayer->clients[flow->client];

	count_outcome(replayer, flow, outcome);
	client->flows[flow->port - replayer->options.first_port] = NOBODY;
	client->used--;
	free(flow->answer);
	flow->answer = NULL;
	flow->state = FLOW_FREE;
	replayer->free_flows[replayer->free_count++] = flow->index;
	replayer->active--;
	replayer->rows[flow->row].in_flight--;
	timers_set(&replayer->timers, flow->index, INT64_MAX);
	/* Its place is for the next. */
	timers_set(&replayer->timers, timer_of_row(replayer, flow->row), replayer->now);
}

void flow_abort(struct replayer *replayer, struct flow *flow, enum outcome outcome)
{
	if (flow->state == FLOW_DATAGRAMS) {
		flow_end(replayer, flow, outcome);
		return;
	}
	flow->ending = true;
	flow->outcome = outcome;
	timers_set(&replayer->timers, flow->index, INT64_MAX);
	replayer_make_ready(replayer, flow);
}
