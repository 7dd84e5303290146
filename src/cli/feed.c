// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/feed.h"

#include <stdio.h>

#include "cli/interrupt.h"
#include "cli/marks.h"
#include "cli/message.h"
#include "cli/progress.h"
#include "replay/results.h"

/* One capture on its way into the engine. */
struct reading {
	struct feed *feed;
	struct engine *engine;
	struct capture *capture;
	uint32_t *number;
	struct progress progress;
	uint16_t strange_link; /* the last link type that is not decoded */
	uint64_t strange;      /* frames of it before the first one that is */
	bool is_run;           /* the record of a live command's run */
};

enum { PROGRESS_INTERVAL = 1 << 12 };

int feed_open(struct feed *feed, const char *path, bool twice)
{
	struct error error = ERROR_INIT;
	int status;

	*feed = (struct feed){ .path = path, .number = -1 };
	status = source_open(&feed->source, path, &interrupt_seen, &error);
	if (status == 0 && twice)
		status = source_open(&feed->again, path, NULL, &error);
	if (status < 0) {
		message_error(&error);
		feed_close(feed);
	}
	return status;
}

static int refuse_link(const struct reading *reading, uint16_t link_type, struct error *error)
{
	char name[64];

	return error_set(error, ERROR_INPUT, source_name(reading->feed->source),
			 "link type %s is not decoded; capture on an Ethernet interface or with Linux cooked mode "
			 "(tcpdump -i any)",
			 link_type_name(link_type, name, sizeof name));
}

static void show_progress(struct reading *reading)
{
	const struct capture_info *info = capture_info(reading->capture);
	struct source_progress bytes;

	if (info->frames % PROGRESS_INTERVAL != 0 || !progress_is_due(&reading->progress))
		return;
	bytes = source_progress(reading->feed->source);
	progress_show(&reading->progress, info->frames, bytes.consumed, bytes.size);
}

/*
 * Skips to the first frame of a link type that is decoded (a pcapng file can
 * hold several), and refuses a capture that has frames but none such. 1: `frame` is there; 0: no frames at all.
 */
static int find_first_frame(struct reading *reading, struct frame *frame, struct error *error)
{
	int status;

	while ((status = capture_next(reading->capture, frame, error)) > 0) {
		if (link_type_is_decoded(frame->link_type))
			return 1;
		reading->strange++;
		reading->strange_link = frame->link_type;
	}
	if (reading->strange > 0)
		return refuse_link(reading, reading->strange_link, error);
	return status;
}

static int feed_frames(struct reading *reading, struct frame *frame, struct error *error)
{
	int status;

	do {
		engine_eat(reading->engine, frame);
		show_progress(reading);
		status = capture_next(reading->capture, frame, error);
	} while (status > 0);
	return status;
}

static void note_gaps(const struct reading *reading, const struct capture_info *info)
{
	char reason[128];

	if (reading->strange > 0) {
		char name[64];

		snprintf(reason, sizeof reason, "frames of link type %s, which is not decoded",
			 link_type_name(reading->strange_link, name, sizeof name));
		engine_add_gap(reading->engine, reading->feed->number, reason, reading->strange);
	}
	if (interrupt_seen) {
		snprintf(reason, sizeof reason, "interrupted after %llu frames", (unsigned long long)info->frames);
		engine_add_gap(reading->engine, reading->feed->number, reason, 1);
	}
}

/* What a live command says of its own run, see marks.h. */
static void begin_run(struct reading *reading)
{
	const struct capture_interface *interface = capture_interface(reading->capture, 0);

	reading->is_run =
	    interface && marks_apply(interface->comment, reading->engine, (uint32_t)reading->feed->number);
}

/* The results of a replay stay with the capture of its run. */
static int set_replay(void *context, const struct replay_result *result)
{
	const struct reading *reading = context;

	return engine_set_replay(reading->engine, (uint32_t)reading->feed->number, result, NULL);
}

static void note_run_gaps(struct reading *reading, const struct capture_info *info)
{
	const char *remark, *reason;

	for (uint32_t i = 0; (remark = capture_remark(reading->capture, i)); i++) {
		reason = marks_read_gap(remark);
		if (reason)
			engine_add_gap(reading->engine, reading->feed->number, reason, 1);
		results_read(remark, set_replay, reading);
	}
	if (!info->statistics && !info->truncated && !interrupt_seen)
		engine_add_gap(reading->engine, reading->feed->number, "the end of the run was not written", 1);
}

static int read_capture(struct reading *reading, struct error *error)
{
	const struct capture_info *info = capture_info(reading->capture);
	struct error cut = ERROR_INIT;
	struct frame frame;
	int status;

	/* Classic pcap names its link type before the first frame. */
	if (info->format[0] != '\0' && !info->mixed_links && info->link_type != 0 &&
	    !link_type_is_decoded(info->link_type))
		return refuse_link(reading, info->link_type, error);
	status = find_first_frame(reading, &frame, &cut);
	if (status < 0 && reading->strange > 0) {
		*error = cut;
		return status;
	}
	reading->feed->number = engine_add_input(reading->engine, reading->feed->path, error);
	if (reading->feed->number < 0)
		return reading->feed->number;
	*reading->number = (uint32_t)reading->feed->number + 1;
	begin_run(reading);
	if (status > 0)
		status = feed_frames(reading, &frame, &cut);
	progress_end(&reading->progress);
	if (status < 0)
		message_error(&cut);
	engine_set_input_info(reading->engine, (uint32_t)reading->feed->number, info);
	note_gaps(reading, info);
	if (reading->is_run)
		note_run_gaps(reading, info);
	return 0;
}

static void note_unread(const struct feed *feed, struct engine *engine)
{
	char reason[160];

	snprintf(reason, sizeof reason, "interrupted before %.100s was read", feed->path);
	engine_add_gap(engine, -1, reason, 1);
}

static void end_reading(struct feed *feed)
{
	capture_close(feed->capture);
	source_close(feed->source);
	feed->capture = NULL;
	feed->source = NULL;
}

int feed_begin(struct feed *feed)
{
	struct error error = ERROR_INIT;
	int status = capture_open(&feed->capture, source_read, feed->source, source_name(feed->source), 0, &error);

	if (status == 0 || interrupt_seen)
		return 0;
	message_error(&error);
	end_reading(feed);
	return status;
}

/* The header, unless it was read before. */
static int open_capture(struct feed *feed, uint32_t number, struct error *error)
{
	int status = 0;

	if (!feed->capture)
		status =
		    capture_open(&feed->capture, source_read, feed->source, source_name(feed->source), number, error);
	if (status == 0)
		capture_set_input(feed->capture, number);
	return status;
}

int feed_read(struct feed *feed, struct engine *engine, uint32_t *number, bool quiet)
{
	struct reading reading = { .feed = feed, .engine = engine, .number = number };
	struct error error = ERROR_INIT;
	int status;

	progress_begin(&reading.progress, source_name(feed->source), quiet);
	status = open_capture(feed, *number, &error);
	reading.capture = feed->capture;
	if (status == 0)
		status = read_capture(&reading, &error);
	progress_end(&reading.progress);
	if (status < 0 && interrupt_seen) {
		note_unread(feed, engine);
		status = 0;
	}
	if (status < 0)
		message_error(&error);
	end_reading(feed);
	return status;
}

void feed_close(struct feed *feed)
{
	end_reading(feed);
	source_close(feed->again);
	feed->again = NULL;
}
