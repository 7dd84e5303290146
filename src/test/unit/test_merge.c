// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for merged reports. Reports are written down as JSON, which is how they come. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>

#include "merge/merge.h"
#include "report/read_json.h"
#include "report/report_format.h"
#include "rules/registry.h"

/* --- the cast: a client, a director, two real servers, and the Dom0 that routes between them --- */

#define LINK(name, mac, more) "{\"name\":\"" name "\",\"mac\":\"" mac "\",\"up\":true,\"arp\":true" more "}"
#define VIF(name)             LINK(name, "fe:ff:ff:ff:ff:ff", ",\"vif\":true,\"proxy_arp\":true")
#define ADDRESS(ip, link)     "{\"address\":\"" ip "\",\"prefix\":24,\"link\":\"" link "\"}"
#define HOST(ip, mac, own)                                                                                             \
	"{\"ip\":\"" ip "\",\"macs\":[{\"mac\":\"" mac "\",\"kind\":\"xen\",\"own\":\"" own                            \
	"\",\"own_reason\":\"\",\"claims\":3}]}"
#define MACHINE(role, links, addresses, more)                                                                          \
	"\"machine\":{\"role\":\"" role "\",\"virtualisation\":\"xen-guest\",\"ipvs\":\"unseen\",\"links\":[" links    \
	"],\"addresses\":[" addresses "]" more "}"
#define INPUT   "\"inputs\":[{\"name\":\"state\",\"format\":\"host\",\"link_type\":\"a host\"}],"
#define CAPTURE "\"inputs\":[{\"name\":\"eth0.pcap\",\"format\":\"pcap\",\"link_type\":\"EN10MB\",\"frames\":9}],"

#define RS1_MAC  "00:16:3e:00:00:0d"
#define RS2_MAC  "00:16:3e:00:00:0e"
#define DOM0_MAC "fe:ff:ff:ff:ff:ff"

static const char rs1[] = INPUT MACHINE("real-server", LINK("eth0", RS1_MAC, ""), ADDRESS("10.1.1.13", "eth0"),
					"") ",\"hosts\":[" HOST("10.1.1.13", RS1_MAC, "yes") "]";
static const char rs2[] =
    INPUT MACHINE("real-server", LINK("eth0", RS2_MAC, ""), ADDRESS("10.1.1.14", "eth0"),
		  "") ",\"hosts\":[" HOST("10.1.1.14", RS2_MAC, "yes") "," HOST("10.1.1.13", DOM0_MAC, "unknown") "]";
static const char dom0[] = INPUT MACHINE("dom0", VIF("vif4.0") "," VIF("vif5.0"), ADDRESS("10.1.1.254", "vif4.0"),
					 ",\"guests\":[{\"link\":\"vif4.0\",\"mac\":\"" RS1_MAC
					 "\"}]") ",\"hosts\":[" HOST("10.1.1.254", DOM0_MAC, "yes") "]";
static const char client[] = CAPTURE "\"hosts\":[" HOST("10.1.1.13", DOM0_MAC, "unknown") "," HOST(
    "10.1.1.14", DOM0_MAC, "unknown") "," HOST("10.1.1.254", DOM0_MAC, "unknown") "]";

static void add(struct merge *merge, const char *name, const char *content)
{
	struct report report = REPORT_INIT;
	struct error error = ERROR_INIT;
	struct text json = TEXT_INIT;
	bool setup = strstr(content, "\"topology\"") != NULL;

	text_printf(&json, "{\"schema\":\"truemac.report/1\",\"command\":\"%s\",\"verdict\":\"%s\",%s%s}",
		    strstr(content, "\"machine\"") ? "inspect" : "probe",
		    strstr(content, "\"incomplete\"") ? "incomplete" : "clean", content,
		    setup ? "" : ",\"topology\":{\"source\":\"inferred\"}");
	if (report_read_json(name, text_string(&json), json.length, &report, &error) < 0 ||
	    merge_add(merge, name, &report, &error) < 0)
		fail_msg("%s: %s: %s", name, error.where, error.message);
	text_free(&json);
	report_free(&report);
}

static void finish(struct merge *merge, struct report *report)
{
	struct error error = ERROR_INIT;

	*report = (struct report)REPORT_INIT;
	if (merge_finish(merge, report, &error) < 0)
		fail_msg("%s", error.message);
	merge_free(merge);
}

/* Names and contents in turn, closed by NULL. */
static void merge_these(struct report *report, ...)
{
	struct merge merge = MERGE_INIT;
	va_list arguments;
	const char *name;

	va_start(arguments, report);
	while ((name = va_arg(arguments, const char *)) != NULL)
		add(&merge, name, va_arg(arguments, const char *));
	va_end(arguments);
	finish(&merge, report);
}

static const struct fault *find_fault(const struct report *report, const char *rule, const char *ip)
{
	struct ip address;

	assert_true(ip_parse(ip, &address));
	for (uint32_t i = 0; i < report->fault_count; i++)
		if (strcmp(report->faults[i].rule->id, rule) == 0 && ip_equal(&report->faults[i].subject.ip, &address))
			return &report->faults[i];
	return NULL;
}

static const struct report_conflict *find_conflict(const struct report *report, const char *about)
{
	for (uint32_t i = 0; i < report->conflict_count; i++)
		if (strcmp(report->conflicts[i].about, about) == 0)
			return &report->conflicts[i];
	return NULL;
}

static void assert_says(const struct fault *fault, const char *words)
{
	assert_non_null(fault);
	if (strstr(fault->summary, words) == NULL)
		fail_msg("'%s' does not say '%s'", fault->summary, words);
}

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

			add(&inner, everybody[member].name, everybody[member].content);
		}
		finish(&inner, &report);
		to_json(&report, &part);
		report_free(&report);
		add_json(&merge, &part);
	}
	for (uint32_t i = 0, first = next_random(&seed); i < EVERYBODY; i++)
		add(&merge, everybody[(first + i) % EVERYBODY].name, everybody[(first + i) % EVERYBODY].content);
	finish(&merge, &report);
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
		add(&merge, everybody[i].name, everybody[i].content);
	finish(&merge, &report);
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

static void a_virtual_routers_mac_is_no_substitution(void **state)
{
	static const char told[] = CAPTURE "\"hosts\":[" HOST("10.1.1.13", "00:00:5e:00:01:33", "unknown") "]";
	struct report report;

	(void)state;
	merge_these(&report, "rs1", rs1, "client", told, NULL);
	assert_int_equal(report.fault_count, 0);
	report_free(&report);
}

#define VIP_SETUP(method)                                                                                              \
	",\"topology\":{\"source\":\"configured\",\"vips\":[{\"address\":\"10.1.1.1\",\"port\":80,\"protocol\":"       \
	"\"tcp\",\"method\":" method ",\"source\":\"configured\"}]}"
#define DIRECTOR_LINK LINK("eth0", "00:16:3e:00:00:0b", "")

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

static void two_owners_are_a_conflict(void **state)
{
	static const char twin[] = INPUT MACHINE("client", LINK("eth0", RS2_MAC, ""), ADDRESS("10.1.1.13", "eth0"),
						 "") ",\"hosts\":[" HOST("10.1.1.13", RS2_MAC, "yes") "]";
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
}

/* --- faults --- */

#define FAULT(rule, severity, confidence, ip, summary)                                                                 \
	"{\"rule\":\"" rule "\",\"severity\":\"" severity "\",\"confidence\":\"" confidence                            \
	"\",\"subject\":{\"ip\":\"" ip "\"},\"summary\":\"" summary "\",\"count\":9223372036854775807,"                \
	"\"evidence\":[{\"input\":\"eth0.pcap\",\"frame\":7,\"note\":\"n\"}]}"

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

/* --- the matrix --- */

#define CELL(name, value, reason) "\"" name "\":{\"value\":\"" value "\",\"reason\":\"" reason "\"}"
#define ROW(arp, mac)                                                                                                  \
	CAPTURE "\"matrix\":[{\"vip\":\"10.1.1.1\",\"port\":80,\"protocol\":\"tcp\",\"real_server\":\"10.1.1.13\","    \
		"\"checks\":{" CELL("arp", arp, "why") "," CELL("mac", mac, "why") "," CELL(                           \
		    "hop", "unknown",                                                                                  \
		    "") "," CELL("quiet", "n/a", "") "," CELL("accepts", "unknown",                                    \
							      "") "," CELL("service", "unknown",                       \
									   "") "," CELL("return", "unknown",           \
											"") "," CELL("replay", "n/a",  \
												     "") "}}]"

static void what_one_knows_becomes_known(void **state)
{
	struct report report;

	(void)state;
	merge_these(&report, "a", ROW("unknown", "unknown"), "b", ROW("pass", "fail"), NULL);
	assert_int_equal(report.row_count, 1);
	assert_int_equal(report.rows[0].cells[CHECK_ARP].value, CHECK_PASS);
	assert_int_equal(report.rows[0].cells[CHECK_MAC].value, CHECK_FAIL);
	assert_string_equal(report.rows[0].cells[CHECK_MAC].reason, "b: why");
	assert_int_equal(report.rows[0].cells[CHECK_QUIET].value, CHECK_NOT_APPLICABLE);
	assert_int_equal(report.conflict_count, 0);
	report_free(&report);
}

static void pass_against_fail_is_a_conflict(void **state)
{
	const struct report_conflict *conflict;
	struct report report;

	(void)state;
	merge_these(&report, "a", ROW("pass", "unknown"), "b", ROW("fail", "unknown"), NULL);
	assert_int_equal(report.rows[0].cells[CHECK_ARP].value, CHECK_UNKNOWN);
	assert_string_equal(report.rows[0].cells[CHECK_ARP].reason, "conflict: a says pass: why; b says fail: why");
	conflict = find_conflict(&report, "10.1.1.1:80/tcp on 10.1.1.13: arp");
	assert_non_null(conflict);
	assert_int_equal(conflict->statement_count, 2);
	report_free(&report);
}

static void the_matrix_shows_the_true_mac(void **state)
{
	struct report report;
	char mac[MAC_TEXT_SIZE];

	(void)state;
	merge_these(&report, "a", ROW("pass", "pass"), "rs1", rs1, NULL);
	assert_true(report.rows[0].has_mac);
	assert_string_equal(mac_format(report.rows[0].mac, mac), RS1_MAC);
	report_free(&report);
}

static void two_methods_are_a_conflict(void **state)
{
	struct report report;

	(void)state;
	merge_these(&report, "a", CAPTURE "\"hosts\":[]" VIP_SETUP("\"dr\""), "b",
		    CAPTURE "\"hosts\":[]" VIP_SETUP("\"nat\""), "c", CAPTURE "\"hosts\":[]" VIP_SETUP("null"), NULL);
	assert_non_null(find_conflict(&report, "10.1.1.1:80/tcp: method"));
	assert_int_equal(report.topology.service_count, 1);
	report_free(&report);
}

/* --- directors and real servers --- */

#define SENDING(method, server)                                                                                        \
	INPUT MACHINE("director", DIRECTOR_LINK, ADDRESS("10.1.1.11", "eth0"),                                         \
		      ",\"destinations\":[{\"vip\":\"10.1.1.1\",\"port\":80,\"protocol\":\"tcp\",\"method\":\"" method \
		      "\",\"real_server\":\"" server "\"}]")
#define HOLDING(ip, mac, held)                                                                                         \
	INPUT MACHINE("real-server", LINK("eth0", mac, ""), ADDRESS(ip, "eth0"),                                       \
		      ",\"vips\":[{\"address\":\"10.1.1.1\",\"method\":\"dr\",\"held\":" held ",\"link\":\"lo\"}]")

static void a_real_server_without_the_vip_is_found(void **state)
{
	struct report report;
	const struct fault *fault;

	(void)state;
	merge_these(&report, "dir1", SENDING("dr", "10.1.1.13"), "rs1", rs1, NULL);
	fault = find_fault(&report, "host-vip-missing", "10.1.1.13");
	assert_says(fault, "rs1: dir1 sends 10.1.1.1:80/tcp to this host (10.1.1.13) by dr");
	assert_string_equal(fault->remedies[1], "ip addr add 10.1.1.1/32 dev lo");
	report_free(&report);
}

static void a_real_server_that_holds_the_vip_is_fine(void **state)
{
	struct report report;

	(void)state;
	merge_these(&report, "dir1", SENDING("dr", "10.1.1.13"), "rs1", HOLDING("10.1.1.13", RS1_MAC, "true"), NULL);
	assert_int_equal(report.fault_count, 0);
	assert_int_equal(report.conflict_count, 0);
	report_free(&report);
	merge_these(&report, "dir1", SENDING("nat", "10.1.1.13"), "rs1", rs1, NULL);
	assert_int_equal(report.fault_count, 0);
	report_free(&report);
}

static void what_the_real_server_said_itself_is_not_said_twice(void **state)
{
	static const char told[] =
	    HOLDING("10.1.1.13", RS1_MAC, "false") ",\"faults\":[{\"rule\":\"host-vip-missing\","
						   "\"severity\":\"error\",\"confidence\":\"proven\",\"subject\":{"
						   "\"ip\":\"10.1.1.13\",\"vip\":\"10.1.1.1\"},"
						   "\"summary\":\"s\",\"count\":1}]";
	struct report report;

	(void)state;
	merge_these(&report, "dir1", SENDING("dr", "10.1.1.13"), "rs1", told, NULL);
	assert_int_equal(report.fault_count, 1);
	report_free(&report);
}

static void a_real_server_that_no_director_knows_is_a_conflict(void **state)
{
	struct report report;

	(void)state;
	merge_these(&report, "dir1", SENDING("dr", "10.1.1.13"), "rs1", HOLDING("10.1.1.13", RS1_MAC, "true"), "rs2",
		    HOLDING("10.1.1.14", RS2_MAC, "true"), NULL);
	assert_non_null(find_conflict(&report, "VIP 10.1.1.1 on rs2"));
	assert_int_equal(report.conflict_count, 1);
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
		cmocka_unit_test(a_virtual_routers_mac_is_no_substitution),
		cmocka_unit_test(a_vip_moves_but_not_to_dom0),
		cmocka_unit_test(tunnels_cross_a_dom0),
		cmocka_unit_test(two_owners_are_a_conflict),
		cmocka_unit_test(faults_of_one_subject_become_one),
		cmocka_unit_test(what_a_host_is_at_fault_of_stays_its_own),
		cmocka_unit_test(what_one_knows_becomes_known),
		cmocka_unit_test(pass_against_fail_is_a_conflict),
		cmocka_unit_test(the_matrix_shows_the_true_mac),
		cmocka_unit_test(two_methods_are_a_conflict),
		cmocka_unit_test(a_real_server_without_the_vip_is_found),
		cmocka_unit_test(a_real_server_that_holds_the_vip_is_fine),
		cmocka_unit_test(what_the_real_server_said_itself_is_not_said_twice),
		cmocka_unit_test(a_real_server_that_no_director_knows_is_a_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
