// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading JSON: faults, hosts, gaps, paths, facts, what was forwarded. */
#include <stdlib.h>
#include <string.h>

#include "report/read_json_private.h"
#include "rules/registry.h"

static const char *name_of_severity(int severity)
{
	return severity_name((enum severity)severity);
}

static const char *name_of_confidence(int confidence)
{
	return confidence_name((enum confidence)confidence);
}

static void read_subject(struct json_reader *reader, const struct json_node *fault, struct subject *subject)
{
	struct json_node node = read_member(fault, "subject");

	if (!read_is_object(reader, &node))
		return;
	subject->ip = read_ip(reader, &node, "ip");
	subject->has_mac = read_mac(reader, &node, "mac", &subject->mac);
	subject->vip = read_ip(reader, &node, "vip");
	subject->vlan = read_vlan(reader, &node);
}

static void read_remedies(struct json_reader *reader, const struct json_node *node, struct fault *fault)
{
	struct json_node list = read_member(node, "remedy");
	uint32_t count = read_length(reader, &list);

	for (uint32_t i = 0; i < count && i < FAULT_MAX_REMEDIES && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);

		if (!json_is_string(item.value))
			read_fail(reader, &item, "a string is expected");
		else if (!(fault->remedies[i] = strdup(json_string_value(item.value))))
			read_fail_memory(reader);
	}
}

static void read_evidence(struct json_reader *reader, const struct json_node *node, const struct report *report,
			  struct fault *fault)
{
	struct json_node list = read_member(node, "evidence");
	uint32_t count = read_length(reader, &list);

	for (uint32_t i = 0; i < count && i < FAULT_MAX_EVIDENCE && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct evidence *evidence = &fault->evidence[fault->evidence_count++];

		if (!read_is_object(reader, &item))
			return;
		evidence->input = read_input(reader, &item, "input", report);
		evidence->frame = read_count(reader, &item, "frame", INT64_MAX);
		evidence->time = read_time(reader, &item, "time");
		read_into(reader, &item, "note", evidence->note, sizeof evidence->note);
	}
}

static void read_fault(struct json_reader *reader, const struct json_node *node, const struct report *report,
		       struct fault *fault)
{
	const char *rule;

	if (!read_is_object(reader, node))
		return;
	rule = read_string(reader, node, "rule");
	fault->rule = rule_find(rule);
	if (fault->rule == NULL) {
		read_fail(reader, node, "rule '%.60s' is not known to this version: use the truemac that wrote it",
			  rule);
		return;
	}
	fault->severity = (enum severity)read_word(reader, node, "severity", name_of_severity, SEVERITY_ERROR + 1);
	fault->confidence =
	    (enum confidence)read_word(reader, node, "confidence", name_of_confidence, CONFIDENCE_PROVEN + 1);
	read_subject(reader, node, &fault->subject);
	fault->summary = read_copy(reader, node, "summary");
	if (read_string_or_null(reader, node, "effect") != NULL)
		fault->effect = read_copy(reader, node, "effect");
	read_remedies(reader, node, fault);
	fault->first = read_time(reader, node, "first");
	fault->last = read_time(reader, node, "last");
	fault->count = read_count(reader, node, "count", INT64_MAX);
	read_evidence(reader, node, report, fault);
}

void read_faults(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node list = read_member(root, "faults");
	uint32_t count = read_length(reader, &list);

	report->faults = read_room(reader, count, sizeof *report->faults);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);

		report->fault_count++;
		read_fault(reader, &item, report, &report->faults[i]);
	}
	/* Writers ask a fault for its rule. */
	if (report->fault_count > 0 && report->faults[report->fault_count - 1].rule == NULL)
		report->fault_count--;
}

/* --- hosts --- */

static const char *name_of_own(int own)
{
	return own_name((enum own)own);
}

static void read_host_mac(struct json_reader *reader, const struct json_node *node, struct report *report,
			  struct report_host_mac *mac)
{
	struct json_node answer_time = read_member(node, "answer_time");
	const char *reason = read_string_or_null(reader, node, "own_reason");

	mac->own_reason = mac->kind = "";
	if (!read_mac(reader, node, "mac", &mac->mac))
		read_fail(reader, node, "a MAC is expected");
	mac->kind = read_keep_string(reader, report, read_string(reader, node, "kind"));
	mac->first = read_time(reader, node, "first");
	mac->last = read_time(reader, node, "last");
	mac->claims = read_count(reader, node, "claims", INT64_MAX);
	mac->own = (enum own)read_word(reader, node, "own", name_of_own, OWN_NO + 1);
	mac->own_reason = read_keep_string(reader, report, reason != NULL ? reason : "");
	mac->has_answer_time = !read_is_null(&answer_time);
	mac->answer_time = read_signed(reader, node, "answer_time");
}

static uint32_t count_macs(struct json_reader *reader, const struct json_node *list, uint32_t hosts)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < hosts && reader->status == 0; i++) {
		struct json_node item = read_item(list, i), macs = read_member(&item, "macs");

		count += read_length(reader, &macs);
	}
	return count;
}

static void read_host(struct json_reader *reader, const struct json_node *node, struct report *report,
		      struct report_host *host, uint32_t *used)
{
	struct json_node macs = read_member(node, "macs");
	uint32_t count = read_length(reader, &macs);

	if (!read_is_object(reader, node))
		return;
	host->ip = read_ip(reader, node, "ip");
	host->vlan = read_vlan(reader, node);
	host->macs = &report->host_macs[*used];
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&macs, i);

		host->mac_count++;
		read_host_mac(reader, &item, report, &report->host_macs[(*used)++]);
	}
}

void read_hosts(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node list = read_member(root, "hosts");
	uint32_t count = read_length(reader, &list), used = 0;
	uint32_t mac_count = count_macs(reader, &list, count);

	report->hosts = read_room(reader, count, sizeof *report->hosts);
	report->host_macs = read_room(reader, mac_count, sizeof *report->host_macs);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);

		report->host_count++;
		read_host(reader, &item, report, &report->hosts[i], &used);
	}
}

/* --- the rest --- */

void read_gaps(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node list = read_member(root, "incomplete");
	uint32_t count = read_length(reader, &list);

	report->gaps = read_room(reader, count, sizeof *report->gaps);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct report_gap *gap = &report->gaps[report->gap_count++];

		if (!read_is_object(reader, &item))
			return;
		gap->reason = read_copy(reader, &item, "reason");
		gap->count = read_count(reader, &item, "count", INT64_MAX);
	}
}

static void read_hop(struct json_reader *reader, const struct json_node *node, const struct report *report,
		     struct report_hop *hop)
{
	if (!read_is_object(reader, node))
		return;
	hop->input = read_input(reader, node, "input", report);
	hop->frame = read_count(reader, node, "frame", INT64_MAX);
	hop->time = read_time(reader, node, "time");
	if (!read_mac(reader, node, "source", &hop->source))
		read_fail(reader, node, "a source is expected");
	hop->has_destination = read_mac(reader, node, "destination", &hop->destination);
	hop->ttl = (uint8_t)read_count(reader, node, "ttl", UINT8_MAX);
}

static void read_path(struct json_reader *reader, const struct json_node *node, const struct report *report,
		      struct report_path *path)
{
	struct json_node hops = read_member(node, "hops");
	uint32_t count = read_length(reader, &hops);

	if (!read_is_object(reader, node))
		return;
	path->packet = read_copy(reader, node, "packet");
	path->hops = read_room(reader, count, sizeof *path->hops);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&hops, i);

		path->hop_count++;
		read_hop(reader, &item, report, &path->hops[i]);
	}
}

void read_paths(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node list = read_member(root, "paths");
	uint32_t count = read_length(reader, &list);

	report->paths = read_room(reader, count, sizeof *report->paths);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);

		report->path_count++;
		read_path(reader, &item, report, &report->paths[i]);
	}
}

enum { LARGEST_NUMBER_BITS = 48 };

void read_flows(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node list = read_member(root, "flows");
	uint32_t count = read_length(reader, &list);

	report->flows_forgotten = read_bool(reader, root, "flows_forgotten");
	report->flows = read_room(reader, count, sizeof *report->flows);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct report_flow *flow = &report->flows[report->flow_count++];

		read_path(reader, &item, report, &flow->path);
		flow->number = read_count(reader, &item, "number", (UINT64_C(1) << LARGEST_NUMBER_BITS) - 1);
		flow->answered = read_bool(reader, &item, "answered");
	}
}

void read_facts(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node list = read_member(root, "facts");
	uint32_t count = read_length(reader, &list);

	report->facts = read_room(reader, count, sizeof *report->facts);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);

		if (!read_is_object(reader, &item))
			return;
		report->fact_count++;
		report->facts[i].name = read_copy(reader, &item, "name");
		report->facts[i].value = read_copy(reader, &item, "value");
	}
}

static const char *name_of_state(int state)
{
	static const char *const names[] = { "unknown", "down", "up" };

	return names[state];
}

void read_forwards(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node list = read_member(root, "forward");
	uint32_t count = read_length(reader, &list);

	report->forwards = read_room(reader, count, sizeof *report->forwards);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct report_forward *row = &report->forwards[report->forward_count++];
		int state;

		row->why = "";
		if (!read_is_object(reader, &item))
			return;
		row->vip = read_ip(reader, &item, "vip");
		row->port = (uint16_t)read_count(reader, &item, "port", UINT16_MAX);
		row->protocol = read_protocol(reader, &item, "protocol");
		row->method = read_method(reader, &item);
		if (row->method == METHOD_UNKNOWN)
			read_fail(reader, &item, "a method is expected");
		row->real_server = read_ip(reader, &item, "real_server");
		row->has_mac = read_mac(reader, &item, "mac", &row->mac);
		state = read_word(reader, &item, "state", name_of_state, 3);
		row->known = state > 0;
		row->up = state == 2;
		row->why = read_keep_string(reader, report, read_string(reader, &item, "reason"));
		row->failures = (uint32_t)read_count(reader, &item, "failures", UINT32_MAX);
		row->packets = read_count(reader, &item, "packets", INT64_MAX);
		row->bytes = read_count(reader, &item, "bytes", INT64_MAX);
		row->flows = read_count(reader, &item, "flows", INT64_MAX);
		row->too_big = read_count(reader, &item, "too_big", INT64_MAX);
	}
}
