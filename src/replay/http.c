// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/http.h"

#include <string.h>
#include <strings.h>

enum { HEAD_MOST = 65536, LENGTH_MOST = 1 << 30 };

struct line {
	const char *at;
	uint32_t length; /* without its end */
	uint32_t next;   /* where the next one begins */
};

/* What a head says of the message's length. */
struct head {
	int status; /* of an answer */
	bool chunked, has_length;
	uint32_t length;
	uint32_t end;
};

static bool take_line(const uint8_t *bytes, uint32_t length, uint32_t from, struct line *line)
{
	const uint8_t *end = from < length ? memchr(bytes + from, '\n', length - from) : NULL;

	if (!end)
		return false;
	*line =
	    (struct line){ (const char *)bytes + from, (uint32_t)(end - bytes) - from, (uint32_t)(end - bytes) + 1 };
	if (line->length > 0 && line->at[line->length - 1] == '\r')
		line->length--;
	return true;
}

static bool begins_with(const struct line *line, const char *word)
{
	size_t size = strlen(word);

	return line->length >= size && strncasecmp(line->at, word, size) == 0;
}

static bool ends_with(const struct line *line, const char *word)
{
	size_t size = strlen(word);

	return line->length >= size && strncasecmp(line->at + line->length - size, word, size) == 0;
}

static int digit_of(char c, unsigned base)
{
	int digit = -1;

	if (c >= '0' && c <= '9')
		digit = c - '0';
	else if (base == 16 && (c | 32) >= 'a' && (c | 32) <= 'f')
		digit = (c | 32) - 'a' + 10;
	return digit;
}

/* The number at `from`, over blanks. False where there is none, or it is too large to be waited for. */
static bool take_number(const struct line *line, uint32_t from, unsigned base, uint32_t *value)
{
	uint32_t first;

	while (from < line->length && (line->at[from] == ' ' || line->at[from] == '\t'))
		from++;
	*value = 0;
	for (first = from; from < line->length && digit_of(line->at[from], base) >= 0; from++) {
		*value = *value * base + (uint32_t)digit_of(line->at[from], base);
		if (*value > LENGTH_MOST)
			return false;
	}
	return from > first;
}

/* --- heads --- */

/* RFC 9112 sections 3 and 4: "GET /path HTTP/1.1", "HTTP/1.1 200 OK". */
static bool read_first_line(const struct line *line, enum http_kind kind, struct head *head)
{
	uint32_t status;

	if (kind == HTTP_REQUEST)
		return line->length > 9 && (ends_with(line, " HTTP/1.1") || ends_with(line, " HTTP/1.0")) &&
		       !begins_with(line, "CONNECT ");
	if (!begins_with(line, "HTTP/1.") || line->length < 12 || !take_number(line, 8, 10, &status))
		return false;
	head->status = (int)status;
	return status != 101;
}

static void read_field(const struct line *line, struct head *head)
{
	static const char length[] = "Content-Length:", coding[] = "Transfer-Encoding:";

	if (begins_with(line, length))
		head->has_length = take_number(line, sizeof length - 1, 10, &head->length);
	else if (begins_with(line, coding) && ends_with(line, "chunked"))
		head->chunked = true;
}

/* 1: read, 0: not all of it has come, -1: it is none. */
static int read_head(enum http_kind kind, const uint8_t *bytes, uint32_t kept, uint32_t from, struct head *head)
{
	struct line line;

	*head = (struct head){ .end = from };
	if (!take_line(bytes, kept, from, &line))
		return kept - from > HEAD_MOST ? -1 : 0;
	if (!read_first_line(&line, kind, head))
		return -1;
	while (take_line(bytes, kept, line.next, &line)) {
		head->end = line.next;
		if (line.length == 0)
			return 1;
		read_field(&line, head);
	}
	return kept - from > HEAD_MOST ? -1 : 0;
}

/* RFC 9112 section 6.3. */
static void enter_body(struct http_cursor *cursor, enum http_kind kind, const struct head *head)
{
	bool bodyless = kind == HTTP_ANSWER_TO_HEAD || head->status == 204 || head->status == 304 ||
			(head->status >= 100 && head->status < 200);

	cursor->at = head->end;
	cursor->state = HTTP_BODY;
	if (bodyless)
		return;
	if (head->chunked)
		cursor->state = HTTP_CHUNK;
	else if (head->has_length)
		cursor->at += head->length;
	else if (kind != HTTP_REQUEST)
		cursor->state = HTTP_LOST;
}

/* --- bodies --- */

/* RFC 9112 section 7.1: a size in hexadecimal digits, the bytes, and the end of a line. */
static bool take_chunk(struct http_cursor *cursor, const uint8_t *bytes, uint32_t kept, uint32_t come)
{
	struct line line;
	uint32_t size;

	if (cursor->at > kept || kept < come)
		cursor->state = HTTP_LOST;
	if (cursor->state == HTTP_LOST || !take_line(bytes, kept, cursor->at, &line))
		return false;
	if (!take_number(&line, 0, 16, &size)) {
		cursor->state = HTTP_LOST;
		return false;
	}
	if (size == 0) {
		cursor->at = line.next;
		cursor->state = HTTP_TRAILER;
		return true;
	}
	if (come < line.next + size + 2)
		return false;
	cursor->at = line.next + size + 2;
	return true;
}

static bool take_trailer(struct http_cursor *cursor, const uint8_t *bytes, uint32_t kept)
{
	struct line line;

	if (!take_line(bytes, kept, cursor->at, &line))
		return false;
	cursor->at = line.next;
	if (line.length == 0)
		cursor->state = HTTP_BODY;
	return true;
}

/* --- messages --- */

/* One step on; `status` is the latest head's. */
static bool go_on(struct http_cursor *cursor, enum http_kind kind, const uint8_t *bytes, uint32_t kept, uint32_t come,
		  int *status)
{
	struct head head;
	int known;

	switch (cursor->state) {
	case HTTP_BETWEEN:
		known = cursor->at > kept ? -1 : read_head(kind, bytes, kept, cursor->at, &head);
		/* What was not kept is never read. */
		if (known < 0 || (known == 0 && kept < come))
			cursor->state = HTTP_LOST;
		if (known <= 0)
			return false;
		*status = head.status;
		enter_body(cursor, kind, &head);
		return cursor->state != HTTP_LOST;
	case HTTP_BODY:
		if (come < cursor->at)
			return false;
		cursor->state = HTTP_BETWEEN;
		return true;
	case HTTP_CHUNK: return take_chunk(cursor, bytes, kept, come);
	case HTTP_TRAILER: return take_trailer(cursor, bytes, kept);
	default: return false;
	}
}

bool http_next(struct http_cursor *cursor, enum http_kind kind, const uint8_t *bytes, uint32_t kept, uint32_t come)
{
	int status = 0;

	while (go_on(cursor, kind, bytes, kept, come, &status))
		if (cursor->state == HTTP_BETWEEN && (status < 100 || status > 199))
			return true;
	return false;
}

bool http_asks_for_head(const struct http_cursor *cursor, const uint8_t *bytes, uint32_t length)
{
	return length - cursor->at > 5 && memcmp(bytes + cursor->at, "HEAD ", 5) == 0;
}
