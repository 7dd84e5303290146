// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/options_report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/nearest.h"
#include "rules/registry.h"

enum { OPTION_QUIET, OPTION_VERBOSE };

static int take_format(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct report_options *options = values;
	struct nearest nearest = nearest_to(value);
	char suggestion[80];

	options->format = report_format_find(value);
	if (options->format != NULL)
		return 0;
	for (const struct report_format *const *format = report_formats; *format != NULL; format++)
		nearest_try(&nearest, (*format)->name);
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not a format%s", option->name, value,
			 nearest_phrase(&nearest, suggestion, sizeof suggestion));
}

static void list_formats(struct text *into)
{
	for (const struct report_format *const *format = report_formats; *format != NULL; format++)
		text_printf(into, "%*s  %-12s %s\n", OPTIONS_HELP_COLUMN, "", (*format)->name, (*format)->description);
}

static int take_output(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct report_options *options = values;

	(void)option, (void)error;
	/* As elsewhere, "-" is the standard stream. */
	options->output = strcmp(value, "-") == 0 ? NULL : value;
	return 0;
}

static int take_fail_on(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct report_options *options = values;

	if (severity_parse(value, &options->fail_on))
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not error, warning or info", option->name, value);
}

static int take_colour(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	static const char *const choices[] = { "auto", "always", "never" };
	struct report_options *options = values;

	for (int i = COLOUR_AUTO; i <= COLOUR_NEVER; i++) {
		if (strcmp(value, choices[i]) == 0) {
			options->colour = (enum colour_choice)i;
			return 0;
		}
	}
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not auto, always or never", option->name, value);
}

static int take_flag(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct report_options *options = values;

	(void)value, (void)error;
	*(option->code == OPTION_QUIET ? &options->quiet : &options->verbose) = true;
	return 0;
}

static const struct option_spec report_option_specs[] = {
	{ 'f', "format", "FORMAT", "how to write the report:", take_format, 0, list_formats },
	{ 'o', "output", "FILE", "write the report to FILE", take_output, 0, NULL },
	{ 0, "fail-on", "SEVERITY", "exit status 1 from error, warning (default) or info on", take_fail_on, 0, NULL },
	{ 'q', "quiet", NULL, "only the fault lines", take_flag, OPTION_QUIET, NULL },
	{ 'v', "verbose", NULL, "the table of hosts too", take_flag, OPTION_VERBOSE, NULL },
	{ 0, "color", "WHEN", "auto, always or never", take_colour, 0, NULL },
	{ 0 },
};

void report_options_init(struct report_options *options)
{
	*options = (struct report_options){ .format = report_formats[0], .fail_on = SEVERITY_WARNING };
}

struct option_group report_options_group(struct report_options *options)
{
	return (struct option_group){ "Report", report_option_specs, options };
}

struct option_group report_options_other_group(struct report_options *options)
{
	/* The format is the first. */
	return (struct option_group){ "Report", report_option_specs + 1, options };
}

/* https://no-color.org: set and not empty means no colour, unless an option asks for it. */
static bool wants_colour(const struct report_options *options)
{
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (options->colour != COLOUR_AUTO)
		return options->colour == COLOUR_ALWAYS;
	if ((no_color != NULL && no_color[0] != '\0') || terminal == NULL || strcmp(terminal, "dumb") == 0)
		return false;
	return options->output == NULL && isatty(STDOUT_FILENO) == 1;
}

struct report_writer_options report_options_for_writer(const struct report_options *options)
{
	return (struct report_writer_options){ .quiet = options->quiet,
					       .verbose = options->verbose,
					       .colour = wants_colour(options),
					       .fail_on = options->fail_on,
					       .rules = rules_all };
}

/* Where the report goes, and why it went no further. */
struct delivery {
	struct output *output;
	struct error error;
};

static int deliver(void *context, const char *bytes, size_t length)
{
	struct delivery *delivery = context;

	return output_write(delivery->output, bytes, length, &delivery->error);
}

/* Piece by piece: the report of a large network is larger than all that was kept of it. */
static int write_report(const struct report_options *options, const struct report *report, struct delivery *delivery)
{
	struct report_writer_options writer = report_options_for_writer(options);
	struct text text = { .take = deliver, .context = delivery };
	struct error error = ERROR_INIT;
	int status = report_write(options->format, report, &writer, &text, &error);

	if (status == 0)
		status = deliver(delivery, text_string(&text), text.length);
	else if (delivery->error.code == ERROR_NONE)
		delivery->error = error;
	text_free(&text);
	return status;
}

int report_options_finish(const struct report_options *options, const struct report *report, struct output *output)
{
	struct delivery delivery = { .output = output, .error = ERROR_INIT };
	int status = write_report(options, report, &delivery);

	if (status == 0)
		status = output_commit(output, &delivery.error);
	return status < 0 ? message_fail(&delivery.error) : report_exit_status(report, options->fail_on);
}
