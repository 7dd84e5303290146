// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/nearest.h"
#include "cli/output.h"

/* getopt_long's forms of all groups together. An option is known by `first_code` + its place here. */
struct forms {
	char letters[128];
	struct option names[64];
	struct {
		const struct option_group *group;
		const struct option_spec *spec;
	} at[64];
	int count;
};

enum { FIRST_CODE = 256, MAX_FORMS = 63 };

/* What --help and --version leave behind. */
struct common {
	bool help, version;
};

static int take_help(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct common *common = values;

	(void)option, (void)value, (void)error;
	common->help = true;
	return 0;
}

static int take_version(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct common *common = values;

	(void)option, (void)value, (void)error;
	common->version = true;
	return 0;
}

static const struct option_spec common_options[] = {
	{ 'h', "help", NULL, "print this help", take_help, 0, NULL },
	{ 0, "version", NULL, "print the version", take_version, 0, NULL },
	{ 0 },
};

static void add_group(struct forms *forms, const struct option_group *group)
{
	size_t letters = strlen(forms->letters);

	for (const struct option_spec *spec = group->options; spec->name != NULL && forms->count < MAX_FORMS; spec++) {
		int has_argument = spec->argument != NULL ? required_argument : no_argument;

		forms->at[forms->count].group = group;
		forms->at[forms->count].spec = spec;
		forms->names[forms->count] =
		    (struct option){ spec->name, has_argument, NULL, FIRST_CODE + forms->count };
		forms->count++;
		if (spec->letter != 0)
			forms->letters[letters++] = spec->letter;
		if (spec->letter != 0 && has_argument == required_argument)
			forms->letters[letters++] = ':';
	}
}

static void build_forms(struct forms *forms, const struct option_group *groups, const struct option_group *common)
{
	/* The colon makes getopt tell a missing argument from an unknown option. */
	*forms = (struct forms){ .letters = ":" };
	for (const struct option_group *group = groups; group->title != NULL; group++)
		add_group(forms, group);
	add_group(forms, common);
}

static int form_of_code(const struct forms *forms, int code)
{
	for (int i = 0; i < forms->count; i++)
		if (code == FIRST_CODE + i || (code != 0 && code == forms->at[i].spec->letter))
			return i;
	return -1;
}

/* For a long option as typed, "--name" or "--name=value". */
static int refuse_name(const struct forms *forms, const char *typed, struct error *error)
{
	char name[64];
	struct nearest nearest;

	snprintf(name, sizeof name, "%.*s", (int)strcspn(typed, "="), typed);
	nearest = nearest_to(name + strspn(name, "-"));
	for (int i = 0; i < forms->count; i++)
		nearest_try(&nearest, forms->at[i].spec->name);
	return error_set(error, ERROR_USAGE, NULL, "unknown option %s%s%s%s", name,
			 nearest.word != NULL ? "; did you mean --" : "", nearest.word != NULL ? nearest.word : "",
			 nearest.word != NULL ? "?" : "");
}

/* What getopt stumbled over: optopt is the letter, the code of a long option with a needless argument, or 0. */
static int refuse(const struct command *command, const struct forms *forms, char **argv, struct error *error)
{
	int form = form_of_code(forms, optopt);

	if (form >= 0)
		return error_set(error, ERROR_USAGE, NULL, "option --%s takes no argument", forms->at[form].spec->name);
	if (optopt != 0)
		return error_set(error, ERROR_USAGE, NULL, "unknown option -%c; see 'truemac %s --help'", optopt,
				 command->name);
	return refuse_name(forms, argv[optind - 1], error);
}

static int take_all(const struct command *command, int argc, char **argv, const struct forms *forms,
		    struct error *error)
{
	int status = 0;

	opterr = 0;
	optind = 0;
	while (status == 0) {
		int code = getopt_long(argc, argv, forms->letters, forms->names, NULL);
		int form = form_of_code(forms, code == ':' ? optopt : code);

		if (code == -1)
			break;
		if (code == '?' || form < 0)
			return refuse(command, forms, argv, error);
		if (code == ':')
			return error_set(error, ERROR_USAGE, NULL, "option --%s needs an argument: %s",
					 forms->at[form].spec->name, forms->at[form].spec->argument);
		status = forms->at[form].spec->take(forms->at[form].group->values, forms->at[form].spec, optarg, error);
	}
	return status;
}

static int answer(const struct command *command, const struct option_group *groups, const struct common *common,
		  struct error *error)
{
	struct text answer = TEXT_INIT;
	int status;

	if (common->help)
		options_describe(command, groups, &answer);
	else
		text_add(&answer, "truemac " TRUEMAC_VERSION "\n");
	status = output_print(&answer, error);
	text_free(&answer);
	return status;
}

int options_parse(const struct command *command, int argc, char **argv, const struct option_group *groups,
		  struct operands *operands, struct error *error)
{
	struct common common = { false, false };
	struct option_group common_group = { "Other options", common_options, &common };
	struct forms forms;
	int status;

	build_forms(&forms, groups, &common_group);
	status = take_all(command, argc, argv, &forms, error);
	*operands = (struct operands){ argc - optind, argv + optind, common.help || common.version };
	if (status == 0 && operands->done)
		return answer(command, groups, &common, error);
	return status;
}

static void describe_option(const struct option_spec *spec, struct text *into)
{
	size_t start = into->length;

	text_printf(into, spec->letter != 0 ? "  -%c, " : "      ", spec->letter);
	text_printf(into, "--%s", spec->name);
	if (spec->argument != NULL)
		text_printf(into, "=%s", spec->argument);
	text_printf(into, into->length - start < OPTIONS_HELP_COLUMN ? "%*s" : "\n%*s",
		    OPTIONS_HELP_COLUMN - (int)(into->length - start), "");
	text_printf(into, "%s\n", spec->help);
	if (spec->list_values != NULL)
		spec->list_values(into);
}

static void describe_group(const struct option_group *group, struct text *into)
{
	text_printf(into, "\n%s:\n", group->title);
	for (const struct option_spec *spec = group->options; spec->name != NULL; spec++)
		describe_option(spec, into);
}

void options_describe(const struct command *command, const struct option_group *groups, struct text *into)
{
	const struct option_group common_group = { "Other options", common_options, NULL };

	text_printf(into, "usage: truemac %s %s\n\n%s\n", command->name, command->usage, command->summary);
	for (const struct option_group *group = groups; group->title != NULL; group++)
		describe_group(group, into);
	describe_group(&common_group, into);
}

int options_parse_number(const struct option_spec *option, const char *value, uint32_t least, uint32_t most,
			 uint32_t *number, struct error *error)
{
	unsigned long parsed;
	char *end;

	errno = 0;
	parsed = strtoul(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || parsed < least || parsed > most)
		return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not a number from %u to %u", option->name,
				 value, (unsigned)least, (unsigned)most);
	*number = (uint32_t)parsed;
	return 0;
}
