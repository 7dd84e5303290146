// SPDX-License-Identifier: GPL-2.0-or-later
/* A post: one interface that is listened to, sent by, and watched. Opened before privileges are dropped. */
#ifndef CLI_POST_H
#define CLI_POST_H

#include "base/error.h"
#include "net/inject.h"
#include "net/interfaces.h"
#include "net/links.h"
#include "net/live.h"

struct post {
	const struct interface *interface; /* borrowed */
	struct live *live;
	struct inject *inject;
	struct links *links;
};

/* Opens what needs privileges, for the interface that is set. Its name is filled into the options. */
int post_open(struct post *post, const struct live_options *options, struct error *error);
void post_close(struct post *post); /* legal also where it is not open */

#endif
