// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/findings.h"

static int fail_memory(struct error *error)
{
	return error_set(error, ERROR_MEMORY, NULL, "no memory for the report");
}

static int add_input(const struct host_state *state, const char *name, struct report *report, struct error *error)
{
	struct report_input *input = calloc(1, sizeof *input);

	if (!input)
		return fail_memory(error);
	report->inputs = input;
	report->input_count = 1;
	input->name = strdup(name);
	input->format = strdup("host");
	input->link_type = strdup(state->name[0] ? state->name : "a host without a name");
	return input->name && input->format && input->link_type ? 0 : fail_memory(error);
}

static int add_gaps(const struct host_state *state, struct report *report, struct error *error)
{
	report->gaps = calloc(state->unseen_count + 1, sizeof *report->gaps);
	if (!report->gaps)
		return fail_memory(error);
	for (uint32_t i = 0; i < state->unseen_count; i++) {
		struct report_gap *gap = &report->gaps[report->gap_count];

		if (!state->unseen[i].denied)
			continue;
		if (asprintf(&gap->reason, "not read: %s: %s", state->unseen[i].what, state->unseen[i].why) < 0) {
			gap->reason = NULL;
			return fail_memory(error);
		}
		gap->count = 1;
		report->gap_count++;
	}
	return 0;
}

static int add_faults(const struct host_state *state, rule_list rules, struct report *report, struct error *error)
{
	static const struct facts none;
	struct findings findings;

	findings_init(&findings, &none);
	for (rule_list rule = rules; *rule; rule++) {
		findings.rule = *rule;
		if ((*rule)->inspect)
			(*rule)->inspect(state, &findings);
	}
	return findings_hand_over(&findings, rules, report, error);
}

int inspect_report(const struct host_state *state, const char *name, rule_list rules, struct report *report,
		   struct error *error)
{
	int status = add_input(state, name, report, error);

	report->command = "inspect";
	if (status == 0)
		status = topology_copy(&state->setup, &report->topology, error);
	report->topology_configured =
	    state->setup.service_count + state->setup.real_server_count + state->setup.director_count > 0;
	if (status == 0)
		status = inspect_add_hosts(state, report, error);
	if (status == 0)
		status = add_faults(state, rules, report, error);
	if (status == 0)
		status = add_gaps(state, report, error);
	if (status == 0)
		status = inspect_add_facts(state, report, error);
	if (status == 0 && !(report->machine = machine_of_state(state)))
		status = fail_memory(error);
	report->verdict = report_judge(report);
	return status;
}
