// SPDX-License-Identifier: GPL-2.0-or-later
/* pcapng: sections, interfaces, clocks, drop counters. */
#include "test/unit/capture_case.h"

static void each_section_has_its_own_order_and_interfaces(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	for (int big = 0; big < 2; big++) {
		put_section(&test.bytes, big);
		put_interface(&test.bytes, big, big ? LINK_LINUX_SLL2 : LINK_ETHERNET, 0, 9);
		put_packet(&test.bytes, big, 0, 1000 + (unsigned)big, 42, 60);
	}
	put_packet(&test.bytes, true, 1, 0, 4, 4);
	assert_int_equal(case_open(&test), 0);
	for (int big = 0; big < 2; big++) {
		assert_int_equal(case_next(&test), 1);
		assert_int_equal(test.frame.time, 1000 + big);
		assert_int_equal(test.frame.captured, 42);
		assert_int_equal(test.frame.length, 60);
		assert_int_equal(test.frame.link_type, big ? LINK_LINUX_SLL2 : LINK_ETHERNET);
		assert_int_equal(test.frame.number, 1 + big);
	}
	assert_true(capture_info(test.capture)->mixed_links);
	assert_int_equal(capture_info(test.capture)->link_type, LINK_ETHERNET);
	case_fails(&test, "frame 3", "interface 1");
	case_close(&test);
}

static void interfaces_may_differ_in_link_type_and_clock(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_section(&test.bytes, false);
	put_interface(&test.bytes, false, LINK_ETHERNET, 96, 3);
	put_interface(&test.bytes, false, LINK_LINUX_SLL, 0, -1);
	put_packet(&test.bytes, false, 1, 7, 10, 10);
	put_packet(&test.bytes, false, 0, 7, 10, 10);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.interface, 1);
	assert_int_equal(test.frame.link_type, LINK_LINUX_SLL);
	assert_int_equal(test.frame.time, 7000);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.interface, 0);
	assert_int_equal(test.frame.time, 7000000);
	assert_int_equal(capture_interface(test.capture, 0)->snaplen, 96);
	assert_int_equal(capture_interface(test.capture, 1)->snaplen, 262144);
	assert_null(capture_interface(test.capture, 2));
	case_close(&test);
}

static nanos time_with(int resolution, uint64_t ticks)
{
	struct capture_case test = CAPTURE_CASE_INIT;
	nanos time;

	put_section(&test.bytes, true);
	put_interface(&test.bytes, true, LINK_ETHERNET, 0, resolution);
	put_packet(&test.bytes, true, 0, ticks, 4, 4);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	time = test.frame.time;
	case_close(&test);
	return time;
}

static void clocks_count_in_powers_of_ten_and_of_two(void **state)
{
	(void)state;
	assert_int_equal(time_with(-1, 1700000000123456), 1700000000123456000);
	assert_int_equal(time_with(0, 1700000000), 1700000000 * NANOS_PER_SECOND);
	assert_int_equal(time_with(9, 1700000000123456789), 1700000000123456789);
	assert_int_equal(time_with(12, 1700000000123456789), 1700000000123456);
	assert_int_equal(time_with(19, 12345678901234567890u), 1234567890);
	assert_int_equal(time_with(0x80, 3), 3 * NANOS_PER_SECOND);
	assert_int_equal(time_with(0x80 | 10, 1024 + 512), 1500000000);
	assert_int_equal(time_with(0x80 | 63, UINT64_C(3) << 62), 1500000000);
}

static void impossible_resolutions_are_refused(void **state)
{
	static const int impossible[] = { 20, 127, 0x80 | 64 };

	(void)state;
	for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
		struct capture_case test = CAPTURE_CASE_INIT;

		put_section(&test.bytes, false);
		put_interface(&test.bytes, false, LINK_ETHERNET, 0, impossible[i]);
		case_refused(&test, "resolution");
	}
}

static void the_offset_is_added_and_the_name_kept(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;
	const uint8_t offset[] = { 0, 0, 0, 0, 0, 0, 0, 60 };
	size_t start;

	(void)state;
	put_section(&test.bytes, true);
	start = begin_block(&test.bytes, true, 1);
	put_u16(&test.bytes, true, LINK_ETHERNET);
	put_u16(&test.bytes, true, 0);
	put_u32(&test.bytes, true, 0);
	put_option(&test.bytes, true, 2, "bond0", 5);
	put_option(&test.bytes, true, 14, offset, sizeof offset);
	put_option(&test.bytes, true, 0, NULL, 0);
	end_block(&test.bytes, true, start);
	put_packet(&test.bytes, true, 0, 5, 4, 4);
	put_simple_packet(&test.bytes, true, 12, 12);
	assert_int_equal(case_open(&test), 0);
	assert_string_equal(capture_interface(test.capture, 0)->name, "bond0");
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.time, 60 * NANOS_PER_SECOND + 5000);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.time, 60 * NANOS_PER_SECOND);
	case_close(&test);
}

static void simple_packets_belong_to_the_first_interface_and_its_snap_length(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_section(&test.bytes, false);
	put_interface(&test.bytes, false, LINK_ETHERNET, 20, 9);
	put_simple_packet(&test.bytes, false, 20, 1514);
	put_simple_packet(&test.bytes, false, 17, 17);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.captured, 20);
	assert_int_equal(test.frame.length, 1514);
	assert_int_equal(test.frame.time, 0);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.captured, 17);
	case_close(&test);
}

static void put_statistics(struct text *to, uint32_t interface, uint64_t by_interface, uint64_t by_system)
{
	size_t start = begin_block(to, false, 5);

	put_u32(to, false, interface);
	put_u64(to, false, 0);
	put_option(to, false, 5, &by_interface, 8);
	put_option(to, false, 7, &by_system, 8);
	end_block(to, false, start);
}

static void drops_are_summed_over_interfaces_and_not_counted_twice(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;
	const struct capture_info *info;
	uint64_t drops = 2;
	size_t start;

	(void)state;
	put_section(&test.bytes, false);
	put_interface(&test.bytes, false, LINK_ETHERNET, 0, 9);
	put_interface(&test.bytes, false, LINK_ETHERNET, 0, 9);
	put_old_packet(&test.bytes, false, 0, 3, 1, 4);
	put_old_packet(&test.bytes, false, 0, 0xffff, 1, 4);
	start = begin_block(&test.bytes, false, 6);
	for (unsigned i = 0; i < 5; i++)
		put_u32(&test.bytes, false, i == 0 ? 1 : 0);
	put_option(&test.bytes, false, 4, &drops, 8);
	end_block(&test.bytes, false, start);
	put_statistics(&test.bytes, 1, 1, 0);
	put_statistics(&test.bytes, 1, 4, 5);
	put_statistics(&test.bytes, 9, 100, 100);
	assert_int_equal(case_open(&test), 0);
	info = capture_info(test.capture);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(info->dropped, 3);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(info->dropped, 3);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(info->dropped, 5);
	assert_int_equal(case_next(&test), 0);
	assert_int_equal(info->dropped, 3 + 9);
	case_close(&test);
}

static void unknown_blocks_and_damaged_packet_options_are_skipped(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;
	size_t start;

	(void)state;
	put_section(&test.bytes, false);
	start = begin_block(&test.bytes, false, 0x80001234);
	put_filling(&test.bytes, 300, 0);
	end_block(&test.bytes, false, start);
	put_interface(&test.bytes, false, LINK_ETHERNET, 0, 9);
	start = begin_block(&test.bytes, false, 6);
	for (unsigned i = 0; i < 5; i++)
		put_u32(&test.bytes, false, i == 3 ? 4 : 0);
	put_filling(&test.bytes, 4, 0);
	put_u32(&test.bytes, false, 0xffff0001);
	end_block(&test.bytes, false, start);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 1);
	assert_int_equal(test.frame.captured, 4);
	assert_int_equal(case_next(&test), 0);
	case_close(&test);
}

static void a_file_without_interfaces_has_no_frames(void **state)
{
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	put_section(&test.bytes, true);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 0);
	assert_false(capture_info(test.capture)->truncated);
	case_close(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_section_has_its_own_order_and_interfaces),
		cmocka_unit_test(interfaces_may_differ_in_link_type_and_clock),
		cmocka_unit_test(clocks_count_in_powers_of_ten_and_of_two),
		cmocka_unit_test(impossible_resolutions_are_refused),
		cmocka_unit_test(the_offset_is_added_and_the_name_kept),
		cmocka_unit_test(simple_packets_belong_to_the_first_interface_and_its_snap_length),
		cmocka_unit_test(drops_are_summed_over_interfaces_and_not_counted_twice),
		cmocka_unit_test(unknown_blocks_and_damaged_packet_options_are_skipped),
		cmocka_unit_test(a_file_without_interfaces_has_no_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
