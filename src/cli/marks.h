// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What frames cannot show of a run stands in comments of its capture: on the interface that the file is the record of a
 * run, who sweeps in it, and which VIPs this machine itself holds; on the statistics at its end why it is incomplete.
 * Analysing the capture then says the same.
 */
#ifndef CLI_MARKS_H
#define CLI_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/engine.h"
#include "wire/address.h"

enum { MARKS_RUN_SIZE = 256, MARKS_GAP_SIZE = 400, MARKS_MOST_HELD = 8 };

struct marks_held {
	struct ip vip;
	struct mac mac; /* of the interface that has it */
};

struct marks_run {
	bool sweeps;
	struct mac sweeper;
	struct marks_held held[MARKS_MOST_HELD]; /* as many as the comment has room for */
	uint32_t held_count;
};

/* The comment on an interface. */
void marks_write_run(const struct marks_run *run, char into[static MARKS_RUN_SIZE]);
/* False where the comment is another. */
bool marks_read_run(const char *comment, struct marks_run *run);
/* Tells the engine what the comment says of an input; nothing where it is another. */
bool marks_apply(const char *comment, struct engine *engine, uint32_t input);

/* The comment on the statistics. */
void marks_write_gap(const char *reason, char into[static MARKS_GAP_SIZE]);
/* The reason, within the comment; NULL where it is another. */
const char *marks_read_gap(const char *comment);

#endif
