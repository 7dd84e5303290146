// SPDX-License-Identifier: GPL-2.0-or-later
#include "tui/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/utf8.h"

/* In the role files of the tests. */
static const char role_letters[] = {
	[ROLE_PLAIN] = '.', [ROLE_TITLE] = 't',   [ROLE_HEADING] = 'h', [ROLE_LINE] = '-',
	[ROLE_BAD] = 'b',   [ROLE_WARNING] = 'w', [ROLE_GOOD] = 'g',    [ROLE_DIM] = 'd',
	[ROLE_KEY] = 'k',   [ROLE_BANNER] = 'n',  [ROLE_INPUT] = 'i',
};

static int held(int value, int most)
{
	return value < 0 ? 0 : value > most ? most : value;
}

int grid_resize(struct grid *grid, int rows, int columns, struct error *error)
{
	size_t count;

	rows = held(rows, GRID_MAX_ROWS);
	columns = held(columns, GRID_MAX_COLUMNS);
	count = (size_t)rows * (size_t)columns;
	if (count > grid->room) {
		struct cell *cells = realloc(grid->cells, count * sizeof *cells);

		if (cells == NULL)
			return error_set(error, ERROR_MEMORY, NULL, "no memory for a screen of %d x %d", columns, rows);
		grid->cells = cells;
		grid->room = count;
	}
	grid->rows = rows;
	grid->columns = columns;
	for (size_t i = 0; i < count; i++)
		grid->cells[i] = (struct cell){ .code = ' ' };
	return 0;
}

void grid_free(struct grid *grid)
{
	free(grid->cells);
	*grid = (struct grid)GRID_INIT;
}

bool grid_equal(const struct grid *a, const struct grid *b)
{
	if (a->rows != b->rows || a->columns != b->columns)
		return false;
	for (size_t i = 0; i < (size_t)a->rows * (size_t)a->columns; i++)
		if (a->cells[i].code != b->cells[i].code || a->cells[i].role != b->cells[i].role ||
		    a->cells[i].flags != b->cells[i].flags)
			return false;
	return true;
}

static const struct cell *row_of(const struct grid *grid, int row)
{
	return &grid->cells[(size_t)row * (size_t)grid->columns];
}

void grid_text(const struct grid *grid, struct text *into)
{
	for (int row = 0; row < grid->rows; row++) {
		const struct cell *cells = row_of(grid, row);
		int end = grid->columns;

		while (end > 0 && cells[end - 1].code == ' ')
			end--;
		for (int column = 0; column < end; column++)
			if (!(cells[column].flags & CELL_RIGHT))
				utf8_add(into, cells[column].code);
		text_add_char(into, '\n');
		text_pass_on(into);
	}
}

void grid_roles(const struct grid *grid, struct text *into)
{
	for (int row = 0; row < grid->rows; row++) {
		const struct cell *cells = row_of(grid, row);

		for (int column = 0; column < grid->columns; column++) {
			char letter = role_letters[cells[column].role];
			bool selected = (cells[column].flags & CELL_SELECTED) != 0;

			if (selected && letter >= 'a')
				letter = (char)(letter - 'a' + 'A');
			text_add_char(into, selected && letter == '.' ? '#' : letter);
		}
		text_add_char(into, '\n');
	}
}

struct region grid_region(struct grid *grid)
{
	return (struct region){ .grid = grid, .rows = grid->rows, .columns = grid->columns };
}

struct region region_part(const struct region *region, int row, int column, int rows, int columns)
{
	row = held(row, region->rows);
	column = held(column, region->columns);
	return (struct region){ .grid = region->grid,
				.row = region->row + row,
				.column = region->column + column,
				.rows = held(rows, region->rows - row),
				.columns = held(columns, region->columns - column) };
}

static struct cell *cell_at(const struct region *region, int row, int column)
{
	if (row < 0 || row >= region->rows || column < 0 || column >= region->columns)
		return NULL;
	return &region->grid->cells[(size_t)(region->row + row) * (size_t)region->grid->columns +
				    (size_t)(region->column + column)];
}

/* What a terminal without Unicode shows instead. */
static uint32_t ascii_of(uint32_t code)
{
	static const struct {
		uint32_t code;
		char ascii;
	} forms[] = {
		{ 0x2500, '-' }, { 0x2502, '|' }, { 0x252c, '+' }, { 0x2534, '+' }, { 0x251c, '+' },
		{ 0x2524, '+' }, { 0x253c, '+' }, { 0x250c, '+' }, { 0x2510, '+' }, { 0x2514, '+' },
		{ 0x2518, '+' }, { 0x2588, '#' }, { 0x2026, '~' }, { 0x25b2, '^' }, { 0x25bc, 'v' },
	};

	for (size_t i = 0; code > 0x7e && i < sizeof forms / sizeof *forms; i++)
		if (forms[i].code == code)
			return (uint32_t)forms[i].ascii;
	return code > 0x7e ? '?' : code;
}

/* Half of a wide character is no character: its other half goes, too. `cell` is at the column. */
static void break_pair(const struct region *region, struct cell *cell, int column)
{
	if (cell->flags & CELL_RIGHT && region->column + column > 0)
		cell[-1].code = ' ';
	if (region->column + column + 1 < region->grid->columns && cell[1].flags & CELL_RIGHT) {
		cell[1].flags &= (uint8_t)~CELL_RIGHT;
		cell[1].code = ' ';
	}
}

static void set_cell(const struct region *region, int row, int column, enum cell_role role, uint32_t code)
{
	struct cell *cell = cell_at(region, row, column);

	if (cell == NULL)
		return;
	break_pair(region, cell, column);
	*cell = (struct cell){ .code = code, .role = (uint8_t)role, .flags = cell->flags & CELL_SELECTED };
}

static int put_code(const struct region *region, int row, int column, enum cell_role role, uint32_t code)
{
	static const char digits[] = "0123456789abcdef";
	int columns = code_columns(code);

	if (columns == 4) {
		const uint32_t visible[] = { '\\', 'x', (uint32_t)digits[code >> 4 & 15], (uint32_t)digits[code & 15] };

		for (int i = 0; i < 4; i++)
			set_cell(region, row, column + i, role, visible[i]);
		return column + 4;
	}
	if (columns == 2 && column + 2 > region->columns) {
		set_cell(region, row, column, role, ' ');
		return column + 1;
	}
	if (columns == 0)
		return column;
	set_cell(region, row, column, role, region->grid->ascii ? ascii_of(code) : code);
	if (columns == 2) {
		struct cell *right;

		set_cell(region, row, column + 1, role, ' ');
		right = cell_at(region, row, column + 1);
		if (right != NULL && !region->grid->ascii) {
			right->code = 0;
			right->flags |= CELL_RIGHT;
		}
	}
	return column + columns;
}

int region_put(const struct region *region, int row, int column, enum cell_role role, const char *string)
{
	for (uint32_t code; column < region->columns && (code = utf8_next(&string)) != 0;)
		column = put_code(region, row, column, role, code);
	return column < region->columns ? column : region->columns;
}

int region_printf(const struct region *region, int row, int column, enum cell_role role, const char *format, ...)
{
	char buffer[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(buffer, sizeof buffer, format, arguments);
	va_end(arguments);
	return region_put(region, row, column, role, buffer);
}

int region_put_column(const struct region *region, int row, int column, int width, enum cell_role role,
		      const char *string)
{
	struct region part = region_part(region, row, column, 1, width);

	if (width <= 0)
		return column;
	if (row >= 0 && row < region->rows && column >= 0) {
		region_put(&part, 0, 0, role, string);
		if (text_columns(string) > width)
			set_cell(&part, 0, part.columns - 1, role, '~');
	}
	return column + width;
}

void region_put_right(const struct region *region, int row, int end, enum cell_role role, const char *string)
{
	int column = held(end, region->columns) - text_columns(string);

	while (column < 0 && *string != '\0')
		column += code_columns(utf8_next(&string));
	region_put(region, row, column, role, string);
}

void region_fill(const struct region *region, int row, int column, enum cell_role role, uint32_t code)
{
	for (code = region->grid->ascii ? ascii_of(code) : code; column < region->columns; column++)
		set_cell(region, row, column, role, code);
}

void region_clear(const struct region *region)
{
	for (int row = 0; row < region->rows; row++)
		for (int column = 0; column < region->columns; column++) {
			struct cell *cell = cell_at(region, row, column);

			break_pair(region, cell, column);
			*cell = (struct cell){ .code = ' ' };
		}
}

void region_select(const struct region *region, int row)
{
	for (int column = 0; column < region->columns; column++) {
		struct cell *cell = cell_at(region, row, column);

		if (cell != NULL)
			cell->flags |= CELL_SELECTED;
	}
}
