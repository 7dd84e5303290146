// SPDX-License-Identifier: GPL-2.0-or-later
/* ICMP (RFC 792) and ICMPv6 (RFC 4443), with the packets that errors quote. */
#include "wire/decode.h"

enum { ICMP_SIZE = 8, CHECKSUM_AT = 2 };

enum icmp_form { ICMP_OTHER, ICMP_ECHO, ICMP_ERROR };

static enum icmp_form form_of(uint8_t type)
{
	enum { SOURCE_QUENCH = 4, PARAMETER_PROBLEM = 12 };

	switch (type) {
	case ICMP_TYPE_ECHO:
	case ICMP_TYPE_ECHO_REPLY: return ICMP_ECHO;
	case ICMP_TYPE_UNREACHABLE:
	case SOURCE_QUENCH:
	case ICMP_TYPE_REDIRECT:
	case ICMP_TYPE_TIME_EXCEEDED:
	case PARAMETER_PROBLEM: return ICMP_ERROR;
	default: return ICMP_OTHER;
	}
}

/* Types below 128 are errors, known or not (RFC 4443 section 2.1). */
static enum icmp_form form6_of(uint8_t type)
{
	if (type == ICMP6_TYPE_ECHO || type == ICMP6_TYPE_ECHO_REPLY)
		return ICMP_ECHO;
	return type < 128 ? ICMP_ERROR : ICMP_OTHER;
}

/*
 *	0  type, code          1 + 1
 *	2  checksum            2
 *	4  by type             4   echo: identifier 2, sequence 2
 */
static void read_icmp(struct icmp *icmp, const uint8_t *header, enum icmp_form form)
{
	*icmp = (struct icmp){ .type = header[0], .code = header[1] };
	if (form == ICMP_ECHO) {
		icmp->id = bytes_u16_at(header + 4);
		icmp->sequence = bytes_u16_at(header + 6);
	}
}

void decode_icmp(struct packet *packet, struct view *view)
{
	enum { FRAGMENTATION_NEEDED = 4 };
	struct view whole = *view;
	const uint8_t *header = view_take(view, packet, ICMP_SIZE);
	enum icmp_form form;

	if (!header)
		return;
	check_upper_sum(packet, &whole, CHECKSUM_AT, SUM_PLAIN);
	form = form_of(header[0]);
	read_icmp(&packet->icmp, header, form);
	packet->layers |= LAYER_ICMP;
	if (header[0] == ICMP_TYPE_UNREACHABLE && header[1] == FRAGMENTATION_NEEDED)
		packet->icmp.mtu = bytes_u16_at(header + 6); /* RFC 1191 section 4 */
	if (header[0] == ICMP_TYPE_REDIRECT)
		decode_ip4(&packet->icmp.gateway, header + 4);
	if (form == ICMP_ERROR)
		decode_quoted(packet, view);
}

/* The option that quotes the redirected packet: type 4, length in units of 8, 6 reserved (RFC 4861 section 4.6.3). */
static void decode_redirected(struct packet *packet, struct view *view)
{
	enum { REDIRECTED_HEADER = 4 };

	while (view->wire > 0) {
		const uint8_t *option = view_take(view, packet, ICMP_SIZE);

		if (!option || option[1] == 0)
			return;
		if (option[0] == REDIRECTED_HEADER) {
			decode_quoted(packet, view);
			return;
		}
		view_pass(view, packet, (size_t)option[1] * 8 - ICMP_SIZE);
	}
}

/*
 * Redirect (RFC 4861 section 4.5), behind the first 8 bytes
 *	0  target        16   the better next hop
 *	16 destination   16
 */
static void decode_redirect6(struct packet *packet, struct view *view)
{
	const uint8_t *body = view_take(view, packet, 32);

	if (!body)
		return;
	decode_ip6(&packet->icmp.gateway, body);
	decode_redirected(packet, view);
}

void decode_icmp6(struct packet *packet, struct view *view)
{
	struct view whole = *view;
	const uint8_t *header = view_take(view, packet, ICMP_SIZE);
	enum icmp_form form;

	if (!header)
		return;
	check_upper_sum(packet, &whole, CHECKSUM_AT, SUM_WITH_PSEUDO);
	form = form6_of(header[0]);
	read_icmp(&packet->icmp, header, form);
	packet->layers |= LAYER_ICMP;
	if (header[0] == ICMP6_TYPE_TOO_BIG)
		packet->icmp.mtu = bytes_u32_at(header + 4);
	if (form == ICMP_ERROR)
		decode_quoted(packet, view);
	else if (header[0] == ICMP6_TYPE_SOLICIT || header[0] == ICMP6_TYPE_ADVERT)
		decode_nd(packet, view, header[4]);
	else if (header[0] == ICMP6_TYPE_REDIRECT)
		decode_redirect6(packet, view);
}

static void quote_ports(struct packet *packet, struct view *view)
{
	struct quoted *quoted = &packet->quoted;
	const uint8_t *ports = view_take(view, packet, 4);
	const uint8_t *sequence;

	if (!ports)
		return;
	quoted->has_ports = true;
	quoted->transport.source_port = bytes_u16_at(ports);
	quoted->transport.destination_port = bytes_u16_at(ports + 2);
	if (quoted->ip.protocol != IP_PROTO_TCP)
		return;
	sequence = view_take(view, packet, 4);
	if (!sequence)
		return;
	quoted->has_sequence = true;
	quoted->transport.sequence = bytes_u32_at(sequence);
}

static void quote_echo(struct packet *packet, struct view *view)
{
	struct quoted *quoted = &packet->quoted;
	const uint8_t *header = view_take(view, packet, ICMP_SIZE);
	enum icmp_form form;

	if (!header)
		return;
	form = quoted->ip.protocol == IP_PROTO_ICMP ? form_of(header[0]) : form6_of(header[0]);
	if (form != ICMP_ECHO)
		return;
	read_icmp(&quoted->icmp, header, form);
	quoted->has_echo = true;
}

/* Quotes end where the router stopped copying: what is missing there is not cut by the capture. */
void decode_quoted(struct packet *packet, struct view *view)
{
	struct quoted *quoted = &packet->quoted;

	*quoted = (struct quoted){ .has_ports = false };
	if (!decode_ip_header(packet, view, &quoted->ip))
		return;
	packet->layers |= LAYER_QUOTED;
	if (quoted->ip.fragment != 0)
		return;
	if (quoted->ip.protocol == IP_PROTO_TCP || quoted->ip.protocol == IP_PROTO_UDP)
		quote_ports(packet, view);
	else if (quoted->ip.protocol == IP_PROTO_ICMP || quoted->ip.protocol == IP_PROTO_ICMPV6)
		quote_echo(packet, view);
}
