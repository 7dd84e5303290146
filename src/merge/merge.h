// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One report out of many vantage points. Pure.
 *
 * A merged report carries the reports that it was made from, each once, in the order of name and digest; all else in it
 * is concluded from these alone. That makes merging commutative, associative and idempotent: whatever the order and
 * grouping, the same reports give the same bytes. A merged report that is added counts as the reports in it.
 *
 * What the reports say is put side by side: faults of one subject become one that tells who says so, cells of the
 * matrix that are known to one become known, gaps add up. Where they contradict each other a conflict is listed, and
 * nothing is averaged. What machines say of themselves then proves more than each alone could: see merge/truth.h.
 */
#ifndef MERGE_MERGE_H
#define MERGE_MERGE_H

#include "analysis/report.h"
#include "base/error.h"

struct merge {
	struct report_source *sources;
	uint32_t count, room;
};

#define MERGE_INIT                                                                                                     \
	{                                                                                                              \
		.sources = NULL                                                                                        \
	}

enum { MERGE_MAX_SOURCES = 1 << 20 };

/*
 * Takes a report over, as read from JSON, and leaves it empty. `name` says whose it is ("-": it came by a pipe); merged
 * reports bring their own. Fails with ERROR_MEMORY, or ERROR_INPUT beyond MERGE_MAX_SOURCES.
 */
int merge_add(struct merge *merge, const char *name, struct report *report, struct error *error);

/* The merged report, into an empty one, which takes the sources over and is the caller's to free in any case. */
int merge_finish(struct merge *merge, struct report *report, struct error *error);

void merge_free(struct merge *merge);

#endif
