// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A grid of cells: what a screen shows, before any terminal knows of it.
 *
 * Views draw into a grid by way of regions: windows that clip, so that
 * nothing is ever written outside, whatever the sizes. Text comes in as
 * UTF-8 from anywhere (packets, configuration): control characters become
 * visible as \xNN, what is not UTF-8 becomes U+FFFD, combining marks are left
 * out, double width takes two cells or, where only one is left, a blank.
 */
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* What a cell's text is, not how it looks: themes say that. Words carry the meaning, roles only repeat it. */
enum cell_role {
	ROLE_PLAIN,
	ROLE_TITLE,   /* the first line, names of views */
	ROLE_HEADING, /* of columns and panes */
	ROLE_LINE,    /* what divides panes */
	ROLE_BAD,     /* errors, FAIL */
	ROLE_WARNING, /* warnings */
	ROLE_GOOD,    /* commands that repair */
	ROLE_DIM,     /* unknown, not applicable, past */
	ROLE_KEY,     /* what can be typed */
	ROLE_BANNER,  /* frozen, incomplete: must not be overlooked */
	ROLE_INPUT,   /* the line that is being typed */
	ROLE_COUNT
};

enum cell_flag {
	CELL_SELECTED = 1 << 0, /* shown reversed */
	CELL_RIGHT = 1 << 1,    /* the right half of a character of double width: code 0 */
};

struct cell {
	uint32_t code; /* code point; never a control character */
	uint8_t role;  /* enum cell_role */
	uint8_t flags; /* enum cell_flag */
};

/* No terminal is larger; what is asked for beyond is cut off. */
enum { GRID_MAX_ROWS = 16384, GRID_MAX_COLUMNS = 1024 };

struct grid {
	int rows, columns;
	struct cell *cells; /* row by row */
	size_t room;        /* cells allocated */
	bool ascii;         /* lines as - | +, anything else that is not ASCII as ? */
};

// clang-format off
#define GRID_INIT { .cells = NULL }
// clang-format on

/* Blanks of that size, 0 x 0 included; sizes beyond the limits are held to them. Keeps `ascii`. */
int grid_resize(struct grid *grid, int rows, int columns, struct error *error);
void grid_free(struct grid *grid);

bool grid_equal(const struct grid *a, const struct grid *b);

/* Lines of UTF-8 without blanks at their ends, each closed by a newline. */
void grid_text(const struct grid *grid, struct text *into);
/* The same for roles: a letter for each cell (grid.c has the table), upper case where it is selected. */
void grid_roles(const struct grid *grid, struct text *into);

/* A window of a grid with coordinates of its own. Sizes may be 0; nothing is drawn outside. */
struct region {
	struct grid *grid;
	int row, column, rows, columns;
};

struct region grid_region(struct grid *grid);
/* A part of a region, cut to it. */
struct region region_part(const struct region *region, int row, int column, int rows, int columns);

/* Puts `string` at a place and gives the column behind it, which is at most region->columns. */
int region_put(const struct region *region, int row, int column, enum cell_role role, const char *string);
int region_printf(const struct region *region, int row, int column, enum cell_role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Puts `string` so that it ends in front of `end`; its beginning goes where there is too little room. */
void region_put_right(const struct region *region, int row, int end, enum cell_role role, const char *string);
/* Puts at most `width` columns of it; the last becomes '~' where something was cut off. Gives column + width. */
int region_put_column(const struct region *region, int row, int column, int width, enum cell_role role,
		      const char *string);

/* Fills a row from a column to the end of the region. */
void region_fill(const struct region *region, int row, int column, enum cell_role role, uint32_t code);
/* All of it blank. */
void region_clear(const struct region *region);
/* Shows a row reversed (or not). */
void region_select(const struct region *region, int row);

/* Columns that `string` takes when put. */
int text_columns(const char *string);
/* Of a code point: 0 for combining marks, 1, or 2 (Unicode 15 East Asian Width W and F); 4 for a control character. */
int code_columns(uint32_t code);

#endif
