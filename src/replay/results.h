// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results of a replay as text, for a comment in the capture of its run: what the frames cannot show stays with them,
 * and whoever analyses the capture judges the same. One line for each row, behind a first line that names the form.
 */
#ifndef REPLAY_RESULTS_H
#define REPLAY_RESULTS_H

#include "analysis/replay.h"
#include "base/error.h"
#include "base/text.h"

/* Appends as many of `count` results as fit into `limit` bytes, at least one, and gives how many. */
uint32_t results_write(const struct replay_result *results, uint32_t count, size_t limit, struct text *into);

/*
 * Whether the text (any bytes) is one. Calls `each` for each result; stops at a damaged line, or when `each` gives
 * anything but 0. Unknown fields are passed over.
 */
bool results_read(const char *text, int (*each)(void *context, const struct replay_result *result), void *context);

#endif
