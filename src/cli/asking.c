// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/asking.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "cli/interrupt.h"
#include "cli/progress.h"

enum {
	FRAMES_AT_ONCE = 1024, /* taken from the kernel before something is sent again */
	SENT_AT_ONCE = 32,     /* sent before something is taken */
	FRAME_SIZE = 2048,
};

/* Nothing waits longer: for progress, and for a device that does not say that it is gone. */
static const nanos longest_wait = 250 * NANOS_PER_MILLI;
/* Until a full queue of the kernel is tried again. */
static const nanos queue_wait = NANOS_PER_MILLI;
/* Own frames pass through the kernel's queues before they are captured. */
static const nanos last_wait = 20 * NANOS_PER_MILLI;

struct talk {
	const struct asking *asking;
	struct progress progress;
	uint8_t buffer[FRAME_SIZE];
	size_t waiting; /* bytes of a frame in the buffer that the kernel's queue had no room for */
	bool over;      /* the interface is not what it was, or the user wants no more */
};

static nanos monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

static void end_with(struct talk *talk, const char *reason)
{
	if (!talk->over)
		engine_add_gap(talk->asking->engine, (int)talk->asking->input, reason, 1);
	talk->over = true;
}

/* What happened to the interface. That it came up again, or that something was not told, changes nothing by itself. */
static void watch(struct talk *talk)
{
	struct link_event event;

	while (links_next(talk->asking->station->links, &event) > 0)
		if (event.change != LINK_UP && event.change != LINK_MISSED)
			end_with(talk, event.text);
}

/* False where the kernel has no room. */
static bool send_one(struct talk *talk, size_t length)
{
	struct error error = ERROR_INIT;
	int status = inject_send(talk->asking->station->inject, talk->buffer, length, &error);

	talk->waiting = status > 0 ? length : 0;
	if (status < 0) {
		/* Netlink says it better. */
		watch(talk);
		end_with(talk, error.message);
	}
	return status == 0;
}

static void send_due(struct talk *talk)
{
	const struct asking *asking = talk->asking;
	size_t length = talk->waiting;

	for (int i = 0; i < SENT_AT_ONCE && !talk->over; i++) {
		if (length == 0)
			length = asking->asker->next(asking->state, monotonic_now(), talk->buffer, sizeof talk->buffer);
		if (length == 0 || !send_one(talk, length))
			return;
		length = 0;
	}
}

static void take(const struct asking *asking, const struct frame *frame)
{
	struct packet packet;

	engine_eat(asking->engine, frame);
	if (asking->recorder)
		recorder_add(asking->recorder, frame);
	packet_decode(frame, &packet);
	asking->asker->eat(asking->state, &packet, monotonic_now());
}

static void take_waiting(struct talk *talk)
{
	const struct asking *asking = talk->asking;
	struct error error = ERROR_INIT;
	struct frame frame;
	int status = 1;

	for (int i = 0; i < FRAMES_AT_ONCE && status > 0; i++) {
		status = live_next(asking->station->live, &frame, &error);
		if (status > 0) {
			frame.input = asking->input;
			take(asking, &frame);
		}
	}
	if (status < 0) {
		watch(talk);
		end_with(talk, error.message);
	}
}

/* What there is to do. */
struct ready {
	bool frames, links;
};

/* Errors count as well: whoever reads finds out which. */
static struct ready wait_for(const struct talk *talk, nanos duration)
{
	const struct station *station = talk->asking->station;
	struct pollfd descriptors[] = {
		{ .fd = live_descriptor(station->live), .events = POLLIN },
		{ .fd = links_descriptor(station->links), .events = POLLIN },
	};
	const struct timespec timeout = { .tv_sec = duration / NANOS_PER_SECOND,
					  .tv_nsec = duration % NANOS_PER_SECOND };
	sigset_t none;

	/* Signals come in only while waiting, so that none is overslept. */
	sigemptyset(&none);
	if (ppoll(descriptors, sizeof descriptors / sizeof *descriptors, &timeout, &none) <= 0)
		return (struct ready){ .frames = false };
	return (struct ready){ .frames = descriptors[0].revents != 0, .links = descriptors[1].revents != 0 };
}

static nanos time_to_wait(const struct talk *talk)
{
	nanos deadline = talk->asking->asker->deadline(talk->asking->state);
	nanos now = monotonic_now(), wait;

	if (talk->waiting > 0)
		return queue_wait;
	if (deadline <= now)
		return 0;
	/* The deadline may be the end of all time. */
	wait = deadline - now;
	return wait < longest_wait ? wait : longest_wait;
}

static void show_progress(struct talk *talk)
{
	struct text line = TEXT_INIT;

	if (!progress_is_due(&talk->progress))
		return;
	talk->asking->asker->describe(talk->asking->state, &line);
	progress_say(&talk->progress, text_string(&line));
	text_free(&line);
}

static void converse(struct talk *talk)
{
	const struct asking *asking = talk->asking;

	/* What happened since the interface was read. */
	watch(talk);
	while (!talk->over && !asking->asker->done(asking->state)) {
		struct ready ready;

		send_due(talk);
		ready = wait_for(talk, time_to_wait(talk));
		if (ready.frames)
			take_waiting(talk);
		if (ready.links)
			watch(talk);
		show_progress(talk);
		if (interrupt_seen)
			end_with(talk, "interrupted before everything was asked");
	}
}

/* The last frame was given; it is still to be sent and to be seen. */
static void settle(struct talk *talk)
{
	nanos end = monotonic_now() + last_wait;

	while (monotonic_now() < end) {
		if (talk->waiting > 0)
			send_one(talk, talk->waiting);
		wait_for(talk, last_wait / 4);
		take_waiting(talk);
	}
}

static void note_shortage(const struct asking *asking)
{
	if (asking->asker->is_short_of_memory && asking->asker->is_short_of_memory(asking->state))
		engine_add_gap(asking->engine, (int)asking->input, "not enough memory to ask everything", 1);
}

bool asking_run(const struct asking *asking)
{
	struct talk talk = { .asking = asking };
	sigset_t ours, before;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigprocmask(SIG_BLOCK, &ours, &before);
	progress_begin(&talk.progress, asking->station->interface->name, asking->quiet);
	converse(&talk);
	settle(&talk);
	progress_end(&talk.progress);
	note_shortage(asking);
	sigprocmask(SIG_SETMASK, &before, NULL);
	engine_set_input_info(asking->engine, asking->input, live_info(asking->station->live));
	return !talk.over;
}
