// SPDX-License-Identifier: GPL-2.0-or-later
/* Probers for the posts of a station: what each may use of this machine's addresses and what it leaves to the others.
 */
#ifndef CLI_PROBERS_H
#define CLI_PROBERS_H

#include "cli/station.h"
#include "probe/prober.h"

struct probers_options {
	const struct topology *topology; /* what to ask */
	uint32_t pace;                   /* frames a second of all posts together; 0: the prober's own */
	uint64_t seed;                   /* random */
};

/* The one for `station->posts[place]`; the caller frees it. Fails as prober_new() does. */
int probers_make(struct prober **prober, const struct station *station, uint32_t place,
		 const struct probers_options *options, struct error *error);

/* ERROR_SYSTEM where the kernel has no random numbers. */
int probers_make_seed(uint64_t *seed, struct error *error);

#endif
