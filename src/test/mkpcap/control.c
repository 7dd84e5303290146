// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Neighbour discovery (RFC 4861), VRRP (RFC 3768, RFC 5798), CARP, HSRP
 * (RFC 2281), DHCP (RFC 2131) and LACP, as far as captures need them.
 */
#include <string.h>

#include "mkpcap.h"

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd, ETHERTYPE_SLOW = 0x8809 };
enum { DHCP_MAGIC = 0x63825363 };

static struct ip literal(const char *text)
{
	struct ip ip = { .family = 0 };

	ip_parse(text, &ip);
	return ip;
}

static struct ip solicited_node(struct ip target)
{
	struct ip group = literal("ff02::1:ff00:0");

	memcpy(group.b + 13, target.b + 13, 3);
	return group;
}

static struct mac group_mac(struct ip group)
{
	return (struct mac){ { 0x33, 0x33, group.b[12], group.b[13], group.b[14], group.b[15] } };
}

static void put_nd(struct octets *o, struct mac destination, struct mac source, const struct ip_fields *f,
		   uint32_t type_and_flags[2], struct ip target)
{
	put_ethernet(o, destination, source, ETHERTYPE_IPV6);
	put_ip_header(o, f);
	put_32(o, type_and_flags[0]);
	put_32(o, type_and_flags[1]);
	put_ip(o, target);
}

static void put_lladdr_option(struct octets *o, unsigned option, struct mac mac)
{
	put_8(o, option);
	put_8(o, 1);
	put_mac(o, mac);
}

void encode_ns(struct script *s, struct line *line, struct octets *o)
{
	const struct host *by = need_host(s, need_key(s, line, "by"));
	const char *unicast = take_key(s, line, "unicast");
	const char *source = take_key(s, line, "eth-src");
	bool dad = take_flag(line, "dad");
	struct ip target = ip_of(s, take(s, line, "the address to ask for"));
	struct ip_fields f = { .source = dad ? literal("::") : by->v6,
			       .destination = unicast ? target : solicited_node(target),
			       .protocol = 58,
			       .ttl = (unsigned)take_number(s, line, "hop-limit", 255) };

	if (!dad && by->v6.family != 6)
		fail(s, "%s has no IPv6 address", by->name);
	f.source.family = 6;
	put_nd(o, unicast ? mac_of(s, unicast) : group_mac(f.destination), source ? mac_of(s, source) : by->mac, &f,
	       (uint32_t[]){ 135u << 24, 0 }, target);
	if (!dad)
		put_lladdr_option(o, 1, by->mac);
	seal_packet(o, o->network);
}

static uint32_t nd_flags(const struct script *s, const char *word)
{
	uint32_t flags = 0;

	for (; *word && strcmp(word, "-") != 0; word++) {
		const char *known = "RSO";
		const char *at = strchr(known, *word);
		if (!at)
			fail(s, "flags of an advertisement are R, S and O");
		flags |= UINT32_C(0x80000000) >> (at - known);
	}
	return flags;
}

void encode_na(struct script *s, struct line *line, struct octets *o)
{
	struct mac mac = mac_of(s, need_key(s, line, "is-at"));
	const char *to = need_key(s, line, "to");
	bool all = strcmp(to, "all") == 0;
	const char *flags = take_key(s, line, "flags");
	const char *source = take_key(s, line, "eth-src");
	const char *source_ip = take_key(s, line, "src");
	struct ip target = ip_of(s, take(s, line, "the address that is answered for"));
	struct ip_fields f = { .source = source_ip ? ip_of(s, source_ip) : target,
			       .destination = all ? literal("ff02::1") : need_host(s, to)->v6,
			       .protocol = 58,
			       .ttl = (unsigned)take_number(s, line, "hop-limit", 255) };

	put_nd(o, all ? group_mac(f.destination) : mac_of(s, to), source ? mac_of(s, source) : mac, &f,
	       (uint32_t[]){ 136u << 24, nd_flags(s, flags ? flags
						     : all ? "O"
							   : "SO") },
	       target);
	put_lladdr_option(o, 2, mac);
	seal_packet(o, o->network);
}

static void put_multicast(struct octets *o, struct mac source, struct ip from, const char *group, unsigned protocol,
			  unsigned id)
{
	struct ip to = literal(group);
	struct mac mac =
	    to.family == 6 ? group_mac(to) : (struct mac){ { 1, 0, 0x5e, to.b[1] & 0x7f, to.b[2], to.b[3] } };
	struct ip_fields f = {
		.source = from, .destination = to, .protocol = protocol, .ttl = protocol == 17 ? 1 : 255, .id = id
	};

	put_ethernet(o, mac, source, to.family == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
	put_ip_header(o, &f);
}

static struct mac virtual_mac(bool v6, unsigned vrid)
{
	return (struct mac){ { 0, 0, 0x5e, 0, v6 ? 2 : 1, (uint8_t)vrid } };
}

void encode_vrrp(struct script *s, struct line *line, struct octets *o)
{
	unsigned vrid = (unsigned)parse_number(s, need_key(s, line, "vrid"));
	unsigned priority = (unsigned)parse_number(s, need_key(s, line, "prio"));
	const char *source_ip = take_key(s, line, "src");
	bool v3 = take_flag(line, "v3");
	bool vmac = take_flag(line, "vmac");
	const char *name = take(s, line, "the host");
	struct ip source = ip_of(s, source_ip ? source_ip : name);
	bool v6 = source.family == 6;
	struct ip addresses[16];
	unsigned count = 0;

	for (const char *word; count < 16 && (word = take_if_any(line));)
		addresses[count++] = ip_of(s, word);
	put_multicast(o, vmac ? virtual_mac(v6, vrid) : mac_of(s, name), source, v6 ? "ff02::12" : "224.0.0.18", 112,
		      s->ip_id++);
	put_8(o, v3 || v6 ? 0x31 : 0x21);
	put_8(o, vrid);
	put_8(o, priority);
	put_8(o, count);
	put_16(o, v3 || v6 ? 100 : 0x0001); /* one second: centiseconds, or no authentication and seconds */
	put_16(o, 0);
	for (unsigned i = 0; i < count; i++)
		put_ip(o, addresses[i]);
	put_fill(o, 0, v3 || v6 ? 0 : 8); /* version 2: authentication data */
	seal_packet(o, o->network);
}

/* Layout from OpenBSD's ip_carp.h: 36 bytes, version 2, type 1, a counter and a SHA-1 digest. */
void encode_carp(struct script *s, struct line *line, struct octets *o)
{
	unsigned vhid = (unsigned)parse_number(s, need_key(s, line, "vhid"));
	unsigned skew = (unsigned)take_number(s, line, "skew", 0);
	bool vmac = take_flag(line, "vmac");
	const char *name = take(s, line, "the host");

	put_multicast(o, vmac ? virtual_mac(false, vhid) : mac_of(s, name), ip_of(s, name), "224.0.0.18", 112,
		      s->ip_id++);
	put_8(o, 0x21);
	put_8(o, vhid);
	put_8(o, skew);
	put_8(o, 7);
	put_16(o, 1);
	put_16(o, 0);
	put_fill(o, 0x42, 28);
	seal_packet(o, o->network);
}

void encode_hsrp(struct script *s, struct line *line, struct octets *o)
{
	unsigned group = (unsigned)parse_number(s, need_key(s, line, "group"));
	struct ip vip = ip_of(s, need_key(s, line, "vip"));
	bool resign = take_flag(line, "resign");
	const char *name = take(s, line, "the host");

	put_multicast(o, (struct mac){ { 0, 0, 0x0c, 7, 0xac, (uint8_t)group } }, ip_of(s, name), "224.0.0.2", 17,
		      s->ip_id++);
	put_16(o, 1985);
	put_16(o, 1985);
	put_32(o, 0);
	put_8(o, 0);
	put_8(o, resign ? 2 : 0);
	put_8(o, 16); /* active */
	put_8(o, 3);
	put_8(o, 10);
	put_8(o, 100);
	put_8(o, group);
	put_8(o, 0);
	put_bytes(o, "cisco\0\0", 8);
	put_ip(o, vip);
	seal_packet(o, o->network);
}

static void put_bootp(struct octets *o, bool request, struct ip yours, struct mac client, unsigned type)
{
	put_8(o, request ? 1 : 2);
	put_bytes(o, "\1\6\0", 3);
	put_32(o, 0x12345678);
	put_fill(o, 0, 8);
	put_ip(o, yours);
	put_fill(o, 0, 8);
	put_mac(o, client);
	put_fill(o, 0, 10 + 64 + 128);
	put_32(o, DHCP_MAGIC);
	put_bytes(o, "\x35\1", 2);
	put_8(o, type);
	put_8(o, 0xff);
}

void encode_dhcp(struct script *s, struct line *line, struct octets *o)
{
	static const char *const types[] = { "", "discover", "offer", "request", "", "ack" };
	const char *kind = take(s, line, "discover, offer, request or ack");
	const struct host *client = need_host(s, take(s, line, "the host"));
	const char *by = take_key(s, line, "by");
	unsigned type = 1;

	while (type < 6 && strcmp(types[type], kind) != 0)
		type++;
	if (type == 6 || (type % 2 == 0 || type == 5) != (by != NULL))
		fail(s, "dhcp discover|request HOST, dhcp offer|ack HOST by HOST");
	struct ip_fields f = { .source = by ? ip_of(s, by) : literal("0.0.0.0"),
			       .protocol = 17,
			       .ttl = 64,
			       .destination = literal("255.255.255.255"),
			       .id = s->ip_id++ };
	put_ethernet(o, mac_broadcast, by ? mac_of(s, by) : client->mac, ETHERTYPE_IPV4);
	put_ip_header(o, &f);
	put_16(o, by ? 67 : 68);
	put_16(o, by ? 68 : 67);
	put_32(o, 0);
	put_bootp(o, !by, by ? client->v4 : literal("0.0.0.0"), client->mac, type);
	seal_packet(o, o->network);
}

void encode_lacp(struct script *s, struct line *line, struct octets *o)
{
	put_ethernet(o, (struct mac){ { 1, 0x80, 0xc2, 0, 0, 2 } }, mac_of(s, take(s, line, "the host")),
		     ETHERTYPE_SLOW);
	put_16(o, 0x0101);
	put_fill(o, 0, 108);
}

void encode_lldp(struct script *s, struct line *line, struct octets *o)
{
	struct mac mac = mac_of(s, take(s, line, "the host"));

	put_ethernet(o, (struct mac){ { 1, 0x80, 0xc2, 0, 0, 0x0e } }, mac, 0x88cc);
	put_16(o, 0x0207); /* chassis id: MAC address */
	put_8(o, 4);
	put_mac(o, mac);
	put_16(o, 0x0407); /* port id: MAC address */
	put_8(o, 3);
	put_mac(o, mac);
	put_16(o, 0x0602); /* time to live */
	put_16(o, 120);
	put_16(o, 0);
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

void encode_raw(struct script *s, struct line *line, struct octets *o)
{
	for (const char *word; (word = take_if_any(line));)
		for (; *word; word += 2) {
			if (hex_digit(word[0]) < 0 || hex_digit(word[1]) < 0)
				fail(s, "raw takes pairs of hex digits, lower case");
			put_8(o, (unsigned)(hex_digit(word[0]) * 16 + hex_digit(word[1])));
		}
}
