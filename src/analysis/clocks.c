// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The offsets between the clocks of several captures.
 *
 * A packet on its way from A to B gives clock difference plus latency, its
 * answer gives difference minus latency; the mean of both is the difference
 * alone. The median over all conversations that two captures share resists outliers. Captures
 * that share nothing with the reference are tied to it through a third.
 */
#include "analysis/vantage_private.h"

#include <stdlib.h>

struct sample {
	uint32_t a, b; /* inputs, a < b */
	bool both_ways;
	nanos difference; /* b's clock minus a's */
};

struct samples {
	struct sample *all;
	uint32_t count, room;
};

enum { MOST_SAMPLES = 1 << 16 };

static bool add_sample(struct samples *samples, struct sample sample)
{
	uint32_t room = samples->room ? samples->room * 2 : 64;
	struct sample *grown;

	if (samples->count == MOST_SAMPLES)
		return true;
	if (samples->count == samples->room) {
		grown = realloc(samples->all, room * sizeof *grown);
		if (!grown)
			return false;
		samples->all = grown;
		samples->room = room;
	}
	samples->all[samples->count++] = sample;
	return true;
}

static bool sample_pair(struct samples *samples, const struct flow *a, const struct flow *b)
{
	struct sample sample = { .a = a->key.input, .b = b->key.input };

	if (a->key.input == b->key.input || a->leg_count == 0 || b->leg_count == 0)
		return true;
	sample.difference = b->legs[0].first.time - a->legs[0].first.time;
	if (a->return_count && b->return_count) {
		sample.both_ways = true;
		sample.difference = (sample.difference + b->returns[0].first.time - a->returns[0].first.time) / 2;
	}
	return add_sample(samples, sample);
}

static bool collect(const struct sightings *sightings, struct samples *samples)
{
	enum { LARGEST_GROUP = 64 };

	for (uint32_t first = 0, end; first < sightings->count; first = end) {
		end = sightings_group(sightings, first);
		if (end - first > LARGEST_GROUP)
			continue;
		for (uint32_t i = first; i < end; i++)
			for (uint32_t k = i + 1; k < end; k++)
				if (!sample_pair(samples, sightings->flows[i], sightings->flows[k]))
					return false;
	}
	return true;
}

/* By pair; within a pair those that went both ways first, then by size: the median is easily picked. */
static int compare_samples(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	if (x->both_ways != y->both_ways)
		return x->both_ways ? -1 : 1;
	return x->difference < y->difference ? -1 : x->difference > y->difference;
}

static uint32_t pair_end(const struct samples *samples, uint32_t first)
{
	uint32_t end = first;

	while (end < samples->count && samples->all[end].a == samples->all[first].a &&
	       samples->all[end].b == samples->all[first].b)
		end++;
	return end;
}

static nanos pair_difference(const struct samples *samples, uint32_t first, uint32_t end)
{
	uint32_t best = first;

	while (best < end && samples->all[best].both_ways)
		best++;
	if (best == first)
		best = end;
	return samples->all[first + (best - first) / 2].difference;
}

/* The input that shares packets with most others; the first of them. */
static uint32_t pick_reference(const struct samples *samples, uint32_t input_count, uint32_t *partners)
{
	uint32_t best = 0;

	for (uint32_t first = 0, end; first < samples->count; first = end) {
		end = pair_end(samples, first);
		partners[samples->all[first].a]++;
		partners[samples->all[first].b]++;
	}
	for (uint32_t i = 1; i < input_count; i++)
		if (partners[i] > partners[best])
			best = i;
	return best;
}

static void tie(struct report_input *known, struct report_input *other, nanos difference, uint32_t matches)
{
	other->has_offset = true;
	other->offset = known->offset + difference;
	other->reference = known->reference;
	other->matches = matches;
}

/* One round: ties every input to one that is tied already. */
static bool tie_round(const struct samples *samples, struct report *report)
{
	bool tied = false;

	for (uint32_t first = 0, end; first < samples->count; first = end) {
		struct report_input *a = &report->inputs[samples->all[first].a];
		struct report_input *b = &report->inputs[samples->all[first].b];
		nanos difference;

		end = pair_end(samples, first);
		difference = pair_difference(samples, first, end);
		if (a->has_offset == b->has_offset)
			continue;
		if (a->has_offset)
			tie(a, b, difference, end - first);
		else
			tie(b, a, -difference, end - first);
		tied = true;
	}
	return tied;
}

int clocks_build(const struct facts *facts, const struct sightings *sightings, struct report *report,
		 struct error *error)
{
	struct samples samples = { .count = 0 };
	uint32_t *partners = calloc(facts->input_count, sizeof *partners);
	uint32_t reference;
	int result = 0;

	if (!partners || !collect(sightings, &samples)) {
		result = error_set(error, ERROR_MEMORY, NULL, "out of memory");
		goto out;
	}
	if (samples.count == 0)
		goto out;
	qsort(samples.all, samples.count, sizeof *samples.all, compare_samples);
	reference = pick_reference(&samples, facts->input_count, partners);
	report->inputs[reference].has_offset = true;
	report->inputs[reference].reference = reference;
	report->inputs[reference].matches = 0;
	while (tie_round(&samples, report))
		continue;
out:
	free(samples.all);
	free(partners);
	return result;
}
