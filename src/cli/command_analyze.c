// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac analyze: captures in, a report out. */
#include <stdlib.h>
#include <string.h>

#include "analysis/engine.h"
#include "cli/annotate.h"
#include "cli/feed.h"
#include "cli/interrupt.h"
#include "cli/kept.h"
#include "cli/message.h"
#include "cli/options_report.h"
#include "cli/options_topology.h"
#include "net/privileges.h"
#include "rules/registry.h"

struct analyze {
	struct report_options report;
	struct topology_options topology_options;
	uint32_t max_hosts;
	const char *write; /* where the annotated capture goes; NULL: nowhere */

	struct topology topology;
	struct output output, annotated;
	struct feed *feeds;
	int feed_count;
	bool failed; /* an input could not be read */
};

static int take_max_hosts(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct analyze *analyze = values;

	return options_parse_number(option, value, 1, 1 << 24, &analyze->max_hosts, error);
}

static int take_write(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct analyze *analyze = values;

	(void)option, (void)error;
	analyze->write = value;
	return 0;
}

static const struct option_spec analysis_options[] = {
	{ 0, "max-hosts", "N", "addresses that are remembered (default 65536)", take_max_hosts, 0, NULL },
	{ 'w', "write", "FILE", "copy the frames that prove faults to a pcapng file, with comments", take_write, 0,
	  NULL },
	{ 0 },
};

/* For each operand: once on standard input only, and files alone where they are read twice. */
static int check_operand(const struct analyze *analyze, const char *name, int *standard_inputs, struct error *error)
{
	*standard_inputs += strcmp(name, "-") == 0;
	if (*standard_inputs > 1)
		return error_set(error, ERROR_USAGE, NULL, "standard input (-) can be read only once");
	return analyze->write != NULL ? annotate_check(name, error) : 0;
}

static int check_operands(const struct analyze *analyze, const struct operands *operands, struct error *error)
{
	int standard_inputs = 0, status = 0;

	if (operands->count == 0)
		return error_set(error, ERROR_USAGE, NULL,
				 "no capture given; 'truemac analyze FILE...', or - for standard input");
	if (operands->count > ENGINE_MAX_INPUTS)
		return error_set(error, ERROR_USAGE, NULL, "%d captures are too many; at most %d at once",
				 operands->count, ENGINE_MAX_INPUTS);
	for (int i = 0; i < operands->count && status == 0; i++)
		status = check_operand(analyze, operands->names[i], &standard_inputs, error);
	return status;
}

static int open_feeds(struct analyze *analyze, const struct operands *operands, struct error *error)
{
	analyze->feeds = calloc((size_t)operands->count, sizeof *analyze->feeds);
	if (analyze->feeds == NULL)
		return error_set(error, ERROR_MEMORY, NULL, "not enough memory for %d inputs", operands->count);
	analyze->feed_count = operands->count;
	for (int i = 0; i < operands->count; i++)
		if (feed_open(&analyze->feeds[i], operands->names[i], analyze->write != NULL) < 0)
			analyze->failed = true;
	return 0;
}

static int prepare(struct analyze *analyze, const struct operands *operands, struct error *error)
{
	int status = check_operands(analyze, operands, error);

	if (status == 0)
		status = topology_options_apply(&analyze->topology_options, &analyze->topology, error);
	if (status == 0)
		status = output_open(&analyze->output, analyze->report.output, error);
	if (status == 0 && analyze->write != NULL)
		status = output_open(&analyze->annotated, analyze->write, error);
	if (status == 0)
		status = open_feeds(analyze, operands, error);
	return status;
}

/* Everything is open; only results are still to be put in their places. */
static int drop_privileges(const struct analyze *analyze, struct error *error)
{
	const char *outputs[3] = { NULL };
	int count = 0;

	if (analyze->output.target != NULL)
		outputs[count++] = analyze->output.target;
	if (analyze->annotated.target != NULL)
		outputs[count++] = analyze->annotated.target;
	return privileges_drop(outputs, error);
}

/* Gives how many inputs were read, or a negative error code. */
static int read_feeds(struct analyze *analyze, struct engine *engine)
{
	uint32_t number = 0;

	for (int i = 0; i < analyze->feed_count; i++) {
		struct feed *feed = &analyze->feeds[i];

		if (feed->source != NULL && feed_read(feed, engine, &number, analyze->report.quiet) < 0)
			analyze->failed = true;
	}
	return (int)number;
}

/* What options leave open of the set-up may stand in the captures. */
static int begin_feeds(struct analyze *analyze, struct error *error)
{
	int status = 0;

	interrupt_catch();
	for (int i = 0; i < analyze->feed_count && status == 0; i++) {
		struct feed *feed = &analyze->feeds[i];

		if (feed->source == NULL)
			continue;
		if (feed_begin(feed) < 0)
			analyze->failed = true;
		else if (feed->capture != NULL)
			status = kept_read(feed->path, capture_comment(feed->capture), &analyze->topology, error);
	}
	topology_options_apply_method(&analyze->topology_options, &analyze->topology);
	return status;
}

/* What was told already fails with an empty message. */
static int run_engine(struct analyze *analyze, struct report *report, struct error *error)
{
	const struct engine_options options = { .rules = rules_all,
						.topology = &analyze->topology,
						.default_method = analyze->topology_options.method,
						.max_hosts = analyze->max_hosts };
	struct engine *engine = NULL;
	int status = begin_feeds(analyze, error);

	if (status == 0)
		status = engine_new(&engine, &options, error);
	if (status == 0 && read_feeds(analyze, engine) == 0 && analyze->failed)
		status = error_set(error, ERROR_INPUT, NULL, "%s", "");
	if (status == 0)
		status = engine_report(engine, "analyze", report, error);
	engine_free(engine);
	return status;
}

/* Writes what was asked for; gives the exit status. */
static int finish(struct analyze *analyze, const struct report *report)
{
	struct error error = ERROR_INIT;
	int status = report_options_finish(&analyze->report, report, &analyze->output);

	if (analyze->write != NULL &&
	    annotate_write(report, analyze->feeds, analyze->feed_count, &analyze->annotated, &error) < 0)
		return message_fail(&error);
	return analyze->failed ? STATUS_FAILED : status;
}

static int run(struct analyze *analyze, const struct operands *operands)
{
	struct report report = REPORT_INIT;
	struct error error = ERROR_INIT;
	int status = prepare(analyze, operands, &error);

	if (status == 0)
		status = drop_privileges(analyze, &error);
	if (status == 0)
		status = run_engine(analyze, &report, &error);
	status = status < 0 ? message_fail(&error) : finish(analyze, &report);
	report_free(&report);
	return status;
}

static void release(struct analyze *analyze)
{
	for (int i = 0; i < analyze->feed_count; i++)
		feed_close(&analyze->feeds[i]);
	free(analyze->feeds);
	output_discard(&analyze->output);
	output_discard(&analyze->annotated);
	topology_options_free(&analyze->topology_options);
	topology_free(&analyze->topology);
}

int command_analyze(const struct command *self, int argc, char **argv)
{
	struct analyze analyze = { .topology = TOPOLOGY_INIT, .output = OUTPUT_INIT, .annotated = OUTPUT_INIT };
	const struct option_group groups[] = {
		topology_options_group(&analyze.topology_options),
		{ "Analysis", analysis_options, &analyze },
		report_options_group(&analyze.report),
		{ 0 },
	};
	struct error error = ERROR_INIT;
	struct operands operands;
	int status;

	report_options_init(&analyze.report);
	status = options_parse(self, argc, argv, groups, &operands, &error);
	if (status < 0)
		status = message_fail(&error);
	else
		status = operands.done ? STATUS_CLEAN : run(&analyze, &operands);
	release(&analyze);
	return status;
}
