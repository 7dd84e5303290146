// SPDX-License-Identifier: GPL-2.0-or-later
/* What happened while one watched: the latest WATCH_LOG_LINES lines. */
#ifndef WATCH_LOG_H
#define WATCH_LOG_H

#include "tui/model.h"

enum { WATCH_LOG_LINES = 512, WATCH_LOG_WIDTH = 240 };

struct watch_log {
	struct model_line lines[WATCH_LOG_LINES];     /* oldest first */
	char texts[WATCH_LOG_LINES][WATCH_LOG_WIDTH]; /* line i's is texts[(first + i) % WATCH_LOG_LINES] */
	uint32_t count, first;
	uint64_t evicted;
	uint64_t changes; /* of what is shown */
	bool frozen;
	uint64_t frozen_end; /* lines that there had been when it was frozen */
};

/* Cut to WATCH_LOG_WIDTH. */
void watch_log_add(struct watch_log *log, nanos time, enum severity severity, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* What comes while it is frozen is kept, and shown afterwards. */
void watch_log_freeze(struct watch_log *log, bool frozen);
uint32_t watch_log_shown(const struct watch_log *log);

#endif
