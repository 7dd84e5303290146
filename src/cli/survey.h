// SPDX-License-Identifier: GPL-2.0-or-later
/* What commands that ask the network have in common, from opening to the exit status. */
#ifndef CLI_SURVEY_H
#define CLI_SURVEY_H

#include "cli/asking.h"
#include "cli/options.h"
#include "cli/options_report.h"
#include "cli/station.h"

enum { PACE_MAX = 10000000 }; /* what "max" means: more than any interface takes */

struct survey_options {
	const char *interface; /* NULL: chosen */
	const char *write;     /* where the run goes; NULL: nowhere */
	uint32_t pace;         /* frames a second; 0: the asker's own */
};

struct option_group survey_options_group(struct survey_options *options);

struct survey {
	const char *command; /* static */
	const struct survey_options *options;
	const struct report_options *report;
	const struct topology *topology;
	struct live_options capture; /* without the interface's name */
	struct engine_options engine;
	bool sweeps;         /* asks for so many addresses that it would be taken for a storm */
	const char *lacking; /* NULL, or why not everything can be asked: that makes the evidence incomplete */
	const struct asker *asker;
	void *const *states; /* of the asker, one for each post */
	/* NULL, or called once privileges are dropped: what reads foreign bytes and makes the states. */
	int (*prepare)(void *context, struct error *error);
	/* NULL, or called when all was asked: what the engine cannot see in frames. */
	int (*conclude)(void *context, struct engine *engine, struct error *error);
	/* NULL, or comments for the recorded run, by number; NULL behind the last. Borrowed until the next call. */
	const char *(*note)(void *context, uint32_t number);
	void *context;
};

/*
 * Opens everything, drops privileges, asks, and writes report and capture. The station is chosen, not open. Gives the
 * exit status; what went wrong was told.
 */
int survey_run(const struct survey *survey, struct station *station);

#endif
