// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lines_init(struct lines *lines, const char *name, const char *bytes, size_t length)
{
	*lines = (struct lines){ .name = name, .bytes = bytes, .length = length };
}

void make_printable(char *string)
{
	for (char *at = string; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	}
}

int lines_fail(const struct lines *lines, struct error *error, const char *format, ...)
{
	char message[sizeof error->message], where[sizeof error->where];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	make_printable(message);
	snprintf(where, sizeof where, "%.200s:%lu", lines->name, lines->line);
	return error_set(error, ERROR_USAGE, where, "%s", message);
}

int lines_place(const struct lines *lines, int result, struct error *error)
{
	if (result >= 0 || !error)
		return result;
	make_printable(error->message);
	error_set_where(error, "%.200s:%lu", lines->name, lines->line);
	return result;
}

static int lines_split(struct lines *lines, struct error *error)
{
	char *rest = lines->buffer;
	char *word;

	lines->count = 0;
	while ((word = strtok_r(NULL, " \t\r\f\v", &rest))) {
		if (word[0] == '#')
			break;
		if (lines->count == WORDS_MAX)
			return lines_fail(lines, error, "more than %d words in a line: split it", WORDS_MAX);
		lines->words[lines->count++] = word;
	}
	return lines->count > 0;
}

int lines_next(struct lines *lines, struct error *error)
{
	int result = 0;

	while (result == 0 && lines->offset < lines->length) {
		const char *at = lines->bytes + lines->offset;
		size_t left = lines->length - lines->offset;
		const char *end = memchr(at, '\n', left);
		size_t length = end ? (size_t)(end - at) : left;

		lines->line++;
		lines->offset += length + (end != NULL);
		if (length >= sizeof lines->buffer)
			return lines_fail(lines, error, "the line is longer than %d bytes: split it",
					  WORDS_LINE_SIZE - 1);
		if (memchr(at, '\0', length))
			return lines_fail(lines, error, "the line holds a NUL byte: this is no text file");
		memcpy(lines->buffer, at, length);
		lines->buffer[length] = '\0';
		result = lines_split(lines, error);
	}
	return result;
}

bool word_to_number(const char *word, uint32_t limit, uint32_t *number)
{
	uint64_t value = 0;

	if (*word == '\0')
		return false;
	for (; *word != '\0'; word++) {
		if (*word < '0' || *word > '9')
			return false;
		value = value * 10 + (uint64_t)(*word - '0');
		if (value > limit)
			return false;
	}
	*number = (uint32_t)value;
	return true;
}

bool word_to_port(const char *word, uint16_t *port)
{
	uint32_t number;

	if (!word_to_number(word, UINT16_MAX, &number))
		return false;
	*port = (uint16_t)number;
	return true;
}

bool word_to_named_port(const char *word, uint16_t *port)
{
	static const struct {
		const char *name;
		uint16_t port;
	} names[] = {
		{ "http", 80 },      { "https", 443 },        { "http-alt", 8080 },  { "domain", 53 },
		{ "domain-s", 853 }, { "smtp", 25 },          { "submission", 587 }, { "submissions", 465 },
		{ "imap2", 143 },    { "imaps", 993 },        { "pop3", 110 },       { "pop3s", 995 },
		{ "ldap", 389 },     { "ldaps", 636 },        { "ftp", 21 },         { "ssh", 22 },
		{ "mysql", 3306 },   { "postgresql", 5432 },  { "ntp", 123 },        { "syslog", 514 },
		{ "radius", 1812 },  { "radius-acct", 1813 }, { "sip", 5060 },       { "sip-tls", 5061 },
		{ "tftp", 69 },      { "nfs", 2049 },         { "redis", 6379 },     { "mqtt", 1883 },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i].name, word) == 0) {
			*port = names[i].port;
			return true;
		}
	return word_to_port(word, port);
}

bool word_split_port(char *word, char **address, char **port)
{
	char *colon = strchr(word, ':');
	char *close = strchr(word, ']');

	*address = word;
	*port = NULL;
	if (word[0] == '[') {
		if (!close || (close[1] != '\0' && close[1] != ':'))
			return false;
		*address = word + 1;
		*port = close[1] == ':' ? close + 2 : NULL;
		*close = '\0';
		return true;
	}
	if (colon && !strchr(colon + 1, ':')) {
		*colon = '\0';
		*port = colon + 1;
	}
	return true;
}

bool ip_is_own(const struct ip *ip)
{
	static const struct ip loopback6 = { .family = 6, .b = { [15] = 1 } };

	return (ip->family == 4 && ip->b[0] == 127) || ip_equal(ip, &loopback6);
}
