// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is typed behind `/`: terms between blanks, all of which must fit a row.
 *
 *	word            somewhere in the row, whatever the case
 *	a|b             either
 *	!term           not
 *	"two words"     with the blank between
 *	column:term     in that column alone; where no column has the name, the whole is a word (MACs have colons)
 *	10.1.0.0/16     some address in the row lies in that network
 */
#ifndef TUI_FILTER_H
#define TUI_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/address.h"

enum { FILTER_SIZE = 120, FILTER_MAX_TERMS = 12, FILTER_MAX_COLUMNS = 24 };

struct filter_term {
	bool inverse;
	int column;        /* -1: any */
	const char *words; /* in the filter's own copy: alternatives, each closed by NUL, an empty one at the end */
};

struct filter {
	char text[FILTER_SIZE]; /* as typed */
	char words[2 * FILTER_SIZE];
	struct filter_term terms[FILTER_MAX_TERMS];
	unsigned count;    /* 0: everything fits */
	const char *wrong; /* what is wrong with it (it then lets everything through), or NULL; static */
};

/* `columns` are names in lower case. Terms point into the filter: it must not be copied. */
void filter_set(struct filter *filter, const char *text, const char *const *columns, unsigned column_count);

/* `cells` are the row's texts, by column. */
bool filter_fits(const struct filter *filter, const char *const *cells, unsigned count);

#endif
