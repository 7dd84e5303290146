// SPDX-License-Identifier: GPL-2.0-or-later
/* The server's stream, put together from segments in any order and of any size. */
#include <stdlib.h>
#include <string.h>

#include "replay/replayer_private.h"

/* What is kept of an answer: as much as was recorded, and some more. */
static uint32_t most_kept(const struct replayer *replayer, const struct flow *flow)
{
	uint64_t most = flow_conversation(replayer, flow)->units + ANSWER_MORE;

	return most < (1u << 30) ? (uint32_t)most : 1u << 30;
}

static uint32_t smaller_of(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static bool make_room(struct replayer *replayer, struct flow *flow, uint32_t size)
{
	uint32_t room = flow->answer_room ? flow->answer_room : 1024;
	uint8_t *grown;

	while (room < size)
		room *= 2;
	if (room == flow->answer_room)
		return true;
	grown = realloc(flow->answer, room);
	if (!grown) {
		replayer->out_of_memory = true;
		return false;
	}
	/* Holes are filled later, or never. */
	memset(grown + flow->answer_room, 0, room - flow->answer_room);
	flow->answer = grown;
	flow->answer_room = room;
	return true;
}

static void keep(struct replayer *replayer, struct flow *flow, uint32_t at, const uint8_t *bytes, uint32_t length)
{
	uint32_t most = most_kept(replayer, flow);

	if (at >= most || length == 0)
		return;
	if (length > most - at)
		length = most - at;
	if (make_room(replayer, flow, at + length))
		memcpy(flow->answer + at, bytes, length);
}

/* --- islands --- */

static void remove_island(struct flow *flow, uint32_t index)
{
	memmove(flow->islands + index, flow->islands + index + 1,
		(flow->island_count - index - 1) * sizeof flow->islands[0]);
	flow->island_count--;
}

/* The latest comes first, as RFC 2018 section 4 wants it. False where there is no room for another one. */
static bool add_island(struct flow *flow, uint32_t begin, uint32_t end)
{
	for (uint32_t i = 0; i < flow->island_count;) {
		const struct range island = flow->islands[i];

		if (begin > island.end || end < island.begin) {
			i++;
			continue;
		}
		begin = island.begin < begin ? island.begin : begin;
		end = island.end > end ? island.end : end;
		remove_island(flow, i);
	}
	if (flow->island_count == FLOW_GAPS)
		return false;
	memmove(flow->islands + 1, flow->islands, flow->island_count * sizeof flow->islands[0]);
	flow->islands[0] = (struct range){ begin, end };
	flow->island_count++;
	return true;
}

static void join_islands(struct flow *flow)
{
	for (uint32_t i = 0; i < flow->island_count;) {
		const struct range island = flow->islands[i];

		if (island.begin > flow->rcv) {
			i++;
			continue;
		}
		if (island.end > flow->rcv)
			flow->rcv = island.end;
		remove_island(flow, i);
		i = 0;
	}
}

/* --- segments --- */

static void note_news(struct replayer *replayer, struct flow *flow, const struct packet *packet)
{
	struct row *row = &replayer->rows[flow->row];
	nanos taken;

	flow->heard = true;
	flow->heard_at = flow->progress_at = replayer->now;
	flow->last_frame = packet->frame->number;
	flow->last_time = packet->frame->time;
	if (!flow->asked)
		return;
	flow->asked = false;
	taken = flow->asked_seen ? packet->frame->time - flow->asked_time : replayer->now - flow->asked_at;
	if (taken > row->answer.max) {
		replayer->results[flow->row].slowest_frame = packet->frame->number;
		replayer->results[flow->row].slowest_time = packet->frame->time;
	}
	latency_add(&row->answer, taken);
}

static void take_fin(struct flow *flow, uint32_t at)
{
	if (flow->server_fin)
		return;
	flow->server_fin = true;
	flow->server_fin_at = at;
}

void receive_segment(struct replayer *replayer, struct flow *flow, const struct packet *packet)
{
	uint32_t begin = packet->transport.sequence - flow->server_first, skip = 0;
	/* What was not captured whole cannot be taken: it comes again, never better. */
	uint32_t length = packet->payload_captured, end, before = flow->rcv;
	bool fin = (packet->transport.flags & TCP_FIN) && packet->payload_captured == packet->payload_length;

	if (length == 0 && !fin)
		return;
	flow->acknowledge = true;
	/* A part of it, or all, came before. */
	if ((int32_t)(begin - flow->rcv) < 0) {
		skip = flow->rcv - begin;
		if (skip > length || (skip == length && length > 0 && !fin)) {
			replayer->results[flow->row].repetitions++;
			return;
		}
		begin += skip;
		length -= skip;
	}
	if (begin - flow->rcv > (1u << 30))
		return;
	end = begin + length;
	keep(replayer, flow, begin, packet->payload ? packet->payload + skip : NULL, length);
	if (fin)
		take_fin(flow, end);
	if (fin)
		end++;
	if (begin == flow->rcv)
		flow->rcv = end;
	else if (!add_island(flow, begin, end))
		return;
	join_islands(flow);
	flow->answer_kept =
	    smaller_of(flow->rcv - (flow->server_fin && flow->rcv > flow->server_fin_at), most_kept(replayer, flow));
	if (flow->answer_kept > flow->answer_room)
		flow->answer_kept = flow->answer_room;
	if (flow->rcv != before)
		note_news(replayer, flow, packet);
}

/* Each datagram behind its length, as the script has it. */
void receive_datagram(struct replayer *replayer, struct flow *flow, const struct packet *packet)
{
	uint8_t frame[2] = { (uint8_t)(packet->payload_length >> 8), (uint8_t)packet->payload_length };
	uint32_t at = flow->answer_kept;

	flow->rcv++;
	flow->answer_length += packet->payload_captured + sizeof frame;
	keep(replayer, flow, at, frame, sizeof frame);
	keep(replayer, flow, at + (uint32_t)sizeof frame, packet->payload, packet->payload_captured);
	flow->answer_kept = smaller_of((uint32_t)flow->answer_length, flow->answer_room);
	note_news(replayer, flow, packet);
}
