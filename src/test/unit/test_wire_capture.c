// SPDX-License-Identifier: GPL-2.0-or-later
/* Classic pcap, and what holds for every capture. */
#include "test/unit/capture_case.h"

static void each_order_and_unit_gives_the_same_frames(void **state)
{
	(void)state;
	for (int variant = 0; variant < 4; variant++) {
		struct capture_case test = CAPTURE_CASE_INIT;
		bool big = variant & 1, nano = variant & 2;

		put_pcap_header(&test.bytes, big, nano ? NANOSECONDS : MICROSECONDS, 4, 65535, LINK_ETHERNET);
		put_pcap_record(&test.bytes, big, 1700000000, 123456, 60, 1514);
		assert_int_equal(case_open(&test), 0);
		assert_int_equal(case_next(&test), 1);
		assert_int_equal(test.frame.time, 1700000000 * NANOS_PER_SECOND + 123456 * (nano ? 1 : 1000));
		assert_int_equal(test.frame.captured, 60);
		assert_int_equal(test.frame.length, 1514);
		assert_int_equal(test.frame.number, 1);
		assert_int_equal(test.frame.input, 7);
		assert_int_equal(test.frame.link_type, LINK_ETHERNET);
		assert_memory_equal(test.frame.bytes, test.bytes.bytes + 40, 60);
		assert_int_equal(case_next(&test), 0);
		assert_string_equal(capture_info(test.capture)->format, nano ? "pcap-ns" : "pcap");
		case_close(&test);
	}
}

static void the_sums_grow_with_the_frames(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;
	const struct capture_info *info;

	(void)state;
	put_pcap_header(&test.bytes, false, MICROSECONDS, 4, 65535, LINK_LINUX_SLL);
	put_pcap_record(&test.bytes, false, 20, 0, 10, 100);
	put_pcap_record(&test.bytes, false, 10, 0, 10, 200);
	assert_int_equal(case_open(&test), 0);
	info = capture_info(test.capture);
	assert_int_equal(info->link_type, LINK_LINUX_SLL);
	assert_int_equal(info->offset, 24);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(info->frames, 1);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(info->bytes, 300);
	assert_int_equal(info->first, 10 * NANOS_PER_SECOND);
	assert_int_equal(info->last, 20 * NANOS_PER_SECOND);
	assert_int_equal(info->offset, test.bytes.length);
	assert_false(info->truncated);
	case_close(&test);
}

static void seconds_reach_beyond_2038(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct capture_case test = CAPTURE_CASE_INIT;

		put_pcap_header(&test.bytes, big, MICROSECONDS, 4, 65535, LINK_ETHERNET);
		put_pcap_record(&test.bytes, big, 4000000000u, 0, 14, 14);
		assert_int_equal(case_open(&test), 0);
		assert_int_equal(case_next(&test), 1);
		assert_int_equal(test.frame.time, 4000000000 * NANOS_PER_SECOND);
		case_close(&test);
	}
}

static void modified_records_have_24_byte_headers(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_pcap_header(&test.bytes, true, MODIFIED, 4, 20, LINK_ETHERNET);
	for (unsigned i = 0; i < 2; i++) {
		put_u32(&test.bytes, true, i);
		put_u32(&test.bytes, true, 5);
		put_u32(&test.bytes, true, 40);
		put_u32(&test.bytes, true, 41);
		put_u64(&test.bytes, true, 0);
		put_filling(&test.bytes, 40, i);
	}
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.time, NANOS_PER_SECOND + 5000);
	assert_int_equal(test.frame.length, 41);
	/* Those kernels added an Ethernet header to the snap length. */
	assert_int_equal(test.frame.captured, 34);
	assert_int_equal(case_next(&test), 0);
	case_close(&test);
}

/* A record whose first length is 30 and whose second is 20, with as many bytes as `there`. */
static uint32_t captured_in_version(unsigned minor, uint32_t there)
{
	struct capture_case test = CAPTURE_CASE_INIT;
	uint32_t captured;

	put_pcap_header(&test.bytes, false, MICROSECONDS, minor, 65535, LINK_ETHERNET);
	put_u64(&test.bytes, false, 1);
	put_u32(&test.bytes, false, 30);
	put_u32(&test.bytes, false, 20);
	put_filling(&test.bytes, there, 0);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	captured = test.frame.captured;
	assert_int_equal(captured + test.frame.length, 50);
	assert_int_equal(case_next(&test), 0);
	case_close(&test);
	return captured;
}

static void old_versions_order_the_lengths_otherwise(void **state)
{
	(void)state;
	assert_int_equal(captured_in_version(4, 30), 30);
	assert_int_equal(captured_in_version(3, 20), 20);
	assert_int_equal(captured_in_version(2, 20), 20);
}

static void frames_are_cut_to_the_snap_length(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_pcap_header(&test.bytes, false, MICROSECONDS, 4, 16, LINK_ETHERNET);
	put_pcap_record(&test.bytes, false, 1, 1, 60, 60);
	put_pcap_record(&test.bytes, false, 2, 2, 10, 60);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.captured, 16);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.captured, 10);
	assert_int_equal(case_next(&test), 0);
	case_close(&test);
}

static void check_sequence_bits_do_not_change_the_link_type(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_pcap_header(&test.bytes, false, MICROSECONDS, 4, 65535, 0x44000000 | LINK_ETHERNET);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(capture_info(test.capture)->link_type, LINK_ETHERNET);
	case_close(&test);
	put_pcap_header(&test.bytes, false, MICROSECONDS, 4, 65535, 0x00010000 | LINK_ETHERNET);
	case_refused(&test, "reserved bits");
}

static void what_is_no_capture_is_named(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *message;
	} wrong[] = {
		{ "", 0, "empty" },
		{ "\xd4", 1, "too few" },
		{ "\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0", 20, "20 of 24 bytes" },
		{ "\n\r\r\n\0\0", 6, "6 of 8 bytes" },
		{ "\n\r\r\n\x1c\0\0\0\0\0\0\0", 12, "byte-order magic" },
		{ "\n\r\r\n", 4, "inside" },
		{ "23:01:02.1 ARP, Request who-has 10.0.0.1\n", 41, "text" },
		{ "\x1f\x8b\x08\0\0\0\0\0", 8, "gzip" },
		{ "\xd4\xc3\xb2\xa1\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0", 24, "version 1.4" },
		{ "\1\2\3\4\5", 5, "01 02 03 04" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct capture_case test = CAPTURE_CASE_INIT;

		text_add_bytes(&test.bytes, wrong[i].bytes, wrong[i].length);
		case_refused(&test, wrong[i].message);
	}
}

static void a_failing_source_gives_its_frames_first(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_pcap_header(&test.bytes, false, MICROSECONDS, 4, 65535, LINK_ETHERNET);
	put_pcap_record(&test.bytes, false, 1, 1, 60, 60);
	test.memory.end = ERROR_SYSTEM;
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(case_next(&test), ERROR_SYSTEM);
	assert_string_equal(test.error.message, "the medium is gone");
	assert_true(capture_info(test.capture)->truncated);
	case_close(&test);
}

static void being_asked_to_stop_is_no_error_even_inside_a_record(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_pcap_header(&test.bytes, false, MICROSECONDS, 4, 65535, LINK_ETHERNET);
	put_pcap_record(&test.bytes, false, 1, 1, 60, 60);
	test.bytes.length -= 10;
	test.memory.end = CAPTURE_STOP;
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 0);
	assert_false(capture_info(test.capture)->truncated);
	case_close(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_order_and_unit_gives_the_same_frames),
		cmocka_unit_test(the_sums_grow_with_the_frames),
		cmocka_unit_test(seconds_reach_beyond_2038),
		cmocka_unit_test(modified_records_have_24_byte_headers),
		cmocka_unit_test(old_versions_order_the_lengths_otherwise),
		cmocka_unit_test(frames_are_cut_to_the_snap_length),
		cmocka_unit_test(check_sequence_bits_do_not_change_the_link_type),
		cmocka_unit_test(what_is_no_capture_is_named),
		cmocka_unit_test(a_failing_source_gives_its_frames_first),
		cmocka_unit_test(being_asked_to_stop_is_no_error_even_inside_a_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
