// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the result goes: stdout, or a file that appears under its name only
 * when it is complete.
 *
 * A new file is written as a temporary one beside its place and renamed at the
 * end, so a full disk or an interruption never leaves half a report. What is
 * there and is not a regular file (/dev/full, a FIFO) is written to directly.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

struct output {
	const char *path; /* as given; NULL for stdout */
	char *target;     /* what is replaced, behind symbolic links; NULL where nothing is renamed */
	char *temporary;
	int descriptor;
};

#define OUTPUT_INIT                                                                                                    \
	{                                                                                                              \
		.descriptor = -1                                                                                       \
	}

/* `path` NULL is stdout. Opening early finds an unwritable place before the work is done. Errors are ERROR_SYSTEM. */
int output_open(struct output *output, const char *path, struct error *error);

/*
 * Writes everything. A reader that went away (EPIPE) fails with an empty message: there is nobody to tell and
 * nothing wrong.
 */
int output_write(struct output *output, const void *bytes, size_t length, struct error *error);

/* Closes, checks, and puts the file in its place. */
int output_commit(struct output *output, struct error *error);

/* Leaves nothing behind. Legal at any time, also after output_commit(). */
void output_discard(struct output *output);

/* The text to stdout, checked. */
int output_print(const struct text *text, struct error *error);

#endif
