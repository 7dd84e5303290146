// SPDX-License-Identifier: GPL-2.0-or-later
/* Where HTTP/1 messages end, however they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "replay/http.h"

/* Each stream is one message and an X. */
static const struct {
	enum http_kind kind;
	const char *stream;
} messages[] = {
	{ HTTP_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\n\r\nX" },
	{ HTTP_REQUEST, "GET / HTTP/1.0\n\nX" },
	{ HTTP_REQUEST, "POST / HTTP/1.1\r\ncontent-length:  4\r\n\r\n\r\n\r\nX" },
	{ HTTP_ANSWER, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloX" },
	{ HTTP_ANSWER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nX" },
	{ HTTP_ANSWER, "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nX" },
	{ HTTP_ANSWER, "HTTP/1.1 204\r\n\r\nX" },
	{ HTTP_ANSWER_TO_HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nX" },
	{ HTTP_ANSWER, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123456789\r\n"
		       "0\r\nTrailer: a\r\n\r\nX" },
	{ HTTP_ANSWER, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naX" },
};

static void messages_end_where_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		const uint8_t *stream = (const uint8_t *)messages[i].stream;
		uint32_t length = (uint32_t)strlen(messages[i].stream) - 1;
		struct http_cursor cursor = { 0 }, slowly = { 0 };

		assert_true(http_next(&cursor, messages[i].kind, stream, length + 1, length + 1));
		assert_int_equal(cursor.at, length);
		for (uint32_t come = 0; come < length; come++)
			assert_false(http_next(&slowly, messages[i].kind, stream, come, come));
		assert_true(http_next(&slowly, messages[i].kind, stream, length, length));
		assert_int_equal(slowly.at, length);
		assert_int_equal(slowly.state, HTTP_BETWEEN);
	}
}

static void what_has_no_end_of_its_own_is_lost(void **state)
{
	static const char *const streams[] = {
		"SSH-2.0-OpenSSH\r\n",
		"HTTP/1.1 200 OK\r\n\r\nuntil the end",
		"HTTP/1.1 101 Switching Protocols\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
		"HTTP/1.1 2\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
		uint32_t length = (uint32_t)strlen(streams[i]);
		struct http_cursor cursor = { 0 };

		assert_false(http_next(&cursor, HTTP_ANSWER, (const uint8_t *)streams[i], length, length));
		assert_int_equal(cursor.state, HTTP_LOST);
		assert_false(http_next(&cursor, HTTP_ANSWER, (const uint8_t *)streams[i], length, length));
	}
}

/* A long body need not be kept, but what comes behind it is. */
static void bodies_are_counted_without_their_bytes(void **state)
{
	static const char stream[] = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
	uint32_t head = sizeof stream - 1;
	struct http_cursor cursor = { 0 };

	(void)state;
	assert_false(http_next(&cursor, HTTP_ANSWER, (const uint8_t *)stream, head, head + 999999));
	assert_true(http_next(&cursor, HTTP_ANSWER, (const uint8_t *)stream, head, head + 1000000));
	assert_int_equal(cursor.at, head + 1000000);
	assert_false(http_next(&cursor, HTTP_ANSWER, (const uint8_t *)stream, head, head + 1000010));
	assert_int_equal(cursor.state, HTTP_LOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_end_where_they_say),
		cmocka_unit_test(what_has_no_end_of_its_own_is_lost),
		cmocka_unit_test(bodies_are_counted_without_their_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
