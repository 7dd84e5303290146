// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A growable, always NUL-terminated byte string.
 *
 * The owner calls text_free(). A failed allocation sets `failed` and turns
 * every later append into a no-op, so that a writer checks once, at the end.
 *
 * A text that may grow long can have somebody who takes it piece by piece:
 * writers call text_pass_on() where a part is complete.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *bytes; /* NULL while empty */
	size_t length;
	size_t capacity;
	bool failed;
	/* NULL where the whole is kept. Anything but 0 is a failure. */
	int (*take)(void *context, const char *bytes, size_t length);
	void *context;
};

enum { TEXT_PIECE = 65536 };

#define TEXT_INIT                                                                                                      \
	{                                                                                                              \
		.bytes = NULL                                                                                          \
	}

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t length);
void text_add_char(struct text *text, char c);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Hands on what is there once that is TEXT_PIECE bytes, if somebody takes it; `length` then begins anew. */
void text_pass_on(struct text *text);
/* Empties without releasing the memory. */
void text_clear(struct text *text);
/* Keeps the first `length` bytes at most. */
void text_cut(struct text *text, size_t length);
void text_free(struct text *text);
/* Never NULL. */
const char *text_string(const struct text *text);

#endif
