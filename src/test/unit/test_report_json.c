// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the JSON format. The schema itself is checked against golden reports elsewhere. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <jansson.h>
#include <string.h>

#include "report/report_format.h"
#include "report/schema.h"
#include "sample_report.h"

static json_t *write_report(const struct report *report)
{
	const struct report_writer_options options = { .rules = sample_rules };
	struct text text = TEXT_INIT;
	json_error_t error;
	json_t *object;

	assert_int_equal(report_write(&report_format_json, report, &options, &text, NULL), 0);
	object = json_loads(text_string(&text), JSON_REJECT_DUPLICATES, &error);
	if (object == NULL)
		fail_msg("line %d: %s", error.line, error.text);
	text_free(&text);
	return object;
}

static json_t *write_sample(void)
{
	struct report report = REPORT_INIT;
	json_t *object;

	sample_report_make(&report);
	object = write_report(&report);
	report_free(&report);
	return object;
}

/* The value must be what `expected` says, key order included. */
static void assert_json(const json_t *value, const char *expected)
{
	char *dump = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	assert_non_null(dump);
	assert_string_equal(dump, expected);
	free(dump);
}

static void keys_come_in_the_documented_order(void **state)
{
	static const char *const keys[] = { "schema",     "tool",      "command",         "verdict", "inputs",
					    "topology",   "matrix",    "director_matrix", "faults",  "hosts",
					    "incomplete", "paths",     "facts",           "flows",   "flows_forgotten",
					    "machine",    "conflicts", "sources" };
	json_t *object = write_sample();
	const char *key;
	json_t *value;
	size_t i = 0;

	(void)state;
	json_object_foreach(object, key, value)
	{
		assert_in_range(i, 0, sizeof keys / sizeof keys[0] - 1);
		assert_string_equal(key, keys[i++]);
	}
	assert_int_equal(i, sizeof keys / sizeof keys[0]);
	assert_json(json_object_get(object, "schema"), "\"truemac.report/1\"");
	assert_json(json_object_get(object, "verdict"), "\"faulty\"");
	json_decref(object);
}

static void inputs_tell_what_is_unknown_by_null(void **state)
{
	json_t *object = write_sample();
	json_t *inputs = json_object_get(object, "inputs");

	(void)state;
	assert_json(json_array_get(inputs, 0),
		    "{\"name\":\"rs1.pcap\",\"format\":\"pcap\",\"link_type\":\"EN10MB (Ethernet)\",\"frames\":18204,"
		    "\"bytes\":1000000,\"first\":\"2026-11-22T21:18:52.021740000Z\","
		    "\"last\":\"2026-11-22T21:19:04.021740000Z\",\"truncated\":false,\"dropped\":0,"
		    "\"clock_offset\":0,\"clock_reference\":\"rs1.pcap\",\"clock_matches\":0,\"source\":null}");
	assert_json(json_object_get(json_array_get(inputs, 1), "first"), "null");
	assert_json(json_object_get(json_array_get(inputs, 1), "clock_offset"), "-16000000000");
	json_decref(object);
}

static void names_that_are_not_utf8_stay_valid_json(void **state)
{
	json_t *object = write_sample();
	const json_t *input = json_array_get(json_object_get(object, "inputs"), 1);

	(void)state;
	assert_string_equal(json_string_value(json_object_get(input, "name")), "a\033[31m<&\">\xef\xbf\xbd.pcapng");
	json_decref(object);
}

static void topology_lists_everybody(void **state)
{
	json_t *object = write_sample();

	(void)state;
	assert_json(json_object_get(object, "topology"),
		    "{\"source\":\"mixed\",\"vips\":[{\"address\":\"10.1.1.1\",\"port\":80,\"protocol\":\"tcp\","
		    "\"method\":\"dr\",\"source\":\"configured\",\"fwmark\":null}],"
		    "\"directors\":[{\"address\":\"10.1.1.11\",\"mac\":\"00:16:3e:00:00:0b\","
		    "\"source\":\"configured\",\"known\":true}],"
		    "\"real_servers\":[{\"address\":\"10.1.1.13\",\"mac\":null,\"source\":\"inferred\","
		    "\"known\":false}]}");
	json_decref(object);
}

static void matrix_has_every_check(void **state)
{
	json_t *object = write_sample();
	json_t *row = json_array_get(json_object_get(object, "matrix"), 0);
	json_t *checks = json_object_get(row, "checks");

	(void)state;
	assert_int_equal(json_object_size(checks), CHECK_COUNT);
	assert_json(json_object_get(checks, "mac"),
		    "{\"value\":\"fail\",\"reason\":\"ordinary question answered, sender-0 probe not\"}");
	assert_json(json_object_get(checks, "replay"), "{\"value\":\"n/a\",\"reason\":\"\"}");
	json_decref(object);
}

static void faults_carry_subject_and_evidence(void **state)
{
	json_t *object = write_sample();
	json_t *faults = json_object_get(object, "faults");
	json_t *fault = json_array_get(faults, 0);

	(void)state;
	assert_json(json_object_get(fault, "subject"),
		    "{\"ip\":\"10.1.1.13\",\"mac\":\"fe:ff:ff:ff:ff:ff\",\"vip\":null,\"vlan\":12,"
		    "\"outer_vlan\":100}");
	assert_json(json_array_get(json_object_get(fault, "evidence"), 1),
		    "{\"input\":\"rs1.pcap\",\"frame\":18103,\"time\":\"2026-11-22T21:18:52.434740000Z\","
		    "\"note\":\"is-at, a proxy's delay\"}");
	assert_json(json_object_get(fault, "remedy"), "[\"vif-bridge instead of vif-route\"]");
	assert_json(json_object_get(json_array_get(faults, 2), "evidence"), "[]");
	assert_json(json_object_get(json_array_get(faults, 2), "subject"),
		    "{\"ip\":null,\"mac\":null,\"vip\":null,\"vlan\":null,\"outer_vlan\":null}");
	json_decref(object);
}

static void paths_and_gaps_are_lists(void **state)
{
	json_t *object = write_sample();

	(void)state;
	assert_json(json_object_get(object, "incomplete"),
		    "[{\"reason\":\"7 frames dropped by the capturing machine\",\"count\":7}]");
	assert_json(json_object_get(json_array_get(json_object_get(object, "paths"), 0), "packet"),
		    "\"TCP 10.1.1.138:40000 > 10.1.1.1:80 SYN\"");
	json_decref(object);
}

static void empty_lists_are_not_missing(void **state)
{
	struct report report = REPORT_INIT;
	json_t *object = write_report(&report);

	(void)state;
	assert_json(json_object_get(object, "faults"), "[]");
	assert_json(json_object_get(object, "topology"),
		    "{\"source\":\"inferred\",\"vips\":[],\"directors\":[],\"real_servers\":[]}");
	json_decref(object);
	report_free(&report);
}

static void schema_requires_only_keys_that_are_written(void **state)
{
	json_t *schema = json_loads(report_schema, 0, NULL);
	json_t *object = write_sample();
	json_t *key;
	size_t i;

	(void)state;
	assert_non_null(schema);
	json_array_foreach(json_object_get(schema, "required"), i, key)
	    assert_non_null(json_object_get(object, json_string_value(key)));
	json_decref(schema);
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_come_in_the_documented_order),
		cmocka_unit_test(inputs_tell_what_is_unknown_by_null),
		cmocka_unit_test(names_that_are_not_utf8_stay_valid_json),
		cmocka_unit_test(topology_lists_everybody),
		cmocka_unit_test(matrix_has_every_check),
		cmocka_unit_test(faults_carry_subject_and_evidence),
		cmocka_unit_test(paths_and_gaps_are_lists),
		cmocka_unit_test(empty_lists_are_not_missing),
		cmocka_unit_test(schema_requires_only_keys_that_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
