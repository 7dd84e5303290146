// SPDX-License-Identifier: GPL-2.0-or-later
/* The scanner's frames. Their sender is always this host. */
#include "probe/scanner_private.h"

enum { ND_HOPS = 255, ONE_HOP = 1, ECHO_DATA = 8 };

static size_t finish(struct scanner *scanner, struct mac destination)
{
	struct build_link link = { .destination = destination, .source = scanner->mac };
	int length;

	build_ethernet(&scanner->builder, &link);
	build_pad(&scanner->builder);
	length = build_end(&scanner->builder, NULL);
	return length > 0 ? (size_t)length : 0;
}

/* Who is on the link only is asked from there. */
static struct ip sender_to(const struct scanner *scanner, const struct ip *target)
{
	return ip_is_link_local(target) && scanner->link.family != 0 ? scanner->link : scanner->sender;
}

static size_t finish_request(struct scanner *scanner, const struct ip *target, bool probe)
{
	static const struct mac all = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	struct ip sender = { .family = 4 };

	if (!probe)
		sender = scanner->sender;
	build_arp_request(&scanner->builder, scanner->mac, sender, *target);
	return finish(scanner, all);
}

/* RFC 4861 section 4.3: what is asked from :: names no MAC. */
static size_t finish_solicitation(struct scanner *scanner, const struct ip *target, bool probe)
{
	struct ip_header ip = { .source = { .family = 6 },
				.destination = build_solicited_node(target),
				.ttl = ND_HOPS };
	struct nd nd = { .target = *target, .lladdr = scanner->mac, .has_lladdr = !probe };

	if (!probe)
		ip.source = sender_to(scanner, target);
	build_nd(&scanner->builder, &ip, &nd);
	return finish(scanner, build_multicast_mac(&ip.destination));
}

size_t scan_compose_question(struct scanner *scanner, const struct ip *target, bool probe, uint8_t *buffer, size_t size)
{
	build_begin(&scanner->builder, buffer, size);
	if (target->family == 4)
		return finish_request(scanner, target, probe);
	return finish_solicitation(scanner, target, probe);
}

static void compose_echo(struct scanner *scanner, const struct ip_header *ip, uint32_t number, uint8_t *buffer,
			 size_t size)
{
	static const uint8_t data[ECHO_DATA] = "truemac";
	struct icmp icmp = { .type = ICMP6_TYPE_ECHO,
			     .id = (uint16_t)(scanner->echo_id + (number >> 16)),
			     .sequence = (uint16_t)number };

	build_begin(&scanner->builder, buffer, size);
	build_payload(&scanner->builder, data, sizeof data);
	build_icmp(&scanner->builder, ip, &icmp);
}

size_t scan_compose_all_nodes(struct scanner *scanner, bool wide, uint8_t *buffer, size_t size)
{
	struct ip_header ip = { .source = wide ? scanner->sender : scanner->link,
				.destination = { .family = 6, .b = { 0xff, 2, [15] = 1 } },
				.ttl = ONE_HOP };

	compose_echo(scanner, &ip, UINT32_MAX, buffer, size);
	return finish(scanner, build_multicast_mac(&ip.destination));
}

size_t scan_compose_hop(struct scanner *scanner, uint32_t number, uint8_t *buffer, size_t size)
{
	const struct scan_claim *claim = table_at(&scanner->claims, number);
	struct ip_header ip = { .source = sender_to(scanner, &claim->key.ip),
				.destination = claim->key.ip,
				.ttl = ONE_HOP };

	compose_echo(scanner, &ip, number, buffer, size);
	return finish(scanner, claim->key.mac);
}
