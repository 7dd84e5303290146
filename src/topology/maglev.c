// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology/maglev.h"

#include <stdlib.h>

static uint32_t prepare(struct maglev_member *members, uint32_t count, uint32_t size)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < count; i++) {
		members[i].offset = (uint32_t)(members[i].name >> 32) % size;
		members[i].skip = (uint32_t)members[i].name % (size - 1) + 1;
		members[i].credit = 0;
		if (members[i].weight > most)
			most = members[i].weight;
	}
	return most;
}

/* The first free slot in the member's order: `size` is a prime, so that every skip leads to all of them. */
static void take_slot(uint16_t *slots, uint32_t size, struct maglev_member *member, uint16_t nobody)
{
	while (slots[member->offset] != nobody)
		member->offset = (member->offset + member->skip) % size;
	slots[member->offset] = member->value;
}

static int compare(const void *left, const void *right)
{
	const struct maglev_member *a = left, *b = right;

	return a->name < b->name ? -1 : a->name > b->name;
}

void maglev_fill(uint16_t *slots, uint32_t size, struct maglev_member *members, uint32_t count, uint16_t nobody)
{
	uint32_t most = prepare(members, count, size), filled = 0;

	for (uint32_t i = 0; i < size; i++)
		slots[i] = nobody;
	if (most == 0)
		return;
	/* Whoever comes first gets what two want: the order must not depend on how they were given. */
	qsort(members, count, sizeof *members, compare);
	while (filled < size) {
		for (uint32_t i = 0; i < count && filled < size; i++) {
			members[i].credit += members[i].weight;
			if (members[i].credit < most)
				continue;
			members[i].credit -= most;
			take_slot(slots, size, &members[i], nobody);
			filled++;
		}
	}
}
