// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/host.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/readers.h"

static nanos now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * NANOS_PER_SECOND + time.tv_nsec;
}

static bool is_this_machine(const struct host_source *source)
{
	return strcmp(source->root, "/") == 0;
}

static int check_memory(const struct host_state *state, struct error *error)
{
	return state->failed ? error_set(error, ERROR_MEMORY, NULL, "no memory for the state of this host") : 0;
}

/* What the kernel says of itself is no foreign byte. */
static void read_kernel(const struct host_files *files)
{
	machine_read(files);
	if (strcmp(files->root, "/") != 0 || !netlink_read(files->state)) {
		links_read(files);
		tables_read(files);
	}
	sysctl_read(files);
	ipvs_read(files);
	filters_read(files);
	sockets_read(files);
	counters_read(files);
}

int host_begin(const struct host_source *source, struct host_opened *opened, struct host_state *state,
	       struct error *error)
{
	const struct host_files files = { .root = source->root, .state = state };

	state->taken = now();
	if (!is_this_machine(source))
		return 0;
	if (source->set_up_alone) {
		machine_read(&files);
		netlink_read(state);
		ipvs_read(&files);
	} else {
		read_kernel(&files);
	}
	opened->store = guests_open(&files);
	keepalived_load(&files, &opened->keepalived);
	return check_memory(state, error);
}

int host_finish(const struct host_source *source, struct host_opened *opened, struct host_state *state,
		struct error *error)
{
	const struct host_files files = { .root = source->root, .state = state };

	if (!is_this_machine(source)) {
		read_kernel(&files);
		keepalived_load(&files, &opened->keepalived);
	}
	keepalived_parse(&files, source->loader, &opened->keepalived);
	guests_read(&files, opened->store);
	return check_memory(state, error);
}

void host_opened_close(struct host_opened *opened)
{
	if (opened->store >= 0)
		close(opened->store);
	opened->store = -1;
	text_free(&opened->keepalived);
}

int host_read(const struct host_source *source, struct host_state *state, struct error *error)
{
	struct host_opened opened = HOST_OPENED_INIT;
	int status = host_begin(source, &opened, state, error);

	if (status == 0)
		status = host_finish(source, &opened, state, error);
	host_opened_close(&opened);
	return status;
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
