// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON format: faults, hosts, gaps, paths, facts. */
#include "analysis/rule.h"
#include "report/report_json.h"
#include "report/report_words.h"

static json_t *json_of_remedies(const struct fault *fault)
{
	json_t *list = json_array();

	for (int i = 0; i < FAULT_MAX_REMEDIES && fault->remedies[i] != NULL; i++)
		list = json_list_add(list, json_of_string(fault->remedies[i]));
	return list;
}

static json_t *json_of_subject(const struct subject *subject)
{
	const struct json_field fields[] = {
		{ "ip", json_of_ip(&subject->ip) },
		{ "mac", json_of_mac(subject->has_mac, subject->mac) },
		{ "vip", json_of_ip(&subject->vip) },
		{ "vlan", json_of_vlan(subject->vlan) },
		{ "outer_vlan", json_of_outer_vlan(subject->vlan) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_proof(const struct report *report, const struct evidence *evidence)
{
	const struct json_field fields[] = {
		{ "input", json_of_string(report_input_name(report, evidence->input)) },
		{ "frame", json_of_count_or_null(evidence->frame) },
		{ "time", json_of_time(evidence->time) },
		{ "note", json_of_string(evidence->note) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_evidence(const struct report *report, const struct fault *fault)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < fault->evidence_count; i++)
		list = json_list_add(list, json_of_proof(report, &fault->evidence[i]));
	return list;
}

json_t *json_of_fault(const struct report *report, uint32_t index)
{
	const struct fault *fault = &report->faults[index];
	const struct json_field fields[] = {
		{ "rule", json_string(fault->rule->id) },
		{ "severity", json_string(severity_name(fault->severity)) },
		{ "confidence", json_string(confidence_name(fault->confidence)) },
		{ "subject", json_of_subject(&fault->subject) },
		{ "summary", json_of_string(fault->summary) },
		{ "effect", json_of_string(fault->effect) },
		{ "remedy", json_of_remedies(fault) },
		{ "first", json_of_time(fault->first) },
		{ "last", json_of_time(fault->last) },
		{ "count", json_of_count(fault->count) },
		{ "evidence", json_of_evidence(report, fault) },
		{ "sources", json_of_source_labels(report, fault->sources, fault->source_count) },
		{ "why", json_of_string(fault->rule->why) },
		{ "no_help", json_of_string(fault->rule->no_help) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_host_mac(const struct report_host_mac *mac)
{
	const struct json_field fields[] = {
		{ "mac", json_of_mac(true, mac->mac) },
		{ "kind", json_string(mac->kind) },
		{ "first", json_of_time(mac->first) },
		{ "last", json_of_time(mac->last) },
		{ "claims", json_of_count(mac->claims) },
		{ "own", json_string(own_name(mac->own)) },
		{ "own_reason", json_of_string(mac->own_reason) },
		{ "answer_time", mac->has_answer_time ? json_integer(mac->answer_time) : json_null() },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_host(const struct report *report, uint32_t index)
{
	const struct report_host *host = &report->hosts[index];
	json_t *macs = json_array();

	for (uint32_t i = 0; i < host->mac_count; i++)
		macs = json_list_add(macs, json_of_host_mac(&host->macs[i]));
	const struct json_field fields[] = {
		{ "ip", json_of_ip(&host->ip) },
		{ "vlan", json_of_vlan(host->vlan) },
		{ "outer_vlan", json_of_outer_vlan(host->vlan) },
		{ "macs", macs },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_gap(const struct report *report, uint32_t index)
{
	const struct report_gap *gap = &report->gaps[index];
	const struct json_field fields[] = {
		{ "reason", json_of_string(gap->reason) },
		{ "count", json_of_count(gap->count) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_hop(const struct report *report, const struct report_hop *hop)
{
	const struct json_field fields[] = {
		{ "input", json_of_string(report_input_name(report, hop->input)) },
		{ "frame", json_of_count(hop->frame) },
		{ "time", json_of_time(hop->time) },
		{ "source", json_of_mac(true, hop->source) },
		{ "destination", json_of_mac(hop->has_destination, hop->destination) },
		{ "ttl", json_integer(hop->ttl) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_hops(const struct report *report, const struct report_path *path)
{
	json_t *hops = json_array();

	for (uint32_t i = 0; i < path->hop_count; i++)
		hops = json_list_add(hops, json_of_hop(report, &path->hops[i]));
	return hops;
}

static json_t *json_of_absent(const struct report *report, const struct report_path *path)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < path->absent_count; i++)
		list = json_list_add(list, json_of_string(report_input_name(report, path->absent[i])));
	return list;
}

json_t *json_of_path(const struct report *report, uint32_t index)
{
	const struct report_path *path = &report->paths[index];
	const struct json_field fields[] = {
		{ "packet", json_of_string(path->packet) },
		{ "hops", json_of_hops(report, path) },
		{ "absent", json_of_absent(report, path) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_flow(const struct report *report, uint32_t index)
{
	const struct report_flow *flow = &report->flows[index];
	const struct json_field fields[] = {
		{ "number", json_of_count(flow->number) },
		{ "packet", json_of_string(flow->path.packet) },
		{ "answered", json_boolean(flow->answered) },
		{ "hops", json_of_hops(report, &flow->path) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_fact(const struct report *report, uint32_t index)
{
	const struct report_fact *fact = &report->facts[index];
	const struct json_field fields[] = {
		{ "name", json_of_string(fact->name) },
		{ "value", json_of_string(fact->value) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}
