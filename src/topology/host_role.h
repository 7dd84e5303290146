// SPDX-License-Identifier: GPL-2.0-or-later
/* Parts of host_state_prepare(). */
#ifndef TOPOLOGY_HOST_ROLE_H
#define TOPOLOGY_HOST_ROLE_H

#include "topology/host_state.h"

/* Fills role and role_reason; the VIPs are there already. */
void host_role_choose(struct host_state *state, const struct topology *given, enum host_role role);

/* A device where real servers keep a VIP without anybody asking for it there: lo, dummy0, tunl0. */
bool host_link_is_quiet(const struct host_state *state, const char *name);

#endif
