// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/survey.h"

#include <string.h>

#include "cli/interrupt.h"
#include "cli/kept.h"
#include "cli/marks.h"
#include "cli/message.h"
#include "net/privileges.h"

enum { OPTION_INTERFACE, OPTION_WRITE };

static int take_name(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct survey_options *options = values;

	(void)error;
	*(option->code == OPTION_INTERFACE ? &options->interface : &options->write) = value;
	return 0;
}

static int take_pace(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct survey_options *options = values;

	if (strcmp(value, "max") != 0)
		return options_parse_number(option, value, 1, PACE_MAX, &options->pace, error);
	options->pace = PACE_MAX;
	return 0;
}

static const struct option_spec survey_option_specs[] = {
	{ 'i', "interface", "NAME", "ask here (default: where the set-up's network is)", take_name, OPTION_INTERFACE,
	  NULL },
	{ 'w', "write", "FILE", "keep the whole run as pcapng, with comments on what proves faults", take_name,
	  OPTION_WRITE, NULL },
	{ 0, "pace", "PPS", "frames a second at most, or max (default: polite)", take_pace, 0, NULL },
	{ 0 },
};

struct option_group survey_options_group(struct survey_options *options)
{
	return (struct option_group){ "Asking", survey_option_specs, options };
}

/* Everything that is open while the survey runs. */
struct running {
	const struct survey *survey;
	struct station *station;
	struct pcapng_interface_description interfaces[STATION_MAX_POSTS];
	struct text name;          /* of the input */
	struct text set_up;        /* kept with the capture */
	char mark[MARKS_RUN_SIZE]; /* on all interfaces */
	struct asking_gaps gaps;
	struct output output;
	struct recorder recorder;
	struct engine *engine;
	struct report frames; /* what they say */
};

static bool is_real_server_here(const struct running *running)
{
	const struct topology *topology = running->survey->topology;
	const struct interfaces *interfaces = &running->station->interfaces;

	for (uint32_t i = 0; i < interfaces->count; i++)
		for (uint32_t k = 0; k < interfaces->list[i].address_count; k++)
			if (topology_find_real_server(topology, &interfaces->list[i].addresses[k].ip))
				return true;
	return false;
}

/* A machine with several interfaces in one network may answer from each of them. */
static void note_held(struct marks_run *run, const struct station *station, const struct ip *vip)
{
	for (uint32_t i = 0; i < station->post_count && run->held_count < MARKS_MOST_HELD; i++)
		run->held[run->held_count++] =
		    (struct marks_held){ .vip = *vip, .mac = station->posts[i].interface->mac };
}

static void note_held_by(struct marks_run *run, const struct running *running, const struct interface *interface)
{
	for (uint32_t i = 0; i < interface->address_count; i++)
		if (topology_is_vip(running->survey->topology, &interface->addresses[i].ip))
			note_held(run, running->station, &interface->addresses[i].ip);
}

/* A director has the VIP on an interface by which it asks; who has it on lo is a real server. */
static void describe_run(struct running *running)
{
	struct marks_run run = { .sweeps = running->survey->sweeps,
				 .sweeper = running->station->posts[0].interface->mac };

	for (uint32_t i = 0; i < running->station->post_count && !is_real_server_here(running); i++)
		note_held_by(&run, running, running->station->posts[i].interface);
	marks_write_run(&run, running->mark);
}

static int open_recorder(struct running *running, struct error *error)
{
	const struct station *station = running->station;

	for (uint32_t i = 0; i < station->post_count; i++)
		running->interfaces[i] =
		    (struct pcapng_interface_description){ .name = station->posts[i].interface->name,
							   .link_type = live_link_type(station->posts[i].live),
							   .comment = running->mark };
	kept_write(running->survey->topology, running->survey->report->quiet, &running->set_up);
	return recorder_open(&running->recorder, running->survey->options->write, running->interfaces,
			     station->post_count, text_string(&running->set_up), error);
}

static int open_all(struct running *running, struct error *error)
{
	const struct survey *survey = running->survey;
	int status = output_open(&running->output, survey->report->output, error);

	describe_run(running);
	if (status == 0)
		status = station_open(running->station, &survey->capture, error);
	if (status == 0 && survey->options->write != NULL)
		status = open_recorder(running, error);
	return status;
}

static int drop_privileges(const struct running *running, struct error *error)
{
	const char *outputs[3] = { NULL };
	int count = 0;

	if (running->output.target != NULL)
		outputs[count++] = running->output.target;
	if (running->recorder.raw.target != NULL)
		outputs[count++] = running->recorder.raw.target;
	return privileges_drop(outputs, error);
}

/* The input is called as what can be opened to look at its frames. */
static int make_engine(struct running *running, struct error *error)
{
	const char *write = running->survey->options->write;
	int status = engine_new(&running->engine, &running->survey->engine, error);

	station_name(running->station, &running->name);
	if (status == 0)
		status = engine_add_input(running->engine, write != NULL ? write : text_string(&running->name), error);
	if (status >= 0)
		marks_apply(running->mark, running->engine, (uint32_t)status);
	return status;
}

static int ask(struct running *running, struct error *error)
{
	const struct survey *survey = running->survey;
	const struct asking asking = {
		.asker = survey->asker,
		.states = survey->states,
		.station = running->station,
		.engine = running->engine,
		.recorder = survey->options->write != NULL ? &running->recorder : NULL,
		.quiet = survey->report->quiet,
		.lacking = survey->lacking,
		.gaps = &running->gaps,
	};

	interrupt_catch();
	if (asking_run(&asking, error) < 0)
		return ERROR_MEMORY;
	if (survey->conclude != NULL && survey->conclude(survey->context, running->engine, error) < 0)
		return error->code;
	return engine_report(running->engine, survey->command, &running->frames, error);
}

static int finish_recorder(struct running *running, struct error *error)
{
	char gaps[ASKING_MOST_GAPS][MARKS_GAP_SIZE];
	const char *comments[CAPTURE_MAX_REMARKS + 1] = { NULL };
	const struct survey *survey = running->survey;
	uint32_t count = running->gaps.count;
	struct pcapng_statistics statistics[STATION_MAX_POSTS];

	for (uint32_t i = 0; i < running->gaps.count; i++) {
		marks_write_gap(running->gaps.reasons[i], gaps[i]);
		comments[i] = gaps[i];
	}
	while (survey->note && count < CAPTURE_MAX_REMARKS &&
	       (comments[count] = survey->note(survey->context, count - running->gaps.count)) != NULL)
		count++;

	for (uint32_t i = 0; i < running->station->post_count; i++) {
		struct live *live = running->station->posts[i].live;
		const struct capture_info *info = live_info(live);
		struct live_losses losses = live_losses(live);

		statistics[i] = (struct pcapng_statistics){ .comments = i == 0 ? comments : NULL,
							    .time = info->last,
							    .received = info->frames,
							    .dropped_by_interface = losses.interface,
							    .dropped_by_system = losses.kernel };
	}
	return recorder_finish(&running->recorder, &running->frames, statistics, error);
}

/* The report is written whatever becomes of the capture. */
static int finish(struct running *running)
{
	const struct survey *survey = running->survey;
	struct error error = ERROR_INIT;
	int status = report_options_finish(survey->report, &running->frames, &running->output);

	if (survey->options->write != NULL && finish_recorder(running, &error) < 0)
		return message_fail(&error);
	return status;
}

int survey_run(const struct survey *survey, struct station *station)
{
	struct running running = { .survey = survey,
				   .station = station,
				   .output = OUTPUT_INIT,
				   .recorder = RECORDER_INIT,
				   .frames = REPORT_INIT };
	struct error error = ERROR_INIT;
	int status = open_all(&running, &error);

	if (status == 0)
		status = drop_privileges(&running, &error);
	if (status == 0 && survey->prepare != NULL)
		status = survey->prepare(survey->context, &error);
	if (status == 0)
		status = make_engine(&running, &error);
	if (status == 0)
		status = ask(&running, &error);
	status = status < 0 ? message_fail(&error) : finish(&running);
	report_free(&running.frames);
	engine_free(running.engine);
	recorder_discard(&running.recorder);
	output_discard(&running.output);
	text_free(&running.name);
	text_free(&running.set_up);
	return status;
}
