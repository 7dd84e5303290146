// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the smaller formats: SARIF, HTML, GitHub annotations, OpenMetrics; and for annotations of frames. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/annotations.h"
#include "report/report_format.h"
#include "sample_report.h"

/* The sample, with its first fault shown in the input that has the hostile name, and a summary of every delimiter. */
static struct text write_hostile(const struct report_format *format)
{
	const struct report_writer_options options = { .rules = sample_rules };
	struct report report = REPORT_INIT;
	struct text text = TEXT_INIT;

	sample_report_make(&report);
	report.faults[0].evidence[0].input = 1;
	free(report.faults[0].summary);
	report.faults[0].summary = strdup("50%: <a>,\n\"b\\");
	assert_int_equal(report_write(format, &report, &options, &text, NULL), 0);
	report_free(&report);
	return text;
}

static void assert_holds(const struct text *text, const char *part)
{
	if (strstr(text_string(text), part) == NULL)
		fail_msg("not found: %s\nin:\n%s", part, text_string(text));
}

static void github_escapes_what_its_commands_use(void **state)
{
	struct text text = write_hostile(&report_format_github);

	(void)state;
	assert_holds(&text, "::error file=a[31m<&\">\xef\xbf\xbd.pcapng,line=18102,title=mac-substituted::"
			    "50%25: <a>,%0A\"b\\%0Avif-bridge instead of vif-route\n");
	assert_holds(&text, "::notice file=rs1.pcap,title=mac-substituted::");
	assert_holds(&text, "::warning title=incomplete evidence::7 frames dropped by the capturing machine\n");
	text_free(&text);
}

static void openmetrics_gives_every_rule_a_sample(void **state)
{
	struct text text = write_hostile(&report_format_openmetrics);
	static const char end[] = "truemac_gaps 1\n# EOF\n";

	(void)state;
	assert_holds(&text, "truemac_verdict{verdict=\"faulty\"} 1\n");
	assert_holds(&text, "truemac_faults{rule=\"mac-substituted\",severity=\"error\"} 2\n");
	assert_holds(&text, "truemac_faults{rule=\"mac-substituted\",severity=\"info\"} 1\n");
	assert_holds(&text, "truemac_faults{rule=\"director-loop\",severity=\"error\"} 0\n");
	assert_holds(&text, "truemac_check{service=\"10.1.1.1:80/tcp\",real_server=\"10.1.1.13\",check=\"mac\","
			    "value=\"fail\"} 1\n");
	assert_holds(&text, "truemac_frames{index=\"1\",input=\"a\033[31m<&\\\">\xef\xbf\xbd.pcapng\"} 0\n");
	assert_string_equal(text_string(&text) + text.length - strlen(end), end);
	text_free(&text);
}

static void html_escapes_names_and_texts(void **state)
{
	struct text text = write_hostile(&report_format_html);

	(void)state;
	assert_holds(&text, "<td>a\xef\xbf\xbd[31m&lt;&amp;&quot;&gt;\xef\xbf\xbd.pcapng</td>");
	assert_holds(&text, "<p>50%: &lt;a&gt;,\n&quot;b\\</p>");
	assert_holds(&text, "<td class=\"fail\" title=\"ordinary question answered, sender-0 probe not\">fail");
	text_free(&text);
}

static void sarif_has_rules_results_and_places(void **state)
{
	struct text text = write_hostile(&report_format_sarif);
	json_t *log = json_loads(text_string(&text), 0, NULL);
	json_t *results;
	const char *uri = NULL;
	int line = 0, successful = 1;

	(void)state;
	assert_non_null(log);
	assert_int_equal(json_unpack(log, "{s:[{s:o,s:[{s:b}]}]}", "runs", "results", &results, "invocations",
				     "executionSuccessful", &successful),
			 0);
	assert_int_equal(json_array_size(results), 3);
	assert_false(successful);
	assert_int_equal(json_unpack(json_array_get(results, 0), "{s:[{s:{s:{s:s},s:{s:i}}}]}", "locations",
				     "physicalLocation", "artifactLocation", "uri", &uri, "region", "startLine", &line),
			 0);
	assert_string_equal(uri, "a%1B%5B31m%3C%26%22%3E%FF.pcapng");
	assert_int_equal(line, 18102);
	json_decref(log);
	text_free(&text);
}

static void annotations_come_by_input_and_frame(void **state)
{
	struct annotations annotations = ANNOTATIONS_INIT;
	struct report report = REPORT_INIT;
	const struct annotation *found;

	(void)state;
	sample_report_make(&report);
	report.faults[1].evidence[0].input = 1;
	report.faults[1].evidence[0].frame = 7;
	report.faults[1].evidence[1].frame = 0;
	assert_int_equal(annotations_make(&report, &annotations, NULL), 0);
	assert_int_equal(annotations.count, 3);
	found = annotations_find(&annotations, 0, 1);
	assert_non_null(found);
	assert_int_equal(found->frame, 18102);
	assert_string_equal(found->comment, "error: mac-substituted: who-has, broadcast (10.1.1.13 at "
					    "fe:ff:ff:ff:ff:ff, VLAN 100.12)");
	assert_int_equal(annotations_find(&annotations, 0, 18103)->frame, 18103);
	assert_null(annotations_find(&annotations, 0, 18104));
	assert_int_equal(annotations_find(&annotations, 1, 1)->frame, 7);
	assert_null(annotations_find(&annotations, 2, 1));
	annotations_free(&annotations);
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(github_escapes_what_its_commands_use),
		cmocka_unit_test(openmetrics_gives_every_rule_a_sample),
		cmocka_unit_test(html_escapes_names_and_texts),
		cmocka_unit_test(sarif_has_rules_results_and_places),
		cmocka_unit_test(annotations_come_by_input_and_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
