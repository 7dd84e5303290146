// SPDX-License-Identifier: GPL-2.0-or-later
/* Screens of large networks, of all sizes, and under any keys: nothing breaks. How long they take is told to make
 * bench. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "test/unit/screen_model.h"

#if defined(__SANITIZE_ADDRESS__)
enum { ROUNDS = 400 };
#else
enum { ROUNDS = 4000 };
#endif

static void make_large(struct screen_model *made)
{
	memset(made, 0, sizeof *made);
	screen_model_add_hosts(&made->report, 10000);
	screen_model_add_faults(&made->report, 1000);
	screen_model_add_rows(&made->report, 50, 200);
	made->model.report = &made->report;
	made->model.generation = 1;
}

static struct screen *open_screen(enum view view)
{
	const struct screen_options options = { .view = view };
	struct screen *screen;

	assert_int_equal(screen_new(&screen, &options, NULL), 0);
	return screen;
}

/* Of this thread alone: other work on the machine does not count. */
static int64_t cpu_micros(void)
{
	struct timespec now;

	assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now), 0);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* The best of a few, each with a report that the screen has not seen. */
static int64_t time_draw(struct screen *screen, struct screen_model *made, struct grid *grid)
{
	int64_t best = INT64_MAX;

	for (int round = 0; round < 5; round++) {
		int64_t start = cpu_micros(), took;

		made->model.generation++;
		assert_int_equal(screen_draw(screen, &made->model, grid, NULL), 0);
		took = cpu_micros() - start;
		best = took < best ? took : best;
	}
	return best;
}

static bool shows(const struct grid *grid, const char *text)
{
	struct text drawn = TEXT_INIT;
	bool found;

	grid_text(grid, &drawn);
	found = strstr(text_string(&drawn), text) != NULL;
	text_free(&drawn);
	return found;
}

static void test_large_networks_are_sorted_and_filtered(void **state)
{
	struct screen_model *made = malloc(sizeof *made);
	struct grid grid = GRID_INIT;

	(void)state;
	assert_non_null(made);
	make_large(made);
	assert_int_equal(grid_resize(&grid, 40, 140, NULL), 0);
	for (int view = 0; view < VIEW_COUNT; view++) {
		struct screen *screen = open_screen((enum view)view);
		int64_t plain = time_draw(screen, made, &grid), sorted, filtered;

		for (int i = 0; i < 3; i++)
			screen_key(screen, &made->model, 's');
		sorted = time_draw(screen, made, &grid);
		for (const char *key = "/10.0.3"; *key != '\0'; key++)
			screen_key(screen, &made->model, *key);
		filtered = time_draw(screen, made, &grid);
		print_message("%s: %ld us, sorted %ld us, filtered %ld us\n", view_name((enum view)view), (long)plain,
			      (long)sorted, (long)filtered);
		if (view == VIEW_HOSTS)
			assert_true(shows(&grid, "\n  10.0.3") && !shows(&grid, "\n  10.0.2"));
		screen_free(screen);
	}
	grid_free(&grid);
	screen_model_free(made);
}

/* The same numbers on every machine. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static int random_stroke(uint32_t *state)
{
	uint32_t choice = next_random(state) % 8;

	if (choice < 5)
		return key_bindings[next_random(state) % key_binding_count].stroke;
	if (choice == 5)
		return (int)(STROKE_UP + next_random(state) % 16);
	if (choice == 6)
		return stroke_click((int)(next_random(state) % 50), (int)(next_random(state) % 160));
	return (int)(next_random(state) % 0x300);
}

static void press_at_random(const struct model *const models[], int count, uint32_t seed)
{
	struct screen *screen = open_screen(VIEW_MATRIX);
	struct grid grid = GRID_INIT;
	const struct model *model = models[0];

	for (int round = 0; round < ROUNDS; round++) {
		const struct screen_order *order = screen_key(screen, model, random_stroke(&seed));

		assert_non_null(order->text);
		assert_true(order->frame_count <= FAULT_MAX_EVIDENCE);
		if (next_random(&seed) % 16 == 0)
			model = models[next_random(&seed) % (uint32_t)count];
		screen_work(screen, model, next_random(&seed) % 64);
		assert_int_equal(
		    grid_resize(&grid, (int)(next_random(&seed) % 50), (int)(next_random(&seed) % 160), NULL), 0);
		assert_int_equal(screen_draw(screen, model, &grid, NULL), 0);
	}
	grid_free(&grid);
	screen_free(screen);
}

/* Models that come and go between keys, as reports do: each with a generation of its own. */
static void test_any_keys_at_any_size_do_no_harm(void **state)
{
	static const char *const paths[] = { "testdata/screens/xen-route.events", "testdata/screens/empty.events",
					     "testdata/screens/hostile.events", "testdata/screens/replaying.events" };
	enum { MODELS = sizeof paths / sizeof *paths };
	struct screen_model *made[MODELS];
	const struct model *models[MODELS];

	(void)state;
	for (int i = 0; i < MODELS; i++) {
		made[i] = screen_model_read(paths[i]);
		made[i]->model.generation = (uint64_t)i + 1;
		models[i] = &made[i]->model;
	}
	for (uint32_t seed = 1; seed <= 4; seed++)
		press_at_random(models, MODELS, seed);
	for (int i = 0; i < MODELS; i++)
		screen_model_free(made[i]);
}

static void test_every_small_size_is_drawn(void **state)
{
	struct screen_model *made = screen_model_read("testdata/screens/replaying.events");
	struct grid grid = GRID_INIT;

	(void)state;
	for (int view = 0; view < VIEW_COUNT; view++) {
		struct screen *screen = open_screen((enum view)view);

		for (int rows = 0; rows <= 32; rows++)
			for (int columns = 0; columns <= 90; columns += columns < 45 ? 1 : 15) {
				assert_int_equal(grid_resize(&grid, rows, columns, NULL), 0);
				assert_int_equal(screen_draw(screen, &made->model, &grid, NULL), 0);
			}
		screen_free(screen);
	}
	grid_free(&grid);
	screen_model_free(made);
}

static void test_text_of_a_large_network_is_whole(void **state)
{
	struct screen_model *made = malloc(sizeof *made);
	struct text text = TEXT_INIT;
	size_t lines = 0;

	(void)state;
	assert_non_null(made);
	make_large(made);
	assert_int_equal(screen_text(NULL, VIEW_HOSTS, &made->model, 120, &text, NULL), 0);
	for (size_t i = 0; i < text.length; i++)
		lines += text.bytes[i] == '\n';
	assert_int_equal(lines, 1 + 10000);
	text_clear(&text);
	assert_int_equal(screen_text(NULL, VIEW_FAULTS, &made->model, 1, &text, NULL), 0);
	assert_non_null(strstr(text_string(&text), "fault number 999"));
	text_free(&text);
	screen_model_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_large_networks_are_sorted_and_filtered),
		cmocka_unit_test(test_any_keys_at_any_size_do_no_harm),
		cmocka_unit_test(test_every_small_size_is_drawn),
		cmocka_unit_test(test_text_of_a_large_network_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
