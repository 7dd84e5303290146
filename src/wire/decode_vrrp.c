// SPDX-License-Identifier: GPL-2.0-or-later
/* VRRP version 2 (RFC 3768) and 3 (RFC 5798), and OpenBSD's CARP, which took the same IP protocol number. */
#include "wire/decode.h"

enum { VRRP_SIZE = 8, VRRP_ADVERTISEMENT = 1, CHECKSUM_AT = 6 };

/*
 * CARP (struct carp_header in OpenBSD's netinet/ip_carp.h)
 *	0  version 2, type 1   1     the same byte as VRRP version 2
 *	1  vhid                1
 *	2  advskew             1     where VRRP has its priority
 *	3  length of the rest in words: 7
 *	5  advbase             1
 *	6  checksum            2
 *	8  counter             8
 *	16 HMAC               20
 * A VRRP packet with seven addresses and its 8 bytes of authentication is 44 bytes long. Version 2 has no IPv6.
 */
static bool is_carp(const struct packet *packet, const uint8_t *header, size_t length)
{
	enum { CARP_SIZE = 36, CARP_REST_WORDS = 7 };

	if (header[0] != (2 << 4 | VRRP_ADVERTISEMENT))
		return false;
	return packet->ip.source.family == 6 || (length == CARP_SIZE && header[3] == CARP_REST_WORDS);
}

static void decode_addresses(struct vrrp *vrrp, const uint8_t *at, uint8_t family)
{
	for (uint8_t i = 0; i < vrrp->count; i++) {
		if (family == 4)
			decode_ip4(&vrrp->addresses[i], at + (size_t)i * 4);
		else
			decode_ip6(&vrrp->addresses[i], at + (size_t)i * 16);
	}
}

/*
 * VRRP (RFC 3768 section 5.1, RFC 5798 section 5.1)
 *	0  version, type        1
 *	1  VRID                 1
 *	2  priority             1
 *	3  count of addresses   1
 *	4  version 2: authentication type 1, interval in seconds 1
 *	   version 3: reserved 4 bits, interval in hundredths of a second 12 bits
 *	6  checksum             2
 *	8  addresses            4 or 16 each
 */
void decode_vrrp(struct packet *packet, struct view *view)
{
	uint8_t family = packet->ip.source.family;
	struct vrrp *vrrp = &packet->vrrp;
	struct view whole = *view;
	const uint8_t *header = view_take(view, packet, VRRP_SIZE);
	const uint8_t *addresses;

	if (!header || (header[0] & 15) != VRRP_ADVERTISEMENT)
		return;
	vrrp->version = header[0] >> 4;
	vrrp->vrid = header[1];
	vrrp->priority = header[2];
	check_upper_sum(packet, &whole, CHECKSUM_AT, vrrp->version == 2 ? SUM_PLAIN : SUM_EITHER);
	if (is_carp(packet, header, whole.wire)) {
		packet->layers |= LAYER_CARP;
		return;
	}
	vrrp->interval = vrrp->version == 2 ? header[5] * 1000U : (bytes_u16_at(header + 4) & 0x0fffU) * 10;
	vrrp->count = header[3] < VRRP_MAX_ADDRESSES ? header[3] : VRRP_MAX_ADDRESSES;
	addresses = view_take(view, packet, header[3] * (size_t)(family == 4 ? 4 : 16));
	if (!addresses || (vrrp->version != 2 && vrrp->version != 3))
		return;
	decode_addresses(vrrp, addresses, family);
	packet->layers |= LAYER_VRRP;
}
