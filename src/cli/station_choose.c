// SPDX-License-Identifier: GPL-2.0-or-later
/* Which interfaces are asked by, and what each of them has to know of the others. */
#include <stdlib.h>
#include <string.h>

#include "cli/station.h"

/* Addresses that are gathered one by one; `failed` where memory ran out. */
struct gathering {
	struct ip *list;
	uint32_t count, room;
	bool failed;
};

static void gather(struct gathering *gathering, const struct ip *ip)
{
	if (ip->family == 0 || gathering->failed)
		return;
	if (gathering->count == gathering->room) {
		uint32_t room = gathering->room ? 2 * gathering->room : 16;
		struct ip *grown = reallocarray(gathering->list, room, sizeof *grown);

		gathering->failed = !grown;
		if (!grown)
			return;
		gathering->list = grown;
		gathering->room = room;
	}
	gathering->list[gathering->count++] = *ip;
}

static struct ip *gathered(struct gathering *gathering, uint32_t *count)
{
	*count = gathering->count;
	/* An empty list is not one that failed. */
	if (!gathering->list && !gathering->failed)
		gathering->list = calloc(1, sizeof *gathering->list);
	if (!gathering->failed)
		return gathering->list;
	free(gathering->list);
	return NULL;
}

static void gather_hosts(struct gathering *gathering, const struct topology_host *hosts, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		gather(gathering, &hosts[i].ip);
}

static void gather_vips(struct gathering *gathering, const struct topology *topology)
{
	for (uint32_t i = 0; i < topology->service_count; i++)
		gather(gathering, &topology->services[i].vip);
}

static void take(struct station *station, const struct interface *interface)
{
	station->posts[station->post_count++] = (struct post){ .interface = interface };
}

int station_choose_one(struct station *station, const char *name, const struct ip *target, struct error *error)
{
	const struct interface *interface;
	int status = interfaces_read(&station->interfaces, error);

	if (status < 0)
		return status;
	if (name)
		interface = interfaces_take(&station->interfaces, name, error);
	else
		interface = interfaces_choose(&station->interfaces, target, target ? 1 : 0, error);
	if (!interface)
		return name ? ERROR_SYSTEM : ERROR_USAGE;
	take(station, interface);
	return 0;
}

int station_choose_to_listen(struct station *station, struct error *error)
{
	const struct interfaces *interfaces = &station->interfaces;
	uint32_t count = 0;
	int status = station_choose_one(station, NULL, NULL, error);

	if (status != ERROR_USAGE)
		return status;
	for (uint32_t i = 0; i < interfaces->count; i++)
		count += interfaces->list[i].ethernet && interfaces->list[i].up;
	if (count == 0)
		return status;
	if (count > STATION_MAX_POSTS)
		return error_set(error, ERROR_USAGE, NULL, "%u interfaces are too many to listen at; name one with -i",
				 (unsigned)count);
	for (uint32_t i = 0; i < interfaces->count; i++)
		if (interfaces->list[i].ethernet && interfaces->list[i].up)
			take(station, &interfaces->list[i]);
	return 0;
}

static int refuse_rivals(const struct interface *one, const struct interface *other, const struct ip *target,
			 struct error *error)
{
	char address[IP_TEXT_SIZE];

	return error_set(error, ERROR_USAGE, NULL, "%s and %s both have the network of %s; name one with -i", one->name,
			 other->name, ip_format(target, address));
}

static bool is_taken(const struct station *station, const struct interface *interface)
{
	for (uint32_t i = 0; i < station->post_count; i++)
		if (station->posts[i].interface == interface)
			return true;
	return false;
}

/* What no interface leads to is left out: it is nowhere to be asked for. */
static int take_for(struct station *station, const struct ip *target, const struct interface *interface,
		    struct error *error)
{
	const struct interface *rival;

	if (!interface || !interface->up || is_taken(station, interface))
		return 0;
	rival = interfaces_rival(&station->interfaces, interface, target);
	if (rival)
		return refuse_rivals(interface, rival, target, error);
	if (station->post_count == STATION_MAX_POSTS)
		return error_set(error, ERROR_USAGE, NULL,
				 "more than %d interfaces lead to the set-up; name one with -i", STATION_MAX_POSTS);
	take(station, interface);
	return 0;
}

/* The first `kept` of the targets are remembered. */
static int take_all(struct station *station, const struct gathering *targets, uint32_t kept, struct error *error)
{
	int status = 0;

	station->destinations = calloc(kept + 1, sizeof *station->destinations);
	if (!station->destinations || targets->failed)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the set-up's addresses");
	for (uint32_t i = 0; i < targets->count && status == 0; i++) {
		const struct interface *interface = interfaces_route(&station->interfaces, &targets->list[i]);

		if (i < kept)
			station->destinations[station->destination_count++] =
			    (struct destination){ targets->list[i], interface };
		status = take_for(station, &targets->list[i], interface, error);
	}
	return status;
}

/* The kernel knows no way; what the networks say is the last word. */
static int take_by_network(struct station *station, const struct gathering *targets, struct error *error)
{
	const struct interface *interface =
	    interfaces_choose(&station->interfaces, targets->list, targets->count, error);

	if (!interface)
		return ERROR_USAGE;
	take(station, interface);
	return 0;
}

int station_choose(struct station *station, const struct topology *topology, struct error *error)
{
	struct gathering targets = { .list = NULL };
	int status = interfaces_read(&station->interfaces, error);
	uint32_t hosts;

	gather_hosts(&targets, topology->real_servers, topology->real_server_count);
	gather_hosts(&targets, topology->directors, topology->director_count);
	hosts = targets.count;
	gather_vips(&targets, topology);
	if (status == 0)
		status = take_all(station, &targets, hosts, error);
	if (status == 0 && station->post_count == 0)
		status = take_by_network(station, &targets, error);
	free(targets.list);
	return status;
}

struct prober_address *station_own(const struct post *post, uint32_t *count)
{
	const struct interface *interface = post->interface;
	struct prober_address *own = calloc((size_t)interface->address_count + 1, sizeof *own);

	*count = interface->address_count;
	for (uint32_t i = 0; own && i < *count; i++)
		own[i] = (struct prober_address){ interface->addresses[i].ip, interface->addresses[i].prefix };
	return own;
}

struct ip *station_local(const struct station *station, const struct post *post, uint32_t *count)
{
	struct gathering local = { .list = NULL };

	for (uint32_t i = 0; i < station->interfaces.count; i++) {
		const struct interface *interface = &station->interfaces.list[i];

		for (uint32_t k = 0; interface != post->interface && k < interface->address_count; k++)
			gather(&local, &interface->addresses[k].ip);
	}
	return gathered(&local, count);
}

static bool has_network(const struct interface *interface, uint8_t family)
{
	for (uint32_t i = 0; i < interface->address_count; i++)
		if (interface->addresses[i].ip.family == family && !ip_is_link_local(&interface->addresses[i].ip) &&
		    interface->addresses[i].prefix < (family == 4 ? 32 : 128))
			return true;
	return false;
}

static bool is_vip_elsewhere(const struct station *station, const struct post *post, const struct ip *vip)
{
	return has_network(post->interface, vip->family) &&
	       interfaces_is_elsewhere(&station->interfaces, post->interface, vip);
}

/* With one post nobody else asks, whatever the kernel would do. */
static void gather_others(const struct station *station, const struct post *post, struct gathering *into)
{
	for (uint32_t i = 0; station->post_count > 1 && i < station->destination_count; i++) {
		const struct destination *destination = &station->destinations[i];

		if (destination->interface != post->interface && is_taken(station, destination->interface))
			gather(into, &destination->ip);
	}
}

static void gather_by_network(const struct station *station, const struct post *post, const struct topology_host *hosts,
			      uint32_t count, struct gathering *into)
{
	for (uint32_t i = 0; station->post_count == 1 && i < count; i++)
		if (interfaces_is_elsewhere(&station->interfaces, post->interface, &hosts[i].ip))
			gather(into, &hosts[i].ip);
}

struct ip *station_elsewhere(const struct station *station, const struct post *post, const struct topology *topology,
			     uint32_t *count)
{
	struct gathering skipped = { .list = NULL };

	gather_others(station, post, &skipped);
	gather_by_network(station, post, topology->real_servers, topology->real_server_count, &skipped);
	gather_by_network(station, post, topology->directors, topology->director_count, &skipped);
	for (uint32_t i = 0; i < topology->service_count; i++)
		if (is_vip_elsewhere(station, post, &topology->services[i].vip))
			gather(&skipped, &topology->services[i].vip);
	return gathered(&skipped, count);
}

static bool is_distant(const struct station *station, const struct post *post, const struct ip *ip)
{
	return ip->family != 0 && !interfaces_have(&station->interfaces, ip) &&
	       !interface_has_neighbour(post->interface, ip);
}

static void gather_distant(const struct station *station, const struct post *post, const struct topology_host *hosts,
			   uint32_t count, struct gathering *into)
{
	for (uint32_t i = 0; i < count; i++)
		if (is_distant(station, post, &hosts[i].ip))
			gather(into, &hosts[i].ip);
}

static bool is_director(const struct station *station, const struct topology *topology)
{
	for (uint32_t i = 0; i < topology->director_count; i++)
		if (interfaces_have(&station->interfaces, &topology->directors[i].ip))
			return true;
	return false;
}

/* VS/TUN and VS/NAT reach real servers across routers. */
static bool needs_neighbours(const struct topology *topology)
{
	for (uint32_t i = 0; i < topology->service_count; i++)
		if (topology->services[i].method != METHOD_TUN && topology->services[i].method != METHOD_NAT)
			return true;
	return topology->service_count == 0;
}

struct ip *station_distant(const struct station *station, const struct post *post, const struct topology *topology,
			   uint32_t *count)
{
	struct gathering distant = { .list = NULL };
	bool director = is_director(station, topology);

	if (!director || !needs_neighbours(topology))
		gather_distant(station, post, topology->real_servers, topology->real_server_count, &distant);
	if (!director)
		gather_distant(station, post, topology->directors, topology->director_count, &distant);
	for (uint32_t i = 0; i < topology->service_count && !director; i++)
		if (is_distant(station, post, &topology->services[i].vip))
			gather(&distant, &topology->services[i].vip);
	return gathered(&distant, count);
}

static bool is_distant_everywhere(const struct station *station, const struct ip *ip)
{
	for (uint32_t i = 0; i < station->post_count; i++)
		if (!is_distant(station, &station->posts[i], ip))
			return false;
	return true;
}

uint32_t station_count_distant(const struct station *station, const struct topology *topology, struct ip *first)
{
	struct gathering targets = { .list = NULL };
	uint32_t count = 0;

	gather_vips(&targets, topology);
	gather_hosts(&targets, topology->real_servers, topology->real_server_count);
	gather_hosts(&targets, topology->directors, topology->director_count);
	for (uint32_t i = 0; i < targets.count; i++)
		if (is_distant_everywhere(station, &targets.list[i]) && count++ == 0)
			*first = targets.list[i];
	free(targets.list);
	return count;
}
