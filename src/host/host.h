// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this machine says of itself, read into a struct host_state, and that state as a file.
 *
 * Files are read below a root folder; the kernel's tables come by netlink, which describes this machine, and below any
 * other root from the files of proc, as far as those go. Reading changes nothing and sends nothing to the network. What
 * cannot be read is noted in the state, so only a lack of memory fails.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "topology/host_state.h"

struct host_source {
	const char *root;                     /* "/", or where another machine's files are */
	const struct topology_loader *loader; /* for what keepalived.conf includes; NULL: includes are not read */
	bool set_up_alone;                    /* what host_topology_complete() needs, and no more */
};

/* What needs rights to be opened. */
struct host_opened {
	int store;              /* Xen's; -1: none */
	struct text keepalived; /* the file as it is */
};

// clang-format off
#define HOST_OPENED_INIT { .store = -1 }
// clang-format on

/*
 * In two steps, so that rights can be given up in between. The first asks the kernel and opens; the second reads what
 * others wrote: keepalived.conf and what it includes, Xen's store, everything below another root. Into an initialised
 * state.
 */
int host_begin(const struct host_source *source, struct host_opened *opened, struct host_state *state,
	       struct error *error);
int host_finish(const struct host_source *source, struct host_opened *opened, struct host_state *state,
		struct error *error);
void host_opened_close(struct host_opened *opened);

/* Both steps at once, for commands that give up their rights later. */
int host_read(const struct host_source *source, struct host_state *state, struct error *error);

/* The state as JSON, schema truemac.state/1. What host_state_prepare() fills is left out. */
int host_save(const struct host_state *state, struct text *into, struct error *error);

/*
 * Into an initialised state: what host_save() wrote, or the outputs of commands behind lines "$ ip addr", "$ ip route
 * show table all", "$ ip neigh", "$ ipvsadm -Ln", "$ sysctl". Anything else is ERROR_INPUT at `name`; so are fields of
 * wrong types. Unknown fields and lines are passed over.
 */
int host_load(const char *name, const char *bytes, size_t length, struct host_state *state, struct error *error);

#endif
