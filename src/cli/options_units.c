// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of options that have units. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit durations[] = {
	{ "ms", NANOS_PER_MILLI },
	{ "s", NANOS_PER_SECOND },
	{ "", NANOS_PER_SECOND },
	{ "min", 60 * NANOS_PER_SECOND },
	{ "h", 3600 * NANOS_PER_SECOND },
	{ "d", 86400 * NANOS_PER_SECOND },
	{ NULL, 0 },
};

static const struct unit sizes[] = {
	{ "", 1 }, { "k", 1000 }, { "M", 1000000 }, { "G", 1000000000 }, { NULL, 0 },
};

/* 0 where it is none of them, or more than `most`. */
static int64_t parse(const struct unit *units, const char *value, int64_t most)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || errno != 0 || number < 1)
		return 0;
	for (; units->name; units++)
		if (strcmp(units->name, end) == 0)
			return number <= most / units->factor ? number * units->factor : 0;
	return 0;
}

int options_parse_duration(const struct option_spec *option, const char *value, nanos *duration, struct error *error)
{
	*duration = parse(durations, value, 366 * 86400 * NANOS_PER_SECOND);
	if (*duration > 0)
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not a time such as 500ms, 30s, 5min, 2h or 1d",
			 option->name, value);
}

int options_parse_size(const struct option_spec *option, const char *value, uint64_t *size, struct error *error)
{
	*size = (uint64_t)parse(sizes, value, INT64_MAX);
	if (*size > 0)
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not a size such as 500k, 100M or 2G",
			 option->name, value);
}
