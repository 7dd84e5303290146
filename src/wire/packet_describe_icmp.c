// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "wire/packet_describe.h"

enum { ANY_CODE = -1 };

/* Names by family, type and code; the first line that fits. */
static const struct {
	uint8_t family, type;
	int code;
	const char *name;
} names[] = {
	{ 4, ICMP_TYPE_ECHO, ANY_CODE, "echo request" },
	{ 4, ICMP_TYPE_ECHO_REPLY, ANY_CODE, "echo reply" },
	{ 4, ICMP_TYPE_UNREACHABLE, 0, "net unreachable" },
	{ 4, ICMP_TYPE_UNREACHABLE, 1, "host unreachable" },
	{ 4, ICMP_TYPE_UNREACHABLE, 2, "protocol unreachable" },
	{ 4, ICMP_TYPE_UNREACHABLE, 3, "port unreachable" },
	{ 4, ICMP_TYPE_UNREACHABLE, 4, "fragmentation needed" },
	{ 4, ICMP_TYPE_UNREACHABLE, 9, "net prohibited" },
	{ 4, ICMP_TYPE_UNREACHABLE, 10, "host prohibited" },
	{ 4, ICMP_TYPE_UNREACHABLE, 13, "administratively prohibited" },
	{ 4, ICMP_TYPE_UNREACHABLE, ANY_CODE, "unreachable" },
	{ 4, ICMP_TYPE_REDIRECT, ANY_CODE, "redirect" },
	{ 4, ICMP_TYPE_TIME_EXCEEDED, 0, "time exceeded in transit" },
	{ 4, ICMP_TYPE_TIME_EXCEEDED, ANY_CODE, "reassembly time exceeded" },
	{ 6, ICMP6_TYPE_ECHO, ANY_CODE, "echo request" },
	{ 6, ICMP6_TYPE_ECHO_REPLY, ANY_CODE, "echo reply" },
	{ 6, ICMP6_TYPE_UNREACHABLE, 0, "no route" },
	{ 6, ICMP6_TYPE_UNREACHABLE, 1, "administratively prohibited" },
	{ 6, ICMP6_TYPE_UNREACHABLE, 3, "address unreachable" },
	{ 6, ICMP6_TYPE_UNREACHABLE, 4, "port unreachable" },
	{ 6, ICMP6_TYPE_UNREACHABLE, ANY_CODE, "unreachable" },
	{ 6, ICMP6_TYPE_TOO_BIG, ANY_CODE, "packet too big" },
	{ 6, ICMP6_TYPE_TIME_EXCEEDED, 0, "hop limit exceeded" },
	{ 6, ICMP6_TYPE_TIME_EXCEEDED, ANY_CODE, "reassembly time exceeded" },
	{ 6, ICMP6_TYPE_ROUTER_ADVERT, ANY_CODE, "router advertisement" },
	{ 6, ICMP6_TYPE_SOLICIT, ANY_CODE, "neighbour solicitation" },
	{ 6, ICMP6_TYPE_ADVERT, ANY_CODE, "neighbour advertisement" },
	{ 6, ICMP6_TYPE_REDIRECT, ANY_CODE, "redirect" },
};

/* ICMP in IPv6 and ICMPv6 in IPv4 exist only in hostile frames; the protocol, not the family, numbers the types. */
static uint8_t numbering_of(const struct packet *packet)
{
	return packet->ip.protocol == IP_PROTO_ICMPV6 ? 6 : 4;
}

static void describe_type(struct text *text, uint8_t family, const struct icmp *icmp)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].family != family || names[i].type != icmp->type)
			continue;
		if (names[i].code == ANY_CODE || names[i].code == icmp->code) {
			text_add(text, names[i].name);
			return;
		}
	}
	text_printf(text, "type %u code %u", icmp->type, icmp->code);
}

static bool is_echo(uint8_t family, uint8_t type)
{
	return family == 4 ? type == ICMP_TYPE_ECHO || type == ICMP_TYPE_ECHO_REPLY
			   : type == ICMP6_TYPE_ECHO || type == ICMP6_TYPE_ECHO_REPLY;
}

static void describe_quoted(struct text *text, const struct quoted *quoted)
{
	text_add(text, " for ");
	if (quoted->has_ports) {
		text_add(text, quoted->ip.protocol == IP_PROTO_TCP ? "TCP " : "UDP ");
		describe_endpoints(text, &quoted->ip, &quoted->transport);
		return;
	}
	describe_addresses(text, &quoted->ip);
	if (quoted->has_echo)
		text_printf(text, " echo id %u seq %u", quoted->icmp.id, quoted->icmp.sequence);
	else
		text_printf(text, " protocol %u", quoted->ip.protocol);
}

void describe_icmp(struct text *text, const struct packet *packet)
{
	const struct icmp *icmp = &packet->icmp;
	uint8_t family = numbering_of(packet);

	text_add(text, family == 4 ? "ICMP " : "ICMPv6 ");
	describe_addresses(text, &packet->ip);
	text_add_char(text, ' ');
	describe_type(text, family, icmp);
	if (is_echo(family, icmp->type))
		text_printf(text, " id %u seq %u", icmp->id, icmp->sequence);
	if (icmp->mtu > 0)
		text_printf(text, " mtu %" PRIu32, icmp->mtu);
	if (icmp->gateway.family != 0) {
		text_add(text, " to ");
		describe_ip(text, &icmp->gateway);
	}
	if (packet->layers & LAYER_QUOTED)
		describe_quoted(text, &packet->quoted);
}

static void describe_advert(struct text *text, const struct nd *nd)
{
	text_add(text, "advertisement ");
	describe_ip(text, &nd->target);
	if (nd->has_lladdr) {
		text_add(text, " is-at ");
		describe_mac(text, nd->lladdr);
	}
	if (nd->flags & ND_ROUTER)
		text_add(text, " router");
	if (nd->flags & ND_SOLICITED)
		text_add(text, " solicited");
	if (nd->flags & ND_OVERRIDE)
		text_add(text, " override");
}

void describe_nd(struct text *text, const struct packet *packet)
{
	const struct nd *nd = &packet->nd;

	text_add(text, "ND ");
	if (nd->advert) {
		describe_advert(text, nd);
		return;
	}
	text_add(text, "who-has ");
	describe_ip(text, &nd->target);
	text_add(text, " tell ");
	describe_ip(text, &packet->ip.source);
}
