// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rivals.h"

bool rival_is_designed(struct mac mac)
{
	return (mac_kind_of(mac)->traits & (MAC_TRAIT_SHARED | MAC_TRAIT_EMULATED | MAC_TRAIT_NLB)) != 0;
}

static bool advertises(const struct group_router *router, const struct ip *ip)
{
	for (int i = 0; i < router->address_count; i++)
		if (ip_equal(&router->addresses[i], ip))
			return true;
	return false;
}

const struct group *rival_group(const struct facts *facts, uint32_t segment, const struct ip *ip)
{
	FOR_RECORDS (group, group, &facts->groups) {
		if (group->key.segment != segment || group->key.family != ip->family)
			continue;
		for (int i = 0; i < group->router_count; i++)
			if (advertises(&group->routers[i], ip))
				return group;
	}
	return NULL;
}

bool router_is_defiant(const struct group_router *router)
{
	return router->most_defiance >= DEFIANT_ADVERTS;
}

bool group_is_split(const struct group *group)
{
	for (int i = 0; i < group->router_count; i++)
		if (router_is_defiant(&group->routers[i]))
			return true;
	return false;
}

const struct group_router *router_defied(const struct group *group, const struct group_router *router)
{
	for (int i = 0; i < group->router_count; i++)
		if (ip_equal(&group->routers[i].source, &router->defied))
			return &group->routers[i];
	return NULL;
}

bool rivals_are_directors(const struct facts *facts, const struct claim *a, const struct claim *b)
{
	return roles_is_director(facts, a->key.segment, a->key.mac, &a->key.ip) &&
	       roles_is_director(facts, b->key.segment, b->key.mac, &b->key.ip);
}

bool rivals_are_one_host(const struct facts *facts, const struct claim *a, const struct claim *b)
{
	enum { TWIN_ADDRESSES = 2, MOST_ADDRESSES = 256 };
	const struct station *station = facts_station(facts, a->key.segment, a->key.mac);
	int common = 0, looked_at = 0;

	FOR_CLAIMS_OF_STATION (facts, station, claim) {
		const struct claim *twin = facts_claim(facts, claim->key.segment, &claim->key.ip, b->key.mac);

		if (claim->answers > 0 && twin && twin->answers > 0 && claim->shared + twin->shared > 0)
			common++;
		if (++looked_at == MOST_ADDRESSES)
			break;
	}
	return common >= TWIN_ADDRESSES;
}

bool is_of_set_up(const struct facts *facts, const struct ip *ip)
{
	const struct topology *topology = &facts->roles->topology;

	if (topology->service_count + topology->real_server_count + topology->director_count == 0)
		return true;
	return topology_is_vip(topology, ip) || topology_find_real_server(topology, ip) ||
	       topology_find_director(topology, ip);
}

/* A real server that is known as one answers late because it is slow: that is ARP flux, not a proxy. */
static bool may_be_proxy(const struct facts *facts, const struct claim *claim)
{
	uint32_t segment = claim->key.segment;

	return claim->announcements == 0 && claim->asks == 0 &&
	       (!roles_is_real_server(facts, segment, claim->key.mac, &claim->key.ip) ||
		roles_is_director(facts, segment, claim->key.mac, &claim->key.ip));
}

static bool owner_answered_probe(const struct facts *facts, const struct claim *claim)
{
	const struct host *host = facts_host(facts, claim->key.segment, &claim->key.ip);

	return host && host->probes_answered > 0;
}

bool claim_is_late_proxy(const struct facts *facts, const struct claim *claim, enum confidence *confidence)
{
	/* The same sender-0 probe that the owner answered was let pass: however soon its second answer came by chance.
	 */
	bool proven = claim->shared > 0 && facts_silent_probes(facts, claim) && owner_answered_probe(facts, claim);
	struct ownership ownership;

	if ((claim->late == 0 && !proven) || claim->probes_answered > 0 || rival_is_designed(claim->key.mac))
		return false;
	ownership = ownership_of(facts, claim);
	*confidence = ownership.confidence;
	if (ownership.ground == GROUND_PROBE_SILENT)
		*confidence = CONFIDENCE_PROVEN;
	if (ownership.own == OWN_NO)
		return true;
	*confidence = proven ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY;
	return ownership.own == OWN_UNKNOWN && (proven || claim->late >= 2) &&
	       claim->late * 2 >= claim->shared * !proven && may_be_proxy(facts, claim);
}
