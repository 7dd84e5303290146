// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The terminal of watch: keys come in, orders are carried out, the model is
 * drawn. What is written to stderr meanwhile would tear the screen: it comes
 * in by a pipe, goes to the log, and its end is printed when the screen is
 * closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/watch.h"
#include "cli/watch_replay.h"
#include "cli/watch_signals.h"
#include "tui/curses.h"

/* What changed by itself is drawn at most ten times a second; what a key changed at once. */
static const nanos draw_least = 100 * NANOS_PER_MILLI, key_least = 15 * NANOS_PER_MILLI;
/* The clock on the screen goes on. */
static const nanos draw_most = NANOS_PER_SECOND;

enum {
	STDERR_KEPT = 8192,   /* bytes of the end */
	WORK_FRAMES = 2000,   /* for the packets' filter, between two looks at everything else */
	EMPTY_READS_MOST = 8, /* of a terminal that says that there is something */
	KEYS_AT_ONCE = 256,
};

struct watch_screen {
	struct terminal *terminal;
	struct screen *screen;
	struct grid grid;
	bool dirty, anew; /* something changed; the terminal's contents are lost */
	nanos next, last; /* monotonic: the next drawing may be, the latest was */
	int empty_reads;
	bool frozen_before;

	int real_stderr, errors; /* saved, and the end that is read; -1 */
	char kept[STDERR_KEPT];
	size_t kept_length;
};

/* --- stderr --- */

static void redirect_errors(struct watch_screen *screen)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return;
	screen->real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (screen->real_stderr < 0 || dup2(ends[1], STDERR_FILENO) < 0) {
		close(ends[0]);
	} else {
		screen->errors = ends[0];
		signals_set_stderr(screen->real_stderr);
	}
	close(ends[1]);
}

/* The latest bytes; whole lines are seen to when they are printed. */
static void keep(struct watch_screen *screen, const char *bytes, size_t length)
{
	size_t over;

	if (length > STDERR_KEPT) {
		bytes += length - STDERR_KEPT;
		length = STDERR_KEPT;
	}
	over = screen->kept_length + length > STDERR_KEPT ? screen->kept_length + length - STDERR_KEPT : 0;
	memmove(screen->kept, screen->kept + over, screen->kept_length - over);
	screen->kept_length -= over;
	memcpy(screen->kept + screen->kept_length, bytes, length);
	screen->kept_length += length;
}

static void say_lines(struct watch *watch, char *bytes)
{
	static const char prefix[] = "truemac: ";
	char *rest = NULL;

	for (char *line = strtok_r(bytes, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, prefix, sizeof prefix - 1) == 0)
			line += sizeof prefix - 1;
		watch_say(watch, SEVERITY_WARNING, "%s", line);
	}
}

static void take_errors(struct watch *watch)
{
	char bytes[2048];
	ssize_t got;

	while (watch->screen->errors >= 0 && (got = read(watch->screen->errors, bytes, sizeof bytes - 1)) > 0) {
		bytes[got] = '\0';
		keep(watch->screen, bytes, (size_t)got);
		say_lines(watch, bytes);
	}
}

static void restore_errors(struct watch_screen *screen)
{
	const char *bytes = screen->kept;
	size_t left = screen->kept_length;

	if (screen->errors < 0)
		return;
	signals_set_stderr(-1);
	dup2(screen->real_stderr, STDERR_FILENO);
	close(screen->real_stderr);
	close(screen->errors);
	screen->errors = screen->real_stderr = -1;
	while (left > 0) {
		ssize_t count = write(STDERR_FILENO, bytes, left);

		if (count < 0 && errno != EINTR)
			return;
		bytes += count > 0 ? count : 0;
		left -= count > 0 ? (size_t)count : 0;
	}
}

/* --- opening --- */

/* https://no-color.org */
static enum theme choose_theme(const struct report_options *report)
{
	const char *no_color = getenv("NO_COLOR");

	if (report->colour == COLOUR_NEVER)
		return THEME_MONO;
	return report->colour == COLOUR_AUTO && no_color && no_color[0] ? THEME_MONO : THEME_COLOUR;
}

int watch_screen_check(struct error *error)
{
	const char *name = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_set(error, ERROR_USAGE, NULL,
				 "watch draws on a terminal, and %s is none; --once prints a view, --headless writes "
				 "events",
				 isatty(STDIN_FILENO) ? "standard output" : "standard input");
	if (!name || !name[0])
		return error_set(error, ERROR_USAGE, NULL,
				 "TERM is not set, so nobody knows how to draw; set it (TERM=xterm), or use --once or "
				 "--headless");
	return 0;
}

int watch_screen_open(struct watch *watch, struct error *error)
{
	struct watch_screen *screen = calloc(1, sizeof *screen);
	struct screen_options options = { .view = watch->options.view == VIEW_COUNT ? VIEW_MATRIX : watch->options.view,
					  .theme = choose_theme(&watch->report),
					  .mouse = watch->options.mouse };
	const struct terminal_options terminal = { .theme = options.theme, .mouse = options.mouse };
	int status = 0;

	watch->screen = screen;
	if (!screen)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the screen");
	screen->grid = (struct grid)GRID_INIT;
	screen->errors = screen->real_stderr = -1;
	/* Read while files can be. */
	tzset();
	setlocale(LC_CTYPE, "");
	if (status == 0)
		status = screen_new(&screen->screen, &options, error);
	if (status == 0) {
		signals_catch(true);
		status = terminal_open(&screen->terminal, &terminal, error);
	}
	if (status < 0)
		return status;
	screen->grid.ascii = watch->options.ascii || terminal_is_ascii(screen->terminal);
	screen->dirty = true;
	redirect_errors(screen);
	return 0;
}

void watch_screen_close(struct watch *watch)
{
	struct watch_screen *screen = watch->screen;

	if (!screen)
		return;
	take_errors(watch);
	/* Nothing is written to a terminal that is gone: that would wait, or fail. */
	terminal_close(screen->terminal);
	restore_errors(screen);
	screen_free(screen->screen);
	grid_free(&screen->grid);
	watch->screen = NULL;
	free(screen);
}

/* --- drawing --- */

void watch_screen_touch(struct watch *watch)
{
	watch->screen->dirty = true;
}

bool watch_screen_is_frozen(const struct watch *watch)
{
	return screen_is_frozen(watch->screen->screen);
}

nanos watch_screen_wait(const struct watch *watch, nanos now)
{
	const struct watch_screen *screen = watch->screen;
	nanos due = screen->dirty ? screen->next : screen->last + draw_most;

	return due <= now ? 0 : due - now;
}

static void draw(struct watch *watch)
{
	struct watch_screen *screen = watch->screen;
	struct error error = ERROR_INIT;
	struct model model;
	int rows, columns;

	watch_model(watch, &model);
	terminal_size(screen->terminal, &rows, &columns);
	if (grid_resize(&screen->grid, rows, columns, &error) < 0)
		return;
	/* Without memory to sort a list it is drawn without it. */
	(void)screen_draw(screen->screen, &model, &screen->grid, &error);
	terminal_show(screen->terminal, &screen->grid, screen->anew);
	screen->anew = false;
}

void watch_screen_draw(struct watch *watch)
{
	struct watch_screen *screen = watch->screen;
	nanos now = monotonic_now();

	if (watch_screen_wait(watch, now) > 0)
		return;
	screen->dirty = false;
	draw(watch);
	screen->last = now;
	screen->next = now + draw_least;
}

bool watch_screen_work(struct watch *watch)
{
	struct model model;
	bool more;

	watch_model(watch, &model);
	if (!screen_work(watch->screen->screen, &model, 0))
		return false;
	more = screen_work(watch->screen->screen, &model, WORK_FRAMES);
	watch->screen->dirty = true;
	return more;
}

/* --- keys --- */

static void suspend(struct watch *watch)
{
	terminal_suspend(watch->screen->terminal);
	signals_stop();
	signals_continued();
	terminal_resume(watch->screen->terminal);
	watch->screen->anew = watch->screen->dirty = true;
}

static void obey(struct watch *watch, const struct model *model, const struct screen_order *order)
{
	struct watch_screen *screen = watch->screen;

	switch (order->kind) {
	case ORDER_QUIT: watch_end_with(watch, WATCH_QUIT); break;
	case ORDER_REDRAW: screen->anew = true; break;
	case ORDER_MOUSE: terminal_set_mouse(screen->terminal, order->on); break;
	case ORDER_THEME: terminal_set_theme(screen->terminal, screen_theme(screen->screen)); break;
	case ORDER_PROBE: watch_probe(watch, &order->address); break;
	case ORDER_REPLAY: watch_replay_begin(watch, &order->address); break;
	case ORDER_REPLAY_STOP: watch_replay_stop(watch); break;
	case ORDER_REPLAY_PAUSE: watch_replay_pause(watch); break;
	case ORDER_REPLAY_RATE: watch_replay_change_speed(watch, order->number); break;
	case ORDER_EXPORT_VIEW:
	case ORDER_EXPORT_REPORT:
	case ORDER_EXPORT_EVIDENCE: watch_export(watch, screen->screen, model, order); break;
	default: break;
	}
}

static void take_key(struct watch *watch, int stroke)
{
	struct watch_screen *screen = watch->screen;
	nanos now = monotonic_now();
	struct model model;

	/* What was said stays until the next key. */
	text_clear(&watch->message);
	watch_model(watch, &model);
	obey(watch, &model, screen_key(screen->screen, &model, stroke));
	screen->dirty = true;
	if (screen->next > now + key_least)
		screen->next = now + key_least;
	if (screen->frozen_before && !watch_screen_is_frozen(watch))
		watch->changed = true;
	screen->frozen_before = watch_screen_is_frozen(watch);
	watch_log_freeze(&watch->log, screen->frozen_before);
}

static void take_keys(struct watch *watch)
{
	int stroke, count = 0;

	while (count < KEYS_AT_ONCE && watch->end == WATCH_GOES_ON &&
	       (stroke = terminal_stroke(watch->screen->terminal)) != STROKE_NONE) {
		take_key(watch, stroke);
		count++;
	}
	watch->screen->empty_reads = count > 0 ? 0 : watch->screen->empty_reads + 1;
}

/* Readable, with nothing to read, again and again: the other end is gone. */
static bool is_hung_up(const struct watch_screen *screen, short events)
{
	int waiting = 0;

	if (events & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	if (!(events & POLLIN) || screen->empty_reads < EMPTY_READS_MOST)
		return false;
	return ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0 || waiting == 0;
}

uint32_t watch_screen_poll(const struct watch *watch, struct pollfd *descriptors)
{
	descriptors[0] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	descriptors[1] = (struct pollfd){ .fd = watch->screen->errors, .events = POLLIN };
	return WATCH_SCREEN_DESCRIPTORS;
}

void watch_screen_take(struct watch *watch, const struct pollfd *descriptors)
{
	short events = descriptors[0].revents;

	if (is_hung_up(watch->screen, events)) {
		watch_end_with(watch, WATCH_HUNG_UP);
		return;
	}
	if (signals_want_stop())
		suspend(watch);
	if (signals_continued()) {
		/* Stopped by force: the shell had the terminal. */
		terminal_suspend(watch->screen->terminal);
		terminal_resume(watch->screen->terminal);
		watch->screen->anew = watch->screen->dirty = true;
	}
	/* A changed size comes as a key without any byte, so the keys are asked for in any case. */
	take_keys(watch);
	if (!(events & POLLIN))
		watch->screen->empty_reads = 0;
	if (descriptors[1].revents)
		take_errors(watch);
}
