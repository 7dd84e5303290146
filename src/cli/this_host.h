// SPDX-License-Identifier: GPL-2.0-or-later
/* The part of the set-up that this host knows by itself, for commands that ask the network. */
#ifndef CLI_THIS_HOST_H
#define CLI_THIS_HOST_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/options.h"
#include "topology/topology.h"

struct this_host_options {
	bool off; /* --no-host */
};

/* --no-host; no value of it needs to be freed. */
struct option_group this_host_group(struct this_host_options *options);

/*
 * Completes the set-up that options began by what this host knows (host_topology_complete()), unless it is not wanted.
 * What was taken is said in one line on stderr, unless `quiet`; so is why a part could not be read. `macs_alone`: only
 * true MACs are taken. Needs the rights that the program was started with.
 */
int this_host_complete(const struct this_host_options *options, bool macs_alone, bool quiet, struct topology *topology,
		       struct error *error);

#endif
