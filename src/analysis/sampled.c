// SPDX-License-Identifier: GPL-2.0-or-later
/* A few conversations, chosen by what they are, so that machines that know nothing of each other choose the same. */
#include <stdlib.h>
#include <string.h>

#include "analysis/vantage.h"
#include "analysis/vantage_private.h"
#include "base/hash.h"

enum { NUMBER_BITS = 48 };

struct sample {
	uint64_t numbers[REPORT_MAX_FLOWS]; /* ascending */
	uint32_t count;
};

/* What stays the same from one vantage point to the next. The seed must, too. */
static uint64_t number_of(const struct flow *flow)
{
	struct {
		struct ip client, service;
		uint16_t client_port, service_port;
		uint32_t sequence;
		uint8_t protocol;
		uint8_t pad[1];
	} identity;

	memset(&identity, 0, sizeof identity);
	identity.client = flow->key.client;
	identity.service = flow->key.service;
	identity.client_port = flow->key.client_port;
	identity.service_port = flow->key.service_port;
	identity.sequence = flow->has_sequence ? flow->sequence : 0;
	identity.protocol = flow->key.protocol;
	return hash_bytes(&identity, sizeof identity, 0) >> (64 - NUMBER_BITS);
}

/* Where the beginning was seen, no vantage point has another idea of which packet it is. */
static bool is_wanted(const struct flow *flow)
{
	return flow->started && flow->leg_count > 0 && flow->key.protocol != IP_PROTO_VRRP;
}

/* The place of a number, or that of the next larger one. */
static uint32_t place_of(const struct sample *sample, uint64_t number)
{
	uint32_t low = 0, high = sample->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (sample->numbers[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_chosen(const struct sample *sample, uint32_t place, uint64_t number)
{
	return place < sample->count && sample->numbers[place] == number;
}

static void consider(struct sample *sample, uint64_t number)
{
	uint32_t place;

	if (sample->count == REPORT_MAX_FLOWS && number > sample->numbers[sample->count - 1])
		return;
	place = place_of(sample, number);
	if (is_chosen(sample, place, number))
		return;
	if (sample->count < REPORT_MAX_FLOWS)
		sample->count++;
	memmove(&sample->numbers[place + 1], &sample->numbers[place],
		(sample->count - 1 - place) * sizeof *sample->numbers);
	sample->numbers[place] = number;
}

static bool add_hops(const struct flow *flow, struct report_flow *into)
{
	struct report_path *path = &into->path;
	struct report_hop *hops = reallocarray(path->hops, path->hop_count + flow->leg_count, sizeof *hops);

	if (!hops)
		return false;
	path->hops = hops;
	for (int i = 0; i < flow->leg_count; i++)
		hops[path->hop_count++] = followed_hop(flow, &flow->legs[i]);
	into->answered |= mark_is_set(&flow->answer);
	if (!path->packet)
		path->packet = followed_describe(flow);
	return path->packet != NULL;
}

static int compare_hops(const void *a, const void *b)
{
	const struct report_hop *x = a, *y = b;

	if (x->ttl != y->ttl)
		return x->ttl > y->ttl ? -1 : 1;
	if (x->input != y->input)
		return x->input < y->input ? -1 : 1;
	return x->frame < y->frame ? -1 : x->frame > y->frame;
}

int sampled_build(const struct facts *facts, struct report *report, struct error *error)
{
	struct sample sample = { .count = 0 };
	bool failed;

	for (uint32_t i = 0; i < facts->flow_count; i++)
		if (is_wanted(&facts->flows[i]))
			consider(&sample, number_of(&facts->flows[i]));
	report->flows_forgotten = facts->flows_evicted > 0;
	report->flows = calloc(sample.count + 1, sizeof *report->flows);
	failed = !report->flows;
	report->flow_count = failed ? 0 : sample.count;
	for (uint32_t i = 0; i < report->flow_count; i++)
		report->flows[i].number = sample.numbers[i];
	for (uint32_t i = 0; i < facts->flow_count && !failed; i++) {
		uint64_t number = is_wanted(&facts->flows[i]) ? number_of(&facts->flows[i]) : 0;
		uint32_t place = place_of(&sample, number);

		if (is_wanted(&facts->flows[i]) && is_chosen(&sample, place, number))
			failed = !add_hops(&facts->flows[i], &report->flows[place]);
	}
	for (uint32_t i = 0; i < report->flow_count && !failed; i++)
		qsort(report->flows[i].path.hops, report->flows[i].path.hop_count, sizeof *report->flows[i].path.hops,
		      compare_hops);
	return failed ? error_set(error, ERROR_MEMORY, NULL, "out of memory") : 0;
}
