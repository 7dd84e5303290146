// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the formats of a sweep. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>

#include "report/report_scan.h"
#include "sample_report.h"

static struct ip ip(const char *text)
{
	struct ip parsed = { .family = 0 };

	assert_true(ip_parse(text, &parsed));
	return parsed;
}

static struct report_host_mac seen(const char *mac, enum own own, const char *reason, nanos answer_time)
{
	struct report_host_mac made = { .kind = "universal", .claims = 1, .own = own };

	assert_true(mac_parse(mac, &made.mac));
	made.own_reason = reason;
	made.has_answer_time = answer_time > 0;
	made.answer_time = answer_time;
	return made;
}

/* An owner, a VIP, an address with two owners, one that is proxied, and one that nothing is known of. */
static void make(struct report *report)
{
	static const char *const addresses[] = { "192.0.2.11", "192.0.2.1", "192.0.2.13", "192.0.2.14", "192.0.2.15" };
	const struct topology_service vip = { .vip = ip("192.0.2.1") };

	*report = (struct report)REPORT_INIT;
	report->hosts = calloc(5, sizeof *report->hosts);
	report->host_macs = calloc(10, sizeof *report->host_macs);
	report->host_count = 5;
	for (int i = 0; i < 5; i++) {
		report->hosts[i].ip = ip(addresses[i]);
		report->hosts[i].mac_count = i == 2 ? 2 : 1;
		report->hosts[i].macs = &report->host_macs[2 * i];
	}
	report->hosts[0].macs[0] = seen("00:00:5e:00:53:0b", OWN_YES, "it answers sender-0 probes", 85000);
	report->hosts[1].macs[0] = seen("00:00:5e:00:53:0b", OWN_YES, "it answers sender-0 probes", 90000);
	report->hosts[2].macs[0] = seen("00:00:5e:00:53:0d", OWN_YES, "it answers sender-0 probes", 70000);
	report->hosts[2].macs[1] = seen("00:00:5e:00:53:66", OWN_YES, "it answers sender-0 probes", 0);
	report->hosts[3].macs[0] = seen("fe:ff:ff:ff:ff:ff", OWN_NO, "it lets sender-0 probes pass", 413000000);
	report->hosts[4].macs[0] = seen("00:00:5e:00:53:0f", OWN_UNKNOWN, "", 0);
	assert_true(topology_add_service(&report->topology, &vip, NULL) >= 0);
}

static struct text write_as(const struct report_format *format, bool quiet)
{
	const struct report_writer_options options = { .rules = sample_rules, .quiet = quiet };
	struct report report;
	struct text text = TEXT_INIT;

	make(&report);
	assert_int_equal(report_write(format, &report, &options, &text, NULL), 0);
	report_free(&report);
	return text;
}

static void every_address_has_a_line_for_each_of_its_macs(void **state)
{
	struct text text = write_as(&report_format_scan, true);

	(void)state;
	assert_string_equal(
	    text_string(&text),
	    "address     MAC                is       answers in  kind\n"
	    "192.0.2.11  00:00:5e:00:53:0b  own           85 us  universal         it answers sender-0 probes\n"
	    "192.0.2.1   00:00:5e:00:53:0b  own           90 us  universal         it answers sender-0 probes\n"
	    "192.0.2.13  00:00:5e:00:53:0d  own           70 us  universal         it answers sender-0 probes\n"
	    "            00:00:5e:00:53:66  own                  universal         it answers sender-0 probes\n"
	    "192.0.2.14  fe:ff:ff:ff:ff:ff  proxied      413 ms  universal         it lets sender-0 probes pass\n"
	    "192.0.2.15  00:00:5e:00:53:0f  unknown              universal\n");
	text_free(&text);
}

static void the_sums_count_addresses(void **state)
{
	struct text text = write_as(&report_format_scan, false);

	(void)state;
	assert_non_null(
	    strstr(text_string(&text), "\n5 addresses: 3 own, 1 proxied, 1 unknown; 1 with several MACs\n"));
	text_free(&text);
}

static void ethers_names_only_what_is_proven_and_stays(void **state)
{
	struct text text = write_as(&report_format_ethers, false);

	(void)state;
	assert_string_equal(text_string(&text), "00:00:5e:00:53:0b 192.0.2.11\n"
						"# 192.0.2.1: a VIP moves\n"
						"# 192.0.2.13: no MAC is proven to be its only own\n"
						"# 192.0.2.14: no MAC is proven to be its only own\n"
						"# 192.0.2.15: no MAC is proven to be its only own\n");
	text_free(&text);
}

static void ethers_can_be_read_again(void **state)
{
	struct text text = write_as(&report_format_ethers, false);
	struct topology topology = TOPOLOGY_INIT;
	const struct ip known = ip("192.0.2.11");

	(void)state;
	assert_int_equal(topology_read_ethers(&topology, "ethers", text_string(&text), text.length, NULL), 0);
	assert_int_equal(topology.known_count, 1);
	assert_non_null(topology_known_mac(&topology, &known));
	topology_free(&topology);
	text_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_address_has_a_line_for_each_of_its_macs),
		cmocka_unit_test(the_sums_count_addresses),
		cmocka_unit_test(ethers_names_only_what_is_proven_and_stays),
		cmocka_unit_test(ethers_can_be_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
