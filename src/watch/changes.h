// SPDX-License-Identifier: GPL-2.0-or-later
/* What changed from one report to the next, and the faults that are past. */
#ifndef WATCH_CHANGES_H
#define WATCH_CHANGES_H

#include "watch/verdicts.h"

/*
 * Faults that are no more, newest first. All zero is empty. While evidence comes in, what it proves may change for a
 * moment; so a fault that is not found any more is missing at first, and past when it does not come back.
 */
struct past {
	struct missing {
		struct fault fault;
		nanos since;
	} * missing;
	uint32_t missing_count, missing_room;
	struct fault *faults; /* VERDICTS_MAX_PAST of them, once one is needed */
	struct model_past *list;
	uint32_t count;
	uint64_t evicted;
};

void past_free(struct past *past);
const struct model_past *past_list(const struct past *past, uint32_t *count);

/*
 * Tells the listener what is in `now` and not in `before`. What is no more moves from `before` to `past`; what is again
 * there leaves it.
 */
void changes_tell(const struct verdicts_listener *listener, struct report *before, const struct report *now,
		  struct past *past, nanos time);

/* Tells which faults are missing for good, with the inputs of `now`. */
void changes_settle(const struct verdicts_listener *listener, const struct report *now, struct past *past, nanos time);

/*
 * Puts what `narrow` says about an address in place of what `report` says: its rows, and the faults about it that
 * `narrow` does not find are gone. Both stay whole reports of their own.
 */
void changes_narrow(struct report *report, struct report *narrow, const struct ip *address);

#endif
