// SPDX-License-Identifier: GPL-2.0-or-later
/* The terminal by way of ncurses: the only file that knows it. One terminal at a time. */
#ifndef TUI_CURSES_H
#define TUI_CURSES_H

#include <stdbool.h>

#include "base/error.h"
#include "tui/grid.h"
#include "tui/keys.h"
#include "tui/screen.h"

struct terminal_options {
	enum theme theme; /* mono where the terminal has no colours, too */
	bool mouse;
};

struct terminal;

/*
 * Takes the terminal of stdin and stdout over. The caller has set the locale (LC_CTYPE). ERROR_SYSTEM where TERM is not
 * known or either is no terminal. ncurses handles SIGWINCH (terminal_stroke() then gives STROKE_RESIZE) and SIGTSTP;
 * SIGINT, SIGTERM and SIGHUP are the caller's, who closes the terminal: Ctrl-C is a signal, not a stroke.
 */
int terminal_open(struct terminal **terminal, const struct terminal_options *options, struct error *error);
/* Gives the terminal back as it was. NULL is legal. */
void terminal_close(struct terminal *terminal);

/* For Ctrl-Z: as terminal_close() and terminal_open(), but nothing is lost. */
void terminal_suspend(struct terminal *terminal);
void terminal_resume(struct terminal *terminal);

void terminal_size(const struct terminal *terminal, int *rows, int *columns);
/* Whether lines and other characters outside ASCII can be shown: by the locale. */
bool terminal_is_ascii(const struct terminal *terminal);
void terminal_set_theme(struct terminal *terminal, enum theme theme);
void terminal_set_mouse(struct terminal *terminal, bool on);

/* The next stroke, STROKE_NONE when all were read. Never waits; a lost terminal shows in poll(2) only. */
int terminal_stroke(struct terminal *terminal);

/* Shows the grid; ncurses sends what changed. `anew`: everything, as after another program wrote over it. */
void terminal_show(struct terminal *terminal, const struct grid *grid, bool anew);

/*
 * Leaves the alternate screen, shows the cursor, switches mouse and attributes off and restores the line settings, with
 * async-signal-safe calls only: for handlers of SIGSEGV and the like. Does nothing where no terminal is open.
 */
void terminal_rescue(void);

#endif
