// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checksums that software computes, so that a wrong one means damage: of the
 * IPv4 header (RFC 791), of ICMP (RFC 792, RFC 4443 section 2.3) and of VRRP
 * (RFC 3768, RFC 5798 section 5.2.8). A receiver drops such packets. TCP's and UDP's are left to network cards and are
 * wrong in most captures of virtual interfaces. A checksum of zero is one that a card was to fill in.
 */
#include "wire/decode.h"

/* RFC 1071. */
static uint32_t add(uint32_t sum, const uint8_t *bytes, size_t count)
{
	for (; count > 1; bytes += 2, count -= 2)
		sum += bytes_u16_at(bytes);
	if (count > 0)
		sum += (uint32_t)bytes[0] << 8;
	return (sum & UINT16_MAX) + (sum >> 16);
}

static bool is_right(uint32_t sum)
{
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (sum & UINT16_MAX) + (sum >> 16) == UINT16_MAX;
}

static void note(struct packet *packet, enum packet_sum which, bool right)
{
	packet->sums_checked |= (uint8_t)which;
	if (!right)
		packet->sums_wrong |= (uint8_t)which;
}

void check_ip4_sum(struct packet *packet, const uint8_t *header, size_t size)
{
	if (bytes_u16_at(header + 10) != 0)
		note(packet, SUM_IP, is_right(add(0, header, size)));
}

static uint32_t pseudo_header(const struct packet *packet, size_t length)
{
	size_t size = packet->ip.source.family == 4 ? 4 : 16;
	uint32_t sum = add((uint32_t)length + packet->ip.protocol, packet->ip.source.b, size);

	return add(sum, packet->ip.destination.b, size);
}

/* Only what was captured whole can be checked. */
void check_upper_sum(struct packet *packet, const struct view *view, size_t at, enum sum_form form)
{
	const uint8_t *bytes = view->captured.at;
	uint32_t sum;

	if (view->captured.left < view->wire || view->wire < at + 2 || view->wire > UINT16_MAX ||
	    packet->ip.more_fragments || bytes_u16_at(bytes + at) == 0)
		return;
	sum = add(0, bytes, view->wire);
	note(packet, SUM_UPPER,
	     (form != SUM_WITH_PSEUDO && is_right(sum)) ||
		 (form != SUM_PLAIN && is_right(sum + pseudo_header(packet, view->wire))));
}
