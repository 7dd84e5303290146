// SPDX-License-Identifier: GPL-2.0-or-later
/* Our reader and libpcap must give the same frames, for every capture in the tree and for variants made here. */
#include <ftw.h>
#include <stdlib.h>

#include "test/unit/capture_case.h"

#include "test/capture_beside_libpcap.h"

static uint64_t expect_same(const char *name, const void *bytes, size_t length)
{
	struct memory memory = { .bytes = bytes, .length = length };
	char difference[256];
	uint64_t frames;
	FILE *file = fmemopen((void *)(uintptr_t)bytes, length, "rb");

	assert_non_null(file);
	if (!beside_compare(file, memory_read, &memory, &frames, difference))
		fail_msg("%s: %s", name, difference);
	return frames;
}

static bool is_capture(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (strcmp(dot, ".pcap") == 0 || strcmp(dot, ".pcapng") == 0);
}

static int expect_same_file(const char *path, const struct stat *status, int type)
{
	FILE *file;
	char *bytes;

	if (type != FTW_F || !is_capture(path) || status->st_size == 0)
		return 0;
	file = fopen(path, "rb");
	assert_non_null(file);
	bytes = malloc((size_t)status->st_size);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)status->st_size, file), status->st_size);
	fclose(file);
	expect_same(path, bytes, (size_t)status->st_size);
	free(bytes);
	return 0;
}

static void every_capture_in_the_tree_reads_the_same(void **state)
{
	(void)state;
	(void)ftw("pcaps", expect_same_file, 16);
	assert_int_equal(ftw("testdata", expect_same_file, 16), 0);
}

static void classic_variants_read_the_same(void **state)
{
	static const uint32_t magics[] = { MICROSECONDS, NANOSECONDS };
	static const uint32_t snaplens[] = { 0, 30, 262144, 300000, UINT32_MAX };
	static const uint32_t links[] = { 1, 113, 276, 0x14000001, 231, 249, 279 };

	(void)state;
	for (unsigned i = 0; i < 2 * 2 * 5 * 7 * 5; i++) {
		struct text bytes = TEXT_INIT;
		bool big = i & 1;
		uint32_t snaplen = snaplens[i / 4 % 5];

		put_pcap_header(&bytes, big, magics[i / 2 % 2], i / 140, snaplen, links[i / 20 % 7]);
		put_pcap_record(&bytes, big, 1700000000 + i, 999999, 60, 60);
		put_pcap_record(&bytes, big, 0xf0000000 + i, 0xf0000000, 20, 20);
		put_pcap_record(&bytes, big, 3, 0, 300000, 300000);
		put_pcap_record(&bytes, big, 4, 0, 1, 1);
		assert_true(expect_same("classic", bytes.bytes, bytes.length) >= 2);
		text_free(&bytes);
	}
}

static void modified_files_read_the_same(void **state)
{
	struct text bytes = TEXT_INIT;

	(void)state;
	put_pcap_header(&bytes, true, MODIFIED, 4, 40, LINK_ETHERNET);
	for (unsigned i = 0; i < 3; i++) {
		put_u64(&bytes, true, i);
		put_u32(&bytes, true, 50 + i * 5);
		put_u32(&bytes, true, 60);
		put_u64(&bytes, true, 1);
		put_filling(&bytes, 50 + i * 5, i);
	}
	assert_int_equal(expect_same("modified", bytes.bytes, bytes.length), 3);
	text_free(&bytes);
}

static void pcapng_with_every_resolution_reads_the_same(void **state)
{
	(void)state;
	for (int resolution = -1; resolution < 256; resolution++) {
		struct text bytes = TEXT_INIT;
		bool big = resolution & 1;

		put_section(&bytes, big);
		put_interface(&bytes, big, LINK_ETHERNET, 100, resolution);
		put_interface(&bytes, big, LINK_ETHERNET, 100, 6);
		put_packet(&bytes, big, 0, UINT64_C(1700000000123456789), 60, 60);
		put_packet(&bytes, big, 1, UINT64_C(1700000000123456), 61, 99);
		put_packet(&bytes, big, 0, UINT64_MAX, 1, 1);
		put_simple_packet(&bytes, big, 100, 200);
		put_old_packet(&bytes, big, 1, 4, UINT64_C(1) << 50, 33);
		put_section(&bytes, big);
		put_interface(&bytes, big, LINK_ETHERNET, 100, -1);
		put_packet(&bytes, big, 0, 12, 0, 0);
		uint64_t frames = expect_same("pcapng", bytes.bytes, bytes.length);

		assert_true(frames == 6 || (resolution > 19 && resolution < 128) || resolution > 128 + 63);
		text_free(&bytes);
	}
}

/* Small, so that each byte can be changed. */
static void make_small(struct text *bytes, bool pcapng, bool big)
{
	if (pcapng) {
		put_section(bytes, big);
		put_interface(bytes, big, LINK_ETHERNET, 100, 9);
		put_packet(bytes, big, 0, 1700000000000000001, 42, 42);
		put_simple_packet(bytes, big, 9, 9);
	} else {
		put_pcap_header(bytes, big, MICROSECONDS, 4, 100, LINK_ETHERNET);
		put_pcap_record(bytes, big, 1700000000, 1, 42, 42);
		put_pcap_record(bytes, big, 1700000000, 2, 9, 9);
	}
}

static void damaged_bytes_and_cuts_read_the_same(void **state)
{
	static const uint8_t flips[] = { 0x01, 0x10, 0x80, 0xff };

	(void)state;
	for (int variant = 0; variant < 4; variant++) {
		struct text bytes = TEXT_INIT;

		make_small(&bytes, variant & 1, variant & 2);
		for (size_t at = 0; at < bytes.length; at++) {
			if (at > 0)
				expect_same("cut", bytes.bytes, at);
			for (size_t i = 0; i < sizeof flips; i++) {
				bytes.bytes[at] ^= (char)flips[i];
				expect_same("damaged", bytes.bytes, bytes.length);
				bytes.bytes[at] ^= (char)flips[i];
			}
		}
		text_free(&bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_capture_in_the_tree_reads_the_same),
		cmocka_unit_test(classic_variants_read_the_same),
		cmocka_unit_test(modified_files_read_the_same),
		cmocka_unit_test(pcapng_with_every_resolution_reads_the_same),
		cmocka_unit_test(damaged_bytes_and_cuts_read_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
