// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_FIRST_CAPACITY = 64 };

/* Room for `more` bytes and the NUL behind them. */
static bool text_reserve(struct text *text, size_t more)
{
	size_t capacity = text->capacity > 0 ? text->capacity : TEXT_FIRST_CAPACITY;
	char *bytes;

	if (text->failed)
		return false;
	if (more < text->capacity - text->length)
		return true;
	while (capacity - text->length <= more && capacity <= SIZE_MAX / 2)
		capacity *= 2;
	bytes = capacity - text->length > more ? realloc(text->bytes, capacity) : NULL;
	if (!bytes) {
		text->failed = true;
		return false;
	}
	text->bytes = bytes;
	text->capacity = capacity;
	return true;
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
	if (length == 0 || !text_reserve(text, length))
		return;
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

void text_printf(struct text *text, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		text->failed = true;
	if (length <= 0 || !text_reserve(text, (size_t)length))
		return;
	va_start(arguments, format);
	vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	text->length += (size_t)length;
}

void text_pass_on(struct text *text)
{
	if (!text->take || text->failed || text->length < TEXT_PIECE)
		return;
	if (text->take(text->context, text->bytes, text->length) != 0)
		text->failed = true;
	text_clear(text);
}

void text_clear(struct text *text)
{
	text->length = 0;
	if (text->bytes)
		text->bytes[0] = '\0';
}

void text_cut(struct text *text, size_t length)
{
	if (length >= text->length)
		return;
	text->length = length;
	text->bytes[length] = '\0';
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text)TEXT_INIT;
}

const char *text_string(const struct text *text)
{
	return text->bytes ? text->bytes : "";
}
