// SPDX-License-Identifier: GPL-2.0-or-later
/* Which source a file is, by its content. */
#include <string.h>

#include "topology/words.h"

enum source { SOURCE_UNKNOWN, SOURCE_OWN, SOURCE_KEEPALIVED, SOURCE_IPVSADM };

/* The first line that says something. */
struct first_line {
	unsigned long number;
	char word[64]; /* its first word, cut */
};

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

/* '!' is keepalived's other comment. */
static bool find_first_line(const char *bytes, size_t length, struct first_line *line)
{
	const char *end = bytes + length;
	const char *next;

	line->number = 0;
	for (const char *at = bytes; at < end; at = next) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *line_end = newline ? newline : end;
		size_t size = 0;

		next = newline ? newline + 1 : end;
		line->number++;
		at = skip_blanks(at, line_end);
		if (at == line_end || *at == '#' || *at == '!')
			continue;
		while (size < sizeof line->word - 1 && at + size < line_end && !memchr(" \t\r{", at[size], 4))
			size++;
		memcpy(line->word, at, size);
		line->word[size] = '\0';
		return true;
	}
	return false;
}

/* Statements that may stand outside blocks; everything else in keepalived.conf shows itself by braces. */
static bool is_keepalived_word(const char *word)
{
	static const char *const words[] = { "include",  "includer", "includem",      "includew",      "includeb",
					     "includea", "instance", "net_namespace", "process_names", "use_pid_dir" };

	if (strchr("$@~{", word[0]))
		return true;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

static enum source guess_source(const struct first_line *line, const char *bytes, size_t length)
{
	if (own_is_keyword(line->word))
		return SOURCE_OWN;
	if (line->word[0] == '-' || strcmp(line->word, "ipvsadm") == 0)
		return SOURCE_IPVSADM;
	if (is_keepalived_word(line->word) || memchr(bytes, '{', length))
		return SOURCE_KEEPALIVED;
	return SOURCE_UNKNOWN;
}

static int fail_unknown(const char *name, struct first_line *line, struct error *error)
{
	make_printable(line->word);
	error_set(error, ERROR_USAGE, NULL,
		  "\"%s\" begins no set-up: name a keepalived.conf, the output of \"ipvsadm -S -n\", or a file with "
		  "lines such as \"vip 10.1.1.1:80/tcp method dr\" (truemac.topology(5))",
		  line->word);
	error_set_where(error, "%.200s:%lu", name, line->number);
	return ERROR_USAGE;
}

int topology_read(struct topology *topology, const char *name, const char *bytes, size_t length,
		  const struct topology_loader *loader, struct error *error)
{
	struct first_line line;

	if (length > 0 && memchr(bytes, '\0', length))
		return error_set(error, ERROR_USAGE, name, "this is no text file, so it describes no set-up");
	if (!find_first_line(bytes, length, &line))
		return error_set(error, ERROR_USAGE, name, "the file describes nothing: it is empty or all comments");
	switch (guess_source(&line, bytes, length)) {
	case SOURCE_OWN: return topology_read_own(topology, name, bytes, length, error);
	case SOURCE_KEEPALIVED: return topology_read_keepalived(topology, name, bytes, length, loader, error);
	case SOURCE_IPVSADM: return topology_read_ipvsadm(topology, name, bytes, length, error);
	case SOURCE_UNKNOWN: break;
	}
	return fail_unknown(name, &line, error);
}
