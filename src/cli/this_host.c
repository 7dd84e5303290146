// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/this_host.h"

#include "cli/message.h"
#include "host/host.h"
#include "net/loader.h"

static int take_off(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct this_host_options *options = values;

	(void)option, (void)value, (void)error;
	options->off = true;
	return 0;
}

static const struct option_spec this_host_specs[] = {
	{ 0, "no-host", NULL, "leave out what this host's IPVS, keepalived.conf and Xen know", take_off, 0, NULL },
	{ 0 },
};

struct option_group this_host_group(struct this_host_options *options)
{
	return (struct option_group){ "This host", this_host_specs, options };
}

static void say_sources(const struct text *sources)
{
	struct error line = ERROR_INIT;

	error_set(&line, ERROR_USAGE, NULL, "set-up of this host: %s; --no-host leaves it out", text_string(sources));
	message_error(&line);
}

/* Where nothing is missed, nobody wants to know what could not be read. */
static void say_unseen(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->unseen_count; i++) {
		struct error line = ERROR_INIT;

		if (!state->unseen[i].denied)
			continue;
		error_set(&line, ERROR_USAGE, NULL, "set-up of this host, not read: %s: %s", state->unseen[i].what,
			  state->unseen[i].why);
		message_error(&line);
	}
}

int this_host_complete(const struct this_host_options *options, bool macs_alone, bool quiet, struct topology *topology,
		       struct error *error)
{
	struct text sources = TEXT_INIT;
	struct host_state state;
	struct loader loader;
	struct host_source source = { .root = "/", .set_up_alone = true };
	int status;

	if (options->off)
		return 0;
	loader_init(&loader, NULL);
	source.loader = &loader.topology;
	host_state_init(&state);
	status = host_read(&source, &state, error);
	if (status == 0)
		status = host_topology_complete(&state, macs_alone, topology, &sources, error);
	if (status == 0 && sources.length > 0 && !quiet)
		say_sources(&sources);
	if (status == 0 && !macs_alone && !quiet)
		say_unseen(&state);
	text_free(&sources);
	host_state_free(&state);
	return status;
}
