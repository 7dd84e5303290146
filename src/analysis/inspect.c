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

static int add_gap(struct report *report, struct error *error, const char *what, const char *why)
{
	return report_add_gap(report, 1, "not read: %s: %s", what, why) < 0 ? fail_memory(error) : 0;
}

/* Where a setting decides on the role's faults and nobody knows it, silence of the rules is not proof. */
static const struct {
	enum host_role role;
	enum host_setting setting;
} deciding[] = {
	{ HOST_ROLE_REAL_SERVER, SETTING_ARP_IGNORE }, { HOST_ROLE_REAL_SERVER, SETTING_ARP_ANNOUNCE },
	{ HOST_ROLE_REAL_SERVER, SETTING_RP_FILTER },  { HOST_ROLE_DIRECTOR, SETTING_PROXY_ARP },
	{ HOST_ROLE_DOM0, SETTING_PROXY_ARP },
};

static bool has_ipv4(const struct host_state *state, const struct host_link *link)
{
	for (uint32_t i = 0; i < state->address_count; i++)
		if (state->addresses[i].ip.family == 4 && strcmp(state->addresses[i].link, link->name) == 0)
			return true;
	return false;
}

static int add_unknown_settings(const struct host_state *state, enum host_setting setting, struct report *report,
				struct error *error)
{
	struct text links = TEXT_INIT;
	int status = 0;

	for (uint32_t i = 0; i < state->link_count; i++) {
		const struct host_link *link = &state->links[i];

		if (host_link_speaks_arp(link) && has_ipv4(state, link) &&
		    host_setting(state, link, setting) == SETTING_UNSEEN)
			text_printf(&links, "%s%s", links.length ? ", " : " of ", link->name);
	}
	if (links.length > 0) {
		struct text what = TEXT_INIT;

		text_printf(&what, "%s%s", host_setting_name(setting), text_string(&links));
		status = add_gap(report, error, text_string(&what), "it decides, and is not known");
		text_free(&what);
	}
	text_free(&links);
	return status;
}

static int add_gaps(const struct host_state *state, struct report *report, struct error *error)
{
	int status = 0;

	for (uint32_t i = 0; i < state->unseen_count && status == 0; i++)
		if (state->unseen[i].denied)
			status = add_gap(report, error, state->unseen[i].what, state->unseen[i].why);
	for (size_t i = 0; i < sizeof deciding / sizeof deciding[0] && status == 0; i++)
		if (state->role == deciding[i].role)
			status = add_unknown_settings(state, deciding[i].setting, report, error);
	if (status == 0 && state->address_count == 0)
		status = add_gap(report, error, "addresses", "there are none");
	return status;
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
