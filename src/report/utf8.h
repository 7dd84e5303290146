// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Untrusted strings (file names, mostly) on their way into a report: what is
 * not UTF-8 becomes U+FFFD, what would control a terminal becomes visible.
 */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { UTF8_REPLACEMENT = 0xfffd };

/*
 * Takes the next code point from `*at`: 0 at the end, UTF8_REPLACEMENT for
 * each byte that does not belong to a well-formed sequence (RFC 3629: no
 * surrogates, no overlong forms).
 */
uint32_t utf8_next(const char **at);

/* Appends a code point that utf8_next() gave. */
void utf8_add(struct text *text, uint32_t code_point);

/* Appends `string` as valid UTF-8 and nothing else changed. */
void utf8_add_valid(struct text *text, const char *string);

/* Appends `string` on one line: control characters (C0, DEL, C1) as \xNN. */
void utf8_add_printable(struct text *text, const char *string);

/* How many code points `string` has: the columns that it takes, as far as this program needs to know. */
size_t utf8_length(const char *string);

#endif
