// SPDX-License-Identifier: GPL-2.0-or-later
/* The loop: waits for whatever comes first, takes it, and lets the report and the screen follow at their own pace. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/watch.h"
#include "cli/watch_replay.h"
#include "cli/watch_signals.h"
#include "rules/registry.h"

/* How long frames are taken before keys are looked at. */
static const nanos take_most = 20 * NANOS_PER_MILLI;
/* Of the report: not more often, and not seldomer, whatever it costs. */
static const nanos refresh_least = 250 * NANOS_PER_MILLI, refresh_most = 1500 * NANOS_PER_MILLI;
/* Making reports may take one part in so many of the time. */
enum { REFRESH_SHARE = 12 };
/* Silence becomes a verdict after 1.2 s; somebody has to look then. */
static const nanos tick_interval = 250 * NANOS_PER_MILLI;
/* What is under way is reset at the end; that takes a moment. */
static const nanos replay_end_most = 300 * NANOS_PER_MILLI;
/* After the last frame nothing changes any more but by what is asked. */
static const nanos quiet_after = 3 * NANOS_PER_SECOND;

nanos watch_now(const struct watch *watch)
{
	return watch->live ? wall_now() : watch_files_now(watch);
}

void watch_say(struct watch *watch, enum severity severity, const char *format, ...)
{
	va_list arguments;
	char line[WATCH_LOG_WIDTH];

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	watch_log_add(&watch->log, watch_now(watch), severity, "%s", line);
	text_clear(&watch->message);
	text_add(&watch->message, line);
	watch->message_is_error = severity == SEVERITY_ERROR;
	if (watch->screen)
		watch_screen_touch(watch);
}

/* --- rounds --- */

/* What is known now: configured, and seen in traffic. */
static const struct topology *topology_to_ask(const struct watch *watch)
{
	const struct report *report = verdicts_report(watch->verdicts);

	return report ? &report->topology : &watch->topology;
}

static void plan_round(struct watch *watch)
{
	watch->next_round = watch->options.every > 0 ? monotonic_now() + watch->options.every : 0;
}

static int begin_round(struct watch *watch, const struct ip *address, struct error *error)
{
	const struct topology *topology = topology_to_ask(watch);
	char text[IP_TEXT_SIZE];
	int status;

	if (topology->service_count == 0 && topology->real_server_count == 0 && topology->director_count == 0)
		status = error_set(error, ERROR_USAGE, NULL,
				   "no set-up is known; name it with --vip and --rs, or with --topology");
	else
		status = round_begin(&watch->round, &watch->station, topology, address, watch->options.pace, error);
	if (status < 0)
		return status;
	verdicts_begin_round(watch->verdicts, address);
	watch_say(watch, SEVERITY_INFO, "probing %s", address->family ? ip_format(address, text) : "everything");
	watch_event_round(watch, "round-started");
	return 0;
}

void watch_probe(struct watch *watch, const struct ip *address)
{
	struct error error = ERROR_INIT;

	if (!watch->live) {
		watch_say(watch, SEVERITY_WARNING, "a capture cannot be asked; watch an interface to probe");
		return;
	}
	if (round_goes_on(&watch->round)) {
		watch_say(watch, SEVERITY_WARNING, "a round of probing goes on already");
		return;
	}
	if (begin_round(watch, address, &error) < 0) {
		watch_say(watch, SEVERITY_WARNING, "nothing was asked: %s", error.message);
		plan_round(watch);
	}
}

/* Without a screen there is nobody who would ask later. */
static int begin_probing(struct watch *watch, struct error *error)
{
	const struct ip everything = { .family = 0 };

	if (watch->screen || watch->options.every > 0)
		watch_probe(watch, &everything);
	else
		return begin_round(watch, &everything, error);
	return 0;
}

static void end_round(struct watch *watch, bool complete, const struct error *error)
{
	verdicts_end_round(watch->verdicts, complete);
	watch_replay_tell(watch);
	if (complete)
		watch_say(watch, SEVERITY_INFO, "round %u of probing is complete: %u tests",
			  (unsigned)watch->round.complete, (unsigned)watch->round.done);
	else
		watch_say(watch, SEVERITY_WARNING, "probing broke off: %s", error->message);
	if (!complete)
		verdicts_add_gap(watch->verdicts, 0, "probing broke off", 1);
	watch_event_round(watch, complete ? "round-complete" : "round-broken");
	plan_round(watch);
	watch->changed = true;
	watch->next_refresh = 0;
	if (watch->options.once && watch->options.probe)
		watch_end_with(watch, WATCH_FINISHED);
}

static void work_on_round(struct watch *watch)
{
	struct error error = ERROR_INIT;
	int status;

	if (!round_goes_on(&watch->round)) {
		if (watch->next_round > 0 && monotonic_now() >= watch->next_round) {
			watch->next_round = 0;
			watch_probe(watch, &(struct ip){ .family = 0 });
		}
		return;
	}
	status = round_work(&watch->round, &error);
	if (status <= 0)
		end_round(watch, status == 0, &error);
}

/* --- the report --- */

static void refresh(struct watch *watch)
{
	struct error error = ERROR_INIT;
	nanos begun = monotonic_now(), cost;

	watch->changed = false;
	if (verdicts_refresh(watch->verdicts, watch_now(watch), &error) < 0)
		watch_say(watch, SEVERITY_ERROR, "no report: %s", error.message);
	else if (watch->live)
		packets_pin(watch->packets, verdicts_report(watch->verdicts));
	cost = monotonic_now() - begun;
	if (cost * REFRESH_SHARE > refresh_most)
		watch->next_refresh = monotonic_now() + refresh_most;
	else
		watch->next_refresh =
		    begun + (cost * REFRESH_SHARE > refresh_least ? cost * REFRESH_SHARE : refresh_least);
	if (watch->screen)
		watch_screen_touch(watch);
}

static bool wants_refresh(const struct watch *watch)
{
	if (watch->screen && watch_screen_is_frozen(watch))
		return false;
	/* Nobody looks before the end. */
	if (watch->options.once && watch->files)
		return false;
	return watch->changed && monotonic_now() >= watch->next_refresh;
}

/* Time passes without frames: questions stay unanswered. */
static void tick(struct watch *watch)
{
	nanos now = monotonic_now();

	if (!watch->live || now < watch->next_tick)
		return;
	watch->next_tick = now + tick_interval;
	watch_live_tick(watch);
	if (watch->changed)
		watch->quiet_at = now + quiet_after;
	else if (now < watch->quiet_at || verdicts_wait(watch->verdicts))
		watch->changed = true;
}

/* --- waiting --- */

struct waiting {
	struct pollfd descriptors[WATCH_LIVE_DESCRIPTORS + WATCH_SCREEN_DESCRIPTORS];
	uint32_t count;
};

static nanos least_of(nanos a, nanos b)
{
	return a < b ? a : b;
}

static nanos until(nanos when, nanos now)
{
	return when <= now ? 0 : when - now;
}

static nanos time_to_wait(const struct watch *watch, bool more)
{
	nanos now = monotonic_now(), least = NANOS_PER_SECOND;

	if (more)
		return 0;
	if (watch->live)
		least = least_of(least, until(watch->next_tick, now));
	if (watch->changed)
		least = least_of(least, until(watch->next_refresh, now));
	if (watch->screen)
		least = least_of(least, watch_screen_wait(watch, now));
	if (round_goes_on(&watch->round))
		least = least_of(least, round_wait(&watch->round));
	else if (watch->next_round > 0)
		least = least_of(least, until(watch->next_round, now));
	if (watch_replay_goes_on(watch))
		least = least_of(least, watch_replay_wait(watch, now));
	if (watch->options.duration > 0)
		least = least_of(least, until(watch->begun + watch->options.duration, now));
	/* A frozen screen makes no reports. */
	return least > 0 || !watch->screen || !watch_screen_is_frozen(watch) ? least : tick_interval / 4;
}

static void wait_for(struct watch *watch, struct waiting *waiting, nanos duration)
{
	const struct timespec timeout = { .tv_sec = duration / NANOS_PER_SECOND,
					  .tv_nsec = duration % NANOS_PER_SECOND };
	sigset_t none;

	waiting->count = watch->screen ? watch_screen_poll(watch, waiting->descriptors) : 0;
	if (watch->live)
		waiting->count += watch_live_poll(watch, waiting->descriptors + waiting->count);
	/* Signals come in only while waiting, so that none is overslept. */
	sigemptyset(&none);
	if (ppoll(waiting->descriptors, waiting->count, &timeout, &none) < 0)
		for (uint32_t i = 0; i < waiting->count; i++)
			waiting->descriptors[i].revents = 0;
}

static void look_at_time(struct watch *watch)
{
	if (signals_want_end())
		watch_end_with(watch, signals_hung_up() ? WATCH_HUNG_UP : WATCH_QUIT);
	if (watch->options.duration > 0 && monotonic_now() >= watch->begun + watch->options.duration)
		watch_end_with(watch, WATCH_FINISHED);
}

/* What came in. 1: there is more at once. */
static int take(struct watch *watch, const struct waiting *waiting, struct error *error)
{
	int more = 0;

	if (watch->screen)
		watch_screen_take(watch, waiting->descriptors);
	if (watch->live) {
		more = watch_live_take(watch, take_most);
		watch_live_look(watch);
		work_on_round(watch);
		watch_replay_work(watch);
	} else {
		more = watch_files_read(watch, take_most, error);
		if (more == 0 && !watch->screen)
			watch_end_with(watch, WATCH_FINISHED);
	}
	return more;
}

static int turn(struct watch *watch, bool *more, struct error *error)
{
	struct waiting waiting;
	int status;

	wait_for(watch, &waiting, time_to_wait(watch, *more));
	look_at_time(watch);
	status = take(watch, &waiting, error);
	if (status < 0)
		return status;
	tick(watch);
	if (wants_refresh(watch))
		refresh(watch);
	if (watch->screen) {
		watch_screen_draw(watch);
		*more = watch_screen_work(watch) || status > 0;
	} else {
		*more = status > 0;
	}
	watch_metrics(watch, false);
	return 0;
}

/* Nothing stays half-open. */
static void end_replay(struct watch *watch)
{
	nanos end = monotonic_now() + replay_end_most;

	if (watch_replay_goes_on(watch))
		watch_replay_stop(watch);
	while (watch_replay_goes_on(watch) && monotonic_now() < end) {
		watch_live_take(watch, NANOS_PER_MILLI);
		watch_replay_work(watch);
	}
}

/* The last look, so that events and metrics are those of the end. */
static void end(struct watch *watch)
{
	end_replay(watch);
	round_end(&watch->round);
	verdicts_end_round(watch->verdicts, false);
	if (watch->live)
		watch_live_end(watch);
	else
		watch_files_stop(watch);
	refresh(watch);
	watch_metrics(watch, true);
}

int watch_run(struct watch *watch, struct error *error)
{
	bool more = watch->files != NULL;
	int status = 0;

	watch->begun = monotonic_now();
	watch_event_started(watch);
	refresh(watch);
	if (watch->options.probe && watch->live)
		status = begin_probing(watch, error);
	else if (watch->live)
		plan_round(watch);
	while (status == 0 && watch->end == WATCH_GOES_ON)
		status = turn(watch, &more, error);
	if (status == 0)
		end(watch);
	return status;
}

/* --- the model --- */

static void fill_probe(const struct watch *watch, struct model_probe *probe)
{
	const struct round *round = &watch->round;
	nanos now = monotonic_now();

	probe->possible = watch->live != NULL;
	probe->task = round_goes_on(round) ? TASK_RUNNING : round->complete > 0 ? TASK_DONE : TASK_IDLE;
	probe->done = round->done;
	probe->total = round->total;
	probe->rounds = round->complete;
	probe->next = watch->next_round > now ? watch->next_round - now : 0;
}

static int32_t utc_offset(nanos now)
{
	time_t seconds = (time_t)(now / NANOS_PER_SECOND);
	struct tm local;

	return localtime_r(&seconds, &local) ? (int32_t)local.tm_gmtoff : 0;
}

void watch_model(const struct watch *watch, struct model *model)
{
	*model = (struct model){ .now = watch_now(watch), .rules = rules_all };
	model->generation = verdicts_generation(watch->verdicts) + watch->log.changes;
	model->utc_offset = utc_offset(model->now);
	model->source.name = text_string(&watch->name);
	model->source.elapsed = monotonic_now() - watch->begun;
	if (watch->live)
		watch_live_fill_model(watch, &model->source);
	else
		watch_files_fill_model(watch, &model->source);
	fill_probe(watch, &model->probe);
	model->report = verdicts_report(watch->verdicts);
	model->previous = verdicts_previous(watch->verdicts);
	model->past = verdicts_past(watch->verdicts, &model->past_count);
	model->nodes = watch_nodes_list(watch, &model->node_count);
	watch_replay_fill_model(watch, &model->replay);
	model->packets = packets_model(watch->packets);
	model->log = watch->log.lines;
	model->log_count = watch_log_shown(&watch->log);
	model->evicted = packets_evicted(watch->packets) + verdicts_evicted(watch->verdicts) + watch->log.evicted;
	model->message = watch->message.length > 0 ? text_string(&watch->message) : NULL;
	model->message_is_error = watch->message_is_error;
}
