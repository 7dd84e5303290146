// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stalls. Each direction of a connection remembers its oldest full segment
 * that was not acknowledged, and how often the same sender repeated it. What a
 * director passes on or a mirror port shows twice has another sender or follows at once, so it counts as no repetition:
 * Linux repeats after 200 ms at the earliest (include/net/tcp.h: TCP_RTO_MIN).
 */
#include "analysis/stalls.h"

#include "analysis/engine_private.h"

#define REPEATED_AFTER (100 * NANOS_PER_MILLI)

enum {
	FULL_SEGMENT = 1200, /* what any path passes (IPv6's least MTU is 1280) is small */
	STALLED_AFTER = 4,   /* copies: the segment and three repetitions */
};

static void tell(struct eating *eating, const struct flow *flow, const struct stall *stall, enum observation_kind kind)
{
	struct observation observation = { .kind = kind,
					   .segment = eating->segment->index,
					   .mark = eating->mark,
					   .packet = eating->packet,
					   .ip = flow->key.service,
					   .mac = stall->receiver,
					   .flow = flow,
					   .stall = stall };

	engine_observe(eating->engine, &observation);
}

static void end(struct eating *eating, const struct flow *flow, struct stall *stall)
{
	if (stall->told)
		tell(eating, flow, stall, OBSERVED_STALL_OVER);
	stall->told = false;
	stall->copies = 0;
}

/* Something comes back: perhaps the other direction's segment is acknowledged. A reset is another fault. */
static void take_answer(struct eating *eating, const struct flow *flow, struct stall *other)
{
	const struct transport *t = &eating->packet->transport;

	if (t->flags & TCP_RST) {
		end(eating, flow, other);
	} else if (t->flags & TCP_ACK) {
		other->acknowledged = true;
		if (other->copies && (int32_t)(t->acknowledgement - other->sequence) > 0)
			end(eating, flow, other);
	}
}

static void begin(struct eating *eating, const struct flow *flow, struct stall *stall)
{
	const struct packet *packet = eating->packet;

	end(eating, flow, stall);
	stall->sequence = packet->transport.sequence;
	stall->length = packet->payload_length;
	stall->sender = packet->source;
	stall->receiver = packet->destination;
	stall->copies = 1;
	stall->first = eating->mark;
	stall->last = eating->mark;
}

static void repeat(struct eating *eating, const struct flow *flow, struct stall *stall)
{
	if (!mac_equal(stall->sender, eating->packet->source) ||
	    eating->mark.time - stall->last.time < REPEATED_AFTER) {
		/* Passed on: the last MAC that it was sent to is the one that does not take it. */
		if (!stall->told)
			stall->receiver = eating->packet->destination;
		return;
	}
	if (stall->copies < UINT16_MAX)
		stall->copies++;
	stall->last = eating->mark;
	if (!stall->acknowledged || stall->copies < STALLED_AFTER || stall->told)
		return;
	stall->told = true;
	tell(eating, flow, stall, OBSERVED_STALL);
}

void stalls_eat(struct eating *eating, struct flow *flow, bool reverse)
{
	const struct packet *packet = eating->packet;
	struct stall *stall = &flow->stalls[reverse];
	uint32_t sequence = packet->transport.sequence;

	if (!(packet->layers & LAYER_TCP))
		return;
	if ((packet->transport.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		memset(flow->stalls, 0, sizeof flow->stalls);
	take_answer(eating, flow, &flow->stalls[!reverse]);
	if (packet->payload_length == 0)
		return;
	if (stall->copies && sequence == stall->sequence && packet->payload_length == stall->length)
		repeat(eating, flow, stall);
	else if (stall->copies && sequence == stall->sequence && packet->payload_length < FULL_SEGMENT)
		end(eating, flow, stall); /* the sender learnt to send less at once */
	else if (packet->payload_length >= FULL_SEGMENT &&
		 (!stall->copies || (int32_t)(sequence - stall->sequence) <= 0))
		begin(eating, flow, stall);
}
