// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/latency.h"

enum { STEP_BITS = 4, NANO_BITS = 10 };

/*
 * Units of 1,024 ns. Below 16 of them each has a bucket of its own; above, the four bits behind the highest one choose
 * among the buckets of its power of two.
 */
static uint32_t bucket_of(nanos duration)
{
	uint64_t units = duration > 0 ? (uint64_t)duration >> NANO_BITS : 0;
	uint32_t power, bucket;

	if (units < LATENCY_STEPS)
		return (uint32_t)units;
	power = 63 - (uint32_t)__builtin_clzll(units) - STEP_BITS;
	bucket = (power + 1) * LATENCY_STEPS + (uint32_t)(units >> power) - LATENCY_STEPS;
	return bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1;
}

/* The largest duration that falls into it. */
static nanos end_of(uint32_t bucket)
{
	uint32_t power = bucket / LATENCY_STEPS, step = bucket % LATENCY_STEPS;
	uint64_t units = power == 0 ? step + 1 : (uint64_t)(LATENCY_STEPS + step + 1) << (power - 1);

	return (nanos)((units << NANO_BITS) - 1);
}

void latency_add(struct latency *latency, nanos duration)
{
	latency->buckets[bucket_of(duration)]++;
	latency->count++;
	if (duration > latency->max)
		latency->max = duration;
}

/* The duration that `percent` of all do not exceed. */
static nanos percentile(const struct latency *latency, uint32_t percent)
{
	uint64_t wanted = ((uint64_t)latency->count * percent + 99) / 100, seen = 0;

	for (uint32_t i = 0; i < LATENCY_BUCKETS; i++) {
		seen += latency->buckets[i];
		if (seen >= wanted)
			return end_of(i) < latency->max ? end_of(i) : latency->max;
	}
	return latency->max;
}

struct replay_times latency_times(const struct latency *latency)
{
	if (latency->count == 0)
		return (struct replay_times){ .count = 0 };
	return (struct replay_times){ .count = latency->count,
				      .p50 = percentile(latency, 50),
				      .p90 = percentile(latency, 90),
				      .p99 = percentile(latency, 99),
				      .max = latency->max };
}
