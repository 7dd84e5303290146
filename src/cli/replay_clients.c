// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "cli/replay.h"
#include "net/loader.h"

enum {
	EMULATED_FIRST = 1024,
	OWN_FIRST = 10000, /* services of this host have lower ports, mostly */
	LAST_PORT = 65535,
	PORTS_LEAST = 1000,
};

static const char port_range_file[] = "/proc/sys/net/ipv4/ip_local_port_range";

/* --- which --- */

static const struct interface *interface_of(const struct replay *replay)
{
	return replay->station.posts[0].interface;
}

static const struct ip *any_server(const struct topology *topology, uint8_t family)
{
	for (uint32_t i = 0; i < topology->real_server_count; i++)
		if (topology->real_servers[i].ip.family == family)
			return &topology->real_servers[i].ip;
	return NULL;
}

/* An address of the interface that is no VIP; the one in the real servers' network before others. */
static struct ip choose_own(const struct replay *replay, uint8_t family)
{
	const struct interface *interface = interface_of(replay);
	const struct ip *server = any_server(&replay->topology, family);
	struct ip best = { .family = 0 };
	int best_rank = 0;

	for (uint32_t i = 0; i < interface->address_count; i++) {
		const struct interface_address *own = &interface->addresses[i];
		int rank = ip_is_link_local(&own->ip) ? 1 : 2;

		if (own->ip.family != family || topology_is_vip(&replay->topology, &own->ip))
			continue;
		if (rank == 2 && server && ip_same_network(&own->ip, server, own->prefix))
			rank = 3;
		if (rank > best_rank) {
			best = own->ip;
			best_rank = rank;
		}
	}
	return best;
}

/* Ports that the kernel never chooses by itself, so that no connection of this host is in the way. */
static int choose_own_ports(struct replay *replay, struct error *error)
{
	struct text content = TEXT_INIT;
	unsigned low = 32768, high = 60999; /* the kernel's default */
	int status = file_read(port_range_file, 256, &content, NULL);

	if (status == 0 && sscanf(text_string(&content), "%u %u", &low, &high) != 2)
		low = high = 0;
	text_free(&content);
	if (low > OWN_FIRST + PORTS_LEAST) {
		replay->first_port = OWN_FIRST;
		replay->last_port = (uint16_t)(low - 1 < LAST_PORT ? low - 1 : LAST_PORT);
	} else if (high > 0 && high < LAST_PORT - PORTS_LEAST) {
		replay->first_port = (uint16_t)(high + 1);
		replay->last_port = LAST_PORT;
	} else {
		return error_set(error, ERROR_SYSTEM, port_range_file,
				 "leaves no ports beside those that this host's own connections use; emulate clients: "
				 "--clients");
	}
	return 0;
}

static int check_emulated(const struct replay *replay, struct error *error)
{
	char ip[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < replay->client_count; i++) {
		const struct ip *client = &replay->clients[i];

		if (interfaces_have(&replay->station.interfaces, client))
			return error_set(
			    error, ERROR_USAGE, NULL,
			    "--clients: %s is this host's own, whose kernel would answer; without --clients "
			    "it is used properly",
			    ip_format(client, ip));
		if (topology_is_vip(&replay->topology, client) ||
		    topology_find_real_server(&replay->topology, client) ||
		    topology_find_director(&replay->topology, client))
			return error_set(error, ERROR_USAGE, NULL, "--clients: %s belongs to the set-up",
					 ip_format(client, ip));
	}
	return 0;
}

int replay_choose_clients(struct replay *replay, struct error *error)
{
	/* Locally administered (IEEE 802), an individual address, and a new one each time. */
	replay->client_mac = (struct mac){ { 0x02, 't', 'm', (uint8_t)(replay->seed >> 16),
					     (uint8_t)(replay->seed >> 8), (uint8_t)replay->seed } };
	replay->own[0] = choose_own(replay, 4);
	replay->own[1] = choose_own(replay, 6);
	replay->first_port = EMULATED_FIRST;
	replay->last_port = LAST_PORT;
	return replay->client_count > 0 ? check_emulated(replay, error) : choose_own_ports(replay, error);
}

/* --- and how the kernel is kept out --- */

static void say(const struct replay *replay, const struct text *what)
{
	if (!replay->report.quiet)
		fprintf(stderr, "truemac: %s\n", text_string(what));
}

/* Real servers answer a client that they take for one of another network by way of a router. */
static void say_strangers(const struct replay *replay)
{
	const struct interface *interface = interface_of(replay);
	char ip[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < replay->client_count; i++) {
		const struct ip *client = &replay->clients[i];
		bool at_home = false;

		for (uint32_t k = 0; k < interface->address_count && !at_home; k++)
			at_home = ip_same_network(&interface->addresses[k].ip, client, interface->addresses[k].prefix);
		if (at_home)
			continue;
		fprintf(stderr,
			"truemac: --clients: %s is in no network of %s; answers to it come only from real servers that "
			"have a route to it here\n",
			ip_format(client, ip), interface->name);
		return;
	}
}

static void say_emulated(const struct replay *replay)
{
	char first[IP_TEXT_SIZE], last[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	struct text what = TEXT_INIT;

	text_printf(&what, "clients are emulated: %s", ip_format(&replay->clients[0], first));
	if (replay->client_count > 1)
		text_printf(&what, " to %s", ip_format(&replay->clients[replay->client_count - 1], last));
	text_printf(&what,
		    " at %s, a MAC that this host's kernel takes for another machine's, so it neither answers nor "
		    "forwards",
		    mac_format(replay->client_mac, mac));
	say(replay, &what);
	text_free(&what);
	if (!replay->report.quiet)
		say_strangers(replay);
}

static void say_own(const struct replay *replay)
{
	char ip[IP_TEXT_SIZE];
	struct text what = TEXT_INIT;

	text_add(&what, "clients have this host's own address,");
	for (int i = 0; i < 2; i++)
		if (replay->own[i].family != 0)
			text_printf(&what, " %s", ip_format(&replay->own[i], ip));
	text_printf(&what, ", and ports %u to %u; %s at the ingress of %s keeps the kernel from answering",
		    replay->first_port, replay->last_port, deafen_way(replay->deafen), interface_of(replay)->name);
	say(replay, &what);
	text_free(&what);
}

static void add_end(struct deafen_end *ends, uint32_t *count, const struct ip *ip, uint16_t port)
{
	static const uint8_t protocols[] = { IP_PROTO_TCP, IP_PROTO_UDP };

	for (int i = 0; i < 2; i++)
		ends[(*count)++] = (struct deafen_end){ *ip, port, protocols[i] };
}

/* VIPs, and of VS/NAT the real servers. */
static struct deafen_end *list_ends(const struct topology *topology, uint32_t *count)
{
	size_t room = 2 * ((size_t)topology->service_count + topology->real_server_count + topology->backend_count);
	struct deafen_end *ends = calloc(room + 1, sizeof *ends);
	bool nat = false;

	*count = 0;
	for (uint32_t i = 0; ends && i < topology->service_count; i++) {
		const struct topology_service *service = &topology->services[i];

		nat |= service->method == METHOD_NAT;
		if (service->vip.family != 0)
			add_end(ends, count, &service->vip, service->port);
	}
	/* Only the ports of clients that do not exist are cut off, so every port of a real server may be. */
	for (uint32_t i = 0; ends && i < topology->real_server_count; i++)
		if (nat || topology->backend_count > 0)
			add_end(ends, count, &topology->real_servers[i].ip, 0);
	return ends;
}

int replay_keep_kernel_out(struct replay *replay, struct error *error)
{
	struct deafen_options options = { .interface = interface_of(replay),
					  .first_port = replay->first_port,
					  .last_port = replay->last_port };
	struct ip own[2];
	struct deafen_end *ends;
	struct error why = ERROR_INIT;
	int status;

	if (replay->client_count > 0) {
		say_emulated(replay);
		return 0;
	}
	ends = list_ends(&replay->topology, &options.server_count);
	if (!ends)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the set-up's services");
	options.servers = ends;
	for (int i = 0; i < 2; i++)
		if (replay->own[i].family != 0)
			own[options.client_count++] = replay->own[i];
	options.clients = own;
	status = deafen_open(&replay->deafen, &options, &why);
	free(ends);
	if (status < 0)
		return error_set(error, why.code, why.where,
				 "%.300s. Without it this host's kernel would answer the real servers; give clients "
				 "addresses of their own instead: --clients FIRST-LAST",
				 why.message);
	say_own(replay);
	return 0;
}
