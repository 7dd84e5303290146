// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What asks the network, and the line by which it does: a pure machine (a
 * prober, a scanner) beside the post that it sends by. Nothing here waits; the
 * loop around it does (asking.h, watch_live.h).
 */
#ifndef CLI_ASKER_H
#define CLI_ASKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nanos.h"
#include "base/text.h"
#include "cli/post.h"
#include "wire/packet.h"

/* A pure machine that asks: prober.h and scanner.h say what these mean. */
struct asker {
	size_t (*next)(void *state, nanos now, uint8_t *buffer, size_t size);
	nanos (*deadline)(const void *state);
	void (*eat)(void *state, const struct packet *packet, nanos now);
	bool (*done)(const void *state);
	void (*describe)(const void *state, struct text *into); /* a line of progress */
	bool (*is_short_of_memory)(const void *state);          /* NULL: never */
	void (*stop)(void *state); /* the user wants no more: it is done soon; NULL: nothing is left to be said */
	/* More lines of progress for a terminal; elsewhere `describe` is told now and then. NULL: the one line only. */
	void (*describe_all)(void *state, struct text *into);
};

enum {
	LINE_FRAME_SIZE = 2048,                 /* room for the largest frame */
	LINE_BUFFER_SIZE = 4 * LINE_FRAME_SIZE, /* for those that are sent with one call */
};

/* The conversation by one post. */
struct line {
	const struct asker *asker;
	void *state; /* of the asker, borrowed */
	struct post *post;
	uint8_t buffer[LINE_BUFFER_SIZE];
	struct iovec frames[INJECT_BATCH]; /* in the buffer, one behind the other */
	uint32_t count, sent;              /* those between are waiting: the kernel's queue had no room for them */
};

nanos monotonic_now(void);

/* Sends what is due, a few frames at most. ERROR_SYSTEM: the interface is down or gone, or refuses a frame. */
int line_send_due(struct line *line, struct error *error);
bool line_is_waiting(const struct line *line); /* for the kernel's queue to have room */
/* Only what waits for room. */
int line_send_waiting(struct line *line, struct error *error);
/* How long nothing needs to be sent; 0: something is due. */
nanos line_wait(const struct line *line, nanos now);

extern const struct asker asker_prober; /* struct prober */

#endif
