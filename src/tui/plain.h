// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A terminal that cannot move its cursor (TERM=dumb: a printer, a shell inside an editor). Each new picture is printed
 * below the one before, and only where more than clocks and counters changed. For curses.c.
 */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include <stdbool.h>
#include <termios.h>

#include "base/text.h"
#include "tui/grid.h"

struct plain {
	struct termios settings; /* as they were */
	struct text body;        /* of the picture that was printed last, without title and status */
	char typed[64];          /* read, and not yet taken for strokes */
	size_t typed_count;
	bool stroke_taken; /* since the last picture */
};

void plain_open(struct plain *plain, const struct termios *settings);
void plain_close(struct plain *plain);
void plain_suspend(struct plain *plain);
void plain_resume(struct plain *plain);
void plain_size(int *rows, int *columns);
int plain_stroke(struct plain *plain);
void plain_show(struct plain *plain, const struct grid *grid, bool anew);

#endif
