// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Paths: what became of all the packets for one service that were sent to one
 * MAC. Finished flows are folded into them; the rules and the matrix read paths, not flows.
 */
#ifndef ANALYSIS_PATHS_H
#define ANALYSIS_PATHS_H

#include "analysis/facts.h"

/* Adds what `flow` shows to `paths` (a table of struct path). */
void paths_fold(const struct facts *facts, struct table *paths, const struct flow *flow);

/* NULL where nothing for the service was sent to the MAC, or came from it. `protocol` 0: any. */
const struct path *paths_find(const struct facts *facts, uint32_t input, const struct ip *service, uint16_t port,
			      uint8_t protocol, struct mac mac);

/* The flow that carries the same first segment to another address: its translated twin. */
const struct flow *flows_find_sibling(const struct facts *facts, const struct flow *flow);

/* What became of echo requests for `address` that went the same way as this path's packets; NULL: none did. */
const struct path *paths_find_echo(const struct facts *facts, const struct path *path, const struct ip *address);

#endif
