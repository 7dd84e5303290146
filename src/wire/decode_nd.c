// SPDX-License-Identifier: GPL-2.0-or-later
/* Neighbour solicitations and advertisements (RFC 4861 sections 4.3, 4.4 and 4.6.1). */
#include "wire/decode.h"

static uint8_t flags_of(uint8_t byte)
{
	unsigned flags = 0;

	if (byte & 0x80)
		flags |= ND_ROUTER;
	if (byte & 0x40)
		flags |= ND_SOLICITED;
	if (byte & 0x20)
		flags |= ND_OVERRIDE;
	return (uint8_t)flags;
}

/*
 *	0  type     1   1: the sender's address, in solicitations; 2: the target's, in advertisements
 *	1  length   1   in units of 8 bytes, this header included
 *	2  address  6
 * False where an option has no length or an impossible one: receivers drop such a packet (RFC 4861 sections 7.1.1
 *and 7.1.2).
 */
static bool decode_options(struct packet *packet, struct view *view, struct nd *nd)
{
	enum { SOURCE_ADDRESS = 1, TARGET_ADDRESS = 2, UNIT = 8 };
	uint8_t wanted = nd->advert ? TARGET_ADDRESS : SOURCE_ADDRESS;

	while (view->wire > 0) {
		const uint8_t *option = view_take(view, packet, UNIT);

		if (!option)
			return packet->cut;
		if (option[1] == 0 || (size_t)(option[1] - 1) * UNIT > view->wire)
			return false;
		if (option[0] == wanted && option[1] == 1 && !nd->has_lladdr) {
			decode_mac(&nd->lladdr, option + 2);
			nd->has_lladdr = true;
		}
		view_pass(view, packet, (size_t)(option[1] - 1) * UNIT);
	}
	return true;
}

void decode_nd(struct packet *packet, struct view *view, uint8_t flags)
{
	const uint8_t *target = view_take(view, packet, 16);
	bool advert = packet->icmp.type == ICMP6_TYPE_ADVERT;
	struct nd nd = { .advert = advert, .flags = advert ? flags_of(flags) : 0 };

	if (!target)
		return;
	decode_ip6(&nd.target, target);
	if (!decode_options(packet, view, &nd))
		return;
	packet->nd = nd;
	packet->layers |= LAYER_ND;
}
