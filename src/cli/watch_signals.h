// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Signals of a program that may own the terminal. They are held back but while
 * the loop waits, and only leave a mark; those of a crash give the terminal
 * back first, and then do what they would have done.
 */
#ifndef CLI_WATCH_SIGNALS_H
#define CLI_WATCH_SIGNALS_H

#include <stdbool.h>

/* Before the terminal is opened: ncurses leaves alone what is taken. `screen`: the stops and crashes, too. */
void signals_catch(bool screen);

/* The loop is over: what is held back comes in and is forgotten; from now on it ends the program. */
void signals_release(void);

bool signals_want_end(void); /* SIGINT, SIGTERM, SIGHUP came */
bool signals_hung_up(void);  /* the last one was SIGHUP */
/* Each is true once. */
bool signals_want_stop(void); /* SIGTSTP */
bool signals_continued(void); /* SIGCONT */

/* Stops this process as SIGTSTP does by itself, and comes back when it goes on. */
void signals_stop(void);

/* Where stderr goes when a crash is told of. -1: as it is. */
void signals_set_stderr(int descriptor);

#endif
