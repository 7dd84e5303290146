// SPDX-License-Identifier: GPL-2.0-or-later
#include "tui/plain.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "report/utf8.h"
#include "tui/keys.h"

void plain_resume(struct plain *plain)
{
	struct termios raw = plain->settings;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

void plain_suspend(struct plain *plain)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &plain->settings);
	text_clear(&plain->body);
}

void plain_open(struct plain *plain, const struct termios *settings)
{
	*plain = (struct plain){ .settings = *settings };
	plain_resume(plain);
}

void plain_close(struct plain *plain)
{
	plain_suspend(plain);
	text_free(&plain->body);
}

/* A line that fills the last column would end twice. */
void plain_size(int *rows, int *columns)
{
	struct winsize size = { .ws_row = 0 };
	bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;

	*rows = known ? size.ws_row : 24;
	*columns = known ? size.ws_col - 1 : 79;
}

/* --- strokes --- */

static int take(struct plain *plain, size_t count, int stroke)
{
	plain->typed_count -= count;
	memmove(plain->typed, plain->typed + count, plain->typed_count + 1);
	plain->stroke_taken = true;
	return stroke;
}

/* What sends no sequence of its own comes as ECMA-48 or VT100 have it, whatever TERM says. */
static int take_sequence(struct plain *plain)
{
	static const struct {
		const char *bytes;
		int stroke;
	} sequences[] = {
		{ "\033[A", STROKE_UP },       { "\033[B", STROKE_DOWN },       { "\033[C", STROKE_RIGHT },
		{ "\033[D", STROKE_LEFT },     { "\033OA", STROKE_UP },         { "\033OB", STROKE_DOWN },
		{ "\033OC", STROKE_RIGHT },    { "\033OD", STROKE_LEFT },       { "\033[H", STROKE_HOME },
		{ "\033[F", STROKE_END },      { "\033[1~", STROKE_HOME },      { "\033[4~", STROKE_END },
		{ "\033[5~", STROKE_PAGE_UP }, { "\033[6~", STROKE_PAGE_DOWN }, { "\033[3~", STROKE_DELETE },
		{ "\033[Z", STROKE_BACK_TAB }, { "\033OP", STROKE_F1 },
	};

	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
		size_t length = strlen(sequences[i].bytes);

		if (plain->typed_count >= length && memcmp(plain->typed, sequences[i].bytes, length) == 0)
			return take(plain, length, sequences[i].stroke);
	}
	return take(plain, 1, STROKE_ESCAPE);
}

int plain_stroke(struct plain *plain)
{
	const char *at = plain->typed;
	uint32_t code;

	if (plain->typed_count == 0) {
		ssize_t got = read(STDIN_FILENO, plain->typed, sizeof plain->typed - 1);

		plain->typed_count = got > 0 ? (size_t)got : 0;
		plain->typed[plain->typed_count] = '\0';
	}
	if (plain->typed_count == 0)
		return STROKE_NONE;
	if (plain->typed[0] == '\033')
		return take_sequence(plain);
	if (plain->typed[0] == '\n' || plain->typed[0] == '\r')
		return take(plain, 1, STROKE_ENTER);
	if (plain->typed[0] == '\b')
		return take(plain, 1, STROKE_BACKSPACE);
	code = utf8_next(&at);
	if (code == 0)
		return take(plain, 1, STROKE_UNKNOWN);
	return take(plain, (size_t)(at - plain->typed), code == UTF8_REPLACEMENT ? STROKE_UNKNOWN : (int)code);
}

/* --- pictures --- */

static void write_all(const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t wrote = write(STDOUT_FILENO, bytes, length);

		if (wrote <= 0)
			return; /* a lost terminal shows in poll(2) */
		bytes += wrote;
		length -= (size_t)wrote;
	}
}

/* The text without its first line and its last but one, which change all the time. */
static void copy_body(const struct text *text, int rows, struct text *body)
{
	const char *at = text_string(text);

	text_clear(body);
	for (int row = 0; row < rows && *at != '\0'; row++) {
		size_t length = strcspn(at, "\n") + 1;

		if (row > 0 && row != rows - 2)
			text_add_bytes(body, at, length);
		at += length;
	}
}

void plain_show(struct plain *plain, const struct grid *grid, bool anew)
{
	struct text text = TEXT_INIT, body = TEXT_INIT;

	grid_text(grid, &text);
	copy_body(&text, grid->rows, &body);
	if (!text.failed && !body.failed &&
	    (anew || plain->stroke_taken || strcmp(text_string(&body), text_string(&plain->body)) != 0)) {
		write_all("\n", 1);
		write_all(text_string(&text), text.length > 0 ? text.length - 1 : 0);
	}
	plain->stroke_taken = false;
	text_free(&plain->body);
	plain->body = body;
	text_free(&text);
}
