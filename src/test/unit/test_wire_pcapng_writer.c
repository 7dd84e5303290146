// SPDX-License-Identifier: GPL-2.0-or-later
/* What the pcapng writer writes must read back, by our reader and by libpcap. */
#include "test/unit/capture_case.h"

#include "test/capture_beside_libpcap.h"
#include "wire/pcapng_writer.h"

static int to_text(void *context, const void *bytes, size_t length, struct error *error)
{
	(void)error;
	assert_int_equal(length % 4, 0);
	text_add_bytes(context, bytes, length);
	return 0;
}

static int to_full_disk(void *context, const void *bytes, size_t length, struct error *error)
{
	int *blocks_left = context;

	(void)bytes;
	(void)length;
	return (*blocks_left)-- > 0 ? 0 : error_set(error, ERROR_SYSTEM, "out.pcapng", "no space left");
}

static struct frame make_frame(uint32_t input, uint32_t interface, uint16_t link_type, nanos time, uint32_t captured)
{
	static const uint8_t bytes[64] = { 1, 2, 3, 4, 5 };

	return (struct frame){ .bytes = bytes,
			       .captured = captured,
			       .length = captured + 10,
			       .time = time,
			       .input = input,
			       .interface = interface,
			       .link_type = link_type };
}

static bool holds(const struct text *text, const void *bytes, size_t length)
{
	return memmem(text->bytes, text->length, bytes, length) != NULL;
}

static void expect_same_in_libpcap(const struct text *file, uint64_t frames)
{
	struct memory memory = { .bytes = file->bytes, .length = file->length };
	char difference[256];
	uint64_t compared;

	if (!beside_compare(fmemopen(file->bytes, file->length, "rb"), memory_read, &memory, &compared, difference))
		fail_msg("%s", difference);
	assert_int_equal(compared, frames);
}

static void frames_read_back_with_their_times_and_lengths(void **state)
{
	static const nanos times[] = { 0, 1, 1700000000123456789, -5, INT64_MAX };
	struct pcapng_writer writer;
	struct capture_case test = CAPTURE_CASE_INIT;
	struct pcapng_interface_description interface = { "eth0", LINK_ETHERNET, 128, "an interface" };

	(void)state;
	assert_int_equal(
	    pcapng_writer_begin(&writer, to_text, &test.bytes, "truemac", "Linux", "on it all\nzwei", &test.error), 0);
	assert_int_equal(pcapng_writer_add_interface(&writer, &interface, &test.error), 0);
	for (unsigned i = 0; i < 5; i++) {
		struct frame frame = make_frame(0, 0, LINK_ETHERNET, times[i], 60 + i % 4);

		assert_int_equal(pcapng_writer_add_frame(&writer, 0, &frame, NULL, &test.error), 0);
	}
	pcapng_writer_free(&writer);
	expect_same_in_libpcap(&test.bytes, 5);
	assert_int_equal(case_open(&test), 0);
	assert_string_equal(capture_comment(test.capture), "on it all\nzwei");
	assert_string_equal(capture_interface(test.capture, 0)->name, "eth0");
	assert_string_equal(capture_interface(test.capture, 0)->comment, "an interface");
	assert_int_equal(capture_interface(test.capture, 0)->snaplen, 128);
	assert_false(capture_info(test.capture)->statistics);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(case_next(&test), 1);
		assert_int_equal(test.frame.time, times[i]);
		assert_int_equal(test.frame.captured, 60 + i % 4);
		assert_int_equal(test.frame.length, 70 + i % 4);
		assert_int_equal(test.frame.bytes[4], 5);
	}
	assert_int_equal(case_next(&test), 0);
	case_close(&test);
}

static void write_commented(struct text *file, pcapng_comments comments)
{
	struct pcapng_writer writer;
	struct error error = ERROR_INIT;
	struct pcapng_interface_description interface = { NULL, LINK_ETHERNET, 0, NULL };
	struct frame frame = make_frame(0, 0, LINK_ETHERNET, 5, 42);

	assert_int_equal(pcapng_writer_begin(&writer, to_text, file, NULL, NULL, NULL, &error), 0);
	assert_int_equal(pcapng_writer_add_interface(&writer, &interface, &error), 0);
	assert_int_equal(pcapng_writer_add_frame(&writer, 0, &frame, comments, &error), 0);
	pcapng_writer_free(&writer);
	expect_same_in_libpcap(file, 1);
}

static void comments_are_options_of_their_frame(void **state)
{
	static const char *const comments[] = { "first", "", "zweite, größer\nline", NULL };
	struct text file = TEXT_INIT, options = TEXT_INIT;

	(void)state;
	put_option(&options, false, 1, comments[0], 5);
	put_option(&options, false, 1, comments[2], (uint16_t)strlen(comments[2]));
	put_option(&options, false, 0, NULL, 0);
	write_commented(&file, comments);
	assert_true(holds(&file, options.bytes, options.length));
	text_free(&options);
	text_free(&file);
}

static void comments_are_clean_utf8(void **state)
{
	static const struct {
		const char *comment, *expected;
	} cases[] = {
		{ "a\x1b[31mb", "a\xef\xbf\xbd[31mb" },                         /* escape */
		{ "a\x80z", "a\xef\xbf\xbdz" },                                 /* lone continuation */
		{ "a\xc0\xafz", "a\xef\xbf\xbd\xef\xbf\xbdz" },                 /* overlong */
		{ "a\xed\xa0\x80z", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz" }, /* surrogate */
		{ "a\xc2\x9bz", "a\xef\xbf\xbdz" },                             /* C1 control */
		{ "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd" },                   /* cut */
		{ "a\xf0\x9f\x98\x80\xf4\x8f\xbf\xbfz", "a\xf0\x9f\x98\x80\xf4\x8f\xbf\xbfz" },
		{ "\t\x7f\n", "\t\xef\xbf\xbd\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *comments[] = { cases[i].comment, NULL };
		struct text file = TEXT_INIT, option = TEXT_INIT;

		put_option(&option, false, 1, cases[i].expected, (uint16_t)strlen(cases[i].expected));
		write_commented(&file, comments);
		assert_true(holds(&file, option.bytes, option.length));
		text_free(&option);
		text_free(&file);
	}
}

static void endless_comments_are_cut_between_characters(void **state)
{
	struct text comment = TEXT_INIT, file = TEXT_INIT;

	(void)state;
	for (int i = 0; i < 40000; i++)
		text_add(&comment, "\xc3\xa4");
	const char *comments[] = { text_string(&comment), NULL };

	write_commented(&file, comments);
	assert_true(holds(&file, "\1\0\xfe\xff\xc3\xa4", 6));
	text_free(&comment);
	text_free(&file);
}

static void statistics_read_back_as_drops(void **state)
{
	struct pcapng_writer writer;
	struct capture_case test = CAPTURE_CASE_INIT;
	struct pcapng_interface_description interface = { "eth0", LINK_ETHERNET, 0, NULL };
	static const char *const comments[] = { "one", "two", NULL };
	struct pcapng_statistics statistics = {
		.time = 9, .received = 100, .dropped_by_interface = 3, .dropped_by_system = 4, .comments = comments
	};

	(void)state;
	assert_int_equal(pcapng_writer_begin(&writer, to_text, &test.bytes, NULL, NULL, NULL, &test.error), 0);
	assert_int_equal(pcapng_writer_add_interface(&writer, &interface, &test.error), 0);
	assert_int_equal(pcapng_writer_add_statistics(&writer, 0, &statistics, &test.error), 0);
	assert_int_equal(pcapng_writer_add_statistics(&writer, 1, &statistics, &test.error), ERROR_USAGE);
	pcapng_writer_free(&writer);
	assert_int_equal(case_open(&test), 0);
	assert_int_equal(case_next(&test), 0);
	assert_int_equal(capture_info(test.capture)->dropped, 7);
	assert_true(capture_info(test.capture)->statistics);
	assert_string_equal(capture_remark(test.capture, 0), "one");
	assert_string_equal(capture_remark(test.capture, 1), "two");
	assert_null(capture_remark(test.capture, 2));
	case_close(&test);
}

static void inputs_with_different_link_types_share_a_file(void **state)
{
	static const uint16_t links[] = { LINK_ETHERNET, LINK_LINUX_SLL, LINK_LINUX_SLL2 };
	struct pcapng_writer writer;
	struct pcapng_copier copier;
	struct capture_case test = CAPTURE_CASE_INIT;

	(void)state;
	assert_int_equal(pcapng_writer_begin(&writer, to_text, &test.bytes, NULL, NULL, NULL, &test.error), 0);
	pcapng_copier_init(&copier, &writer);
	for (uint32_t i = 0; i < 9; i++) {
		struct frame frame = make_frame(i % 3, 5, links[i % 3], i, 40);
		char name[] = { 'i', 'n', (char)('0' + i), 0 };

		assert_int_equal(pcapng_copier_add_frame(&copier, &frame, name, NULL, &test.error), 0);
	}
	assert_int_equal(writer.interface_count, 3);
	pcapng_copier_free(&copier);
	pcapng_writer_free(&writer);
	assert_int_equal(case_open(&test), 0);
	for (uint32_t i = 0; i < 9; i++) {
		assert_int_equal(case_next(&test), 1);
		assert_int_equal(test.frame.link_type, links[i % 3]);
		assert_int_equal(test.frame.interface, i % 3);
		assert_int_equal(test.frame.time, i);
	}
	assert_string_equal(capture_interface(test.capture, 2)->name, "in2");
	case_close(&test);
}

/* The blocks that a small file has, written to a disk with room for `blocks` of them. */
static int write_small(int blocks, struct error *error)
{
	struct pcapng_writer writer = PCAPNG_WRITER_INIT;
	struct pcapng_copier copier;
	struct frame frame = make_frame(0, 0, LINK_ETHERNET, 5, 42);
	struct pcapng_statistics statistics = { .time = 9 };
	int status = pcapng_writer_begin(&writer, to_full_disk, &blocks, NULL, NULL, NULL, error);

	pcapng_copier_init(&copier, &writer);
	if (status == 0)
		status = pcapng_copier_add_frame(&copier, &frame, NULL, NULL, error);
	if (status == 0)
		status = pcapng_writer_add_statistics(&writer, 0, &statistics, error);
	pcapng_copier_free(&copier);
	pcapng_writer_free(&writer);
	return status;
}

static void a_full_disk_is_reported_at_every_block(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	for (int blocks = 0; blocks < 4; blocks++) {
		assert_int_equal(write_small(blocks, &error), ERROR_SYSTEM);
		assert_string_equal(error.message, "no space left");
	}
	assert_int_equal(write_small(4, &error), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_read_back_with_their_times_and_lengths),
		cmocka_unit_test(comments_are_options_of_their_frame),
		cmocka_unit_test(comments_are_clean_utf8),
		cmocka_unit_test(endless_comments_are_cut_between_characters),
		cmocka_unit_test(statistics_read_back_as_drops),
		cmocka_unit_test(inputs_with_different_link_types_share_a_file),
		cmocka_unit_test(a_full_disk_is_reported_at_every_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
