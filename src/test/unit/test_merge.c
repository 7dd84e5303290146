// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for merged reports: order and repetition, true MACs, faults. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>

#include "merge_case.h"
#include "report/read_json.h"
#include "report/report_format.h"
#include "rules/registry.h"

/* --- order, grouping, repetition --- */

static void to_json(const struct report *report, struct text *into)
{
	const struct report_writer_options options = { .rules = rules_all };

	text_clear(into);
	assert_int_equal(report_write(&report_format_json, report, &options, into, NULL), 0);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void add_json(struct merge *merge, const struct text *json)
{
	struct report report = REPORT_INIT;

	assert_int_equal(report_read_json("again", text_string(json), json->length, &report, NULL), 0);
	assert_int_equal(merge_add(merge, "again", &report, NULL), 0);
}

static const struct {
	const char *name, *content;
} everybody[] = {
	{ "rs1", rs1 },
	{ "rs2", rs2 },
	{ "dom0", dom0 },
	{ "client", client },
	{ "dom0", CAPTURE "\"incomplete\":[{\"reason\":\"frames lost\",\"count\":2}]" },
	{ "-", CAPTURE "\"hosts\":[" HOST("10.1.1.13", RS1_MAC, "yes") "]" },
};
enum { EVERYBODY = sizeof everybody / sizeof everybody[0] };

/* Random groups of random members, each merged alone, then merged with each other and with members that were left. */
static void merge_in_groups(uint32_t seed, struct text *into)
{
	struct merge merge = MERGE_INIT;
	struct report report;
	struct text part = TEXT_INIT;

	for (int group = 0; group < 4; group++) {
		struct merge inner = MERGE_INIT;
		uint32_t members = 1 + next_random(&seed) % EVERYBODY;

		while (members-- > 0) {
			uint32_t member = next_random(&seed) % EVERYBODY;

			merge_case_add(&inner, everybody[member].name, everybody[member].content);
		}
		merge_case_finish(&inner, &report);
		to_json(&report, &part);
		report_free(&report);
		add_json(&merge, &part);
	}
	for (uint32_t i = 0, first = next_random(&seed); i < EVERYBODY; i++)
		merge_case_add(&merge, everybody[(first + i) % EVERYBODY].name,
			       everybody[(first + i) % EVERYBODY].content);
	merge_case_finish(&merge, &report);
	to_json(&report, into);
	report_free(&report);
	text_free(&part);
}

static void order_grouping_and_repetition_change_nothing(void **state)
{
	struct text expected = TEXT_INIT, got = TEXT_INIT;
	struct merge merge = MERGE_INIT;
	struct report report;

	(void)state;
	for (int i = 0; i < EVERYBODY; i++)
		merge_case_add(&merge, everybody[i].name, everybody[i].content);
	merge_case_finish(&merge, &report);
	assert_int_equal(report.source_count, EVERYBODY);
	to_json(&report, &expected);
	report_free(&report);
	for (uint32_t seed = 0; seed < 200; seed++) {
		merge_in_groups(seed, &got);
		if (strcmp(text_string(&expected), text_string(&got)) != 0)
			fail_msg("seed %u gives another report", (unsigned)seed);
	}
	text_free(&expected);
	text_free(&got);
}

static void the_same_report_counts_once_by_its_best_name(void **state)
{
	struct report report;

	(void)state;
	merge_these(&report, "-", everybody[4].content, "b", everybody[4].content, "a", everybody[4].content, NULL);
	assert_int_equal(report.source_count, 1);
	assert_string_equal(report.sources[0].label, "a");
	assert_int_equal(report.gap_count, 1);
	assert_int_equal(report.gaps[0].count, 2);
	report_free(&report);
}

static void different_reports_of_one_name_are_told_apart(void **state)
{
	struct report report;

	(void)state;
	merge_these(&report, "rs", rs1, "rs", rs2, "x", client, NULL);
	assert_memory_equal(report.sources[0].label, "rs~", 3);
	assert_string_not_equal(report.sources[0].label, report.sources[1].label);
	assert_string_equal(report.sources[2].label, "x");
	assert_string_equal(report.inputs[2].name, "x:eth0.pcap");
	report_free(&report);
}

static void nothing_merged_is_clean(void **state)
{
	struct report report;

	(void)state;
	merge_these(&report, NULL);
	assert_int_equal(report.verdict, REPORT_CLEAN);
	report_free(&report);
}

/* --- true MACs --- */

static void a_hosts_own_word_proves_substitution_and_names_dom0(void **state)
{
	struct report report;
	const struct fault *fault;

	(void)state;
	merge_these(&report, "rs1", rs1, "client", client, "dom0", dom0, NULL);
	fault = find_fault(&report, "mac-substituted", "10.1.1.13");
	assert_says(fault, "10.1.1.13 is at " DOM0_MAC " for client, but its own MAC is " RS1_MAC);
	assert_says(fault, "(rs1): dom0, a Xen Dom0, answers for it");
	assert_int_equal(fault->confidence, CONFIDENCE_PROVEN);
	assert_int_equal(fault->severity, SEVERITY_ERROR);
	assert_int_equal(fault->source_count, 3);
	assert_int_equal(report.verdict, REPORT_FAULTY);
	/* Nobody speaks for rs2, and Dom0's own address is at that MAC rightly. */
	assert_null(find_fault(&report, "mac-substituted", "10.1.1.14"));
	assert_null(find_fault(&report, "mac-substituted", "10.1.1.254"));
	report_free(&report);
}

static void the_table_of_hosts_has_the_hosts_own_word(void **state)
{
	struct report report;
	bool seen = false;

	(void)state;
	merge_these(&report, "rs1", rs1, "client", client, NULL);
	for (uint32_t i = 0; i < report.hosts[0].mac_count; i++) {
		const struct report_host_mac *mac = &report.hosts[0].macs[i];
		char text[MAC_TEXT_SIZE];

		seen |= strcmp(mac_format(mac->mac, text), DOM0_MAC) == 0;
		assert_int_equal(mac->own, strcmp(text, RS1_MAC) == 0 ? OWN_YES : OWN_NO);
	}
	assert_true(seen);
	report_free(&report);
}

/* rs2 is a guest of the second Dom0; both have ends with the same MAC. */
static void of_several_dom0s_the_tellers_is_named(void **state)
{
	static const char other[] = INPUT MACHINE("dom0", VIF("vif9.0"), ADDRESS("10.1.1.253", "vif9.0"),
						  ",\"guests\":[{\"link\":\"vif9.0\",\"mac\":\"" RS2_MAC "\"}]");
	struct report report;

	(void)state;
	merge_these(&report, "rs1", rs1, "rs2", rs2, "a-dom0", dom0, "z-dom0", other, NULL);
	assert_says(find_fault(&report, "mac-substituted", "10.1.1.13"), "z-dom0, a Xen Dom0, answers");
	report_free(&report);
}

static void a_hosts_other_interface_is_no_substitution(void **state)
{
	static const char two[] =
	    INPUT MACHINE("real-server", LINK("eth0", RS1_MAC, "") "," LINK("eth1", "00:16:3e:00:01:0d", ""),
			  ADDRESS("10.1.1.13", "eth0") "," ADDRESS("10.1.1.23", "eth1"), "");
	static const char told[] = CAPTURE "\"hosts\":[" HOST("10.1.1.13", "00:16:3e:00:01:0d", "unknown") "]";
	struct report report;

	(void)state;
	merge_these(&report, "rs1", two, "client", told, NULL);
	assert_int_equal(report.fault_count, 0);
	report_free(&report);
}

static void an_unknown_mac_in_a_neighbour_table_may_be_old(void **state)
{
	static const char table[] =
	    INPUT MACHINE("client", LINK("eth0", "00:16:3e:00:00:8a", ""), ADDRESS("10.1.1.138", "eth0"),
			  "") ",\"hosts\":[" HOST("10.1.1.13", "00:16:3e:00:07:77", "unknown") "]";
	static const char seen[] = CAPTURE "\"hosts\":[" HOST("10.1.1.13", "00:16:3e:00:07:77", "unknown") "]";
	const struct fault *fault;
	struct report report;

	(void)state;
	merge_these(&report, "rs1", rs1, "client", table, NULL);
	fault = find_fault(&report, "mac-substituted", "10.1.1.13");
	assert_says(fault, "an entry that is out of date, or somebody else");
	assert_int_equal(fault->severity, SEVERITY_WARNING);
	assert_int_equal(fault->confidence, CONFIDENCE_LIKELY);
	assert_string_equal(fault->remedies[0], "Where it is out of date: ip neigh flush to 10.1.1.13");
	report_free(&report);
	/* In traffic it was somebody's answer. */
	merge_these(&report, "rs1", rs1, "client", table, "capture", seen, NULL);
	fault = find_fault(&report, "mac-substituted", "10.1.1.13");
	assert_says(fault, "(rs1): somebody else answers for it");
	assert_int_equal(fault->confidence, CONFIDENCE_PROVEN);
	report_free(&report);
}

static void a_virtual_routers_mac_is_no_substitution(void **state)
{
	static const char told[] = CAPTURE "\"hosts\":[" HOST("10.1.1.13", "00:00:5e:00:01:33", "unknown") "]";
	struct report report;

	(void)state;
	merge_these(&report, "rs1", rs1, "client", told, NULL);
	assert_int_equal(report.fault_count, 0);
	report_free(&report);
}

static const char director[] =
    INPUT MACHINE("director", DIRECTOR_LINK, ADDRESS("10.1.1.11", "eth0") "," ADDRESS("10.1.1.1", "eth0"), "")
	VIP_SETUP("\"dr\"");

static void a_vip_moves_but_not_to_dom0(void **state)
{
	static const char moved[] = CAPTURE "\"hosts\":[" HOST("10.1.1.1", "00:16:3e:00:00:0c", "unknown") "]";
	static const char proxied[] = CAPTURE "\"hosts\":[" HOST("10.1.1.1", DOM0_MAC, "unknown") "]";
	struct report report;

	(void)state;
	merge_these(&report, "dir1", director, "dom0", dom0, "client", moved, NULL);
	assert_int_equal(report.fault_count, 0);
	report_free(&report);
	merge_these(&report, "dir1", director, "dom0", dom0, "client", proxied, NULL);
	assert_says(find_fault(&report, "mac-substituted", "10.1.1.1"), "dom0, a Xen Dom0, answers");
	report_free(&report);
}

static void tunnels_cross_a_dom0(void **state)
{
	static const char tunnels[] =
	    CAPTURE "\"hosts\":[" HOST("10.1.1.13", DOM0_MAC, "unknown") "]" VIP_SETUP("\"tun\"");
	struct report report;

	(void)state;
	merge_these(&report, "rs1", rs1, "dom0", dom0, "client", tunnels, NULL);
	assert_int_equal(find_fault(&report, "mac-substituted", "10.1.1.13")->severity, SEVERITY_INFO);
	assert_int_equal(report.verdict, REPORT_CLEAN);
	report_free(&report);
}

static void what_tunnels_cross_is_a_remark_whoever_told_it(void **state)
{
	static const char routed[] = INPUT "\"faults\":[{\"rule\":\"host-xen-routed\",\"severity\":\"error\","
					   "\"confidence\":\"proven\",\"subject\":{},\"summary\":\"s\",\"count\":1}]";
	struct report report;

	(void)state;
	merge_these(&report, "dom0", routed, "client", CAPTURE "\"hosts\":[]" VIP_SETUP("\"tun\""), NULL);
	assert_int_equal(report.faults[0].severity, SEVERITY_INFO);
	report_free(&report);
	merge_these(&report, "dom0", routed, "client", CAPTURE "\"hosts\":[]" VIP_SETUP("\"dr\""), NULL);
	assert_int_equal(report.faults[0].severity, SEVERITY_ERROR);
	report_free(&report);
}

static void two_owners_are_a_conflict(void **state)
{
	static const char twin[] = INPUT MACHINE("client", LINK("eth0", RS2_MAC, ""), ADDRESS("10.1.1.13", "eth0"),
						 "") ",\"hosts\":[" HOST("10.1.1.13", RS2_MAC, "yes") "]";
	static const char two_nics[] =
	    INPUT MACHINE("client", LINK("eth0", RS1_MAC, "") "," LINK("eth1", RS2_MAC, ""),
			  ADDRESS("10.1.1.13", "eth0"), "") ",\"hosts\":[" HOST("10.1.1.13", RS1_MAC, "yes") "]";
	static const char both[] = CAPTURE "\"hosts\":[{\"ip\":\"10.1.1.13\",\"macs\":["
					   "{\"mac\":\"" RS1_MAC "\",\"kind\":\"xen\",\"own\":\"yes\"},"
					   "{\"mac\":\"" RS2_MAC "\",\"kind\":\"xen\",\"own\":\"yes\"}]}]";
	const struct report_conflict *conflict;
	struct report report;

	(void)state;
	merge_these(&report, "rs1", rs1, "twin", twin, NULL);
	conflict = find_conflict(&report, "10.1.1.13: its own MAC");
	assert_non_null(conflict);
	assert_int_equal(conflict->statement_count, 2);
	assert_string_equal(conflict->statements[0].says, RS1_MAC);
	assert_int_equal(report.verdict, REPORT_INCOMPLETE);
	assert_int_equal(report_exit_status(&report, SEVERITY_WARNING), 4);
	report_free(&report);
	/* Also where somebody has seen both: that is how he found out. */
	merge_these(&report, "rs1", rs1, "twin", twin, "probe", both, NULL);
	assert_non_null(find_conflict(&report, "10.1.1.13: its own MAC"));
	report_free(&report);
	/* A host with two interfaces says one of them, who saw it both. */
	merge_these(&report, "rs1", two_nics, "probe", both, NULL);
	assert_int_equal(report.conflict_count, 0);
	report_free(&report);
}

/* --- faults --- */

#define FAULT(rule, severity, confidence, ip, summary)                                                                 \
	"{\"rule\":\"" rule "\",\"severity\":\"" severity "\",\"confidence\":\"" confidence                            \
	"\",\"subject\":{\"ip\":\"" ip "\"},\"summary\":\"" summary "\",\"count\":9223372036854775807,"                \
	"\"evidence\":[{\"input\":\"eth0.pcap\",\"frame\":7,\"note\":\"n\"}]}"

#define OF_MAC(subject, summary)                                                                                       \
	CAPTURE "\"faults\":[{\"rule\":\"mac-flap\",\"severity\":\"error\",\"confidence\":\"proven\",\"subject\":"     \
		"{" subject "\"mac\":\"" RS1_MAC "\"},\"summary\":\"" summary                                          \
		"\",\"count\":1,\"evidence\":[{\"input\":\"eth0.pcap\",\"frame\":7,\"note\":\"n\"}]}]"

/* The host itself says whose MAC it is that one source alone has seen. */
static void a_mac_without_an_address_gets_its_own(void **state)
{
	struct report report;

	(void)state;
	merge_these(&report, "a", OF_MAC("", "of a MAC"), "b", OF_MAC("\"ip\":\"10.1.1.13\",", "of both"), NULL);
	assert_int_equal(report.fault_count, 2);
	report_free(&report);
	merge_these(&report, "a", OF_MAC("", "of a MAC"), "b", OF_MAC("\"ip\":\"10.1.1.13\",", "of both"), "rs1", rs1,
		    NULL);
	assert_int_equal(report.fault_count, 1);
	assert_string_equal(find_fault(&report, "mac-flap", "10.1.1.13")->summary, "of both");
	report_free(&report);
}

static void faults_of_one_subject_become_one(void **state)
{
	static const char first[] = CAPTURE "\"faults\":[" FAULT("mac-flap", "warning", "hint", "10.1.1.1", "a") "]";
	static const char second[] =
	    CAPTURE "\"faults\":[" FAULT("mac-flap", "error", "likely", "10.1.1.1",
					 "b") "," FAULT("mac-flap", "warning", "hint", "10.1.1.2", "c") "]";
	const struct fault *fault;
	struct report report;

	(void)state;
	merge_these(&report, "first", first, "second", second, NULL);
	assert_int_equal(report.fault_count, 2);
	fault = find_fault(&report, "mac-flap", "10.1.1.1");
	assert_string_equal(fault->summary, "b");
	assert_int_equal(fault->severity, SEVERITY_ERROR);
	assert_int_equal(fault->confidence, CONFIDENCE_LIKELY);
	assert_true(fault->count == INT64_MAX);
	assert_int_equal(fault->evidence_count, 2);
	assert_int_equal(fault->source_count, 2);
	report_free(&report);
}

static void what_a_host_is_at_fault_of_stays_its_own(void **state)
{
	static const char first[] =
	    INPUT "\"faults\":[" FAULT("host-rp-filter", "warning", "proven", "10.1.1.1", "a") "]";
	static const char second[] =
	    INPUT "\"faults\":[" FAULT("host-rp-filter", "warning", "proven", "10.1.1.1", "b") "]";
	struct report report;

	(void)state;
	merge_these(&report, "first", first, "second", second, NULL);
	assert_int_equal(report.fault_count, 2);
	assert_string_equal(report.faults[0].summary, "first: a");
	assert_string_equal(report.faults[1].summary, "second: b");
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_grouping_and_repetition_change_nothing),
		cmocka_unit_test(the_same_report_counts_once_by_its_best_name),
		cmocka_unit_test(different_reports_of_one_name_are_told_apart),
		cmocka_unit_test(nothing_merged_is_clean),
		cmocka_unit_test(a_hosts_own_word_proves_substitution_and_names_dom0),
		cmocka_unit_test(the_table_of_hosts_has_the_hosts_own_word),
		cmocka_unit_test(of_several_dom0s_the_tellers_is_named),
		cmocka_unit_test(a_hosts_other_interface_is_no_substitution),
		cmocka_unit_test(an_unknown_mac_in_a_neighbour_table_may_be_old),
		cmocka_unit_test(a_virtual_routers_mac_is_no_substitution),
		cmocka_unit_test(a_vip_moves_but_not_to_dom0),
		cmocka_unit_test(tunnels_cross_a_dom0),
		cmocka_unit_test(what_tunnels_cross_is_a_remark_whoever_told_it),
		cmocka_unit_test(two_owners_are_a_conflict),
		cmocka_unit_test(faults_of_one_subject_become_one),
		cmocka_unit_test(a_mac_without_an_address_gets_its_own),
		cmocka_unit_test(what_a_host_is_at_fault_of_stays_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
