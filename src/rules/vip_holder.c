// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/vip_holder.h"

#include "rules/rivals.h"

#include "rules/rule_common.h"

/* Shared MACs belong to whichever director is master. */
static bool is_shared(struct mac mac)
{
	return (mac_kind_of(mac)->traits & (MAC_TRAIT_SHARED | MAC_TRAIT_NLB | MAC_TRAIT_EMULATED)) != 0;
}

static bool vip_has_real_servers(const struct facts *facts, const struct ip *vip)
{
	for (uint32_t i = 0; i < facts->roles->mac_count; i++) {
		const struct role_mac *role = &facts->roles->macs[i];

		if (role->role == ROLE_REAL_SERVER && (role->vip.family == 0 || ip_equal(&role->vip, vip)))
			return true;
	}
	return false;
}

/* Another MAC answers for the VIP, too, but this one also serves it: directors send on, real servers serve. */
static bool serves_itself(const struct facts *facts, const struct claim *claim)
{
	enum method method = roles_method(facts, &claim->key.ip);

	if (claim->shared == 0 || (method != METHOD_DR && method != METHOD_TUN))
		return false;
	FOR_RECORDS (path, path, &facts->paths)
		if (path->segment == claim->key.segment && mac_equal(path->key.mac, claim->key.mac) &&
		    ip_equal(&path->key.service, &claim->key.ip) && !path_is_echo(path) && path->straight > 0 &&
		    path->other_replied == 0 && !path->passed_on)
			return true;
	return false;
}

bool vip_holder_is_real_server(const struct facts *facts, const struct claim *claim, enum confidence *confidence)
{
	uint32_t segment = claim->key.segment;
	const struct ip *vip = &claim->key.ip;

	if (!roles_is_vip(facts, vip) || roles_method(facts, vip) == METHOD_NAT || is_shared(claim->key.mac) ||
	    claim_is_hearsay(claim) || roles_is_director(facts, segment, claim->key.mac, vip) ||
	    ownership_of(facts, claim).own == OWN_NO)
		return false;
	*confidence = CONFIDENCE_PROVEN;
	if (roles_is_real_server(facts, segment, claim->key.mac, vip))
		return !station_is_proxy(facts, segment, claim->key.mac);
	if (claim_is_late_proxy(facts, claim, confidence))
		return false;
	*confidence = CONFIDENCE_LIKELY;
	if (serves_itself(facts, claim))
		return true;
	return roles_has_director(facts, segment, vip) && vip_has_real_servers(facts, vip) &&
	       !station_is_proxy(facts, segment, claim->key.mac);
}

struct ip vip_holder_address(const struct facts *facts, const struct claim *claim)
{
	const struct role_mac *role =
	    roles_find(facts, ROLE_REAL_SERVER, claim->key.segment, claim->key.mac, &claim->key.ip);
	struct ip own = roles_own_address(facts, claim->key.segment, claim->key.mac);

	if (role && role->ip.family)
		return role->ip;
	for (uint32_t i = 0; own.family == 0 && i < facts->segments.count; i++)
		own = roles_own_address(facts, i, claim->key.mac);
	return own;
}
