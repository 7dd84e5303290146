// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/frame_ring.h"

#include <stdlib.h>
#include <string.h>

/* Positions count all bytes ever written, gaps at the end of the room included: a byte lies at position % size. */
struct slot {
	struct frame frame; /* `bytes` is set when it is asked for */
	uint64_t position;
};

struct frame_ring {
	struct slot *slots; /* of frame n: slots[n % slot_count] */
	uint8_t *bytes;
	uint32_t slot_count;
	size_t size;
	uint64_t first, count; /* numbers first .. first + count - 1 are there */
	uint64_t position;     /* where the next frame goes */
	uint64_t evicted;
};

int frame_ring_new(struct frame_ring **result, uint32_t frames, size_t bytes, struct error *error)
{
	struct frame_ring *ring = calloc(1, sizeof *ring);

	*result = NULL;
	if (ring) {
		ring->slot_count = frames;
		ring->size = bytes;
		ring->slots = calloc(frames, sizeof *ring->slots);
		ring->bytes = malloc(bytes);
	}
	if (!ring || !ring->slots || !ring->bytes) {
		frame_ring_free(ring);
		return error_set(error, ERROR_MEMORY, NULL, "no memory to keep frames");
	}
	*result = ring;
	return 0;
}

void frame_ring_free(struct frame_ring *ring)
{
	if (!ring)
		return;
	free(ring->slots);
	free(ring->bytes);
	free(ring);
}

static struct slot *slot_of(const struct frame_ring *ring, uint64_t number)
{
	return &ring->slots[number % ring->slot_count];
}

static void evict(struct frame_ring *ring)
{
	ring->first++;
	ring->count--;
	ring->evicted++;
}

/* A frame lies in one piece. Gives where. */
static uint64_t make_room(struct frame_ring *ring, size_t length)
{
	size_t behind = ring->size - ring->position % ring->size;

	if (length > behind)
		ring->position += behind;
	while (ring->count > 0 && (ring->count == ring->slot_count ||
				   slot_of(ring, ring->first)->position + ring->size < ring->position + length))
		evict(ring);
	return ring->position;
}

void frame_ring_add(struct frame_ring *ring, const struct frame *frame)
{
	size_t length = frame->captured < ring->size ? frame->captured : ring->size;
	uint64_t position = make_room(ring, length);
	struct slot *slot;

	if (ring->count > 0 && frame->number != ring->first + ring->count) {
		ring->evicted += ring->count;
		ring->count = 0;
	}
	if (ring->count == 0)
		ring->first = frame->number;
	ring->count++;
	slot = slot_of(ring, frame->number);
	slot->frame = *frame;
	slot->frame.captured = (uint32_t)length;
	slot->position = position;
	if (length > 0)
		memcpy(ring->bytes + position % ring->size, frame->bytes, length);
	ring->position = position + length;
}

bool frame_ring_get(const struct frame_ring *ring, uint64_t number, struct frame *frame)
{
	const struct slot *slot;

	if (number < ring->first || number - ring->first >= ring->count)
		return false;
	slot = slot_of(ring, number);
	*frame = slot->frame;
	frame->bytes = ring->bytes + slot->position % ring->size;
	return true;
}

uint64_t frame_ring_first(const struct frame_ring *ring)
{
	return ring->count > 0 ? ring->first : 0;
}

uint64_t frame_ring_count(const struct frame_ring *ring)
{
	return ring->count;
}

uint64_t frame_ring_evicted(const struct frame_ring *ring)
{
	return ring->evicted;
}
