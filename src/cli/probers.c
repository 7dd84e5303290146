// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/probers.h"

#include <stdlib.h>
#include <sys/random.h>

/* The pace is that of all posts together. */
static uint32_t pace_of_each(const struct station *station, uint32_t pace)
{
	uint32_t each = pace / station->post_count;

	return pace > 0 && each == 0 ? 1 : each;
}

int probers_make(struct prober **prober, const struct station *station, uint32_t place,
		 const struct probers_options *wanted, struct error *error)
{
	const struct post *post = &station->posts[place];
	struct prober_options options = { .mac = post->interface->mac,
					  .topology = wanted->topology,
					  .pace = pace_of_each(station, wanted->pace),
					  .seed = wanted->seed,
					  .place = place,
					  .places = station->post_count };
	struct prober_address *own = station_own(post, &options.own_count);
	struct ip *local = station_local(station, post, &options.local_count);
	struct ip *skip = station_elsewhere(station, post, wanted->topology, &options.skip_count);
	struct ip *distant = station_distant(station, post, wanted->topology, &options.distant_count);
	int status;

	*prober = NULL;
	options.own = own;
	options.local = local;
	options.skip = skip;
	options.distant = distant;
	if (own && local && skip && distant)
		status = prober_new(prober, &options, error);
	else
		status = error_set(error, ERROR_MEMORY, NULL, "no memory for this machine's addresses");
	free(own);
	free(local);
	free(skip);
	free(distant);
	return status;
}

int probers_make_seed(uint64_t *seed, struct error *error)
{
	if (getrandom(seed, sizeof *seed, 0) != (ssize_t)sizeof *seed)
		return error_set(error, ERROR_SYSTEM, NULL, "the kernel has no random numbers");
	return 0;
}
