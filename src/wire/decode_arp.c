// SPDX-License-Identifier: GPL-2.0-or-later
/* ARP (RFC 826), and RARP (RFC 903), which shares its format. */
#include "wire/decode.h"

static bool is_known_operation(uint16_t operation)
{
	enum { INARP_REQUEST = 8, INARP_REPLY = 9 }; /* RFC 2390 */

	return (operation >= ARP_REQUEST && operation <= RARP_REPLY) || operation == INARP_REQUEST ||
	       operation == INARP_REPLY;
}

static uint16_t find_wrong(const struct arp *arp)
{
	enum { HARDWARE_ETHERNET = 1, HARDWARE_IEEE_802 = 6 };
	unsigned wrong = 0;

	if (arp->hardware_type != HARDWARE_ETHERNET && arp->hardware_type != HARDWARE_IEEE_802)
		wrong |= ARP_WRONG_HARDWARE;
	if (arp->protocol_type != ETHERTYPE_IPV4)
		wrong |= ARP_WRONG_PROTOCOL;
	if (arp->hardware_length != 6 || arp->protocol_length != 4)
		wrong |= ARP_WRONG_LENGTHS;
	if (!is_known_operation(arp->operation))
		wrong |= ARP_WRONG_OPERATION;
	return (uint16_t)wrong;
}

/*
 *	0  hardware type             2
 *	2  protocol type             2
 *	4  hardware address length   1
 *	5  protocol address length   1
 *	6  operation                 2
 *	8  sender hardware, sender protocol, target hardware, target protocol address
 */
static void decode_header(struct arp *arp, const uint8_t *at)
{
	arp->hardware_type = bytes_u16_at(at);
	arp->protocol_type = bytes_u16_at(at + 2);
	arp->hardware_length = at[4];
	arp->protocol_length = at[5];
	arp->operation = bytes_u16_at(at + 6);
}

static void decode_addresses(struct arp *arp, const uint8_t *at)
{
	decode_mac(&arp->sha, at);
	decode_ip4(&arp->spa, at + 6);
	decode_mac(&arp->tha, at + 10);
	decode_ip4(&arp->tpa, at + 16);
}

/* What the capture cut off is nobody's fault and shows no layer; what the wire lacked does. */
void decode_arp(struct packet *packet, struct view *view, uint16_t type)
{
	struct arp arp = { .wrong = ARP_WRONG_CUT };
	const uint8_t *header = view_take(view, packet, 8);
	const uint8_t *addresses = NULL;

	if (header) {
		decode_header(&arp, header);
		addresses = view_take(view, packet, (size_t)2 * (arp.hardware_length + arp.protocol_length));
		arp.wrong = (uint16_t)(find_wrong(&arp) | (addresses ? 0 : ARP_WRONG_CUT));
	}
	if (packet->cut)
		return;
	if (arp.wrong == 0)
		decode_addresses(&arp, addresses);
	packet->arp = arp;
	packet->layers |= type == ETHERTYPE_RARP ? LAYER_RARP : LAYER_ARP;
}
