// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/utf8.h"

#include <stdbool.h>

/* Lead bytes by the number of bytes that follow, and the least code point that needs as many (RFC 3629 section 3). */
static const struct utf8_form {
	uint8_t mask, lead;
	int more;
	uint32_t least;
} forms[] = {
	{ 0x80, 0x00, 0, 0 },
	{ 0xe0, 0xc0, 1, 0x80 },
	{ 0xf0, 0xe0, 2, 0x800 },
	{ 0xf8, 0xf0, 3, 0x10000 },
};

static const struct utf8_form *form_of(uint8_t lead)
{
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if ((lead & forms[i].mask) == forms[i].lead)
			return &forms[i];
	return NULL;
}

static bool is_scalar(uint32_t code_point)
{
	return code_point <= 0x10ffff && (code_point < 0xd800 || code_point > 0xdfff);
}

uint32_t utf8_next(const char **at)
{
	const uint8_t *bytes = (const uint8_t *)*at;
	const struct utf8_form *form = form_of(bytes[0]);
	uint32_t code_point;

	if (bytes[0] == '\0')
		return 0;
	*at += 1;
	if (form == NULL)
		return UTF8_REPLACEMENT;
	code_point = bytes[0] & (uint8_t)~form->mask;
	for (int i = 1; i <= form->more; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return UTF8_REPLACEMENT;
		code_point = code_point << 6 | (bytes[i] & 0x3f);
	}
	if (code_point < form->least || !is_scalar(code_point))
		return UTF8_REPLACEMENT;
	*at += form->more;
	return code_point;
}

void utf8_add(struct text *text, uint32_t code_point)
{
	int more = code_point < 0x80 ? 0 : code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;

	text_add_char(text, (char)(forms[more].lead | code_point >> (6 * more)));
	while (more-- > 0)
		text_add_char(text, (char)(0x80 | (code_point >> (6 * more) & 0x3f)));
}

void utf8_add_valid(struct text *text, const char *string)
{
	for (uint32_t c; (c = utf8_next(&string)) != 0;)
		utf8_add(text, c);
}

void utf8_add_printable(struct text *text, const char *string)
{
	for (uint32_t c; (c = utf8_next(&string)) != 0;) {
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			text_printf(text, "\\x%02x", (unsigned)c);
		else
			utf8_add(text, c);
	}
}

size_t utf8_length(const char *string)
{
	size_t length = 0;

	while (utf8_next(&string) != 0)
		length++;
	return length;
}
