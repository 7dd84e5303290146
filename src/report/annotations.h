// SPDX-License-Identifier: GPL-2.0-or-later
/* The frames that a report cites, with what it says of them: comments for an annotated capture. */
#ifndef REPORT_ANNOTATIONS_H
#define REPORT_ANNOTATIONS_H

#include <stddef.h>

#include "analysis/report.h"

struct annotation {
	uint32_t input;
	uint64_t frame;
	char *comment; /* "error: RULE: NOTE (SUBJECT)" */
};

/* By input, then frame; a frame that several faults cite comes several times, in the faults' order. */
struct annotations {
	struct annotation *list;
	size_t count;
};

#define ANNOTATIONS_INIT                                                                                               \
	{                                                                                                              \
		.list = NULL                                                                                           \
	}

/* Into an empty list, which the caller frees in any case. */
int annotations_make(const struct report *report, struct annotations *annotations, struct error *error);
void annotations_free(struct annotations *annotations);

/* The first one of `input` at or behind `frame`, or NULL. Those that follow it in the list may be of the same frame. */
const struct annotation *annotations_find(const struct annotations *annotations, uint32_t input, uint64_t frame);

#endif
