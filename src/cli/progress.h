// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line on stderr while a large file is read or a network is asked: only
 * where stderr is a terminal, only after a while, at most five times a second.
 * Long work may be told elsewhere, too: a line every ten seconds.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"

struct progress {
	const char *name; /* of what is read */
	bool wanted;      /* stderr is a terminal, and nobody asked for quiet */
	bool plain;       /* stderr is none, and a line now and then is wanted all the same */
	bool shown;
	unsigned lines; /* that stand above the cursor's */
	nanos due;      /* by the monotonic clock */
};

void progress_begin(struct progress *progress, const char *name, bool quiet);

/* A line now and then also where stderr is no terminal. */
void progress_allow_plain(struct progress *progress, bool quiet);

/* Whether it is time to call progress_show(). Cheap enough for every 4096th frame. */
bool progress_is_due(const struct progress *progress);

/* `total` 0 where the size is not known. */
void progress_show(struct progress *progress, uint64_t frames, uint64_t bytes, uint64_t total);

/* Any other line behind the name, and more lines below it; printable. */
void progress_say(struct progress *progress, const char *what);

/* Clears the line. */
void progress_end(struct progress *progress);

#endif
