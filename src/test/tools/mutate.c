// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mutate KIND SEED INPUT OUTPUT: a capture with damage. The same seed does
 * the same damage, always.
 *
 *	bit        one bit of one frame is flipped
 *	loss       up to a third of the frames are missing, some come twice
 *	cut        some frames are cut, in the capture or on the wire
 *	wild       everything at once, and bits flipped in a fifth of the frames
 *	file       bits of the capture file itself are flipped, or its end is missing
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/source.h"
#include "wire/capture.h"

struct record {
	struct frame frame;
	uint8_t *bytes;
};

struct frames {
	struct record *records;
	size_t count, room;
	uint16_t link_type;
};

__attribute__((noreturn)) static void fail(const char *what)
{
	fprintf(stderr, "mutate: %s\n", what);
	exit(1);
}

/* --- chance: splitmix64 --- */

static uint64_t state;

static uint64_t draw(uint64_t below)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (z ^ z >> 31) % (below ? below : 1);
}

static bool happens(unsigned percent)
{
	return draw(100) < percent;
}

/* --- reading --- */

static void keep(struct frames *frames, const struct frame *frame)
{
	struct record *record;

	if (frames->count == frames->room) {
		frames->room = frames->room ? frames->room * 2 : 256;
		frames->records = realloc(frames->records, frames->room * sizeof *frames->records);
		if (!frames->records)
			fail("out of memory");
	}
	record = &frames->records[frames->count++];
	record->frame = *frame;
	record->bytes = malloc(frame->captured + 1);
	if (!record->bytes)
		fail("out of memory");
	memcpy(record->bytes, frame->bytes, frame->captured);
}

static void read_all(const char *path, struct frames *frames)
{
	struct error error = ERROR_INIT;
	struct source *source = NULL;
	struct capture *capture = NULL;
	struct frame frame;

	if (source_open(&source, path, NULL, &error) < 0 ||
	    capture_open(&capture, source_read, source, path, 0, &error) < 0)
		fail(error.message);
	frames->link_type = capture_info(capture)->link_type;
	while (capture_next(capture, &frame, &error) == 1)
		keep(frames, &frame);
	frames->link_type = capture_info(capture)->link_type;
	capture_close(capture);
	source_close(source);
}

/* --- damage --- */

static void flip(struct record *record)
{
	if (record->frame.captured)
		record->bytes[draw(record->frame.captured)] ^= (uint8_t)(1U << draw(8));
}

static void flip_one(struct frames *frames)
{
	if (frames->count)
		flip(&frames->records[draw(frames->count)]);
}

static void flip_many(struct frames *frames)
{
	for (size_t i = 0; i < frames->count; i++)
		if (happens(20))
			for (uint64_t n = 1 + draw(8); n > 0; n--)
				flip(&frames->records[i]);
}

static void cut(struct frames *frames)
{
	for (size_t i = 0; i < frames->count; i++) {
		struct frame *frame = &frames->records[i].frame;

		if (!happens(25))
			continue;
		frame->captured = (uint32_t)draw(frame->captured + 1);
		if (happens(50))
			frame->length = frame->captured;
	}
}

/* Frames share their bytes with their copies; nothing is freed, the program is short. */
static void lose(struct frames *frames)
{
	struct frames kept = { .link_type = frames->link_type };
	unsigned percent = 1 + (unsigned)draw(33);

	for (size_t i = 0; i < frames->count; i++) {
		struct frame frame = frames->records[i].frame;

		frame.bytes = frames->records[i].bytes;
		if (happens(percent))
			continue;
		keep(&kept, &frame);
		if (happens(5))
			keep(&kept, &frame);
	}
	*frames = kept;
}

/* --- writing --- */

static void put(uint8_t **at, uint32_t value)
{
	memcpy(*at, &value, sizeof value);
	*at += sizeof value;
}

/* Classic pcap with nanoseconds, in this machine's byte order. */
static uint8_t *write_pcap(const struct frames *frames, size_t *size)
{
	size_t room = 24;
	uint8_t *bytes, *at;

	for (size_t i = 0; i < frames->count; i++)
		room += 16 + frames->records[i].frame.captured;
	bytes = at = malloc(room);
	if (!bytes)
		fail("out of memory");
	put(&at, 0xa1b23c4d);
	put(&at, 4U << 16 | 2);
	put(&at, 0);
	put(&at, 0);
	put(&at, 262144);
	put(&at, frames->link_type);
	for (size_t i = 0; i < frames->count; i++) {
		const struct frame *frame = &frames->records[i].frame;

		put(&at, (uint32_t)(frame->time / NANOS_PER_SECOND));
		put(&at, (uint32_t)(frame->time % NANOS_PER_SECOND));
		put(&at, frame->captured);
		put(&at, frame->length);
		memcpy(at, frames->records[i].bytes, frame->captured);
		at += frame->captured;
	}
	*size = room;
	return bytes;
}

static void damage_file(uint8_t *bytes, size_t *size)
{
	for (uint64_t n = draw(6); n > 0; n--)
		bytes[draw(*size)] ^= (uint8_t)(1U << draw(8));
	if (happens(50))
		*size = draw(*size + 1);
}

static bool damage(struct frames *frames, const char *kind)
{
	bool wild = strcmp(kind, "wild") == 0;

	if (strcmp(kind, "bit") == 0)
		flip_one(frames);
	else if (strcmp(kind, "file") != 0 && strcmp(kind, "cut") != 0 && strcmp(kind, "loss") != 0 && !wild)
		return false;
	if (wild || strcmp(kind, "loss") == 0)
		lose(frames);
	if (wild || strcmp(kind, "cut") == 0)
		cut(frames);
	if (wild)
		flip_many(frames);
	return true;
}

int main(int argc, char **argv)
{
	struct frames frames = { .count = 0 };
	uint8_t *bytes;
	size_t size;
	FILE *out;

	if (argc != 5) {
		fprintf(stderr, "usage: mutate bit|loss|cut|wild|file SEED INPUT OUTPUT\n");
		return 2;
	}
	state = strtoull(argv[2], NULL, 10) * UINT64_C(0x2545f4914f6cdd1d) + 1;
	read_all(argv[3], &frames);
	if (!damage(&frames, argv[1]))
		fail("no such kind of damage");
	bytes = write_pcap(&frames, &size);
	if (strcmp(argv[1], "file") == 0)
		damage_file(bytes, &size);
	out = fopen(argv[4], "wb");
	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out) != 0)
		fail("the output could not be written");
	return 0;
}
