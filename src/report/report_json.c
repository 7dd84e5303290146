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

static int write_json(const struct report *report, const struct report_writer_options *options, struct text *into,
		      struct error *error)
{
	struct json_stream stream = { .into = into };

	(void)options;
	json_stream_open(&stream, NULL, '{');
	json_stream_add(&stream, "schema", json_string("truemac.report/1"));
	json_stream_add(&stream, "tool", json_of_tool());
	json_stream_add(&stream, "command", json_string(report->command));
	json_stream_add(&stream, "verdict", json_string(report_verdict_name(report->verdict)));
	json_stream_add_list(&stream, "inputs", report->input_count, json_of_input, report);
	json_stream_add(&stream, "topology", json_of_topology(report));
	json_stream_add_list(&stream, "matrix", report->row_count, json_of_row, report);
	json_stream_add_list(&stream, "director_matrix", report->director_row_count, json_of_director_row, report);
	json_stream_add_list(&stream, "faults", report->fault_count, json_of_fault, report);
	json_stream_add_list(&stream, "hosts", report->host_count, json_of_host, report);
	json_stream_add_list(&stream, "incomplete", report->gap_count, json_of_gap, report);
	json_stream_add_list(&stream, "paths", report->path_count, json_of_path, report);
	json_stream_add_list(&stream, "facts", report->fact_count, json_of_fact, report);
	json_stream_add_list(&stream, "flows", report->flow_count, json_of_flow, report);
	json_stream_add(&stream, "flows_forgotten", json_boolean(report->flows_forgotten));
	json_stream_add(&stream, "machine", json_of_machine(report));
	json_stream_add_list(&stream, "conflicts", report->conflict_count, json_of_conflict, report);
	json_stream_add_list(&stream, "sources", report->source_count, json_of_source, report);
	/* Of one command alone. */
	if (report->replay_count > 0)
		json_stream_add_list(&stream, "replay", report->replay_count, json_of_replay, report);
	if (report->forward_count > 0)
		json_stream_add_list(&stream, "forward", report->forward_count, json_of_forward, report);
	if (report->blast_count > 0)
		json_stream_add_list(&stream, "blast", report->blast_count, json_of_blast, report);
	return json_stream_end(&stream, error);
}

const struct report_format report_format_json = {
	.name = "json",
	.description = "one object, schema truemac.report/1 (truemac explain --schema)",
	.write = write_json,
};
