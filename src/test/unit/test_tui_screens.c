// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The views as pictures: each .events file of testdata/screens is drawn in several sizes and compared, cell by cell,
 * with the texts and roles that are kept beside it. TRUEMAC_WRITE_SCREENS=1 writes them anew (make golden).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "test/unit/screen_model.h"

static const struct {
	int columns, rows;
} sizes[] = { { 80, 24 }, { 140, 40 }, { 60, 20 }, { 40, 8 }, { 20, 4 } };

enum { KEY_COLUMNS = 80, KEY_ROWS = 24, TEXT_COLUMNS = 120, PATH_SIZE = 1024, STEM_SIZE = 512 };

static void compare(const char *path, const struct text *drawn)
{
	FILE *file = fopen(path, getenv("TRUEMAC_WRITE_SCREENS") != NULL ? "we" : "re");
	char *kept = NULL;
	size_t room = 0;
	ssize_t length;

	if (file == NULL) {
		print_error("%s is not there (make golden writes it)\n", path);
		fail();
	}
	if (getenv("TRUEMAC_WRITE_SCREENS") != NULL) {
		assert_int_equal(fwrite(drawn->bytes, 1, drawn->length, file), drawn->length);
		assert_int_equal(fclose(file), 0);
		return;
	}
	length = getdelim(&kept, &room, '\0', file);
	fclose(file);
	if (length != (ssize_t)drawn->length || memcmp(kept, drawn->bytes, drawn->length) != 0) {
		print_error("%s is not what is drawn now (make golden writes it):\n%s\n", path, text_string(drawn));
		free(kept);
		fail();
	}
	free(kept);
}

static struct screen *open_screen(enum view view)
{
	const struct screen_options options = { .view = view };
	struct error error = ERROR_INIT;
	struct screen *screen;

	assert_int_equal(screen_new(&screen, &options, &error), 0);
	return screen;
}

static void draw(struct screen *screen, const struct model *model, struct grid *grid, int columns, int rows)
{
	struct error error = ERROR_INIT;

	assert_int_equal(grid_resize(grid, rows, columns, &error), 0);
	assert_int_equal(screen_draw(screen, model, grid, &error), 0);
	/* Twice is no difference. */
	assert_int_equal(screen_draw(screen, model, grid, &error), 0);
}

/* One file for all views of a size: the texts, and another one for the roles. */
static void check_size(const struct screen_model *made, const char *stem, int columns, int rows)
{
	struct text texts = TEXT_INIT, roles = TEXT_INIT;
	struct grid grid = GRID_INIT;
	char path[PATH_SIZE];

	for (int view = 0; view < VIEW_COUNT; view++) {
		struct screen *screen;

		if (!made->views[view])
			continue;
		screen = open_screen((enum view)view);
		draw(screen, &made->model, &grid, columns, rows);
		text_printf(&texts, "=== %s\n", view_name((enum view)view));
		text_printf(&roles, "=== %s\n", view_name((enum view)view));
		grid_text(&grid, &texts);
		grid_roles(&grid, &roles);
		screen_free(screen);
	}
	snprintf(path, sizeof path, "%.500s-%dx%d.txt", stem, columns, rows);
	compare(path, &texts);
	snprintf(path, sizeof path, "%.500s-%dx%d.roles", stem, columns, rows);
	compare(path, &roles);
	text_free(&texts);
	text_free(&roles);
	grid_free(&grid);
}

/* The same view without a screen. */
static void check_text(const struct screen_model *made, const char *stem)
{
	struct text text = TEXT_INIT;
	char path[PATH_SIZE];

	for (int view = 0; view < VIEW_COUNT; view++) {
		struct error error = ERROR_INIT;

		if (!made->views[view])
			continue;
		text_printf(&text, "=== %s\n", view_name((enum view)view));
		assert_int_equal(screen_text(NULL, (enum view)view, &made->model, TEXT_COLUMNS, &text, &error), 0);
	}
	snprintf(path, sizeof path, "%.500s-once.txt", stem);
	compare(path, &text);
	text_free(&text);
}

static void add_order(const struct screen_order *order, struct text *into)
{
	static const char *const names[] = {
		[ORDER_NONE] = "",
		[ORDER_QUIT] = "quit",
		[ORDER_REDRAW] = "redraw",
		[ORDER_MOUSE] = "mouse",
		[ORDER_PROBE] = "probe",
		[ORDER_REPLAY] = "replay",
		[ORDER_REPLAY_STOP] = "stop the replay",
		[ORDER_REPLAY_PAUSE] = "pause the replay",
		[ORDER_REPLAY_RATE] = "rate of the replay",
		[ORDER_EXPORT_VIEW] = "export the view",
		[ORDER_EXPORT_REPORT] = "export the report",
		[ORDER_EXPORT_EVIDENCE] = "export evidence",
		[ORDER_THEME] = "theme",
	};
	char ip[IP_TEXT_SIZE];

	if (order->kind == ORDER_NONE)
		return;
	text_printf(into, "--- order: %s", names[order->kind]);
	if (order->address.family != 0)
		text_printf(into, " %s", ip_format(&order->address, ip));
	if (order->text[0] != '\0')
		text_printf(into, " '%s'", order->text);
	for (uint32_t i = 0; i < order->frame_count; i++)
		text_printf(into, " #%llu", (unsigned long long)order->frames[i].number);
	text_add(into, "\n");
}

static void check_keys(const struct screen_model *made, const struct screen_keys *keys, const char *stem)
{
	struct screen *screen = open_screen(VIEW_MATRIX);
	struct text text = TEXT_INIT;
	struct grid grid = GRID_INIT;
	char path[PATH_SIZE], name[STROKE_NAME_SIZE];

	draw(screen, &made->model, &grid, KEY_COLUMNS, KEY_ROWS);
	for (int i = 0; i < keys->count; i++) {
		const struct screen_order *order = screen_key(screen, &made->model, keys->strokes[i]);

		while (screen_work(screen, &made->model, 7))
			;
		text_printf(&text, "=== %s\n",
			    keys->strokes[i] >= STROKE_CLICK ? "click" : stroke_name(keys->strokes[i], name));
		add_order(order, &text);
		if (keys->quiet[i])
			continue;
		draw(screen, &made->model, &grid, KEY_COLUMNS, KEY_ROWS);
		grid_text(&grid, &text);
	}
	snprintf(path, sizeof path, "%.500s-keys-%s.txt", stem, keys->name);
	compare(path, &text);
	text_free(&text);
	grid_free(&grid);
	screen_free(screen);
}

static void check_model(void **state)
{
	const char *path = *state;
	struct screen_model *made = screen_model_read(path);
	char stem[STEM_SIZE];

	snprintf(stem, sizeof stem, "%.*s", (int)(strlen(path) - strlen(".events")), path);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		check_size(made, stem, sizes[i].columns, sizes[i].rows);
	check_text(made, stem);
	for (int i = 0; i < made->keys_count; i++)
		check_keys(made, &made->keys[i], stem);
	screen_model_free(made);
}

int main(void)
{
	struct CMUnitTest tests[64] = { { .name = NULL } };
	glob_t files;
	size_t count = 0;
	int status;

	if (glob("testdata/screens/*.events", 0, NULL, &files) != 0) {
		print_error("testdata/screens has no *.events; run this from the top of the tree\n");
		return 1;
	}
	for (; count < files.gl_pathc && count < sizeof tests / sizeof *tests; count++)
		tests[count] = (struct CMUnitTest){ .name = files.gl_pathv[count],
						    .test_func = check_model,
						    .initial_state = files.gl_pathv[count] };
	status = _cmocka_run_group_tests("screens", tests, count, NULL, NULL);
	globfree(&files);
	return status;
}
