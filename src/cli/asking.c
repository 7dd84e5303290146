// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/asking.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/interrupt.h"
#include "cli/progress.h"

enum { FRAMES_AT_ONCE = 1024 }; /* taken from the kernel before something is sent again */

/* Nothing waits longer: for progress, and for a device that does not say that it is gone. */
static const nanos longest_wait = 250 * NANOS_PER_MILLI;
/* Own frames pass through the kernel's queues before they are captured. */
static const nanos last_wait = 20 * NANOS_PER_MILLI;
/* What is left to be said after an interruption. */
static const nanos stop_wait = 2 * NANOS_PER_SECOND;

struct talk {
	const struct asking *asking;
	struct progress progress;
	struct line *lines;
	uint32_t count;
	bool stopping; /* the user wants no more, and was heard */
	nanos stop_by;
	bool over; /* an interface is not what it was, or the user wants no more */
};

static void add_gap(const struct asking *asking, const char *reason)
{
	struct asking_gaps *gaps = asking->gaps;

	engine_add_gap(asking->engine, (int)asking->input, reason, 1);
	if (gaps->count < ASKING_MOST_GAPS)
		snprintf(gaps->reasons[gaps->count++], sizeof gaps->reasons[0], "%s", reason);
}

static void end_with(struct talk *talk, const char *reason)
{
	if (!talk->over)
		add_gap(talk->asking, reason);
	talk->over = true;
}

/* What happened to the interface. That it came up again, or that something was not told, changes nothing by itself. */
static void watch(struct talk *talk, const struct line *line)
{
	struct link_event event;

	while (links_next(line->post->links, &event) > 0)
		if (event.change != LINK_UP && event.change != LINK_MISSED)
			end_with(talk, event.text);
}

/* Netlink tells better why than the call that failed. */
static void end_with_error(struct talk *talk, const struct line *line, const struct error *error)
{
	watch(talk, line);
	end_with(talk, error->message);
}

static void send_due(struct talk *talk, struct line *line)
{
	struct error error = ERROR_INIT;

	if (!talk->over && line_send_due(line, &error) < 0)
		end_with_error(talk, line, &error);
}

static void send_waiting(struct talk *talk, struct line *line)
{
	struct error error = ERROR_INIT;

	if (line_send_waiting(line, &error) < 0)
		end_with_error(talk, line, &error);
}

/* Numbers, inputs and interfaces are those of the whole run. */
static void take(struct talk *talk, struct line *line, struct frame *frame)
{
	const struct asking *asking = talk->asking;
	struct capture_info *info = &asking->station->info;
	struct packet packet;

	frame->number = ++info->frames;
	frame->input = asking->input;
	frame->interface = (uint32_t)(line - talk->lines);
	info->bytes += frame->length;
	engine_eat(asking->engine, frame);
	if (asking->recorder)
		recorder_add(asking->recorder, frame);
	packet_decode(frame, &packet);
	asking->asker->eat(line->state, &packet, monotonic_now());
}

static void take_waiting(struct talk *talk, struct line *line)
{
	struct error error = ERROR_INIT;
	struct frame frame;
	int status = 1;

	for (int i = 0; i < FRAMES_AT_ONCE && status > 0; i++) {
		status = live_next(line->post->live, &frame, &error);
		if (status > 0)
			take(talk, line, &frame);
	}
	if (status < 0)
		end_with_error(talk, line, &error);
}

/* Two descriptors of each line: frames, and what happens to the interface. */
static void fill_descriptors(const struct talk *talk, struct pollfd *descriptors)
{
	for (uint32_t i = 0; i < talk->count; i++) {
		const struct post *post = talk->lines[i].post;

		descriptors[2 * i] = (struct pollfd){ .fd = live_descriptor(post->live), .events = POLLIN };
		descriptors[2 * i + 1] = (struct pollfd){ .fd = links_descriptor(post->links), .events = POLLIN };
	}
}

/* Waits, and takes what there is. Errors count as well: whoever reads finds out which. */
static void wait_for(struct talk *talk, nanos duration)
{
	struct pollfd descriptors[2 * STATION_MAX_POSTS];
	const struct timespec timeout = { .tv_sec = duration / NANOS_PER_SECOND,
					  .tv_nsec = duration % NANOS_PER_SECOND };
	sigset_t none;

	fill_descriptors(talk, descriptors);
	/* Signals come in only while waiting, so that none is overslept. */
	sigemptyset(&none);
	if (ppoll(descriptors, 2 * talk->count, &timeout, &none) <= 0)
		return;
	for (uint32_t i = 0; i < talk->count; i++) {
		if (descriptors[2 * i].revents)
			take_waiting(talk, &talk->lines[i]);
		if (descriptors[2 * i + 1].revents)
			watch(talk, &talk->lines[i]);
	}
}

static nanos time_to_wait(const struct talk *talk)
{
	nanos now = monotonic_now(), least = longest_wait;

	for (uint32_t i = 0; i < talk->count; i++) {
		nanos wait = line_wait(&talk->lines[i], now);

		least = wait < least ? wait : least;
	}
	return least;
}

/* Of the line that is not done yet, the first of them. */
static void show_progress(struct talk *talk)
{
	const struct asker *asker = talk->asking->asker;
	struct text what = TEXT_INIT;
	uint32_t i = 0;

	if (!progress_is_due(&talk->progress))
		return;
	while (i + 1 < talk->count && asker->done(talk->lines[i].state))
		i++;
	asker->describe(talk->lines[i].state, &what);
	if (asker->describe_all && !talk->progress.plain)
		asker->describe_all(talk->lines[i].state, &what);
	talk->progress.name = talk->lines[i].post->interface->name;
	progress_say(&talk->progress, text_string(&what));
	text_free(&what);
}

static bool is_done(const struct talk *talk)
{
	for (uint32_t i = 0; i < talk->count; i++)
		if (!talk->asking->asker->done(talk->lines[i].state))
			return false;
	return true;
}

/* Askers that have something to take back get the time to do so. */
static void interrupt(struct talk *talk)
{
	static const char reason[] = "interrupted before everything was asked";
	const struct asking *asking = talk->asking;

	if (!asking->asker->stop) {
		end_with(talk, reason);
	} else if (!talk->stopping) {
		add_gap(asking, reason);
		for (uint32_t i = 0; i < talk->count; i++)
			asking->asker->stop(talk->lines[i].state);
		talk->stopping = true;
		talk->stop_by = monotonic_now() + stop_wait;
	} else if (monotonic_now() >= talk->stop_by) {
		talk->over = true;
	}
}

static void converse(struct talk *talk)
{
	/* What happened since the interfaces were read. */
	for (uint32_t i = 0; i < talk->count; i++)
		watch(talk, &talk->lines[i]);
	while (!talk->over && !is_done(talk)) {
		for (uint32_t i = 0; i < talk->count; i++)
			send_due(talk, &talk->lines[i]);
		wait_for(talk, time_to_wait(talk));
		show_progress(talk);
		if (interrupt_seen)
			interrupt(talk);
	}
}

/* The last frames were given; they are still to be sent and to be seen. */
static void settle(struct talk *talk)
{
	nanos end = monotonic_now() + last_wait;

	while (monotonic_now() < end) {
		for (uint32_t i = 0; i < talk->count; i++)
			send_waiting(talk, &talk->lines[i]);
		wait_for(talk, last_wait / 4);
	}
}

static void note_shortage(const struct talk *talk)
{
	const struct asking *asking = talk->asking;

	for (uint32_t i = 0; asking->asker->is_short_of_memory && i < talk->count; i++)
		if (asking->asker->is_short_of_memory(talk->lines[i].state)) {
			add_gap(asking, "not enough memory to ask everything");
			return;
		}
}

/* Signals wait until they are waited for. */
static void hold_signals(sigset_t *before)
{
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigprocmask(SIG_BLOCK, &ours, before);
}

static int make_lines(struct talk *talk, struct error *error)
{
	struct station *station = talk->asking->station;

	talk->lines = calloc(station->post_count, sizeof *talk->lines);
	if (!talk->lines)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to ask");
	talk->count = station->post_count;
	for (uint32_t i = 0; i < talk->count; i++) {
		talk->lines[i].asker = talk->asking->asker;
		talk->lines[i].post = &station->posts[i];
		talk->lines[i].state = talk->asking->states[i];
	}
	return 0;
}

int asking_run(const struct asking *asking, struct error *error)
{
	struct talk talk = { .asking = asking };
	sigset_t before;

	if (make_lines(&talk, error) < 0)
		return ERROR_MEMORY;
	if (asking->lacking)
		add_gap(asking, asking->lacking);
	hold_signals(&before);
	progress_begin(&talk.progress, asking->station->posts[0].interface->name, asking->quiet);
	if (asking->asker->describe_all)
		progress_allow_plain(&talk.progress, asking->quiet);
	converse(&talk);
	settle(&talk);
	progress_end(&talk.progress);
	note_shortage(&talk);
	sigprocmask(SIG_SETMASK, &before, NULL);
	engine_set_input_info(asking->engine, asking->input, station_info(asking->station));
	free(talk.lines);
	return 0;
}
