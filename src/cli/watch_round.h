// SPDX-License-Identifier: GPL-2.0-or-later
/* A round of probing while one watches: a prober for each post, driven by the loop of watch. */
#ifndef CLI_WATCH_ROUND_H
#define CLI_WATCH_ROUND_H

#include "cli/asker.h"
#include "cli/station.h"

struct round {
	struct line *lines; /* one for each post, NULL while nothing is asked */
	uint32_t count;
	struct ip address;    /* who is asked about; family 0: everything */
	nanos settle;         /* monotonic: when the last frames were seen, 0 while asking */
	uint32_t done, total; /* tests of the round that goes on, or went on last */
	uint32_t complete;    /* rounds so far */
};

/*
 * Begins to ask by all posts. Nothing goes on already. ERROR_USAGE where there is nobody to ask.
 */
int round_begin(struct round *round, struct station *station, const struct topology *topology, const struct ip *address,
		uint32_t pace, struct error *error);

static inline bool round_goes_on(const struct round *round)
{
	return round->lines != NULL;
}

/* A frame that came in by post number `place`. */
void round_eat(struct round *round, uint32_t place, const struct packet *packet);

/*
 * Sends what is due. 1: it goes on. 0: everything was asked and listened for; the round has ended. An error: an
 * interface is down or gone; the round has ended.
 */
int round_work(struct round *round, struct error *error);

/* How long nothing is to be sent. */
nanos round_wait(const struct round *round);

/* Legal at any time. */
void round_end(struct round *round);

#endif
