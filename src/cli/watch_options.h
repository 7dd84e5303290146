// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef CLI_WATCH_OPTIONS_H
#define CLI_WATCH_OPTIONS_H

#include "cli/watch.h"

void watch_options_init(struct watch_options *options);
struct option_group watch_options_group(struct watch_options *options);
struct option_group watch_options_screen_group(struct watch_options *options);

/* What contradicts each other. `files`: captures were named. */
int watch_options_check(const struct watch_options *options, const struct report_options *report, bool files,
			struct error *error);

#endif
