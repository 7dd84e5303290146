// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/watch_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/probers.h"
#include "cli/replay.h"

enum { MOST_SERVERS = 1024, NOTE_SIZE = 200 };

/* Results are told and shown so often. */
static const nanos tell_interval = NANOS_PER_SECOND;

struct watch_replay {
	const char *file; /* --replay; NULL: none */
	struct replay replay;
	struct line line;
	bool goes_on;
	nanos begun, ended, next_tell; /* monotonic */
	uint32_t finished_before;
	uint32_t rate; /* conversations in the last second */
	struct replayer_progress progress;
	struct model_replay_server servers[MOST_SERVERS]; /* of the latest replay */
	uint64_t over_before[MOST_SERVERS];               /* conversations of each of them, a second ago */
	char notes[MOST_SERVERS][NOTE_SIZE];
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
	replay->seed++;
	return status == 0 ? replay_make_replayer(replay, watch->options.pace, error) : status;
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
	mine->next_tell = mine->begun + tell_interval;
	mine->finished_before = mine->rate = 0;
	memset(mine->over_before, 0, sizeof mine->over_before);
	memset(mine->servers, 0, sizeof mine->servers);
	watch_replay_tell(watch);
	watch_say(watch, SEVERITY_INFO, "replaying to %s",
		  address->family ? ip_format(address, text) : "every real server");
}

void watch_replay_pause(struct watch *watch)
{
	struct replayer *replayer = watch->replay->replay.replayer;
	bool hold;

	if (!watch->replay->goes_on) {
		watch_say(watch, SEVERITY_WARNING, "no replay goes on; r begins one");
		return;
	}
	hold = !replayer_is_held(replayer);
	replayer_hold(replayer, hold, monotonic_now());
	watch_say(watch, SEVERITY_INFO,
		  hold ? "the replay is held: what has begun ends, p goes on" : "the replay goes on");
	watch_replay_tell(watch);
}

void watch_replay_change_speed(struct watch *watch, uint32_t percent)
{
	struct replayer *replayer = watch->replay->replay.replayer;

	if (!watch->replay->goes_on)
		watch_say(watch, SEVERITY_WARNING, "no replay goes on; r begins one");
	else if (replayer_scale_speed(replayer, percent / 100.0, monotonic_now()))
		watch_say(watch, SEVERITY_INFO, "replaying at %.0f%% of the recorded pace",
			  replayer_speed(replayer) * 100);
	else
		watch_say(watch, SEVERITY_WARNING, "%s",
			  replayer_speed(replayer) > 0 ? "no further: the pace is at its limit"
						       : "the replay goes as fast as answers allow (--speed max)");
}

bool watch_replay_goes_on(const struct watch *watch)
{
	return watch->replay->goes_on;
}

void watch_replay_stop(struct watch *watch)
{
	if (watch->replay->goes_on)
		replayer_stop(watch->replay->replay.replayer);
	else
		watch_say(watch, SEVERITY_WARNING, "no replay goes on; r begins one");
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

static uint64_t over_of(const struct replay_result *result)
{
	return result->completed + lost_of(result) + result->left_out;
}

/* What is wrong with its answers so far, in the words of the report; NULL: nothing that is known. */
static const char *note_of(const struct replay_result *result, const struct replay_result *all, uint32_t count,
			   char note[static NOTE_SIZE])
{
	struct text reason = TEXT_INIT;
	enum replay_verdict verdict = replay_judge(result, all, count, &reason);

	snprintf(note, NOTE_SIZE, "%s", text_string(&reason));
	text_free(&reason);
	return verdict == REPLAY_UNKNOWN || verdict == REPLAY_PASS ? NULL : note;
}

static struct model_replay_server server_of(const struct watch_replay *mine, const struct replay_result *result)
{
	bool done = !mine->goes_on || over_of(result) >= result->planned;

	return (struct model_replay_server){ .ip = result->real_server,
					     .task = done ? TASK_DONE : TASK_RUNNING,
					     .paused = !done && replayer_is_held(mine->replay.replayer),
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
	for (uint32_t i = 0; i < mine->server_count; i++) {
		uint32_t rate = mine->goes_on ? mine->servers[i].rate : 0;

		mine->servers[i] = server_of(mine, &results[i]);
		mine->servers[i].note = note_of(&results[i], results, count, mine->notes[i]);
		mine->servers[i].rate = rate;
	}
	watch->changed = true;
}

/* Once a second. */
static void count_rates(struct watch_replay *mine)
{
	uint32_t count;
	const struct replay_result *results = replayer_results(mine->replay.replayer, &count);

	mine->rate = mine->progress.finished - mine->finished_before;
	mine->finished_before = mine->progress.finished;
	for (uint32_t i = 0; i < mine->server_count; i++) {
		uint64_t over = over_of(&results[i]);

		mine->servers[i].rate = (uint32_t)(over - mine->over_before[i]);
		mine->over_before[i] = over;
	}
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
		if (now >= mine->next_tell) {
			mine->next_tell = now + tell_interval;
			count_rates(mine);
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
	model->speed = (uint32_t)(replayer_speed(mine->replay.replayer) * 100 + 0.5);
	model->paused = mine->goes_on && replayer_is_held(mine->replay.replayer);
	model->elapsed = (mine->goes_on ? monotonic_now() : mine->ended) - mine->begun;
	model->servers = mine->servers;
	model->server_count = mine->server_count;
}
