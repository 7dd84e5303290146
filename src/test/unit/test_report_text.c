// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the text format. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "report/report_format.h"
#include "sample_report.h"

static struct text write_sample(struct report_writer_options options)
{
	struct report report = REPORT_INIT;
	struct text text = TEXT_INIT;

	sample_report_make(&report);
	options.rules = sample_rules;
	assert_int_equal(report_write(&report_format_text, &report, &options, &text, NULL), 0);
	report_free(&report);
	return text;
}

static void assert_holds(const struct text *text, const char *part)
{
	if (strstr(text_string(text), part) == NULL)
		fail_msg("not found: %s\nin:\n%s", part, text_string(text));
}

static void assert_lacks(const struct text *text, const char *part)
{
	if (strstr(text_string(text), part) != NULL)
		fail_msg("must not be there: %s\nin:\n%s", part, text_string(text));
}

static void fault_line_is_file_frame_severity_rule_message(void **state)
{
	struct text text = write_sample((struct report_writer_options){ 0 });

	(void)state;
	assert_holds(&text, "\nrs1.pcap:18102: error: mac-substituted: 10.1.1.13 resolves to fe:ff:ff:ff:ff:ff, which "
			    "is not its own\n");
	text_free(&text);
}

static void quiet_prints_fault_lines_and_nothing_else(void **state)
{
	struct text text = write_sample((struct report_writer_options){ .quiet = true });
	size_t lines = 0;

	(void)state;
	for (const char *at = text_string(&text); (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	assert_int_equal(lines, 3);
	assert_int_equal(strncmp(text_string(&text), "rs1.pcap:18102: error: ", 23), 0);
	text_free(&text);
}

static void matrix_is_aligned_and_gives_reasons_of_failed_and_unknown_cells(void **state)
{
	struct text text = write_sample((struct report_writer_options){ 0 });

	(void)state;
	assert_holds(&text, "  10.1.1.1:80/tcp, method dr\n"
			    "    real server  at MAC             kind             arp  mac  hop  quiet accepts service "
			    "return replay\n"
			    "    10.1.1.13    fe:ff:ff:ff:ff:ff  xen-vif-backend  ok   FAIL ?    ?     ?       ?       "
			    "?      -\n"
			    "      FAIL mac: ordinary question answered, sender-0 probe not\n"
			    "      ?    hop, quiet, accepts, service, return: no packet for the VIP was sent to this "
			    "MAC\n");
	text_free(&text);
}

static void fault_explains_itself_once_per_rule(void **state)
{
	struct text text = write_sample((struct report_writer_options){ 0 });
	const char *why;

	(void)state;
	assert_holds(&text, "    Why            A host in between answers");
	assert_holds(&text, "    Proof          proven; seen 14 times, first 2026-11-22T21:18:52.021740000Z\n"
			    "                   rs1.pcap:18102  +0          who-has, broadcast\n"
			    "                   rs1.pcap:18103  +413 ms     is-at, a proxy's delay\n");
	assert_holds(&text, "    Effect         DR frames for this real server end in Dom0.\n");
	assert_holds(&text, "    Repair         vif-bridge instead of vif-route\n");
	assert_holds(&text, "    Does not help  arp_ignore and arp_announce in Dom0");
	assert_holds(&text, "    The rest       as above\n");
	why = strstr(text_string(&text), "    Why ");
	assert_null(strstr(why + 1, "    Why "));
	text_free(&text);
}

static void long_texts_are_broken_before_the_margin(void **state)
{
	struct text text = write_sample((struct report_writer_options){ 0 });
	const char *line = strstr(text_string(&text), "    Why ");

	(void)state;
	assert_non_null(line);
	assert_in_range(strcspn(line, "\n"), 60, 100);
	text_free(&text);
}

static void file_names_cannot_control_the_terminal(void **state)
{
	struct text text = write_sample((struct report_writer_options){ .verbose = true });

	(void)state;
	assert_lacks(&text, "\033");
	assert_lacks(&text, "\xff");
	assert_holds(&text, "a\\x1b[31m<&\">\xef\xbf\xbd.pcapng");
	text_free(&text);
}

static void clock_offsets_are_told_where_there_are_several_inputs(void **state)
{
	struct text text = write_sample((struct report_writer_options){ 0 });

	(void)state;
	assert_holds(&text, "reference clock\n");
	assert_holds(&text, "clock 16.0 s behind rs1.pcap (43 packets in common), dropped 7, truncated\n");
	text_free(&text);
}

static void colour_only_repeats_the_words(void **state)
{
	struct text plain = write_sample((struct report_writer_options){ 0 });
	struct text coloured = write_sample((struct report_writer_options){ .colour = true });
	struct text stripped = TEXT_INIT;

	(void)state;
	assert_holds(&coloured, "\033[1;31mFAIL\033[0m");
	for (const char *at = text_string(&coloured); *at != '\0'; at++) {
		if (*at == '\033')
			at += strcspn(at, "m");
		else
			text_add_char(&stripped, *at);
	}
	assert_string_equal(text_string(&stripped), text_string(&plain));
	text_free(&plain);
	text_free(&coloured);
	text_free(&stripped);
}

static void hosts_appear_only_when_verbose(void **state)
{
	struct text plain = write_sample((struct report_writer_options){ 0 });
	struct text verbose = write_sample((struct report_writer_options){ .verbose = true });

	(void)state;
	assert_lacks(&plain, "Hosts");
	assert_holds(&verbose, "Hosts\n  10.1.1.13 in VLAN 100.12\n    fe:ff:ff:ff:ff:ff  xen-vif-backend   14 claims, "
			       "own: no, a backend is never a guest's own\n");
	text_free(&plain);
	text_free(&verbose);
}

static void last_line_counts_and_judges(void **state)
{
	struct text text = write_sample((struct report_writer_options){ 0 });
	static const char last[] = "\n2 errors, 0 warnings, 1 info in 18204 frames of 2 inputs: faulty, and the "
				   "evidence is incomplete\n";

	(void)state;
	assert_true(text.length > strlen(last));
	assert_string_equal(text_string(&text) + text.length - strlen(last), last);
	text_free(&text);
}

static void empty_report_is_written_too(void **state)
{
	struct report report = REPORT_INIT;
	struct report_writer_options options = { .verbose = true };
	struct text text = TEXT_INIT;

	(void)state;
	assert_int_equal(report_write(&report_format_text, &report, &options, &text, NULL), 0);
	assert_holds(&text, "0 errors, 0 warnings, 0 info in 0 frames of 0 inputs: clean\n");
	text_free(&text);
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fault_line_is_file_frame_severity_rule_message),
		cmocka_unit_test(quiet_prints_fault_lines_and_nothing_else),
		cmocka_unit_test(matrix_is_aligned_and_gives_reasons_of_failed_and_unknown_cells),
		cmocka_unit_test(fault_explains_itself_once_per_rule),
		cmocka_unit_test(long_texts_are_broken_before_the_margin),
		cmocka_unit_test(file_names_cannot_control_the_terminal),
		cmocka_unit_test(clock_offsets_are_told_where_there_are_several_inputs),
		cmocka_unit_test(colour_only_repeats_the_words),
		cmocka_unit_test(hosts_appear_only_when_verbose),
		cmocka_unit_test(last_line_counts_and_judges),
		cmocka_unit_test(empty_report_is_written_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
