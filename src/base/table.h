// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A bounded hash table of fixed-size records for the hot paths.
 *
 * Each record begins with its key (`key_size` bytes, padding zeroed by the
 * caller). Records never move once made, so pointers to them stay valid until
 * table_free(); they can be walked in the order in which they were made, which
 * keeps every output that is derived from a table reproducible.
 * When `limit` records exist, further ones are refused and counted.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table {
	size_t key_size;
	size_t record_size;
	uint32_t limit;
	uint32_t count;
	uint64_t refused;    /* records that found no room */
	uint64_t *slots;     /* upper half of the key's hash, then record index + 1; 0 is free */
	uint32_t slot_count; /* 0 or a power of two */
	uint8_t **chunks;    /* TABLE_CHUNK records each */
	uint32_t chunk_count;
	uint64_t seed;
};

enum { TABLE_CHUNK = 256 };

/*
 * `limit` is held to 2^30. A record holds at least its key, and sizeof of the record's type is the `record_size`.
 * No allocation happens before the first record. `seed` keeps hostile input from choosing its collisions.
 */
void table_init(struct table *table, size_t key_size, size_t record_size, uint32_t limit, uint64_t seed);
void table_free(struct table *table);

/* NULL where there is none. */
void *table_find(const struct table *table, const void *key);

/*
 * Finds the record or makes one that is zero behind its key. NULL when the
 * table is full (counted in `refused`) or memory ran out. `made` may be NULL.
 */
void *table_put(struct table *table, const void *key, bool *made);

/* The record made as number `index`, 0 <= index < count. */
void *table_at(const struct table *table, uint32_t index);

/*
 * Looking ahead, for callers that know their next keys: table_hint() brings the key's slot near and gives a handle by
 * which table_hint_record() later brings the record near. Both only ask the processor; neither changes anything.
 */
uint32_t table_hint(const struct table *table, const void *key);
void table_hint_record(const struct table *table, uint32_t handle);

#endif
