// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology/topology_index.h"

struct index_record {
	struct index_key key;
	uint32_t position;
};

/* Services stand in it twice: by key and by VIP. */
enum {
	INDEX_LIMIT = 2 * TOPOLOGY_MAX_SERVICES + TOPOLOGY_MAX_BACKENDS + 3 * TOPOLOGY_MAX_HOSTS,
};

/* The key is hashed whole. */
_Static_assert(sizeof(struct index_key) == 36, "struct index_key has hidden padding");

int index_find(const struct topology *topology, const struct index_key *key)
{
	const struct index_record *record = table_find(&topology->index, key);

	return record ? (int)record->position : -1;
}

int index_put(struct topology *topology, const struct index_key *key, uint32_t position, struct error *error)
{
	struct index_record *record;
	bool made;

	if (topology->index.record_size == 0)
		table_init(&topology->index, sizeof *key, sizeof *record, INDEX_LIMIT, 0);
	record = table_put(&topology->index, key, &made);
	if (!record)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the topology's index");
	if (made)
		record->position = position;
	return 0;
}
