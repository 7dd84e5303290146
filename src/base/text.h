// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A growable, always NUL-terminated byte string.
 *
 * The owner calls text_free(). A failed allocation sets `failed` and turns
 * every later append into a no-op, so that a writer checks once, at the end.
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
};

#define TEXT_INIT                                                                                                      \
	{                                                                                                              \
		.bytes = NULL                                                                                          \
	}

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t length);
void text_add_char(struct text *text, char c);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Empties without releasing the memory. */
void text_clear(struct text *text);
void text_free(struct text *text);
/* Never NULL. */
const char *text_string(const struct text *text);

#endif
