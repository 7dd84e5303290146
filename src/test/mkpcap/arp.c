// SPDX-License-Identifier: GPL-2.0-or-later
/* ARP (RFC 826, RFC 5227) and RARP (RFC 903), right and wrong. */
#include <string.h>

#include "mkpcap.h"

enum { ETHERTYPE_ARP = 0x0806, ETHERTYPE_RARP = 0x8035 };

struct arp_fields {
	struct mac eth_source, eth_destination, sha, tha;
	struct ip spa, tpa;
	unsigned operation;
};

static const struct ip no_address = { .family = 4 };

static void put_arp(struct script *s, struct line *line, struct octets *o, unsigned ethertype, struct arp_fields *f)
{
	const char *word;

	if ((word = take_key(s, line, "eth-src")))
		f->eth_source = mac_of(s, word);
	if ((word = take_key(s, line, "eth-dst")) || (word = take_key(s, line, "unicast")))
		f->eth_destination = mac_of(s, word);
	if ((word = take_key(s, line, "sha")))
		f->sha = mac_of(s, word);
	if ((word = take_key(s, line, "tha")))
		f->tha = mac_of(s, word);
	if ((word = take_key(s, line, "spa")))
		f->spa = ip_of(s, word);
	if ((word = take_key(s, line, "tpa")))
		f->tpa = ip_of(s, word);
	put_ethernet(o, f->eth_destination, f->eth_source, ethertype);
	put_16(o, (unsigned)take_number(s, line, "hw", 1));
	put_16(o, (unsigned)take_number(s, line, "proto", 0x0800));
	put_8(o, (unsigned)take_number(s, line, "hlen", 6));
	put_8(o, (unsigned)take_number(s, line, "plen", 4));
	put_16(o, (unsigned)take_number(s, line, "op", f->operation));
	put_mac(o, f->sha);
	put_ip(o, f->spa);
	put_mac(o, f->tha);
	put_ip(o, f->tpa);
	unsigned long missing = take_number(s, line, "short", 0);
	if (missing > o->length)
		fail(s, "the frame has fewer than %lu bytes", missing);
	o->length -= missing;
}

static struct arp_fields from_host(const struct script *s, const char *name)
{
	const struct host *host = need_host(s, name);

	return (struct arp_fields){ .eth_source = mac_of(s, name),
				    .eth_destination = mac_broadcast,
				    .sha = host->mac,
				    .spa = host->v4.family ? host->v4 : no_address,
				    .tpa = no_address,
				    .operation = 1 };
}

static struct arp_fields parse_reply(struct script *s, struct line *line)
{
	const char *to = need_key(s, line, "to");
	struct mac mac = mac_of(s, need_key(s, line, "is-at"));
	const struct host *asker = find_host(s, to);

	return (struct arp_fields){ .eth_source = mac,
				    .eth_destination = mac_of(s, to),
				    .sha = mac,
				    .spa = ip_of(s, take(s, line, "the address that is answered for")),
				    .tha = mac_of(s, to),
				    .tpa = asker ? asker->v4 : no_address,
				    .operation = 2 };
}

static struct arp_fields parse_announcement(struct script *s, struct line *line)
{
	struct arp_fields f = from_host(s, need_key(s, line, "by"));

	if (take_flag(line, "reply")) {
		f.operation = 2;
		f.tha = f.sha;
	}
	f.spa = f.tpa = ip_of(s, take(s, line, "the address to announce"));
	return f;
}

void encode_arp(struct script *s, struct line *line, struct octets *o)
{
	const char *kind = take(s, line, "who-has, probe, reply or announce");
	struct arp_fields f;

	if (strcmp(kind, "who-has") == 0) {
		f = from_host(s, need_key(s, line, "tell"));
		f.tpa = ip_of(s, take(s, line, "the address to ask for"));
	} else if (strcmp(kind, "probe") == 0) {
		f = from_host(s, need_key(s, line, "by"));
		f.spa = no_address;
		f.tpa = ip_of(s, take(s, line, "the address to probe"));
	} else if (strcmp(kind, "reply") == 0) {
		f = parse_reply(s, line);
	} else if (strcmp(kind, "announce") == 0) {
		f = parse_announcement(s, line);
	} else {
		fail(s, "arp %s: expected who-has, probe, reply or announce", kind);
	}
	put_arp(s, line, o, ETHERTYPE_ARP, &f);
}

void encode_rarp(struct script *s, struct line *line, struct octets *o)
{
	struct arp_fields f = from_host(s, take(s, line, "the host"));

	f.operation = 3;
	f.spa = no_address;
	f.tha = f.sha;
	put_arp(s, line, o, ETHERTYPE_RARP, &f);
}
