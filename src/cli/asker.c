// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/asker.h"

#include <time.h>

#include "probe/prober.h"

/* Until a full queue of the kernel is tried again. */
static const nanos queue_wait = NANOS_PER_MILLI;

nanos monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

bool line_is_waiting(const struct line *line)
{
	return line->sent < line->count;
}

int line_send_waiting(struct line *line, struct error *error)
{
	int taken;

	if (!line_is_waiting(line))
		return 0;
	taken = inject_send_batch(line->post->inject, line->frames + line->sent, line->count - line->sent, error);
	if (taken < 0)
		return taken;
	line->sent += (uint32_t)taken;
	return 0;
}

/* What is due now, as far as there is room. */
static void gather(struct line *line)
{
	size_t used = 0, length;

	line->count = line->sent = 0;
	while (line->count < INJECT_BATCH && LINE_BUFFER_SIZE - used >= LINE_FRAME_SIZE) {
		length = line->asker->next(line->state, monotonic_now(), line->buffer + used, LINE_FRAME_SIZE);
		if (length == 0)
			return;
		line->frames[line->count++] = (struct iovec){ .iov_base = line->buffer + used, .iov_len = length };
		used += length;
	}
}

int line_send_due(struct line *line, struct error *error)
{
	if (!line_is_waiting(line))
		gather(line);
	return line_send_waiting(line, error);
}

nanos line_wait(const struct line *line, nanos now)
{
	nanos deadline;

	if (line_is_waiting(line))
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

const struct asker asker_prober = { next, deadline, eat, done, describe, is_short_of_memory, NULL, NULL };
