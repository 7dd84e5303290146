// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/xml.h"

#include <stdbool.h>

#include "report/utf8.h"

/* XML 1.0 production [2] Char. */
static bool xml_can_hold(uint32_t c)
{
	return (c >= 0x20 || c == '\t' || c == '\n' || c == '\r') && c != 0xfffe && c != 0xffff;
}

static void xml_add_code_point(struct text *text, uint32_t c)
{
	switch (c) {
	case '&': text_add(text, "&amp;"); return;
	case '<': text_add(text, "&lt;"); return;
	case '>': text_add(text, "&gt;"); return;
	case '"': text_add(text, "&quot;"); return;
	default: utf8_add(text, xml_can_hold(c) ? c : UTF8_REPLACEMENT);
	}
}

void xml_add(struct text *text, const char *string)
{
	for (uint32_t c; string != NULL && (c = utf8_next(&string)) != 0;)
		xml_add_code_point(text, c);
}

void xml_add_attribute(struct text *text, const char *name, const char *value)
{
	text_printf(text, " %s=\"", name);
	for (uint32_t c; value != NULL && (c = utf8_next(&value)) != 0;) {
		if (c == '\t' || c == '\n' || c == '\r')
			text_printf(text, "&#%u;", (unsigned)c);
		else
			xml_add_code_point(text, c);
	}
	text_add_char(text, '"');
}
