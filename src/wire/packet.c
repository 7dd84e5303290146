// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/packet.h"

#include "wire/decode.h"

/* Field by field: clearing the whole struct would cost more than decoding a frame does. */
static void packet_reset(struct packet *packet, const struct frame *frame)
{
	packet->frame = frame;
	packet->layers = 0;
	packet->cut = false;
	packet->sums_checked = 0;
	packet->sums_wrong = 0;
	packet->group = false;
	packet->direction = PACKET_UNKNOWN;
	packet->ifindex = 0;
	packet->source = (struct mac){ { 0 } };
	packet->destination = (struct mac){ { 0 } };
	packet->vlan_count = 0;
	packet->overlay = 0;
	packet->ethertype = 0;
	packet->tunnel = TUNNEL_NONE;
	packet->payload = NULL;
	packet->payload_captured = 0;
	packet->payload_length = 0;
}

void packet_decode(const struct frame *frame, struct packet *packet)
{
	decode_link *decoder = link_type_decoder(frame->link_type);
	/* A file may claim fewer bytes on the wire than it holds; those that are there were on the wire. */
	struct view view = {
		.captured = bytes_of(frame->bytes, frame->captured),
		.wire = frame->length > frame->captured ? frame->length : frame->captured,
	};

	packet_reset(packet, frame);
	if (decoder)
		decoder(packet, &view);
}
