// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options as tables that make both the parsing and the help.
 *
 * Options that belong together form a group with the values that they
 * fill. A command lists the groups that it takes; --help and --version come
 * with every command.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "base/text.h"
#include "cli/command.h"

struct option_spec {
	char letter;          /* 0 where there is only the long form */
	const char *name;     /* NULL ends a table */
	const char *argument; /* its name in the help; NULL for an option without one */
	const char *help;
	/* Checks `value` (NULL without an argument) and keeps it in the group's values. `value` lives as long as argv.
	 */
	int (*take)(void *values, const struct option_spec *option, const char *value, struct error *error);
	int code; /* for `take` functions that serve several options */
	/* NULL, or adds a line for each value that the option knows to the help. */
	void (*list_values)(struct text *into);
};

struct option_group {
	const char *title; /* of its part of the help */
	const struct option_spec *options;
	void *values;
};

enum { OPTIONS_MAX_GROUPS = 8 };

/* What remains of the command line. */
struct operands {
	int count;
	char **names; /* into argv */
	bool done;    /* --help or --version was all that was wanted, and was answered */
};

/*
 * Reads argv by `groups` (closed by a group without a title). Fails with
 * ERROR_USAGE on an unknown option, a missing or wrong argument.
 */
int options_parse(const struct command *command, int argc, char **argv, const struct option_group *groups,
		  struct operands *operands, struct error *error);

enum { OPTIONS_HELP_COLUMN = 37 };

/* The help of a command: usage, summary, its groups. */
void options_describe(const struct command *command, const struct option_group *groups, struct text *into);

/* A number in decimal between `least` and `most`. */
int options_parse_number(const struct option_spec *option, const char *value, uint32_t least, uint32_t most,
			 uint32_t *number, struct error *error);
/* "500ms", "30s", "5min", "2h", "1d"; without a unit seconds. At least 1 ms, at most a year. */
int options_parse_duration(const struct option_spec *option, const char *value, nanos *duration, struct error *error);
/* Bytes: "65536", "500k", "100M", "2G", in powers of 1,000. At least 1. */
int options_parse_size(const struct option_spec *option, const char *value, uint64_t *size, struct error *error);

#endif
