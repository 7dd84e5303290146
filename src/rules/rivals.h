// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two MACs for one address: what explains it. The rules about rivals share these questions, so that each
 * case is reported by one of them only.
 */
#ifndef RULES_RIVALS_H
#define RULES_RIVALS_H

#include "rules/rules.h"

enum { DEFIANT_ADVERTS = 2, PROVEN_DEFIANCE = 3, MOST_RIVALS = 16 };

/* Whether several machines may use the MAC, or one answers for everything, by design. */
bool rival_is_designed(struct mac mac);

/* The VRRP group of this segment that advertises the address; NULL where there is none. */
const struct group *rival_group(const struct facts *facts, uint32_t segment, const struct ip *ip);

/* Whether this router of a group goes on advertising against a better one. */
bool router_is_defiant(const struct group_router *router);
bool group_is_split(const struct group *group);

/* The router that a defiant one does not hear; NULL where it is not known. */
const struct group_router *router_defied(const struct group *group, const struct group_router *router);

/* Whether both MACs are directors of the VIP: by configuration, by VRRP or by what they forward. */
bool rivals_are_directors(const struct facts *facts, const struct claim *a, const struct claim *b);

/*
 * Whether both MACs answer for several addresses alike: Linux answers on every interface for each of its addresses, so
 * it is one host with two interfaces in the segment.
 */
bool rivals_are_one_host(const struct facts *facts, const struct claim *a, const struct claim *b);

/* Whether the address is a VIP, a director's or a real server's; any address where no set-up is known. */
bool is_of_set_up(const struct facts *facts, const struct ip *ip);

/*
 * Whether the MAC answers for the address after another one did, and like a proxy: it lets sender-0 probes pass, or is
 * late again and again and never speaks as the address. `confidence` is set where it does.
 */
bool claim_is_late_proxy(const struct facts *facts, const struct claim *claim, enum confidence *confidence);

#endif
