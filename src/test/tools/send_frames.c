// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * send_frames ENGINE INTERFACE CAPTURE TIMES: sends every frame of a capture so many times, as fast as that goes, and
 * prints "FRAMES SENT LOST SECONDS WHY". For the benchmarks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/sender.h"
#include "net/source.h"
#include "wire/capture.h"

enum { MOST = 1 << 20, CHUNK = 1 << 20 };

struct list {
	struct sender_frame *frames;
	uint32_t count;
	uint32_t bytes;
};

static int read_frames(struct list *list, const char *path, struct error *error)
{
	struct source *source;
	struct capture *capture = NULL;
	struct frame frame;
	int status = source_open(&source, path, NULL, error);

	list->frames = calloc(MOST, sizeof *list->frames);
	if (status == 0)
		status = capture_open(&capture, source_read, source, path, 0, error);
	while (status == 0 && list->count < MOST && (status = capture_next(capture, &frame, error)) == 1) {
		uint8_t *copy = malloc(frame.captured);

		memcpy(copy, frame.bytes, frame.captured);
		list->frames[list->count++] = (struct sender_frame){ copy, frame.captured };
		list->bytes += frame.captured;
		status = 0;
	}
	capture_close(capture);
	source_close(source);
	return status;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int send_all(struct sender *sender, uint64_t all, struct error *error)
{
	for (uint64_t sent = 0; sent < all;) {
		int64_t some = sender_send(sender, all - sent < CHUNK ? (uint32_t)(all - sent) : CHUNK, error);

		if (some < 0)
			return (int)some;
		sent += (uint64_t)some;
	}
	sender_settle(sender);
	return 0;
}

int main(int argc, char **argv)
{
	struct sender_options options = { .interface = argc == 5 ? argv[2] : "" };
	struct error error = ERROR_INIT;
	struct list list = { .count = 0 };
	struct sender *sender = NULL;
	struct sender_counts counts;
	double begin, end;

	if (argc != 5 || !sender_kind_parse(argv[1], &options.kind)) {
		fprintf(stderr, "usage: send_frames auto|xdp|afxdp|packet|libnet INTERFACE CAPTURE TIMES\n");
		return 2;
	}
	if (read_frames(&list, argv[3], &error) < 0)
		goto failed;
	options.frames = list.count;
	options.bytes = list.bytes;
	if (sender_open(&sender, &options, &error) < 0 || sender_place(sender, list.frames, list.count, &error) < 0)
		goto failed;
	begin = now();
	if (send_all(sender, list.count * strtoull(argv[4], NULL, 10), &error) < 0)
		goto failed;
	end = now();
	counts = sender_counts(sender);
	printf("%u %llu %llu %.4f %s %s\n", list.count, (unsigned long long)counts.sent,
	       (unsigned long long)counts.lost, end - begin, sender_kind_name(sender_kind(sender)), sender_why(sender));
	sender_close(sender);
	return 0;
failed:
	fprintf(stderr, "send_frames: %s: %s\n", error.where, error.message);
	return 3;
}
