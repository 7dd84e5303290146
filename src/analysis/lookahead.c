// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looking ahead in a run of ARP frames.
 *
 * With tens of thousands of hosts every ARP frame needs records that are not
 * in the processor's caches, and waiting for memory takes longer than all the
 * work. So ARP frames that follow each other wait in a short ring: when one
 * comes in, its records' slots are asked for, half a ring later the records, and when it is eaten they are there. Any
 * other frame empties the ring first, so that the order of frames never changes.
 */
#include "analysis/engine_private.h"

enum {
	/* Offsets into an untagged Ethernet frame with IPv4 ARP (RFC 826). */
	AT_ETHERTYPE = 12,
	AT_SENDER_MAC = 22,
	AT_SENDER_IP = 28,
	AT_TARGET_IP = 38,
	ARP_FRAME = 42,
};

bool lookahead_wants(const struct frame *frame)
{
	return frame->link_type == LINK_ETHERNET && frame->captured >= ARP_FRAME &&
	       frame->captured <= LOOKAHEAD_BYTES && frame->bytes[AT_ETHERTYPE] == 0x08 &&
	       frame->bytes[AT_ETHERTYPE + 1] == 0x06;
}

/* Guesses that the frame belongs to the segment of the previous one: a wrong guess only costs the gain. */
static void ask_for_slots(struct engine *engine, struct waiting *waiting)
{
	uint32_t segment = engine->last_segment ? engine->last_segment->index : 0;
	struct claim_key claim = { .segment = segment, .ip = { .family = 4 } };
	struct host_key host = { .segment = segment, .ip = { .family = 4 } };

	memcpy(claim.ip.b, waiting->bytes + AT_SENDER_IP, 4);
	memcpy(claim.mac.b, waiting->bytes + AT_SENDER_MAC, sizeof claim.mac.b);
	memcpy(host.ip.b, waiting->bytes + AT_TARGET_IP, 4);
	waiting->sender = table_hint(&engine->facts.claims, &claim);
	waiting->target = table_hint(&engine->facts.hosts, &host);
}

static void ask_for_records(struct engine *engine, const struct waiting *waiting)
{
	table_hint_record(&engine->facts.claims, waiting->sender);
	table_hint_record(&engine->facts.hosts, waiting->target);
}

static struct waiting *at(struct lookahead *lookahead, uint32_t place)
{
	return &lookahead->ring[(lookahead->first + place) % LOOKAHEAD];
}

const struct frame *lookahead_pop(struct engine *engine)
{
	struct lookahead *lookahead = &engine->lookahead;
	const struct frame *frame;

	if (lookahead->count == 0)
		return NULL;
	frame = &at(lookahead, 0)->frame;
	lookahead->first = (lookahead->first + 1) % LOOKAHEAD;
	lookahead->count--;
	return frame;
}

const struct frame *lookahead_swap(struct engine *engine, const struct frame *frame)
{
	struct lookahead *lookahead = &engine->lookahead;
	struct waiting *waiting = at(lookahead, lookahead->count++);

	waiting->frame = *frame;
	memcpy(waiting->bytes, frame->bytes, frame->captured);
	waiting->frame.bytes = waiting->bytes;
	ask_for_slots(engine, waiting);
	if (lookahead->count > LOOKAHEAD / 2)
		ask_for_records(engine, at(lookahead, lookahead->count - 1 - LOOKAHEAD / 2));
	/* One place stays free: the frame that is eaten now must not be overwritten meanwhile. */
	return lookahead->count == LOOKAHEAD - 1 ? lookahead_pop(engine) : NULL;
}
