// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for names, exit statuses and strings of a report. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "analysis/report.h"
#include "report/report_format.h"
#include "report/report_words.h"
#include "report/utf8.h"

static void exit_status_follows_fail_on_and_gaps(void **state)
{
	struct fault warning = { .severity = SEVERITY_WARNING };
	struct report_gap gap = { 0 };
	struct report report = { .faults = &warning, .fault_count = 1 };

	(void)state;
	assert_int_equal(report_exit_status(&report, SEVERITY_INFO), 1);
	assert_int_equal(report_exit_status(&report, SEVERITY_WARNING), 1);
	assert_int_equal(report_exit_status(&report, SEVERITY_ERROR), 0);
	report.gaps = &gap;
	report.gap_count = 1;
	assert_int_equal(report_exit_status(&report, SEVERITY_WARNING), 1);
	assert_int_equal(report_exit_status(&report, SEVERITY_ERROR), 4);
	report.fault_count = 0;
	assert_int_equal(report_exit_status(&report, SEVERITY_INFO), 4);
	report.gap_count = 0;
	assert_int_equal(report_exit_status(&report, SEVERITY_INFO), 0);
}

static void severities_are_parsed_by_their_names(void **state)
{
	enum severity severity = SEVERITY_INFO;

	(void)state;
	assert_true(severity_parse("error", &severity));
	assert_int_equal(severity, SEVERITY_ERROR);
	assert_false(severity_parse("Error", &severity));
	assert_false(severity_parse("", &severity));
	assert_string_equal(severity_name(SEVERITY_WARNING), "warning");
}

static void empty_report_can_be_freed_twice(void **state)
{
	struct report report = REPORT_INIT;

	(void)state;
	report_free(&report);
	report_free(&report);
}

static void every_format_is_found_by_its_name(void **state)
{
	(void)state;
	for (const struct report_format *const *format = report_formats; *format != NULL; format++)
		assert_ptr_equal(report_format_find((*format)->name), *format);
	assert_null(report_format_find("tex"));
}

static void services_are_written_as_the_own_format_reads_them(void **state)
{
	struct text text = TEXT_INIT;
	struct report_row rows[4] = { { .port = 0 }, { .port = 80, .protocol = 6 }, { .port = 0 }, { .fwmark = 7 } };

	(void)state;
	assert_true(ip_parse("10.1.1.1", &rows[0].vip));
	assert_true(ip_parse("2001:db8::1", &rows[1].vip));
	assert_true(ip_parse("2001:db8::1", &rows[2].vip));
	for (int i = 0; i < 4; i++) {
		report_add_service(&text, &rows[i]);
		text_add_char(&text, ';');
	}
	assert_string_equal(text_string(&text), "10.1.1.1;[2001:db8::1]:80/tcp;2001:db8::1;fwmark 7;");
	text_free(&text);
}

static void bytes_that_are_not_utf8_are_replaced_one_by_one(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "plain" },
		{ "\xc3\xa9", "\xc3\xa9" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "\xc3", "\xef\xbf\xbd" },                                 /* cut */
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },                 /* overlong */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* surrogate */
		{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* beyond U+10FFFF */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct text text = TEXT_INIT;

		utf8_add_valid(&text, cases[i].in);
		assert_string_equal(text_string(&text), cases[i].out);
		text_free(&text);
	}
}

static void control_characters_become_visible(void **state)
{
	struct text text = TEXT_INIT;

	(void)state;
	utf8_add_printable(&text, "a\n\033\x7f\xc2\x9b");
	assert_string_equal(text_string(&text), "a\\x0a\\x1b\\x7f\\x9b");
	text_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exit_status_follows_fail_on_and_gaps),
		cmocka_unit_test(severities_are_parsed_by_their_names),
		cmocka_unit_test(empty_report_can_be_freed_twice),
		cmocka_unit_test(every_format_is_found_by_its_name),
		cmocka_unit_test(services_are_written_as_the_own_format_reads_them),
		cmocka_unit_test(bytes_that_are_not_utf8_are_replaced_one_by_one),
		cmocka_unit_test(control_characters_become_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
