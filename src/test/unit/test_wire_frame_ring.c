// SPDX-License-Identifier: GPL-2.0-or-later
/* The latest frames, whole, in bounded memory. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <string.h>

#include "wire/frame_ring.h"

static void add(struct frame_ring *ring, uint64_t number, uint32_t length)
{
	uint8_t bytes[512];
	struct frame frame = {
		.bytes = bytes, .captured = length, .length = length, .number = number, .time = (nanos)number * 10
	};

	memset(bytes, (int)(number % 251), sizeof bytes);
	frame_ring_add(ring, &frame);
}

static void has(const struct frame_ring *ring, uint64_t number, uint32_t length)
{
	struct frame frame;

	assert_true(frame_ring_get(ring, number, &frame));
	assert_int_equal(frame.number, number);
	assert_int_equal(frame.time, number * 10);
	assert_int_equal(frame.captured, length);
	for (uint32_t i = 0; i < length; i++)
		assert_int_equal(frame.bytes[i], number % 251);
}

static struct frame_ring *make(uint32_t frames, size_t bytes)
{
	struct error error = ERROR_INIT;
	struct frame_ring *ring;

	assert_int_equal(frame_ring_new(&ring, frames, bytes, &error), 0);
	return ring;
}

static void frames_are_found_by_number(void **state)
{
	struct frame_ring *ring = make(8, 1024);
	struct frame frame;

	(void)state;
	assert_int_equal(frame_ring_first(ring), 0);
	assert_false(frame_ring_get(ring, 0, &frame));
	assert_false(frame_ring_get(ring, 1, &frame));
	for (uint64_t i = 1; i <= 5; i++)
		add(ring, i, 60);
	for (uint64_t i = 1; i <= 5; i++)
		has(ring, i, 60);
	assert_false(frame_ring_get(ring, 6, &frame));
	assert_int_equal(frame_ring_count(ring), 5);
	assert_int_equal(frame_ring_evicted(ring), 0);
	frame_ring_free(ring);
}

static void the_oldest_give_way_by_number_and_by_bytes(void **state)
{
	struct frame_ring *by_number = make(4, 4096), *by_bytes = make(100, 200);

	(void)state;
	for (uint64_t i = 1; i <= 10; i++) {
		add(by_number, i, 60);
		add(by_bytes, i, 60);
	}
	assert_int_equal(frame_ring_first(by_number), 7);
	assert_int_equal(frame_ring_evicted(by_number), 6);
	for (uint64_t i = 7; i <= 10; i++)
		has(by_number, i, 60);
	assert_int_equal(frame_ring_first(by_bytes), 8);
	for (uint64_t i = 8; i <= 10; i++)
		has(by_bytes, i, 60);
	frame_ring_free(by_number);
	frame_ring_free(by_bytes);
}

static void frames_of_all_lengths_stay_whole(void **state)
{
	struct frame_ring *ring = make(64, 1000);
	uint32_t lengths[2000];
	uint32_t random = 1;

	(void)state;
	for (uint64_t i = 1; i < 2000; i++) {
		random = random * 1103515245 + 12345;
		lengths[i] = random >> 16 & 511;
		add(ring, i, lengths[i]);
		assert_true(frame_ring_count(ring) >= 1);
		assert_int_equal(frame_ring_evicted(ring) + frame_ring_count(ring), i);
		for (uint64_t k = frame_ring_first(ring); k <= i; k++)
			has(ring, k, lengths[k]);
	}
	frame_ring_free(ring);
}

static void what_is_longer_than_the_room_is_cut(void **state)
{
	struct frame_ring *ring = make(4, 100);

	(void)state;
	add(ring, 1, 50);
	add(ring, 2, 400);
	has(ring, 2, 100);
	add(ring, 3, 0);
	has(ring, 3, 0);
	frame_ring_free(ring);
}

static void another_number_begins_anew(void **state)
{
	struct frame_ring *ring = make(4, 1000);

	(void)state;
	add(ring, 1, 50);
	add(ring, 2, 50);
	add(ring, 100, 50);
	has(ring, 100, 50);
	assert_int_equal(frame_ring_first(ring), 100);
	assert_int_equal(frame_ring_evicted(ring), 2);
	frame_ring_free(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_found_by_number),
		cmocka_unit_test(the_oldest_give_way_by_number_and_by_bytes),
		cmocka_unit_test(frames_of_all_lengths_stay_whole),
		cmocka_unit_test(what_is_longer_than_the_room_is_cut),
		cmocka_unit_test(another_number_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
