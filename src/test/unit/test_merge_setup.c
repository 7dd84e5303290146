// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for merged reports: the matrix, directors and real servers, packets followed. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "merge_case.h"

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
	assert_int_equal(report.inputs[fault->evidence[0].input].source, fault->sources[1]); /* whose fault it is */
	report_free(&report);
}

#define ON_ETH0(more)                                                                                                  \
	INPUT MACHINE("client", LINK("eth0", RS1_MAC, ""),                                                             \
		      ADDRESS("10.1.1.13", "eth0") "," ADDRESS("10.1.1.1", "eth0"), more)
#define SENDING_ON                                                                                                     \
	",\"destinations\":[{\"vip\":\"10.1.1.1\",\"port\":80,\"protocol\":\"tcp\",\"method\":\"dr\",\"real_server\":" \
	"\"10.1.1.14\"}]"

/* By itself such a host is anybody; that it is a real server the director knows. */
static void a_real_server_with_the_vip_on_eth0_is_found(void **state)
{
	struct report report;
	const struct fault *fault;

	(void)state;
	merge_these(&report, "dir1", SENDING("dr", "10.1.1.13"), "rs1", ON_ETH0(""), NULL);
	fault = find_fault(&report, "host-arp-ignore", "10.1.1.13");
	assert_says(fault, "and it answers for the VIP 10.1.1.1, which it holds on eth0");
	assert_string_equal(fault->remedies[0], "sysctl -w net.ipv4.conf.eth0.promote_secondaries=1; ip addr del "
						"10.1.1.1/24 dev eth0; ip addr add 10.1.1.1/32 dev lo");
	report_free(&report);
	merge_these(&report, "dir1", SENDING("nat", "10.1.1.13"), "rs1", ON_ETH0(""), NULL);
	assert_int_equal(report.fault_count, 0);
	report_free(&report);
	/* Another director, which serves, too. */
	merge_these(&report, "dir1", SENDING("dr", "10.1.1.13"), "dir2", ON_ETH0(SENDING_ON), NULL);
	assert_int_equal(report.fault_count, 0);
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

#define TOLD(mac) ",\"hosts\":[" HOST("10.1.1.13", mac, "unknown") "]"

static void a_director_and_its_real_servers_fill_the_matrix(void **state)
{
	struct report report;

	(void)state;
	merge_these(&report, "dir1", SENDING("dr", "10.1.1.13") TOLD(DOM0_MAC), "rs1", rs1, NULL);
	assert_int_equal(report.row_count, 1);
	assert_int_equal(report.rows[0].cells[CHECK_ARP].value, CHECK_PASS);
	assert_int_equal(report.rows[0].cells[CHECK_MAC].value, CHECK_FAIL);
	assert_string_equal(report.rows[0].cells[CHECK_MAC].reason,
			    "dir1 has it at " DOM0_MAC "; its own MAC is " RS1_MAC " (rs1)");
	assert_int_equal(report.rows[0].cells[CHECK_ACCEPTS].value, CHECK_FAIL);
	assert_int_equal(report.rows[0].cells[CHECK_SERVICE].value, CHECK_UNKNOWN);
	report_free(&report);
	merge_these(&report, "dir1", SENDING("dr", "10.1.1.13") TOLD(RS1_MAC), "rs1",
		    HOLDING("10.1.1.13", RS1_MAC, "true"), NULL);
	assert_int_equal(report.rows[0].cells[CHECK_MAC].value, CHECK_PASS);
	assert_int_equal(report.rows[0].cells[CHECK_ACCEPTS].value, CHECK_UNKNOWN);
	report_free(&report);
	/* What a test found out counts as well. */
	merge_these(&report, "dir1", SENDING("dr", "10.1.1.13"), "probe", ROW("pass", "pass"), NULL);
	assert_int_equal(report.row_count, 1);
	assert_string_equal(report.rows[0].cells[CHECK_MAC].reason, "probe: why");
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

/* --- followed packets --- */

#define HOP(source, destination, ttl)                                                                                  \
	"{\"input\":\"eth0.pcap\",\"frame\":3,\"time\":\"2026-11-22T21:00:30.000000000Z\",\"source\":\"" source        \
	"\",\"destination\":\"" destination "\",\"ttl\":" ttl "}"
#define FLOW(answered, hop)                                                                                            \
	",\"flows\":[{\"number\":7,\"packet\":\"SYN\",\"answered\":" answered ",\"hops\":[" hop "]}]"
#define TAKEN(from, to)                                                                                                \
	"\"inputs\":[{\"name\":\"eth0.pcap\",\"format\":\"pcap\",\"link_type\":\"EN10MB\",\"frames\":9,\"first\":\""   \
	"2026-11-22T" from ".000000000Z\",\"last\":\"2026-11-22T" to ".000000000Z\"}]"

static void the_last_who_saw_a_packet_is_told(void **state)
{
	static const char sent[] =
	    TAKEN("21:00:00", "21:01:00") FLOW("false", HOP("00:16:3e:00:00:8a", DOM0_MAC, "64"));
	static const char passed[] =
	    TAKEN("21:00:05", "21:00:50") FLOW("false", HOP(DOM0_MAC, "00:16:3e:00:00:0b", "63"));
	static const char during[] = TAKEN("21:00:10", "21:00:20"), before[] = TAKEN("09:00:00", "10:00:00");
	static const char lossy[] = TAKEN("21:00:00", "21:01:00") ",\"incomplete\":[{\"reason\":\"lost\",\"count\":1}]";
	struct report report;

	(void)state;
	merge_these(&report, "director", passed, "client", sent, "rs1", during, "rs2", before, "rs3", lossy, NULL);
	assert_int_equal(report.path_count, 1);
	assert_int_equal(report.paths[0].hop_count, 2);
	assert_int_equal(report.paths[0].hops[0].ttl, 64);
	assert_string_equal(report.inputs[report.paths[0].hops[1].input].name, "director:eth0.pcap");
	/* rs2's capture is of another time, and rs3's may have lost it. */
	assert_int_equal(report.paths[0].absent_count, 1);
	assert_string_equal(report.inputs[report.paths[0].absent[0]].name, "rs1:eth0.pcap");
	report_free(&report);
}

static void an_answered_packet_is_missed_nowhere(void **state)
{
	static const char sent[] = TAKEN("21:00:00", "21:01:00") FLOW("true", HOP("00:16:3e:00:00:8a", DOM0_MAC, "64"));
	static const char other[] = TAKEN("21:00:10", "21:00:20");
	struct report report;

	(void)state;
	merge_these(&report, "client", sent, "rs1", other, NULL);
	assert_int_equal(report.path_count, 0);
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_one_knows_becomes_known),
		cmocka_unit_test(pass_against_fail_is_a_conflict),
		cmocka_unit_test(the_matrix_shows_the_true_mac),
		cmocka_unit_test(two_methods_are_a_conflict),
		cmocka_unit_test(a_real_server_without_the_vip_is_found),
		cmocka_unit_test(a_real_server_with_the_vip_on_eth0_is_found),
		cmocka_unit_test(a_real_server_that_holds_the_vip_is_fine),
		cmocka_unit_test(a_director_and_its_real_servers_fill_the_matrix),
		cmocka_unit_test(what_the_real_server_said_itself_is_not_said_twice),
		cmocka_unit_test(a_real_server_that_no_director_knows_is_a_conflict),
		cmocka_unit_test(the_last_who_saw_a_packet_is_told),
		cmocka_unit_test(an_answered_packet_is_missed_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
