// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading a capture from memory, for the tests of the reader. */
#ifndef TEST_CAPTURE_CASE_H
#define TEST_CAPTURE_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "test/unit/capture_bytes.h"
#include "wire/capture.h"

struct capture_case {
	struct text bytes;
	struct memory memory;
	struct capture *capture;
	struct frame frame;
	struct error error;
};

#define CAPTURE_CASE_INIT                                                                                              \
	{                                                                                                              \
		.bytes = TEXT_INIT, .error = ERROR_INIT                                                                \
	}

/* Opens what stands in `bytes`; reads as `memory` says. Gives the status of capture_open. */
static inline int case_open(struct capture_case *test)
{
	test->memory.bytes = test->bytes.bytes;
	test->memory.length = test->bytes.length;
	test->memory.at = 0;
	test->error = (struct error)ERROR_INIT;
	return capture_open(&test->capture, memory_read, &test->memory, "case", 7, &test->error);
}

static inline int case_next(struct capture_case *test)
{
	return capture_next(test->capture, &test->frame, &test->error);
}

/* Closes the capture and empties the bytes. */
static inline void case_close(struct capture_case *test)
{
	capture_close(test->capture);
	test->capture = NULL;
	text_free(&test->bytes);
}

/* A capture that is refused when it is opened, with `message` in the reason. */
static inline void case_refused(struct capture_case *test, const char *message)
{
	assert_int_equal(case_open(test), ERROR_INPUT);
	assert_null(test->capture);
	if (!strstr(test->error.message, message))
		fail_msg("\"%s\" does not say \"%s\"", test->error.message, message);
	case_close(test);
}

/* The next record is refused, with `message` in the reason and `where` in the place; then the capture is at its end. */
static inline void case_fails(struct capture_case *test, const char *where, const char *message)
{
	assert_int_equal(case_next(test), ERROR_INPUT);
	if (!strstr(test->error.message, message) || !strstr(test->error.where, where))
		fail_msg("\"%s\": \"%s\" does not say \"%s\" of \"%s\"", test->error.where, test->error.message,
			 message, where);
	assert_true(capture_info(test->capture)->truncated);
	assert_int_equal(case_next(test), 0);
}

#endif
