// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for reading reports back. */
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

#include "report/read_json.h"
#include "report/report_format.h"
#include "report/report_json.h"
#include "sample_report.h"

static void write_report(const struct report *report, struct text *into)
{
	const struct report_writer_options options = { .rules = sample_rules };

	text_clear(into);
	assert_int_equal(report_write(&report_format_json, report, &options, into, NULL), 0);
}

/* Without what the rules say of all their faults, which the sample's rules put otherwise. */
static char *body_of(const struct report *report)
{
	json_t *body = json_of_body(report);
	char *dump = json_dumps(body, JSON_INDENT(1));

	json_decref(body);
	assert_non_null(dump);
	return dump;
}

static struct report_machine *sample_machine(void)
{
	struct host_state state;
	struct host_link *link;
	struct host_address *address;
	struct host_guest *guest;
	struct report_machine *machine;

	host_state_init(&state);
	link = host_add_link(&state, "vif4.0");
	assert_true(mac_parse("fe:ff:ff:ff:ff:ff", &link->mac));
	link->up = link->arp = link->ethernet = true;
	link->settings[SETTING_PROXY_ARP] = 1;
	address = host_add_address(&state);
	assert_true(ip_parse("10.1.1.254", &address->ip));
	address->prefix = 32;
	strcpy(address->link, "vif4.0");
	guest = host_add_guest(&state);
	strcpy(guest->link, "vif4.0");
	assert_true(mac_parse("00:16:3e:0a:01:0d", &guest->mac));
	machine = machine_of_state(&state);
	host_state_free(&state);
	assert_non_null(machine);
	return machine;
}

static void what_was_written_reads_as_the_same(void **state)
{
	struct report report = REPORT_INIT, again = REPORT_INIT;
	struct text text = TEXT_INIT;
	struct error error = ERROR_INIT;
	char *before, *after;

	(void)state;
	sample_report_make(&report);
	report.machine = sample_machine();
	write_report(&report, &text);
	if (report_read_json("sample", text_string(&text), text.length, &again, &error) != 0)
		fail_msg("%s: %s", error.where, error.message);
	before = body_of(&report);
	after = body_of(&again);
	assert_string_equal(before, after);
	assert_true(again.machine->links[0].vif && again.machine->links[0].proxy_arp);
	free(before);
	free(after);
	text_free(&text);
	report_free(&report);
	report_free(&again);
}

#define HEAD  "{\"schema\":\"truemac.report/1\",\"command\":\"analyze\",\"verdict\":\"clean\","
#define SETUP "\"topology\":{\"source\":\"inferred\"}"

static void what_is_wrong_is_told_with_its_place(void **state)
{
	static const struct {
		const char *json, *message;
	} cases[] = {
		{ "", "is empty" },
		{ "truemac", "line 1: no valid JSON" },
		{ HEAD SETUP, "ends too early" },
		{ "{\n\n\"a\": 1,}", "line 3: no valid JSON" },
		{ "[]", "no report of truemac" },
		{ "\"truemac.report/1\"", "no valid JSON" },
		{ "{}", "no report of truemac" },
		{ "{\"schema\":\"truemac.state/1\"}", "no report of truemac" },
		{ "{\"schema\":\"truemac.report/2\"}", "its schema is truemac.report/2, this version reads" },
		{ "{\"schema\":\"truemac.report/1x\"}", "its schema is truemac.report/1x" },
		{ "{\"schema\":\"truemac.report/1\",\"command\":\"b r\"}", "command: 'b r' is no command" },
		{ HEAD "\"topology\":[]}", "topology: an object is expected" },
		{ HEAD SETUP ",\"verdict\":\"faulty\"}", "duplicate" },
		{ HEAD SETUP ",\"inputs\":[{\"name\":7}]}", "inputs[0].name: a string is expected" },
		{ HEAD SETUP ",\"inputs\":[{\"name\":\"a\",\"format\":\"pcap\",\"link_type\":\"x\",\"frames\":-1}]}",
		  "inputs[0].frames: a whole number" },
		{ HEAD SETUP ",\"inputs\":[{\"name\":\"a\",\"format\":\"pcap\",\"link_type\":\"x\",\"frames\":1.5}]}",
		  "inputs[0].frames: a whole number" },
		{ HEAD SETUP ",\"inputs\":[{\"frames\":99999999999999999999}]}", "no valid JSON" },
		{ HEAD SETUP ",\"inputs\":[{\"frames\":1e999}]}", "no valid JSON" },
		{ HEAD SETUP ",\"faults\":{}}", "faults: a list is expected" },
		{ HEAD SETUP ",\"faults\":[{\"rule\":\"no-such-rule\"}]}",
		  "faults[0]: rule 'no-such-rule' is not known" },
		{ HEAD SETUP ",\"faults\":[{\"rule\":\"mac-flap\",\"severity\":\"bad\"}]}",
		  "faults[0].severity: 'bad' is not known" },
		{ HEAD SETUP ",\"hosts\":[{\"ip\":\"10.1.1.300\"}]}",
		  "hosts[0].ip: '10.1.1.300' is not an IP address" },
		{ HEAD SETUP ",\"hosts\":[{\"ip\":\"10.1.1.3\",\"macs\":[{\"mac\":\"00:11\"}]}]}",
		  "hosts[0].macs[0].mac: '00:11' is not a MAC address" },
		{ HEAD SETUP ",\"hosts\":[{\"ip\":\"10.1.1.3\",\"vlan\":5000}]}",
		  "hosts[0].vlan: a whole number from 0 to 4095" },
		{ HEAD SETUP ",\"inputs\":[{\"name\":\"a\\u0000b\"}]}", "no valid JSON" },
		{ HEAD SETUP ",\"machine\":{\"role\":\"king\"}}", "machine.role: 'king' is not known" },
		{ "{\"schema\":\"truemac.report/1\",\"command\":\"merge\",\"sources\":[{\"name\":\"a\",\"report\":"
		  "{\"command\":\"merge\"}}]}",
		  "sources[0].report" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct report report = REPORT_INIT;
		struct error error = ERROR_INIT;
		int status = report_read_json("rs1.json", cases[i].json, strlen(cases[i].json), &report, &error);

		if (status != ERROR_INPUT || strcmp(error.where, "rs1.json") != 0 ||
		    strstr(error.message, cases[i].message) == NULL)
			fail_msg("%s: status %d, '%s: %s' instead of '%s'", cases[i].json, status, error.where,
				 error.message, cases[i].message);
		report_free(&report);
	}
}

static void control_characters_do_not_reach_messages(void **state)
{
	static const char *const documents[] = { "{\"\033[31m\": \033}", "{\"schema\":\"truemac.report/\\u001b[31m\"}",
						 HEAD "\"topology\":{\"source\":\"inferred\\u0007\"},\"hosts\":"
						      "[{\"ip\":\"\\u001b]0;x\\u0007\"}]}" };

	(void)state;
	for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
		struct report report = REPORT_INIT;
		struct error error = ERROR_INIT;

		assert_int_equal(report_read_json("a", documents[i], strlen(documents[i]), &report, &error),
				 ERROR_INPUT);
		for (const char *at = error.message; *at != '\0'; at++)
			if ((unsigned char)*at < ' ')
				fail_msg("a control character in the message on document %zu", i);
		report_free(&report);
	}
}

static void keys_of_later_versions_are_passed_over(void **state)
{
	static const char json[] =
	    HEAD SETUP ",\"weather\":{\"rain\":[1,2]},\"hosts\":[{\"ip\":\"10.1.1.3\",\"colour\":3}]}";
	struct report report = REPORT_INIT;

	(void)state;
	assert_int_equal(report_read_json("a", json, strlen(json), &report, NULL), 0);
	assert_int_equal(report.host_count, 1);
	report_free(&report);
}

static void notes_are_cut_between_characters(void **state)
{
	struct report report = REPORT_INIT;
	struct text json = TEXT_INIT;

	(void)state;
	text_add(&json, HEAD SETUP ",\"faults\":[{\"rule\":\"mac-flap\",\"severity\":\"error\",\"confidence\":\"hint\","
				   "\"subject\":{},\"summary\":\"s\",\"evidence\":[{\"input\":\"-\",\"note\":\"x");
	for (int i = 0; i < 100; i++)
		text_add(&json, "\xc3\xa4");
	text_add(&json, "\"}]}]}");
	assert_int_equal(report_read_json("a", text_string(&json), json.length, &report, NULL), 0);
	assert_int_equal(strlen(report.faults[0].evidence[0].note), 1 + 2 * 59);
	text_free(&json);
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_reads_as_the_same),
		cmocka_unit_test(what_is_wrong_is_told_with_its_place),
		cmocka_unit_test(control_characters_do_not_reach_messages),
		cmocka_unit_test(keys_of_later_versions_are_passed_over),
		cmocka_unit_test(notes_are_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
