// SPDX-License-Identifier: GPL-2.0-or-later
#include "tui/curses.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "tui/plain.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
/* term.h takes common words for itself. */
#undef columns
#undef lines

enum { ESCAPE_DELAY = 25, PAIR_NONE = 0, PAIR_RED, PAIR_YELLOW, PAIR_GREEN, PAIR_CYAN, PAIR_BLUE, PAIR_COUNT };

struct terminal {
	SCREEN *screen; /* NULL: the terminal cannot position its cursor, `plain` is used instead */
	struct plain plain;
	enum theme theme;
	bool colours;
	bool mouse;
	bool ascii;
};

/* What terminal_rescue() needs, since a signal handler can be given nothing. Written before and after, never during. */
static struct {
	volatile bool open;
	struct termios settings;
	char sequence[128];
	size_t length;
} rescue;

struct look {
	attr_t attributes;
	short pair;
};

static const struct look looks[THEME_COUNT][ROLE_COUNT] = {
	[THEME_COLOUR] = {
		[ROLE_TITLE] = { A_BOLD, PAIR_NONE },    [ROLE_HEADING] = { A_BOLD, PAIR_NONE },
		[ROLE_LINE] = { 0, PAIR_CYAN },          [ROLE_BAD] = { A_BOLD, PAIR_RED },
		[ROLE_WARNING] = { 0, PAIR_YELLOW },     [ROLE_GOOD] = { 0, PAIR_GREEN },
		[ROLE_DIM] = { A_DIM, PAIR_NONE },       [ROLE_KEY] = { A_BOLD, PAIR_CYAN },
		[ROLE_BANNER] = { A_BOLD | A_REVERSE, PAIR_YELLOW }, [ROLE_INPUT] = { A_BOLD, PAIR_NONE },
	},
	[THEME_CONTRAST] = {
		[ROLE_TITLE] = { A_BOLD, PAIR_NONE },    [ROLE_HEADING] = { A_BOLD, PAIR_NONE },
		[ROLE_LINE] = { 0, PAIR_NONE },          [ROLE_BAD] = { A_BOLD, PAIR_YELLOW },
		[ROLE_WARNING] = { 0, PAIR_YELLOW },     [ROLE_GOOD] = { A_BOLD, PAIR_BLUE },
		[ROLE_DIM] = { 0, PAIR_NONE },           [ROLE_KEY] = { A_BOLD, PAIR_NONE },
		[ROLE_BANNER] = { A_BOLD | A_REVERSE, PAIR_NONE }, [ROLE_INPUT] = { A_BOLD, PAIR_NONE },
	},
	[THEME_MONO] = {
		[ROLE_TITLE] = { A_BOLD, PAIR_NONE },    [ROLE_HEADING] = { A_BOLD, PAIR_NONE },
		[ROLE_BAD] = { A_BOLD, PAIR_NONE },      [ROLE_DIM] = { A_DIM, PAIR_NONE },
		[ROLE_KEY] = { A_BOLD, PAIR_NONE },      [ROLE_BANNER] = { A_BOLD | A_REVERSE, PAIR_NONE },
		[ROLE_INPUT] = { A_BOLD, PAIR_NONE },
	},
};

static void add_capability(const char *name)
{
	const char *value = tigetstr(name);
	size_t length = value != NULL && value != (const char *)-1 ? strlen(value) : 0;

	/* Padding ("$<5>") is for terminals of another age. */
	if (length == 0 || strchr(value, '$') != NULL || rescue.length + length > sizeof rescue.sequence)
		return;
	memcpy(rescue.sequence + rescue.length, value, length);
	rescue.length += length;
}

static void prepare_rescue(void)
{
	static const char mouse_off[] = "\033[?1000l\033[?1006l";
	const char *mouse = tigetstr("kmous");

	rescue.length = 0;
	if (mouse != NULL && mouse != (const char *)-1) {
		memcpy(rescue.sequence, mouse_off, sizeof mouse_off - 1);
		rescue.length = sizeof mouse_off - 1;
	}
	add_capability("sgr0");
	add_capability("cnorm");
	add_capability("rmkx");
	add_capability("rmcup");
	rescue.open = true;
}

void terminal_rescue(void)
{
	int saved = errno;

	if (!rescue.open)
		return;
	if (write(STDOUT_FILENO, rescue.sequence, rescue.length) >= 0)
		tcsetattr(STDIN_FILENO, TCSANOW, &rescue.settings);
	errno = saved;
}

static void prepare_colours(struct terminal *terminal)
{
	static const short colours[PAIR_COUNT] = { -1, COLOR_RED, COLOR_YELLOW, COLOR_GREEN, COLOR_CYAN, COLOR_BLUE };

	terminal->colours = has_colors() && start_color() == OK && use_default_colors() == OK;
	for (short pair = 1; terminal->colours && pair < PAIR_COUNT; pair++)
		init_pair(pair, colours[pair], -1);
}

static void prepare_screen(struct terminal *terminal)
{
	set_escdelay(ESCAPE_DELAY);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	scrollok(stdscr, FALSE);
	curs_set(0);
	prepare_colours(terminal);
	terminal_set_mouse(terminal, terminal->mouse);
	prepare_rescue();
}

/* Whether the terminal is known, and cannot do what a screen needs. */
static bool is_plain(void)
{
	const char *move;
	int status;

	if (setupterm(NULL, STDOUT_FILENO, &status) != OK)
		return false;
	move = tigetstr("cup");
	del_curterm(cur_term);
	return move == NULL || move == (const char *)-1;
}

int terminal_open(struct terminal **terminal, const struct terminal_options *options, struct error *error)
{
	const char *name = getenv("TERM");
	struct terminal *made;

	*terminal = NULL;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &rescue.settings) != 0)
		return error_set(error, ERROR_SYSTEM, NULL,
				 "the screen needs a terminal; --once or --headless do without one");
	made = calloc(1, sizeof *made);
	if (made == NULL)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the terminal");
	made->theme = options->theme;
	made->mouse = options->mouse;
	made->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	*terminal = made;
	if (is_plain()) {
		plain_open(&made->plain, &rescue.settings);
		rescue.length = 0;
		rescue.open = true;
		return 0;
	}
	made->screen = newterm(NULL, stdout, stdin);
	if (made->screen == NULL) {
		*terminal = NULL;
		free(made);
		return error_set(error, ERROR_SYSTEM, NULL,
				 "the terminal TERM=%s is not known: set TERM, or use --once or --headless",
				 name != NULL ? name : "");
	}
	prepare_screen(made);
	return 0;
}

void terminal_close(struct terminal *terminal)
{
	if (terminal == NULL)
		return;
	terminal_suspend(terminal);
	if (terminal->screen != NULL)
		delscreen(terminal->screen);
	else
		plain_close(&terminal->plain);
	free(terminal);
}

void terminal_suspend(struct terminal *terminal)
{
	rescue.open = false;
	if (terminal->screen == NULL) {
		plain_suspend(&terminal->plain);
		return;
	}
	if (terminal->mouse)
		mousemask(0, NULL);
	endwin();
}

void terminal_resume(struct terminal *terminal)
{
	rescue.open = true;
	if (terminal->screen == NULL) {
		plain_resume(&terminal->plain);
		return;
	}
	refresh();
	terminal_set_mouse(terminal, terminal->mouse);
}

void terminal_size(const struct terminal *terminal, int *rows, int *columns)
{
	if (terminal->screen == NULL)
		plain_size(rows, columns);
	else
		getmaxyx(stdscr, *rows, *columns);
}

bool terminal_is_ascii(const struct terminal *terminal)
{
	return terminal->ascii;
}

void terminal_set_theme(struct terminal *terminal, enum theme theme)
{
	terminal->theme = theme;
}

void terminal_set_mouse(struct terminal *terminal, bool on)
{
	terminal->mouse = on;
	if (terminal->screen == NULL)
		return;
	mousemask(on ? BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
	mouseinterval(0);
}

static int mouse_stroke(void)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return STROKE_NONE;
	if (event.bstate & BUTTON4_PRESSED)
		return STROKE_WHEEL_UP;
	if (event.bstate & BUTTON5_PRESSED)
		return STROKE_WHEEL_DOWN;
	return event.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED) ? stroke_click(event.y, event.x) : STROKE_NONE;
}

static int special_stroke(wint_t key)
{
	static const struct {
		wint_t key;
		int stroke;
	} keys[] = {
		{ KEY_UP, STROKE_UP },
		{ KEY_DOWN, STROKE_DOWN },
		{ KEY_LEFT, STROKE_LEFT },
		{ KEY_RIGHT, STROKE_RIGHT },
		{ KEY_PPAGE, STROKE_PAGE_UP },
		{ KEY_NPAGE, STROKE_PAGE_DOWN },
		{ KEY_HOME, STROKE_HOME },
		{ KEY_END, STROKE_END },
		{ KEY_DC, STROKE_DELETE },
		{ KEY_BTAB, STROKE_BACK_TAB },
		{ KEY_BACKSPACE, STROKE_BACKSPACE },
		{ KEY_ENTER, STROKE_ENTER },
		{ KEY_F(1), STROKE_F1 },
		{ KEY_RESIZE, STROKE_RESIZE },
	};

	if (key == KEY_MOUSE)
		return mouse_stroke();
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].key == key)
			return keys[i].stroke;
	return STROKE_UNKNOWN;
}

int terminal_stroke(struct terminal *terminal)
{
	wint_t key;
	int kind;

	if (terminal->screen == NULL)
		return plain_stroke(&terminal->plain);
	kind = get_wch(&key);
	if (kind == ERR)
		return STROKE_NONE;
	if (kind == KEY_CODE_YES)
		return special_stroke(key);
	if (key == '\n' || key == '\r')
		return STROKE_ENTER;
	if (key == '\b')
		return STROKE_BACKSPACE;
	return key > 0 && key <= 0x10ffff ? (int)key : STROKE_UNKNOWN;
}

/*
 * What the C library takes for another width than the grid does would shift the rest of the line: a blank of the grid's
 * width stands there instead.
 */
static wchar_t shown_character(const struct cell *cell, bool wide)
{
	return wcwidth((wchar_t)cell->code) == 1 + wide ? (wchar_t)cell->code : L' ';
}

static void show_cell(const struct terminal *terminal, int row, int column, const struct cell *cell, bool wide)
{
	const struct look *look = &looks[terminal->colours ? terminal->theme : THEME_MONO][cell->role];
	attr_t attributes = look->attributes ^ (cell->flags & CELL_SELECTED ? A_REVERSE : 0);
	const wchar_t character[] = { shown_character(cell, wide), L'\0' };
	cchar_t shown;

	if (setcchar(&shown, character, attributes, look->pair, NULL) == OK)
		mvadd_wch(row, column, &shown);
}

void terminal_show(struct terminal *terminal, const struct grid *grid, bool anew)
{
	if (terminal->screen == NULL) {
		plain_show(&terminal->plain, grid, anew);
		return;
	}
	erase();
	for (int row = 0; row < grid->rows && row < LINES; row++) {
		const struct cell *cells = &grid->cells[(size_t)row * (size_t)grid->columns];

		for (int column = 0; column < grid->columns && column < COLS; column++) {
			bool wide = column + 1 < grid->columns && cells[column + 1].flags & CELL_RIGHT;

			if (!(cells[column].flags & CELL_RIGHT))
				show_cell(terminal, row, column, &cells[column], wide);
		}
	}
	if (anew)
		clearok(stdscr, TRUE);
	refresh();
}
