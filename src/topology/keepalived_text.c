// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "topology/keepalived.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/*
 * Copies `from` onto `to` up to a comment. A backslash at the very end marks a line that goes on; one in front of
 * anything else is kept, since scripts and patterns have their own use for it.
 */
static char *copy_code(const char *from, char *to, bool *goes_on)
{
	bool quoted = false;

	for (; *from != '\0'; from++) {
		if (!quoted && (*from == '#' || *from == '!'))
			break;
		if (*from == '"')
			quoted = !quoted;
		if (*from == '\\' && from[1] == '\0') {
			*goes_on = true;
			break;
		}
		if (*from == '\\' && (quoted || (from[1] != '#' && from[1] != '!')))
			*to++ = *from++;
		else if (*from == '\\')
			from++;
		*to++ = *from;
	}
	return to;
}

void keepalived_decomment(char *line)
{
	bool goes_on = false;
	const char *from = line;
	char *end;

	while (is_blank(*from))
		from++;
	end = copy_code(from, line, &goes_on);
	while (end > line && is_blank(end[-1]))
		end--;
	if (goes_on)
		*end++ = '\\';
	*end = '\0';
}

/* The end of the word that begins at `at`, and where to go on. */
static char *word_end(struct statement *statement, char *at, char **next)
{
	char *end;

	if (*at == '"') {
		end = strchr(at + 1, '"');
		statement->unterminated = end == NULL;
		if (!end)
			end = at + strlen(at);
		*next = *end == '\0' ? end : end + 1;
		return end;
	}
	end = at;
	while (*end != '\0' && *end != '"' && !is_blank(*end))
		end++;
	*next = is_blank(*end) ? end + 1 : end;
	return end;
}

void keepalived_split(struct statement *statement)
{
	char *at = statement->buffer;
	char *after_word = NULL; /* ends the word before, once the character there has been looked at */

	statement->count = 0;
	statement->unterminated = false;
	while (statement->count < KEEPALIVED_MAX_WORDS) {
		char *end, *next;

		while (is_blank(*at))
			at++;
		if (*at == '\0')
			break;
		end = word_end(statement, at, &next);
		statement->words[statement->count++] = *at == '"' ? at + 1 : at;
		if (after_word)
			*after_word = '\0';
		after_word = end;
		at = next;
	}
	if (after_word)
		*after_word = '\0';
}

const char *keepalived_find_brace(const char *line)
{
	for (const char *at = line; *at != '\0'; at++) {
		if (*at == '{' || *at == '}')
			return at;
		if (*at == '"')
			at = strchr(at + 1, '"');
		else if (*at == '$' && at[1] == '{')
			at = strchr(at, '}');
		if (!at)
			return NULL;
	}
	return NULL;
}
