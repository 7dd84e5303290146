// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine: frames in, a report out.
 *
 * It sees frames and nothing else. It does no I/O, keeps no globals, reads no
 * clock; time moves only by the frames' own times and by explicit ticks. The
 * same engine serves files, live capture, tests and fuzzers.
 *
 * Each input (a file, an interface) is one vantage point with its own clock.
 * Inputs are fed one after the other or interleaved; what is said of a MAC
 * belongs to the segment (input, interface, VLAN, overlay) in which it was
 * seen.
 */
#ifndef ANALYSIS_ENGINE_H
#define ANALYSIS_ENGINE_H

#include <stdint.h>

#include "analysis/replay.h"
#include "analysis/report.h"
#include "analysis/rule.h"
#include "base/error.h"
#include "topology/topology.h"
#include "wire/capture.h"
#include "wire/frame.h"

enum { ENGINE_DEFAULT_HOSTS = 65536, ENGINE_MAX_INPUTS = 1024, ENGINE_MAX_REPLAYS = 65536 };

struct engine_options {
	rule_list rules;                 /* borrowed for the engine's life */
	const struct topology *topology; /* copied; NULL: everything is inferred */
	enum method default_method;      /* by which inferred services forward; METHOD_UNKNOWN: as traffic shows */
	uint32_t max_hosts;              /* bound of the address table; 0: ENGINE_DEFAULT_HOSTS */
	uint32_t max_questions;          /* that wait for answers at once; 0: enough for ordinary traffic */
	uint64_t seed;                   /* for hash tables; any value, results do not depend on it */
};

struct engine;

int engine_new(struct engine **engine, const struct engine_options *options, struct error *error);
void engine_free(struct engine *engine); /* NULL is legal */

/* Announces the next input and gives its number (0, 1, ...), which its frames carry in `frame.input`. */
int engine_add_input(struct engine *engine, const char *name, struct error *error);

/* This MAC's questions on the input are a sweep that the user asked for: no storm, however many they are. */
void engine_set_sweeper(struct engine *engine, uint32_t input, struct mac mac);

/*
 * The machine that captured the input holds this address itself, on the interface with this MAC, and is no real server.
 * The first INPUT_MAX_HELD are kept.
 */
void engine_add_held(struct engine *engine, uint32_t input, const struct ip *ip, struct mac mac);

/*
 * Takes one frame. Any bytes are legal. Frames of undecoded link types are counted as a gap. Memory that cannot be had
 * becomes a gap too.
 */
void engine_eat(struct engine *engine, const struct frame *frame);

/* Live only: time passes without frames on this input, so that questions can go unanswered. */
void engine_tick(struct engine *engine, uint32_t input, nanos now);

/*
 * What the source knows of an input: format, drops, truncation. Sets the input's end, so questions asked in its last
 * 1.2 seconds stay undecided.
 */
void engine_set_input_info(struct engine *engine, uint32_t input, const struct capture_info *info);

/* The same while a live capture goes on: nothing ends, and questions stay open. */
void engine_update_input_info(struct engine *engine, uint32_t input, const struct capture_info *info);

/* Evidence is incomplete for a reason that frames cannot show (link down, interrupted, ...). `input` -1: all. */
void engine_add_gap(struct engine *engine, int input, const char *reason, uint64_t count);

/*
 * What a replayer knows of a row of the matrix; takes the place of what was said of it before. ERROR_MEMORY, or
 * ERROR_USAGE beyond ENGINE_MAX_REPLAYS rows. `input` is that of the run's frames, which the result names.
 */
int engine_set_replay(struct engine *engine, uint32_t input, const struct replay_result *result, struct error *error);

/*
 * The report as of now, into an initialised, empty `report`. Forgets
 * nothing: a live screen calls this again and again. `command` is static.
 */
int engine_report(struct engine *engine, const char *command, struct report *report, struct error *error);

#endif
