// SPDX-License-Identifier: GPL-2.0-or-later
/* Text in cells: clipped, cleaned, measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/grid.h"

enum { ROWS = 3, COLUMNS = 10 };

static void make(struct grid *grid)
{
	*grid = (struct grid)GRID_INIT;
	assert_int_equal(grid_resize(grid, ROWS, COLUMNS, NULL), 0);
}

/* The grid's rows, joined by bars, and as roles. */
static void expect(struct grid *grid, const char *text, const char *roles)
{
	struct text drawn = TEXT_INIT;

	grid_text(grid, &drawn);
	for (size_t i = 0; i < drawn.length; i++)
		if (drawn.bytes[i] == '\n')
			drawn.bytes[i] = '|';
	assert_string_equal(text_string(&drawn), text);
	if (roles != NULL) {
		text_clear(&drawn);
		grid_roles(grid, &drawn);
		drawn.bytes[strcspn(drawn.bytes, "\n")] = '\0';
		assert_string_equal(drawn.bytes, roles);
	}
	text_free(&drawn);
	grid_free(grid);
}

static void test_text_stays_in_its_region(void **state)
{
	struct grid grid;
	struct region region, part;

	(void)state;
	make(&grid);
	region = grid_region(&grid);
	part = region_part(&region, 1, 2, 1, 4);
	assert_int_equal(region_put(&part, 0, 2, ROLE_BAD, "abcdef"), 4);
	region_put(&part, 1, 0, ROLE_BAD, "below");
	region_put(&part, -1, 0, ROLE_BAD, "above");
	region_put(&part, 0, -2, ROLE_BAD, "xyz");
	expect(&grid, "|  z ab||", "..........");
}

static void test_parts_are_cut_to_what_they_are_parts_of(void **state)
{
	struct grid grid;
	struct region region, part;

	(void)state;
	make(&grid);
	region = grid_region(&grid);
	part = region_part(&region, 2, 8, 100, 100);
	assert_int_equal(part.rows, 1);
	assert_int_equal(part.columns, 2);
	part = region_part(&region, 7, -3, 5, -5);
	assert_int_equal(part.rows, 0);
	assert_int_equal(part.columns, 0);
	part = region_part(&part, 0, 0, 5, 5);
	region_put(&part, 0, 0, ROLE_BAD, "nowhere");
	region_fill(&part, 0, 0, ROLE_BAD, 'x');
	expect(&grid, "|||", NULL);
}

static void test_control_characters_become_visible(void **state)
{
	struct grid grid;
	struct region region;

	(void)state;
	make(&grid);
	region = grid_region(&grid);
	region_put(&region, 0, 0, ROLE_PLAIN, "a\033[b\n");
	region_put(&region, 1, 0, ROLE_PLAIN, "\xc2\x9b\x7f");
	region_put(&region, 2, 0, ROLE_PLAIN, "\xff\xc3");
	expect(&grid, "a\\x1b[b\\x0|\\x9b\\x7f|\xef\xbf\xbd\xef\xbf\xbd|", NULL);
}

static void test_wide_characters_take_two_cells(void **state)
{
	struct grid grid;
	struct region region;

	(void)state;
	make(&grid);
	region = grid_region(&grid);
	assert_int_equal(region_put(&region, 0, 0, ROLE_PLAIN, "\xe6\xbc\xa2\xe5\xad\x97!"), 5);
	/* Only one cell is left: a blank. */
	assert_int_equal(region_put(&region, 1, 9, ROLE_PLAIN, "\xe6\xbc\xa2"), 10);
	/* The half that is left of an overwritten one goes. */
	region_put(&region, 2, 0, ROLE_PLAIN, "\xe6\xbc\xa2\xe5\xad\x97");
	region_put(&region, 2, 1, ROLE_PLAIN, "ab");
	expect(&grid, "\xe6\xbc\xa2\xe5\xad\x97!|| ab|", NULL);
}

static void test_marks_and_directions_are_left_out(void **state)
{
	struct grid grid;
	struct region region;

	(void)state;
	make(&grid);
	region = grid_region(&grid);
	region_put(&region, 0, 0, ROLE_PLAIN, "e\xcc\x81\xe2\x80\xaex\xe2\x80\x8by\xef\xbb\xbf.");
	expect(&grid, "exy.|||", NULL);
	assert_int_equal(text_columns("e\xcc\x81\xe6\xbc\xa2\x01"), 1 + 2 + 4);
}

static void test_ascii_stands_in_for_lines(void **state)
{
	struct grid grid;
	struct region region;

	(void)state;
	make(&grid);
	grid.ascii = true;
	region = grid_region(&grid);
	region_fill(&region, 0, 0, ROLE_LINE, 0x2500);
	region_put(&region, 1, 0, ROLE_PLAIN, "\xe2\x94\x82\xe6\xbc\xa2\xc3\xa9");
	expect(&grid, "----------||? ?||", "----------");
}

static void test_columns_say_what_was_cut(void **state)
{
	struct grid grid;
	struct region region;

	(void)state;
	make(&grid);
	region = grid_region(&grid);
	assert_int_equal(region_put_column(&region, 0, 1, 4, ROLE_BAD, "abcdef"), 5);
	region_put_column(&region, 1, 0, 4, ROLE_BAD, "abcd");
	region_put_right(&region, 2, 6, ROLE_KEY, "123456789");
	region_select(&region, 0);
	expect(&grid, " abc~|abcd|456789|", "#BBBB#####");
}

static void test_sizes_are_bounded(void **state)
{
	struct grid grid = GRID_INIT, other = GRID_INIT;

	(void)state;
	assert_int_equal(grid_resize(&grid, -1, 5, NULL), 0);
	assert_int_equal(grid.rows, 0);
	assert_int_equal(grid_resize(&grid, 1, 1 << 30, NULL), 0);
	assert_int_equal(grid.columns, GRID_MAX_COLUMNS);
	assert_int_equal(grid_resize(&other, 1, GRID_MAX_COLUMNS, NULL), 0);
	assert_true(grid_equal(&grid, &other));
	grid.cells[7].flags = CELL_SELECTED;
	assert_false(grid_equal(&grid, &other));
	assert_int_equal(grid_resize(&other, 2, 2, NULL), 0);
	assert_false(grid_equal(&grid, &other));
	grid_free(&grid);
	grid_free(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_stays_in_its_region),
		cmocka_unit_test(test_parts_are_cut_to_what_they_are_parts_of),
		cmocka_unit_test(test_control_characters_become_visible),
		cmocka_unit_test(test_wide_characters_take_two_cells),
		cmocka_unit_test(test_marks_and_directions_are_left_out),
		cmocka_unit_test(test_ascii_stands_in_for_lines),
		cmocka_unit_test(test_columns_say_what_was_cut),
		cmocka_unit_test(test_sizes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
