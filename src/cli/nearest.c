// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/nearest.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_WORD = 40 };

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance, one row at a time. */
static size_t distance_between(const char *a, const char *b)
{
	size_t row[LONGEST_WORD + 1];
	size_t columns = strlen(b);

	for (size_t i = 0; i <= columns; i++)
		row[i] = i;
	for (size_t k = 0; a[k] != '\0'; k++) {
		size_t diagonal = row[0];

		row[0] = k + 1;
		for (size_t i = 1; i <= columns; i++) {
			size_t change = diagonal + (a[k] != b[i - 1]);

			diagonal = row[i];
			row[i] = smaller(change, smaller(row[i], row[i - 1]) + 1);
		}
	}
	return row[columns];
}

struct nearest nearest_to(const char *typed)
{
	return (struct nearest){ .typed = typed, .word = NULL, .distance = strlen(typed) / 3 + 1 };
}

void nearest_try(struct nearest *nearest, const char *word)
{
	size_t distance;

	if (strlen(word) > LONGEST_WORD || strlen(nearest->typed) > LONGEST_WORD)
		return;
	distance = distance_between(nearest->typed, word);
	if (distance > nearest->distance || (distance == nearest->distance && nearest->word != NULL))
		return;
	nearest->distance = distance;
	nearest->word = word;
}

const char *nearest_phrase(const struct nearest *nearest, char *buffer, size_t size)
{
	buffer[0] = '\0';
	if (nearest->word != NULL)
		snprintf(buffer, size, "; did you mean '%s'?", nearest->word);
	return buffer;
}
