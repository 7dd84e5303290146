// SPDX-License-Identifier: GPL-2.0-or-later
/* Sending the list at a rate, until it was sent often enough, time is over or the user interrupts. */
#include <stdlib.h>
#include <time.h>

#include "cli/blast.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

enum {
	CHUNK = 65536,       /* frames that are asked for at once */
	CHUNK_XDP = 1 << 20, /* each call of live frames costs some 30 ms beside the frames */
	CHUNK_FIRST = 4096,  /* ... while the speed is not known */
	TARGETS_SHOWN = 16,  /* in the progress */
};

nanos blast_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

static void pause_for(nanos time)
{
	const struct timespec length = { .tv_sec = time / NANOS_PER_SECOND, .tv_nsec = time % NANOS_PER_SECOND };

	nanosleep(&length, NULL);
}

struct sending {
	struct blast_run *run;
	uint64_t all; /* frames to send; UINT64_MAX: until time is over */
	uint64_t sent;
	nanos begin;
	struct progress progress;
};

static uint64_t frames_wanted(const struct blast_run *run)
{
	if (run->given->loops == 0)
		return run->given->options->duration > 0 ? UINT64_MAX : blast_count(run->list);
	return (uint64_t)run->given->loops * blast_count(run->list);
}

/* How many are due now; not more than can be sent in the time that is left, by the speed so far. */
static uint32_t next_chunk(const struct sending *sending, nanos elapsed)
{
	const struct replay_blast_options *options = sending->run->given->options;
	uint64_t chunk = sender_kind(sending->run->sender) == SENDER_XDP ? CHUNK_XDP : CHUNK;
	uint64_t rest = sending->all - sending->sent;

	if (options->rate > 0) {
		uint64_t due = blast_due(options->rate, elapsed);

		due = due > sending->sent ? due - sending->sent : 0;
		chunk = due < chunk ? due : chunk;
	}
	if (options->duration > 0) {
		double left = (double)(options->duration - elapsed) / (double)(elapsed > 0 ? elapsed : 1);
		double fits = sending->sent > 0 ? left * (double)sending->sent : CHUNK_FIRST;

		chunk = (double)chunk > fits ? (uint64_t)fits + 1 : chunk;
	}
	return (uint32_t)(rest < chunk ? rest : chunk);
}

static void describe_targets(struct sending *sending, struct text *into)
{
	uint64_t others;
	struct report_blast *rows = blast_tally(sending->run, sending->sent, &others);
	char address[IP_TEXT_SIZE];

	for (uint32_t i = 0; rows && i < sending->run->target_count && i < TARGETS_SHOWN; i++)
		text_printf(into, "\n  %-16s %12llu sent %12llu answered", ip_format(&rows[i].real_server, address),
			    (unsigned long long)rows[i].sent, (unsigned long long)rows[i].answered);
	free(rows);
}

static void show(struct sending *sending, nanos elapsed)
{
	struct text lines = TEXT_INIT;

	if (!progress_is_due(&sending->progress))
		return;
	text_printf(&lines, "%llu frames sent, %.0f a second", (unsigned long long)sending->sent,
		    (double)sending->sent * 1e9 / (double)(elapsed > 0 ? elapsed : 1));
	describe_targets(sending, &lines);
	progress_say(&sending->progress, text_string(&lines));
	text_free(&lines);
}

static int send_list(struct sending *sending, struct error *error)
{
	const struct replay_blast_options *options = sending->run->given->options;
	const nanos while_full = 20000, while_early = 200000;
	nanos elapsed = 0;

	while (sending->sent < sending->all && !interrupt_seen &&
	       (options->duration == 0 || elapsed < options->duration)) {
		uint32_t chunk = next_chunk(sending, elapsed);
		int64_t sent = chunk > 0 ? sender_send(sending->run->sender, chunk, error) : 0;

		if (sent < 0)
			return (int)sent;
		sending->sent += (uint64_t)sent;
		if (sent == 0)
			pause_for(chunk > 0 ? while_full : while_early);
		elapsed = blast_now() - sending->begin;
		show(sending, elapsed);
	}
	return 0;
}

static struct sender_frame *make_frames(const struct blast *list, uint32_t count,
					struct blast_frame (*get)(const struct blast *list, uint32_t index))
{
	struct sender_frame *frames = calloc(count > 0 ? count : 1, sizeof *frames);

	for (uint32_t i = 0; frames && i < count; i++) {
		struct blast_frame frame = get(list, i);

		frames[i] = (struct sender_frame){ frame.bytes, frame.length };
	}
	return frames;
}

/* What was opened is closed, once: connections that real servers accepted would stay half-open for a minute. */
static void say_farewell(struct blast_run *run)
{
	uint32_t count = blast_farewell_count(run->list), sent = 0;
	struct sender_frame *frames = make_frames(run->list, count, blast_farewell);

	if (frames && count > 0 && sender_place(run->sender, frames, count, NULL) == 0) {
		for (int tries = 0; sent < count && tries < 1000; tries++) {
			int64_t some = sender_send(run->sender, count - sent, NULL);

			if (some < 0)
				break;
			sent += (uint32_t)some;
			if (some == 0)
				pause_for(NANOS_PER_MILLI);
		}
		sender_settle(run->sender);
	}
	free(frames);
}

/* Late answers, before they are counted. */
static void wait_for_answers(void)
{
	enum { ROUNDS = 10 };

	for (int i = 0; i < ROUNDS && !interrupt_seen; i++)
		pause_for(20 * NANOS_PER_MILLI);
}

int blast_send(struct blast_run *run, struct error *error)
{
	struct sender_frame *frames = make_frames(run->list, blast_count(run->list), blast_frame);
	struct sending sending = { .run = run, .all = frames_wanted(run) };
	int status;

	if (!frames)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the frames to send");
	status = sender_place(run->sender, frames, blast_count(run->list), error);
	if (status < 0)
		goto out;
	progress_begin(&sending.progress, run->post.interface->name, run->given->report->quiet);
	progress_allow_plain(&sending.progress, run->given->report->quiet);
	sending.begin = blast_now();
	/* A failure on the way ends in the report of what was sent. */
	send_list(&sending, &run->failed);
	sender_settle(run->sender);
	run->elapsed = blast_now() - sending.begin;
	run->counts = sender_counts(run->sender);
	run->interrupted = interrupt_seen && sending.sent < sending.all;
	progress_end(&sending.progress);
	wait_for_answers();
	say_farewell(run);
out:
	free(frames);
	return status;
}
