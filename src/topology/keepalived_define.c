// SPDX-License-Identifier: GPL-2.0-or-later
/* keepalived.conf(5), "Parameter substitution". */
#include <stdlib.h>
#include <string.h>

#include "topology/keepalived.h"

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t name_length(const char *at)
{
	size_t length = 0;

	if (!is_name_start(at[0]))
		return 0;
	while (is_name_start(at[length]) || (at[length] >= '0' && at[length] <= '9'))
		length++;
	return length;
}

bool keepalived_is_definition(const char *line)
{
	size_t length = line[0] == '$' ? name_length(line + 1) : 0;

	return length > 0 && line[1 + length] == '=';
}

static struct definition *find_definition(const struct keepalived *keepalived, const char *name, size_t length)
{
	char key[KEEPALIVED_NAME_SIZE] = "";

	if (length >= sizeof key)
		return NULL;
	memcpy(key, name, length);
	return table_find(&keepalived->definitions, key);
}

/* `made` is NULL where the result is an error. */
static int make_definition(struct keepalived *keepalived, const char *name, size_t length, struct definition **made)
{
	char key[KEEPALIVED_NAME_SIZE] = "";
	struct definition *definition;

	*made = NULL;
	if (length == 0 || length >= sizeof key)
		return keepalived_fail(
		    keepalived, "a definition has a name of 1 to %zu letters, digits and underscores", sizeof key - 1);
	memcpy(key, name, length);
	if (keepalived->definitions.record_size == 0)
		table_init(&keepalived->definitions, sizeof key, sizeof **made, KEEPALIVED_MAX_DEFINITIONS, 0);
	definition = table_put(&keepalived->definitions, key, NULL);
	if (!definition && keepalived->definitions.count >= KEEPALIVED_MAX_DEFINITIONS)
		return keepalived_fail(keepalived, "more than %d definitions: remove those that nothing uses",
				       KEEPALIVED_MAX_DEFINITIONS);
	if (!definition)
		return keepalived_no_memory(keepalived);
	text_clear(&definition->value);
	definition->multiline = false;
	*made = definition;
	return 0;
}

int keepalived_set(struct keepalived *keepalived, const char *name, size_t length, const char *value)
{
	struct definition *definition;
	int result = make_definition(keepalived, name, length, &definition);

	if (!definition)
		return result;
	text_add(&definition->value, value);
	return definition->value.failed ? keepalived_no_memory(keepalived) : 0;
}

static size_t trimmed_length(const char *line, size_t length)
{
	while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
		length--;
	return length;
}

/* Adds a line of a definition. The definition goes on while its lines end in a backslash. */
static int add_line(struct keepalived *keepalived, struct definition *definition, const char *line)
{
	size_t length = strlen(line);
	bool goes_on = length > 0 && line[length - 1] == '\\';

	length = trimmed_length(line, goes_on ? length - 1 : length);
	text_add_bytes(&definition->value, line, length);
	if (goes_on) {
		definition->multiline = true;
		if (length > 0)
			text_add_char(&definition->value, '\n');
	}
	keepalived->defining = goes_on ? definition : NULL;
	return definition->value.failed ? keepalived_no_memory(keepalived) : 0;
}

int keepalived_define(struct keepalived *keepalived, const char *line)
{
	size_t length = name_length(line + 1);
	const char *value = line + 1 + length + 1;
	struct definition *definition;
	int result = make_definition(keepalived, line + 1, length, &definition);

	while (*value == ' ' || *value == '\t')
		value++;
	return definition ? add_line(keepalived, definition, value) : result;
}

int keepalived_define_more(struct keepalived *keepalived, const char *line)
{
	return add_line(keepalived, keepalived->defining, line);
}

void keepalived_define_end(struct keepalived *keepalived)
{
	keepalived->defining = NULL;
}

/* A definition that is used: "$NAME" up to a blank, comma, parenthesis or the end, or "${NAME}". */
struct use {
	const struct definition *definition;
	const char *end; /* behind the use */
};

static bool find_use(const struct keepalived *keepalived, const char *at, struct use *use)
{
	bool braces = at[1] == '{';
	const char *name = at + (braces ? 2 : 1);
	size_t length = name_length(name);

	use->end = name + length + (braces ? 1 : 0);
	if (length == 0 || (braces && name[length] != '}') || (!braces && !strchr(" \t,)", name[length])))
		return false;
	use->definition = find_definition(keepalived, name, length);
	/* The lines of a multi-line definition can only follow something that ends the line. */
	return use->definition && (!use->definition->multiline || *use->end == '\0');
}

/* The first line into `out`, a copy of the others into `rest`. */
static int use_multiline(struct keepalived *keepalived, const struct definition *definition, struct text *out,
			 char **rest)
{
	const char *value = text_string(&definition->value);
	const char *newline = strchrnul(value, '\n');

	text_add_bytes(out, value, (size_t)(newline - value));
	*rest = strdup(*newline == '\0' ? newline : newline + 1);
	return *rest ? 1 : keepalived_no_memory(keepalived);
}

static bool begins_repeat(const char *value)
{
	return value[strspn(value, " \t")] == '~';
}

/* What a definition that is used stands for; gives what is left of the line. */
static const char *put_in(struct keepalived *keepalived, const struct use *use, struct text *out, char **rest,
			  int *result)
{
	const char *value = text_string(&use->definition->value);

	*result = 1;
	if (use->definition->multiline)
		*result = use_multiline(keepalived, use->definition, out, rest);
	else
		text_add(out, value);
	if (!begins_repeat(value))
		return use->end;
	text_add(out, use->end); /* its variables are not set yet */
	return "";
}

static int check_substituted(struct keepalived *keepalived, const struct text *out)
{
	if (out->failed)
		return keepalived_no_memory(keepalived);
	if (out->length <= KEEPALIVED_MAX_LINE)
		return 0;
	return keepalived_fail(keepalived, "the line is longer than %d bytes after its definitions are put in",
			       KEEPALIVED_MAX_LINE);
}

int keepalived_substitute(struct keepalived *keepalived, const char *line, struct text *out, char **rest)
{
	int changed = 0, result;
	struct use use;

	*rest = NULL;
	text_clear(out);
	while (*line != '\0' && changed >= 0 && !*rest && out->length <= KEEPALIVED_MAX_LINE) {
		size_t plain = 1 + strcspn(line + 1, "$");

		if (*line == '$' && find_use(keepalived, line, &use)) {
			line = put_in(keepalived, &use, out, rest, &changed);
			continue;
		}
		text_add_bytes(out, line, plain);
		line += plain;
	}
	result = changed < 0 ? changed : check_substituted(keepalived, out);
	if (result == 0)
		return changed;
	free(*rest);
	*rest = NULL;
	return result;
}

void keepalived_define_free(struct keepalived *keepalived)
{
	for (uint32_t i = 0; i < keepalived->definitions.count; i++) {
		struct definition *definition = table_at(&keepalived->definitions, i);

		text_free(&definition->value);
	}
	table_free(&keepalived->definitions);
}
