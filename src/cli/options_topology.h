// SPDX-License-Identifier: GPL-2.0-or-later
/* The options that say what the set-up is meant to be. */
#ifndef CLI_OPTIONS_TOPOLOGY_H
#define CLI_OPTIONS_TOPOLOGY_H

#include <stddef.h>

#include "cli/options.h"
#include "topology/topology.h"

/* Kept until all options are read, since --method may come after the --vip that it is meant for. */
struct topology_options {
	struct topology_option {
		const struct option_spec *option;
		const char *value;
	} * given;
	size_t count;
	enum method method;    /* also of services that are only inferred, see struct engine_options */
	const char *config_id; /* NULL: the loader's default */
};

struct option_group topology_options_group(struct topology_options *options);
/* For commands that infer nothing from the traffic. */
struct option_group topology_options_group_titled(struct topology_options *options, const char *title);

/* Reads the files and fills `topology` (initialised). Errors are ERROR_USAGE and name file and line, or the option. */
int topology_options_apply(const struct topology_options *options, struct topology *topology, struct error *error);

/* Services that were added later, and have no method, get the one of --method. */
void topology_options_apply_method(const struct topology_options *options, struct topology *topology);

void topology_options_free(struct topology_options *options);

#endif
