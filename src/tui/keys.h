// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keys, and what each does in which view. One table (keys.def) makes the
 * actions, the key bar, the help and the manual's list; a key that would have
 * two meanings in one view does not compile.
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum view { VIEW_MATRIX, VIEW_HOSTS, VIEW_FAULTS, VIEW_PACKETS, VIEW_REPLAY, VIEW_LOG, VIEW_COUNT };

/* "matrix", "hosts", "faults", "packets", "replay", "log" */
const char *view_name(enum view view);
/* By name or number 1-6; VIEW_COUNT where there is none. */
enum view view_find(const char *name);

/* A stroke is a Unicode code point (control keys as terminals send them), or one of these. */
enum stroke {
	STROKE_NONE = 0,
	STROKE_TAB = 9,
	STROKE_ENTER = 13,
	STROKE_ESCAPE = 27,
	STROKE_BACKSPACE = 127,
	STROKE_UP = 0x110000,
	STROKE_DOWN,
	STROKE_LEFT,
	STROKE_RIGHT,
	STROKE_PAGE_UP,
	STROKE_PAGE_DOWN,
	STROKE_HOME,
	STROKE_END,
	STROKE_DELETE,
	STROKE_BACK_TAB,
	STROKE_F1,
	STROKE_RESIZE,     /* the terminal's size changed: nothing to do but to draw */
	STROKE_WHEEL_UP,   /* mouse, where it is switched on */
	STROKE_WHEEL_DOWN, /* ... */
	STROKE_UNKNOWN,
	STROKE_CLICK = 0x200000, /* and above: see stroke_click() */
};
#define STROKE_CTRL(letter) ((letter)&0x1f)

/* A click at a cell of the grid. */
static inline int stroke_click(int row, int column)
{
	return STROKE_CLICK + (row & 0x3fff) * 0x400 + (column & 0x3ff);
}

/* "Up", "PgDn", "Enter", "Ctrl-L", "Space", "a" */
enum { STROKE_NAME_SIZE = 16 };
const char *stroke_name(int stroke, char buffer[static STROKE_NAME_SIZE]);

enum key_action {
	KEYS_NOTHING,
	KEYS_HELP,
	KEYS_VIEW_MATRIX,
	KEYS_VIEW_HOSTS,
	KEYS_VIEW_FAULTS,
	KEYS_VIEW_PACKETS,
	KEYS_VIEW_REPLAY,
	KEYS_VIEW_LOG,
	KEYS_OPEN,
	KEYS_BACK,
	KEYS_PANE_NEXT,
	KEYS_PANE_BEFORE,
	KEYS_MAXIMISE,
	KEYS_UP,
	KEYS_DOWN,
	KEYS_LEFT,
	KEYS_RIGHT,
	KEYS_PAGE_UP,
	KEYS_PAGE_DOWN,
	KEYS_FIRST,
	KEYS_LAST,
	KEYS_PROBE,
	KEYS_REPLAY_PAUSE,
	KEYS_REPLAY_STOP,
	KEYS_REPLAY_FASTER,
	KEYS_REPLAY_SLOWER,
	KEYS_FREEZE,
	KEYS_FILTER,
	KEYS_NEXT,
	KEYS_BEFORE,
	KEYS_SORT,
	KEYS_SORT_BEFORE,
	KEYS_REVERSE,
	KEYS_COLUMNS,
	KEYS_FOLLOW,
	KEYS_EXPLAIN,
	KEYS_REPLAY,
	KEYS_EXPORT,
	KEYS_THEME,
	KEYS_MOUSE,
	KEYS_COMMAND,
	KEYS_REDRAW,
	KEYS_QUIT,
};

struct key_binding {
	unsigned views; /* 1 << enum view, or'ed */
	int stroke;
	enum key_action action;
	const char *label;       /* in the key bar; "" for keys that are not shown there */
	const char *description; /* in the help and the manual; "" for a further key of the line before */
};

extern const struct key_binding key_bindings[];
extern const size_t key_binding_count;

enum key_action key_find(enum view view, int stroke);

/* The second binding of a stroke in one view, or NULL: the table has none, which the compiler sees to as well. */
const struct key_binding *key_duplicate(const struct key_binding *bindings, size_t count);

/* The manual's table: mdoc(7) lines, one item for each meaning. */
void keys_write_manual(struct text *into);

#endif
