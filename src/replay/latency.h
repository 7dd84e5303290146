// SPDX-License-Identifier: GPL-2.0-or-later
/* A histogram of durations in little memory: 16 steps to each power of two of microseconds, up to more than an hour. */
#ifndef REPLAY_LATENCY_H
#define REPLAY_LATENCY_H

#include "analysis/replay.h"
#include "base/nanos.h"

enum { LATENCY_STEPS = 16, LATENCY_BUCKETS = LATENCY_STEPS * 30 };

/* All zero is empty. */
struct latency {
	uint32_t buckets[LATENCY_BUCKETS];
	uint32_t count;
	nanos max;
};

void latency_add(struct latency *latency, nanos duration);
struct replay_times latency_times(const struct latency *latency);

#endif
