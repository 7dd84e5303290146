// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac replay: recorded client traffic to each real server, and what comes back compared. */
#include <stdio.h>

#include "cli/marks.h"
#include "cli/message.h"
#include "cli/probers.h"
#include "cli/replay.h"
#include "cli/replay_blast.h"
#include "net/filter.h"
#include "replay/results.h"
#include "rules/registry.h"

enum {
	SNAPLEN = 262144, /* segmentation offload hands over what is much larger than a frame */
	BUFFER = 64 << 20,
};

static int check_operands(const struct operands *operands, struct error *error)
{
	if (operands->count != 1)
		return error_set(error, ERROR_USAGE, NULL,
				 "replay takes one capture of client traffic, not %d; 'truemac replay [options] FILE'",
				 operands->count);
	return 0;
}

/* What makes no sense is not taken and ignored. */
static int check_tunnel(const struct replay *replay, struct error *error)
{
	if (!replay->tunnel_given || topology_has_method(&replay->topology, METHOD_TUN))
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--tunnel is for VS/TUN, and nothing is forwarded so; --method tun");
}

/* What options say, and what this host knows beside: a director has its IPVS table or keepalived.conf. */
static int find_topology(struct replay *replay, struct error *error)
{
	struct topology *topology = &replay->topology;
	int status = topology_options_apply(&replay->topology_options, topology, error);

	if (status == 0)
		status = this_host_complete(&replay->this_host, false, replay->report.quiet, topology, error);
	topology_options_apply_method(&replay->topology_options, topology);
	if (status == 0 && topology->service_count == 0)
		status = error_set(error, ERROR_USAGE, NULL, "which traffic? Name the VIP with --vip or --topology");
	if (status == 0 && topology->real_server_count == 0)
		status = error_set(error, ERROR_USAGE, NULL, "to whom? Name the real servers with --rs or --topology");
	return status == 0 ? check_tunnel(replay, error) : status;
}

static int prepare(struct replay *replay, const struct operands *operands, struct error *error)
{
	int status = check_operands(operands, error);

	if (status == 0)
		status = find_topology(replay, error);
	if (status == 0)
		status = probers_make_seed(&replay->seed, error);
	if (status == 0)
		status = station_choose_one(&replay->station, replay->survey.interface,
					    &replay->topology.real_servers[0].ip, error);
	if (status == 0)
		status = replay_choose_clients(replay, error);
	if (status == 0)
		filter_for_topology(&replay->topology, &replay->filter);
	if (status == 0 && replay->filter.failed)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory for the capture filter");
	if (status == 0 && feed_open(&replay->recording, operands->names[0], false) < 0)
		status = error_set(error, ERROR_INPUT, NULL, "%s", "");
	return status == 0 ? replay_keep_kernel_out(replay, error) : status;
}

static int read_and_plan(void *context, struct error *error)
{
	struct replay *replay = context;
	int status = replay_read_recording(replay, error);

	if (status == 0)
		status = replay_make_replayer(replay, replay->survey.pace, error);
	replay->states[0] = replay->replayer;
	return status;
}

static void say_taken(const struct replay *replay)
{
	struct text what = TEXT_INIT;

	replayer_describe_clients(replay->replayer, &what);
	if (what.length > 0)
		fprintf(stderr, "truemac: %s\n", text_string(&what));
	text_free(&what);
}

/* More rows than fit are not kept: the run's own report has them all. */
static void make_notes(struct replay *replay, const struct replay_result *results, uint32_t count)
{
	uint32_t written = 0;

	while (written < count && replay->note_count < REPLAY_MOST_NOTES)
		written += results_write(results + written, count - written, REPLAY_NOTE_SIZE,
					 &replay->notes[replay->note_count++]);
	if (written < count && replay->survey.write != NULL)
		fprintf(stderr, "truemac: %s: has no room for the results of %u real servers\n", replay->survey.write,
			count - written);
}

/* Without any free address nothing was replayed: that is no clean run. */
static void note_lack_of_clients(struct replay *replay, struct engine *engine)
{
	static const char reason[] = "every address of --clients is in use: nothing was replayed";
	struct replayer_progress progress;
	char mark[MARKS_GAP_SIZE];

	replayer_progress(replay->replayer, &progress);
	if (replay->client_count == 0 || progress.clients_taken < replay->client_count)
		return;
	engine_add_gap(engine, 0, reason, 1);
	marks_write_gap(reason, mark);
	text_add(&replay->notes[replay->note_count++], mark);
}

static int conclude(void *context, struct engine *engine, struct error *error)
{
	struct replay *replay = context;
	uint32_t count;
	const struct replay_result *results = replayer_results(replay->replayer, &count);
	int status = 0;

	say_taken(replay);
	for (uint32_t i = 0; i < count && status == 0; i++)
		status = engine_set_replay(engine, 0, &results[i], error);
	note_lack_of_clients(replay, engine);
	make_notes(replay, results, count);
	return status;
}

static const char *note(void *context, uint32_t number)
{
	const struct replay *replay = context;

	return number < replay->note_count ? text_string(&replay->notes[number]) : NULL;
}

static int run(struct replay *replay, const struct operands *operands)
{
	struct survey survey = { .command = "replay",
				 .options = &replay->survey,
				 .report = &replay->report,
				 .topology = &replay->topology,
				 .engine = { .rules = rules_all,
					     .topology = &replay->topology,
					     .default_method = replay->topology_options.method },
				 .asker = &asker_replayer,
				 .states = replay->states,
				 .prepare = read_and_plan,
				 .conclude = conclude,
				 .note = note,
				 .context = replay };
	struct error error = ERROR_INIT;

	if (prepare(replay, operands, &error) < 0)
		return message_fail(&error);
	survey.capture.filter = text_string(&replay->filter);
	survey.capture.promiscuous = replay->client_count > 0;
	survey.capture.snaplen = SNAPLEN;
	survey.capture.dense = true;
	survey.capture.buffer = BUFFER;
	return survey_run(&survey, &replay->station);
}

/* What makes sense for conversations alone is not taken and ignored. */
static int check_blast(const struct replay *replay, struct error *error)
{
	const struct {
		bool given;
		const char *name;
	} others[] = {
		{ replay->survey.write != NULL, "write" },
		{ replay->survey.pace > 0, "pace" },
		{ replay->speed < 1 || replay->speed > 1, "speed" },
		{ replay->concurrency > 0, "concurrency" },
		{ replay->timeout > 0, "timeout" },
		{ replay->mask.count > 0, "ignore" },
		{ replay->mask.strict, "strict" },
	};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (others[i].given)
			return error_set(error, ERROR_USAGE, NULL,
					 "--%s is for conversations; --rate sends without waiting for answers",
					 others[i].name);
	for (uint32_t i = 0; i < replay->client_count; i++)
		if (replay->clients[i].family != 4)
			return error_set(error, ERROR_USAGE, NULL,
					 "--clients: with --rate only IPv4 addresses can be emulated");
	return 0;
}

/* Stateless and at a rate: another way through, which shares options and the choice of clients with this one. */
static int blast(struct replay *replay, const struct replay_blast_options *options, const struct operands *operands)
{
	struct replay_blast blast = { .options = options,
				      .report = &replay->report,
				      .topology = &replay->topology,
				      .default_method = replay->topology_options.method,
				      .interface = replay->survey.interface,
				      .loops = replay->loops,
				      .tunnel = replay->tunnel };
	struct error error = ERROR_INIT;
	int status = check_operands(operands, &error);

	if (status == 0)
		status = find_topology(replay, &error);
	if (status == 0)
		status = check_blast(replay, &error);
	if (status == 0)
		status = station_choose_one(&replay->station, replay->survey.interface,
					    &replay->topology.real_servers[0].ip, &error);
	if (status == 0)
		status = replay_choose_clients(replay, &error);
	if (status < 0)
		return message_fail(&error);
	blast.capture = operands->names[0];
	blast.clients = replay->clients;
	blast.client_count = replay->client_count;
	blast.first_port = replay->first_port;
	blast.last_port = replay->last_port;
	return replay_blast_run(&blast);
}

static void release(struct replay *replay)
{
	replayer_free(replay->replayer);
	script_free(replay->script);
	deafen_close(replay->deafen);
	feed_close(&replay->recording);
	station_close(&replay->station);
	mask_free(&replay->mask);
	for (uint32_t i = 0; i < replay->note_count; i++)
		text_free(&replay->notes[i]);
	text_free(&replay->filter);
	topology_options_free(&replay->topology_options);
	topology_free(&replay->topology);
}

int command_replay(const struct command *self, int argc, char **argv)
{
	struct replay replay;
	struct error error = ERROR_INIT;
	struct replay_blast_options blast_options = { .engine = SENDER_AUTO };
	struct operands operands;
	int status;

	replay_options_init(&replay);
	const struct option_group groups[] = {
		topology_options_group_titled(&replay.topology_options, "Set-up (and what this host knows of it)"),
		this_host_group(&replay.this_host),
		replay_options_group(&replay),
		replay_blast_options_group(&blast_options),
		survey_options_group(&replay.survey),
		report_options_group(&replay.report),
		{ 0 },
	};

	status = options_parse(self, argc, argv, groups, &operands, &error);
	if (status == 0 && !operands.done)
		status = replay_blast_options_check(&blast_options, &error);
	if (status < 0)
		status = message_fail(&error);
	else if (operands.done)
		status = STATUS_CLEAN;
	else
		status = blast_options.wanted ? blast(&replay, &blast_options, &operands) : run(&replay, &operands);
	release(&replay);
	return status;
}
