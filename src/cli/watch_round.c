// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/watch_round.h"

#include <stdlib.h>

#include "cli/probers.h"

/* Own frames pass through the kernel's queues before they are captured. */
static const nanos last_wait = 20 * NANOS_PER_MILLI;

static int make_lines(struct round *round, struct station *station, const struct topology *topology, uint32_t pace,
		      struct error *error)
{
	struct probers_options options = { .topology = topology, .pace = pace };
	int status = probers_make_seed(&options.seed, error);

	for (uint32_t i = 0; i < station->post_count && status == 0; i++) {
		struct prober *prober;

		status = probers_make(&prober, station, i, &options, error);
		round->lines[i] = (struct line){ .asker = &asker_prober, .state = prober, .post = &station->posts[i] };
	}
	return status;
}

int round_begin(struct round *round, struct station *station, const struct topology *topology, const struct ip *address,
		uint32_t pace, struct error *error)
{
	struct topology part = TOPOLOGY_INIT;
	int status = address->family ? topology_narrow(topology, address, &part, error) : 0;

	round->lines = calloc(station->post_count, sizeof *round->lines);
	round->count = station->post_count;
	if (!round->lines)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory to probe");
	if (status == 0)
		status = make_lines(round, station, address->family ? &part : topology, pace, error);
	topology_free(&part);
	round->address = *address;
	round->settle = 0;
	round->done = round->total = 0;
	if (status < 0)
		round_end(round);
	return status;
}

void round_end(struct round *round)
{
	for (uint32_t i = 0; round->lines && i < round->count; i++)
		prober_free(round->lines[i].state);
	free(round->lines);
	round->lines = NULL;
}

void round_eat(struct round *round, uint32_t place, const struct packet *packet)
{
	if (round->lines && place < round->count)
		asker_prober.eat(round->lines[place].state, packet, monotonic_now());
}

static void count_tests(struct round *round)
{
	round->done = round->total = 0;
	for (uint32_t i = 0; i < round->count; i++) {
		struct prober_progress progress;

		prober_progress(round->lines[i].state, &progress);
		round->done += progress.done;
		round->total += progress.all;
	}
}

static bool is_done(const struct round *round)
{
	for (uint32_t i = 0; i < round->count; i++)
		if (!prober_done(round->lines[i].state) || line_is_waiting(&round->lines[i]))
			return false;
	return true;
}

int round_work(struct round *round, struct error *error)
{
	int status = 0;

	for (uint32_t i = 0; i < round->count && status == 0; i++)
		status = line_send_due(&round->lines[i], error);
	count_tests(round);
	if (status < 0) {
		round_end(round);
		return status;
	}
	if (!is_done(round))
		return 1;
	if (round->settle == 0)
		round->settle = monotonic_now() + last_wait;
	if (monotonic_now() < round->settle)
		return 1;
	round->complete++;
	round_end(round);
	return 0;
}

nanos round_wait(const struct round *round)
{
	nanos now = monotonic_now(), least = INT64_MAX;

	if (round->settle > 0)
		return last_wait / 4;
	for (uint32_t i = 0; i < round->count; i++) {
		nanos wait = line_wait(&round->lines[i], now);

		least = wait < least ? wait : least;
	}
	return least;
}
