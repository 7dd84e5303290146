// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -w: the frames that the report cites, as a pcapng file with comments for
 * Wireshark. The inputs are read a second time, so they must be files.
 */
#ifndef CLI_ANNOTATE_H
#define CLI_ANNOTATE_H

#include "analysis/report.h"
#include "cli/feed.h"
#include "cli/output.h"
#include "report/annotations.h"

enum { ANNOTATE_MAX_COMMENTS = 32 }; /* on one frame */

/* Refuses what cannot be read twice. */
int annotate_check(const char *path, struct error *error);

/* Into the opened output, which it commits. The feeds were opened twice and read once. */
int annotate_write(const struct report *report, const struct feed *feeds, int feed_count, struct output *output,
		   struct error *error);

/* What is said of one frame, closed by NULL; what is beyond the last place is left out. */
void annotate_list_comments(const struct annotations *annotations, uint32_t input, uint64_t frame,
			    const char *comments[static ANNOTATE_MAX_COMMENTS + 1]);

#endif
