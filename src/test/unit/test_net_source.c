// SPDX-License-Identifier: GPL-2.0-or-later
/* Files, pipes and compressed streams as sources of bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "test/unit/capture_case.h"

#include "net/source.h"

static char folder[] = "/tmp/truemac-source-XXXXXX";
static char path[sizeof folder + 16];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/file", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static void write_file(const struct text *bytes)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes->bytes, 1, bytes->length, file), bytes->length);
	assert_int_equal(fclose(file), 0);
}

/* Reads it all, in pieces of `room`; gives the last status. */
static ssize_t read_all(struct source *source, struct text *into, size_t room, struct error *error)
{
	uint8_t piece[70000];
	ssize_t got;

	while ((got = source_read(source, piece, room, error)) > 0)
		text_add_bytes(into, piece, (size_t)got);
	return got;
}

/* `packed` is written, read back, and must give `plain` and then `status`. */
static void expect_contents(const struct text *packed, const struct text *plain, size_t shortest, int status,
			    const char *message)
{
	static const size_t rooms[] = { 1, 1000, 70000 };

	write_file(packed);
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		struct error error = ERROR_INIT;
		struct text read = TEXT_INIT;
		struct source *source;

		assert_int_equal(source_open(&source, path, NULL, &error), 0);
		assert_int_equal(read_all(source, &read, rooms[i], &error), status);
		assert_in_range(read.length, shortest, plain->length);
		assert_memory_equal(read.bytes ? read.bytes : "", plain->bytes, read.length);
		if (message && !strstr(error.message, message))
			fail_msg("\"%s\" does not say \"%s\"", error.message, message);
		assert_int_equal(source_progress(source).size, packed->length);
		if (status == 0)
			assert_int_equal(source_progress(source).consumed, packed->length);
		text_free(&read);
		source_close(source);
	}
}

/* Compresses badly, so that the stream spans several input buffers. */
static void make_plain(struct text *plain)
{
	uint32_t noise = 1;

	for (int i = 0; i < 200000; i++) {
		noise = noise * 1664525 + 1013904223;
		text_add_char(plain, (char)(noise >> 24));
	}
}

static void pack_gzip(struct text *to, const void *bytes, size_t length)
{
	z_stream stream = { .next_in = (void *)(uintptr_t)bytes, .avail_in = (uInt)length };
	uint8_t *out = malloc(length + 1000);

	assert_non_null(out);
	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	stream.next_out = out;
	stream.avail_out = (uInt)length + 1000;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	text_add_bytes(to, out, stream.total_out);
	deflateEnd(&stream);
	free(out);
}

static void pack_zstd(struct text *to, const void *bytes, size_t length)
{
	size_t room = ZSTD_compressBound(length);
	uint8_t *out = malloc(room);

	assert_non_null(out);
	text_add_bytes(to, out, ZSTD_compress(out, room, bytes, length, 3));
	free(out);
}

typedef void (*packer)(struct text *to, const void *bytes, size_t length);

static void plain_files_read_as_they_are(void **state)
{
	struct text plain = TEXT_INIT;

	(void)state;
	make_plain(&plain);
	expect_contents(&plain, &plain, plain.length, 0, NULL);
	plain.length = 2;
	expect_contents(&plain, &plain, 2, 0, NULL);
	plain.length = 0;
	expect_contents(&plain, &plain, 0, 0, NULL);
	text_free(&plain);
}

static void members_and_frames_in_a_row_read_as_one(void **state)
{
	static const packer packers[] = { pack_gzip, pack_zstd };

	(void)state;
	for (size_t i = 0; i < sizeof packers / sizeof *packers; i++) {
		struct text plain = TEXT_INIT, packed = TEXT_INIT;

		make_plain(&plain);
		packers[i](&packed, plain.bytes, 150000);
		packers[i](&packed, "", 0);
		packers[i](&packed, plain.bytes + 150000, plain.length - 150000);
		expect_contents(&packed, &plain, plain.length, 0, NULL);
		text_free(&packed);
		text_free(&plain);
	}
}

static void a_cut_stream_gives_what_it_held_and_then_says_so(void **state)
{
	static const packer packers[] = { pack_gzip, pack_zstd };

	(void)state;
	for (size_t i = 0; i < sizeof packers / sizeof *packers; i++) {
		struct text plain = TEXT_INIT, packed = TEXT_INIT;

		make_plain(&plain);
		packers[i](&packed, plain.bytes, plain.length);
		packed.length -= 2;
		expect_contents(&packed, &plain, 131072, ERROR_INPUT, "ends too early");
		packed.length = 140000;
		expect_contents(&packed, &plain, 131072, ERROR_INPUT, "ends too early");
		packed.length = 5;
		expect_contents(&packed, &plain, 0, ERROR_INPUT, "ends too early");
		text_free(&packed);
		text_free(&plain);
	}
}

static void a_damaged_stream_is_named(void **state)
{
	static const packer packers[] = { pack_gzip, pack_zstd };

	(void)state;
	for (size_t i = 0; i < sizeof packers / sizeof *packers; i++) {
		struct text plain = TEXT_INIT, packed = TEXT_INIT;

		for (int j = 0; j < 5000; j++)
			text_printf(&plain, "%d ", j);
		packers[i](&packed, plain.bytes, plain.length);
		memset(packed.bytes + 20, 0xff, 40);
		expect_contents(&packed, &plain, 0, ERROR_INPUT, "is damaged");
		text_free(&packed);
		text_free(&plain);
	}
}

static void zeros_behind_gzip_are_padding_and_other_bytes_are_not(void **state)
{
	struct text plain = TEXT_INIT, packed = TEXT_INIT;

	(void)state;
	text_add(&plain, "payload");
	pack_gzip(&packed, plain.bytes, plain.length);
	for (int i = 0; i < 512; i++)
		text_add_char(&packed, 0);
	expect_contents(&packed, &plain, plain.length, 0, NULL);
	text_add(&packed, "more");
	expect_contents(&packed, &plain, plain.length, ERROR_INPUT, "is damaged");
	text_free(&packed);
	text_free(&plain);
}

static void expect_refused(const char *name, const char *message)
{
	struct error error = ERROR_INIT;
	struct source *source;

	assert_int_equal(source_open(&source, name, NULL, &error), ERROR_INPUT);
	assert_null(source);
	assert_string_equal(error.where, name);
	if (!strstr(error.message, message))
		fail_msg("\"%s\" does not say \"%s\"", error.message, message);
	assert_int_equal(error_exit_status(error.code), 3);
}

static void what_cannot_be_a_capture_is_refused_with_one_message(void **state)
{
	(void)state;
	expect_refused(folder, "directory");
	expect_refused("/dev/zero", "device");
	expect_refused("/nonexistent/file.pcap", "No such file");
}

/* Standard input becomes the reading end of a pipe with `bytes` in it; gives the writing end. */
static int feed_standard_input(const void *bytes, size_t length)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], bytes, length), length);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(close(ends[0]), 0);
	return ends[1];
}

static void a_dash_is_standard_input_and_has_no_size(void **state)
{
	struct error error = ERROR_INIT;
	struct text read = TEXT_INIT, packed = TEXT_INIT;
	struct source *source;

	(void)state;
	pack_gzip(&packed, "hello", 5);
	assert_int_equal(close(feed_standard_input(packed.bytes, packed.length)), 0);
	assert_int_equal(source_open(&source, "-", NULL, &error), 0);
	assert_string_equal(source_name(source), "standard input");
	assert_int_equal(read_all(source, &read, 100, &error), 0);
	assert_string_equal(text_string(&read), "hello");
	assert_int_equal(source_progress(source).size, 0);
	source_close(source);
	text_free(&read);
	text_free(&packed);
}

static void an_interrupt_ends_reading(void **state)
{
	volatile sig_atomic_t interrupted = 0;
	struct error error = ERROR_INIT;
	struct source *source;
	uint8_t bytes[10];
	int feeder = feed_standard_input("0123456789", 10);

	(void)state;
	assert_int_equal(source_open(&source, "-", &interrupted, &error), 0);
	assert_int_equal(source_read(source, bytes, sizeof bytes, &error), 10);
	interrupted = 1;
	/* The pipe is open and empty: without the flag this would wait for ever. */
	assert_int_equal(source_read(source, bytes, sizeof bytes, &error), CAPTURE_STOP);
	assert_int_equal(error.code, ERROR_NONE);
	source_close(source);
	assert_int_equal(close(feeder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_files_read_as_they_are),
		cmocka_unit_test(members_and_frames_in_a_row_read_as_one),
		cmocka_unit_test(a_cut_stream_gives_what_it_held_and_then_says_so),
		cmocka_unit_test(a_damaged_stream_is_named),
		cmocka_unit_test(zeros_behind_gzip_are_padding_and_other_bytes_are_not),
		cmocka_unit_test(what_cannot_be_a_capture_is_refused_with_one_message),
		cmocka_unit_test(a_dash_is_standard_input_and_has_no_size),
		cmocka_unit_test(an_interrupt_ends_reading),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
