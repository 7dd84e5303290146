// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ARP and neighbour discovery: the real servers' MACs, whether emulated clients are free, and answers for them.
 */
#include <string.h>

#include "replay/replayer_private.h"

enum { QUESTIONS = 3, PROBES = 2, ND_TTL = 255 };

/* Longer than a proxy takes (net/core/neighbour.c: proxy_delay, 0.8 s). */
static const nanos listen_time = 1200 * NANOS_PER_MILLI;
static const nanos probe_interval = 200 * NANOS_PER_MILLI;

/* --- real servers --- */

void meet_server(struct replayer *replayer, uint32_t number)
{
	struct server *server = &replayer->servers[number];

	if (server->state != SERVER_ASKED)
		return;
	if (server->tries++ == QUESTIONS) {
		server->state = SERVER_LOST;
		return;
	}
	replayer_add_letter(replayer, LETTER_QUESTION)->target = number;
	timers_set(&replayer->timers, timer_of_server(replayer, number), replayer->now + listen_time);
}

static void learn_server(struct replayer *replayer, const struct ip *ip, struct mac mac)
{
	for (uint32_t i = 0; i < replayer->server_count; i++) {
		struct server *server = &replayer->servers[i];

		if (server->state != SERVER_ASKED || server->tries == 0 || !ip_equal(&server->ip, ip))
			continue;
		server->mac = mac;
		server->state = SERVER_KNOWN;
		timers_set(&replayer->timers, timer_of_server(replayer, i), INT64_MAX);
	}
}

/* --- emulated clients --- */

void meet_clients(struct replayer *replayer)
{
	if (replayer->probes == PROBES)
		return;
	replayer->probes++;
	for (uint32_t i = 0; i < replayer->client_count; i++)
		replayer_add_letter(replayer, LETTER_PROBE)->target = i;
	replayer->clients_free_at = replayer->now + listen_time;
	timers_set(&replayer->timers, timer_of_clients(replayer),
		   replayer->now + (replayer->probes < PROBES ? probe_interval : listen_time));
}

void meet_begin(struct replayer *replayer)
{
	for (uint32_t i = 0; i < replayer->server_count; i++)
		if (replayer->servers[i].state == SERVER_ASKED)
			meet_server(replayer, i);
	if (replayer->emulated)
		meet_clients(replayer);
}

bool meet_is_done(const struct replayer *replayer)
{
	for (uint32_t i = 0; i < replayer->server_count; i++)
		if (replayer->servers[i].state == SERVER_ASKED)
			return false;
	return !replayer->emulated || (replayer->probes == PROBES && replayer->now >= replayer->clients_free_at);
}

/* Whoever reads the capture saw nobody answer for these addresses: from now on somebody does. */
void meet_show_clients(struct replayer *replayer)
{
	for (uint32_t i = 0; replayer->emulated && i < replayer->client_count; i++) {
		struct letter *letter;

		if (replayer->clients[i].taken)
			continue;
		replayer_add_letter(replayer, LETTER_PROBE)->target = i;
		letter = replayer_add_letter(replayer, LETTER_ANSWER);
		letter->target = i;
		letter->to = (struct ip){ .family = replayer->clients[i].ip.family };
		letter->mac = replayer->options.mac;
	}
}

static struct client *find_client(const struct replayer *replayer, const struct ip *ip)
{
	for (uint32_t i = 0; i < replayer->client_count; i++)
		if (ip_equal(&replayer->clients[i].ip, ip))
			return &replayer->clients[i];
	return NULL;
}

/* Somebody else speaks with a client's address. */
static void note_owner(struct replayer *replayer, const struct ip *ip, struct mac mac)
{
	struct client *client = replayer->emulated ? find_client(replayer, ip) : NULL;

	if (!client || client->taken || mac_equal(mac, replayer->options.client_mac) ||
	    mac_equal(mac, replayer->options.mac))
		return;
	client->taken = true;
	if (replayer->taken_count++ > 0)
		return;
	replayer->taken = *ip;
	replayer->taken_by = mac;
}

static void answer(struct replayer *replayer, const struct ip *target, const struct ip *asker, struct mac mac)
{
	const struct client *client = replayer->emulated ? find_client(replayer, target) : NULL;
	struct letter *letter;

	if (!client || client->taken || replayer->phase == PHASE_PREPARING || mac_equal(mac, replayer->options.mac) ||
	    mac_equal(mac, replayer->options.client_mac))
		return;
	letter = replayer_add_letter(replayer, LETTER_ANSWER);
	letter->target = (uint32_t)(client - replayer->clients);
	letter->to = *asker;
	letter->mac = mac;
}

/* --- what is heard --- */

static void eat_arp(struct replayer *replayer, const struct packet *packet)
{
	const struct arp *arp = &packet->arp;

	if (arp->wrong)
		return;
	note_owner(replayer, &arp->spa, arp->sha);
	if (arp->operation == ARP_REPLY && mac_equal(arp->tha, replayer->options.mac))
		learn_server(replayer, &arp->spa, arp->sha);
	if (arp->operation != ARP_REQUEST)
		return;
	/* A probe for an address that is being checked: somebody else is about to take it (RFC 5227 section 2.1.1). */
	if (ip_is_zero(&arp->spa) && replayer->phase == PHASE_PREPARING)
		note_owner(replayer, &arp->tpa, arp->sha);
	answer(replayer, &arp->tpa, &arp->spa, arp->sha);
}

static void eat_nd(struct replayer *replayer, const struct packet *packet)
{
	const struct nd *nd = &packet->nd;

	if (nd->advert) {
		struct mac mac = nd->has_lladdr ? nd->lladdr : packet->source;

		note_owner(replayer, &nd->target, mac);
		learn_server(replayer, &nd->target, mac);
		return;
	}
	note_owner(replayer, &packet->ip.source, packet->source);
	answer(replayer, &nd->target, &packet->ip.source, packet->source);
}

void meet_eat(struct replayer *replayer, const struct packet *packet)
{
	if (packet->layers & LAYER_ARP)
		eat_arp(replayer, packet);
	else
		eat_nd(replayer, packet);
}

/* --- what is sent --- */

static size_t finish(struct replayer *replayer, struct mac source, struct mac destination)
{
	struct build_link link = { .source = source, .destination = destination };
	int length;

	build_ethernet(&replayer->builder, &link);
	build_pad(&replayer->builder);
	length = build_end(&replayer->builder, NULL);
	return length > 0 ? (size_t)length : 0;
}

static struct mac group_mac(const struct ip *target)
{
	struct mac broadcast;
	struct ip group;

	memset(&broadcast, 0xff, sizeof broadcast);
	if (target->family == 4)
		return broadcast;
	group = build_solicited_node(target);
	return build_multicast_mac(&group);
}

/* With our own address, or with none (the probe). */
static size_t compose_question(struct replayer *replayer, const struct ip *target, bool probe)
{
	struct mac mac = replayer->options.mac;
	struct ip sender = { .family = target->family };

	if (!probe)
		sender = replayer->options.own[target->family == 6];
	if (target->family == 4) {
		build_arp_request(&replayer->builder, mac, sender, *target);
	} else {
		struct ip_header ip = { .source = sender, .destination = build_solicited_node(target), .ttl = ND_TTL };
		struct nd nd = { .target = *target, .has_lladdr = !probe, .lladdr = mac };

		build_nd(&replayer->builder, &ip, &nd);
	}
	return finish(replayer, mac, group_mac(target));
}

/* RFC 4861 section 7.2.4: to all nodes where the asker has no address yet. */
static size_t compose_answer(struct replayer *replayer, const struct letter *letter)
{
	static const struct ip all_nodes = { .family = 6, .b = { 0xff, 0x02, [15] = 1 } };
	const struct ip *client = &replayer->clients[letter->target].ip;
	struct mac mac = replayer->options.client_mac;
	bool nameless = ip_is_zero(&letter->to);

	if (client->family == 4) {
		build_arp_reply(&replayer->builder, mac, *client, letter->mac, letter->to);
	} else {
		struct ip_header ip = { .source = *client,
					.destination = nameless ? all_nodes : letter->to,
					.ttl = ND_TTL };
		struct nd nd = { .advert = true,
				 .flags = (uint8_t)(ND_OVERRIDE | (nameless ? 0 : ND_SOLICITED)),
				 .target = *client,
				 .has_lladdr = true,
				 .lladdr = mac };

		build_nd(&replayer->builder, &ip, &nd);
		if (nameless)
			return finish(replayer, mac, build_multicast_mac(&all_nodes));
	}
	return finish(replayer, mac, letter->mac);
}

size_t meet_compose(struct replayer *replayer, const struct letter *letter, uint8_t *buffer, size_t size)
{
	build_begin(&replayer->builder, buffer, size);
	if (letter->kind == LETTER_ANSWER)
		return compose_answer(replayer, letter);
	if (letter->kind == LETTER_PROBE)
		return compose_question(replayer, &replayer->clients[letter->target].ip, true);
	return compose_question(replayer, &replayer->servers[letter->target].ip, false);
}
