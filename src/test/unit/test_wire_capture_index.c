// SPDX-License-Identifier: GPL-2.0-or-later
/* Any frame of a capture can be had again, as it was in the first reading. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdlib.h>
#include <string.h>

#include "test/unit/capture_bytes.h"
#include "wire/capture_index.h"

/* A capture in memory, read once with an index, and a second reader of the same bytes. */
struct indexed {
	struct text bytes;
	struct capture_index *index;
	struct memory again;
	struct capture *reader;
	struct {
		nanos time;
		uint32_t interface, captured;
		uint16_t link_type;
	} * first; /* frame by frame */
	uint64_t frames;
};

static void read_once(struct indexed *indexed, uint64_t most)
{
	struct memory memory = { .bytes = indexed->bytes.bytes, .length = indexed->bytes.length };
	struct error error = ERROR_INIT;
	struct capture *capture;
	struct frame frame;

	indexed->first = calloc(most + 1, sizeof *indexed->first);
	assert_int_equal(capture_index_new(&indexed->index, &error), 0);
	assert_int_equal(capture_open(&capture, memory_read, &memory, "first", 0, &error), 0);
	capture_index_note(indexed->index, capture);
	while (capture_next(capture, &frame, &error) > 0) {
		assert_true(frame.number <= most);
		indexed->first[frame.number].time = frame.time;
		indexed->first[frame.number].interface = frame.interface;
		indexed->first[frame.number].captured = frame.captured;
		indexed->first[frame.number].link_type = frame.link_type;
		indexed->frames = frame.number;
		capture_index_note(indexed->index, capture);
	}
	capture_close(capture);
	indexed->again = (struct memory){ .bytes = indexed->bytes.bytes, .length = indexed->bytes.length };
	assert_int_equal(capture_open(&indexed->reader, memory_read, &indexed->again, "again", 0, &error), 0);
}

static void find_again(struct indexed *indexed, uint64_t number)
{
	struct error error = ERROR_INIT;
	struct frame frame = { .number = 0 };
	uint64_t offset, steps = 0;

	assert_int_equal(capture_index_seek(indexed->index, indexed->reader, number, &offset, &error), 0);
	indexed->again.at = offset;
	while (frame.number < number) {
		assert_int_equal(capture_next(indexed->reader, &frame, &error), 1);
		assert_true(++steps <= capture_index_step(indexed->index));
	}
	assert_int_equal(frame.number, number);
	assert_int_equal(frame.time, indexed->first[number].time);
	assert_int_equal(frame.interface, indexed->first[number].interface);
	assert_int_equal(frame.captured, indexed->first[number].captured);
	assert_int_equal(frame.link_type, indexed->first[number].link_type);
}

static void find_all_again(struct indexed *indexed)
{
	for (uint64_t number = 1; number <= indexed->frames; number += 7)
		find_again(indexed, number);
	for (uint64_t number = indexed->frames; number > 11; number -= 11)
		find_again(indexed, number);
	find_again(indexed, indexed->frames);
	find_again(indexed, 1);
}

static void done(struct indexed *indexed)
{
	capture_close(indexed->reader);
	capture_index_free(indexed->index);
	text_free(&indexed->bytes);
	free(indexed->first);
}

static void every_frame_of_a_classic_capture_is_found_again(void **state)
{
	struct indexed indexed = { .bytes = TEXT_INIT };

	(void)state;
	put_pcap_header(&indexed.bytes, true, MICROSECONDS, 4, 0, 1);
	for (uint32_t i = 0; i < 5000; i++)
		put_pcap_record(&indexed.bytes, true, 1000 + i, i, 14 + i % 60, 14 + i % 60);
	read_once(&indexed, 5000);
	assert_int_equal(indexed.frames, 5000);
	find_all_again(&indexed);
	done(&indexed);
}

static void sections_and_late_interfaces_are_found_again(void **state)
{
	struct indexed indexed = { .bytes = TEXT_INIT };
	uint32_t interface = 0;

	(void)state;
	for (uint32_t i = 0; i < 4000; i++) {
		bool big = i / 1300 % 2 == 1;

		if (i % 1300 == 0) {
			put_section(&indexed.bytes, big);
			interface = 0;
			put_interface(&indexed.bytes, big, 1, 0, 6);
		} else if (i % 301 == 0) {
			put_interface(&indexed.bytes, big, i % 2 ? 113 : 276, 0, (int)(interface++ % 9));
		}
		put_packet(&indexed.bytes, big, i % (interface + 1), 1000 + i, 20 + i % 9, 60);
	}
	read_once(&indexed, 4000);
	assert_int_equal(indexed.frames, 4000);
	find_all_again(&indexed);
	done(&indexed);
}

static void nothing_is_found_before_anything_was_read(void **state)
{
	struct indexed indexed = { .bytes = TEXT_INIT };
	struct error error = ERROR_INIT;
	struct capture_index *empty;
	uint64_t offset;

	(void)state;
	put_pcap_header(&indexed.bytes, false, NANOSECONDS, 4, 0, 1);
	put_pcap_record(&indexed.bytes, false, 1, 2, 14, 14);
	read_once(&indexed, 1);
	assert_int_equal(capture_index_new(&empty, &error), 0);
	assert_int_equal(capture_index_seek(empty, indexed.reader, 1, &offset, &error), ERROR_INPUT);
	assert_int_equal(capture_index_seek(indexed.index, indexed.reader, 0, &offset, &error), ERROR_INPUT);
	capture_index_free(empty);
	done(&indexed);
}

static void the_index_stays_bounded(void **state)
{
	enum { FRAMES = CAPTURE_INDEX_MOST * CAPTURE_INDEX_STEP + 10 };
	struct indexed indexed = { .bytes = TEXT_INIT };

	(void)state;
	put_pcap_header(&indexed.bytes, false, NANOSECONDS, 4, 0, 1);
	for (uint32_t i = 0; i < FRAMES; i++)
		put_pcap_record(&indexed.bytes, false, i, 0, 0, 60);
	read_once(&indexed, FRAMES);
	assert_int_equal(capture_index_step(indexed.index), 2 * CAPTURE_INDEX_STEP);
	for (uint64_t number = 1; number < FRAMES; number += 777777)
		find_again(&indexed, number);
	find_again(&indexed, FRAMES);
	done(&indexed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_of_a_classic_capture_is_found_again),
		cmocka_unit_test(sections_and_late_interfaces_are_found_again),
		cmocka_unit_test(nothing_is_found_before_anything_was_read),
		cmocka_unit_test(the_index_stays_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
