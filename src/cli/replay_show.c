// SPDX-License-Identifier: GPL-2.0-or-later
/* The replayer as something that asks, and what is told of it meanwhile, in lines of less than 80 columns. */
#include "cli/replay.h"

enum { ROWS_SHOWN = 20 };

static size_t next(void *state, nanos now, uint8_t *buffer, size_t size)
{
	return replayer_next(state, now, buffer, size);
}

static nanos deadline(const void *state)
{
	return replayer_deadline(state);
}

static void eat(void *state, const struct packet *packet, nanos now)
{
	replayer_eat(state, packet, now);
}

static bool done(const void *state)
{
	return replayer_done(state);
}

static bool is_short_of_memory(const void *state)
{
	return replayer_is_short_of_memory(state);
}

static void stop(void *state)
{
	replayer_stop(state);
}

static void describe(const void *state, struct text *into)
{
	struct replayer_progress progress;

	replayer_progress(state, &progress);
	if (progress.checking) {
		text_add(into, "finding the real servers, and whether the clients' addresses are free");
		return;
	}
	text_printf(into, "%u of %u conversations, %u under way, frames: %llu out, %llu in", progress.finished,
		    progress.planned, progress.active, (unsigned long long)progress.sent,
		    (unsigned long long)progress.received);
}

static void describe_all(void *state, struct text *into)
{
	uint32_t count;
	const struct replay_result *results = replayer_results(state, &count);
	char ip[IP_TEXT_SIZE], time[32];

	text_printf(into, "\n  %-18s %7s %7s %9s %7s %7s %9s", "real server", "done", "of", "differing", "failed",
		    "again", "median");
	for (uint32_t i = 0; i < count && i < ROWS_SHOWN; i++) {
		const struct replay_result *result = &results[i];

		text_printf(into, "\n  %-18s %7u %7u %9u %7u %7llu %9s", ip_format(&result->real_server, ip),
			    result->completed, result->planned, result->not_as_recorded,
			    result->refused + result->reset + result->timed_out + result->unreachable,
			    (unsigned long long)result->retransmissions,
			    result->answer.count > 0 ? nanos_format_duration(result->answer.p50, time, sizeof time)
						     : "-");
	}
	if (count > ROWS_SHOWN)
		text_printf(into, "\n  and %u more", count - ROWS_SHOWN);
}

const struct asker asker_replayer = { next, deadline, eat, done, describe, is_short_of_memory, stop, describe_all };
