// SPDX-License-Identifier: GPL-2.0-or-later
/* What options leave open of a set-up, from what this host knows. */
#include <stdio.h>

#include "topology/host_state.h"

/* What options said, before anything was added. */
struct completion {
	const struct host_state *state;
	struct topology *topology;
	bool macs_alone;
	uint32_t services, real_servers, directors; /* how many of each options named */
};

static bool is_wanted(const struct completion *completion, const struct topology_service *service)
{
	for (uint32_t i = 0; i < completion->services; i++) {
		const struct topology_service *named = &completion->topology->services[i];

		if (ip_equal(&named->vip, &service->vip) && named->fwmark == service->fwmark &&
		    (named->port == 0 || (named->port == service->port && named->protocol == service->protocol)))
			return true;
	}
	return completion->services == 0;
}

/* The method that is known first stands. Gives the index, or a negative error code. */
static int add_service(const struct completion *completion, const struct topology_service *service)
{
	struct topology_service copy = *service;
	int index;

	copy.method = METHOD_UNKNOWN;
	index = topology_add_service(completion->topology, &copy, NULL);
	if (index >= 0 && completion->topology->services[index].method == METHOD_UNKNOWN)
		completion->topology->services[index].method = service->method;
	return index;
}

static int add_backend(const struct completion *completion, const struct topology *from,
		       const struct topology_backend *backend)
{
	struct topology_backend copy = *backend;
	int service = add_service(completion, &from->services[backend->service]), server;

	if (service < 0)
		return service;
	server = topology_add_real_server(completion->topology, &from->real_servers[backend->real_server].ip, NULL,
					  ORIGIN_CONFIGURED, NULL);
	if (server < 0)
		return server;
	copy.service = (uint32_t)service;
	copy.real_server = (uint32_t)server;
	if (completion->topology->services[service].method != from->services[backend->service].method)
		copy.method = METHOD_UNKNOWN;
	return topology_add_backend(completion->topology, &copy, NULL);
}

/* What contradicts the options, or an earlier source, is left out; a lack of memory is not. */
static bool is_serious(int status)
{
	return status == ERROR_MEMORY;
}

static int add_set_up(const struct completion *completion, const struct topology *from)
{
	for (uint32_t i = 0; i < from->service_count; i++)
		if (is_wanted(completion, &from->services[i]) &&
		    is_serious(add_service(completion, &from->services[i])))
			return ERROR_MEMORY;
	for (uint32_t i = 0; i < from->backend_count && completion->real_servers == 0; i++)
		if (is_wanted(completion, &from->services[from->backends[i].service]) &&
		    is_serious(add_backend(completion, from, &from->backends[i])))
			return ERROR_MEMORY;
	for (uint32_t i = 0; i < from->vrrp_count && completion->services == 0; i++)
		if (is_serious(topology_add_vrrp(completion->topology, &from->vrrp[i], NULL)))
			return ERROR_MEMORY;
	return 0;
}

/* How much there is in a set-up. */
static uint32_t count_all(const struct topology *topology)
{
	return topology->service_count + topology->backend_count + topology->real_server_count +
	       topology->director_count + topology->known_count + topology->vrrp_count;
}

static bool is_any_vip(const struct completion *completion, const struct ip *ip)
{
	return topology_is_vip(completion->topology, ip) || topology_is_vip(&completion->state->services, ip) ||
	       topology_is_vip(&completion->state->keepalived, ip);
}

/* The first own address on the interface that leads to the first real server. */
static const struct host_address *find_director(const struct completion *completion)
{
	const struct topology *topology = completion->topology;
	const struct ip *towards =
	    topology->real_server_count > 0 ? &topology->real_servers[0].ip : &topology->services[0].vip;
	const struct host_link *link = host_link_towards(completion->state, towards);

	for (uint32_t i = 0; link && i < completion->state->address_count; i++) {
		const struct host_address *address = &completion->state->addresses[i];

		if (strcmp(address->link, link->name) == 0 && address->ip.family == towards->family &&
		    address->prefix < (towards->family == 4 ? 32 : 128) && !ip_is_link_local(&address->ip) &&
		    !is_any_vip(completion, &address->ip))
			return address;
	}
	return NULL;
}

/* Who has the table is the director, or will be it. */
static int add_director(const struct completion *completion)
{
	const struct host_address *own =
	    completion->directors == 0 && completion->topology->service_count > 0 ? find_director(completion) : NULL;

	if (!own || topology_find_real_server(completion->topology, &own->ip))
		return 0;
	return is_serious(topology_add_director(completion->topology, &own->ip, NULL, ORIGIN_CONFIGURED, NULL))
		   ? ERROR_MEMORY
		   : 0;
}

static void say(struct text *sources, const char *source, const char *detail)
{
	text_printf(sources, "%s%s%s", sources->length ? ", " : "", source, detail);
}

static int add_source(const struct completion *completion, const char *name, const struct topology *from,
		      struct text *sources)
{
	uint32_t before = count_all(completion->topology);
	int status = add_set_up(completion, from);
	char detail[64];

	if (status == 0 && count_all(completion->topology) > before) {
		snprintf(detail, sizeof detail, " (%u service%s, %u real server%s)", (unsigned)from->service_count,
			 from->service_count == 1 ? "" : "s", (unsigned)from->real_server_count,
			 from->real_server_count == 1 ? "" : "s");
		say(sources, name, detail);
		status = add_director(completion);
	}
	return status;
}

/* Only what the guest's configuration says: an address in a neighbour table is what somebody claimed. */
static bool is_told(const struct host_guest *guest)
{
	return guest->ip.family != 0 && !mac_is_zero(guest->mac);
}

static bool is_empty(const struct topology *topology)
{
	return topology->service_count + topology->real_server_count + topology->director_count == 0;
}

/* Adds the true MACs of the guests, and the guests themselves where they are to be asked. */
static int add_guests(const struct completion *completion, bool asked, struct text *sources)
{
	struct topology *topology = completion->topology;
	uint32_t count = 0;
	char number[16];

	for (uint32_t i = 0; i < completion->state->guest_count; i++) {
		const struct host_guest *guest = &completion->state->guests[i];
		int status;

		if (!is_told(guest) || topology_is_vip(topology, &guest->ip))
			continue;
		status = topology_add_known_mac(topology, &guest->ip, guest->mac, NULL);
		count += status >= 0;
		if (asked && status >= 0)
			status = topology_add_real_server(topology, &guest->ip, NULL, ORIGIN_CONFIGURED, NULL);
		if (is_serious(status))
			return ERROR_MEMORY;
	}
	snprintf(number, sizeof number, "%u guest%s", (unsigned)count, count == 1 ? "" : "s");
	if (count > 0)
		say(sources, "the true MACs of ", number);
	return 0;
}

/* Whether the entry is of a guest whose configuration names no address, as those of bridged guests need not. */
static bool is_guest(const struct host_state *state, const struct host_neighbour *neighbour)
{
	if (neighbour->proxy || mac_is_zero(neighbour->mac) || ip_is_link_local(&neighbour->ip))
		return false;
	for (uint32_t i = 0; i < state->guest_count; i++)
		if (state->guests[i].ip.family == 0 && mac_equal(state->guests[i].mac, neighbour->mac))
			return true;
	return false;
}

/* Whom this host has talked to is worth asking; whose MAC it is, the entry does not prove. */
static int add_neighbours(const struct completion *completion, struct text *sources)
{
	const struct host_state *state = completion->state;
	uint32_t count = 0;
	char number[40];

	for (uint32_t i = 0; i < state->neighbour_count; i++) {
		int status = 0;

		if (!is_guest(state, &state->neighbours[i]))
			continue;
		status = topology_add_real_server(completion->topology, &state->neighbours[i].ip, NULL,
						  ORIGIN_CONFIGURED, NULL);
		if (is_serious(status))
			return ERROR_MEMORY;
		count += status >= 0;
	}
	snprintf(number, sizeof number, "%u neighbour%s", (unsigned)count, count == 1 ? "" : "s");
	if (count > 0)
		say(sources, number, " at guests' MACs");
	return 0;
}

/* A hypervisor that is told of no service asks its guests. */
static int add_all_guests(const struct completion *completion, struct text *sources)
{
	bool asked = !completion->macs_alone && is_empty(completion->topology);
	int status = add_guests(completion, asked, sources);

	return status == 0 && asked ? add_neighbours(completion, sources) : status;
}

int host_topology_complete(const struct host_state *state, bool macs_alone, struct topology *topology,
			   struct text *sources, struct error *error)
{
	const struct completion completion = { .state = state,
					       .topology = topology,
					       .macs_alone = macs_alone,
					       .services = topology->service_count,
					       .real_servers = topology->real_server_count,
					       .directors = topology->director_count };
	int status = 0;

	if (!macs_alone)
		status = add_source(&completion, "the IPVS table", &state->services, sources);
	if (status == 0 && !macs_alone)
		status = add_source(&completion, "keepalived.conf", &state->keepalived, sources);
	if (status == 0)
		status = add_all_guests(&completion, sources);
	if (status < 0 || sources->failed)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the set-up of this host");
	return 0;
}

static int add_kept_hosts(const struct completion *completion, const struct topology *kept)
{
	struct topology *topology = completion->topology;
	int status = 0;

	for (uint32_t i = 0; i < kept->director_count && completion->directors == 0 && !is_serious(status); i++)
		status = topology_add_director(topology, &kept->directors[i].ip, NULL, ORIGIN_CONFIGURED, NULL);
	for (uint32_t i = 0; i < kept->real_server_count && completion->real_servers == 0 && !is_serious(status); i++)
		status = topology_add_real_server(topology, &kept->real_servers[i].ip, NULL, ORIGIN_CONFIGURED, NULL);
	for (uint32_t i = 0; i < kept->known_count && !is_serious(status); i++)
		status = topology_add_known_mac(topology, &kept->known[i].ip, kept->known[i].mac, NULL);
	return is_serious(status) ? ERROR_MEMORY : 0;
}

int host_topology_recall(struct topology *topology, const struct topology *kept, struct error *error)
{
	const struct completion completion = { .topology = topology,
					       .services = topology->service_count,
					       .real_servers = topology->real_server_count,
					       .directors = topology->director_count };

	if (add_set_up(&completion, kept) < 0 || add_kept_hosts(&completion, kept) < 0)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the set-up");
	return 0;
}
