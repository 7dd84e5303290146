// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/forward.h"

enum { USUAL_COLUMNS = 80, USUAL_ROWS = 24, LEFT_FREE = 4 };

static const nanos on_terminal = NANOS_PER_SECOND;
static const nanos elsewhere = 10 * NANOS_PER_SECOND;

/* What nobody reads is no reason to end. */
static void put(const struct text *text)
{
	if (write(STDERR_FILENO, text_string(text), text->length) < 0)
		return;
}

void forward_show_begin(struct forward_show *show, const struct forward *forward)
{
	nanos now = forward_now();

	*show = (struct forward_show){ .forward = forward, .terminal = isatty(STDERR_FILENO) == 1, .last = now };
	show->packets = calloc(forward->plan.backend_count, sizeof *show->packets);
	show->due = now + (show->terminal ? on_terminal : elsewhere);
	forward_show_event(show, "forwarding by %s on %s", forward->engine_text, forward->legs[0].post.interface->name);
}

bool forward_show_is_due(const struct forward_show *show, nanos now)
{
	return !show->forward->quiet && now >= show->due;
}

/* ECMA-48: CPL up to the table's first line, ED to erase from there. */
static void erase(struct forward_show *show, struct text *into)
{
	if (show->lines > 0)
		text_printf(into, "\033[%uF\033[J", (unsigned)show->lines);
	show->lines = 0;
}

static uint64_t rate_of(struct forward_show *show, uint32_t index, uint64_t packets, nanos now)
{
	nanos time = now - show->last;
	uint64_t before = show->packets ? show->packets[index] : packets;

	if (show->packets)
		show->packets[index] = packets;
	return time > 0 ? (packets - before) * (uint64_t)NANOS_PER_SECOND / (uint64_t)time : 0;
}

/* Lines that the terminal breaks, and those that have left it, could not be erased. */
static void measure(uint32_t *columns, uint32_t *rows)
{
	struct winsize size;

	*columns = USUAL_COLUMNS;
	*rows = USUAL_ROWS;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0)
		return;
	if (size.ws_col > 0)
		*columns = size.ws_col;
	if (size.ws_row > LEFT_FREE)
		*rows = size.ws_row;
}

static void add_backend(struct forward_show *show, uint32_t index, uint32_t columns, nanos now, struct text *into)
{
	const struct forward *forward = show->forward;
	const struct director_plan_backend *planned = &forward->plan.backends[index];
	const struct forward_backend *backend = &forward->backends[index];
	struct director_backend_count count = director_tables_count(&forward->engine->tables, index);
	char service[SERVICE_TEXT_SIZE], server[IP_TEXT_SIZE], line[256];

	snprintf(line, sizeof line, "%-21s %-15s %-7s %11llu packets %8llu/s",
		 service_format(&forward->topology.services[planned->service], service),
		 ip_format(&forward->topology.real_servers[planned->real_server].ip, server),
		 !backend->known ? "unknown"
		 : backend->up   ? "up"
				 : "down",
		 (unsigned long long)count.packets, (unsigned long long)rate_of(show, index, count.packets, now));
	text_printf(into, "%.*s\n", (int)columns - 1, line);
}

static void add_table(struct forward_show *show, nanos now, struct text *into)
{
	uint32_t count = show->forward->plan.backend_count, columns, rows, shown;

	measure(&columns, &rows);
	shown = count < rows - LEFT_FREE ? count : rows - LEFT_FREE;
	erase(show, into);
	for (uint32_t i = 0; i < shown; i++)
		add_backend(show, i, columns, now, into);
	show->lines = shown;
	if (shown < count) {
		text_printf(into, "... and %u more\n", (unsigned)(count - shown));
		show->lines++;
	}
}

/* "12 s: 4000 packets, 12/s; 3 of 4 up" */
static void add_line(struct forward_show *show, nanos now, struct text *into)
{
	const struct forward *forward = show->forward;
	uint64_t packets = 0, rate = 0;
	uint32_t up = 0;
	char time[32];

	for (uint32_t i = 0; i < forward->plan.backend_count; i++) {
		struct director_backend_count count = director_tables_count(&forward->engine->tables, i);

		packets += count.packets;
		rate += rate_of(show, i, count.packets, now);
		up += forward->backends[i].up;
	}
	text_printf(into, "truemac: %s: %llu packets forwarded, %llu/s; %u of %u real servers up\n",
		    nanos_format_duration(now - forward->began, time, sizeof time), (unsigned long long)packets,
		    (unsigned long long)rate, (unsigned)up, (unsigned)forward->plan.backend_count);
}

void forward_show(struct forward_show *show, nanos now)
{
	struct text text = TEXT_INIT;

	if (show->terminal)
		add_table(show, now, &text);
	else
		add_line(show, now, &text);
	put(&text);
	text_free(&text);
	show->last = now;
	show->due = now + (show->terminal ? on_terminal : elsewhere);
}

void forward_show_event(struct forward_show *show, const char *format, ...)
{
	struct text text = TEXT_INIT;
	char line[512];
	va_list arguments;

	if (show->forward->quiet)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	erase(show, &text);
	text_printf(&text, "truemac: %s\n", line);
	put(&text);
	text_free(&text);
}

void forward_show_end(struct forward_show *show)
{
	struct text text = TEXT_INIT;

	erase(show, &text);
	put(&text);
	text_free(&text);
	free(show->packets);
	show->packets = NULL;
}
