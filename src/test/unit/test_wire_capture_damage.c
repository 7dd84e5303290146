// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures that end too early, claim nonsense, or come in small pieces. */
#include "test/unit/capture_case.h"

enum { MAX_ENDS = 16 };

/* A capture and where each of its records ends: `ends[0]` is the header's end. */
struct sample {
	struct text bytes;
	size_t ends[MAX_ENDS];
	unsigned count;
	unsigned before; /* of the ends, how many come before the first frame */
};

static void mark(struct sample *sample)
{
	sample->ends[sample->count++] = sample->bytes.length;
}

static void make_pcap(struct sample *sample)
{
	put_pcap_header(&sample->bytes, false, MICROSECONDS, 4, 65535, LINK_ETHERNET);
	mark(sample);
	sample->before = 1;
	for (unsigned i = 0; i < 3; i++) {
		put_pcap_record(&sample->bytes, false, i, i, 10 + i, 60);
		mark(sample);
	}
}

static void make_pcapng(struct sample *sample)
{
	put_section(&sample->bytes, true);
	mark(sample);
	put_interface(&sample->bytes, true, LINK_ETHERNET, 0, 9);
	mark(sample);
	sample->before = 2;
	for (unsigned i = 0; i < 3; i++) {
		put_packet(&sample->bytes, true, 0, i, 10 + i, 60);
		mark(sample);
	}
}

static void expect_cut(struct sample *sample, size_t length)
{
	struct capture_case test = CAPTURE_CASE_INIT;
	unsigned whole = 0;
	bool clean = false;
	int status;

	for (unsigned i = 0; i < sample->count; i++) {
		whole += i >= sample->before && sample->ends[i] <= length;
		clean |= sample->ends[i] == length;
	}
	text_add_bytes(&test.bytes, sample->bytes.bytes, length);
	status = case_open(&test);
	assert_int_equal(status, length >= sample->ends[sample->before - 1] || clean ? 0 : ERROR_INPUT);
	if (status == 0) {
		for (unsigned i = 0; i < whole; i++)
			assert_int_equal(case_next(&test), 1);
		assert_int_equal(case_next(&test), clean ? 0 : ERROR_INPUT);
		assert_int_equal(capture_info(test.capture)->truncated, !clean);
	}
	if (!clean)
		assert_int_equal(test.error.code, ERROR_INPUT);
	case_close(&test);
}

static void a_cut_at_any_byte_gives_the_whole_frames_before_it(void **state)
{
	void (*const makers[])(struct sample *) = { make_pcap, make_pcapng };

	(void)state;
	for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
		struct sample sample = { .bytes = TEXT_INIT };

		makers[i](&sample);
		for (size_t length = 0; length <= sample.bytes.length; length++)
			expect_cut(&sample, length);
		text_free(&sample.bytes);
	}
}

static void the_error_names_frame_and_offset(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_pcap_header(&test.bytes, false, MICROSECONDS, 4, 65535, LINK_ETHERNET);
	put_pcap_record(&test.bytes, false, 1, 1, 60, 60);
	put_pcap_record(&test.bytes, false, 2, 2, 60, 60);
	test.bytes.length -= 20;
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	case_fails(&test, "case: frame 2, offset 100", "56 of 76 bytes");
	case_close(&test);
}

static void pieces_of_any_size_give_the_same_frames(void **state)
{
	(void)state;
	for (size_t chunk = 1; chunk < 100; chunk++) {
		struct sample sample = { .bytes = TEXT_INIT };
		struct capture_case test = CAPTURE_CASE_INIT;

		make_pcapng(&sample);
		text_add_bytes(&test.bytes, sample.bytes.bytes, sample.bytes.length);
		test.memory.chunk = chunk;
		assert_int_equal(case_open(&test), 0);
		for (unsigned i = 0; i < 3; i++) {
			assert_int_equal(case_next(&test), 1);
			assert_int_equal(test.frame.captured, 10 + i);
			assert_memory_equal(test.frame.bytes, test.bytes.bytes + sample.ends[1 + i] + 28, 10 + i);
		}
		assert_int_equal(case_next(&test), 0);
		case_close(&test);
		text_free(&sample.bytes);
	}
}

static void frames_larger_than_the_window_are_whole(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;
	const uint32_t large = 5 * 1024 * 1024 + 1;

	(void)state;
	put_section(&test.bytes, false);
	put_interface(&test.bytes, false, LINK_ETHERNET, 16 * 1024 * 1024, 9);
	put_packet(&test.bytes, false, 0, 1, 60, 60);
	put_packet(&test.bytes, false, 0, 2, large, large);
	put_packet(&test.bytes, false, 0, 3, 61, 61);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.captured, large);
	assert_memory_equal(test.frame.bytes, test.bytes.bytes + 28 + 28 + 92 + 28, large);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.captured, 61);
	assert_int_equal(case_next(&test), 0);
	case_close(&test);
}

static void a_record_above_the_limit_is_refused_before_it_is_read(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_pcap_header(&test.bytes, false, MICROSECONDS, 4, 0, LINK_ETHERNET);
	put_pcap_record(&test.bytes, false, 1, 1, 262144, 262144);
	put_pcap_record(&test.bytes, false, 1, 1, 0, 0);
	memcpy(test.bytes.bytes + test.bytes.length - 8, "\1\0\4\0", 4);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	case_fails(&test, "frame 2, offset 262184", "262145 captured bytes; 262144 is the limit");
	case_close(&test);
}

/* A pcapng file whose third block is of `type` and `length`, with the given 20 bytes of body. */
static void expect_block(uint32_t type, uint32_t length, uint32_t trailer, const uint8_t body[20], const char *message)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	put_section(&test.bytes, false);
	put_interface(&test.bytes, false, LINK_ETHERNET, 50, 9);
	put_u32(&test.bytes, false, type);
	put_u32(&test.bytes, false, length);
	text_add_bytes(&test.bytes, body, 20);
	put_u32(&test.bytes, false, trailer);
	assert_int_equal(case_open(&test), 0);
	case_fails(&test, "frame 1, offset 56", message);
	case_close(&test);
}

static void nonsense_blocks_are_refused_by_name(void **state)
{
	static const uint8_t nothing[20];
	static const uint8_t beyond_block[20] = { [12] = 1 }, beyond_snaplen[20] = { [12] = 51 };
	static const uint8_t option_too_long[20] = { 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xff };

	(void)state;
	expect_block(6, 8, 8, nothing, "length of 8");
	expect_block(6, 33, 33, nothing, "length of 33");
	expect_block(6, 16 * 1024 * 1024 + 4, 0, nothing, "is the limit");
	expect_block(6, UINT32_MAX - 3, 0, nothing, "is the limit");
	expect_block(6, 32, 36, nothing, "two lengths");
	expect_block(6, 36, 36, nothing, "32 of 36 bytes");
	expect_block(6, 32, 32, beyond_block, "claims 1 captured bytes and has 0");
	expect_block(6, 32, 32, beyond_snaplen, "50 is the limit");
	expect_block(1, 32, 32, option_too_long, "option");
	expect_block(0x0a0d0d0a, 32, 32, nothing, "byte-order magic");
}

static void short_fixed_parts_are_refused(void **state)
{
	static const struct {
		uint32_t type;
		const char *message;
	} blocks[] = { { 1, "interface description" }, { 2, "packet block" }, { 3, "packet block" }, { 6, "packet" } };

	(void)state;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		struct capture_case test = CAPTURE_CASE_INIT;

		put_section(&test.bytes, false);
		put_interface(&test.bytes, false, LINK_ETHERNET, 0, 9);
		end_block(&test.bytes, false, begin_block(&test.bytes, false, blocks[i].type));
		assert_int_equal(case_open(&test), 0);
		case_fails(&test, "frame 1", blocks[i].message);
		case_close(&test);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_at_any_byte_gives_the_whole_frames_before_it),
		cmocka_unit_test(the_error_names_frame_and_offset),
		cmocka_unit_test(pieces_of_any_size_give_the_same_frames),
		cmocka_unit_test(frames_larger_than_the_window_are_whole),
		cmocka_unit_test(a_record_above_the_limit_is_refused_before_it_is_read),
		cmocka_unit_test(nonsense_blocks_are_refused_by_name),
		cmocka_unit_test(short_fixed_parts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
