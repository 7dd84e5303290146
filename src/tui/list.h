// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A list: rows and columns of which a part is seen. What a list is of says its
 * `struct list_kind`; what is selected, sorted and filtered stands in its
 * `struct list`. Items are numbers that mean something to the kind only.
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include <string.h>

#include "tui/filter.h"
#include "tui/grid.h"
#include "tui/model.h"

enum { LIST_MAX_COLUMNS = FILTER_MAX_COLUMNS, LIST_CELL_SIZE = 200, LIST_HEADED_ROWS = 8 };

struct list_column {
	const char *name; /* for the filter and the chooser; lower case, one word */
	const char *heading;
	const char *brief; /* a heading for narrow screens, or NULL */
	int most;          /* columns that it takes at most; 0: the last one, takes what is left */
	int drop;          /* 0: stays; of the others the highest goes first where there is too little room */
	bool right;        /* numbers */
};

struct list_cell {
	enum cell_role role;
	char text[LIST_CELL_SIZE];
};

/* Cut where it is too long. */
static inline void list_cell_set(struct list_cell *cell, const char *string)
{
	if (memccpy(cell->text, string, '\0', sizeof cell->text) == NULL)
		cell->text[sizeof cell->text - 1] = '\0';
}

/* Two halves, the first one weighs more. */
struct list_rank {
	uint64_t high, low;
};

/* What an item is, whatever its place: compared as a whole, so unused bytes are zero. */
struct list_identity {
	const void *what;
	struct ip ip, other;
	struct mac mac;
	uint32_t more;
	uint64_t number;
};

struct screen;

struct list_kind {
	const char *title;
	const char *nothing; /* what stands there when there are no items */
	const struct list_column *columns;
	unsigned column_count;
	bool endless; /* the newest item is last: follows, and is never sorted */
	uint64_t (*count)(const struct model *model);
	void (*cell)(const struct screen *screen, const struct model *model, uint64_t item, unsigned column,
		     struct list_cell *cell);
	/* All cells of a row at once, where that is cheaper; or NULL. */
	void (*row)(const struct screen *screen, const struct model *model, uint64_t item, struct list_cell cells[]);
	struct list_rank (*rank)(const struct model *model, uint64_t item, unsigned column);
	struct list_identity (*identity)(const struct model *model, uint64_t item);
	bool (*trouble)(const struct screen *screen, const struct model *model, uint64_t item); /* where `n` stops */
	/* Lists in groups: a number that grows, and a line above the first of each. NULL: there are none. */
	uint32_t (*group)(const struct model *model, uint64_t item);
	void (*title_of)(const struct model *model, uint64_t item, const struct region *region, int row);
};

struct list {
	const struct list_kind *kind;
	uint64_t *order; /* items as shown; NULL: `base` and those that follow */
	uint64_t base, shown;
	size_t room;
	bool valid;
	uint64_t generation;
	struct list_identity
	    selected_identity; /* of what the user chose; until then the first, or newest, is selected */
	bool has_selected;
	uint64_t selected, top; /* places in the order */
	int sort;               /* column, -1: as it comes */
	bool reversed, follow;
	uint32_t hidden; /* columns that the user does not want, 1 << column */
	unsigned scroll; /* columns left out behind the first */
	int height;      /* rows of items drawn last */
	bool bare;       /* drawn without the line of headings */
	struct filter filter;
};

void list_init(struct list *list, const struct list_kind *kind);
void list_free(struct list *list);

static inline uint64_t list_item(const struct list *list, uint64_t place)
{
	return list->order != NULL ? list->order[place] : list->base + place;
}

/* Whether something is selected; `item` then says what. */
bool list_selected(const struct list *list, uint64_t *item);

/* Sorts and filters where that is out of date, and finds what was selected again. False: memory ran out. */
bool list_prepare(struct list *list, const struct screen *screen, const struct model *model);
/* Behind a change of what `order`, `base` and `shown` are: finds the selected item's new place. */
void list_settle(struct list *list, const struct model *model);
/* All cells of a row. */
void list_row(const struct list *list, const struct screen *screen, const struct model *model, uint64_t item,
	      struct list_cell cells[static LIST_MAX_COLUMNS]);
bool list_row_fits(const struct list *list, const struct screen *screen, const struct model *model, uint64_t item);

void list_select(struct list *list, const struct model *model, uint64_t place);
void list_move(struct list *list, const struct model *model, int64_t by);
/* To the next item that is trouble (or the one before), around the end. False: there is none. */
bool list_seek(struct list *list, const struct screen *screen, const struct model *model, int direction);
/* To the item that is `identity`. False: it is not shown. */
bool list_find(struct list *list, const struct model *model, const struct list_identity *identity);
void list_set_filter(struct list *list, const char *text);
void list_sort_by(struct list *list, int step);

/* Lines that the list would like to have, headings included. */
int list_lines(const struct list *list, const struct model *model, int most);
void list_draw(struct list *list, const struct screen *screen, const struct model *model, const struct region *region,
	       bool focused);

/* Selects what is drawn at a row of the region that list_draw() had. */
void list_click(struct list *list, const struct model *model, int row);
/* All of it as lines of text. */
int list_text(struct list *list, const struct screen *screen, const struct model *model, int columns, struct text *into,
	      struct error *error);

#endif
