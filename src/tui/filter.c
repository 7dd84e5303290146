// SPDX-License-Identifier: GPL-2.0-or-later
#include "tui/filter.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int column_named(const char *name, size_t length, const char *const *columns, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (strlen(columns[i]) == length && strncasecmp(columns[i], name, length) == 0)
			return (int)i;
	return -1;
}

/* "10.1.0.0/16" */
static bool network_parse(const char *word, struct ip *ip, unsigned *prefix, bool *sane)
{
	const char *slash = strchr(word, '/');
	char address[IP_TEXT_SIZE], *end;
	unsigned long bits;

	if (slash == NULL || slash == word || (size_t)(slash - word) >= sizeof address)
		return false;
	snprintf(address, sizeof address, "%.*s", (int)(slash - word), word);
	if (!ip_parse(address, ip))
		return false;
	bits = strtoul(slash + 1, &end, 10);
	*sane = isdigit((unsigned char)slash[1]) && *end == '\0' && bits <= (ip->family == 4 ? 32 : 128);
	*prefix = *sane ? (unsigned)bits : 0;
	return true;
}

struct parser {
	struct filter *filter;
	const char *at;
	char *into;
};

/* One alternative up to a blank or a bar; false where it is not sane. */
static bool parse_word(struct parser *parser)
{
	char *start = parser->into;
	struct ip ip;
	unsigned prefix;
	bool sane = true;

	if (*parser->at == '"') {
		const char *end = strchr(++parser->at, '"');

		if (end == NULL) {
			parser->filter->wrong = "a quotation mark is missing";
			return false;
		}
		while (parser->at < end)
			*parser->into++ = (char)tolower((unsigned char)*parser->at++);
		parser->at++;
	} else {
		while (*parser->at != '\0' && *parser->at != ' ' && *parser->at != '|')
			*parser->into++ = (char)tolower((unsigned char)*parser->at++);
	}
	*parser->into++ = '\0';
	if (*start == '\0') {
		parser->filter->wrong = "a word is missing";
		return false;
	}
	if (network_parse(start, &ip, &prefix, &sane) && !sane)
		parser->filter->wrong = "the network has no such prefix length";
	return sane;
}

static bool parse_term(struct parser *parser, const char *const *columns, unsigned column_count)
{
	struct filter_term *term = &parser->filter->terms[parser->filter->count];
	size_t name;

	if (parser->filter->count == FILTER_MAX_TERMS) {
		parser->filter->wrong = "too many words";
		return false;
	}
	*term = (struct filter_term){ .column = -1, .words = parser->into };
	if (*parser->at == '!') {
		term->inverse = true;
		parser->at++;
	}
	name = strcspn(parser->at, ": \"|");
	if (parser->at[name] == ':')
		term->column = column_named(parser->at, name, columns, column_count);
	if (term->column >= 0)
		parser->at += name + 1;
	for (;;) {
		if (!parse_word(parser))
			return false;
		if (*parser->at != '|')
			break;
		parser->at++;
	}
	*parser->into++ = '\0';
	parser->filter->count++;
	return true;
}

void filter_set(struct filter *filter, const char *text, const char *const *columns, unsigned column_count)
{
	struct parser parser = { .filter = filter, .into = filter->words };

	if (text != filter->text)
		snprintf(filter->text, sizeof filter->text, "%s", text);
	filter->count = 0;
	filter->wrong = NULL;
	parser.at = filter->text;
	for (;;) {
		parser.at += strspn(parser.at, " ");
		if (*parser.at == '\0')
			return;
		if (!parse_term(&parser, columns, column_count)) {
			filter->count = 0;
			return;
		}
	}
}

/* The word is in lower case. */
static bool contains(const char *text, const char *word)
{
	for (; *text != '\0'; text++) {
		size_t i = 0;

		while (word[i] != '\0' && tolower((unsigned char)text[i]) == word[i])
			i++;
		if (word[i] == '\0')
			return true;
	}
	return false;
}

/* Whether some address in the text lies in the network. */
static bool holds_address(const char *text, const struct ip *network, unsigned prefix)
{
	static const char letters[] = "0123456789abcdefABCDEF.:";

	while (*text != '\0') {
		size_t length = strspn(text, letters);
		char token[IP_TEXT_SIZE];
		struct ip ip;

		if (length == 0) {
			text++;
			continue;
		}
		snprintf(token, sizeof token, "%.*s", (int)(length < sizeof token ? length : sizeof token - 1), text);
		if (ip_parse(token, &ip) && ip_same_network(&ip, network, prefix))
			return true;
		text += length;
	}
	return false;
}

static bool fits_text(const char *words, const char *text)
{
	for (const char *word = words; *word != '\0'; word += strlen(word) + 1) {
		struct ip network;
		unsigned prefix;
		bool sane;

		if (network_parse(word, &network, &prefix, &sane) ? holds_address(text, &network, prefix)
								  : contains(text, word))
			return true;
	}
	return false;
}

static bool fits_term(const struct filter_term *term, const char *const *cells, unsigned count)
{
	if (term->column >= 0)
		return (unsigned)term->column < count && fits_text(term->words, cells[term->column]);
	for (unsigned i = 0; i < count; i++)
		if (fits_text(term->words, cells[i]))
			return true;
	return false;
}

bool filter_fits(const struct filter *filter, const char *const *cells, unsigned count)
{
	for (unsigned i = 0; i < filter->count; i++)
		if (fits_term(&filter->terms[i], cells, count) == filter->terms[i].inverse)
			return false;
	return true;
}
