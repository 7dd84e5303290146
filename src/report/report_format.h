// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The formats of a report. A format is one `struct report_format` in one file
 * of its own; the table of them also makes the help.
 *
 * Writers are pure: the same report gives the same bytes, and nothing is
 * read or written but the arguments.
 */
#ifndef REPORT_REPORT_FORMAT_H
#define REPORT_REPORT_FORMAT_H

#include <stdbool.h>

#include "analysis/report.h"
#include "analysis/rule.h"
#include "base/error.h"
#include "base/text.h"

struct report_writer_options {
	bool quiet;            /* text: nothing but the fault lines */
	bool verbose;          /* text: the table of hosts too */
	bool colour;           /* text: bold and red repeat what the words say */
	enum severity fail_on; /* faults from here on fail a test or a build */
	rule_list rules;       /* every rule that was looked for */
};

struct report_format {
	const char *name;
	const char *description; /* one phrase for the help */
	/* Appends to `into`, and passes on what is complete; fails with ERROR_MEMORY only. */
	int (*write)(const struct report *report, const struct report_writer_options *options, struct text *into,
		     struct error *error);
};

extern const struct report_format report_format_text;
extern const struct report_format report_format_json;
extern const struct report_format report_format_junit;
extern const struct report_format report_format_sarif;
extern const struct report_format report_format_html;
extern const struct report_format report_format_github;
extern const struct report_format report_format_openmetrics;

/* NULL-terminated, in the order of the documentation. The first is the default. */
extern const struct report_format *const report_formats[];

const struct report_format *report_format_find(const char *name);

/*
 * Writes in the given format and checks that memory sufficed, and that whoever takes the text took all; the last piece
 * stays in it.
 */
int report_write(const struct report_format *format, const struct report *report,
		 const struct report_writer_options *options, struct text *into, struct error *error);

#endif
