// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for times and durations as text. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>

#include "base/nanos.h"

static void times_are_utc_with_nine_decimals(void **state)
{
	static const struct {
		nanos time;
		const char *text;
	} times[] = {
		{ 0, "1970-01-01T00:00:00.000000000Z" },
		{ 1, "1970-01-01T00:00:00.000000001Z" },
		{ -1, "1969-12-31T23:59:59.999999999Z" },
		{ 951782400 * NANOS_PER_SECOND, "2000-02-29T00:00:00.000000000Z" },
		{ 1795382332 * NANOS_PER_SECOND + 21740000, "2026-11-22T21:18:52.021740000Z" },
		{ INT64_MAX, "2262-04-11T23:47:16.854775807Z" },
		{ INT64_MIN, "1677-09-21T00:12:43.145224192Z" },
	};
	char buffer[NANOS_RFC3339_SIZE];

	(void)state;
	setenv("TZ", "America/New_York", 1);
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		assert_string_equal(nanos_format_rfc3339(times[i].time, buffer), times[i].text);
}

static void written_times_are_read_back_and_nothing_else(void **state)
{
	static const nanos times[] = { 0, 1, -1, INT64_MAX, INT64_MIN, INT64_C(1795382332021740000) };
	static const char *const wrong[] = { "",
					     "now",
					     "2026-11-22T21:18:52Z",
					     "2026-11-22T21:18:52.02174000Z",
					     "2026-11-22T21:18:52.021740000",
					     "2026-11-22T21:18:52.021740000Z ",
					     " 2026-11-22T21:18:52.021740000Z",
					     "2026-11-22t21:18:52.021740000z",
					     "2026-13-22T21:18:52.021740000Z",
					     "2026-02-29T21:18:52.021740000Z",
					     "2026-11-22T24:18:52.021740000Z",
					     "2026-11-22T21:18:60.021740000Z",
					     "2026-11-22T21:18:52.+21740000Z",
					     "2262-04-11T23:47:16.854775808Z",
					     "9999-12-31T23:59:59.999999999Z" };
	char buffer[NANOS_RFC3339_SIZE];
	nanos time;

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		assert_true(nanos_parse_rfc3339(nanos_format_rfc3339(times[i], buffer), &time));
		assert_true(time == times[i]);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		time = 4711;
		if (nanos_parse_rfc3339(wrong[i], &time) || time != 4711)
			fail_msg("'%s' was read as a time", wrong[i]);
	}
}

static void durations_have_the_unit_that_fits(void **state)
{
	static const struct {
		nanos duration;
		const char *text;
	} durations[] = {
		{ 0, "0 ns" },
		{ 999, "999 ns" },
		{ 85999, "85 us" },
		{ 413 * NANOS_PER_MILLI, "413 ms" },
		{ NANOS_PER_SECOND - 1, "999 ms" },
		{ 1290 * NANOS_PER_MILLI, "1.2 s" },
		{ 60 * NANOS_PER_SECOND - 1, "59.9 s" },
		{ 125 * NANOS_PER_SECOND, "2 min 5 s" },
		{ 11045 * NANOS_PER_SECOND, "3 h 4 min" },
		{ -413 * NANOS_PER_MILLI, "-413 ms" },
		{ INT64_MIN, "-2562047 h 47 min" },
	};
	char buffer[40];

	(void)state;
	for (size_t i = 0; i < sizeof durations / sizeof *durations; i++)
		assert_string_equal(nanos_format_duration(durations[i].duration, buffer, sizeof buffer),
				    durations[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_utc_with_nine_decimals),
		cmocka_unit_test(written_times_are_read_back_and_nothing_else),
		cmocka_unit_test(durations_have_the_unit_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
