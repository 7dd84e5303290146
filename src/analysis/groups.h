// SPDX-License-Identifier: GPL-2.0-or-later
/* What VRRP has shown: groups of routers, their masters and rivals. A part of the facts (facts.h). */
#ifndef ANALYSIS_GROUPS_H
#define ANALYSIS_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/segment.h"
#include "wire/address.h"
#include "wire/packet.h"

enum {
	MAX_GROUPS = 512,
	GROUP_MAX_ROUTERS = 6,
	GROUP_MAX_CHANGES = 8,
};

struct group_router {
	struct ip source;
	struct mac mac;   /* of the frame: the VMAC where one is used */
	uint8_t priority; /* of the latest advertisement that was not 0 */
	uint8_t version;
	uint32_t count;
	uint32_t interval; /* milliseconds */
	uint32_t defiance; /* adverts in a row sent although a better router advertises, now and at most */
	uint32_t most_defiance;
	struct ip defied; /* the better router */
	struct mark first, last, first_defiance, last_defiance, resigned;
	uint64_t addresses_hash; /* order does not count */
	uint8_t address_count;
	struct ip addresses[VRRP_MAX_ADDRESSES];
};

struct group_change {
	struct mark mark;
	struct mac from, to;
	struct ip from_ip, to_ip;
	bool virtual_mac;
};

struct group {
	struct group_key {
		uint32_t segment;
		uint8_t family, vrid;
		uint8_t pad[2];
	} key;
	struct group_router routers[GROUP_MAX_ROUTERS];
	uint8_t router_count;
	int8_t master; /* index of the best router that advertises; -1 none */
	struct group_change changes[GROUP_MAX_CHANGES];
	uint32_t change_count; /* may exceed GROUP_MAX_CHANGES: then the last place holds the latest one */
	struct ip addresses[VRRP_MAX_ADDRESSES];
	uint8_t address_count;
};

static inline const struct group_change *group_last_change(const struct group *group)
{
	uint32_t kept = group->change_count < GROUP_MAX_CHANGES ? group->change_count : GROUP_MAX_CHANGES;

	return kept ? &group->changes[kept - 1] : NULL;
}

#endif
