// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac watch: the screen that one leaves open, live or on captures; and the same without a screen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/kept.h"
#include "cli/message.h"
#include "cli/watch.h"
#include "cli/watch_options.h"
#include "cli/watch_replay.h"
#include "cli/watch_signals.h"
#include "net/privileges.h"
#include "rules/registry.h"

enum { ONCE_WIDTH = 160, PATH_SIZE = 4096 };

/* A view of a live interface without probing: as long as somebody would look. */
static const nanos once_usual = 5 * NANOS_PER_SECOND;

/* --- opening --- */

static int find_topology(struct watch *watch, bool live, struct error *error)
{
	int status = topology_options_apply(&watch->topology_options, &watch->topology, error);

	if (status == 0 && live)
		status = this_host_complete(&watch->this_host, false, watch->report.quiet, &watch->topology, error);
	topology_options_apply_method(&watch->topology_options, &watch->topology);
	if (status == 0 && live && !watch->this_host.off)
		status = watch_nodes_read(watch, error);
	return status;
}

static int open_sources(struct watch *watch, const struct operands *operands, struct error *error)
{
	int status;

	if (operands->count > 0)
		return watch_files_open(watch, operands, error);
	status = watch_live_open(watch, error);
	kept_write(&watch->topology, watch->report.quiet, &watch->set_up);
	watch->options.record.comment = text_string(&watch->set_up);
	if (status == 0 && watch_replay_is_wanted(watch))
		status = watch_replay_open(watch, error);
	if (status == 0)
		status = recording_open(&watch->recording, &watch->options.record, &watch->station, error);
	return status;
}

static int make_verdicts(struct watch *watch, struct error *error)
{
	const struct verdicts_options options = { .engine = { .rules = rules_all,
							      .topology = &watch->topology,
							      .default_method = watch->topology_options.method },
						  .command = "watch",
						  .window = watch->live ? watch->options.window : 0,
						  .listener = watch_listener(watch) };

	return verdicts_new(&watch->verdicts, &options, error);
}

static int prepare(struct watch *watch, const struct operands *operands, struct error *error)
{
	bool screen = !watch->options.once && !watch->options.headless;
	int status = watch_options_check(&watch->options, &watch->report, operands->count > 0, error);

	if (status == 0)
		status = watch_replay_check(watch, operands->count > 0, error);
	if (status == 0 && screen)
		status = watch_screen_check(error);
	if (status == 0)
		status = find_topology(watch, operands->count == 0, error);
	if (status == 0)
		status = output_open(&watch->output, watch->report.output, error);
	if (status == 0)
		status = open_sources(watch, operands, error);
	if (status < 0)
		return status;
	/* Last, so that what went wrong until here is told on a terminal as it was. */
	if (screen)
		return watch_screen_open(watch, error);
	signals_catch(false);
	return 0;
}

/* Files that appear while it runs: exports, metrics, further captures. */
static int drop_privileges(const struct watch *watch, struct error *error)
{
	const char *outputs[6] = { NULL }, *later[4] = { NULL };
	int output_count = 0, later_count = 0;
	char exports[PATH_SIZE];
	const char *folder = watch->options.export_folder ? watch->options.export_folder : ".";

	if (watch->output.target)
		outputs[output_count++] = watch->output.target;
	if (watch->recording.recorder.raw.target)
		outputs[output_count++] = watch->recording.recorder.raw.target;
	if (watch->options.metrics)
		outputs[output_count++] = later[later_count++] = watch->options.metrics;
	if (recording_rotates(&watch->options.record))
		later[later_count++] = watch->options.record.path;
	if (!watch->screen)
		return privileges_drop_but(outputs, later, error);
	snprintf(exports, sizeof exports, "%s/x", folder);
	outputs[output_count] = later[later_count] = exports;
	/* Where exports and the rest cannot go together, exports fail, and say why. */
	if (privileges_drop_but(outputs, later, error) == 0)
		return 0;
	if (watch->options.export_folder)
		return error->code;
	outputs[output_count] = later[later_count] = NULL;
	return privileges_drop_but(outputs, later, error);
}

/* --- the end --- */

static int print_view(struct watch *watch, struct error *error)
{
	enum view view = watch->options.view == VIEW_COUNT ? VIEW_MATRIX : watch->options.view;
	uint32_t width = watch->options.width > 0 ? watch->options.width : ONCE_WIDTH;
	struct text text = TEXT_INIT;
	struct model model;
	int status;

	watch_model(watch, &model);
	status = screen_text(NULL, view, &model, (int)width, &text, error);
	if (status == 0)
		status = output_write(&watch->output, text_string(&text), text.length, error);
	if (status == 0)
		status = output_commit(&watch->output, error);
	text_free(&text);
	return status;
}

/* What the command is asked for at last: a view, a report in a file, or the report. Gives the exit status. */
static int write_result(struct watch *watch, const struct report *report)
{
	struct error error = ERROR_INIT;

	if (watch->options.once)
		return print_view(watch, &error) < 0 ? message_fail(&error)
						     : report_exit_status(report, watch->report.fail_on);
	if (watch->options.headless && !watch->report.output)
		return watch->stdout_failed ? STATUS_FAILED : report_exit_status(report, watch->report.fail_on);
	return report_options_finish(&watch->report, report, &watch->output);
}

static int finish(struct watch *watch, const struct report *report)
{
	struct error error = ERROR_INIT;
	int status = write_result(watch, report);

	if (watch->options.record.path && recording_finish(&watch->recording, report, &error) < 0)
		status = message_fail(&error);
	if (watch_files_failed(watch) || watch->metrics_failed)
		status = STATUS_FAILED;
	watch_event_stopped(watch, report, status);
	return status;
}

static int watch_and_report(struct watch *watch, struct report *report, struct error *error)
{
	int status = watch->files ? watch_files_begin(watch, error) : 0;

	if (status == 0)
		status = make_verdicts(watch, error);
	if (status == 0 && watch->live)
		status = watch_live_begin(watch, error);

	if (status >= 0)
		status = watch_run(watch, error);
	watch_screen_close(watch);
	signals_release();
	return status < 0 ? status : verdicts_final(watch->verdicts, report, error);
}

static void choose_duration(struct watch *watch)
{
	struct watch_options *options = &watch->options;

	if (options->once && watch->live && options->duration == 0 && !options->probe)
		options->duration = once_usual;
}

static int run(struct watch *watch, const struct operands *operands)
{
	struct report report = REPORT_INIT;
	struct error error = ERROR_INIT;
	int status = prepare(watch, operands, &error);

	if (status == 0)
		status = drop_privileges(watch, &error);
	if (status == 0) {
		choose_duration(watch);
		status = watch_and_report(watch, &report, &error);
	}
	watch_screen_close(watch);
	status = status < 0 ? message_fail(&error) : finish(watch, &report);
	report_free(&report);
	return status;
}

static void release(struct watch *watch)
{
	watch_live_close(watch);
	packets_free(watch->packets);
	watch_files_close(watch);
	watch_nodes_free(watch);
	watch_replay_free(watch);
	verdicts_free(watch->verdicts);
	recording_discard(&watch->recording);
	output_discard(&watch->output);
	station_close(&watch->station);
	text_free(&watch->name);
	text_free(&watch->set_up);
	text_free(&watch->message);
	topology_options_free(&watch->topology_options);
	topology_free(&watch->topology);
}

static int start(struct watch *watch, const struct command *self, int argc, char **argv)
{
	const struct option_group groups[] = {
		topology_options_group(&watch->topology_options),
		this_host_group(&watch->this_host),
		watch_options_group(&watch->options),
		watch_options_screen_group(&watch->options),
		watch_replay_file_group(watch),
		watch_replay_group(watch),
		report_options_group(&watch->report),
		{ 0 },
	};
	struct error error = ERROR_INIT;
	struct operands operands;
	int status = options_parse(self, argc, argv, groups, &operands, &error);

	if (status < 0)
		return message_fail(&error);
	return operands.done ? STATUS_CLEAN : run(watch, &operands);
}

int command_watch(const struct command *self, int argc, char **argv)
{
	struct watch *watch = calloc(1, sizeof *watch);
	struct error error = ERROR_INIT;
	int status;

	if (!watch) {
		error_set(&error, ERROR_MEMORY, NULL, "no memory to watch");
		return message_fail(&error);
	}
	watch->topology = (struct topology)TOPOLOGY_INIT;
	watch->station = (struct station)STATION_INIT;
	watch->output = (struct output)OUTPUT_INIT;
	watch->recording = (struct recording)RECORDING_INIT;
	watch_options_init(&watch->options);
	report_options_init(&watch->report);
	status = watch_replay_init(watch, &error);
	status = status < 0 ? message_fail(&error) : start(watch, self, argc, argv);
	release(watch);
	free(watch);
	return status;
}
