// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "report/utf8.h"

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

void progress_say(struct progress *progress, const char *what)
{
	struct text line = TEXT_INIT;

	/* Back to the first column, erase to the end (ECMA-48 EL). */
	text_add(&line, "\r\033[K");
	utf8_add_printable(&line, progress->name);
	text_printf(&line, ": %s", what);
	fputs(text_string(&line), stderr);
	fflush(stderr);
	text_free(&line);
	progress->shown = true;
	progress->due = monotonic_now() + NANOS_PER_SECOND / 5;
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
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
