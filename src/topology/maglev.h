// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Maglev tables: which member a hash belongs to, evenly, and with few changes
 * when a member comes or goes (Eisenbud et al., "Maglev: A Fast and Reliable
 * Software Network Load Balancer", NSDI 2016, section 3.4).
 *
 * Each member has its own order of all slots, which follows from its name
 * alone; in turn each takes the first one of its order that is still free. So
 * the same members give the same table on every machine and in every run.
 */
#ifndef TOPOLOGY_MAGLEV_H
#define TOPOLOGY_MAGLEV_H

#include <stddef.h>
#include <stdint.h>

struct maglev_member {
	uint64_t name;   /* a hash of what tells it from the others */
	uint32_t weight; /* takes so many turns for each turn of a member of weight 1; 0: gets nothing */
	uint16_t value;  /* what stands in its slots */
	/* Where it is in its order; for maglev_fill() only. */
	uint32_t offset, skip, credit;
};

/*
 * Fills `slots`, `size` of them, a prime. The members' order does not matter but where two have the same name. With
 * nobody of weight every slot holds `nobody`.
 */
void maglev_fill(uint16_t *slots, uint32_t size, struct maglev_member *members, uint32_t count, uint16_t nobody);

#endif
