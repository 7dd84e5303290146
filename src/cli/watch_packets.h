// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The frames behind the packets view: of a live capture the latest ones, in a
 * ring, and those that prove faults, which outlast it; of files all of them,
 * read again from the disk when they are asked for.
 *
 * Positions count the frames of all inputs in the order in which they were
 * taken, from 0.
 */
#ifndef CLI_WATCH_PACKETS_H
#define CLI_WATCH_PACKETS_H

#include "analysis/report.h"
#include "base/error.h"
#include "tui/model.h"
#include "wire/capture.h"
#include "wire/capture_index.h"

enum {
	PACKETS_RING_FRAMES = 1 << 17,
	PACKETS_RING_BYTES = 32 << 20,
	PACKETS_MAX_PINNED = 4096, /* frames that prove faults; a hash table that is never full holds them */
	PACKETS_MAX_FILES = 256,
};

struct packets;

/* The caller owns it (packets_free). */
int packets_new_live(struct packets **packets, struct error *error);
int packets_new_files(struct packets **packets, struct error *error);
void packets_free(struct packets *packets); /* NULL is legal */

/* Live: keeps a copy. */
void packets_add(struct packets *packets, const struct frame *frame);
/* Live: keeps the frames that the faults of a report cite, as long as they are in the ring. */
void packets_pin(struct packets *packets, const struct report *report);

/*
 * Files: the next input, number 0, 1, ...; `descriptor` is one in which the plain bytes of the capture lie, and stays
 * the caller's, as does the index, which grows while the file is read. `descriptor` -1: its frames cannot be had again.
 */
int packets_add_file(struct packets *packets, const char *name, int descriptor, const struct capture_index *index,
		     struct error *error);
/* So many frames of the latest input were read. */
void packets_set_frames(struct packets *packets, uint64_t frames);

/* For the model. Its context is `packets`. */
struct model_packets packets_model(struct packets *packets);
/* Frames that had to go. */
uint64_t packets_evicted(const struct packets *packets);

/* One frame by its input's number; its bytes stay until the next call. */
bool packets_get(struct packets *packets, uint32_t input, uint64_t number, struct frame *frame);

#endif
