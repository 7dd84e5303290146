// SPDX-License-Identifier: GPL-2.0-or-later
/* TCP (RFC 9293) and UDP (RFC 768), and what UDP's well-known ports carry. */
#include "wire/decode.h"

static void set_payload(struct packet *packet, const struct view *view)
{
	packet->payload = view->captured.at;
	packet->payload_captured = (uint32_t)view->captured.left;
	packet->payload_length = (uint32_t)view->wire;
}

/*
 * TCP (RFC 9293 section 3.1)
 *	0  source port, destination port   2 + 2
 *	4  sequence, acknowledgement       4 + 4
 *	12 header length in words          upper half of 1
 *	13 flags                           1
 *	14 window, checksum                2 + 2
 */
void decode_tcp(struct packet *packet, struct view *view)
{
	enum { TCP_SIZE = 20 };
	const uint8_t *header = view_take(view, packet, TCP_SIZE);
	size_t size;

	if (!header)
		return;
	size = (size_t)(header[12] >> 4) * 4;
	if (size < TCP_SIZE)
		return;
	packet->transport = (struct transport){
		.source_port = bytes_u16_at(header),
		.destination_port = bytes_u16_at(header + 2),
		.sequence = bytes_u32_at(header + 4),
		.acknowledgement = bytes_u32_at(header + 8),
		.flags = header[13],
		.window = bytes_u16_at(header + 14),
		.checksum = bytes_u16_at(header + 16),
	};
	packet->layers |= LAYER_TCP;
	packet->option_length = (uint8_t)(size - TCP_SIZE);
	packet->options = size > TCP_SIZE && view->captured.left >= size - TCP_SIZE ? view->captured.at : NULL;
	if (size > TCP_SIZE)
		view_pass(view, packet, size - TCP_SIZE);
	set_payload(packet, view);
}

/* Protocols that are recognised by a port; 0 is no port. */
static uint32_t layer_of_ports(uint16_t source, uint16_t destination)
{
	enum { HSRP = 1985, HSRP_IPV6 = 2029, DHCP_SERVER = 67, DHCP_CLIENT = 68 };

	if (destination == HSRP || destination == HSRP_IPV6)
		return LAYER_HSRP;
	if (destination == DHCP_SERVER || (destination == DHCP_CLIENT && source == DHCP_SERVER))
		return LAYER_DHCP;
	return 0;
}

/*
 * UDP (RFC 768)
 *	0  source port, destination port   2 + 2
 *	4  length                          2   with this header; 0 where a card is to cut segments
 *	6  checksum                        2
 */
void decode_udp(struct packet *packet, struct view *view)
{
	enum { UDP_SIZE = 8 };
	const uint8_t *header = view_take(view, packet, UDP_SIZE);
	unsigned length;

	if (!header)
		return;
	packet->transport = (struct transport){
		.source_port = bytes_u16_at(header),
		.destination_port = bytes_u16_at(header + 2),
		.checksum = bytes_u16_at(header + 6),
	};
	length = bytes_u16_at(header + 4);
	if (length >= UDP_SIZE)
		view_limit(view, length - UDP_SIZE);
	packet->layers |= LAYER_UDP | layer_of_ports(packet->transport.source_port, packet->transport.destination_port);
	set_payload(packet, view);
	decode_udp_tunnel(packet, view);
}
