// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What frames cannot show of a run stands in comments of its capture: on the interface that the file is the record of a
 * run, and who sweeps in it; on the statistics at its end why it is incomplete. Analysing the capture then says the
 * same.
 */
#ifndef CLI_MARKS_H
#define CLI_MARKS_H

#include <stdbool.h>

#include "wire/address.h"

enum { MARKS_RUN_SIZE = 64, MARKS_GAP_SIZE = 400, MARKS_MOST_GAPS = 4 };

/* The comment on an interface. `sweeper` NULL: nobody. */
void marks_write_run(const struct mac *sweeper, char into[static MARKS_RUN_SIZE]);
/* False where the comment is another. `sweeps` tells whether `sweeper` was filled. */
bool marks_read_run(const char *comment, struct mac *sweeper, bool *sweeps);

/* The comment on the statistics. */
void marks_write_gap(const char *reason, char into[static MARKS_GAP_SIZE]);
/* The reason, within the comment; NULL where it is another. */
const char *marks_read_gap(const char *comment);

#endif
