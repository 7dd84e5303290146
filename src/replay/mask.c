// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/mask.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* RFC 9110 and RFC 6265; X-Request-Id is a custom of many proxies. */
static const char *const own_fields[] = {
	"Date", "Expires", "Last-Modified", "ETag", "Age", "Set-Cookie", "Via", "X-Request-Id",
};

int mask_add(struct mask *mask, const char *pattern, struct error *error)
{
	char why[128];
	regex_t *compiled;
	int status;

	if (mask->count == MASK_MAX_PATTERNS)
		return error_set(error, ERROR_USAGE, NULL, "more than %d expressions to ignore", MASK_MAX_PATTERNS);
	compiled = malloc(sizeof *compiled);
	if (!compiled)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for an expression");
	status = regcomp(compiled, pattern, REG_EXTENDED | REG_NEWLINE);
	if (status != 0) {
		regerror(status, compiled, why, sizeof why);
		free(compiled);
		return error_set(error, ERROR_USAGE, NULL, "'%.100s' is no regular expression: %s", pattern, why);
	}
	mask->patterns[mask->count++] = compiled;
	if (regexec(compiled, "", 0, NULL, 0) == 0)
		return error_set(error, ERROR_USAGE, NULL,
				 "'%.100s' matches nothing at all, too: it would ignore nothing", pattern);
	return 0;
}

void mask_free(struct mask *mask)
{
	for (uint32_t i = 0; i < mask->count; i++) {
		regfree(mask->patterns[i]);
		free(mask->patterns[i]);
	}
	*mask = (struct mask)MASK_INIT;
}

/* --- fields of HTTP heads --- */

static bool begins_with(const char *line, size_t length, const char *word)
{
	size_t size = strlen(word);

	return length >= size && strncasecmp(line, word, size) == 0;
}

/* The part of a field line that stays: its name and the colon; 0 where all of it does. */
static size_t own_field(const char *line, size_t length)
{
	for (size_t i = 0; i < sizeof own_fields / sizeof own_fields[0]; i++) {
		size_t size = strlen(own_fields[i]);

		if (begins_with(line, length, own_fields[i]) && length > size && line[size] == ':')
			return size + 1;
	}
	return 0;
}

static bool is_empty_line(const char *line, size_t length)
{
	return length == 0 || (length == 1 && line[0] == '\r') || line[0] == '\n' ||
	       (length == 2 && memcmp(line, "\r\n", 2) == 0);
}

static void apply_fields(const char *from, size_t length, struct text *into)
{
	const char *end = from + length;
	bool head = false;

	while (from < end) {
		const char *newline = memchr(from, '\n', (size_t)(end - from));
		size_t size = newline ? (size_t)(newline - from) + 1 : (size_t)(end - from);
		size_t stays;

		if (!head && begins_with(from, size, "HTTP/1."))
			head = true;
		else if (head && is_empty_line(from, size))
			head = false;
		stays = head ? own_field(from, size) : 0;
		text_add_bytes(into, from, stays > 0 ? stays : size);
		from += size;
	}
}

/* --- the user's expressions --- */

static void apply_pattern(const regex_t *pattern, const struct text *from, struct text *into)
{
	const char *bytes = text_string(from);
	size_t at = 0;
	regmatch_t match;

	while (at < from->length) {
		/* REG_STARTEND (regcomp(3)): bytes may be anything, zeros too. */
		match = (regmatch_t){ .rm_so = (regoff_t)at, .rm_eo = (regoff_t)from->length };
		if (regexec(pattern, bytes, 1, &match,
			    REG_STARTEND | (at > 0 && bytes[at - 1] != '\n' ? REG_NOTBOL : 0)))
			break;
		text_add_bytes(into, bytes + at, (size_t)match.rm_so - at);
		if (match.rm_eo == match.rm_so) {
			if ((size_t)match.rm_so < from->length)
				text_add_char(into, bytes[match.rm_so]);
			at = (size_t)match.rm_so + 1;
		} else {
			at = (size_t)match.rm_eo;
		}
	}
	if (at < from->length)
		text_add_bytes(into, bytes + at, from->length - at);
}

void mask_apply(const struct mask *mask, const uint8_t *bytes, size_t length, struct text *into)
{
	const char *from = (const char *)bytes;
	struct text current = TEXT_INIT;

	if (mask->strict || !begins_with(from, length, "HTTP/1."))
		text_add_bytes(&current, from, length);
	else
		apply_fields(from, length, &current);
	for (uint32_t i = 0; i < mask->count; i++) {
		struct text next = TEXT_INIT;

		apply_pattern(mask->patterns[i], &current, &next);
		next.failed |= current.failed;
		text_free(&current);
		current = next;
	}
	text_add_bytes(into, text_string(&current), current.length);
	into->failed |= current.failed;
	text_free(&current);
}
