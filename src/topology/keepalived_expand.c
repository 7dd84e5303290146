// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From files to plain lines. A line that stands for several (a definition of several lines, a repetition, an include)
 * expands each of them in turn, so that definitions made on the way hold for those that follow. Everything is charged
 * against the limits of keepalived.h, hence definitions that multiply each other come to an end.
 */
#include <stdlib.h>
#include <string.h>

#include "topology/keepalived.h"
#include "topology/topology_index.h"

/* keepalived's own definitions, as far as they do not depend on the machine. */
static int define_standard(struct keepalived *keepalived, const char *file)
{
	const char *slash = strrchr(file, '/');
	size_t length = slash ? (size_t)(slash - file) : 1;
	char *directory = strndup(slash ? file : ".", slash == file ? 1 : length);
	int result;

	if (!directory)
		return keepalived_no_memory(keepalived);
	result = keepalived_set(keepalived, "_PWD", 4, directory);
	free(directory);
	if (result == 0)
		result = keepalived_set(keepalived, "_HASH", 5, "#");
	return result < 0 ? result : keepalived_set(keepalived, "_BANG", 5, "!");
}

static int expand_raw_line(struct keepalived *keepalived, const char *bytes, size_t length)
{
	char line[KEEPALIVED_MAX_LINE + 1];

	while (length > 0 && (bytes[length - 1] == '\r' || bytes[length - 1] == '\n'))
		length--;
	if (length == 0)
		keepalived_define_end(keepalived);
	if (length >= sizeof line)
		return keepalived_fail(keepalived, "the line is longer than %d bytes: split it", KEEPALIVED_MAX_LINE);
	if (length > 0 && memchr(bytes, '\0', length))
		return keepalived_fail(keepalived, "the line holds a NUL byte: this is no text file");
	memcpy(line, bytes, length);
	line[length] = '\0';
	keepalived_decomment(line);
	return line[0] == '\0' ? keepalived_charge(keepalived, length) : keepalived_expand_line(keepalived, line, 0);
}

int keepalived_expand_file(struct keepalived *keepalived, const char *name, const char *bytes, size_t length)
{
	struct place before = keepalived->place;
	const char *end = length > 0 ? bytes + length : bytes;
	int result;

	keepalived->place = (struct place){ .file = name };
	result = define_standard(keepalived, name);
	while (result == 0 && bytes < end) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
		const char *next = newline ? newline + 1 : end;

		keepalived->place.line++;
		result = expand_raw_line(keepalived, bytes, (size_t)(next - bytes));
		bytes = next;
	}
	keepalived_define_end(keepalived);
	if (result == 0 && before.file)
		result = define_standard(keepalived, before.file);
	if (result == 0)
		keepalived->place = before;
	return result;
}

/* What the line says on a director of our id, or NULL where it is for others: "@id ..." and "@^id ...". */
static const char *skip_condition(const struct keepalived *keepalived, const char *line)
{
	const char *id = keepalived->loader ? keepalived->loader->config_id : NULL;
	bool negated = line[0] == '@' && line[1] == '^';
	const char *word = line + 1 + negated;
	size_t length;
	bool same;

	if (line[0] != '@')
		return line;
	length = strcspn(word, " \t");
	same = id && strlen(id) == length && memcmp(id, word, length) == 0;
	return same == negated ? NULL : word + length + strspn(word + length, " \t");
}

struct include {
	struct keepalived *keepalived;
	uint32_t matches;
	bool failed; /* inside the file: the error names a place there */
};

static int include_file(void *argument, const char *name, const char *bytes, size_t length, struct error *error)
{
	struct include *include = argument;
	struct keepalived *keepalived = include->keepalived;
	char *copy;
	int result;

	(void)error;
	include->failed = true;
	include->matches++;
	if (keepalived->file_count >= KEEPALIVED_MAX_FILES)
		return keepalived_fail(keepalived, "more than %d files are included", KEEPALIVED_MAX_FILES);
	result = list_reserve(&keepalived->files, keepalived->file_count, &keepalived->file_room,
			      sizeof *keepalived->files, keepalived->error);
	copy = result == 0 ? strdup(name) : NULL;
	if (!copy)
		return keepalived_no_memory(keepalived);
	keepalived->files[keepalived->file_count++] = copy;
	result = keepalived_expand_file(keepalived, copy, bytes, length);
	include->failed = result < 0;
	return result;
}

/* keepalived.conf(5): "include" and its stricter forms includer, includem, includew, includeb, includea. */
static const char *include_pattern(const char *line)
{
	const char *at = line + 7;

	if (strncmp(line, "include", 7) != 0)
		return NULL;
	if (*at != '\0' && strchr("rmwba", *at))
		at++;
	return *at == ' ' || *at == '\t' ? at + strspn(at, " \t") : NULL;
}

static int include_files(struct keepalived *keepalived, const char *pattern)
{
	struct include include = { .keepalived = keepalived };
	const struct topology_loader *loader = keepalived->loader;
	struct error reason = ERROR_INIT;
	int result;

	if (!loader || !loader->load)
		return keepalived_fail(keepalived, "include cannot be followed here: put the files into one");
	if (keepalived->include_depth >= KEEPALIVED_MAX_INCLUDES)
		return keepalived_fail(keepalived,
				       "files include each other more than %d deep: does one include itself?",
				       KEEPALIVED_MAX_INCLUDES);
	keepalived->include_depth++;
	result = loader->load(loader->context, keepalived->place.file, pattern, include_file, &include, &reason);
	keepalived->include_depth--;
	if (result < 0 && !include.failed)
		return keepalived_fail(keepalived, "include %.100s: %.100s%s%.200s", pattern, reason.where,
				       reason.where[0] ? ": " : "", reason.message);
	if (result == 0 && include.matches == 0 && !strpbrk(pattern, "*?[{"))
		return keepalived_fail(keepalived, "include %.200s: there is no such file", pattern);
	return result;
}

static int take_plain_line(struct keepalived *keepalived, const char *line)
{
	const char *pattern = include_pattern(line);

	return pattern ? include_files(keepalived, pattern) : keepalived_take_line(keepalived, line);
}

/* `first` is the first line of a definition, `rest` holds the others. */
static int expand_lines(struct keepalived *keepalived, const char *first, char *rest, unsigned depth)
{
	int result = keepalived_expand_line(keepalived, first, depth + 1);
	char *line;

	while (result == 0 && (line = strsep(&rest, "\n")))
		result = keepalived_expand_line(keepalived, line, depth + 1);
	return result;
}

static int expand_definitions(struct keepalived *keepalived, const char *line, unsigned depth)
{
	struct text replaced = TEXT_INIT;
	char *rest;
	int result = keepalived_substitute(keepalived, line, &replaced, &rest);

	if (result == 0)
		result = take_plain_line(keepalived, line);
	else if (result > 0)
		result = expand_lines(keepalived, text_string(&replaced), rest, depth);
	free(rest);
	text_free(&replaced);
	return result;
}

int keepalived_expand_line(struct keepalived *keepalived, const char *line, unsigned depth)
{
	int result = keepalived_charge(keepalived, strlen(line));

	if (result < 0)
		return result;
	if (depth > KEEPALIVED_MAX_EXPANSIONS)
		return keepalived_fail(keepalived, "definitions nest more than %d deep: does one contain itself?",
				       KEEPALIVED_MAX_EXPANSIONS);
	if (keepalived->defining)
		return keepalived_define_more(keepalived, line);
	line = skip_condition(keepalived, line + strspn(line, " \t"));
	if (!line || *line == '\0')
		return 0;
	if (keepalived_is_definition(line))
		return keepalived_define(keepalived, line);
	if (keepalived_is_repeat(line))
		return keepalived_repeat(keepalived, line, depth);
	return expand_definitions(keepalived, line, depth);
}
