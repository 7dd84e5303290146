// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/host.h"

#include <string.h>
#include <time.h>

#include "host/readers.h"

static nanos now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * NANOS_PER_SECOND + time.tv_nsec;
}

int host_read(const struct host_source *source, struct host_state *state, struct error *error)
{
	const struct host_files files = { .root = source->root, .state = state };

	state->taken = now();
	machine_read(&files);
	if (strcmp(source->root, "/") == 0) {
		netlink_read(state);
	} else {
		links_read(&files);
		host_add_unseen(state, "addresses, routes and neighbours", true,
				"the kernel tells those of this machine only; save them there by inspect --save");
	}
	sysctl_read(&files);
	ipvs_read(&files);
	keepalived_read(&files, source->loader);
	sockets_read(&files);
	counters_read(&files);
	guests_read(&files);
	return state->failed ? error_set(error, ERROR_MEMORY, NULL, "no memory for the state of this host") : 0;
}

int host_read_set_up(const struct host_source *source, struct host_state *state, struct error *error)
{
	const struct host_files files = { .root = source->root, .state = state };

	machine_read(&files);
	netlink_read(state);
	ipvs_read(&files);
	keepalived_read(&files, source->loader);
	guests_read(&files);
	return state->failed ? error_set(error, ERROR_MEMORY, NULL, "no memory for the state of this host") : 0;
}

int host_load(const char *name, const char *bytes, size_t length, struct host_state *state, struct error *error)
{
	size_t start = 0;

	while (start < length && strchr(" \t\r\n", bytes[start]) && bytes[start] != '\0')
		start++;
	if (start < length && bytes[start] == '{')
		return state_json_load(name, bytes, length, state, error);
	return commands_load(name, bytes, length, state, error);
}
