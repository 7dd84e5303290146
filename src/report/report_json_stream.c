// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON formats: a document written down as it comes. */
#include <string.h>

#include "report/report_json.h"

enum { INDENT = 2 };

static void new_line(struct json_stream *stream)
{
	static const char blank[1 + JSON_MAX_DEPTH * INDENT + 1] = "\n                ";

	text_add_bytes(stream->into, blank, 1 + stream->depth * INDENT);
}

static void begin_value(struct json_stream *stream, const char *key)
{
	if (stream->filled)
		text_add_char(stream->into, ',');
	if (stream->depth > 0)
		new_line(stream);
	if (key != NULL)
		text_printf(stream->into, "\"%s\": ", key);
	stream->filled = true;
}

void json_stream_open(struct json_stream *stream, const char *key, char bracket)
{
	begin_value(stream, key);
	text_add_char(stream->into, bracket);
	stream->closers[stream->depth++] = bracket == '{' ? '}' : ']';
	stream->filled = false;
}

void json_stream_close(struct json_stream *stream)
{
	char closer = stream->closers[--stream->depth];

	if (stream->filled)
		new_line(stream);
	text_add_char(stream->into, closer);
	stream->filled = true;
}

/* A line end can only be jansson's own, since strings have theirs escaped. */
static int add_indented(const char *bytes, size_t length, void *context)
{
	struct json_stream *stream = context;
	const char *end;

	for (; (end = memchr(bytes, '\n', length)) != NULL; bytes = end + 1) {
		text_add_bytes(stream->into, bytes, (size_t)(end - bytes));
		new_line(stream);
		length -= (size_t)(end + 1 - bytes);
	}
	text_add_bytes(stream->into, bytes, length);
	return stream->into->failed ? -1 : 0;
}

void json_stream_add(struct json_stream *stream, const char *key, json_t *value)
{
	begin_value(stream, key);
	if (value == NULL ||
	    json_dump_callback(value, add_indented, stream, JSON_INDENT(INDENT) | JSON_ENCODE_ANY) != 0)
		stream->failed = true;
	json_decref(value);
	text_pass_on(stream->into);
}

void json_stream_add_list(struct json_stream *stream, const char *key, uint32_t count,
			  json_t *(*make)(const struct report *report, uint32_t index), const struct report *report)
{
	json_stream_open(stream, key, '[');
	for (uint32_t i = 0; i < count && !stream->failed; i++)
		json_stream_add(stream, NULL, make(report, i));
	json_stream_close(stream);
}

int json_stream_end(struct json_stream *stream, struct error *error)
{
	while (stream->depth > 0)
		json_stream_close(stream);
	text_add_char(stream->into, '\n');
	return stream->failed ? error_set(error, ERROR_MEMORY, NULL, "not enough memory to write the report as JSON")
			      : 0;
}
