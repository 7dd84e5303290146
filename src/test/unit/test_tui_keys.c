// SPDX-License-Identifier: GPL-2.0-or-later
/* The key table, and the language of filters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/filter.h"
#include "tui/keys.h"

static void test_no_key_means_two_things_in_a_view(void **state)
{
	const struct key_binding twice[] = {
		{ 1 << VIEW_MATRIX | 1 << VIEW_HOSTS, 'p', KEYS_PROBE, "", "" },
		{ 1 << VIEW_REPLAY, 'p', KEYS_REPLAY_PAUSE, "", "" },
		{ 1 << VIEW_HOSTS, 'p', KEYS_HELP, "", "" },
	};

	(void)state;
	assert_null(key_duplicate(key_bindings, key_binding_count));
	assert_null(key_duplicate(twice, 2));
	assert_ptr_equal(key_duplicate(twice, 3), &twice[2]);
}

static void test_each_binding_is_found_in_its_views_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < key_binding_count; i++)
		for (int view = 0; view < VIEW_COUNT; view++)
			if (key_bindings[i].views >> view & 1)
				assert_int_equal(key_find((enum view)view, key_bindings[i].stroke),
						 key_bindings[i].action);
	assert_int_equal(key_find(VIEW_REPLAY, 'p'), KEYS_REPLAY_PAUSE);
	assert_int_equal(key_find(VIEW_LOG, 'p'), KEYS_PROBE);
	assert_int_equal(key_find(VIEW_MATRIX, '+'), KEYS_NOTHING);
	assert_int_equal(key_find(VIEW_MATRIX, -1), KEYS_NOTHING);
	assert_int_equal(key_find(VIEW_MATRIX, STROKE_UNKNOWN), KEYS_NOTHING);
}

/* Terminals keep F1, F10 and the like for themselves. */
static void test_no_action_hangs_on_a_function_key_or_the_mouse(void **state)
{
	(void)state;
	for (size_t i = 0; i < key_binding_count; i++) {
		bool other = false;

		if (key_bindings[i].stroke < STROKE_F1)
			continue;
		for (size_t k = 0; k < key_binding_count; k++)
			other |= key_bindings[k].action == key_bindings[i].action && key_bindings[k].stroke < STROKE_F1;
		assert_true(other);
	}
}

static void test_the_first_key_of_each_action_is_described(void **state)
{
	(void)state;
	for (size_t i = 0; i < key_binding_count; i++)
		if (key_bindings[i].description[0] == '\0')
			assert_int_equal(key_bindings[i].action, key_bindings[i - 1].action);
}

static void test_views_have_names_and_numbers(void **state)
{
	(void)state;
	assert_int_equal(view_find("faults"), VIEW_FAULTS);
	assert_int_equal(view_find("6"), VIEW_LOG);
	assert_int_equal(view_find("7"), VIEW_COUNT);
	assert_int_equal(view_find("0"), VIEW_COUNT);
	assert_int_equal(view_find("fault"), VIEW_COUNT);
	assert_int_equal(view_find(""), VIEW_COUNT);
}

/* --- filters --- */

static const char *const columns[] = { "address", "at", "own" };
static const char *const row[] = { "10.1.1.13", "fe:ff:ff:ff:ff:ff", "NO" };

static bool fits(const char *text)
{
	struct filter filter;

	filter_set(&filter, text, columns, 3);
	assert_null(filter.wrong);
	return filter_fits(&filter, row, 3);
}

static void test_all_words_of_a_filter_must_fit(void **state)
{
	(void)state;
	assert_true(fits(""));
	assert_true(fits("  "));
	assert_true(fits("10.1"));
	assert_true(fits("FE:ff no"));
	assert_false(fits("10.1 yes"));
	assert_true(fits("yes|no"));
	assert_true(fits("!yes"));
	assert_false(fits("!yes|no"));
	assert_true(fits("own:no"));
	assert_false(fits("own:10"));
	assert_true(fits("!own:10"));
	assert_true(fits("\"10.1.1.13\""));
	assert_false(fits("\"10.1.1.13 fe\""));
}

static void test_a_mac_is_no_column(void **state)
{
	(void)state;
	assert_true(fits("fe:ff:ff"));
	assert_true(fits("at:fe:ff:ff"));
	assert_false(fits("mac:fe"));
}

static void test_networks_are_compared_as_networks(void **state)
{
	static const char *const six[] = { "2001:db8::d", "-", "-" };
	struct filter filter;

	(void)state;
	assert_true(fits("10.1.0.0/16"));
	assert_true(fits("address:10.1.1.8/29"));
	assert_false(fits("10.1.1.0/29"));
	assert_true(fits("!10.1.1.0/29"));
	assert_false(fits("2001:db8::/32"));
	filter_set(&filter, "2001:db8::/32", columns, 3);
	assert_true(filter_fits(&filter, six, 3));
	assert_false(fits("http/1"));
}

static void test_a_wrong_filter_says_so_and_hides_nothing(void **state)
{
	static const char *const wrong[] = { "!",
					     "a|",
					     "|a",
					     "\"a",
					     "own:",
					     "10.1.0.0/33",
					     "10.1.0.0/",
					     "10.1.0.0/x",
					     "\"\"",
					     "a b c d e f g h i j k l m",
					     "2001:db8::/129" };
	struct filter filter;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		filter_set(&filter, wrong[i], columns, 3);
		if (filter.wrong == NULL)
			fail_msg("'%s' is taken for a filter", wrong[i]);
		assert_true(filter_fits(&filter, row, 3));
	}
}

static void test_a_long_filter_is_cut(void **state)
{
	char text[2 * FILTER_SIZE];
	struct filter filter;

	(void)state;
	for (char letter = 1; letter != 0; letter = letter == 1 ? '!' : letter == '!' ? '|' : letter == '|' ? '"' : 0) {
		memset(text, letter, sizeof text - 1);
		text[sizeof text - 1] = '\0';
		filter_set(&filter, text, columns, 3);
		filter_fits(&filter, row, 3);
		assert_int_equal(strlen(filter.text), FILTER_SIZE - 1);
	}
	memset(text, 'a', sizeof text - 1);
	for (size_t i = 1; i < sizeof text - 1; i += 2)
		text[i] = '|';
	filter_set(&filter, text, columns, 3);
	assert_false(filter_fits(&filter, row, 3) && filter.wrong == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_key_means_two_things_in_a_view),
		cmocka_unit_test(test_each_binding_is_found_in_its_views_only),
		cmocka_unit_test(test_no_action_hangs_on_a_function_key_or_the_mouse),
		cmocka_unit_test(test_the_first_key_of_each_action_is_described),
		cmocka_unit_test(test_views_have_names_and_numbers),
		cmocka_unit_test(test_all_words_of_a_filter_must_fit),
		cmocka_unit_test(test_a_mac_is_no_column),
		cmocka_unit_test(test_networks_are_compared_as_networks),
		cmocka_unit_test(test_a_wrong_filter_says_so_and_hides_nothing),
		cmocka_unit_test(test_a_long_filter_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
