// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where this machine stands in the network: the interfaces that it asks by,
 * each a post. Most machines have one; a director between two networks has
 * two, and a routed Dom0 has one for each guest.
 */
#ifndef CLI_STATION_H
#define CLI_STATION_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/post.h"
#include "probe/prober.h"
#include "topology/topology.h"
#include "wire/capture.h"

enum { STATION_MAX_POSTS = 256 };

/* An address of the set-up, and the interface by which the kernel would send to it; NULL where there is none. */
struct destination {
	struct ip ip;
	const struct interface *interface;
};

struct station {
	struct interfaces interfaces;
	struct destination *destinations; /* real servers and directors; none where the user named the interface */
	uint32_t destination_count;
	struct post posts[STATION_MAX_POSTS];
	uint32_t post_count;
	struct capture_info info; /* of all posts together, see station_info() */
};

// clang-format off
#define STATION_INIT { .post_count = 0 }
// clang-format on

/* Takes the interface with this name; without one the interface that leads to `target` (may be NULL: anywhere). */
int station_choose_one(struct station *station, const char *name, const struct ip *target, struct error *error);

/*
 * For who only listens: the interface that station_choose_one() would take without a name and a target, or else all
 * that have Ethernet frames and are up. Fails with ERROR_USAGE where there is none, or more than STATION_MAX_POSTS.
 */
int station_choose_to_listen(struct station *station, struct error *error);

/*
 * Takes the interfaces by which the kernel would send to the real servers, directors and VIPs. Fails with ERROR_USAGE
 * where none leads there, where several would do for one address, and where there are more than STATION_MAX_POSTS.
 */
int station_choose(struct station *station, const struct topology *topology, struct error *error);

/* Opens all posts; all or none needs to be closed by station_close(). */
int station_open(struct station *station, const struct live_options *options, struct error *error);
void station_close(struct station *station);

/* "eth0", or "vif4.0,vif5.0". */
void station_name(const struct station *station, struct text *into);

/*
 * What all posts together captured; `frames` and `bytes` were counted by the caller in station->info. The losses are
 * asked for anew.
 */
const struct capture_info *station_info(struct station *station);

/* The post's own addresses, in a list that the caller frees, and how many; NULL where memory ran out. */
struct prober_address *station_own(const struct post *post, uint32_t *count);
/* This machine's addresses on other interfaces, likewise. */
struct ip *station_local(const struct station *station, const struct post *post, uint32_t *count);
/*
 * Addresses of the set-up that this post does not lead to, but another interface, likewise. A post without a network of
 * its own (a routed guest's) is asked for VIPs all the same.
 */
struct ip *station_elsewhere(const struct station *station, const struct post *post, const struct topology *topology,
			     uint32_t *count);

/* How many of the set-up's addresses are no neighbours at any post, and the first of them. */
uint32_t station_count_distant(const struct station *station, const struct topology *topology, struct ip *first);

/*
 * Addresses of the set-up that are no neighbours here, but behind a router or nowhere, likewise. On a director all are
 * expected to be neighbours that its method needs as such.
 */
struct ip *station_distant(const struct station *station, const struct post *post, const struct topology *topology,
			   uint32_t *count);

#endif
