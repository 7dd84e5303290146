// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON format: the reports that a merged one was made from, and where they contradict each other. */
#include "report/report_json.h"
#include "report/report_words.h"

typedef json_t *(*make_item)(const struct report *report, uint32_t index);

static json_t *json_of_list(const struct report *report, uint32_t count, make_item make)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < count; i++)
		list = json_list_add(list, make(report, i));
	return list;
}

/* What is said of every fault of a rule is the same in each of many reports. */
static json_t *json_of_own_fault(const struct report *report, uint32_t index)
{
	json_t *fault = json_of_fault(report, index);

	json_object_del(fault, "why");
	json_object_del(fault, "no_help");
	return fault;
}

json_t *json_of_body(const struct report *report)
{
	const struct json_field fields[] = {
		{ "command", json_string(report->command) },
		{ "verdict", json_string(report_verdict_name(report->verdict)) },
		{ "inputs", json_of_list(report, report->input_count, json_of_input) },
		{ "topology", json_of_topology(report) },
		{ "matrix", json_of_list(report, report->row_count, json_of_row) },
		{ "director_matrix", json_of_list(report, report->director_row_count, json_of_director_row) },
		{ "faults", json_of_list(report, report->fault_count, json_of_own_fault) },
		{ "hosts", json_of_list(report, report->host_count, json_of_host) },
		{ "incomplete", json_of_list(report, report->gap_count, json_of_gap) },
		{ "paths", json_of_list(report, report->path_count, json_of_path) },
		{ "flows", json_of_list(report, report->flow_count, json_of_flow) },
		{ "flows_forgotten", json_boolean(report->flows_forgotten) },
		{ "facts", json_of_list(report, report->fact_count, json_of_fact) },
		{ "machine", json_of_machine(report) },
		{ "forward", json_of_list(report, report->forward_count, json_of_forward) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_source(const struct report *report, uint32_t index)
{
	const struct report_source *source = &report->sources[index];
	const struct json_field fields[] = {
		{ "name", json_of_string(source->name) },
		{ "label", json_of_string(source->label) },
		{ "digest", json_of_string(source->digest) },
		{ "report", json_of_body(source->report) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_source_labels(const struct report *report, const uint32_t *sources, uint32_t count)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < count; i++)
		list = json_list_add(list, json_of_string(report_source_label(report, sources[i])));
	return list;
}

static json_t *json_of_statement(const struct report *report, const struct report_statement *statement)
{
	const struct json_field fields[] = {
		{ "says", json_of_string(statement->says) },
		{ "sources", json_of_source_labels(report, statement->sources, statement->source_count) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_conflict(const struct report *report, uint32_t index)
{
	const struct report_conflict *conflict = &report->conflicts[index];
	json_t *statements = json_array();

	for (uint32_t i = 0; i < conflict->statement_count; i++)
		statements = json_list_add(statements, json_of_statement(report, &conflict->statements[i]));
	const struct json_field fields[] = {
		{ "about", json_of_string(conflict->about) },
		{ "statements", statements },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}
