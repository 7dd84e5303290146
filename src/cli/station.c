// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/station.h"

#include <stdlib.h>

#include "net/privileges.h"

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

/* Who decides on the interface: the real servers, for want of them the directors, then the VIPs. */
static void gather_deciding(struct gathering *gathering, const struct topology *topology)
{
	gather_hosts(gathering, topology->real_servers, topology->real_server_count);
	if (gathering->count == 0)
		gather_hosts(gathering, topology->directors, topology->director_count);
	if (gathering->count == 0)
		gather_vips(gathering, topology);
}

int station_choose(struct station *station, const char *name, const struct topology *topology, const struct ip *target,
		   struct error *error)
{
	struct gathering targets = { .list = NULL };
	int status = interfaces_read(&station->interfaces, error);

	if (status < 0)
		return status;
	if (name) {
		station->interface = interfaces_take(&station->interfaces, name, error);
		return station->interface ? 0 : ERROR_SYSTEM;
	}
	if (target)
		gather(&targets, target);
	else
		gather_deciding(&targets, topology);
	station->interface = interfaces_choose(&station->interfaces, targets.list, targets.count, error);
	free(targets.list);
	return station->interface ? 0 : ERROR_USAGE;
}

int station_open(struct station *station, const struct live_options *options, struct error *error)
{
	struct live_options mine = *options;
	int status = privileges_check_raw(error);

	mine.interface = station->interface->name;
	if (status == 0)
		status = links_open(&station->links, station->interface, error);
	if (status == 0)
		status = live_open(&station->live, &mine, error);
	if (status == 0)
		status = inject_open(&station->inject, mine.interface, error);
	return status;
}

void station_close(struct station *station)
{
	inject_close(station->inject);
	live_close(station->live);
	links_close(station->links);
	interfaces_free(&station->interfaces);
	*station = (struct station)STATION_INIT;
}

struct prober_address *station_own(const struct station *station, uint32_t *count)
{
	const struct interface *interface = station->interface;
	struct prober_address *own = calloc((size_t)interface->address_count + 1, sizeof *own);

	*count = interface->address_count;
	for (uint32_t i = 0; own && i < *count; i++)
		own[i] = (struct prober_address){ interface->addresses[i].ip, interface->addresses[i].prefix };
	return own;
}

struct ip *station_local(const struct station *station, uint32_t *count)
{
	struct gathering local = { .list = NULL };

	for (uint32_t i = 0; i < station->interfaces.count; i++) {
		const struct interface *interface = &station->interfaces.list[i];

		for (uint32_t k = 0; interface != station->interface && k < interface->address_count; k++)
			gather(&local, &interface->addresses[k].ip);
	}
	return gathered(&local, count);
}

struct ip *station_elsewhere(const struct station *station, const struct topology *topology, uint32_t *count)
{
	struct gathering all = { .list = NULL };
	uint32_t kept = 0;

	gather_hosts(&all, topology->real_servers, topology->real_server_count);
	gather_hosts(&all, topology->directors, topology->director_count);
	gather_vips(&all, topology);
	for (uint32_t i = 0; i < all.count; i++)
		if (interfaces_is_elsewhere(&station->interfaces, station->interface, &all.list[i]))
			all.list[kept++] = all.list[i];
	all.count = kept;
	return gathered(&all, count);
}
