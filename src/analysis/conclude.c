// SPDX-License-Identifier: GPL-2.0-or-later
/* Making a report from the facts, without changing them. */
#include "analysis/engine_private.h"

#include <stdio.h>
#include <stdlib.h>

#include "analysis/findings.h"
#include "analysis/roles.h"
#include "analysis/vantage.h"

static int out_of_memory(struct error *error)
{
	return error_set(error, ERROR_MEMORY, NULL, "out of memory while making the report");
}

static int build_input(const struct input_facts *facts, struct report_input *input)
{
	char name[64];

	input->name = strdup(facts->name);
	input->format = strdup(facts->format);
	input->link_type = strdup(facts->mixed_links ? "several" : link_type_name(facts->link_type, name, sizeof name));
	input->frames = facts->frames;
	input->bytes = facts->bytes;
	input->dropped = facts->dropped;
	input->first = facts->first;
	input->last = facts->last;
	input->truncated = facts->truncated;
	return input->name && input->format && input->link_type ? 0 : -1;
}

static int build_inputs(const struct facts *facts, struct report *report, struct error *error)
{
	report->inputs = calloc(facts->input_count ? facts->input_count : 1, sizeof *report->inputs);
	if (!report->inputs)
		return out_of_memory(error);
	for (; report->input_count < facts->input_count; report->input_count++)
		if (build_input(&facts->inputs[report->input_count], &report->inputs[report->input_count])) {
			report->input_count++;
			return out_of_memory(error);
		}
	return 0;
}

static int build_input_gaps(const struct facts *facts, struct report *report)
{
	int result = 0;

	for (uint32_t i = 0; result == 0 && i < facts->input_count; i++) {
		const struct input_facts *input = &facts->inputs[i];

		result = report_add_gap(report, input->truncated, "%s ends in the middle of a frame", input->name);
		if (result == 0)
			result = report_add_gap(report, input->dropped, "%s: frames lost while capturing", input->name);
		if (result == 0)
			result = report_add_gap(report, input->undecoded,
						"%s: frames of a link type that is not decoded", input->name);
	}
	return result;
}

static int build_gaps(const struct engine *engine, const struct facts *facts, struct report *report,
		      struct error *error)
{
	int result = build_input_gaps(facts, report);

	if (result == 0)
		result = report_add_gap(report, facts->addresses_refused,
					"address table full: later addresses were not followed");
	if (result == 0)
		result = report_add_gap(report, facts->questions.evicted,
					"table of open questions full: these stay undecided");
	if (result == 0)
		result = report_add_gap(report, facts->out_of_memory, "memory ran out");
	for (uint32_t i = 0; result == 0 && i < engine->gap_count; i++)
		result = report_add_gap(report, engine->gaps[i].count, "%s", engine->gaps[i].reason);
	return result < 0 ? out_of_memory(error) : 0;
}

static int conclude_rules(const struct engine *engine, const struct facts *facts, struct report *report,
			  struct error *error)
{
	struct findings findings;

	findings_init(&findings, facts);
	for (uint32_t i = 0; i < engine->rule_count; i++) {
		findings.rule = engine->rules[i];
		if (engine->rules[i]->conclude)
			engine->rules[i]->conclude(engine->states[i], facts, &findings);
	}
	return findings_hand_over(&findings, engine->rules, report, error);
}

static int compare_replays(const void *a, const void *b)
{
	const struct replay_result *x = a, *y = b;
	const struct report_row left = { .vip = x->vip, .port = x->port, .protocol = x->protocol, .fwmark = x->fwmark };
	const struct report_row right = {
		.vip = y->vip, .port = y->port, .protocol = y->protocol, .fwmark = y->fwmark
	};
	int order = report_compare_services(&left, &right);

	return order ? order : ip_compare(&x->real_server, &y->real_server);
}

static int build_replays(const struct facts *facts, struct report *report, struct error *error)
{
	if (facts->replay_count == 0)
		return 0;
	report->replays = calloc(facts->replay_count, sizeof *report->replays);
	if (!report->replays)
		return out_of_memory(error);
	memcpy(report->replays, facts->replays, facts->replay_count * sizeof *report->replays);
	report->replay_count = facts->replay_count;
	qsort(report->replays, report->replay_count, sizeof *report->replays, compare_replays);
	return 0;
}

static int build_parts(const struct engine *engine, struct facts *view, struct report *report, struct error *error)
{
	int result = build_inputs(view, report, error);

	if (result == 0)
		result = build_gaps(engine, view, report, error);
	if (result == 0)
		result = vantage_build(view, report, error);
	if (result == 0)
		result = sampled_build(view, report, error);
	if (result == 0)
		result = conclude_rules(engine, view, report, error);
	if (result == 0)
		result = matrix_build(view, report, error);
	if (result == 0)
		result = hosts_build(view, report, error);
	if (result == 0)
		result = build_replays(view, report, error);
	if (result == 0)
		result = topology_copy(&view->roles->topology, &report->topology, error);
	return result;
}

int engine_report(struct engine *engine, const char *command, struct report *report, struct error *error)
{
	struct roles *roles = NULL;
	struct facts view;
	int result;

	engine_catch_up(engine);
	view = engine->facts;
	report->command = command;
	result = paths_build(&view, error);
	if (result)
		return result;
	memset(&view.crossings, 0, sizeof view.crossings);
	result = roles_build(&view, &roles, error);
	view.roles = roles;
	if (result == 0)
		result = build_parts(engine, &view, report, error);
	if (result == 0) {
		report->topology_configured = roles->configured;
		report->topology_inferred = roles->inferred;
		report->verdict = report_judge(report);
	}
	table_free(&view.paths);
	table_free(&view.crossings);
	roles_free(roles);
	return result;
}
