// SPDX-License-Identifier: GPL-2.0-or-later
/* The terminal itself, by way of a pseudo terminal: what is sent to it, what its keys become, and how it is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/curses.h"

enum { ROWS = 12, COLUMNS = 60, PATIENCE = 5000, MOST_OUTPUT = 65536, DIED = 90 };

/* What the program on the terminal does. It must not return into the test. */
typedef int (*program)(int report);

struct session {
	pid_t child;
	int terminal, report;
	char output[MOST_OUTPUT];
	size_t length;
};

static void start(struct session *session, const char *term, const char *locale, program run)
{
	const struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
	int pipes[2];

	*session = (struct session){ .length = 0 };
	assert_int_equal(pipe(pipes), 0);
	session->child = forkpty(&session->terminal, NULL, NULL, &size);
	assert_true(session->child >= 0);
	if (session->child == 0) {
		setenv("TERM", term, 1);
		unsetenv("LINES");
		unsetenv("COLUMNS");
		_exit(setlocale(LC_CTYPE, locale) != NULL ? run(pipes[1]) : DIED);
	}
	close(pipes[1]);
	session->report = pipes[0];
}

/* Reads the terminal until nothing comes for a while, or it is closed. */
static void listen(struct session *session, int wait)
{
	struct pollfd descriptor = { .fd = session->terminal, .events = POLLIN };

	while (session->length + 1 < MOST_OUTPUT && poll(&descriptor, 1, wait) > 0) {
		ssize_t got =
		    read(session->terminal, session->output + session->length, MOST_OUTPUT - 1 - session->length);

		if (got <= 0)
			break;
		session->length += (size_t)got;
	}
	session->output[session->length] = '\0';
}

/* The number that the program reports next. */
static int next_number(struct session *session)
{
	struct pollfd descriptors[] = { { .fd = session->report, .events = POLLIN },
					{ .fd = session->terminal, .events = POLLIN } };
	int number = -1;

	while (poll(descriptors, 2, PATIENCE) > 0) {
		if (descriptors[1].revents & POLLIN)
			listen(session, 0);
		if (descriptors[0].revents)
			break;
	}
	assert_int_equal(read(session->report, &number, sizeof number), sizeof number);
	return number;
}

static int finish(struct session *session)
{
	int status;

	listen(session, 200);
	assert_int_equal(waitpid(session->child, &status, 0), session->child);
	listen(session, 0);
	close(session->terminal);
	close(session->report);
	return WIFEXITED(status) ? WEXITSTATUS(status) : DIED;
}

static void tell(int report, int number)
{
	if (write(report, &number, sizeof number) != sizeof number)
		_exit(DIED);
}

static void show(struct terminal *terminal)
{
	struct grid grid = GRID_INIT;
	struct region region;
	int rows, columns;

	terminal_size(terminal, &rows, &columns);
	grid_resize(&grid, rows, columns, NULL);
	grid.ascii = terminal_is_ascii(terminal);
	region = grid_region(&grid);
	region_put(&region, 0, 0, ROLE_BAD, "FAULT");
	region_put(&region, 1, 0, ROLE_LINE, "\xe2\x94\x80\xe2\x94\x80");
	region_put(&region, 2, 0, ROLE_PLAIN, "\xe6\xbc\xa2.");
	region_put(&region, rows - 1, columns - 8, ROLE_PLAIN, "last");
	terminal_show(terminal, &grid, false);
	grid_free(&grid);
}

/* --- programs --- */

static int show_once(int report)
{
	const struct terminal_options options = { .theme = THEME_COLOUR };
	struct terminal *terminal;
	int rows, columns;

	if (terminal_open(&terminal, &options, NULL) != 0)
		return 3;
	terminal_size(terminal, &rows, &columns);
	tell(report, rows);
	tell(report, columns);
	show(terminal);
	terminal_close(terminal);
	return 0;
}

/* Tells each stroke until q. */
static int tell_strokes(int report)
{
	const struct terminal_options options = { .theme = THEME_MONO, .mouse = true };
	struct pollfd descriptor = { .fd = STDIN_FILENO, .events = POLLIN };
	struct terminal *terminal;
	int stroke = STROKE_NONE;

	if (terminal_open(&terminal, &options, NULL) != 0)
		return 3;
	show(terminal);
	tell(report, 0);
	/* A change of size interrupts the wait, and is a stroke. */
	while (stroke != 'q' && (poll(&descriptor, 1, PATIENCE) > 0 || errno == EINTR))
		while (stroke != 'q' && (stroke = terminal_stroke(terminal)) != STROKE_NONE)
			tell(report, stroke);
	terminal_close(terminal);
	return 0;
}

static int crash(int report)
{
	const struct terminal_options options = { .theme = THEME_COLOUR };
	struct terminal *terminal;

	if (terminal_open(&terminal, &options, NULL) != 0)
		return 3;
	show(terminal);
	tell(report, 0);
	terminal_rescue();
	return 0;
}

static bool echoes(const struct session *session)
{
	struct termios settings;

	assert_int_equal(tcgetattr(session->terminal, &settings), 0);
	return (settings.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
}

/* --- tests --- */

static void test_a_screen_is_shown_and_the_terminal_left_as_it_was(void **state)
{
	struct session session;

	(void)state;
	start(&session, "xterm-256color", "C.UTF-8", show_once);
	assert_int_equal(next_number(&session), ROWS);
	assert_int_equal(next_number(&session), COLUMNS);
	assert_int_equal(finish(&session), 0);
	assert_non_null(strstr(session.output, "FAULT"));
	assert_non_null(strstr(session.output, "\033[31m"));
	assert_non_null(strstr(session.output, "\xe2\x94\x80"));
	assert_non_null(strstr(session.output, "\xe6\xbc\xa2."));
	assert_non_null(strstr(session.output, "last"));
	/* Out of the alternate screen, the cursor shown again. */
	assert_non_null(strstr(session.output, "\033[?1049l"));
	assert_non_null(strstr(session.output, "\033[?12l\033[?25h"));
}

static void test_a_terminal_without_unicode_gets_ascii(void **state)
{
	struct session session;

	(void)state;
	start(&session, "vt100", "C", show_once);
	next_number(&session);
	next_number(&session);
	assert_int_equal(finish(&session), 0);
	assert_non_null(strstr(session.output, "--"));
	for (size_t i = 0; i < session.length; i++)
		assert_true((unsigned char)session.output[i] < 0x80);
	assert_null(strstr(session.output, "\033[31m"));
}

static void test_a_terminal_that_is_not_known_is_refused(void **state)
{
	struct session session;

	(void)state;
	start(&session, "no-such-terminal", "C", show_once);
	assert_int_equal(finish(&session), 3);
}

static void test_a_dumb_terminal_gets_text(void **state)
{
	struct session session;

	(void)state;
	start(&session, "dumb", "C", show_once);
	assert_int_equal(next_number(&session), ROWS);
	assert_int_equal(next_number(&session), COLUMNS - 1);
	assert_int_equal(finish(&session), 0);
	assert_non_null(strstr(session.output, "FAULT\r\n--\r\n"));
	assert_null(strchr(session.output, '\033'));
}

static void expect_stroke(struct session *session, const char *typed, int stroke)
{
	assert_int_equal(write(session->terminal, typed, strlen(typed)), (ssize_t)strlen(typed));
	assert_int_equal(next_number(session), stroke);
}

static void expect_common_strokes(struct session *session)
{
	expect_stroke(session, "a", 'a');
	expect_stroke(session, "\r", STROKE_ENTER);
	expect_stroke(session, "\t", STROKE_TAB);
	expect_stroke(session, "\033", STROKE_ESCAPE);
	expect_stroke(session, "\177", STROKE_BACKSPACE);
	expect_stroke(session, "\010", STROKE_BACKSPACE);
	expect_stroke(session, "\014", STROKE_CTRL('L'));
	expect_stroke(session, "\033OA", STROKE_UP);
	expect_stroke(session, "\033OB", STROKE_DOWN);
}

static void test_keys_of_a_terminal_become_strokes(void **state)
{
	struct session session;

	(void)state;
	start(&session, "xterm-256color", "C.UTF-8", tell_strokes);
	assert_int_equal(next_number(&session), 0);
	assert_false(echoes(&session));
	expect_common_strokes(&session);
	expect_stroke(&session, "\033[6~", STROKE_PAGE_DOWN);
	expect_stroke(&session, "\033[Z", STROKE_BACK_TAB);
	expect_stroke(&session, "\xc3\xa9", 0xe9);
	expect_stroke(&session, "\033[<0;5;3M", stroke_click(2, 4));
	expect_stroke(&session, "\033[<64;5;3M", STROKE_WHEEL_UP);
	assert_int_equal(ioctl(session.terminal, TIOCSWINSZ, &(struct winsize){ .ws_row = 30, .ws_col = 99 }), 0);
	assert_int_equal(write(session.terminal, "b", 1), 1);
	/* In either order: a signal, and a byte. */
	assert_int_equal(next_number(&session) + next_number(&session), 'b' + STROKE_RESIZE);
	expect_stroke(&session, "q", 'q');
	assert_int_equal(finish(&session), 0);
	assert_non_null(strstr(session.output, "1000h"));
	assert_non_null(strstr(session.output, "1000l"));
}

static void test_keys_of_a_dumb_terminal_become_strokes(void **state)
{
	struct session session;

	(void)state;
	start(&session, "dumb", "C.UTF-8", tell_strokes);
	assert_int_equal(next_number(&session), 0);
	assert_false(echoes(&session));
	expect_common_strokes(&session);
	expect_stroke(&session, "\xc3\xa9", 0xe9);
	expect_stroke(&session, "q", 'q');
	assert_int_equal(finish(&session), 0);
}

static void test_a_crash_leaves_a_usable_terminal(void **state)
{
	struct session session;

	(void)state;
	start(&session, "xterm", "C.UTF-8", crash);
	assert_int_equal(next_number(&session), 0);
	assert_int_equal(finish(&session), 0);
	assert_non_null(strstr(session.output, "\033[?1049l"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_screen_is_shown_and_the_terminal_left_as_it_was),
		cmocka_unit_test(test_a_terminal_without_unicode_gets_ascii),
		cmocka_unit_test(test_a_terminal_that_is_not_known_is_refused),
		cmocka_unit_test(test_a_dumb_terminal_gets_text),
		cmocka_unit_test(test_keys_of_a_terminal_become_strokes),
		cmocka_unit_test(test_keys_of_a_dumb_terminal_become_strokes),
		cmocka_unit_test(test_a_crash_leaves_a_usable_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
