// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/watch_replay.h"

#include <stdlib.h>

#include "cli/probers.h"
#include "cli/replay.h"

enum { MOST_SERVERS = 1024 };

/* Results are told and shown so often. */
static const nanos tell_interval = NANOS_PER_SECOND;

struct watch_replay {
	const char *file; /* --replay; NULL: none */
	struct replay replay;
	struct line line;
	bool goes_on;
	nanos begun, ended, next_tell; /* monotonic */
	uint64_t sent_before;
	uint32_t rate; /* frames in the last second */
	struct replayer_progress progress;
	struct model_replay_server servers[MOST_SERVERS]; /* of the latest replay */
	uint32_t server_count;
	struct replay_result kept[MOST_SERVERS]; /* the latest of each row, whichever replay it was */
	uint32_t kept_count;
};

/* --- options --- */

static int take_file(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct watch_replay *replay = values;

	(void)option, (void)error;
	replay->file = value;
	return 0;
}

static const struct option_spec file_option[] = {
	{ 0, "replay", "FILE", "recorded client traffic that 'r' sends to real servers", take_file, 0, NULL },
	{ 0 },
};

struct option_group watch_replay_file_group(struct watch *watch)
{
	return (struct option_group){ "Replay from the screen", file_option, watch->replay };
}

struct option_group watch_replay_group(struct watch *watch)
{
	return replay_options_group(&watch->replay->replay);
}

int watch_replay_init(struct watch *watch, struct error *error)
{
	watch->replay = calloc(1, sizeof *watch->replay);
	if (!watch->replay)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to watch");
	replay_options_init(&watch->replay->replay);
	return 0;
}

/* The station is the watch's. */
void watch_replay_free(struct watch *watch)
{
	struct watch_replay *mine = watch->replay;

	if (!mine)
		return;
	replayer_free(mine->replay.replayer);
	script_free(mine->replay.script);
	deafen_close(mine->replay.deafen);
	feed_close(&mine->replay.recording);
	mask_free(&mine->replay.mask);
	topology_free(&mine->replay.topology);
	free(mine);
	watch->replay = NULL;
}

bool watch_replay_is_wanted(const struct watch *watch)
{
	return watch->replay->file != NULL;
}

/* What is for replaying alone is not taken and ignored. */
static const char *needless_option(const struct replay *replay)
{
	return replay->speed < 1 || replay->speed > 1            ? "--speed"
	       : replay->concurrency > 0                         ? "--concurrency"
	       : replay->loops > 0                               ? "--loop"
	       : replay->timeout > 0                             ? "--timeout"
	       : replay->mask.count > 0 || replay->mask.strict   ? "--ignore and --strict"
	       : replay->client_count > 0                        ? "--clients"
	       : replay->tunnel != TUNNEL_IPIP && replay->tunnel ? "--tunnel"
								 : NULL;
}

int watch_replay_check(const struct watch *watch, bool files, struct error *error)
{
	const char *needless = needless_option(&watch->replay->replay);

	if (!watch->replay->file)
		return needless ? error_set(error, ERROR_USAGE, NULL, "%s: is for --replay", needless) : 0;
	if (files)
		return error_set(error, ERROR_USAGE, NULL, "--replay needs an interface, and a capture was named");
	if (watch->options.once || watch->options.headless)
		return error_set(error, ERROR_USAGE, NULL,
				 "--replay is for the screen; 'truemac replay' does it without one");
	return 0;
}

/* --- opening --- */

static int check_set_up(const struct watch *watch, struct error *error)
{
	if (watch->topology.service_count == 0 || watch->topology.real_server_count == 0)
		return error_set(error, ERROR_USAGE, NULL,
				 "--replay: name the VIP and the real servers with --topology, or --vip and --rs");
	if (watch->station.post_count > 1)
		return error_set(error, ERROR_USAGE, NULL, "--replay: say by which interface, with --interface");
	return 0;
}

int watch_replay_open(struct watch *watch, struct error *error)
{
	struct replay *replay = &watch->replay->replay;
	int status = check_set_up(watch, error);

	replay->report.quiet = watch->report.quiet;
	replay->station.interfaces = watch->station.interfaces;
	replay->station.posts[0] = watch->station.posts[0];
	replay->station.post_count = 1;
	if (status == 0)
		status = topology_copy(&watch->topology, &replay->topology, error);
	if (status == 0)
		status = probers_make_seed(&replay->seed, error);
	if (status == 0)
		status = replay_choose_clients(replay, error);
	if (status == 0 && feed_open(&replay->recording, watch->replay->file, false) < 0)
		return error_set(error, ERROR_INPUT, NULL, "%s", "");
	return status == 0 ? replay_keep_kernel_out(replay, error) : status;
}

/* --- running --- */

static int choose_servers(struct watch *watch, const struct ip *address, struct error *error)
{
	struct topology *topology = &watch->replay->replay.topology;

	topology_free(topology);
	return address->family ? topology_narrow(&watch->topology, address, topology, error)
			       : topology_copy(&watch->topology, topology, error);
}

static int make_replayer(struct replay *replay, const struct watch *watch, struct error *error)
{
	const struct interface *interface = watch->station.posts[0].interface;
	const struct replayer_options options = {
		.script = replay->script,
		.topology = &replay->topology,
		.mask = &replay->mask,
		.mac = interface->mac,
		.mtu = interface->mtu,
		.own = { replay->own[0], replay->own[1] },
		.clients = replay->clients,
		.client_count = replay->client_count,
		.client_mac = replay->client_mac,
		.first_port = replay->first_port,
		.last_port = replay->last_port,
		.tunnel = replay->tunnel,
		.speed = replay->speed,
		.loops = replay->loops,
		.concurrency = replay->concurrency,
		.timeout = replay->timeout * NANOS_PER_SECOND,
		.pace = watch->options.pace,
		.seed = ++replay->seed,
	};

	return replayer_new(&replay->replayer, &options, error);
}

static int prepare(struct watch *watch, const struct ip *address, struct error *error)
{
	struct replay *replay = &watch->replay->replay;
	int status = source_rewind(replay->recording.source, error);

	replayer_free(replay->replayer);
	script_free(replay->script);
	replay->replayer = NULL;
	replay->script = NULL;
	if (status == 0)
		status = choose_servers(watch, address, error);
	if (status == 0)
		status = replay_read_recording(replay, error);
	return status == 0 ? make_replayer(replay, watch, error) : status;
}

void watch_replay_begin(struct watch *watch, const struct ip *address)
{
	struct watch_replay *mine = watch->replay;
	struct error error = ERROR_INIT;
	char text[IP_TEXT_SIZE];

	if (!mine->file || !watch->live) {
		watch_say(watch, SEVERITY_WARNING, "no recording was named; start with --replay FILE");
		return;
	}
	if (mine->goes_on) {
		watch_say(watch, SEVERITY_WARNING, "a replay goes on already; x ends it");
		return;
	}
	if (prepare(watch, address, &error) < 0) {
		watch_say(watch, SEVERITY_ERROR, "no replay: %s%s%s", error.where, error.where[0] ? ": " : "",
			  error.message);
		return;
	}
	mine->line =
	    (struct line){ .asker = &asker_replayer, .state = mine->replay.replayer, .post = &watch->station.posts[0] };
	mine->goes_on = true;
	mine->begun = monotonic_now();
	mine->next_tell = 0;
	mine->sent_before = 0;
	watch_say(watch, SEVERITY_INFO, "replaying to %s",
		  address->family ? ip_format(address, text) : "every real server");
}

bool watch_replay_goes_on(const struct watch *watch)
{
	return watch->replay->goes_on;
}

void watch_replay_stop(struct watch *watch)
{
	if (watch->replay->goes_on)
		replayer_stop(watch->replay->replay.replayer);
}

void watch_replay_eat(struct watch *watch, uint32_t place, const struct packet *packet)
{
	if (watch->replay->goes_on && place == 0)
		replayer_eat(watch->replay->replay.replayer, packet, monotonic_now());
}

/* --- results --- */

static uint64_t lost_of(const struct replay_result *result)
{
	return (uint64_t)result->refused + result->reset + result->timed_out + result->unreachable;
}

static const char *note_of(const struct replay_result *result)
{
	if (result->completed > 0 || lost_of(result) == 0)
		return NULL;
	return result->unreachable > 0 ? "nobody there" : result->refused > 0 ? "refused" : "silence";
}

static struct model_replay_server server_of(const struct replay_result *result)
{
	uint64_t over = result->completed + lost_of(result) + result->left_out;

	return (struct model_replay_server){ .ip = result->real_server,
					     .task = over >= result->planned ? TASK_DONE : TASK_RUNNING,
					     .note = note_of(result),
					     .planned = result->planned,
					     .sent = result->completed + lost_of(result) + result->active,
					     .answered = result->completed,
					     .same = result->as_recorded,
					     .differing = result->not_as_recorded,
					     .lost = lost_of(result),
					     .retransmissions = result->retransmissions,
					     .has_latency = result->answer.count > 0,
					     .median = result->answer.p50,
					     .p90 = result->answer.p90,
					     .p99 = result->answer.p99,
					     .slowest = result->answer.max };
}

static void keep(struct watch_replay *mine, const struct replay_result *result)
{
	uint32_t i = 0;

	while (i < mine->kept_count && !replay_is_same_row(&mine->kept[i], result))
		i++;
	if (i == MOST_SERVERS)
		return;
	mine->kept[i] = *result;
	mine->kept_count += i == mine->kept_count;
}

void watch_replay_tell(struct watch *watch)
{
	struct watch_replay *mine = watch->replay;
	const struct replay_result *results;
	uint32_t count;

	if (!mine->replay.replayer)
		return;
	results = replayer_results(mine->replay.replayer, &count);
	for (uint32_t i = 0; i < count; i++)
		keep(mine, &results[i]);
	verdicts_set_replay(watch->verdicts, mine->kept, mine->kept_count);
	mine->server_count = count < MOST_SERVERS ? count : MOST_SERVERS;
	for (uint32_t i = 0; i < mine->server_count; i++)
		mine->servers[i] = server_of(&results[i]);
	watch->changed = true;
}

static void count_rate(struct watch_replay *mine, nanos now)
{
	if (now < mine->next_tell)
		return;
	mine->rate = (uint32_t)(mine->progress.sent - mine->sent_before);
	mine->sent_before = mine->progress.sent;
}

static void say_end(struct watch *watch)
{
	const struct replayer_progress *progress = &watch->replay->progress;
	struct text taken = TEXT_INIT;

	replayer_describe_clients(watch->replay->replay.replayer, &taken);
	if (taken.length > 0)
		watch_say(watch, SEVERITY_WARNING, "%s", text_string(&taken));
	text_free(&taken);
	watch_say(watch, SEVERITY_INFO, "the replay is over: %u of %u conversations", progress->finished,
		  progress->planned);
}

void watch_replay_work(struct watch *watch)
{
	struct watch_replay *mine = watch->replay;
	struct error error = ERROR_INIT;
	nanos now = monotonic_now();
	bool broken;

	if (!mine->goes_on)
		return;
	broken = line_send_due(&mine->line, &error) < 0;
	replayer_progress(mine->replay.replayer, &mine->progress);
	if (broken)
		watch_say(watch, SEVERITY_WARNING, "the replay broke off: %s", error.message);
	if (!broken && (!replayer_done(mine->replay.replayer) || line_is_waiting(&mine->line))) {
		count_rate(mine, now);
		if (now >= mine->next_tell) {
			mine->next_tell = now + tell_interval;
			watch_replay_tell(watch);
		}
		return;
	}
	mine->goes_on = false;
	mine->ended = now;
	mine->rate = 0;
	watch_replay_tell(watch);
	if (!broken)
		say_end(watch);
}

nanos watch_replay_wait(const struct watch *watch, nanos now)
{
	return line_wait(&watch->replay->line, now);
}

void watch_replay_fill_model(const struct watch *watch, struct model_replay *model)
{
	const struct watch_replay *mine = watch->replay;

	model->possible = watch->live && mine->file;
	if (!mine->replay.replayer)
		return;
	model->name = mine->file;
	model->task = mine->goes_on ? TASK_RUNNING : TASK_DONE;
	model->done = mine->progress.finished;
	model->total = mine->progress.planned;
	model->rate = mine->rate;
	model->elapsed = (mine->goes_on ? monotonic_now() : mine->ended) - mine->begun;
	model->servers = mine->servers;
	model->server_count = mine->server_count;
}
