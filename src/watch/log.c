// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The oldest goes; its text's place is free again. */
static void make_room(struct watch_log *log)
{
	if (log->count < WATCH_LOG_LINES)
		return;
	memmove(&log->lines[0], &log->lines[1], (WATCH_LOG_LINES - 1) * sizeof log->lines[0]);
	log->first = (log->first + 1) % WATCH_LOG_LINES;
	log->count--;
	log->evicted++;
}

void watch_log_add(struct watch_log *log, nanos time, enum severity severity, const char *format, ...)
{
	va_list arguments;
	char *text;

	log->changes++;
	make_room(log);
	text = log->texts[(log->first + log->count) % WATCH_LOG_LINES];
	va_start(arguments, format);
	vsnprintf(text, WATCH_LOG_WIDTH, format, arguments);
	va_end(arguments);
	log->lines[log->count++] = (struct model_line){ .time = time, .severity = severity, .text = text };
}

void watch_log_freeze(struct watch_log *log, bool frozen)
{
	if (frozen == log->frozen)
		return;
	log->changes++;
	log->frozen = frozen;
	log->frozen_end = log->evicted + log->count;
}

uint32_t watch_log_shown(const struct watch_log *log)
{
	if (!log->frozen)
		return log->count;
	return log->frozen_end > log->evicted ? (uint32_t)(log->frozen_end - log->evicted) : 0;
}
