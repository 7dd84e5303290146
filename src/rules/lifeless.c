// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/lifeless.h"

/* Asked in vain with an IP packet, too: not merely an address that nobody tried. */
static bool was_tried_in_vain(const struct facts *facts, const struct claim *claim)
{
	FOR_RECORDS (path, path, &facts->paths)
		if (path->segment == claim->key.segment && mac_equal(path->key.mac, claim->key.mac) &&
		    ip_equal(&path->key.service, &claim->key.ip) && path->silent > 0 && path->accepted == 0)
			return true;
	return false;
}

/* Addresses of the set-up exist, whether or not they were heard. */
static bool is_of_the_setup(const struct facts *facts, const struct ip *ip)
{
	return roles_is_vip(facts, ip) || topology_find_real_server(&facts->roles->topology, ip) ||
	       topology_find_director(&facts->roles->topology, ip);
}

enum lifeless lifeless_of(const struct facts *facts, const struct claim *claim)
{
	const struct host *host = facts_host(facts, claim->key.segment, &claim->key.ip);

	/* In IPv6 proxies answer sender-0 questions, too (net/ipv6/ndisc.c, ndisc_recv_ns). */
	if (!host || claim->answers == 0 || claim->asks || (claim->probes_answered && claim->key.ip.family == 4) ||
	    mark_is_set(&claim->proofs->delivered) || mark_is_set(&host->alive) ||
	    is_of_the_setup(facts, &claim->key.ip))
		return ALIVE;
	if (mark_is_set(&host->unreachable))
		return UNREACHABLE;
	if (facts_silent_probes(facts, claim) == 0)
		return ALIVE;
	return was_tried_in_vain(facts, claim) ? TRIED_IN_VAIN : UNHEARD;
}

struct lifeless_count lifeless_count(const struct facts *facts, const struct station *station)
{
	struct lifeless_count tried = { .count = 0 };

	FOR_CLAIMS_OF_STATION (facts, station, claim) {
		enum lifeless life = lifeless_of(facts, claim);

		if (life == ALIVE)
			continue;
		if (life > tried.surest)
			tried.surest = life;
		if (++tried.count == FAULT_MAX_EVIDENCE)
			break;
	}
	return tried;
}
