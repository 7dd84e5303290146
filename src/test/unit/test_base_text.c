// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for growable text and for errors. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "base/error.h"
#include "base/text.h"

/* Sanitizers are to fail an impossible allocation as the allocator does, not to end the program. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void an_empty_text_is_an_empty_string(void **state)
{
	struct text text = TEXT_INIT;

	(void)state;
	assert_string_equal(text_string(&text), "");
	text_add(&text, "");
	text_add_bytes(&text, NULL, 0);
	text_clear(&text);
	assert_string_equal(text_string(&text), "");
	text_free(&text);
	text_free(&text);
}

static void what_is_added_stands_behind_each_other(void **state)
{
	struct text text = TEXT_INIT;

	(void)state;
	text_add(&text, "one");
	text_add_char(&text, ' ');
	text_add_bytes(&text, "two-", 3);
	text_printf(&text, " %d%s", 3, "");
	text_printf(&text, "%s", "");
	assert_string_equal(text_string(&text), "one two 3");
	assert_int_equal(text.length, 9);
	text_free(&text);
}

static void every_length_stays_terminated(void **state)
{
	struct text added = TEXT_INIT;
	struct text printed = TEXT_INIT;

	(void)state;
	for (size_t i = 1; i <= 1000; i++) {
		text_add_char(&added, (char)('a' + i % 26));
		text_printf(&printed, "%c", (char)('a' + i % 26));
		assert_int_equal(strlen(text_string(&added)), i);
		assert_int_equal(strlen(text_string(&printed)), i);
	}
	assert_string_equal(text_string(&added), text_string(&printed));
	text_free(&added);
	text_free(&printed);
}

static void clearing_keeps_the_memory(void **state)
{
	struct text text = TEXT_INIT;
	const char *bytes;

	(void)state;
	text_add(&text, "something");
	bytes = text.bytes;
	text_clear(&text);
	assert_string_equal(text_string(&text), "");
	text_add(&text, "else");
	assert_ptr_equal(text.bytes, bytes);
	assert_string_equal(text_string(&text), "else");
	text_free(&text);
}

static void a_failed_allocation_keeps_what_was_there_and_stops_the_rest(void **state)
{
	struct text text = TEXT_INIT;

	(void)state;
	text_add(&text, "kept");
	text_add_bytes(&text, "", SIZE_MAX / 2 + 2);
	assert_true(text.failed);
	text_add(&text, " lost");
	text_printf(&text, " %s", "lost");
	assert_string_equal(text_string(&text), "kept");
	text_free(&text);
	assert_false(text.failed);
}

static void an_error_keeps_code_place_and_message(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(error_set(&error, ERROR_USAGE, "--vip", "%d addresses", 2), ERROR_USAGE);
	assert_int_equal(error.code, ERROR_USAGE);
	assert_string_equal(error.where, "--vip");
	assert_string_equal(error.message, "2 addresses");
	assert_int_equal(error_set(NULL, ERROR_INPUT, NULL, "nobody listens"), ERROR_INPUT);
}

static void a_place_is_set_only_where_there_is_none(void **state)
{
	struct error error = ERROR_INIT;

	(void)state;
	error_set(&error, ERROR_INPUT, NULL, "odd");
	error_set_where(&error, "file:%d", 7);
	error_set_where(&error, "elsewhere");
	error_set_where(NULL, "nowhere");
	assert_string_equal(error.where, "file:7");
}

static void long_errors_are_cut(void **state)
{
	struct error error = ERROR_INIT;
	char text[2000];

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	error_set(&error, ERROR_INPUT, text, "%s", text);
	assert_int_equal(strlen(error.where), sizeof error.where - 1);
	assert_int_equal(strlen(error.message), sizeof error.message - 1);
}

static void wrong_usage_exits_with_2_and_all_else_with_3(void **state)
{
	(void)state;
	assert_int_equal(error_exit_status(ERROR_USAGE), 2);
	assert_int_equal(error_exit_status(ERROR_INPUT), 3);
	assert_int_equal(error_exit_status(ERROR_SYSTEM), 3);
	assert_int_equal(error_exit_status(ERROR_MEMORY), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_text_is_an_empty_string),
		cmocka_unit_test(what_is_added_stands_behind_each_other),
		cmocka_unit_test(every_length_stays_terminated),
		cmocka_unit_test(clearing_keeps_the_memory),
		cmocka_unit_test(a_failed_allocation_keeps_what_was_there_and_stops_the_rest),
		cmocka_unit_test(an_error_keeps_code_place_and_message),
		cmocka_unit_test(a_place_is_set_only_where_there_is_none),
		cmocka_unit_test(long_errors_are_cut),
		cmocka_unit_test(wrong_usage_exits_with_2_and_all_else_with_3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
