// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the frames of a watched network say now, and what they said before.
 *
 * An engine forgets nothing, so a fault that was repaired would stand forever.
 * Therefore several engines eat the same frames. The first knows the whole
 * run: the final report is its. The present verdicts come from one that began
 * later: with the latest complete round of probing, or, as long as nothing was
 * probed, so that it knows between half and all of a window of time. A fault
 * that the present engine does not find any more is past.
 *
 * An address that was probed alone has an engine of its own from then on, and
 * verdicts about it come from there.
 */
#ifndef WATCH_VERDICTS_H
#define WATCH_VERDICTS_H

#include "analysis/engine.h"
#include "tui/model.h"

enum {
	VERDICTS_MAX_PAST = 256, /* the oldest go first */
	VERDICTS_MAX_SCOPES = 4, /* addresses with an engine of their own */
};

/* Who is told what changed between two reports; NULL functions are not called. */
struct verdicts_listener {
	void *context;
	void (*fault_began)(void *context, const struct report *report, uint32_t index);
	/* Its severity or confidence is another. */
	void (*fault_changed)(void *context, const struct report *report, uint32_t index);
	/* `report` has this fault alone. */
	void (*fault_ended)(void *context, const struct report *report);
	/* `before` is CHECK_UNKNOWN for a row that was not there. */
	void (*cell_changed)(void *context, const struct report_row *row, enum check check, enum check_value before);
	/* `more` of it than before. */
	void (*gap_grew)(void *context, const struct report_gap *gap, uint64_t more);
};

/* A fault that was not found for so long is past; while a round goes on none ends. */
#define VERDICTS_MISSING (2 * NANOS_PER_SECOND)

struct verdicts_options {
	struct engine_options engine; /* what it points to lives as long as the verdicts */
	const char *command;          /* static */
	nanos window;                 /* 0: everything counts */
	struct verdicts_listener listener;
};

struct verdicts;

int verdicts_new(struct verdicts **verdicts, const struct verdicts_options *options, struct error *error);
void verdicts_free(struct verdicts *verdicts); /* NULL is legal */

/* As the engine's. All inputs are added before the first frame of the first window ends. */
int verdicts_add_input(struct verdicts *verdicts, const char *name, struct error *error);
void verdicts_eat(struct verdicts *verdicts, const struct frame *frame);
void verdicts_tick(struct verdicts *verdicts, uint32_t input, nanos now);
void verdicts_end_input(struct verdicts *verdicts, uint32_t input, const struct capture_info *info);
void verdicts_update_input(struct verdicts *verdicts, uint32_t input, const struct capture_info *info);
void verdicts_add_gap(struct verdicts *verdicts, int input, const char *reason, uint64_t count);

/* What a replayer knows, in place of what was said before; for engines that begin later it is to be said again. */
void verdicts_set_replay(struct verdicts *verdicts, const struct replay_result *results, uint32_t count);

/*
 * A round of probing begins, ends, or is given up. `address` of family 0: everything is asked. Memory that is not there
 * leaves the older evidence in force.
 */
void verdicts_begin_round(struct verdicts *verdicts, const struct ip *address);
void verdicts_end_round(struct verdicts *verdicts, bool complete);

/*
 * Makes the present report anew and tells the listener what changed. `now` is by the clock of the frames. On failure
 * the report before stands.
 */
int verdicts_refresh(struct verdicts *verdicts, nanos now, struct error *error);

const struct report *verdicts_report(const struct verdicts *verdicts);   /* NULL before the first refresh */
const struct report *verdicts_previous(const struct verdicts *verdicts); /* before the latest round, or NULL */
/* Newest first. */
const struct model_past *verdicts_past(const struct verdicts *verdicts, uint32_t *count);
/* A fault is missing and not yet past: refresh again, also without new frames. */
bool verdicts_wait(const struct verdicts *verdicts);
uint64_t verdicts_evicted(const struct verdicts *verdicts); /* past faults that had to go */
uint64_t verdicts_generation(const struct verdicts *verdicts);

/* Of the whole run, into an initialised, empty report. */
int verdicts_final(struct verdicts *verdicts, struct report *report, struct error *error);

#endif
