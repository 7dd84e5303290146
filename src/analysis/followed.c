// SPDX-License-Identifier: GPL-2.0-or-later
/* Follows a few packets through all the captures that saw them. */
#include "analysis/vantage_private.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum { MOST_PATHS = 4 };

struct candidate {
	uint32_t first, end; /* in the sightings */
	uint32_t inputs;
	bool troubled; /* no answer, or an error: more worth a look */
};

static void count_inputs(const struct sightings *sightings, struct candidate *candidate)
{
	uint32_t last = UINT32_MAX;
	bool answered = false, failed = false;

	for (uint32_t i = candidate->first; i < candidate->end; i++) {
		const struct flow *flow = sightings->flows[i];

		candidate->inputs += flow->key.input != last;
		last = flow->key.input;
		answered |= flow->return_count > 0;
		failed |= flow->error_count > 0 || mark_is_set(&flow->stray);
	}
	candidate->troubled = failed || !answered;
}

static bool is_better(const struct candidate *a, const struct candidate *b)
{
	if (a->troubled != b->troubled)
		return a->troubled;
	return a->inputs > b->inputs;
}

/* Keeps the best MOST_PATHS, best first; the earlier one wins a tie. */
static void consider(struct candidate best[MOST_PATHS], uint32_t *count, struct candidate candidate)
{
	uint32_t place = *count;

	while (place > 0 && is_better(&candidate, &best[place - 1]))
		place--;
	if (place == MOST_PATHS)
		return;
	for (uint32_t i = *count < MOST_PATHS ? (*count)++ : MOST_PATHS - 1; i > place; i--)
		best[i] = best[i - 1];
	best[place] = candidate;
}

char *followed_describe(const struct flow *flow)
{
	char client[IP_TEXT_SIZE], service[IP_TEXT_SIZE];
	char *text = NULL;
	int length;

	ip_format(&flow->key.client, client);
	ip_format(&flow->key.service, service);
	if (flow->key.protocol == IP_PROTO_TCP || flow->key.protocol == IP_PROTO_UDP)
		length = asprintf(&text, "%s %s:%u > %s:%u", flow->key.protocol == IP_PROTO_TCP ? "TCP" : "UDP", client,
				  flow->key.client_port, service, flow->key.service_port);
	else
		length = asprintf(&text, "echo request %s > %s, id %u, sequence %u", client, service,
				  flow->key.client_port, flow->key.service_port);
	return length < 0 ? NULL : text;
}

struct report_hop followed_hop(const struct flow *flow, const struct leg *leg)
{
	return (struct report_hop){ .input = flow->key.input,
				    .frame = leg->first.frame,
				    .time = leg->first.time,
				    .source = leg->source,
				    .destination = leg->destination,
				    .has_destination = leg->has_destination,
				    .ttl = leg->ttl_most };
}

/* In the order of the corrected clocks; equal hops of two vantages of one link by TTL and input. */
static int compare_hops(const void *a, const void *b, void *context)
{
	const struct report_hop *x = a, *y = b;
	const struct report *report = context;
	nanos tx = x->time - report->inputs[x->input].offset;
	nanos ty = y->time - report->inputs[y->input].offset;

	if (x->ttl != y->ttl)
		return x->ttl > y->ttl ? -1 : 1;
	if (tx != ty)
		return tx < ty ? -1 : 1;
	return x->input < y->input ? -1 : x->input > y->input;
}

static bool follow(const struct sightings *sightings, const struct candidate *candidate, struct report *report,
		   struct report_path *path)
{
	uint32_t room = 0;

	for (uint32_t i = candidate->first; i < candidate->end; i++)
		room += sightings->flows[i]->leg_count;
	path->hops = calloc(room ? room : 1, sizeof *path->hops);
	path->packet = followed_describe(sightings->flows[candidate->first]);
	if (!path->hops || !path->packet)
		return false;
	for (uint32_t i = candidate->first; i < candidate->end; i++)
		for (int k = 0; k < sightings->flows[i]->leg_count; k++)
			path->hops[path->hop_count++] =
			    followed_hop(sightings->flows[i], &sightings->flows[i]->legs[k]);
	qsort_r(path->hops, path->hop_count, sizeof *path->hops, compare_hops, report);
	return true;
}

int followed_build(const struct facts *facts, const struct sightings *sightings, struct report *report,
		   struct error *error)
{
	struct candidate best[MOST_PATHS];
	uint32_t count = 0;

	(void)facts;
	for (uint32_t first = 0, end; first < sightings->count; first = end) {
		struct candidate candidate = { .first = first, .end = sightings_group(sightings, first) };

		end = candidate.end;
		if (sightings->flows[first]->key.protocol == IP_PROTO_VRRP)
			continue;
		count_inputs(sightings, &candidate);
		if (candidate.inputs > 1)
			consider(best, &count, candidate);
	}
	report->paths = calloc(count ? count : 1, sizeof *report->paths);
	if (!report->paths)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	for (; report->path_count < count; report->path_count++)
		if (!follow(sightings, &best[report->path_count], report, &report->paths[report->path_count])) {
			report->path_count++;
			return error_set(error, ERROR_MEMORY, NULL, "out of memory");
		}
	return 0;
}
