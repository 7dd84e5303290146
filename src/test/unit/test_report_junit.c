// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the JUnit format. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <string.h>

#include "report/report_format.h"
#include "sample_report.h"

static struct text write_sample(enum severity fail_on)
{
	const struct report_writer_options options = { .rules = sample_rules, .fail_on = fail_on };
	struct report report = REPORT_INIT;
	struct text text = TEXT_INIT;

	sample_report_make(&report);
	assert_int_equal(report_write(&report_format_junit, &report, &options, &text, NULL), 0);
	report_free(&report);
	return text;
}

static unsigned count(const struct text *text, const char *part)
{
	unsigned found = 0;

	for (const char *at = text_string(text); (at = strstr(at, part)) != NULL; at++)
		found++;
	return found;
}

static void counts_agree_with_the_cases(void **state)
{
	struct text text = write_sample(SEVERITY_WARNING);
	char expected[160];

	(void)state;
	snprintf(expected, sizeof expected,
		 "<testsuites name=\"truemac\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">",
		 count(&text, "<testcase "), count(&text, "<failure "), count(&text, "<error "),
		 count(&text, "<skipped "));
	assert_non_null(strstr(text_string(&text), expected));
	text_free(&text);
}

static void every_rule_has_a_case(void **state)
{
	struct text text = write_sample(SEVERITY_WARNING);

	(void)state;
	assert_int_equal(count(&text, "<testcase classname=\"mac-substituted\""), 3);
	assert_int_equal(count(&text, "<testcase classname=\"director-loop\" name=\"no such fault found\"></testcase>"),
			 1);
	text_free(&text);
}

static void faults_below_the_threshold_pass(void **state)
{
	struct text warning = write_sample(SEVERITY_WARNING), info = write_sample(SEVERITY_INFO);

	(void)state;
	assert_int_equal(count(&warning, "<failure type=\"error\""), 2);
	assert_int_equal(count(&warning, "<failure type=\"info\""), 0);
	assert_int_equal(count(&info, "<failure type=\"info\""), 1);
	text_free(&warning);
	text_free(&info);
}

static void unknown_cells_are_skipped_with_the_reason(void **state)
{
	struct text text = write_sample(SEVERITY_WARNING);

	(void)state;
	assert_int_equal(count(&text, "<testcase classname=\"hop\" name=\"10.1.1.1:80/tcp on 10.1.1.13\"><skipped "
				      "message=\"no packet for the VIP was sent to this MAC\">"),
			 1);
	text_free(&text);
}

static void gaps_are_errors(void **state)
{
	struct text text = write_sample(SEVERITY_WARNING);

	(void)state;
	assert_int_equal(count(&text, "<error type=\"incomplete\""), 1);
	text_free(&text);
}

static void markup_and_control_characters_are_escaped(void **state)
{
	const struct report_writer_options options = { .rules = sample_rules };
	struct report report = REPORT_INIT;
	struct text text = TEXT_INIT;

	(void)state;
	sample_report_make(&report);
	report.faults[0].evidence[0].input = 1;
	snprintf(report.faults[0].summary, 16, "a<b>&\"\n\x01\xff");
	assert_int_equal(report_write(&report_format_junit, &report, &options, &text, NULL), 0);
	assert_non_null(strstr(text_string(&text), "message=\"a&lt;b&gt;&amp;&quot;&#10;\xef\xbf\xbd\xef\xbf\xbd\""));
	assert_non_null(strstr(text_string(&text), ">a\\x1b[31m&lt;&amp;&quot;&gt;\xef\xbf\xbd.pcapng:18102: "));
	text_free(&text);
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_agree_with_the_cases),
		cmocka_unit_test(every_rule_has_a_case),
		cmocka_unit_test(faults_below_the_threshold_pass),
		cmocka_unit_test(unknown_cells_are_skipped_with_the_reason),
		cmocka_unit_test(gaps_are_errors),
		cmocka_unit_test(markup_and_control_characters_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
