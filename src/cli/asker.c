// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/asker.h"

#include <time.h>

#include "probe/prober.h"

enum { SENT_AT_ONCE = 32 }; /* before something is taken */

/* Until a full queue of the kernel is tried again. */
static const nanos queue_wait = NANOS_PER_MILLI;

nanos monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

/* 1 where the kernel has no room. */
static int send_one(struct line *line, size_t length, struct error *error)
{
	int status = inject_send(line->post->inject, line->buffer, length, error);

	line->waiting = status > 0 ? length : 0;
	return status;
}

int line_send_waiting(struct line *line, struct error *error)
{
	int status = line->waiting > 0 ? send_one(line, line->waiting, error) : 0;

	return status < 0 ? status : 0;
}

int line_send_due(struct line *line, struct error *error)
{
	size_t length = line->waiting;
	int status = 0;

	for (int i = 0; i < SENT_AT_ONCE && status == 0; i++) {
		if (length == 0)
			length = line->asker->next(line->state, monotonic_now(), line->buffer, sizeof line->buffer);
		if (length == 0)
			return 0;
		status = send_one(line, length, error);
		length = 0;
	}
	return status < 0 ? status : 0;
}

nanos line_wait(const struct line *line, nanos now)
{
	nanos deadline;

	if (line->waiting > 0)
		return queue_wait;
	deadline = line->asker->deadline(line->state);
	/* The deadline may be the end of all time. */
	return deadline <= now ? 0 : deadline - now;
}

static size_t next(void *state, nanos now, uint8_t *buffer, size_t size)
{
	return prober_next(state, now, buffer, size);
}

static nanos deadline(const void *state)
{
	return prober_deadline(state);
}

static void eat(void *state, const struct packet *packet, nanos now)
{
	prober_eat(state, packet, now);
}

static bool done(const void *state)
{
	return prober_done(state);
}

static void describe(const void *state, struct text *into)
{
	struct prober_progress progress;

	prober_progress(state, &progress);
	text_printf(into, "%u of %u tests, %u frames sent; %s", (unsigned)progress.done, (unsigned)progress.all,
		    (unsigned)progress.sent, progress.asking);
}

static bool is_short_of_memory(const void *state)
{
	return prober_is_short_of_memory(state);
}

const struct asker asker_prober = { next, deadline, eat, done, describe, is_short_of_memory };
