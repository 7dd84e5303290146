// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SARIF 2.1.0 (OASIS): findings for code scanning and other collectors. A
 * capture has no lines; frame numbers stand in their place, as in the fault
 * lines of the text format.
 */
#include <ctype.h>
#include <string.h>

#include "analysis/rule.h"
#include "report/report_format.h"
#include "report/report_json.h"
#include "report/report_words.h"

static const char *const levels[] = {
	[SEVERITY_INFO] = "note",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
};

/* {"text": STRING}: the form of every message (section 3.11, 3.12). */
static json_t *sarif_text(const char *string)
{
	const struct json_field fields[] = { { "text", json_of_string(string) }, JSON_FIELDS_END };

	return json_of_fields(fields);
}

static json_t *sarif_level(enum severity severity)
{
	const struct json_field fields[] = { { "level", json_string(levels[severity]) }, JSON_FIELDS_END };

	return json_of_fields(fields);
}

static json_t *sarif_help(const struct rule *rule)
{
	struct text help = TEXT_INIT;
	json_t *value;

	text_printf(&help, "Effect: %s", rule->effect);
	for (int i = 0; i < RULE_MAX_REMEDIES && rule->remedies[i] != NULL; i++)
		text_printf(&help, "\nRepair: %s", rule->remedies[i]);
	if (rule->no_help != NULL && rule->no_help[0] != '\0')
		text_printf(&help, "\nDoes not help: %s", rule->no_help);
	value = help.failed ? NULL : sarif_text(text_string(&help));
	text_free(&help);
	return value;
}

static json_t *sarif_rule(const struct rule *rule)
{
	const struct json_field fields[] = {
		{ "id", json_string(rule->id) },
		{ "shortDescription", sarif_text(rule->summary) },
		{ "fullDescription", sarif_text(rule->why) },
		{ "help", sarif_help(rule) },
		{ "defaultConfiguration", sarif_level(rule->severity) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *sarif_rules(rule_list rules)
{
	json_t *list = json_array();

	for (; rules != NULL && *rules != NULL; rules++)
		list = json_list_add(list, sarif_rule(*rules));
	return list;
}

/* RFC 3986: what is neither unreserved nor a slash is percent-encoded, byte by byte. */
static json_t *sarif_uri(const char *name)
{
	struct text uri = TEXT_INIT;
	json_t *value;

	for (const unsigned char *at = (const unsigned char *)name; *at != '\0'; at++)
		text_printf(&uri, *at < 0x80 && (isalnum(*at) || strchr("-._~/", *at) != NULL) ? "%c" : "%%%02X", *at);
	value = uri.failed ? NULL : json_string(text_string(&uri));
	text_free(&uri);
	return value;
}

static json_t *sarif_artifact(const char *name)
{
	const struct json_field fields[] = { { "uri", sarif_uri(name) }, JSON_FIELDS_END };

	return json_of_fields(fields);
}

/* Lines count from 1 (section 3.30.5); evidence without a frame is its capture as a whole. */
static json_t *sarif_region(uint64_t frame)
{
	const struct json_field fields[] = { { "startLine", json_of_count(frame == 0 ? 1 : frame) }, JSON_FIELDS_END };

	return json_of_fields(fields);
}

static json_t *sarif_physical_location(const struct report *report, const struct evidence *evidence)
{
	const struct json_field fields[] = {
		{ "artifactLocation", sarif_artifact(report_input_name(report, evidence->input)) },
		{ "region", sarif_region(evidence->frame) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *sarif_location(const struct report *report, const struct evidence *evidence)
{
	const struct json_field fields[] = {
		{ "physicalLocation", sarif_physical_location(report, evidence) },
		{ "message", sarif_text(evidence->note) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *sarif_related_locations(const struct report *report, const struct fault *fault)
{
	json_t *list = json_array();

	for (uint32_t i = 1; i < fault->evidence_count; i++)
		list = json_list_add(list, sarif_location(report, &fault->evidence[i]));
	return list;
}

static json_t *sarif_result(const struct report *report, uint32_t index)
{
	const struct fault *fault = &report->faults[index];
	struct evidence first = report_first_evidence(fault);
	const struct json_field fields[] = {
		{ "ruleId", json_string(fault->rule->id) },
		{ "level", json_string(levels[fault->severity]) },
		{ "message", sarif_text(fault->summary) },
		{ "locations", json_list_add(json_array(), sarif_location(report, &first)) },
		{ "relatedLocations", sarif_related_locations(report, fault) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *sarif_notification(const char *message)
{
	const struct json_field fields[] = {
		{ "level", json_string("warning") },
		{ "message", sarif_text(message) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *sarif_conflict(const struct report *report, uint32_t index)
{
	struct text conflict = TEXT_INIT;
	json_t *value;

	report_add_conflict(&conflict, report, &report->conflicts[index]);
	value = conflict.failed ? NULL : sarif_notification(text_string(&conflict));
	text_free(&conflict);
	return value;
}

/* Incomplete evidence is a run that did not fully succeed (section 3.20). */
static json_t *sarif_invocation(const struct report *report)
{
	json_t *notifications = json_array();

	for (uint32_t i = 0; i < report->gap_count; i++)
		notifications = json_list_add(notifications, sarif_notification(report->gaps[i].reason));
	for (uint32_t i = 0; i < report->conflict_count; i++)
		notifications = json_list_add(notifications, sarif_conflict(report, i));
	const struct json_field fields[] = {
		{ "executionSuccessful", json_boolean(report->gap_count + report->conflict_count == 0) },
		{ "toolExecutionNotifications", notifications },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *sarif_tool(rule_list rules)
{
	const struct json_field driver[] = {
		{ "name", json_string("truemac") },
		{ "version", json_string(TRUEMAC_VERSION) },
		{ "rules", sarif_rules(rules) },
		JSON_FIELDS_END,
	};
	const struct json_field fields[] = { { "driver", json_of_fields(driver) }, JSON_FIELDS_END };

	return json_of_fields(fields);
}

static void add_run(struct json_stream *stream, const struct report *report, rule_list rules)
{
	json_stream_open(stream, NULL, '{');
	json_stream_add(stream, "tool", sarif_tool(rules));
	json_stream_add(stream, "invocations", json_list_add(json_array(), sarif_invocation(report)));
	json_stream_add_list(stream, "results", report->fault_count, sarif_result, report);
	json_stream_close(stream);
}

static int write_sarif(const struct report *report, const struct report_writer_options *options, struct text *into,
		       struct error *error)
{
	struct json_stream stream = { .into = into };

	json_stream_open(&stream, NULL, '{');
	json_stream_add(&stream, "$schema", json_string("https://json.schemastore.org/sarif-2.1.0.json"));
	json_stream_add(&stream, "version", json_string("2.1.0"));
	json_stream_open(&stream, "runs", '[');
	add_run(&stream, report, options->rules);
	return json_stream_end(&stream, error);
}

const struct report_format report_format_sarif = {
	.name = "sarif",
	.description = "SARIF 2.1.0 for code scanning; frame numbers stand as line numbers",
	.write = write_sarif,
};
