// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Capture files as inputs of the engine.
 *
 * All are opened first and read later, so that privileges can be dropped in
 * between. A file that cannot be read is told on stderr and left out; the
 * others are analysed all the same.
 */
#ifndef CLI_FEED_H
#define CLI_FEED_H

#include <stdbool.h>

#include "analysis/engine.h"
#include "base/error.h"
#include "net/source.h"
#include "wire/capture.h"

struct feed {
	const char *path;        /* as given; "-" is standard input */
	struct source *source;   /* NULL where opening failed, and once it was read */
	struct source *again;    /* for a second reading; NULL where none was asked for */
	struct capture *capture; /* begun, and not read yet */
	int number;              /* the engine's; -1 while it has none */
};

/* Opens `path`, for two readings where `twice` says so. Tells a failure and leaves `source` NULL. */
int feed_open(struct feed *feed, const char *path, bool twice);

/*
 * Reads the file header, for capture_comment(), where that is wanted before there is an engine. Tells a failure and
 * leaves `source` NULL, but after an interruption, which feed_read() tells.
 */
int feed_begin(struct feed *feed);

/*
 * Feeds everything as the engine's next input, which is number `*number`, and
 * counts that up. A capture that breaks off is told, and analysed up to there;
 * only what could not be read at all is a failure (told too). After an interruption the rest counts as a gap.
 */
int feed_read(struct feed *feed, struct engine *engine, uint32_t *number, bool quiet);

void feed_close(struct feed *feed);

#endif
