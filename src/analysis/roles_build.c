// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "analysis/engine_private.h"
#include "analysis/roles_private.h"

/* --- building --- */

void roles_note(struct building *building, int result)
{
	if (result == ERROR_MEMORY)
		building->result = result;
}

static void add_mac(struct building *building, const struct role_mac *added)
{
	struct roles *roles = building->roles;
	uint32_t room = roles->mac_room ? roles->mac_room * 2 : 16;
	const struct role_mac *found =
	    roles_find(building->facts, added->role, added->segment, added->mac, &added->vip);
	struct role_mac *grown;

	if (found && (added->ip.family == 0 || ip_equal(&found->ip, &added->ip)))
		return;
	if (roles->mac_count == roles->mac_room) {
		grown = realloc(roles->macs, room * sizeof *grown);
		if (!grown) {
			roles_note(building, error_set(building->error, ERROR_MEMORY, NULL, "out of memory"));
			return;
		}
		roles->macs = grown;
		roles->mac_room = room;
	}
	roles->macs[roles->mac_count++] = *added;
}

/* Its known MAC, where that is about, and every MAC that its address was seen at. */
static void add_configured_in(struct building *building, const struct topology_host *configured, uint32_t segment,
			      enum role role)
{
	const struct facts *facts = building->facts;
	const struct host *host = facts_host(facts, segment, &configured->ip);
	struct role_mac added = { .segment = segment,
				  .mac = configured->mac,
				  .ip = configured->ip,
				  .role = role,
				  .origin = ORIGIN_CONFIGURED };

	if (configured->mac_known && facts_station(facts, segment, configured->mac))
		add_mac(building, &added);
	if (!host)
		return;
	FOR_CLAIMS_OF_HOST (facts, host, claim) {
		added.mac = claim->key.mac;
		add_mac(building, &added);
	}
}

static void add_configured(struct building *building, const struct topology_host *hosts, uint32_t count, enum role role)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t segment = 0; segment < building->facts->segments.count; segment++)
			add_configured_in(building, &hosts[i], segment, role);
}

/* A known MAC of one that never spoke, where packets were sent to it. */
static void add_addressed(struct building *building, const struct topology_host *hosts, uint32_t count, enum role role)
{
	FOR_RECORDS (path, path, &building->facts->paths)
		for (uint32_t i = 0; i < count; i++) {
			struct role_mac added = { .segment = path->segment,
						  .mac = path->key.mac,
						  .ip = hosts[i].ip,
						  .role = role,
						  .origin = ORIGIN_CONFIGURED };

			if (hosts[i].mac_known && mac_equal(hosts[i].mac, path->key.mac))
				add_mac(building, &added);
		}
}

int roles_add_service(struct building *building, const struct ip *vip, uint16_t port, uint8_t protocol,
		      enum method method)
{
	struct topology *topology = &building->roles->topology;
	struct topology_service service = {
		.port = port, .protocol = protocol, .method = method, .origin = ORIGIN_INFERRED
	};
	int result;

	if (building->facts->default_method != METHOD_UNKNOWN)
		service.method = building->facts->default_method;
	for (uint32_t i = 0; i < topology->service_count; i++) {
		struct topology_service *known = &topology->services[i];

		if (!ip_equal(&known->vip, vip) || (known->port && port && known->port != port) ||
		    (known->protocol && protocol && known->protocol != protocol))
			continue;
		if (known->origin == ORIGIN_INFERRED && known->port == 0 && port)
			continue;
		if (known->method == METHOD_UNKNOWN)
			known->method = service.method;
		return (int)i;
	}
	service.vip = *vip;
	result = topology_add_service(topology, &service, building->error);
	roles_note(building, result);
	building->roles->inferred |= result >= 0;
	return result;
}

/* Where directors are configured, nobody else who passes packets for the VIP on is taken for one. */
static bool contradicts_configuration(const struct facts *facts, const struct ip *ip)
{
	return facts->configured->director_count > 0 && ip->family && !topology_find_director(facts->configured, ip);
}

/* Nor is a MAC that the director sends to a real server's where it is known to be somebody else's. */
static bool is_no_real_server(const struct facts *facts, const struct ip *ip)
{
	return facts->configured->real_server_count > 0 && ip->family &&
	       !topology_find_real_server(facts->configured, ip);
}

static void add_director(struct building *building, const struct role_mac *added)
{
	add_mac(building, added);
	if (added->ip.family && !ip_equal(&added->ip, &added->vip))
		roles_note(building, topology_add_director(&building->roles->topology, &added->ip, NULL,
							   ORIGIN_INFERRED, building->error));
}

void roles_add_director(struct building *building, uint32_t segment, struct mac mac, const struct ip *vip,
			struct mark mark)
{
	const struct role_mac added = { .segment = segment,
					.mac = mac,
					.ip = roles_own_address(building->facts, segment, mac),
					.vip = *vip,
					.role = ROLE_DIRECTOR,
					.origin = ORIGIN_INFERRED,
					.mark = mark };

	if (!contradicts_configuration(building->facts, &added.ip))
		add_director(building, &added);
}

void roles_add_backend(struct building *building, int service, const struct ip *ip)
{
	struct topology *topology = &building->roles->topology;
	struct topology_backend backend = { .weight = -1 };
	int real_server;

	if (service < 0 || ip->family == 0 || topology->services[service].origin == ORIGIN_CONFIGURED)
		return;
	real_server = topology_add_real_server(topology, ip, NULL, ORIGIN_INFERRED, building->error);
	roles_note(building, real_server);
	if (real_server < 0)
		return;
	backend.service = (uint32_t)service;
	backend.real_server = (uint32_t)real_server;
	roles_note(building, topology_add_backend(topology, &backend, building->error));
}

void roles_add_real_server(struct building *building, uint32_t segment, struct mac mac, const struct ip *ip,
			   const struct ip *vip, int service, struct mark mark)
{
	struct role_mac added = { .segment = segment,
				  .mac = mac,
				  .ip = *ip,
				  .vip = *vip,
				  .role = ROLE_REAL_SERVER,
				  .origin = ORIGIN_INFERRED,
				  .mark = mark };

	if (is_no_real_server(building->facts, ip))
		return;
	add_mac(building, &added);
	roles_add_backend(building, service, ip);
}

/* --- from VRRP --- */

static bool is_group_vip(const struct ip *ip)
{
	return ip->family == 4 || !ip_is_link_local(ip);
}

/* Who advertises an address is its director, whoever else is configured: a backup that nobody mentioned, say. */
static void infer_directors(struct building *building, const struct group *group)
{
	struct role_mac added = { .segment = group->key.segment, .role = ROLE_DIRECTOR, .origin = ORIGIN_INFERRED };

	for (int i = 0; i < group->address_count; i++)
		for (int k = 0; k < group->router_count && is_group_vip(&group->addresses[i]); k++) {
			added.mac = group->routers[k].mac;
			added.ip = group->routers[k].source;
			added.vip = group->addresses[i];
			added.mark = group->routers[k].first;
			add_director(building, &added);
		}
}

/* Only where traffic shows no port of it: otherwise the address is there already. */
static void infer_group_services(struct building *building, const struct group *group)
{
	for (int i = 0; i < group->address_count; i++)
		if (is_group_vip(&group->addresses[i]) &&
		    !topology_is_vip(&building->roles->topology, &group->addresses[i]))
			roles_add_service(building, &group->addresses[i], 0, 0, METHOD_UNKNOWN);
}

int roles_build(const struct facts *facts, struct roles **result, struct error *error)
{
	struct roles *roles = calloc(1, sizeof *roles);
	struct facts view = *facts;
	struct building building = { .facts = &view, .roles = roles, .error = error };

	*result = roles;
	if (!roles)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	view.roles = roles;
	roles_note(&building, topology_copy(facts->configured, &roles->topology, error));
	roles->configured = facts->configured->service_count + facts->configured->real_server_count +
				facts->configured->director_count + facts->configured->known_count >
			    0;
	add_configured(&building, facts->configured->directors, facts->configured->director_count, ROLE_DIRECTOR);
	add_configured(&building, facts->configured->real_servers, facts->configured->real_server_count,
		       ROLE_REAL_SERVER);
	add_addressed(&building, facts->configured->directors, facts->configured->director_count, ROLE_DIRECTOR);
	add_addressed(&building, facts->configured->real_servers, facts->configured->real_server_count,
		      ROLE_REAL_SERVER);
	FOR_RECORDS (group, group, &facts->groups)
		infer_directors(&building, group);
	roles_infer_from_paths(&building);
	FOR_RECORDS (host, host, &facts->hosts)
		roles_infer_from_vain_question(&building, host);
	FOR_RECORDS (group, group, &facts->groups)
		infer_group_services(&building, group);
	return building.result;
}

void roles_free(struct roles *roles)
{
	if (!roles)
		return;
	topology_free(&roles->topology);
	free(roles->macs);
	free(roles);
}
