// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for JSON that is written as it comes, and for texts that go on in pieces. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>

#include "report/report_format.h"
#include "report/report_json.h"
#include "sample_report.h"

/* Takes pieces, all of them or only the first few. */
struct taker {
	struct text all;
	unsigned pieces, room;
};

static int take(void *context, const char *bytes, size_t length)
{
	struct taker *taker = context;

	if (taker->pieces++ == taker->room)
		return -1;
	text_add_bytes(&taker->all, bytes, length);
	return 0;
}

static json_t *make_number(const struct report *report, uint32_t index)
{
	(void)report;
	return json_integer(index);
}

static json_t *make_nothing(const struct report *report, uint32_t index)
{
	(void)report, (void)index;
	return NULL;
}

static void the_stream_looks_like_jansson(void **state)
{
	struct text text = TEXT_INIT;
	struct json_stream stream = { .into = &text };
	json_error_t error;
	json_t *whole;
	char *dump;

	(void)state;
	json_stream_open(&stream, NULL, '{');
	json_stream_add(&stream, "string", json_string("two\nlines"));
	json_stream_add(&stream, "object", json_pack("{s:i,s:[i,{}]}", "a", 1, "b", 2));
	json_stream_add_list(&stream, "list", 3, make_number, NULL);
	json_stream_add_list(&stream, "empty", 0, make_number, NULL);
	json_stream_open(&stream, "inner", '[');
	json_stream_open(&stream, NULL, '{');
	json_stream_add(&stream, "objects", json_pack("[{s:n},{s:b}]", "x", "y", 1));
	assert_int_equal(json_stream_end(&stream, NULL), 0);
	whole = json_loads(text_string(&text), 0, &error);
	assert_non_null(whole);
	dump = json_dumps(whole, JSON_INDENT(2));
	text.bytes[text.length - 1] = '\0';
	assert_string_equal(text_string(&text), dump);
	free(dump);
	json_decref(whole);
	text_free(&text);
}

static void a_value_that_could_not_be_made_fails_the_whole(void **state)
{
	struct text text = TEXT_INIT;
	struct json_stream stream = { .into = &text };

	(void)state;
	json_stream_open(&stream, NULL, '{');
	json_stream_add_list(&stream, "list", 2, make_nothing, NULL);
	assert_int_equal(json_stream_end(&stream, NULL), ERROR_MEMORY);
	text_free(&text);
}

/* Thousands of hosts, all alike. */
static void make_large_report(struct report *report)
{
	enum { HOSTS = 3000 };

	sample_report_make(report);
	report->hosts = reallocarray(report->hosts, HOSTS, sizeof *report->hosts);
	assert_non_null(report->hosts);
	for (; report->host_count < HOSTS; report->host_count++)
		report->hosts[report->host_count] = report->hosts[0];
}

static void pieces_make_up_the_whole_in_every_format(void **state)
{
	const struct report_writer_options options = { .rules = sample_rules, .verbose = true };
	struct report report = REPORT_INIT;

	(void)state;
	make_large_report(&report);
	for (const struct report_format *const *format = report_formats; *format != NULL; format++) {
		struct taker taker = { .all = TEXT_INIT, .room = 10000 };
		struct text pieces = { .take = take, .context = &taker }, whole = TEXT_INIT;

		assert_int_equal(report_write(*format, &report, &options, &pieces, NULL), 0);
		assert_int_equal(report_write(*format, &report, &options, &whole, NULL), 0);
		assert_true(pieces.length < 2 * TEXT_PIECE);
		take(&taker, text_string(&pieces), pieces.length);
		assert_string_equal(text_string(&taker.all), text_string(&whole));
		text_free(&pieces);
		text_free(&whole);
		text_free(&taker.all);
	}
	report_free(&report);
}

static void the_first_refusal_ends_the_writing(void **state)
{
	const struct report_writer_options options = { .rules = sample_rules };
	struct report report = REPORT_INIT;
	struct taker taker = { .all = TEXT_INIT, .room = 2 };
	struct text pieces = { .take = take, .context = &taker };

	(void)state;
	make_large_report(&report);
	assert_true(report_write(&report_format_json, &report, &options, &pieces, NULL) < 0);
	assert_int_equal(taker.pieces, 3);
	text_free(&pieces);
	text_free(&taker.all);
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_stream_looks_like_jansson),
		cmocka_unit_test(a_value_that_could_not_be_made_fails_the_whole),
		cmocka_unit_test(pieces_make_up_the_whole_in_every_format),
		cmocka_unit_test(the_first_refusal_ends_the_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
