// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where this machine stands in the network: one interface, listened to,
 * sent by, and watched. Opened before privileges are dropped.
 */
#ifndef CLI_STATION_H
#define CLI_STATION_H

#include <stdbool.h>

#include "base/error.h"
#include "net/inject.h"
#include "net/interfaces.h"
#include "net/links.h"
#include "net/live.h"
#include "probe/prober.h"
#include "topology/topology.h"

struct station {
	struct interfaces interfaces;
	const struct interface *interface; /* among them */
	struct live *live;
	struct inject *inject;
	struct links *links;
};

// clang-format off
#define STATION_INIT { .interface = NULL }
// clang-format on

/*
 * Reads the interfaces and takes the one with this name; NULL chooses the one that leads to the set-up, or to `target`
 * where that is not NULL. Needs no privileges.
 */
int station_choose(struct station *station, const char *name, const struct topology *topology, const struct ip *target,
		   struct error *error);

/* Opens what needs privileges. The interface's name is filled in. */
int station_open(struct station *station, const struct live_options *options, struct error *error);
void station_close(struct station *station);

/* The interface's own addresses, in a list that the caller frees, and how many; NULL where memory ran out. */
struct prober_address *station_own(const struct station *station, uint32_t *count);
/* This machine's addresses on other interfaces, likewise. */
struct ip *station_local(const struct station *station, uint32_t *count);
/* Addresses of the set-up that only other interfaces lead to, likewise. */
struct ip *station_elsewhere(const struct station *station, const struct topology *topology, uint32_t *count);

#endif
