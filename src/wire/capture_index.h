// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the frames of a capture lie, for a reader that wants any of them.
 *
 * While a capture is read once from front to back, the index notes every so
 * many frames what the reader would need to begin there: the offset, and for
 * pcapng the section's byte order and interfaces. A second reader of the same
 * bytes is then set to the place before a wanted frame and reads on from it.
 *
 * Memory is bounded whatever the file: once CAPTURE_INDEX_MOST places are
 * noted, every second one is forgotten and the distance doubles. Four million
 * frames take 256 KiB.
 */
#ifndef WIRE_CAPTURE_INDEX_H
#define WIRE_CAPTURE_INDEX_H

#include <stdint.h>

#include "base/error.h"
#include "wire/capture.h"

struct capture_index;

enum {
	CAPTURE_INDEX_STEP = 256,     /* frames between two places, at first */
	CAPTURE_INDEX_MOST = 1 << 16, /* places */
};

/* The caller owns it (capture_index_free). ERROR_MEMORY only. */
int capture_index_new(struct capture_index **index, struct error *error);
void capture_index_free(struct capture_index *index); /* NULL is legal */

/*
 * Call it before each capture_next() of the first reading, from the first frame on. Costs next to nothing but for every
 * CAPTURE_INDEX_STEPth frame. Where memory runs out the places become fewer, and the way from them longer.
 */
void capture_index_note(struct capture_index *index, const struct capture *capture);

/*
 * Sets `reader`, another capture opened on the same bytes, to the last noted place at or before frame `number` (from
 * 1): its next frame has the right number, which is at most `number`. From now on its read callback has to deliver
 * the bytes behind `*offset`. ERROR_INPUT where nothing was noted so far; ERROR_MEMORY.
 */
int capture_index_seek(const struct capture_index *index, struct capture *reader, uint64_t number, uint64_t *offset,
		       struct error *error);

/* Frames between two places as of now. */
uint64_t capture_index_step(const struct capture_index *index);

#endif
