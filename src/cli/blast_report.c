// SPDX-License-Identifier: GPL-2.0-or-later
/* The report of a blast: what was sent to whom, what came back, and what may be missing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/blast.h"

enum { MAX_ANSWERERS = 8192 };

static void add_left_out(struct report *report, const char *what, uint64_t count)
{
	if (count > 0)
		report_add_fact(report, "not sent", "%llu packet%s of the capture: %s", (unsigned long long)count,
				count == 1 ? "" : "s", what);
}

static void add_facts(struct blast_run *run)
{
	struct report *report = &run->report;
	const struct blast_summary summary = blast_summary(run->list);
	const char *why = sender_why(run->sender);
	char time[32];

	report_add_fact(report, "interface", "%s", run->post.interface->name);
	report_add_fact(report, "engine", "%s%s%s%s", sender_kind_name(sender_kind(run->sender)), why[0] ? " (" : "",
			why, why[0] ? ")" : "");
	report_add_fact(report, "capture", "%llu frames, %llu for the set-up's VIPs, of %u clients' ports",
			(unsigned long long)run->capture_frames, (unsigned long long)summary.packets, summary.flows);
	report_add_fact(report, "list", "%u frames, %s", blast_count(run->list),
			run->given->options->spread ? "spread over the real servers"
						    : "each packet to each real server");
	add_left_out(report, "cut (snap length)", summary.cut);
	add_left_out(report, "IP fragments", summary.fragments);
	add_left_out(report, "longer than the interface takes", summary.too_long);
	add_left_out(report, "seen twice", summary.twice);
	add_left_out(report, "IPv6 extension headers, or no client address or port is left for it", summary.unfit);
	report_add_fact(report, "sent", "%llu frames in %s: %.0f a second, %llu of them lost at the interface",
			(unsigned long long)run->counts.sent, nanos_format_duration(run->elapsed, time, sizeof time),
			(double)run->counts.sent * 1e9 / (double)(run->elapsed > 0 ? run->elapsed : 1),
			(unsigned long long)run->counts.lost);
}

static void add_answers(struct report_blast *row, const struct answers_count *count)
{
	row->syn_acks += count->syn_acks;
	row->resets += count->resets;
	row->segments += count->segments;
	row->datagrams += count->datagrams;
	row->errors += count->errors;
	row->answered += count->syn_acks + count->resets + count->segments + count->datagrams + count->errors;
}

/* A real server is known by its MAC; in VS/NAT, where it answers for itself, by its address. */
static struct report_blast *find_row(struct report_blast *rows, uint32_t count, const struct answers_count *answers)
{
	for (uint32_t i = 0; i < count; i++) {
		struct report_blast *row = &rows[i];
		bool nat = row->method == METHOD_NAT;

		if (nat ? ip_equal(&row->real_server, &answers->server)
			: mac_equal(row->mac, answers->mac) && ip_equal(&row->vip, &answers->server))
			return row;
	}
	return NULL;
}

/* Gives how many answers came from MACs that nothing was sent to. */
static uint64_t share_answers(struct blast_run *run, struct report_blast *rows, struct answers_count *counts)
{
	struct report_blast nobody = { .port = 0 };
	uint32_t count = answers_read(run->answers, counts, MAX_ANSWERERS);

	for (uint32_t i = 0; i < count; i++) {
		struct report_blast *row = find_row(rows, run->target_count, &counts[i]);

		add_answers(row ? row : &nobody, &counts[i]);
	}
	return nobody.answered;
}

struct report_blast *blast_tally(struct blast_run *run, uint64_t sent, uint64_t *others)
{
	struct report_blast *rows = calloc(run->target_count, sizeof *rows);
	uint64_t *shares = calloc(run->target_count, sizeof *shares);
	struct answers_count *counts = calloc(MAX_ANSWERERS, sizeof *counts);

	if (shares)
		blast_share(run->list, sent, shares);
	for (uint32_t i = 0; i < run->target_count && rows && shares; i++) {
		const struct blast_target *target = &run->targets[i];

		rows[i] = (struct report_blast){ .vip = target->service.vip,
						 .port = target->service.port,
						 .protocol = target->service.protocol,
						 .method = target->service.method,
						 .real_server = target->real_server,
						 .mac = target->mac,
						 .sent = shares[i] };
	}
	if (rows && shares && counts) {
		*others = share_answers(run, rows, counts);
	} else {
		free(rows);
		rows = NULL;
	}
	free(shares);
	free(counts);
	return rows;
}

static int add_gaps(struct blast_run *run, uint64_t others)
{
	struct report *report = &run->report;
	const struct blast_summary summary = blast_summary(run->list);
	uint64_t silent = 0;
	int status;

	for (uint32_t i = 0; i < report->blast_count; i++)
		silent += report->blasts[i].sent > 0 && report->blasts[i].answered == 0;
	status = report_add_gap(report, run->counts.lost, "frames were lost at the interface");
	if (status == 0)
		status = report_add_gap(report, silent, "real servers answered nothing");
	if (status == 0)
		status = report_add_gap(report, others, "answers came from MACs that nothing was sent to");
	if (status == 0)
		status = report_add_gap(report, summary.no_room, "there was no room for packets of the capture");
	if (status == 0)
		status = report_add_gap(report, run->capture_broken, "the capture breaks off");
	if (status == 0)
		status = report_add_gap(report, run->interrupted, "interrupted");
	if (status == 0 && run->failed.code != ERROR_NONE)
		status = report_add_gap(report, 1, "%s", run->failed.message);
	return status;
}

int blast_make_report(struct blast_run *run, struct error *error)
{
	struct report *report = &run->report;
	uint64_t others = 0;
	int status;

	report->command = "replay";
	report->topology_configured = true;
	add_facts(run);
	report->blasts = blast_tally(run, run->counts.sent, &others);
	if (!report->blasts)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the report");
	report->blast_count = run->target_count;
	status = add_gaps(run, others);
	if (status < 0)
		return error_set(error, status, NULL, "no memory for the report");
	report->verdict = report->gap_count > 0 ? REPORT_INCOMPLETE : REPORT_CLEAN;
	return topology_copy(run->given->topology, &report->topology, error);
}
