// SPDX-License-Identifier: GPL-2.0-or-later
/* TCP, UDP and ICMP packets, and what routers and directors make of them. */
#include <stdio.h>
#include <string.h>

#include "mkpcap.h"

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };
enum { IPV4_QUOTED_PAYLOAD = 8, IPV6_QUOTED_MAX = 1232, GUE_PORT = 6080, VXLAN_PORT = 4789, GENEVE_PORT = 6081 };

static unsigned ethertype_of(const struct ip *ip)
{
	return ip->family == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
}

static void put_data(struct octets *o, unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		put_8(o, (unsigned)('a' + i % 26));
}

static void put_ports(struct script *s, struct line *line, struct octets *o)
{
	const char *word = take(s, line, "SPORT>DPORT");
	unsigned source, destination;

	if (sscanf(word, "%u>%u", &source, &destination) != 2 || source > 0xffff || destination > 0xffff)
		fail(s, "%s: expected SPORT>DPORT", word);
	put_16(o, source);
	put_16(o, destination);
}

static unsigned tcp_flags(const struct script *s, const char *word)
{
	static const struct {
		const char *name;
		unsigned flags;
	} table[] = { { "syn", 0x02 }, { "synack", 0x12 }, { "ack", 0x10 }, { "psh", 0x18 },
		      { "rst", 0x04 }, { "rstack", 0x14 }, { "fin", 0x11 } };

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].name, word) == 0)
			return table[i].flags;
	fail(s, "%s is not a kind of TCP segment", word);
}

static void put_tcp(struct script *s, struct line *line, struct octets *o)
{
	unsigned long sequence = take_number(s, line, "seq", 1000);
	unsigned long acknowledged = take_number(s, line, "ack-no", 0);
	unsigned long data = take_number(s, line, "data", 0);

	put_ports(s, line, o);
	unsigned flags = tcp_flags(s, take(s, line, "the kind of segment"));
	if (acknowledged == 0 && (flags & 0x10) != 0)
		acknowledged = 1001;
	put_32(o, (uint32_t)sequence);
	put_32(o, (uint32_t)acknowledged);
	put_16(o, 0x5000 | flags);
	put_16(o, 64240);
	put_32(o, 0);
	put_data(o, data);
}

static void put_udp(struct script *s, struct line *line, struct octets *o)
{
	unsigned long data = take_number(s, line, "data", 0);

	put_ports(s, line, o);
	put_32(o, 0);
	put_data(o, data);
}

static void put_echo(struct script *s, struct line *line, struct octets *o, bool reply, bool v6)
{
	static const uint8_t types[2][2] = { { 8, 0 }, { 128, 129 } };

	put_8(o, types[v6][reply]);
	put_8(o, 0);
	put_16(o, 0);
	put_16(o, (unsigned)take_number(s, line, "id", 1));
	put_16(o, (unsigned)take_number(s, line, "seq", 1));
	put_data(o, take_number(s, line, "data", 56));
}

static void put_quoted(struct script *s, struct line *line, struct octets *o)
{
	const struct octets *from = find_label(s, need_key(s, line, "quoting"));
	const char *ttl = take_key(s, line, "quoted-ttl");
	size_t at = o->length;

	if (from->network == 0)
		fail(s, "only IP packets can be quoted");
	bool v6 = from->b[from->network] >> 4 == 6;
	size_t limit = v6 ? IPV6_QUOTED_MAX : 20 + IPV4_QUOTED_PAYLOAD;
	size_t count = from->length - from->network;
	put_bytes(o, from->b + from->network, count < limit ? count : limit);
	if (ttl)
		o->b[at + (v6 ? 7 : 8)] = (uint8_t)parse_number(s, ttl);
	if (ttl && !v6) {
		set_16(o, at + 10, 0);
		set_16(o, at + 10, internet_checksum(o->b + at, 20, 0));
	}
}

/* ICMP errors: their first word, and their type and code in both families. */
static const struct icmp_error {
	const char *name;
	uint16_t v4, v6; /* type << 8 | code; 0xffff where the family has none */
} icmp_errors[] = {
	{ "time-exceeded", 0x0b00, 0x0300 }, { "net", 0x0300, 0x0100 },     { "host", 0x0301, 0x0103 },
	{ "protocol", 0x0302, 0xffff },      { "port", 0x0303, 0x0104 },    { "frag", 0x0304, 0x0200 },
	{ "prohibited", 0x030d, 0x0101 },    { "too-big", 0x0304, 0x0200 },
};

static bool put_icmp_error(struct script *s, struct line *line, struct octets *o, const char *kind, bool v6)
{
	if (strcmp(kind, "unreachable") == 0)
		kind = take(s, line, "what is unreachable");
	for (size_t i = 0; i < sizeof icmp_errors / sizeof *icmp_errors; i++) {
		const struct icmp_error *error = &icmp_errors[i];
		if (strcmp(error->name, kind) != 0)
			continue;
		put_16(o, v6 ? error->v6 : error->v4);
		put_16(o, 0);
		put_32(o, (uint32_t)take_number(s, line, "mtu", 0));
		put_quoted(s, line, o);
		return true;
	}
	return false;
}

static void put_icmp(struct script *s, struct line *line, struct octets *o, const char *kind, bool v6)
{
	if (strcmp(kind, "echo") == 0 || strcmp(kind, "echo-reply") == 0) {
		put_echo(s, line, o, strcmp(kind, "echo") != 0, v6);
	} else if (strcmp(kind, "redirect") == 0 && !v6) {
		struct ip gateway = ip_of(s, take(s, line, "the better gateway"));
		put_16(o, 0x0501);
		put_16(o, 0);
		put_ip(o, gateway);
		put_quoted(s, line, o);
	} else if (!put_icmp_error(s, line, o, kind, v6)) {
		fail(s, "%s is not a kind of packet", kind);
	}
}

static unsigned protocol_of(const char *kind, bool v6)
{
	if (strcmp(kind, "tcp") == 0)
		return 6;
	if (strcmp(kind, "udp") == 0)
		return 17;
	return v6 ? 58 : 1;
}

/* `IP > IP [from MAC] [via MAC]`: the addresses and the Ethernet header. */
static void put_ends(struct script *s, struct line *line, struct octets *o, struct ip_fields *f)
{
	const char *from = take_key(s, line, "from");
	const char *via = take_key(s, line, "via");
	const char *source = take(s, line, "the source");

	if (strcmp(take(s, line, "> and the destination"), ">") != 0)
		fail(s, "expected SOURCE > DESTINATION");
	const char *destination = take(s, line, "the destination");
	f->source = ip_of(s, source);
	f->destination = ip_of(s, destination);
	if (f->source.family != f->destination.family)
		fail(s, "%s and %s are of different families", source, destination);
	put_ethernet(o, via ? mac_of(s, via) : mac_behind(s, destination),
		     from ? mac_of(s, from) : mac_behind(s, source), ethertype_of(&f->source));
}

static void take_ip_options(struct script *s, struct line *line, struct ip_fields *f)
{
	const char *id = take_key(s, line, "ip-id"); /* `id` is an echo's */

	f->ttl = (unsigned)take_number(s, line, "ttl", 64);
	f->id = id ? (unsigned)parse_number(s, id) : s->ip_id++;
	f->fragment = (unsigned)take_number(s, line, "offset", 0) / 8;
	if (take_flag(line, "df"))
		f->fragment |= 0x4000;
	if (take_flag(line, "mf"))
		f->fragment |= 0x2000;
}

void encode_ip(struct script *s, struct line *line, struct octets *o)
{
	struct ip_fields f;
	bool bad = take_flag(line, "bad-sum");

	take_ip_options(s, line, &f);
	put_ends(s, line, o, &f);
	bool v6 = f.source.family == 6;
	const char *kind = take(s, line, "tcp, udp, echo, ...");
	f.protocol = protocol_of(kind, v6);
	put_ip_header(o, &f);
	if (f.protocol == 6)
		put_tcp(s, line, o);
	else if (f.protocol == 17)
		put_udp(s, line, o);
	else
		put_icmp(s, line, o, kind, v6);
	seal_packet(o, o->network);
	if (bad)
		o->b[o->network + (v6 ? 40 : 20) + (f.protocol == 6 ? 16 : 6)] ^= 0x5a;
}

static size_t ttl_at(const struct octets *o)
{
	return o->network + (o->b[o->network] >> 4 == 6 ? 7 : 8);
}

static void replace_address(const struct script *s, struct octets *o, const char *word, bool source)
{
	bool v6 = o->b[o->network] >> 4 == 6;
	size_t size = v6 ? 16 : 4;
	size_t at = o->network + (v6 ? 8u : 12u) + (source ? 0 : size);

	memcpy(o->b + at, ip_of(s, word).b, size);
}

void encode_forward(struct script *s, struct line *line, struct octets *o)
{
	const char *from = need_key(s, line, "from");
	const char *via = need_key(s, line, "via");
	const char *source = take_key(s, line, "src");
	const char *destination = take_key(s, line, "dst");
	const char *ttl = take_key(s, line, "ttl");
	const struct octets *packet = find_label(s, take(s, line, "the label of a packet"));

	if (packet->network == 0)
		fail(s, "only IP packets can be forwarded");
	size_t count = packet->length - packet->network;
	bool v6 = packet->b[packet->network] >> 4 == 6;
	put_ethernet(o, mac_of(s, via), mac_of(s, from), v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
	o->network = o->length;
	put_bytes(o, packet->b + packet->network, count);
	o->b[ttl_at(o)] = (uint8_t)(ttl ? parse_number(s, ttl) : o->b[ttl_at(o)] - 1u);
	if (source)
		replace_address(s, o, source, true);
	if (destination)
		replace_address(s, o, destination, false);
	seal_packet(o, o->network);
}

static void put_tunnel_header(const struct script *s, struct octets *o, const char *kind, bool v6)
{
	if (strcmp(kind, "gre") == 0) {
		put_16(o, 0);
		put_16(o, v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
	} else if (strcmp(kind, "gue") == 0) {
		put_16(o, GUE_PORT);
		put_16(o, GUE_PORT);
		put_32(o, 0);
		put_16(o, v6 ? 41 : 4); /* version 0, no options, protocol */
		put_16(o, 0);
	} else if (strcmp(kind, "ipip") != 0) {
		fail(s, "%s is not a kind of tunnel", kind);
	}
}

static unsigned tunnel_protocol(const char *kind, bool v6)
{
	if (strcmp(kind, "gre") == 0)
		return 47;
	if (strcmp(kind, "gue") == 0)
		return 17;
	return v6 ? 41 : 4;
}

void encode_tunnel(struct script *s, struct line *line, struct octets *o)
{
	const struct octets *packet = find_label(s, need_key(s, line, "carrying"));
	const char *ttl = take_key(s, line, "inner-ttl");
	const char *kind = take(s, line, "ipip, gre or gue");
	struct ip_fields f;

	if (packet->network == 0)
		fail(s, "only IP packets can be tunnelled");
	bool v6 = packet->b[packet->network] >> 4 == 6;
	take_ip_options(s, line, &f);
	put_ends(s, line, o, &f);
	f.protocol = tunnel_protocol(kind, v6);
	put_ip_header(o, &f);
	size_t outer = o->network;
	put_tunnel_header(s, o, kind, v6);
	o->network = o->length;
	put_bytes(o, packet->b + packet->network, packet->length - packet->network);
	if (ttl)
		o->b[ttl_at(o)] = (uint8_t)parse_number(s, ttl);
	seal_packet(o, o->network);
	o->network = outer;
	seal_packet(o, outer);
}

void encode_overlay(struct script *s, const char *kind, unsigned long vni, const char *from, const char *to,
		    const struct octets *inner, struct octets *o)
{
	bool vxlan = strcmp(kind, "vxlan") == 0;
	struct ip_fields f = {
		.source = ip_of(s, from), .destination = ip_of(s, to), .protocol = 17, .ttl = 64, .id = s->ip_id++
	};

	put_ethernet(o, mac_behind(s, to), mac_behind(s, from), ethertype_of(&f.source));
	put_ip_header(o, &f);
	put_16(o, 49152);
	put_16(o, vxlan ? VXLAN_PORT : GENEVE_PORT);
	put_32(o, 0);
	put_32(o, vxlan ? 0x08000000 : 0x00006558); /* RFC 7348: I flag; RFC 8926: Ethernet inside */
	put_32(o, (uint32_t)vni << 8);
	put_bytes(o, inner->b, inner->length);
	seal_packet(o, o->network);
}

void insert_vlan(const struct script *s, struct octets *o, const char *ids)
{
	unsigned outer, inner;
	int count = sscanf(ids, "%u.%u", &outer, &inner);
	struct octets tagged = { .length = 0 };

	if (count < 1 || outer > 4095 || (count == 2 && inner > 4095))
		fail(s, "%s is no VLAN id", ids);
	put_bytes(&tagged, o->b, 12);
	put_16(&tagged, count == 2 ? 0x88a8 : 0x8100);
	put_16(&tagged, outer);
	if (count == 2) {
		put_16(&tagged, 0x8100);
		put_16(&tagged, inner);
	}
	size_t added = tagged.length - 12;
	put_bytes(&tagged, o->b + 12, o->length - 12);
	tagged.network = o->network ? o->network + added : 0;
	*o = tagged;
}
