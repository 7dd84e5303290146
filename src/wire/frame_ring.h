// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The latest frames of a capture that never ends, in a fixed amount of memory:
 * a new frame pushes out the oldest ones that it needs the room of, and those
 * are counted. Frames are found by their numbers.
 */
#ifndef WIRE_FRAME_RING_H
#define WIRE_FRAME_RING_H

#include <stddef.h>

#include "base/error.h"
#include "wire/frame.h"

struct frame_ring;

/*
 * Room for at most `frames` frames with `bytes` bytes together. Memory is touched only as it fills. The caller owns it
 * (frame_ring_free). ERROR_MEMORY only.
 */
int frame_ring_new(struct frame_ring **ring, uint32_t frames, size_t bytes, struct error *error);
void frame_ring_free(struct frame_ring *ring); /* NULL is legal */

/*
 * Copies the frame. Its number is one more than the last one's; any number begins anew. What is longer than the ring is
 * cut to its room.
 */
void frame_ring_add(struct frame_ring *ring, const struct frame *frame);

/* False where the frame is no longer there, or not yet. Its bytes stay valid until the next frame_ring_add(). */
bool frame_ring_get(const struct frame_ring *ring, uint64_t number, struct frame *frame);

uint64_t frame_ring_first(const struct frame_ring *ring);   /* number of the oldest frame; 0 while there is none */
uint64_t frame_ring_count(const struct frame_ring *ring);   /* frames that are there */
uint64_t frame_ring_evicted(const struct frame_ring *ring); /* frames that were pushed out */

#endif
