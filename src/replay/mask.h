// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may differ in an answer without being a fault: it is taken out before answers are compared.
 *
 * In the heads of HTTP/1 answers (RFC 9112 section 2.1) these fields lose their values, since every server makes its
 * own: Date, Expires, Last-Modified, ETag, Age, Set-Cookie, Via, X-Request-Id. Beside that everything that a regular
 * expression of the user matches (POSIX extended, case matters, ^ and $ at lines).
 */
#ifndef REPLAY_MASK_H
#define REPLAY_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum { MASK_MAX_PATTERNS = 32 };

struct mask {
	void *patterns[MASK_MAX_PATTERNS]; /* regex_t */
	uint32_t count;
	bool strict; /* HTTP's own fields count as well */
};

// clang-format off
#define MASK_INIT { .count = 0 }
// clang-format on

/* ERROR_USAGE where the expression is wrong, matches the empty string, or is one too many. */
int mask_add(struct mask *mask, const char *pattern, struct error *error);
void mask_free(struct mask *mask);

/* Appends `bytes` without what is masked. */
void mask_apply(const struct mask *mask, const uint8_t *bytes, size_t length, struct text *into);

#endif
