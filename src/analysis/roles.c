// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/roles.h"

#include <stdlib.h>

#include "analysis/engine_private.h"

/* --- questions --- */

bool roles_is_vip(const struct facts *facts, const struct ip *ip)
{
	return topology_is_vip(facts->roles ? &facts->roles->topology : facts->configured, ip);
}

bool roles_is_service(const struct facts *facts, const struct ip *vip, uint16_t port, uint8_t protocol)
{
	const struct topology *topology = &facts->roles->topology;

	for (uint32_t i = 0; i < topology->service_count; i++) {
		const struct topology_service *service = &topology->services[i];

		if (ip_equal(&service->vip, vip) && (service->port == 0 || service->port == port) &&
		    (service->protocol == 0 || service->protocol == protocol))
			return true;
	}
	return false;
}

enum method roles_method(const struct facts *facts, const struct ip *vip)
{
	const struct topology *topology = &facts->roles->topology;
	enum method method = facts->default_method;

	for (uint32_t i = 0; i < topology->service_count; i++)
		if (ip_equal(&topology->services[i].vip, vip) && topology->services[i].method != METHOD_UNKNOWN)
			method = topology->services[i].method;
	return method;
}

static bool needs_true_macs(enum method method)
{
	return method == METHOD_DR || method == METHOD_UNKNOWN;
}

bool roles_need_true_macs(const struct facts *facts)
{
	const struct topology *topology = &facts->roles->topology;

	for (uint32_t i = 0; i < topology->service_count; i++)
		if (needs_true_macs(topology->services[i].method))
			return true;
	return topology->service_count == 0 && needs_true_macs(facts->default_method);
}

const struct role_mac *roles_find(const struct facts *facts, enum role role, uint32_t segment, struct mac mac,
				  const struct ip *vip)
{
	for (uint32_t i = 0; i < facts->roles->mac_count; i++) {
		const struct role_mac *found = &facts->roles->macs[i];

		if (found->role == role && found->segment == segment && mac_equal(found->mac, mac) &&
		    (!vip || found->vip.family == 0 || ip_equal(&found->vip, vip)))
			return found;
	}
	return NULL;
}

bool roles_is_director(const struct facts *facts, uint32_t segment, struct mac mac, const struct ip *vip)
{
	return roles_find(facts, ROLE_DIRECTOR, segment, mac, vip) != NULL;
}

bool roles_is_real_server(const struct facts *facts, uint32_t segment, struct mac mac, const struct ip *vip)
{
	return roles_find(facts, ROLE_REAL_SERVER, segment, mac, vip) != NULL;
}

bool roles_has_director(const struct facts *facts, uint32_t segment, const struct ip *vip)
{
	for (uint32_t i = 0; i < facts->roles->mac_count; i++) {
		const struct role_mac *found = &facts->roles->macs[i];

		if (found->role == ROLE_DIRECTOR && found->segment == segment &&
		    (found->vip.family == 0 || ip_equal(&found->vip, vip)))
			return true;
	}
	return false;
}

struct ip roles_own_address(const struct facts *facts, uint32_t segment, struct mac mac)
{
	const struct station *station = facts_station(facts, segment, mac);
	struct ip none = { .family = 0 };
	struct ip own = none;

	if (!station)
		return none;
	if (mark_is_set(&station->self_mark) && !roles_is_vip(facts, &station->self))
		return station->self;
	/* The chain runs backwards: the last one found was claimed first. */
	FOR_CLAIMS_OF_STATION (facts, station, claim)
		if (claim->answers + claim->asks > 0 && !roles_is_vip(facts, &claim->key.ip) &&
		    !ip_is_link_local(&claim->key.ip))
			own = claim->key.ip;
	return own;
}
