// SPDX-License-Identifier: GPL-2.0-or-later
/* A page: text for reading, broken into lines of a given width, of which a part is seen. */
#ifndef TUI_PAGE_H
#define TUI_PAGE_H

#include "base/text.h"
#include "tui/grid.h"

struct page_line {
	size_t label, body; /* offsets in `text` */
	uint8_t label_role, body_role;
	uint16_t indent;
};

struct page {
	struct text text;
	struct page_line *lines;
	int count, room;
	int width; /* lines are broken here */
	bool failed;
};

enum { PAGE_LABEL = 9 }; /* columns of a label: "Effect", "Repair", ... */

void page_begin(struct page *page, int width); /* reuses memory; the first time it is all zero */
void page_free(struct page *page);

/* A line as it is. */
void page_line(struct page *page, enum cell_role role, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* `string` in lines of the page's width behind `label`, which may be "". Nothing for a string that is NULL or empty. */
void page_paragraph(struct page *page, const char *label, enum cell_role role, const char *string);
/* As above with a label of a given width. */
void page_labelled(struct page *page, const char *label, int indent, enum cell_role role, const char *string);

/* Draws from line `top` on; corrects `top` where it is beyond the end. */
void page_draw(const struct page *page, const struct region *region, int *top);
/* " lines 1-7 of 23 ", or nothing where all of it is seen; after page_draw(). */
enum { PAGE_POSITION_SIZE = 48 };
const char *page_position(const struct page *page, int rows, int top, char buffer[static PAGE_POSITION_SIZE]);

#endif
