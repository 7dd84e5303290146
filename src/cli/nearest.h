// SPDX-License-Identifier: GPL-2.0-or-later
/* "Did you mean ...": the known word that is closest to a mistyped one. */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *typed;
	const char *word; /* the best so far; NULL while none is close enough */
	size_t distance;
};

/* Starts a search. Words that differ in more than a third of their letters are not offered. */
struct nearest nearest_to(const char *typed);

void nearest_try(struct nearest *nearest, const char *word);

/* "; did you mean 'WORD'?", or "" where nothing is close. Returns `buffer`. */
const char *nearest_phrase(const struct nearest *nearest, char *buffer, size_t size);

#endif
