// SPDX-License-Identifier: GPL-2.0-or-later
/* How a list looks: which columns fit, how wide they are, and the rows. */
#include <string.h>

#include "tui/list.h"

enum { MARK = 2, GAP = 1, MOST_ROWS_MEASURED = 1000, LEAST_OF_LAST = 36 };

struct layout {
	int width[LIST_MAX_COLUMNS]; /* 0: not shown */
	bool brief, more;            /* brief headings; columns are missing at the right */
};

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static const char *heading_of(const struct list_column *column, bool brief)
{
	return brief && column->brief != NULL ? column->brief : column->heading;
}

static uint64_t end_of(const struct list *list, int rows)
{
	uint64_t left = list->shown - list->top;

	return list->top + (left < (uint64_t)rows ? left : (uint64_t)rows);
}

static void measure(const struct list *list, const struct screen *screen, const struct model *model, int rows,
		    int width[])
{
	int count = rows < MOST_ROWS_MEASURED ? rows : MOST_ROWS_MEASURED;

	memset(width, 0, LIST_MAX_COLUMNS * sizeof *width);
	for (uint64_t place = list->top; place < end_of(list, count); place++) {
		struct list_cell cells[LIST_MAX_COLUMNS];

		list_row(list, screen, model, list_item(list, place), cells);
		for (unsigned i = 0; i < list->kind->column_count; i++) {
			int most = list->kind->columns[i].most;

			width[i] = larger(width[i], text_columns(cells[i].text));
			if (most > 0 && width[i] > most)
				width[i] = most;
		}
	}
}

/* Columns without anything in them are not shown, if they may go at all. */
static bool is_shown(const struct list *list, unsigned i, const int content[], int dropped)
{
	const struct list_column *column = &list->kind->columns[i];

	if (i > 0 && i <= list->scroll)
		return false;
	if ((list->hidden >> i & 1) != 0)
		return false;
	return column->drop == 0 || (column->drop < dropped && content[i] > 0);
}

static int try_layout(const struct list *list, const int content[], int dropped, struct layout *layout)
{
	int total = MARK;

	for (unsigned i = 0; i < list->kind->column_count; i++) {
		const struct list_column *column = &list->kind->columns[i];

		layout->width[i] = 0;
		if (!is_shown(list, i, content, dropped))
			continue;
		layout->width[i] = larger(content[i], text_columns(heading_of(column, layout->brief)));
		/* The last one takes what is left, and is content with less than it wants. */
		if (column->most == 0 && layout->width[i] > LEAST_OF_LAST)
			total += LEAST_OF_LAST - layout->width[i];
		total += layout->width[i] + GAP;
	}
	return total - GAP;
}

static void choose_columns(const struct list *list, const int content[], int columns, struct layout *layout)
{
	int highest = 0;

	for (unsigned i = 0; i < list->kind->column_count; i++)
		highest = larger(highest, list->kind->columns[i].drop);
	for (int dropped = highest + 1; dropped > 0; dropped--) {
		layout->more = dropped <= highest;
		layout->brief = false;
		if (try_layout(list, content, dropped, layout) <= columns)
			return;
		layout->brief = true;
		if (try_layout(list, content, dropped, layout) <= columns)
			return;
	}
	layout->more = true;
}

static void draw_headings(const struct list *list, const struct region *region, const struct layout *layout)
{
	int column = MARK;

	for (unsigned i = 0; i < list->kind->column_count; i++) {
		const struct list_column *each = &list->kind->columns[i];
		const char *heading = heading_of(each, layout->brief);
		int width = each->most == 0 ? region->columns - column : layout->width[i];
		enum cell_role role = list->sort == (int)i ? ROLE_KEY : ROLE_HEADING;

		if (layout->width[i] == 0)
			continue;
		if (each->right)
			region_put_right(region, 0, column + width, role, heading);
		else
			region_put(region, 0, column, role, heading);
		column += width + GAP;
	}
	if (layout->more || column - GAP > region->columns)
		region_put_right(region, 0, region->columns, ROLE_KEY, ">");
	if (list->scroll > 0)
		region_put(region, 0, 0, ROLE_KEY, "<");
}

static void draw_item(const struct list *list, const struct screen *screen, const struct model *model,
		      const struct region *region, int row, uint64_t item, const struct layout *layout)
{
	struct list_cell cells[LIST_MAX_COLUMNS];
	int column = MARK;

	list_row(list, screen, model, item, cells);
	for (unsigned i = 0; i < list->kind->column_count; i++) {
		const struct list_cell *cell = &cells[i];
		int width = list->kind->columns[i].most == 0 ? region->columns - column : layout->width[i];

		if (layout->width[i] == 0)
			continue;
		if (list->kind->columns[i].right && text_columns(cell->text) <= width)
			region_put_right(region, row, column + width, cell->role, cell->text);
		else
			region_put_column(region, row, column, width, cell->role, cell->text);
		column += width + GAP;
	}
}

static bool begins_group(const struct list *list, const struct model *model, uint64_t place, bool first_row)
{
	if (list->kind->group == NULL)
		return false;
	return first_row || place == 0 ||
	       list->kind->group(model, list_item(list, place)) != list->kind->group(model, list_item(list, place - 1));
}

/* Lines from one place to the end of another, each as the first row or behind others. */
static int lines_between(const struct list *list, const struct model *model, uint64_t from, uint64_t to, int most)
{
	int lines = 0;

	for (uint64_t place = from; place <= to && place < list->shown && lines < most; place++)
		lines += 1 + begins_group(list, model, place, place == from);
	return lines;
}

int list_lines(const struct list *list, const struct model *model, int most)
{
	if (list->shown == 0)
		return 2;
	return 1 + lines_between(list, model, 0, list->shown - 1, most);
}

/* Moves the window so that the selected row is in it, and as full as can be. */
static void scroll_to_selected(struct list *list, const struct model *model, int rows)
{
	if (list->selected < list->top)
		list->top = list->selected;
	if (list->selected - list->top >= (uint64_t)rows)
		list->top = list->selected - (uint64_t)rows + 1;
	while (list->top < list->selected && lines_between(list, model, list->top, list->selected, rows + 1) > rows)
		list->top++;
	while (list->top > 0 && lines_between(list, model, list->top - 1, list->shown - 1, rows + 1) <= rows)
		list->top--;
}

/* A title needs room for a row below it. */
static bool has_title(const struct list *list, const struct model *model, uint64_t place, int row, int rows)
{
	return rows > 2 && begins_group(list, model, place, row == 0);
}

static void draw_rows(struct list *list, const struct screen *screen, const struct model *model,
		      const struct region *body, const struct layout *layout, bool focused)
{
	int row = 0;
	uint64_t place = list->top;

	for (; place < list->shown && row < body->rows; place++) {
		uint64_t item = list_item(list, place);

		if (has_title(list, model, place, row, body->rows))
			list->kind->title_of(model, item, body, row++);
		draw_item(list, screen, model, body, row, item, layout);
		if (place == list->selected) {
			region_put(body, row, 0, ROLE_KEY, ">");
			if (focused)
				region_select(body, row);
		}
		row++;
	}
	list->height = larger((int)(place - list->top), 1);
}

void list_click(struct list *list, const struct model *model, int row)
{
	int at = list->bare ? -1 : 0;

	for (uint64_t place = list->top; place < list->shown && at < row; place++) {
		at += 1 + has_title(list, model, place, place > list->top, list->height + 2);
		if (at < row)
			continue;
		list->follow = false;
		list_select(list, model, place);
	}
}

void list_draw(struct list *list, const struct screen *screen, const struct model *model, const struct region *region,
	       bool focused)
{
	const struct region body = region_part(region, !list->bare, 0, region->rows, region->columns);
	struct layout layout = { .more = false };
	int content[LIST_MAX_COLUMNS];

	list->height = 1;
	if (list->shown == 0) {
		region_put(region, 0, MARK, ROLE_DIM,
			   list->filter.count > 0 && list->kind->count(model) > 0 ? "nothing fits the filter"
										  : list->kind->nothing);
		return;
	}
	if (region->rows < 1)
		return;
	if (body.rows > 0)
		scroll_to_selected(list, model, body.rows);
	measure(list, screen, model, body.rows, content);
	choose_columns(list, content, region->columns, &layout);
	if (!list->bare)
		draw_headings(list, region, &layout);
	draw_rows(list, screen, model, &body, &layout, focused);
}

/* --- as text --- */

static int text_chunk(struct list *list, const struct screen *screen, const struct model *model,
		      const struct layout *layout, struct grid *grid, uint64_t *place)
{
	const struct region region = grid_region(grid);
	int row = 0;

	region_clear(&region);
	for (; *place < list->shown && row + 2 <= region.rows; (*place)++) {
		if (begins_group(list, model, *place, *place == 0))
			list->kind->title_of(model, list_item(list, *place), &region, row++);
		draw_item(list, screen, model, &region, row++, list_item(list, *place), layout);
	}
	return row;
}

int list_text(struct list *list, const struct screen *screen, const struct model *model, int columns, struct text *into,
	      struct error *error)
{
	enum { CHUNK = 256 };
	struct layout layout = { .more = false };
	struct grid grid = GRID_INIT;
	int content[LIST_MAX_COLUMNS];
	struct region region;

	list->top = 0;
	measure(list, screen, model, MOST_ROWS_MEASURED, content);
	choose_columns(list, content, columns, &layout);
	if (grid_resize(&grid, 1, columns, error) != 0)
		return ERROR_MEMORY;
	region = grid_region(&grid);
	if (list->shown == 0)
		region_put(&region, 0, MARK, ROLE_DIM, list->kind->nothing);
	else
		draw_headings(list, &region, &layout);
	grid_text(&grid, into);
	for (uint64_t place = 0; place < list->shown;) {
		if (grid_resize(&grid, CHUNK, columns, error) != 0)
			break;
		grid.rows = text_chunk(list, screen, model, &layout, &grid, &place);
		grid_text(&grid, into);
	}
	grid_free(&grid);
	return error != NULL && error->code == ERROR_MEMORY ? ERROR_MEMORY : 0;
}
