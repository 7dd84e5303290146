// SPDX-License-Identifier: GPL-2.0-or-later
/* The engines: which of them eat, and which one speaks. What changed is found in watch_changes.c. */
#include "watch/verdicts.h"

#include <stdlib.h>
#include <string.h>

#include "watch/changes.h"

/* The engines by what they are for. NOW is NULL while WHOLE speaks for it. */
enum { WHOLE, NOW, NEXT, NEXT_SCOPE, FIRST_SCOPE, ENGINE_COUNT = FIRST_SCOPE + VERDICTS_MAX_SCOPES };

struct member {
	struct engine *engine;
	uint64_t dropped_before; /* frames that the first input had lost when the engine began */
	struct ip address;       /* whose scope it is */
};

struct verdicts {
	struct verdicts_options options;
	struct member members[ENGINE_COUNT];
	char **names; /* of the inputs */
	uint32_t name_count;
	uint64_t dropped; /* by the first input, as last told */

	bool began;                  /* `now_since` is known */
	nanos now_since, next_since; /* when NOW and NEXT began, by the frames' clock */
	bool in_round;
	uint32_t rounds;                /* complete ones about everything */
	struct report report, previous; /* as shown; before the latest round */
	struct report before;           /* the round that goes on */
	bool has_report, has_previous, has_before;
	uint64_t generation;
	struct past past;
};

static int add_inputs(const struct verdicts *verdicts, struct engine *engine, struct error *error)
{
	int status = 0;

	for (uint32_t i = 0; i < verdicts->name_count && status >= 0; i++)
		status = engine_add_input(engine, verdicts->names[i], error);
	return status < 0 ? status : 0;
}

static void drop_member(struct verdicts *verdicts, int which)
{
	engine_free(verdicts->members[which].engine);
	verdicts->members[which] = (struct member){ .engine = NULL };
}

/* Leaves NULL where memory ran out. */
static int begin_member(struct verdicts *verdicts, int which, struct error *error)
{
	struct member *member = &verdicts->members[which];
	int status;

	drop_member(verdicts, which);
	status = engine_new(&member->engine, &verdicts->options.engine, error);
	if (status == 0)
		status = add_inputs(verdicts, member->engine, error);
	if (status < 0)
		drop_member(verdicts, which);
	else
		member->dropped_before = verdicts->dropped;
	return status;
}

static void move_member(struct verdicts *verdicts, int from, int to)
{
	drop_member(verdicts, to);
	verdicts->members[to] = verdicts->members[from];
	verdicts->members[from] = (struct member){ .engine = NULL };
}

int verdicts_new(struct verdicts **result, const struct verdicts_options *options, struct error *error)
{
	struct verdicts *verdicts = calloc(1, sizeof *verdicts);
	int status;

	*result = NULL;
	if (!verdicts)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to watch");
	verdicts->options = *options;
	verdicts->report = verdicts->previous = verdicts->before = (struct report)REPORT_INIT;
	status = begin_member(verdicts, WHOLE, error);
	if (status < 0)
		verdicts_free(verdicts);
	else
		*result = verdicts;
	return status;
}

void verdicts_free(struct verdicts *verdicts)
{
	if (!verdicts)
		return;
	for (int i = 0; i < ENGINE_COUNT; i++)
		engine_free(verdicts->members[i].engine);
	for (uint32_t i = 0; i < verdicts->name_count; i++)
		free(verdicts->names[i]);
	free(verdicts->names);
	report_free(&verdicts->report);
	report_free(&verdicts->previous);
	report_free(&verdicts->before);
	past_free(&verdicts->past);
	free(verdicts);
}

int verdicts_add_input(struct verdicts *verdicts, const char *name, struct error *error)
{
	char **grown = reallocarray(verdicts->names, verdicts->name_count + 1, sizeof *grown);
	char *copy = strdup(name);

	if (grown)
		verdicts->names = grown;
	if (!grown || !copy) {
		free(copy);
		return error_set(error, ERROR_MEMORY, name, "no memory to watch it");
	}
	grown[verdicts->name_count++] = copy;
	return engine_add_input(verdicts->members[WHOLE].engine, name, error);
}

/* --- frames --- */

void verdicts_eat(struct verdicts *verdicts, const struct frame *frame)
{
	for (int i = 0; i < ENGINE_COUNT; i++)
		if (verdicts->members[i].engine)
			engine_eat(verdicts->members[i].engine, frame);
}

void verdicts_tick(struct verdicts *verdicts, uint32_t input, nanos now)
{
	for (int i = 0; i < ENGINE_COUNT; i++)
		if (verdicts->members[i].engine)
			engine_tick(verdicts->members[i].engine, input, now);
}

static struct capture_info info_for(const struct member *member, uint32_t input, const struct capture_info *info)
{
	struct capture_info own = *info;

	if (input == 0)
		own.dropped -= own.dropped < member->dropped_before ? own.dropped : member->dropped_before;
	return own;
}

void verdicts_update_input(struct verdicts *verdicts, uint32_t input, const struct capture_info *info)
{
	if (input == 0)
		verdicts->dropped = info->dropped;
	for (int i = 0; i < ENGINE_COUNT; i++) {
		const struct member *member = &verdicts->members[i];
		struct capture_info own = info_for(member, input, info);

		if (member->engine)
			engine_update_input_info(member->engine, input, &own);
	}
}

void verdicts_end_input(struct verdicts *verdicts, uint32_t input, const struct capture_info *info)
{
	for (int i = 0; i < ENGINE_COUNT; i++) {
		const struct member *member = &verdicts->members[i];
		struct capture_info own = info_for(member, input, info);

		if (member->engine)
			engine_set_input_info(member->engine, input, &own);
	}
}

void verdicts_add_gap(struct verdicts *verdicts, int input, const char *reason, uint64_t count)
{
	for (int i = 0; i < ENGINE_COUNT; i++)
		if (verdicts->members[i].engine)
			engine_add_gap(verdicts->members[i].engine, input, reason, count);
}

void verdicts_set_replay(struct verdicts *verdicts, const struct replay_result *results, uint32_t count)
{
	for (int i = 0; i < ENGINE_COUNT; i++)
		for (uint32_t k = 0; verdicts->members[i].engine && k < count; k++)
			/* Without memory the column stays unknown. */
			(void)engine_set_replay(verdicts->members[i].engine, 0, &results[k], NULL);
}

/* --- reports --- */

static struct engine *present_engine(const struct verdicts *verdicts)
{
	return verdicts->members[verdicts->members[NOW].engine ? NOW : WHOLE].engine;
}

/* What the engine of an address says of it. */
static int narrow(struct verdicts *verdicts, const struct member *scope, struct report *report, struct error *error)
{
	struct report own = REPORT_INIT;
	int status = engine_report(scope->engine, verdicts->options.command, &own, error);

	if (status == 0)
		changes_narrow(report, &own, &scope->address);
	report_free(&own);
	return status;
}

static int make_report(struct verdicts *verdicts, struct report *report, struct error *error)
{
	int status = engine_report(present_engine(verdicts), verdicts->options.command, report, error);

	for (int i = FIRST_SCOPE; i < ENGINE_COUNT && status == 0; i++)
		if (verdicts->members[i].engine)
			status = narrow(verdicts, &verdicts->members[i], report, error);
	if (status < 0)
		report_free(report);
	return status;
}

int verdicts_final(struct verdicts *verdicts, struct report *report, struct error *error)
{
	return engine_report(verdicts->members[WHOLE].engine, verdicts->options.command, report, error);
}

/* --- rounds --- */

static void drop_scopes(struct verdicts *verdicts)
{
	for (int i = FIRST_SCOPE; i < ENGINE_COUNT; i++)
		drop_member(verdicts, i);
}

void verdicts_begin_round(struct verdicts *verdicts, const struct ip *address)
{
	int which = address->family ? NEXT_SCOPE : NEXT;

	report_free(&verdicts->before);
	verdicts->has_before = make_report(verdicts, &verdicts->before, NULL) == 0;
	verdicts->in_round = true;
	if (begin_member(verdicts, which, NULL) == 0)
		verdicts->members[which].address = *address;
}

/* The place of an engine for the address: its own, a free one, or the oldest's. */
static int place_of(const struct verdicts *verdicts, const struct ip *address)
{
	for (int i = FIRST_SCOPE; i < ENGINE_COUNT; i++)
		if (!verdicts->members[i].engine || ip_equal(&verdicts->members[i].address, address))
			return i;
	return FIRST_SCOPE;
}

/* The youngest stands last. */
static void keep_scope(struct verdicts *verdicts)
{
	int place = place_of(verdicts, &verdicts->members[NEXT_SCOPE].address);

	drop_member(verdicts, place);
	for (; place + 1 < ENGINE_COUNT && verdicts->members[place + 1].engine; place++)
		move_member(verdicts, place + 1, place);
	move_member(verdicts, NEXT_SCOPE, place);
}

static void take_over(struct verdicts *verdicts)
{
	if (verdicts->members[NEXT_SCOPE].engine) {
		keep_scope(verdicts);
	} else if (verdicts->members[NEXT].engine) {
		move_member(verdicts, NEXT, NOW);
		drop_scopes(verdicts);
		verdicts->rounds++;
	}
	if (!verdicts->has_before)
		return;
	report_free(&verdicts->previous);
	verdicts->previous = verdicts->before;
	verdicts->before = (struct report)REPORT_INIT;
	verdicts->has_before = false;
	verdicts->has_previous = true;
	verdicts->generation++;
}

void verdicts_end_round(struct verdicts *verdicts, bool complete)
{
	if (!verdicts->in_round)
		return;
	verdicts->in_round = false;
	if (complete)
		take_over(verdicts);
	drop_member(verdicts, NEXT);
	drop_member(verdicts, NEXT_SCOPE);
}

/* Moves the window on. Where there is no memory for another engine, the present one goes on. */
static void move_window(struct verdicts *verdicts, nanos now)
{
	nanos half = verdicts->options.window / 2;

	if (!verdicts->began) {
		verdicts->began = true;
		verdicts->now_since = now;
	}
	if (half == 0 || verdicts->in_round || verdicts->rounds > 0)
		return;
	if (verdicts->members[NEXT].engine && now - verdicts->next_since >= half) {
		move_member(verdicts, NEXT, NOW);
		verdicts->now_since = verdicts->next_since;
	}
	if (!verdicts->members[NEXT].engine && now - verdicts->now_since >= half &&
	    begin_member(verdicts, NEXT, NULL) == 0)
		verdicts->next_since = now;
}

int verdicts_refresh(struct verdicts *verdicts, nanos now, struct error *error)
{
	struct report report = REPORT_INIT;
	int status;

	move_window(verdicts, now);
	status = make_report(verdicts, &report, error);
	if (status < 0)
		return status;
	changes_tell(&verdicts->options.listener, &verdicts->report, &report, &verdicts->past, now);
	if (!verdicts->in_round)
		changes_settle(&verdicts->options.listener, &report, &verdicts->past, now);
	report_free(&verdicts->report);
	verdicts->report = report;
	verdicts->has_report = true;
	verdicts->generation++;
	return 0;
}

const struct report *verdicts_report(const struct verdicts *verdicts)
{
	return verdicts->has_report ? &verdicts->report : NULL;
}

const struct report *verdicts_previous(const struct verdicts *verdicts)
{
	return verdicts->has_previous ? &verdicts->previous : NULL;
}

const struct model_past *verdicts_past(const struct verdicts *verdicts, uint32_t *count)
{
	return past_list(&verdicts->past, count);
}

bool verdicts_wait(const struct verdicts *verdicts)
{
	return verdicts->past.missing_count > 0;
}

uint64_t verdicts_evicted(const struct verdicts *verdicts)
{
	return verdicts->past.evicted;
}

uint64_t verdicts_generation(const struct verdicts *verdicts)
{
	return verdicts->generation;
}
