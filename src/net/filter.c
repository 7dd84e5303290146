// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/filter.h"

/* Addresses of one kind: the first ones, and per family the smallest network that holds all. */
struct cover {
	struct ip list[FILTER_MAX_ADDRESSES];
	uint32_t count; /* of different ones; beyond the list: more */
	struct {
		struct ip any; /* family 0: none yet */
		unsigned prefix;
	} networks[2];
};

static void widen(struct cover *cover, const struct ip *ip)
{
	bool six = ip->family == 6;

	if (cover->networks[six].any.family == 0) {
		cover->networks[six].any = *ip;
		cover->networks[six].prefix = six ? 128 : 32;
	}
	while (!ip_same_network(&cover->networks[six].any, ip, cover->networks[six].prefix))
		cover->networks[six].prefix--;
}

static void cover_add(struct cover *cover, const struct ip *ip)
{
	/* A service by firewall mark has none. */
	if (ip->family == 0)
		return;
	widen(cover, ip);
	for (uint32_t i = 0; i < cover->count && i < FILTER_MAX_ADDRESSES; i++)
		if (ip_equal(&cover->list[i], ip))
			return;
	if (cover->count < FILTER_MAX_ADDRESSES)
		cover->list[cover->count] = *ip;
	if (cover->count <= FILTER_MAX_ADDRESSES)
		cover->count++;
}

static const char *word_of(const struct ip *ip)
{
	return ip->family == 4 ? "ip" : "ip6";
}

static void write_list(const struct cover *cover, struct text *into)
{
	char text[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < cover->count; i++)
		text_printf(into, " or %s host %s", word_of(&cover->list[i]), ip_format(&cover->list[i], text));
}

/* Clears the bits behind the first `prefix`: pcap-filter(7) insists on that. */
static struct ip network_of(struct ip ip, unsigned prefix)
{
	for (unsigned i = 0; i < sizeof ip.b; i++) {
		unsigned left = prefix > 8 * i ? prefix - 8 * i : 0;

		if (left < 8)
			ip.b[i] &= (uint8_t)(0xff00u >> left);
	}
	return ip;
}

static void write_networks(const struct cover *cover, struct text *into)
{
	char text[IP_TEXT_SIZE];

	for (int i = 0; i < 2; i++) {
		unsigned prefix = cover->networks[i].prefix;
		struct ip network = network_of(cover->networks[i].any, prefix);

		if (network.family != 0)
			text_printf(into, " or %s net %s/%u", word_of(&network), ip_format(&network, text), prefix);
	}
}

static void cover_write(const struct cover *cover, struct text *into)
{
	if (cover->count > FILTER_MAX_ADDRESSES)
		write_networks(cover, into);
	else
		write_list(cover, into);
}

void filter_for_topology(const struct topology *topology, struct text *into)
{
	struct cover vips = { .count = 0 }, real_servers = { .count = 0 };

	for (uint32_t i = 0; i < topology->service_count; i++)
		cover_add(&vips, &topology->services[i].vip);
	for (uint32_t i = 0; i < topology->real_server_count; i++)
		cover_add(&real_servers, &topology->real_servers[i].ip);
	text_add(into, "arp or rarp or icmp or icmp6 or ip proto 112 or ip6 proto 112");
	cover_write(&vips, into);
	cover_write(&real_servers, into);
}
