// SPDX-License-Identifier: GPL-2.0-or-later
/* keepalived.conf(5), "Sequence blocks" and "List blocks": the rest of the line once for each value. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topology/keepalived.h"

enum { REPEAT_MAX_VARIABLES = 16 };

/* Numbers stay in this range, so that counting on cannot overflow. */
static const long long sequence_limit = INT32_MAX;

struct sequence {
	const char *variable;
	size_t variable_length;
	int64_t first, step, last;
	bool hexadecimal;
};

/* A piece of the line. */
struct piece {
	const char *at;
	size_t length;
};

bool keepalived_is_repeat(const char *line)
{
	return strncmp(line, "~SEQ", 4) == 0 || strncmp(line, "~LST", 4) == 0;
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

static int fail_sequence(struct keepalived *keepalived)
{
	return keepalived_fail(keepalived, "~SEQ is written ~SEQ(NAME, FIRST, STEP, LAST) with whole numbers, "
					   "and STEP leads from FIRST to LAST");
}

static int fail_list(struct keepalived *keepalived)
{
	return keepalived_fail(keepalived, "~LST is written ~LST(NAME, VALUE, ...) or "
					   "~LST({NAME, NAME}, {VALUE, VALUE}, ...)");
}

/* "12", "-1" or "0x1f" up to a comma or the end. */
static const char *take_number(const char *at, int64_t *number)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(at, &end, 0);
	if (end == at || errno != 0 || value > sequence_limit || value < -sequence_limit)
		return NULL;
	*number = value;
	at = skip_blanks(end);
	return *at == ',' || *at == '\0' ? at : NULL;
}

/* One number is the last, two are first and last, three have the step between them. */
static bool settle_sequence(struct sequence *sequence, const int64_t numbers[3], unsigned count)
{
	sequence->last = numbers[count - 1];
	sequence->first = count > 1 ? numbers[0] : sequence->last < 0 ? -1 : 1;
	sequence->step = count > 2 ? numbers[1] : sequence->first <= sequence->last ? 1 : -1;
	if (sequence->step == 0 || (sequence->hexadecimal && (sequence->first < 0 || sequence->last < 0)))
		return false;
	return sequence->first == sequence->last || (sequence->first < sequence->last) == (sequence->step > 0);
}

static bool parse_sequence(const char *arguments, struct sequence *sequence)
{
	int64_t numbers[3];
	unsigned count = 0;
	const char *at = skip_blanks(arguments);

	sequence->variable = at;
	sequence->variable_length = strcspn(at, " \t,");
	at = skip_blanks(at + sequence->variable_length);
	while (*at == ',') {
		if (count == 3)
			return false;
		at = take_number(at + 1, &numbers[count++]);
		if (!at)
			return false;
	}
	return *at == '\0' && count > 0 && settle_sequence(sequence, numbers, count);
}

static int run_sequence(struct keepalived *keepalived, const struct sequence *sequence, const char *rest,
			unsigned depth)
{
	int result = 0;
	char value[32];

	for (int64_t at = sequence->first; result == 0; at += sequence->step) {
		if (sequence->step > 0 ? at > sequence->last : at < sequence->last)
			break;
		if (sequence->hexadecimal)
			snprintf(value, sizeof value, "%" PRIx64, (uint64_t)at);
		else
			snprintf(value, sizeof value, "%" PRId64, at);
		result = keepalived_set(keepalived, sequence->variable, sequence->variable_length, value);
		if (result == 0)
			result = keepalived_expand_line(keepalived, rest, depth + 1);
	}
	return result;
}

/* `arguments` may hold definitions. */
static int repeat_sequence(struct keepalived *keepalived, const char *arguments, bool hexadecimal, const char *rest,
			   unsigned depth)
{
	struct sequence sequence = { .hexadecimal = hexadecimal };
	struct text replaced = TEXT_INIT;
	char *lines = NULL;
	int result = keepalived_substitute(keepalived, arguments, &replaced, &lines);

	if (result >= 0)
		result = lines || !parse_sequence(text_string(&replaced), &sequence) ? fail_sequence(keepalived) : 0;
	if (result == 0)
		result = run_sequence(keepalived, &sequence, rest, depth);
	free(lines);
	text_free(&replaced);
	return result;
}

/* "{a, b}" or "a". What follows, or NULL where it is neither; a `count` above the limit says that there were too many.
 */
static const char *take_set(const char *at, struct piece *pieces, unsigned *count)
{
	bool braces;

	at = skip_blanks(at);
	braces = *at == '{';
	at += braces;
	for (*count = 0; *count < REPEAT_MAX_VARIABLES;) {
		struct piece *piece = &pieces[(*count)++];

		piece->at = skip_blanks(at);
		piece->length = strcspn(piece->at, " \t,{}");
		at = skip_blanks(piece->at + piece->length);
		if (!braces || *at != ',')
			break;
		at++;
	}
	if (braces && *at != '}')
		return NULL;
	at = skip_blanks(at + braces);
	return *at == ',' || *at == '\0' ? at : NULL;
}

static int set_piece(struct keepalived *keepalived, const struct piece *name, const struct piece *value)
{
	char *copy = strndup(value->at, value->length);
	int result;

	if (!copy)
		return keepalived_no_memory(keepalived);
	result = keepalived_set(keepalived, name->at, name->length, copy);
	free(copy);
	return result;
}

static int repeat_list(struct keepalived *keepalived, const char *arguments, const char *rest, unsigned depth)
{
	static const struct piece empty = { "", 0 };
	struct piece names[REPEAT_MAX_VARIABLES], values[REPEAT_MAX_VARIABLES];
	unsigned name_count, value_count;
	const char *at = take_set(arguments, names, &name_count);
	int result = 0;

	if (!at || *at != ',')
		return fail_list(keepalived);
	while (result == 0 && *at == ',') {
		at = take_set(at + 1, values, &value_count);
		if (!at || value_count > name_count)
			return fail_list(keepalived);
		for (unsigned i = 0; i < name_count && result == 0; i++)
			result = set_piece(keepalived, &names[i], i < value_count ? &values[i] : &empty);
		if (result == 0)
			result = keepalived_expand_line(keepalived, rest, depth + 1);
	}
	return result;
}

int keepalived_repeat(struct keepalived *keepalived, const char *line, unsigned depth)
{
	bool list = line[1] == 'L';
	bool hexadecimal = !list && line[4] == 'x';
	const char *open = skip_blanks(line + 4 + hexadecimal);
	const char *close = strchr(line, ')');
	char *arguments;
	int result;

	if (*open != '(' || !close)
		return list ? fail_list(keepalived) : fail_sequence(keepalived);
	arguments = strndup(open + 1, (size_t)(close - open - 1));
	if (!arguments)
		return keepalived_no_memory(keepalived);
	if (list)
		result = repeat_list(keepalived, arguments, skip_blanks(close + 1), depth);
	else
		result = repeat_sequence(keepalived, arguments, hexadecimal, skip_blanks(close + 1), depth);
	free(arguments);
	return result;
}
