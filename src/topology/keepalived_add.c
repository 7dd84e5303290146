// SPDX-License-Identifier: GPL-2.0-or-later
/* What the configuration said becomes services and real servers of the topology. */
#include <string.h>

#include "topology/keepalived.h"
#include "topology/topology_index.h"
#include "topology/words.h"

/*
 * keepalived forwards by NAT where neither the virtual server nor a real server names a method (check_data.c). Where
 * only the real servers do, the service has the one on which they agree.
 */
static enum method method_of(const struct keepalived *keepalived, const struct virtual_server *server)
{
	const struct real_server *reals = keepalived->reals + server->first_real;
	enum method method = server->service.method;

	if (method != METHOD_UNKNOWN)
		return method;
	for (uint32_t i = 0; i < server->real_count; i++) {
		if (reals[i].method == METHOD_UNKNOWN)
			return METHOD_NAT;
		if (i > 0 && reals[i].method != reals[0].method)
			return METHOD_UNKNOWN;
		method = reals[i].method;
	}
	return method;
}

/* keepalived (check_data.c) keeps a real server's own port with NAT only: DR and TUN cannot change ports. */
static uint16_t port_of(const struct keepalived *keepalived, const struct real_server *real, uint32_t service)
{
	enum method method = real->method;

	if (method == METHOD_UNKNOWN)
		method = keepalived->topology->services[service].method;
	return method == METHOD_NAT ? real->port : 0;
}

static int add_real(struct keepalived *keepalived, const struct virtual_server *server, const struct real_server *real,
		    uint32_t service)
{
	struct topology_backend backend = { .service = service,
					    .port = port_of(keepalived, real, service),
					    .weight = real->weight >= 0 ? real->weight : server->weight,
					    .method = real->method };
	int result = keepalived_charge(keepalived, 0);

	if (result < 0)
		return result;
	result = topology_add_real_server(keepalived->topology, &real->ip, NULL, ORIGIN_CONFIGURED, keepalived->error);
	if (result >= 0) {
		backend.real_server = (uint32_t)result;
		result = topology_add_backend(keepalived->topology, &backend, keepalived->error);
	}
	return keepalived_placed(keepalived, &real->place, result < 0 ? result : 0);
}

/* Whether a host serves that can be asked on the wire; keepalived itself drops virtual servers without real ones. */
static bool has_reals(const struct keepalived *keepalived, const struct virtual_server *server)
{
	for (uint32_t i = 0; i < server->real_count; i++) {
		if (!ip_is_own(&keepalived->reals[server->first_real + i].ip))
			return true;
	}
	return false;
}

static int add_service(struct keepalived *keepalived, const struct virtual_server *server,
		       const struct topology_service *selected, const struct place *place)
{
	struct topology_service service = *selected;
	int position, result;

	service.protocol = service.vip.family == 0 ? 0 : server->protocol;
	service.method = method_of(keepalived, server);
	position = topology_add_service(keepalived->topology, &service, keepalived->error);
	result = keepalived_placed(keepalived, place, position < 0 ? position : 0);
	for (uint32_t i = 0; i < server->real_count && result == 0; i++) {
		const struct real_server *real = &keepalived->reals[server->first_real + i];

		if (!ip_is_own(&real->ip))
			result = add_real(keepalived, server, real, (uint32_t)position);
	}
	return result;
}

static void ip_next(struct ip *ip)
{
	for (unsigned i = ip->family == 4 ? 4 : 16; i > 0; i--) {
		if (++ip->b[i - 1] != 0)
			return;
	}
}

static int add_entry(struct keepalived *keepalived, const struct virtual_server *server,
		     const struct group_entry *entry)
{
	struct topology_service service = server->service;
	int result;

	service.vip = entry->first;
	service.port = entry->port;
	service.fwmark = entry->fwmark;
	for (;;) {
		keepalived->place = entry->place;
		result = keepalived_charge(keepalived, 0);
		if (result == 0)
			result = add_service(keepalived, server, &service, &entry->place);
		if (result < 0 || entry->fwmark != 0 || ip_equal(&service.vip, &entry->last))
			return result;
		ip_next(&service.vip);
	}
}

static int add_group(struct keepalived *keepalived, const struct virtual_server *server)
{
	for (uint32_t i = 0; i < keepalived->group_count; i++) {
		const struct server_group *group = &keepalived->groups[i];
		int result = 0;

		if (strcmp(group->name, server->group) != 0)
			continue;
		for (uint32_t j = 0; j < group->entry_count && result == 0; j++)
			result = add_entry(keepalived, server, &keepalived->entries[group->first_entry + j]);
		return result;
	}
	return keepalived_fail_at(keepalived, &server->place,
				  "there is no virtual_server_group %s: define it or correct the name", server->group);
}

int keepalived_add_servers(struct keepalived *keepalived)
{
	int result = 0;

	for (uint32_t i = 0; i < keepalived->server_count && result == 0; i++) {
		const struct virtual_server *server = &keepalived->servers[i];

		keepalived->place = server->place;
		if (!has_reals(keepalived, server))
			continue;
		if (server->group[0] != '\0')
			result = add_group(keepalived, server);
		else
			result = add_service(keepalived, server, &server->service, &server->place);
	}
	return result;
}

int keepalived_add_addresses(struct keepalived *keepalived)
{
	int result = 0;

	for (uint32_t i = 0; i < keepalived->address_count && result >= 0; i++) {
		const struct vrrp_address *address = &keepalived->addresses[i];
		struct topology_service service = { .vip = address->ip, .origin = ORIGIN_CONFIGURED };

		if (topology_is_vip(keepalived->topology, &address->ip))
			continue;
		result = topology_add_service(keepalived->topology, &service, keepalived->error);
		keepalived_placed(keepalived, &address->place, result);
	}
	return result < 0 ? result : 0;
}
