// SPDX-License-Identifier: GPL-2.0-or-later
/* The frames behind the packets view: the latest, those that prove faults, and any of a file. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/watch_packets.h"
#include "test/unit/capture_bytes.h"

static void add(struct packets *packets, uint64_t number)
{
	uint8_t bytes[60];
	struct frame frame = { .bytes = bytes, .captured = 60, .length = 60, .number = number };

	memset(bytes, (int)(number % 251), sizeof bytes);
	packets_add(packets, &frame);
}

static void what_proves_a_fault_outlasts_the_ring(void **state)
{
	struct fault fault = { .evidence_count = 2, .evidence = { { .frame = 50 }, { .frame = 70 } } };
	const struct report report = { .faults = &fault, .fault_count = 1 };
	struct packets *packets;
	struct error error = ERROR_INIT;
	struct model_packets model;
	struct frame frame;
	uint64_t position;

	(void)state;
	assert_int_equal(packets_new_live(&packets, &error), 0);
	for (uint64_t number = 1; number <= 100; number++)
		add(packets, number);
	packets_pin(packets, &report);
	for (uint64_t number = 101; number <= PACKETS_RING_FRAMES + 500; number++)
		add(packets, number);
	model = packets_model(packets);
	assert_int_equal(model.begin, 500);
	assert_int_equal(model.end, PACKETS_RING_FRAMES + 500);
	assert_int_equal(packets_evicted(packets), 500);
	assert_true(model.find(model.context, 0, 50, &position));
	assert_int_equal(position, 49);
	assert_true(model.get(model.context, position, &frame));
	assert_int_equal(frame.number, 50);
	assert_int_equal(frame.bytes[59], 50);
	assert_true(packets_get(packets, 0, 70, &frame));
	assert_false(model.find(model.context, 0, 51, &position));
	assert_false(packets_get(packets, 0, 51, &frame));
	assert_false(packets_get(packets, 0, 0, &frame));
	assert_true(model.get(model.context, model.end - 1, &frame));
	assert_false(model.get(model.context, model.end, &frame));
	packets_free(packets);
}

/* A file of `frames` frames, and its index. */
static struct capture_index *write_file(FILE *file, uint32_t frames)
{
	struct text bytes = TEXT_INIT;
	struct memory memory;
	struct capture_index *index;
	struct capture *capture;
	struct error error = ERROR_INIT;
	struct frame frame;

	put_pcap_header(&bytes, false, NANOSECONDS, 4, 0, 1);
	for (uint32_t i = 1; i <= frames; i++)
		put_pcap_record(&bytes, false, i, 0, 20 + i % 40, 60);
	assert_int_equal(fwrite(bytes.bytes, 1, bytes.length, file), bytes.length);
	fflush(file);
	memory = (struct memory){ .bytes = bytes.bytes, .length = bytes.length };
	assert_int_equal(capture_index_new(&index, &error), 0);
	assert_int_equal(capture_open(&capture, memory_read, &memory, "file", 0, &error), 0);
	do
		capture_index_note(index, capture);
	while (capture_next(capture, &frame, &error) > 0);
	capture_close(capture);
	text_free(&bytes);
	return index;
}

static void frames_of_all_files_are_found_by_position(void **state)
{
	enum { FIRST = 3000, SECOND = 700 };
	FILE *files[2] = { tmpfile(), tmpfile() };
	struct capture_index *indices[2] = { write_file(files[0], FIRST), write_file(files[1], SECOND) };
	struct packets *packets;
	struct error error = ERROR_INIT;
	struct model_packets model;
	struct frame frame;
	uint64_t position;

	(void)state;
	assert_int_equal(packets_new_files(&packets, &error), 0);
	assert_int_equal(packets_add_file(packets, "first", fileno(files[0]), indices[0], &error), 0);
	packets_set_frames(packets, FIRST);
	assert_int_equal(packets_add_file(packets, "second", fileno(files[1]), indices[1], &error), 0);
	packets_set_frames(packets, SECOND);
	model = packets_model(packets);
	assert_int_equal(model.begin, 0);
	assert_int_equal(model.end, FIRST + SECOND);
	for (position = 0; position < model.end; position += 13) {
		uint64_t number = position < FIRST ? position + 1 : position - FIRST + 1, again;
		uint32_t input = position < FIRST ? 0 : 1;

		assert_true(model.get(model.context, position, &frame));
		assert_int_equal(frame.number, number);
		assert_int_equal(frame.input, input);
		assert_int_equal(frame.time, (nanos)number * NANOS_PER_SECOND);
		assert_int_equal(frame.captured, 20 + number % 40);
		assert_true(model.find(model.context, input, number, &again));
		assert_int_equal(again, position);
	}
	assert_true(model.get(model.context, 5, &frame));
	assert_int_equal(frame.number, 6);
	assert_false(model.get(model.context, model.end, &frame));
	assert_false(model.find(model.context, 1, SECOND + 1, &position));
	assert_false(model.find(model.context, 2, 1, &position));
	packets_free(packets);
	for (int i = 0; i < 2; i++) {
		capture_index_free(indices[i]);
		fclose(files[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_proves_a_fault_outlasts_the_ring),
		cmocka_unit_test(frames_of_all_files_are_found_by_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
