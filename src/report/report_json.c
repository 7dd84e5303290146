// SPDX-License-Identifier: GPL-2.0-or-later
/* The JSON format: one object, schema truemac.report/1, whose keys come in a fixed order. */
#include "report/report_json.h"

#include "report/report_format.h"

static json_t *json_of_tool(void)
{
	const struct json_field fields[] = {
		{ "name", json_string("truemac") },
		{ "version", json_string(TRUEMAC_VERSION) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_report(const struct report *report)
{
	const struct json_field fields[] = {
		{ "schema", json_string("truemac.report/1") },
		{ "tool", json_of_tool() },
		{ "command", json_string(report->command) },
		{ "verdict", json_string(report_verdict_name(report->verdict)) },
		{ "inputs", json_of_inputs(report) },
		{ "topology", json_of_topology(report) },
		{ "matrix", json_of_matrix(report) },
		{ "faults", json_of_faults(report) },
		{ "hosts", json_of_hosts(report) },
		{ "incomplete", json_of_gaps(report) },
		{ "paths", json_of_paths(report) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static int write_json(const struct report *report, const struct report_writer_options *options, struct text *into,
		      struct error *error)
{
	(void)options;
	return json_write(json_of_report(report), into, error);
}

const struct report_format report_format_json = {
	.name = "json",
	.description = "one object, schema truemac.report/1 (truemac explain --schema)",
	.write = write_json,
};
