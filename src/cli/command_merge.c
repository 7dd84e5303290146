// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac merge: reports of many machines in, one report out. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "cli/message.h"
#include "cli/options_report.h"
#include "merge/merge.h"
#include "net/privileges.h"
#include "net/source.h"
#include "report/read_json.h"

/* Of a merged report of a thousand machines there are some dozens of these. */
enum { REPORT_LIMIT = 512 << 20 };

struct merge_command {
	struct report_options report;
	struct output output;
	struct source **sources; /* NULL where one could not be opened */
	int source_count;
	bool failed; /* a report could not be read, and was told so */
};

static int check_operands(const struct operands *operands, struct error *error)
{
	int standard_inputs = 0;

	if (operands->count == 0)
		return error_set(error, ERROR_USAGE, NULL,
				 "no report given; 'truemac merge REPORT...' takes what --format json wrote, - is "
				 "standard input");
	for (int i = 0; i < operands->count; i++)
		standard_inputs += strcmp(operands->names[i], "-") == 0;
	if (standard_inputs > 1)
		return error_set(error, ERROR_USAGE, NULL, "standard input (-) can be read only once");
	return 0;
}

/* All files are open before the first is read; the usual limit of 1024 is for programs that use select(2). */
static void allow_many_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int open_sources(struct merge_command *command, const struct operands *operands, struct error *error)
{
	command->sources = calloc((size_t)operands->count, sizeof(struct source *));
	if (command->sources == NULL)
		return error_set(error, ERROR_MEMORY, NULL, "not enough memory for %d reports", operands->count);
	command->source_count = operands->count;
	for (int i = 0; i < operands->count; i++) {
		struct error problem = ERROR_INIT;

		if (source_open(&command->sources[i], operands->names[i], NULL, &problem) < 0) {
			message_error(&problem);
			command->failed = true;
		}
	}
	return 0;
}

static int prepare(struct merge_command *command, const struct operands *operands, struct error *error)
{
	const char *outputs[] = { NULL, NULL };
	int status = check_operands(operands, error);

	if (status == 0)
		status = output_open(&command->output, command->report.output, error);
	if (status == 0) {
		allow_many_files();
		status = open_sources(command, operands, error);
	}
	outputs[0] = command->output.target;
	return status == 0 ? privileges_drop(outputs, error) : status;
}

/* "reports/rs1.json.gz" is rs1's. */
static char *machine_name(const char *path)
{
	static const char *const endings[] = { ".zst", ".gz", ".json" };
	const char *slash = strrchr(path, '/');
	char *name = strdup(slash != NULL && slash[1] != '\0' ? slash + 1 : path);

	for (size_t i = 0; name != NULL && i < sizeof endings / sizeof endings[0]; i++) {
		size_t length = strlen(name), ending = strlen(endings[i]);

		if (length > ending && strcmp(name + length - ending, endings[i]) == 0)
			name[length - ending] = '\0';
	}
	return name;
}

static int add_report(struct merge *merge, struct source *source, const char *path, struct error *error)
{
	struct report report = REPORT_INIT;
	struct text content = TEXT_INIT;
	char *name = machine_name(path);
	int status = name != NULL ? source_read_all(source, REPORT_LIMIT, &content, error)
				  : error_set(error, ERROR_MEMORY, path, "no memory to read it");

	if (status == 0)
		status = report_read_json(source_name(source), text_string(&content), content.length, &report, error);
	text_free(&content);
	if (status == 0)
		status = merge_add(merge, name, &report, error);
	report_free(&report);
	free(name);
	return status;
}

/* One report that cannot be read is told, and does not hide what the others say. Gives how many could be. */
static int add_reports(struct merge_command *command, const struct operands *operands, struct merge *merge)
{
	int count = 0;

	for (int i = 0; i < command->source_count; i++) {
		struct error problem = ERROR_INIT;

		if (command->sources[i] == NULL)
			continue;
		if (add_report(merge, command->sources[i], operands->names[i], &problem) == 0) {
			count++;
		} else {
			message_error(&problem);
			command->failed = true;
		}
		source_close(command->sources[i]);
		command->sources[i] = NULL;
	}
	return count;
}

static int run(struct merge_command *command, const struct operands *operands)
{
	struct merge merge = MERGE_INIT;
	struct report report = REPORT_INIT;
	struct error error = ERROR_INIT;
	int status = prepare(command, operands, &error);

	/* What was told already fails with an empty message. */
	if (status == 0 && add_reports(command, operands, &merge) == 0)
		status = error_set(&error, ERROR_INPUT, NULL, "%s", "");
	if (status == 0)
		status = merge_finish(&merge, &report, &error);
	if (status < 0)
		status = message_fail(&error);
	else
		status = report_options_finish(&command->report, &report, &command->output);
	merge_free(&merge);
	report_free(&report);
	return command->failed ? STATUS_FAILED : status;
}

static void release(struct merge_command *command)
{
	for (int i = 0; i < command->source_count; i++)
		source_close(command->sources[i]);
	free(command->sources);
	output_discard(&command->output);
}

int command_merge(const struct command *self, int argc, char **argv)
{
	struct merge_command command = { .output = OUTPUT_INIT };
	const struct option_group groups[] = {
		report_options_group(&command.report),
		{ 0 },
	};
	struct error error = ERROR_INIT;
	struct operands operands;
	int status;

	report_options_init(&command.report);
	status = options_parse(self, argc, argv, groups, &operands, &error);
	if (status < 0)
		status = message_fail(&error);
	else
		status = operands.done ? STATUS_CLEAN : run(&command, &operands);
	release(&command);
	return status;
}
