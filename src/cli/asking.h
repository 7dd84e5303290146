// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The conversation of a prober or scanner with the network: what it wants to
 * be sent is sent, and what is captured goes to it, to the engine and to the
 * recorder alike. The capture is the only truth: the engine learns nothing else.
 */
#ifndef CLI_ASKING_H
#define CLI_ASKING_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/engine.h"
#include "cli/asker.h"
#include "cli/recorder.h"
#include "cli/station.h"

enum { ASKING_MOST_GAPS = 3 }; /* what was lacking from the start, what ended it early, and a shortage */

struct asking_gaps {
	char reasons[ASKING_MOST_GAPS][sizeof(((struct error *)0)->message)];
	uint32_t count;
};

struct asking {
	const struct asker *asker;
	void *const *states;     /* one for each post of the station */
	struct station *station; /* its frames are counted */
	struct engine *engine;
	uint32_t input;            /* the engine's number */
	struct recorder *recorder; /* NULL: nothing is written */
	bool quiet;                /* no progress on stderr */
	const char *lacking;       /* NULL, or why not everything can be asked */
	struct asking_gaps *gaps;  /* gets why the run is incomplete */
};

/*
 * Asks by all posts at once until all askers are done, the user interrupts, or an interface is down, gone or has other
 * addresses: these are gaps that the engine is told of, as it is in the end of what was lost. Fails with ERROR_MEMORY
 * only. SIGINT and SIGTERM are to be caught (interrupt.h).
 */
int asking_run(const struct asking *asking, struct error *error);

#endif
