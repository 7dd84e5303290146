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

/* --- hosts --- */

static struct report_host *find_host(struct report *report, const struct ip *ip)
{
	struct report_host *grown;

	for (uint32_t i = 0; i < report->host_count; i++)
		if (ip_equal(&report->hosts[i].ip, ip))
			return &report->hosts[i];
	grown = reallocarray(report->hosts, report->host_count + 1, sizeof *grown);
	if (!grown)
		return NULL;
	report->hosts = grown;
	grown[report->host_count] = (struct report_host){ .ip = *ip };
	return &grown[report->host_count++];
}

/* What is said first of a MAC stands: the host's own word, then Xen's store, then the neighbour table. */
static bool add_mac(struct report *report, const struct ip *ip, struct mac mac, enum own own, const char *reason)
{
	struct report_host *host = find_host(report, ip);
	struct report_host_mac *grown;

	if (!host)
		return false;
	for (uint32_t i = 0; i < host->mac_count; i++)
		if (mac_equal(host->macs[i].mac, mac))
			return true;
	grown = reallocarray(host->macs, host->mac_count + 1, sizeof *grown);
	if (!grown)
		return false;
	host->macs = grown;
	grown[host->mac_count] = (struct report_host_mac){
		.mac = mac, .kind = mac_kind_of_host(mac, ip)->name, .own = own, .own_reason = strdup(reason)
	};
	return grown[host->mac_count++].own_reason != NULL;
}

static bool add_own(const struct host_state *state, struct report *report)
{
	char reason[80];
	bool whole = true;

	for (uint32_t i = 0; i < state->address_count && whole; i++) {
		const struct host_address *address = &state->addresses[i];
		const struct host_link *link = host_find_link(state, address->link);

		if (!link || !link->ethernet || mac_is_zero(link->mac))
			continue;
		snprintf(reason, sizeof reason, "%s of this host", link->name);
		whole = add_mac(report, &address->ip, link->mac, OWN_YES, reason);
	}
	return whole;
}

static bool is_guest_mac(const struct host_state *state, struct mac mac)
{
	for (uint32_t i = 0; i < state->guest_count; i++)
		if (mac_equal(state->guests[i].mac, mac))
			return true;
	return false;
}

static bool add_guests(const struct host_state *state, struct report *report)
{
	char reason[HOST_WORD_SIZE + 80];
	bool whole = true;

	for (uint32_t i = 0; i < state->guest_count && whole; i++) {
		const struct host_guest *guest = &state->guests[i];

		if (guest->ip.family == 0 || mac_is_zero(guest->mac))
			continue;
		snprintf(reason, sizeof reason, "the guest %s's, says the host's configuration (%s)", guest->name,
			 guest->link);
		whole = add_mac(report, &guest->ip, guest->mac, OWN_YES, reason);
	}
	return whole;
}

/* The own addresses and guests' are known for true; an entry that differs is wrong. */
static enum own judge_neighbour(const struct host_state *state, struct report *report,
				const struct host_neighbour *neighbour)
{
	const struct mac *known = topology_known_mac(&state->setup, &neighbour->ip);
	const struct report_host *host = find_host(report, &neighbour->ip);

	if (known)
		return mac_equal(*known, neighbour->mac) ? OWN_YES : OWN_NO;
	for (uint32_t i = 0; host && i < host->mac_count; i++)
		if (host->macs[i].own == OWN_YES && !mac_equal(host->macs[i].mac, neighbour->mac))
			return OWN_NO;
	return is_guest_mac(state, neighbour->mac) ? OWN_YES : OWN_UNKNOWN;
}

static bool add_neighbours(const struct host_state *state, struct report *report)
{
	char reason[80];
	bool whole = true;

	for (uint32_t i = 0; i < state->neighbour_count && whole; i++) {
		const struct host_neighbour *neighbour = &state->neighbours[i];

		if (neighbour->proxy || mac_is_zero(neighbour->mac) || strcmp(neighbour->state, "failed") == 0)
			continue;
		snprintf(reason, sizeof reason, "this host's neighbour table (%s, %s)", neighbour->link,
			 neighbour->state);
		whole =
		    add_mac(report, &neighbour->ip, neighbour->mac, judge_neighbour(state, report, neighbour), reason);
	}
	return whole;
}

static int compare_hosts(const void *a, const void *b)
{
	return ip_compare(&((const struct report_host *)a)->ip, &((const struct report_host *)b)->ip);
}

static int add_hosts(const struct host_state *state, struct report *report, struct error *error)
{
	if (!add_own(state, report) || !add_guests(state, report) || !add_neighbours(state, report))
		return fail_memory(error);
	for (uint32_t i = 0; i < report->host_count; i++)
		for (uint32_t k = 0; k < report->hosts[i].mac_count; k++)
			report->hosts[i].macs[k].first = report->hosts[i].macs[k].last = state->taken;
	if (report->host_count > 0)
		qsort(report->hosts, report->host_count, sizeof *report->hosts, compare_hosts);
	return 0;
}

/* --- the rest --- */

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
	findings_finish(&findings, rules);
	if (findings.failed) {
		findings_free(&findings);
		return fail_memory(error);
	}
	report->faults = findings.faults;
	report->fault_count = findings.count;
	findings.faults = NULL;
	findings.count = 0;
	findings_free(&findings);
	return 0;
}

static enum report_verdict verdict_of(const struct report *report)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		if (report->faults[i].severity > SEVERITY_INFO)
			return REPORT_FAULTY;
	return report->gap_count > 0 ? REPORT_INCOMPLETE : REPORT_CLEAN;
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
		status = add_hosts(state, report, error);
	if (status == 0)
		status = add_faults(state, rules, report, error);
	if (status == 0)
		status = add_gaps(state, report, error);
	if (status == 0)
		status = inspect_add_facts(state, report, error);
	report->verdict = verdict_of(report);
	return status;
}
