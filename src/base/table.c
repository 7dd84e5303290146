// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Open addressing with linear probing, at most half full. A slot carries half of its key's hash beside the record's
 * number: a miss is told from the slots alone, and growing never touches the records.
 */
#include "base/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { TABLE_FIRST_SLOTS = 64 };
#define TABLE_LIMIT (UINT32_C(1) << 30)

void table_init(struct table *table, size_t key_size, size_t record_size, uint32_t limit, uint64_t seed)
{
	*table = (struct table){
		.key_size = key_size,
		.record_size = record_size,
		.limit = limit < TABLE_LIMIT ? limit : TABLE_LIMIT,
		.seed = seed,
	};
}

void table_free(struct table *table)
{
	for (uint32_t i = 0; i < table->chunk_count; i++)
		free(table->chunks[i]);
	free(table->chunks);
	free(table->slots);
	table_init(table, table->key_size, table->record_size, table->limit, table->seed);
}

void *table_at(const struct table *table, uint32_t index)
{
	return table->chunks[index / TABLE_CHUNK] + (size_t)(index % TABLE_CHUNK) * table->record_size;
}

static inline uint32_t table_tag(const struct table *table, const void *key)
{
	return (uint32_t)(hash_bytes(key, table->key_size, table->seed) >> 32);
}

/* Keys are short: a call of memcmp costs more than the comparison. */
static inline bool keys_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
	for (; size >= sizeof(uint32_t); a += sizeof(uint32_t), b += sizeof(uint32_t), size -= sizeof(uint32_t)) {
		uint32_t x, y;

		memcpy(&x, a, sizeof x);
		memcpy(&y, b, sizeof y);
		if (x != y)
			return false;
	}
	while (size > 0 && *a == *b) {
		a++;
		b++;
		size--;
	}
	return size == 0;
}

/* The key's slot, or the free one where it would go. There is always a free slot. */
static uint32_t table_probe(const struct table *table, const void *key, uint32_t tag)
{
	uint32_t mask = table->slot_count - 1;
	uint32_t at = tag & mask;

	for (; table->slots[at] != 0; at = (at + 1) & mask) {
		if (table->slots[at] >> 32 != tag)
			continue;
		if (keys_equal(table_at(table, (uint32_t)table->slots[at] - 1), key, table->key_size))
			break;
	}
	return at;
}

static void *table_in_slot(const struct table *table, uint32_t at)
{
	return table->slots[at] == 0 ? NULL : table_at(table, (uint32_t)table->slots[at] - 1);
}

void *table_find(const struct table *table, const void *key)
{
	return table->count == 0 ? NULL : table_in_slot(table, table_probe(table, key, table_tag(table, key)));
}

static bool table_grow_slots(struct table *table)
{
	uint32_t slot_count = table->slot_count > 0 ? table->slot_count * 2 : TABLE_FIRST_SLOTS;
	uint64_t *slots = calloc(slot_count, sizeof *slots);

	if (!slots)
		return false;
	for (uint32_t i = 0; i < table->slot_count; i++) {
		uint32_t at = (uint32_t)(table->slots[i] >> 32) & (slot_count - 1);

		if (table->slots[i] == 0)
			continue;
		while (slots[at] != 0)
			at = (at + 1) & (slot_count - 1);
		slots[at] = table->slots[i];
	}
	free(table->slots);
	table->slots = slots;
	table->slot_count = slot_count;
	return true;
}

/* The list of chunks has room for a power of two of them, and doubles when it is full. */
static bool table_add_chunk(struct table *table)
{
	uint32_t count = table->chunk_count;

	if ((count & (count - 1)) == 0) {
		size_t room = count > 0 ? (size_t)count * 2 : 1;
		uint8_t **chunks = reallocarray(table->chunks, room, sizeof *chunks);

		if (!chunks)
			return false;
		table->chunks = chunks;
	}
	table->chunks[count] = calloc(TABLE_CHUNK, table->record_size);
	if (!table->chunks[count])
		return false;
	table->chunk_count++;
	return true;
}

static bool table_make_room(struct table *table)
{
	if (table->count >= table->slot_count / 2 && !table_grow_slots(table))
		return false;
	return table->count < table->chunk_count * TABLE_CHUNK || table_add_chunk(table);
}

static void *table_make(struct table *table, const void *key, uint32_t tag)
{
	uint32_t at;
	void *record;

	if (table->count >= table->limit) {
		table->refused++;
		return NULL;
	}
	if (!table_make_room(table))
		return NULL;
	at = table_probe(table, key, tag);
	record = table_at(table, table->count++);
	memcpy(record, key, table->key_size);
	table->slots[at] = (uint64_t)tag << 32 | table->count;
	return record;
}

void *table_put(struct table *table, const void *key, bool *made)
{
	uint32_t tag = table_tag(table, key);
	void *record = table->count == 0 ? NULL : table_in_slot(table, table_probe(table, key, tag));
	bool found = record != NULL;

	if (!found)
		record = table_make(table, key, tag);
	if (made)
		*made = !found && record != NULL;
	return record;
}

uint32_t table_hint(const struct table *table, const void *key)
{
	uint32_t tag;

	if (table->count == 0)
		return 0;
	tag = table_tag(table, key);
	__builtin_prefetch(&table->slots[tag & (table->slot_count - 1)]);
	return tag;
}

void table_hint_record(const struct table *table, uint32_t handle)
{
	enum { NEAR = 2, LINE = 64 };
	uint32_t mask = table->slot_count - 1;

	if (table->count == 0)
		return;
	for (uint32_t at = handle & mask, i = 0; i < NEAR && table->slots[at] != 0; at = (at + 1) & mask, i++) {
		if (table->slots[at] >> 32 != handle)
			continue;
		const uint8_t *record = table_at(table, (uint32_t)table->slots[at] - 1);

		__builtin_prefetch(record, 1);
		__builtin_prefetch(record + LINE, 1);
		return;
	}
}
