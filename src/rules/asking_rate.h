// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How fast everybody asks, second by second. All askers are counted in a
 * table of fixed size; those that get busy are watched: which targets, how
 * often the same ones, how many questions stay unanswered. Bounded, whatever comes in.
 */
#ifndef RULES_ASKING_RATE_H
#define RULES_ASKING_RATE_H

#include "rules/rules.h"

enum {
	ASKING_SLOTS = 2048,
	ASKING_WATCHED = 32,
	ASKING_TARGETS = 4,
	ASKING_BITS = 8192,
	ASKING_WATCH_AFTER = 50, /* questions in one second */
	ASKING_RATE = 100,       /* a second of that many is a busy one; an ordinary host asks less than once */
	ASKING_SEGMENT_RATE = 1000,
};

struct asking_target {
	struct ip ip;
	uint32_t weight; /* of the questions of busy seconds, at most; 0: free */
};

/* A busy asker, or with MAC zero a whole busy segment. Questions are studied in seconds that are busy already. */
struct asking_watch {
	uint32_t segment;
	struct mac mac;
	uint32_t count;              /* in the present second */
	uint32_t row, longest;       /* busy seconds one after another */
	uint32_t peak;               /* questions in the busiest second */
	uint64_t questions, repeats; /* studied ones; those for a target that it had asked for in the last seconds */
	uint64_t decided, unanswered;
	struct mark first, highest, last;
	struct asking_target targets[ASKING_TARGETS];
	uint32_t seen_count;
	uint8_t seen[ASKING_BITS / 8]; /* targets, by hash */
};

struct asking_second {
	uint32_t segment;
	struct mac mac;
	uint8_t watch; /* index + 1, 0: not watched */
	bool incoming; /* cooked captures: it was heard from outside, so what goes out are copies */
	uint32_t count;
	nanos start;
};

struct asking {
	struct asking_second seconds[ASKING_SLOTS];
	struct asking_watch watches[ASKING_WATCHED];
	uint32_t watch_count;
};

/* Takes an OBSERVED_NEIGHBOUR; passes over all but questions and probes. */
void asking_take(struct asking *asking, const struct observation *observation);

/* Takes an OBSERVED_QUESTION. */
void asking_decide(struct asking *asking, const struct observation *observation);

static inline bool asking_is_segment(const struct asking_watch *watch)
{
	return mac_is_zero(watch->mac);
}

static inline uint32_t asking_rate_of(const struct asking_watch *watch)
{
	return asking_is_segment(watch) ? ASKING_SEGMENT_RATE : ASKING_RATE;
}

/* Busy seconds in a row, at most, the present one included. */
uint32_t asking_longest(const struct asking_watch *watch);

/* The target of more than a quarter of the questions; NULL where none is. */
const struct asking_target *asking_favourite(const struct asking_watch *watch);

#endif
