// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for hashes, hash tables, and windows onto untrusted bytes. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/table.h"

/* Sanitizers are to fail an impossible allocation as the allocator does, not to end the program. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

struct record {
	uint64_t key[2];
	uint32_t value;
};

static const size_t key_size = sizeof((struct record *)0)->key;

static struct record *put(struct table *table, uint64_t key, bool *made)
{
	return table_put(table, (uint64_t[]){ key, ~key }, made);
}

static struct record *find(const struct table *table, uint64_t key)
{
	return table_find(table, (uint64_t[]){ key, ~key });
}

static void what_was_put_is_found_and_nothing_else(void **state)
{
	struct table table;
	bool made;

	(void)state;
	table_init(&table, key_size, sizeof(struct record), 1U << 20, 42);
	assert_null(find(&table, 1));
	for (uint32_t i = 0; i < 100000; i++) {
		struct record *record = put(&table, i * 7, &made);

		assert_true(made);
		assert_int_equal(record->value, 0);
		record->value = i;
	}
	for (uint32_t i = 0; i < 100000; i++) {
		assert_int_equal(find(&table, i * 7)->value, i);
		assert_null(find(&table, i * 7 + 1));
	}
	assert_non_null(put(&table, 7, &made));
	assert_false(made);
	assert_non_null(put(&table, 7, NULL));
	assert_int_equal(table.count, 100000);
	assert_true(table.slot_count >= table.count * 2);
	table_free(&table);
}

static void records_never_move_and_keep_their_order(void **state)
{
	enum { RECORDS = 5000 };
	static struct record *records[RECORDS];
	struct table table;

	(void)state;
	table_init(&table, key_size, sizeof(struct record), RECORDS, 1);
	for (uint32_t i = 0; i < RECORDS; i++)
		records[i] = put(&table, i * 12345, NULL);
	for (uint32_t i = 0; i < RECORDS; i++) {
		assert_ptr_equal(table_at(&table, i), records[i]);
		assert_int_equal(records[i]->key[0], i * 12345);
	}
	table_free(&table);
}

static void a_full_table_refuses_and_counts(void **state)
{
	struct table table;
	bool made = true;

	(void)state;
	table_init(&table, key_size, sizeof(struct record), 3, 1);
	for (uint64_t i = 0; i < 3; i++)
		assert_non_null(put(&table, i, NULL));
	assert_null(put(&table, 3, &made));
	assert_false(made);
	assert_null(put(&table, 4, NULL));
	assert_int_equal(table.refused, 2);
	assert_non_null(put(&table, 2, NULL));
	assert_int_equal(table.refused, 2);
	table_free(&table);
}

static void a_freed_table_can_be_used_again(void **state)
{
	struct table table;

	(void)state;
	table_init(&table, key_size, sizeof(struct record), 10, 1);
	table_free(&table);
	put(&table, 1, NULL);
	table_free(&table);
	assert_null(find(&table, 1));
	assert_non_null(put(&table, 1, NULL));
	assert_int_equal(table.count, 1);
	table_free(&table);
}

static void memory_that_ran_out_makes_no_record(void **state)
{
	struct table table;

	(void)state;
	table_init(&table, key_size, SIZE_MAX / 2, 10, 1);
	assert_null(put(&table, 1, NULL));
	assert_null(find(&table, 1));
	assert_int_equal(table.refused, 0);
	table_free(&table);
}

static void hashes_depend_on_length_seed_and_every_bit(void **state)
{
	uint8_t bytes[64] = { 0 };

	(void)state;
	for (size_t length = 0; length <= sizeof bytes; length++) {
		uint64_t hash = hash_bytes(bytes, length, 7);

		assert_true(hash != hash_bytes(bytes, length, 8));
		assert_true(length == 0 || hash != hash_bytes(bytes, length - 1, 7));
		for (size_t bit = 0; bit < length * 8; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_true(hash != hash_bytes(bytes, length, 7));
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

/* Neighbouring keys are what the network has: consecutive addresses. */
static void hashes_of_neighbouring_keys_spread_evenly(void **state)
{
	enum { BUCKETS = 256, KEYS = BUCKETS * 64 };
	unsigned buckets[BUCKETS] = { 0 };

	(void)state;
	for (uint32_t key = 0; key < KEYS; key++)
		buckets[hash_bytes(&key, sizeof key, 3) >> 56]++;
	for (size_t i = 0; i < BUCKETS; i++)
		assert_in_range(buckets[i], 24, 112);
}

static void hashes_read_just_their_bytes(void **state)
{
	(void)state;
	for (size_t length = 1; length <= 64; length++) {
		uint8_t *bytes = calloc(length, 1);

		assert_non_null(bytes);
		hash_bytes(bytes, length, 0);
		free(bytes);
	}
}

static void getters_leave_their_result_alone_where_bytes_are_missing(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7 };
	struct bytes window = bytes_of(bytes, sizeof bytes);
	uint32_t value32 = 0;
	uint16_t value16 = 0;
	uint8_t value8 = 0;

	(void)state;
	assert_true(bytes_get_u32(&window, &value32));
	assert_int_equal(value32, 0x01020304);
	assert_true(bytes_get_u16(&window, &value16));
	assert_int_equal(value16, 0x0506);
	assert_false(bytes_get_u32(&window, &value32));
	assert_int_equal(value32, 0x01020304);
	assert_true(window.cut);
	assert_false(bytes_get_u8(&window, &value8));
	assert_int_equal(value8, 0);
}

static void taking_needs_all_bytes(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	struct bytes window = bytes_of(bytes, sizeof bytes);

	(void)state;
	bytes_limit(&window, 5);
	assert_int_equal(window.left, 3);
	bytes_limit(&window, 2);
	assert_ptr_equal(bytes_take(&window, 1), bytes);
	assert_ptr_equal(bytes_take(&window, 1), bytes + 1);
	assert_null(bytes_take(&window, 1));
	assert_true(window.cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_found_and_nothing_else),
		cmocka_unit_test(records_never_move_and_keep_their_order),
		cmocka_unit_test(a_full_table_refuses_and_counts),
		cmocka_unit_test(a_freed_table_can_be_used_again),
		cmocka_unit_test(memory_that_ran_out_makes_no_record),
		cmocka_unit_test(hashes_depend_on_length_seed_and_every_bit),
		cmocka_unit_test(hashes_of_neighbouring_keys_spread_evenly),
		cmocka_unit_test(hashes_read_just_their_bytes),
		cmocka_unit_test(getters_leave_their_result_alone_where_bytes_are_missing),
		cmocka_unit_test(taking_needs_all_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
