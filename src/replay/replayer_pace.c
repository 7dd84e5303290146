// SPDX-License-Identifier: GPL-2.0-or-later
/* How fast conversations begin, changed while they go on. */
#include "replay/replayer_private.h"

/* What waited for its time may begin now. */
static void look_again(struct replayer *replayer)
{
	if (replayer->phase != PHASE_RUNNING)
		return;
	for (uint32_t i = 0; i < replayer->row_count; i++)
		timers_set(&replayer->timers, timer_of_row(replayer, i), replayer->now);
}

static nanos later(nanos a, nanos b)
{
	return a > b ? a : b;
}

void replayer_hold(struct replayer *replayer, bool hold, nanos now)
{
	if (hold == replayer->held || replayer->stopping)
		return;
	replayer->held = hold;
	if (hold) {
		replayer->held_since = now;
		return;
	}
	/* The recording stood still since. */
	replayer->begin += now - later(replayer->held_since, replayer->begin);
	look_again(replayer);
}

bool replayer_is_held(const struct replayer *replayer)
{
	return replayer->held;
}

bool replayer_scale_speed(struct replayer *replayer, double factor, nanos now)
{
	double before = replayer->options.speed, speed = before * factor;
	nanos present = replayer->held ? later(replayer->held_since, replayer->begin) : now;

	if (before <= 0 || (factor < 1 && speed * 100 < REPLAYER_LEAST_SPEED) ||
	    (factor > 1 && speed * 100 > REPLAYER_MOST_SPEED))
		return false;
	replayer->options.speed = speed;
	if (replayer->phase != PHASE_RUNNING)
		return true;
	/* It stays where it is in the recording. */
	replayer->begin = present - (nanos)((double)(present - replayer->begin) / factor);
	look_again(replayer);
	return true;
}

double replayer_speed(const struct replayer *replayer)
{
	return replayer->options.speed;
}
