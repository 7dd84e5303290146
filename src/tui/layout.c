// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which panes stand where. A view is one column of panes, on wide screens two.
 * Where rows are few, panes go in a fixed order: bytes, hosts, details, replay, why, faults; the view's own stays.
 */
#include <string.h>

#include "tui/screen_private.h"

enum { WIDE_COLUMNS = 120, WIDE_ROWS = 30, SMALL_COLUMNS = 40, SMALL_ROWS = 8, HEADING = 1 };

struct plan {
	enum pane panes[4];
	int count;
};

static const struct plan narrow[VIEW_COUNT] = {
	[VIEW_MATRIX] = { { PANE_MATRIX, PANE_FAULTS, PANE_WHY }, 3 },
	[VIEW_HOSTS] = { { PANE_HOSTS, PANE_HOST }, 2 },
	[VIEW_FAULTS] = { { PANE_FAULTS, PANE_WHY }, 2 },
	[VIEW_PACKETS] = { { PANE_PACKETS, PANE_TREE, PANE_BYTES }, 3 },
	[VIEW_REPLAY] = { { PANE_REPLAY, PANE_SERVER }, 2 },
	[VIEW_LOG] = { { PANE_LOG }, 1 },
};

static const struct plan left[VIEW_COUNT] = {
	[VIEW_MATRIX] = { { PANE_MATRIX, PANE_HOSTS, PANE_PACKETS, PANE_BYTES }, 4 },
	[VIEW_HOSTS] = { { PANE_HOSTS }, 1 },
	[VIEW_FAULTS] = { { PANE_FAULTS }, 1 },
	[VIEW_PACKETS] = { { PANE_PACKETS, PANE_BYTES }, 2 },
	[VIEW_REPLAY] = { { PANE_REPLAY, PANE_SERVER }, 2 },
	[VIEW_LOG] = { { PANE_LOG }, 1 },
};

static const struct plan right[VIEW_COUNT] = {
	[VIEW_MATRIX] = { { PANE_FAULTS, PANE_WHY, PANE_REPLAY }, 3 },
	[VIEW_HOSTS] = { { PANE_HOST }, 1 },
	[VIEW_FAULTS] = { { PANE_WHY }, 1 },
	[VIEW_PACKETS] = { { PANE_TREE }, 1 },
};

/* The first goes first. Panes that are missing here stay. */
static const enum pane going[] = { PANE_BYTES,  PANE_HOSTS,   PANE_SERVER, PANE_HOST,  PANE_TREE,
				   PANE_REPLAY, PANE_PACKETS, PANE_WHY,    PANE_FAULTS };

bool layout_is_small(const struct grid *grid)
{
	return grid->columns < SMALL_COLUMNS || grid->rows < SMALL_ROWS;
}

/* Rows that a pane must have, its heading line not counted. */
static int least_rows(enum pane pane)
{
	return pane == PANE_WHY ? 4 : pane == PANE_BYTES || pane == PANE_FAULTS ? 2 : 3;
}

/* Rows of all that a list has to show. Pages can use whatever there is. */
static int wanted_rows(const struct screen *screen, const struct model *model, enum pane pane, int most)
{
	int lines;

	if (pane >= (enum pane)VIEW_COUNT)
		return pane != PANE_BYTES ? most : most < 30 ? 3 : 5;
	lines = list_lines(&screen->lists[pane], model, most);
	if (pane == PANE_MATRIX && screen->lists[pane].shown > 0)
		lines++; /* the legend */
	else if (pane != (enum pane)screen->view && lines < LIST_HEADED_ROWS)
		lines--; /* no headings */
	return lines < least_rows(pane) ? least_rows(pane) : lines;
}

static int total_of(const int rows[], int count)
{
	int total = 0;

	for (int i = 0; i < count; i++)
		total += rows[i];
	return total;
}

static void drop_pane(struct plan *plan, const struct screen *screen)
{
	for (size_t g = 0; g < sizeof going / sizeof *going; g++)
		for (int i = 1; i < plan->count; i++) {
			if (plan->panes[i] != going[g] || going[g] == (enum pane)screen->view)
				continue;
			memmove(&plan->panes[i], &plan->panes[i + 1],
				(size_t)(plan->count - i - 1) * sizeof *plan->panes);
			plan->count--;
			return;
		}
	plan->count--;
}

/* The share of the rows that a list in company may take, in percent. */
static int share(const struct screen *screen, enum pane pane)
{
	if (pane == PANE_PACKETS && screen->view == VIEW_PACKETS)
		return 40;
	if (pane == (enum pane)screen->view)
		return screen->view == VIEW_MATRIX ? 45 : 60;
	if (pane == PANE_FAULTS && screen->lists[VIEW_MATRIX].shown > 0)
		return 25;
	return 30;
}

/* `first_headed`: whether the first pane has a heading line, too. */
static void share_out(const struct screen *screen, const struct model *model, const struct plan *plan, int rows,
		      bool first_headed, int given[])
{
	int last = plan->count - 1, spare;

	for (int i = 0; i < plan->count; i++)
		given[i] = least_rows(plan->panes[i]) + (i > 0 || first_headed);
	spare = rows - total_of(given, plan->count);
	for (int i = 0; i < plan->count && spare > 0; i++) {
		int wanted = wanted_rows(screen, model, plan->panes[i], rows) + (i > 0 || first_headed);
		int most = rows * share(screen, plan->panes[i]) / 100;
		int more = (wanted < most || plan->panes[i] == PANE_BYTES ? wanted : most) - given[i];

		if (plan->panes[i] >= (enum pane)VIEW_COUNT && plan->panes[i] != PANE_BYTES)
			continue;
		more = more < 0 ? 0 : more > spare ? spare : more;
		given[i] += more;
		spare -= more;
	}
	/* What is left goes to a page that can use it, else to the last list. */
	for (int i = 0; i < plan->count; i++)
		if (plan->panes[i] >= (enum pane)VIEW_COUNT && plan->panes[i] != PANE_BYTES)
			last = i;
	if (plan->panes[last] == PANE_BYTES && last > 0)
		last--;
	given[last] += spare;
}

static void place_column(struct screen *screen, const struct model *model, struct plan plan,
			 const struct pane_place *area, bool first_headed)
{
	int given[4] = { 0 }, row = area->row;

	for (;;) {
		int least = 0;

		for (int i = 0; i < plan.count; i++)
			least += least_rows(plan.panes[i]) + HEADING;
		if (least <= area->rows || plan.count <= 1)
			break;
		drop_pane(&plan, screen);
	}
	if (plan.count == 0)
		return;
	share_out(screen, model, &plan, area->rows, first_headed, given);
	if (plan.count == 1)
		given[0] = area->rows;
	for (int i = 0; i < plan.count && screen->place_count < MOST_PANES; i++) {
		screen->places[screen->place_count++] = (struct pane_place){ .pane = plan.panes[i],
									     .row = row,
									     .column = area->column,
									     .rows = given[i],
									     .columns = area->columns,
									     .headed = first_headed || i > 0 };
		row += given[i];
	}
}

static bool is_placed(const struct screen *screen, enum pane pane)
{
	for (int i = 0; i < screen->place_count; i++)
		if (screen->places[i].pane == pane)
			return true;
	return false;
}

/* Where nothing was replayed, its pane is of no use beside others. */
static struct plan right_of(enum view view, const struct model *model)
{
	struct plan plan = right[view];

	if (view == VIEW_MATRIX && model->replay.server_count == 0)
		plan.count--;
	return plan;
}

/* The view's name says what its first pane is; a heading line is for what else there is to say of it. */
static bool needs_heading(const struct screen *screen, const struct model *model)
{
	const struct list *list = &screen->lists[screen->view];

	return list->kind->endless || list->filter.text[0] != '\0' || list->sort >= 0 || list->reversed ||
	       (screen->view == VIEW_REPLAY && model->replay.name != NULL);
}

void layout_make(struct screen *screen, const struct model *model, int row, int rows, int columns)
{
	bool wide = columns >= WIDE_COLUMNS && rows >= WIDE_ROWS - 4;
	struct pane_place area = { .row = row, .rows = rows, .columns = columns };
	enum view view = screen->view;

	screen->place_count = 0;
	if (screen->maximised) {
		place_column(screen, model, (struct plan){ { screen_focus(screen) }, 1 }, &area, true);
		return;
	}
	if (!wide || right[view].count == 0) {
		place_column(screen, model, wide ? left[view] : narrow[view], &area,
			     wide || needs_heading(screen, model));
	} else {
		area.columns = columns * 61 / 100;
		place_column(screen, model, left[view], &area, true);
		area.column = area.columns + 1;
		area.columns = columns - area.column;
		place_column(screen, model, right_of(view, model), &area, true);
	}
	if (!is_placed(screen, screen->focus[view]))
		screen->focus[view] = (enum pane)view;
}
