// SPDX-License-Identifier: GPL-2.0-or-later
#include "tui/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/utf8.h"

enum { MOST_LINES = 5000, LEAST_WIDTH = 10 };

void page_begin(struct page *page, int width)
{
	text_clear(&page->text);
	page->count = 0;
	page->width = width;
	page->failed = false;
}

void page_free(struct page *page)
{
	text_free(&page->text);
	free(page->lines);
	*page = (struct page){ .count = 0 };
}

static size_t keep(struct page *page, const char *string, size_t length)
{
	size_t offset = page->text.length;

	text_add_bytes(&page->text, string, length);
	text_add_char(&page->text, '\0');
	return page->text.failed ? 0 : offset;
}

static void add_line(struct page *page, const char *label, int indent, enum cell_role role, const char *body,
		     size_t length)
{
	if (page->count == page->room) {
		int room = page->room > 0 ? 2 * page->room : 32;
		struct page_line *lines =
		    room <= MOST_LINES ? realloc(page->lines, (size_t)room * sizeof *lines) : NULL;

		if (lines == NULL) {
			page->failed = true;
			return;
		}
		page->lines = lines;
		page->room = room;
	}
	page->lines[page->count++] = (struct page_line){ .label = keep(page, label, strlen(label)),
							 .body = keep(page, body, length),
							 .label_role = ROLE_HEADING,
							 .body_role = (uint8_t)role,
							 .indent = (uint16_t)indent };
}

void page_line(struct page *page, enum cell_role role, const char *format, ...)
{
	char buffer[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(buffer, sizeof buffer, format, arguments);
	va_end(arguments);
	add_line(page, "", 0, role, buffer, strlen(buffer));
}

/* Bytes of `string` that go on a line: up to the last blank that fits, a long word is cut. */
static size_t line_length(const char *string, int columns)
{
	const char *at = string, *blank = NULL;
	int column = 0;

	while (*at != '\0' && *at != '\n') {
		const char *before = at;

		column += code_columns(utf8_next(&at));
		if (*before == ' ')
			blank = before;
		if (column > columns)
			return blank != NULL && blank > string ? (size_t)(blank - string)
			       : before > string               ? (size_t)(before - string)
							       : (size_t)(at - string);
	}
	return (size_t)(at - string);
}

void page_labelled(struct page *page, const char *label, int indent, enum cell_role role, const char *string)
{
	int columns = page->width - indent;

	if (string == NULL || string[0] == '\0')
		return;
	if (label[0] != '\0' && text_columns(label) >= indent) {
		add_line(page, label, 0, role, "", 0);
		label = "";
	}
	while (*string != '\0') {
		size_t length = line_length(string, columns < LEAST_WIDTH ? LEAST_WIDTH : columns);

		add_line(page, label, indent, role, string, length);
		if (page->failed)
			return;
		label = "";
		string += length;
		if (*string == '\n')
			string++;
		else
			string += strspn(string, " ");
	}
}

void page_paragraph(struct page *page, const char *label, enum cell_role role, const char *string)
{
	page_labelled(page, label, PAGE_LABEL, role, string);
}

void page_draw(const struct page *page, const struct region *region, int *top)
{
	const char *text = text_string(&page->text);

	if (*top > page->count - region->rows)
		*top = page->count - region->rows;
	if (*top < 0)
		*top = 0;
	for (int row = 0; row < region->rows && *top + row < page->count; row++) {
		const struct page_line *line = &page->lines[*top + row];

		region_put(region, row, 0, line->label_role, text + line->label);
		region_put(region, row, line->indent, line->body_role, text + line->body);
	}
}

const char *page_position(const struct page *page, int rows, int top, char buffer[static PAGE_POSITION_SIZE])
{
	int end = top + rows < page->count ? top + rows : page->count;

	buffer[0] = '\0';
	if (rows < page->count)
		snprintf(buffer, PAGE_POSITION_SIZE, " lines %d-%d of %d ", top + 1, end, page->count);
	return buffer;
}
