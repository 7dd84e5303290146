// SPDX-License-Identifier: GPL-2.0-or-later
/* The log of watch: bounded, and nothing that happens while it is frozen is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "watch/log.h"

static struct watch_log *full_log(uint32_t lines)
{
	struct watch_log *log = calloc(1, sizeof *log);

	assert_non_null(log);
	for (uint32_t i = 0; i < lines; i++)
		watch_log_add(log, i, SEVERITY_INFO, "line %u", (unsigned)i);
	return log;
}

static void the_latest_lines_stay(void **state)
{
	struct watch_log *log = full_log(WATCH_LOG_LINES + 3);

	(void)state;
	assert_int_equal(watch_log_shown(log), WATCH_LOG_LINES);
	assert_int_equal(log->evicted, 3);
	assert_string_equal(log->lines[0].text, "line 3");
	assert_string_equal(log->lines[WATCH_LOG_LINES - 1].text, "line 514");
	free(log);
}

static void what_comes_while_it_is_frozen_is_shown_afterwards(void **state)
{
	struct watch_log *log = full_log(2);
	uint64_t changes;

	(void)state;
	watch_log_freeze(log, true);
	watch_log_add(log, 2, SEVERITY_ERROR, "eth0 went down");
	assert_int_equal(watch_log_shown(log), 2);
	changes = log->changes;
	watch_log_freeze(log, false);
	assert_int_equal(watch_log_shown(log), 3);
	assert_int_not_equal(log->changes, changes);
	assert_string_equal(log->lines[2].text, "eth0 went down");
	free(log);
}

static void a_frozen_log_stays_bounded(void **state)
{
	struct watch_log *log = full_log(WATCH_LOG_LINES);

	(void)state;
	watch_log_freeze(log, true);
	watch_log_add(log, 0, SEVERITY_INFO, "one more");
	assert_int_equal(watch_log_shown(log), WATCH_LOG_LINES - 1);
	assert_string_equal(log->lines[0].text, "line 1");
	for (int i = 0; i < 2 * WATCH_LOG_LINES; i++)
		watch_log_add(log, 0, SEVERITY_INFO, "many more");
	assert_int_equal(watch_log_shown(log), 0);
	watch_log_freeze(log, false);
	assert_int_equal(watch_log_shown(log), WATCH_LOG_LINES);
	free(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_latest_lines_stay),
		cmocka_unit_test(what_comes_while_it_is_frozen_is_shown_afterwards),
		cmocka_unit_test(a_frozen_log_stays_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
