// SPDX-License-Identifier: GPL-2.0-or-later
/* The report of what was forwarded: counts, and why some of it may be missing. */
#include <stdlib.h>
#include <string.h>

#include "cli/forward.h"

static void add_other(struct report *report, const char *what, uint64_t count)
{
	if (count > 0)
		report_add_fact(report, "not forwarded", "%llu packet%s: %s", (unsigned long long)count,
				count == 1 ? "" : "s", what);
}

static void add_others(struct forward *forward)
{
	struct director_other_count other = director_tables_others(&forward->engine->tables);
	struct report *report = &forward->report;

	add_other(report, "no service of that port or protocol", other.no_service);
	add_other(report, "no real server was up", other.no_backend);
	add_other(report, "fragments that came before their first one", other.orphans);
	add_other(report, "used up their time to live", other.expired);
	add_other(report, "cut off, or with headers that are not followed", other.unreadable);
	add_other(report, "too big, and the sender was told", other.answered);
	add_other(report, "the interface did not take them", other.not_sent);
}

static void add_facts(struct forward *forward)
{
	struct report *report = &forward->report;
	char time[32];

	report_add_fact(report, "interface", "%s", forward->legs[0].post.interface->name);
	report_add_fact(report, "engine", "%s", forward->engine_text);
	report_add_fact(report, "duration", "%s",
			nanos_format_duration(forward->ended - forward->began, time, sizeof time));
	if (forward->legs[0].announcer)
		report_add_fact(report, "questions for the VIPs", "%llu answered",
				(unsigned long long)announcer_answers(forward->legs[0].announcer));
	add_others(forward);
}

static void fill_row(const struct forward *forward, uint32_t index, struct report_forward *row)
{
	const struct director_plan_backend *planned = &forward->plan.backends[index];
	const struct topology_service *service = &forward->topology.services[planned->service];
	const struct forward_backend *backend = &forward->backends[index];
	struct director_backend_count count = director_tables_count(&forward->engine->tables, index);

	*row = (struct report_forward){ .vip = service->vip,
					.port = service->port,
					.protocol = service->protocol,
					.method = planned->method,
					.real_server = forward->topology.real_servers[planned->real_server].ip,
					.has_mac = backend->has_mac,
					.mac = backend->mac,
					.known = backend->known,
					.up = backend->up,
					.why = backend->why ? backend->why : "not checked yet",
					.failures = backend->failures,
					.packets = count.packets,
					.bytes = count.bytes,
					.flows = count.flows,
					.too_big = count.too_big };
}

int forward_report_make(struct forward *forward, struct error *error)
{
	struct report *report = &forward->report;
	uint32_t down = 0;

	report->command = "forward";
	report->topology_configured = true;
	add_facts(forward);
	report->forwards = calloc(forward->plan.backend_count, sizeof *report->forwards);
	if (!report->forwards)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the report");
	for (uint32_t i = 0; i < forward->plan.backend_count; i++)
		fill_row(forward, i, &report->forwards[i]);
	for (uint32_t i = 0; i < forward->plan.backend_count; i++)
		down += !forward->backends[i].up;
	if (report_add_gap(report, down, "real servers were not up at the end") < 0)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the report");
	report->forward_count = forward->plan.backend_count;
	report->verdict = report->gap_count > 0 ? REPORT_INCOMPLETE : REPORT_CLEAN;
	return topology_copy(&forward->topology, &report->topology, error);
}
