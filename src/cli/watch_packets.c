// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/watch_packets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/frame_ring.h"

/* A file's bytes, read at a place of its own. */
struct reading {
	int descriptor;
	uint64_t offset;
};

struct file {
	struct reading reading;
	const struct capture_index *index;
	struct capture *capture; /* opened when its first frame is asked for */
	char *name;
	uint64_t first; /* position of its first frame */
	uint64_t frames;
};

struct pinned {
	struct frame frame; /* number 0: free */
	uint8_t *bytes;
};

struct packets {
	struct frame_ring *ring; /* NULL for files */
	struct pinned *pinned;   /* by number % PACKETS_MAX_PINNED: a newer one takes the place of an older */
	struct file files[PACKETS_MAX_FILES];
	uint32_t file_count;
};

static int make(struct packets **result, struct error *error)
{
	*result = calloc(1, sizeof **result);
	return *result ? 0 : error_set(error, ERROR_MEMORY, NULL, "no memory to keep frames");
}

int packets_new_files(struct packets **packets, struct error *error)
{
	return make(packets, error);
}

int packets_new_live(struct packets **packets, struct error *error)
{
	int status = make(packets, error);

	if (status == 0)
		status = frame_ring_new(&(*packets)->ring, PACKETS_RING_FRAMES, PACKETS_RING_BYTES, error);
	if (status == 0)
		(*packets)->pinned = calloc(PACKETS_MAX_PINNED, sizeof *(*packets)->pinned);
	if (status == 0 && !(*packets)->pinned)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory to keep frames");
	if (status < 0) {
		packets_free(*packets);
		*packets = NULL;
	}
	return status;
}

void packets_free(struct packets *packets)
{
	if (!packets)
		return;
	frame_ring_free(packets->ring);
	for (uint32_t i = 0; packets->pinned && i < PACKETS_MAX_PINNED; i++)
		free(packets->pinned[i].bytes);
	free(packets->pinned);
	for (uint32_t i = 0; i < packets->file_count; i++) {
		capture_close(packets->files[i].capture);
		free(packets->files[i].name);
	}
	free(packets);
}

/* --- live --- */

void packets_add(struct packets *packets, const struct frame *frame)
{
	frame_ring_add(packets->ring, frame);
}

static void pin(struct packets *packets, uint64_t number)
{
	struct pinned *pinned = &packets->pinned[number % PACKETS_MAX_PINNED];
	struct frame frame;
	uint8_t *bytes;

	if (pinned->frame.number == number || !frame_ring_get(packets->ring, number, &frame))
		return;
	bytes = malloc(frame.captured + 1);
	if (!bytes)
		return;
	memcpy(bytes, frame.bytes, frame.captured);
	free(pinned->bytes);
	pinned->bytes = bytes;
	pinned->frame = frame;
	pinned->frame.bytes = bytes;
}

void packets_pin(struct packets *packets, const struct report *report)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		for (uint32_t k = 0; k < report->faults[i].evidence_count; k++)
			pin(packets, report->faults[i].evidence[k].frame);
}

static bool get_live(const struct packets *packets, uint64_t number, struct frame *frame)
{
	const struct pinned *pinned = &packets->pinned[number % PACKETS_MAX_PINNED];

	if (frame_ring_get(packets->ring, number, frame))
		return true;
	*frame = pinned->frame;
	return number > 0 && pinned->frame.number == number;
}

/* --- files --- */

static ssize_t read_at(void *context, uint8_t *into, size_t room, struct error *error)
{
	struct reading *reading = context;
	ssize_t got;

	do
		got = pread(reading->descriptor, into, room, (off_t)reading->offset);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_set(error, ERROR_INPUT, NULL, "cannot be read again: %s", strerror(errno));
	reading->offset += (uint64_t)got;
	return got;
}

int packets_add_file(struct packets *packets, const char *name, int descriptor, const struct capture_index *index,
		     struct error *error)
{
	struct file *file = &packets->files[packets->file_count];
	const struct file *before = file - 1;

	if (packets->file_count == PACKETS_MAX_FILES)
		return error_set(error, ERROR_USAGE, name, "more than %d captures", PACKETS_MAX_FILES);
	*file = (struct file){ .reading = { .descriptor = descriptor }, .index = index };
	file->name = strdup(name);
	if (!file->name)
		return error_set(error, ERROR_MEMORY, name, "no memory to read it");
	if (packets->file_count > 0)
		file->first = before->first + before->frames;
	packets->file_count++;
	return 0;
}

void packets_set_frames(struct packets *packets, uint64_t frames)
{
	packets->files[packets->file_count - 1].frames = frames;
}

static bool open_again(struct file *file, uint32_t input)
{
	file->reading.offset = 0;
	return file->capture || capture_open(&file->capture, read_at, &file->reading, file->name, input, NULL) == 0;
}

/* Reads on until the frame comes. */
static bool read_up_to(struct file *file, uint64_t number, struct frame *frame)
{
	while (capture_info(file->capture)->frames < number)
		if (capture_next(file->capture, frame, NULL) <= 0)
			return false;
	return frame->number == number;
}

static bool seek(struct file *file, uint64_t number)
{
	uint64_t offset;

	if (capture_index_seek(file->index, file->capture, number, &offset, NULL) < 0)
		return false;
	file->reading.offset = offset;
	return true;
}

/* Frames that follow each other need no jump. */
static bool get_from(struct file *file, uint32_t input, uint64_t number, struct frame *frame)
{
	uint64_t at;

	if (number == 0 || number > file->frames || file->reading.descriptor < 0 || !open_again(file, input))
		return false;
	at = capture_info(file->capture)->frames;
	frame->number = 0;
	if (at < number && number - at <= capture_index_step(file->index) && read_up_to(file, number, frame))
		return true;
	return seek(file, number) && read_up_to(file, number, frame);
}

bool packets_get(struct packets *packets, uint32_t input, uint64_t number, struct frame *frame)
{
	if (packets->ring)
		return input == 0 && get_live(packets, number, frame);
	return input < packets->file_count && get_from(&packets->files[input], input, number, frame);
}

/* --- for the model --- */

static bool get(void *context, uint64_t position, struct frame *frame)
{
	struct packets *packets = context;
	uint32_t i = 0;

	if (packets->ring)
		return get_live(packets, position + 1, frame);
	while (i + 1 < packets->file_count && position >= packets->files[i + 1].first)
		i++;
	return i < packets->file_count &&
	       get_from(&packets->files[i], i, position - packets->files[i].first + 1, frame);
}

static bool find(void *context, uint32_t input, uint64_t number, uint64_t *position)
{
	const struct packets *packets = context;
	struct frame frame;

	if (number == 0)
		return false;
	*position = number - 1;
	if (packets->ring)
		return input == 0 && get_live(packets, number, &frame);
	if (input >= packets->file_count || number > packets->files[input].frames)
		return false;
	*position += packets->files[input].first;
	return packets->files[input].reading.descriptor >= 0;
}

struct model_packets packets_model(struct packets *packets)
{
	struct model_packets model = { .get = get, .find = find, .context = packets };

	if (packets->ring) {
		uint64_t first = frame_ring_first(packets->ring);

		model.begin = first > 0 ? first - 1 : 0;
		model.end = model.begin + frame_ring_count(packets->ring);
	} else if (packets->file_count > 0) {
		const struct file *last = &packets->files[packets->file_count - 1];

		model.end = last->first + last->frames;
	}
	return model;
}

uint64_t packets_evicted(const struct packets *packets)
{
	return packets->ring ? frame_ring_evicted(packets->ring) : 0;
}
