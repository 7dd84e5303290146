// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static const char *const check_names[CHECK_COUNT] = {
	[CHECK_ARP] = "arp",         [CHECK_MAC] = "mac",         [CHECK_HOP] = "hop",       [CHECK_QUIET] = "quiet",
	[CHECK_ACCEPTS] = "accepts", [CHECK_SERVICE] = "service", [CHECK_RETURN] = "return", [CHECK_REPLAY] = "replay",
};

static const char *const check_value_names[] = {
	[CHECK_UNKNOWN] = "unknown",
	[CHECK_PASS] = "pass",
	[CHECK_FAIL] = "fail",
	[CHECK_NOT_APPLICABLE] = "n/a",
};

static const char *const own_names[] = {
	[OWN_UNKNOWN] = "unknown",
	[OWN_YES] = "yes",
	[OWN_NO] = "no",
};

static const char *const verdict_names[] = {
	[REPORT_CLEAN] = "clean",
	[REPORT_FAULTY] = "faulty",
	[REPORT_INCOMPLETE] = "incomplete",
};

static void inputs_free(struct report *report)
{
	for (uint32_t i = 0; i < report->input_count; i++) {
		free(report->inputs[i].name);
		free(report->inputs[i].format);
		free(report->inputs[i].link_type);
	}
	free(report->inputs);
}

static void rows_free(struct report_row *rows, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		for (int check = 0; check < CHECK_COUNT; check++)
			free(rows[i].cells[check].reason);
	free(rows);
}

static void faults_free(struct report *report)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		fault_free(&report->faults[i]);
	free(report->faults);
}

static void hosts_free(struct report *report)
{
	free(report->host_macs);
	free(report->hosts);
}

static void path_free(struct report_path *path)
{
	free(path->packet);
	free(path->hops);
	free(path->absent);
}

static void paths_free(struct report *report)
{
	for (uint32_t i = 0; i < report->path_count; i++)
		path_free(&report->paths[i]);
	free(report->paths);
	for (uint32_t i = 0; i < report->flow_count; i++)
		path_free(&report->flows[i].path);
	free(report->flows);
}

static void gaps_free(struct report *report)
{
	for (uint32_t i = 0; i < report->gap_count; i++)
		free(report->gaps[i].reason);
	free(report->gaps);
}

static void facts_free(struct report *report)
{
	for (uint32_t i = 0; i < report->fact_count; i++) {
		free(report->facts[i].name);
		free(report->facts[i].value);
	}
	free(report->facts);
}

static void sources_free(struct report *report)
{
	for (uint32_t i = 0; i < report->source_count; i++) {
		free(report->sources[i].name);
		free(report->sources[i].label);
		if (report->sources[i].report)
			report_free(report->sources[i].report);
		free(report->sources[i].report);
	}
	free(report->sources);
}

static void conflicts_free(struct report *report)
{
	for (uint32_t i = 0; i < report->conflict_count; i++) {
		struct report_conflict *conflict = &report->conflicts[i];

		for (uint32_t k = 0; k < conflict->statement_count; k++) {
			free(conflict->statements[k].says);
			free(conflict->statements[k].sources);
		}
		free(conflict->statements);
		free(conflict->about);
	}
	free(report->conflicts);
}

static void strings_free(struct report *report)
{
	for (uint32_t i = 0; i < report->string_count; i++)
		free(report->strings[i]);
	free(report->strings);
}

void report_free(struct report *report)
{
	inputs_free(report);
	topology_free(&report->topology);
	rows_free(report->rows, report->row_count);
	rows_free(report->director_rows, report->director_row_count);
	faults_free(report);
	hosts_free(report);
	paths_free(report);
	gaps_free(report);
	facts_free(report);
	free(report->replays);
	machine_free(report->machine);
	sources_free(report);
	conflicts_free(report);
	strings_free(report);
	free(report->forwards);
	free(report->blasts);
	*report = (struct report)REPORT_INIT;
}

static int keep_fact(struct report *report, struct report_fact fact)
{
	struct report_fact *grown =
	    fact.name && fact.value ? reallocarray(report->facts, report->fact_count + 1, sizeof *grown) : NULL;

	if (!grown) {
		free(fact.name);
		free(fact.value);
		return ERROR_MEMORY;
	}
	report->facts = grown;
	grown[report->fact_count++] = fact;
	return 0;
}

int report_add_fact(struct report *report, const char *name, const char *format, ...)
{
	struct report_fact fact = { .name = strdup(name) };
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&fact.value, format, arguments) < 0)
		fact.value = NULL;
	va_end(arguments);
	return keep_fact(report, fact);
}

/* Takes over the reason. */
static int keep_gap(struct report *report, char *reason, uint64_t count)
{
	struct report_gap *grown;

	for (uint32_t i = 0; i < report->gap_count; i++)
		if (strcmp(report->gaps[i].reason, reason) == 0) {
			report->gaps[i].count += count;
			free(reason);
			return 0;
		}
	grown = reallocarray(report->gaps, report->gap_count + 1, sizeof *grown);
	if (!grown) {
		free(reason);
		return ERROR_MEMORY;
	}
	report->gaps = grown;
	grown[report->gap_count++] = (struct report_gap){ .reason = reason, .count = count };
	return 0;
}

int report_add_gap(struct report *report, uint64_t count, const char *format, ...)
{
	char *reason = NULL;
	va_list arguments;
	int length;

	if (count == 0)
		return 0;
	va_start(arguments, format);
	length = vasprintf(&reason, format, arguments);
	va_end(arguments);
	return length < 0 ? ERROR_MEMORY : keep_gap(report, reason, count);
}

int report_compare_services(const struct report_row *a, const struct report_row *b)
{
	int order = ip_compare(&a->vip, &b->vip);

	order = order ? order : a->port - b->port;
	order = order ? order : a->protocol - b->protocol;
	return order ? order : (a->fwmark > b->fwmark) - (a->fwmark < b->fwmark);
}

const char *check_name(enum check check)
{
	return check_names[check];
}

const char *check_value_name(enum check_value value)
{
	return check_value_names[value];
}

const char *own_name(enum own own)
{
	return own_names[own];
}

const char *report_verdict_name(enum report_verdict verdict)
{
	return verdict_names[verdict];
}

int report_exit_status(const struct report *report, enum severity fail_on)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		if (report->faults[i].severity >= fail_on)
			return 1;
	return report->gap_count > 0 || report->verdict == REPORT_INCOMPLETE ? 4 : 0;
}

enum report_verdict report_judge(const struct report *report)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		if (report->faults[i].severity >= SEVERITY_WARNING)
			return REPORT_FAULTY;
	return report->gap_count > 0 ? REPORT_INCOMPLETE : REPORT_CLEAN;
}
