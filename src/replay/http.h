// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where HTTP/1 messages end (RFC 9112 section 6). An answer says itself how long it is, so a client that got another
 * one than the recorded client need not wait for as many bytes.
 *
 * A message ends behind its head, behind Content-Length bytes, or behind the last chunk and its trailer. One that only
 * the end of the connection ends, and whatever is no HTTP/1, is lost to the cursor: it never says that it has ended.
 */
#ifndef REPLAY_HTTP_H
#define REPLAY_HTTP_H

#include <stdbool.h>
#include <stdint.h>

enum http_kind { HTTP_REQUEST, HTTP_ANSWER, HTTP_ANSWER_TO_HEAD };

enum http_state {
	HTTP_BETWEEN, /* `at` is where the next message begins */
	HTTP_BODY,    /* ... where this message's body ends */
	HTTP_CHUNK,   /* ... where a chunk begins */
	HTTP_TRAILER, /* ... where a line of the trailer begins */
	HTTP_LOST
};

/* All zeros: at the beginning of the stream. */
struct http_cursor {
	enum http_state state;
	uint32_t at;
};

/*
 * Goes on to the end of one message, over answers that are only preliminary (1xx). True: it is there, and the cursor
 * behind it. False: not all of it has come. The stream's first `kept` bytes are at `bytes`, and `come` of it have come.
 */
bool http_next(struct http_cursor *cursor, enum http_kind kind, const uint8_t *bytes, uint32_t kept, uint32_t come);

/* The message at the cursor, which is between two, is a request for a head alone. */
bool http_asks_for_head(const struct http_cursor *cursor, const uint8_t *bytes, uint32_t length);

#endif
