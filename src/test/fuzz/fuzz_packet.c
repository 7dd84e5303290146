// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes decode, and whatever they are, the line that describes them is printable. The first byte chooses the link
 * type, the next two how many bytes more the wire had than the capture; the frame follows.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wire/packet.h"

enum { PREAMBLE = 3 };

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_line(const struct packet *packet)
{
	struct text text = TEXT_INIT;

	packet_describe(packet, &text);
	check(!text.failed && text.length > 0);
	for (size_t i = 0; i < text.length; i++)
		check(text.bytes[i] >= ' ' && text.bytes[i] <= '~');
	text_free(&text);
}

/* What packet.h promises of every packet. */
static void check_packet(const struct packet *packet, const struct frame *frame)
{
	check(packet->vlan_count <= PACKET_MAX_VLANS);
	check(packet->payload_captured <= packet->payload_length);
	check(packet->payload_captured <= frame->captured);
	check(packet->payload_captured == 0 || packet->payload != NULL);
	if (packet->payload)
		check(packet->payload + packet->payload_captured <= frame->bytes + frame->captured);
	if (packet->layers & LAYER_VRRP)
		check(packet->vrrp.count <= VRRP_MAX_ADDRESSES);
	check((packet->overlay != 0) == ((packet->layers & LAYER_OVERLAY) != 0));
	check((packet->tunnel != TUNNEL_NONE) == ((packet->layers & (LAYER_TUNNEL | LAYER_OVERLAY)) != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t link_types[] = { LINK_ETHERNET, LINK_LINUX_SLL, LINK_LINUX_SLL2, 127 };
	struct frame frame = { .number = 1 };
	struct packet packet;

	if (size < PREAMBLE || size > UINT16_MAX)
		return 0;
	frame.link_type = link_types[data[0] % 4];
	frame.bytes = data + PREAMBLE;
	frame.captured = (uint32_t)(size - PREAMBLE);
	frame.length = frame.captured + (uint32_t)(data[1] << 8 | data[2]);
	memset(&packet, 0xa5, sizeof packet);
	packet_decode(&frame, &packet);
	check_packet(&packet, &frame);
	check_line(&packet);
	return 0;
}
