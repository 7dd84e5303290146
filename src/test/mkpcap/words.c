// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of a statement, and what they stand for. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mkpcap.h"

const struct mac mac_broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

void fail(const struct script *s, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s:%u: ", s->path, s->line_number);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

char *take_if_any(struct line *line)
{
	for (int i = 0; i < line->count; i++)
		if (!line->used[i]) {
			line->used[i] = true;
			return line->words[i];
		}
	return NULL;
}

char *take(const struct script *s, struct line *line, const char *what)
{
	char *word = take_if_any(line);

	if (!word)
		fail(s, "%s is missing", what);
	return word;
}

static int find_word(const struct line *line, const char *word)
{
	for (int i = 0; i < line->count; i++)
		if (!line->used[i] && strcmp(line->words[i], word) == 0)
			return i;
	return -1;
}

bool take_flag(struct line *line, const char *word)
{
	int at = find_word(line, word);

	if (at >= 0)
		line->used[at] = true;
	return at >= 0;
}

char *take_key(const struct script *s, struct line *line, const char *key)
{
	int at = find_word(line, key);

	if (at < 0)
		return NULL;
	if (at + 1 >= line->count || line->used[at + 1])
		fail(s, "%s needs a value", key);
	line->used[at] = line->used[at + 1] = true;
	return line->words[at + 1];
}

char *need_key(const struct script *s, struct line *line, const char *key)
{
	char *value = take_key(s, line, key);

	if (!value)
		fail(s, "\"%s\" is missing", key);
	return value;
}

unsigned long parse_number(const struct script *s, const char *word)
{
	char *end;

	errno = 0;
	unsigned long value = strtoul(word, &end, 0);
	if (errno || end == word || *end)
		fail(s, "%s is not a number", word);
	return value;
}

unsigned long take_number(const struct script *s, struct line *line, const char *key, unsigned long otherwise)
{
	char *word = take_key(s, line, key);

	return word ? parse_number(s, word) : otherwise;
}

/* Exact where a floating point number would not be: digits, perhaps a sign, perhaps up to nine decimals. */
int64_t parse_seconds(const struct script *s, const char *word)
{
	const char *at = word + (*word == '-' || *word == '+');
	int64_t value = 0;
	int decimals = -1;

	for (; *at; at++) {
		if (*at == '.' && decimals < 0) {
			decimals = 0;
		} else if (*at >= '0' && *at <= '9' && decimals < 9) {
			value = value * 10 + (*at - '0');
			decimals += decimals >= 0;
		} else {
			fail(s, "%s is not a time in seconds", word);
		}
	}
	for (int i = decimals < 0 ? 0 : decimals; i < 9; i++)
		value *= 10;
	return *word == '-' ? -value : value;
}

const struct host *find_host(const struct script *s, const char *name)
{
	size_t length = strcspn(name, ".");

	for (unsigned i = 0; i < s->host_count; i++)
		if (strlen(s->hosts[i].name) == length && strncmp(s->hosts[i].name, name, length) == 0)
			return &s->hosts[i];
	return NULL;
}

const struct host *need_host(const struct script *s, const char *name)
{
	const struct host *host = find_host(s, name);

	if (!host)
		fail(s, "no host is called %s", name);
	return host;
}

struct mac mac_of(const struct script *s, const char *word)
{
	struct mac mac;

	if (strcmp(word, "broadcast") == 0)
		return mac_broadcast;
	if (mac_parse(word, &mac))
		return mac;
	const struct host *host = need_host(s, word);
	if (!host->has_mac)
		fail(s, "%s has no MAC address", word);
	return host->mac;
}

struct ip ip_of(const struct script *s, const char *word)
{
	struct ip ip;

	if (ip_parse(word, &ip))
		return ip;
	const struct host *host = need_host(s, word);
	const char *suffix = strchr(word, '.');
	ip = suffix && strcmp(suffix, ".6") == 0 ? host->v6 : host->v4;
	if (ip.family == 0)
		fail(s, "%s has no such address", word);
	return ip;
}

static struct mac mac_of_group(const struct ip *ip)
{
	if (ip->family == 6)
		return (struct mac){ { 0x33, 0x33, ip->b[12], ip->b[13], ip->b[14], ip->b[15] } };
	return (struct mac){ { 0x01, 0x00, 0x5e, ip->b[1] & 0x7f, ip->b[2], ip->b[3] } };
}

struct mac mac_behind(const struct script *s, const char *word)
{
	struct ip ip = ip_of(s, word);

	if (ip_is_multicast(&ip))
		return mac_of_group(&ip);
	if (ip_is_broadcast(&ip))
		return mac_broadcast;
	for (unsigned i = 0; i < s->host_count; i++) {
		const struct host *host = &s->hosts[i];
		if (host->has_mac && (ip_equal(&host->v4, &ip) || ip_equal(&host->v6, &ip)))
			return host->mac;
	}
	fail(s, "no host with a MAC address has the address %s: say `from` or `via`", word);
}

const struct octets *find_label(const struct script *s, const char *name)
{
	for (unsigned i = 0; i < s->label_count; i++)
		if (strcmp(s->labels[i].name, name) == 0)
			return &s->labels[i].frame;
	fail(s, "no frame is labelled %s", name);
}
