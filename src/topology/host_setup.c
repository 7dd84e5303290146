// SPDX-License-Identifier: GPL-2.0-or-later
/* The set-up as a host knows it: IPVS, keepalived.conf and options in one topology, and its VIPs. */
#include <stdlib.h>

#include "topology/host_role.h"
#include "topology/host_state.h"
#include "wire/mac_kind.h"

static int merge_hosts(struct topology *into, const struct topology *from, struct error *error)
{
	int status = 0;

	for (uint32_t i = 0; i < from->director_count && status >= 0; i++) {
		const struct topology_host *host = &from->directors[i];

		status =
		    topology_add_director(into, &host->ip, host->mac_known ? &host->mac : NULL, host->origin, error);
	}
	for (uint32_t i = 0; i < from->real_server_count && status >= 0; i++) {
		const struct topology_host *host = &from->real_servers[i];

		status =
		    topology_add_real_server(into, &host->ip, host->mac_known ? &host->mac : NULL, host->origin, error);
	}
	for (uint32_t i = 0; i < from->known_count && status >= 0; i++)
		status = topology_add_known_mac(into, &from->known[i].ip, from->known[i].mac, error);
	return status;
}

/* Backends name service and host by index, which differ in the other topology. */
static int merge_backend(struct topology *into, const struct topology *from, const struct topology_backend *backend,
			 struct error *error)
{
	struct topology_backend copy = *backend;
	int service = topology_add_service(into, &from->services[backend->service], error);
	int host = service < 0 ? service
			       : topology_add_real_server(into, &from->real_servers[backend->real_server].ip, NULL,
							  ORIGIN_CONFIGURED, error);

	if (host < 0)
		return host;
	copy.service = (uint32_t)service;
	copy.real_server = (uint32_t)host;
	return topology_add_backend(into, &copy, error);
}

int host_topology_merge(struct topology *into, const struct topology *from, struct error *error)
{
	int status = 0;

	for (uint32_t i = 0; i < from->service_count && status >= 0; i++)
		status = topology_add_service(into, &from->services[i], error);
	if (status >= 0)
		status = merge_hosts(into, from, error);
	for (uint32_t i = 0; i < from->backend_count && status >= 0; i++)
		status = merge_backend(into, from, &from->backends[i], error);
	for (uint32_t i = 0; i < from->vrrp_count && status >= 0; i++)
		status = topology_add_vrrp(into, &from->vrrp[i], error);
	return status < 0 ? status : 0;
}

/* --- VIPs --- */

static bool is_loopback_address(const struct ip *ip)
{
	return ip->family == 4 ? ip->b[0] == 127 : memcmp(ip->b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16) == 0;
}

static bool floats(const struct topology *setup, const struct ip *ip)
{
	for (uint32_t i = 0; i < setup->vrrp_count; i++) {
		if (setup->vrrp[i].addresses_left_out > 0)
			return true;
		for (uint32_t k = 0; k < setup->vrrp[i].address_count; k++)
			if (ip_equal(&setup->vrrp[i].addresses[k], ip))
				return true;
	}
	return false;
}

static int add_vip(struct host_state *state, const struct ip *ip, enum method method, bool configured)
{
	struct host_vip *grown;

	for (uint32_t i = 0; i < state->vip_count; i++) {
		if (!ip_equal(&state->vips[i].ip, ip))
			continue;
		if (state->vips[i].method == METHOD_UNKNOWN)
			state->vips[i].method = method;
		return 0;
	}
	grown = reallocarray(state->vips, state->vip_count + 1, sizeof *grown);
	if (!grown)
		return ERROR_MEMORY;
	state->vips = grown;
	grown[state->vip_count++] = (struct host_vip){
		.ip = *ip,
		.method = method,
		.configured = configured,
		.floats = floats(&state->setup, ip),
		.local = host_holds_locally(state, ip),
		.held = host_find_address(state, ip),
	};
	return 0;
}

/* Nobody puts a global address on lo or dummy0 but to hold a service's (or a router's) there. */
static bool looks_like_vip(const struct host_state *state, const struct host_address *address)
{
	uint8_t whole = address->ip.family == 4 ? 32 : 128;

	if (!host_link_is_quiet(state, address->link) || is_loopback_address(&address->ip) ||
	    ip_is_link_local(&address->ip))
		return false;
	return strcmp(address->link, "lo") == 0 || address->prefix == whole;
}

static enum method method_by_link(const char *link)
{
	return strncmp(link, "tunl", 4) == 0 || strncmp(link, "ip6tnl", 6) == 0 ? METHOD_TUN : METHOD_UNKNOWN;
}

static int compare_vips(const void *a, const void *b)
{
	return ip_compare(&((const struct host_vip *)a)->ip, &((const struct host_vip *)b)->ip);
}

static int find_vips(struct host_state *state)
{
	int status = 0;

	for (uint32_t i = 0; i < state->setup.service_count && status == 0; i++) {
		const struct topology_service *service = &state->setup.services[i];

		if (service->vip.family != 0)
			status = add_vip(state, &service->vip, service->method, true);
	}
	for (uint32_t i = 0; i < state->address_count && status == 0; i++)
		if (looks_like_vip(state, &state->addresses[i]))
			status =
			    add_vip(state, &state->addresses[i].ip, method_by_link(state->addresses[i].link), false);
	if (state->vip_count > 0)
		qsort(state->vips, state->vip_count, sizeof *state->vips, compare_vips);
	return status;
}

static void merge_source(struct host_state *state, const char *name, const struct topology *from)
{
	struct error error = ERROR_INIT;

	if (host_topology_merge(&state->setup, from, &error) < 0)
		host_add_unseen(state, name, true, error.message);
}

int host_state_prepare(struct host_state *state, const struct topology *given, enum host_role role, struct error *error)
{
	topology_free(&state->setup);
	free(state->vips);
	state->vips = NULL;
	state->vip_count = 0;
	if (given && topology_copy(given, &state->setup, error) < 0)
		return ERROR_MEMORY;
	merge_source(state, "the IPVS table beside the options", &state->services);
	merge_source(state, "keepalived.conf beside the IPVS table and the options", &state->keepalived);
	if (find_vips(state) < 0)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the list of VIPs");
	host_role_choose(state, given, role);
	return 0;
}

/* --- for other commands --- */

static bool is_vip(const struct topology *topology, const struct ip *ip)
{
	return topology_is_vip(topology, ip);
}

/* Its own addresses, but where the kernel would answer with the backend MAC of a guest's interface. */
static void add_own_macs(const struct host_state *state, struct topology *topology)
{
	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *address = &state->addresses[i];
		const struct host_link *link = host_find_link(state, address->link);

		if (link && link->ethernet && !mac_is_zero(link->mac) && !is_vip(topology, &address->ip) &&
		    !(mac_kind_of(link->mac)->traits & MAC_TRAIT_BACKEND))
			(void)topology_add_known_mac(topology, &address->ip, link->mac, NULL);
	}
}

/* A guest's address is known from its configuration, or because this host talks to that MAC by it. */
static void add_guest_macs(const struct host_state *state, const struct host_guest *guest, struct topology *topology)
{
	if (mac_is_zero(guest->mac))
		return;
	if (guest->ip.family != 0 && !is_vip(topology, &guest->ip))
		(void)topology_add_known_mac(topology, &guest->ip, guest->mac, NULL);
	for (uint32_t i = 0; i < state->neighbour_count; i++) {
		const struct host_neighbour *neighbour = &state->neighbours[i];

		if (mac_equal(neighbour->mac, guest->mac) && !is_vip(topology, &neighbour->ip) &&
		    !ip_is_link_local(&neighbour->ip))
			(void)topology_add_known_mac(topology, &neighbour->ip, guest->mac, NULL);
	}
}

int host_topology(const struct host_state *state, struct topology *topology, struct error *error)
{
	(void)host_topology_merge(topology, &state->services, NULL);
	if (host_topology_merge(topology, &state->keepalived, error) == ERROR_MEMORY)
		return ERROR_MEMORY;
	add_own_macs(state, topology);
	for (uint32_t i = 0; i < state->guest_count; i++)
		add_guest_macs(state, &state->guests[i], topology);
	return 0;
}
