// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "report/utf8.h"

static const nanos plain_interval = 10 * NANOS_PER_SECOND;

static nanos monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOS_PER_SECOND + now.tv_nsec;
}

void progress_begin(struct progress *progress, const char *name, bool quiet)
{
	*progress = (struct progress){ .name = name, .wanted = !quiet && isatty(STDERR_FILENO) == 1 };
	if (progress->wanted)
		progress->due = monotonic_now() + NANOS_PER_SECOND;
}

bool progress_is_due(const struct progress *progress)
{
	return progress->wanted && monotonic_now() >= progress->due;
}

void progress_allow_plain(struct progress *progress, bool quiet)
{
	progress->plain = !quiet && !progress->wanted;
	progress->wanted |= progress->plain;
	if (progress->plain)
		progress->due = monotonic_now() + plain_interval;
}

static void add_lines(struct progress *progress, const char *what, struct text *into)
{
	progress->lines = 0;
	for (; *what != '\0'; what++) {
		if (*what != '\n') {
			text_add_char(into, *what);
			continue;
		}
		text_add(into, "\n\033[K");
		progress->lines++;
	}
}

/* Back to the first column of the first line, erase to the end (ECMA-48 CUU, ED, EL). */
static void add_erasure(const struct progress *progress, struct text *into)
{
	if (progress->lines > 0)
		text_printf(into, "\r\033[%uA\033[J", progress->lines);
	else
		text_add(into, "\r\033[K");
}

void progress_say(struct progress *progress, const char *what)
{
	struct text line = TEXT_INIT;

	if (!progress->plain)
		add_erasure(progress, &line);
	utf8_add_printable(&line, progress->name);
	text_add(&line, ": ");
	add_lines(progress, what, &line);
	if (progress->plain)
		text_add_char(&line, '\n');
	fputs(text_string(&line), stderr);
	fflush(stderr);
	text_free(&line);
	progress->shown = !progress->plain;
	progress->due = monotonic_now() + (progress->plain ? plain_interval : NANOS_PER_SECOND / 5);
}

void progress_show(struct progress *progress, uint64_t frames, uint64_t bytes, uint64_t total)
{
	struct text line = TEXT_INIT;

	text_printf(&line, "%llu frames, %llu MB", (unsigned long long)frames, (unsigned long long)(bytes / 1000000));
	if (total > 0)
		text_printf(&line, ", %u %%", (unsigned)(100.0 * (double)bytes / (double)total));
	progress_say(progress, text_string(&line));
	text_free(&line);
}

void progress_end(struct progress *progress)
{
	struct text erasure = TEXT_INIT;

	if (progress->shown) {
		add_erasure(progress, &erasure);
		fputs(text_string(&erasure), stderr);
		text_free(&erasure);
	}
	progress->shown = false;
	progress->lines = 0;
}
