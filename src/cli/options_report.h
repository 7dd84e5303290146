// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of every command that ends in a report: format, place, colour, exit status. */
#ifndef CLI_OPTIONS_REPORT_H
#define CLI_OPTIONS_REPORT_H

#include "cli/options.h"
#include "cli/output.h"
#include "report/report_format.h"

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct report_options {
	const struct report_format *format;
	const char *output; /* NULL: stdout */
	enum severity fail_on;
	enum colour_choice colour;
	bool quiet, verbose;
};

/* The first format, warnings fail, colour where stdout is a terminal. */
void report_options_init(struct report_options *options);

struct option_group report_options_group(struct report_options *options);
/* All but the format, for commands that have their own. */
struct option_group report_options_other_group(struct report_options *options);

/* What the writer needs to know of these options and of the terminal. */
struct report_writer_options report_options_for_writer(const struct report_options *options);

/*
 * Writes the report to the opened output and commits it. Gives the exit
 * status of the report; on failure tells why and gives STATUS_FAILED.
 */
int report_options_finish(const struct report_options *options, const struct report *report, struct output *output);

#endif
