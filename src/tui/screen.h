// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The screen: which view, what is selected, sorted, filtered, typed. Keys go
 * in, an order to the program comes out at times; the model is drawn into a
 * grid. No I/O, no clock.
 *
 *	screen_key()    for each key that was typed
 *	screen_work()   between events, as long as it says that there is more
 *	screen_draw()   when something changed
 *
 * Freezing is the caller's: while screen_is_frozen(), it goes on giving the
 * same report, past, nodes, replay and log, and may let `source` and `packets`
 * change.
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "tui/grid.h"
#include "tui/keys.h"
#include "tui/model.h"

enum theme { THEME_COLOUR, THEME_CONTRAST, THEME_MONO, THEME_COUNT };

/* "colour", "contrast" (blue and yellow instead of red and green), "mono" */
const char *theme_name(enum theme theme);

enum order_kind {
	ORDER_NONE,
	ORDER_QUIT,            /* the user is done */
	ORDER_REDRAW,          /* the terminal's contents are lost */
	ORDER_MOUSE,           /* `on` */
	ORDER_PROBE,           /* `address`, family 0: everything */
	ORDER_REPLAY,          /* `address`: to one real server, family 0: to all */
	ORDER_REPLAY_STOP,     /* the running replay */
	ORDER_REPLAY_PAUSE,    /* or go on */
	ORDER_REPLAY_RATE,     /* `number`: percent of the present rate */
	ORDER_EXPORT_VIEW,     /* `view` as text, to the file `text`, "": a name of the program's own */
	ORDER_EXPORT_REPORT,   /* the report as JSON, likewise */
	ORDER_EXPORT_EVIDENCE, /* the frames of `frames` as pcapng, likewise */
	ORDER_THEME,           /* the theme changed */
};

struct screen_order_frame {
	uint32_t input;
	uint64_t number;
};

/* What the program is to do. Valid until the next call of screen_key(). */
struct screen_order {
	enum order_kind kind;
	enum view view;
	bool on;
	uint32_t number;
	struct ip address;
	const char *text;                                     /* never NULL */
	struct screen_order_frame frames[FAULT_MAX_EVIDENCE]; /* those that prove the selected fault */
	uint32_t frame_count;                                 /* 0: of all faults */
};

struct screen_options {
	enum view view;
	enum theme theme;
	bool mouse;
};

struct screen;

int screen_new(struct screen **screen, const struct screen_options *options, struct error *error);
void screen_free(struct screen *screen); /* NULL is legal */

/* A stroke as curses.h gives it; unknown ones do nothing. */
const struct screen_order *screen_key(struct screen *screen, const struct model *model, int stroke);

/*
 * Draws all of the grid, which has the terminal's size and its `ascii`; any size is legal. ERROR_MEMORY where a list
 * could not be sorted; the grid is then drawn without it.
 */
int screen_draw(struct screen *screen, const struct model *model, struct grid *grid, struct error *error);

/*
 * Looks at `frames` more packets for the filter of the packets view; with 0 only says whether there are some to look
 * at. True while there is more to do.
 */
bool screen_work(struct screen *screen, const struct model *model, uint32_t frames);

bool screen_is_frozen(const struct screen *screen);
enum theme screen_theme(const struct screen *screen);
enum view screen_view(const struct screen *screen);
bool screen_mouse(const struct screen *screen);

/*
 * The whole of a view as plain text: what the screen has room for and what it has not, with the filter and order of
 * `screen`, which may be NULL. `width` is the widest line, 40 at least. The text may be passed on piece by piece.
 */
int screen_text(const struct screen *screen, enum view view, const struct model *model, int width, struct text *into,
		struct error *error);

#endif
