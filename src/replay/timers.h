// SPDX-License-Identifier: GPL-2.0-or-later
/* Deadlines of numbered things in a heap: setting, moving and taking the first are O(log n). */
#ifndef REPLAY_TIMERS_H
#define REPLAY_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"

struct timers {
	nanos *deadlines; /* by number; INT64_MAX: none */
	uint32_t *places; /* by number, in the heap; UINT32_MAX: not there */
	uint32_t *heap;   /* numbers */
	uint32_t count;
};

/* For numbers from 0 to `size` - 1. False: no memory. */
bool timers_init(struct timers *timers, uint32_t size);
void timers_free(struct timers *timers);

/* INT64_MAX takes it away. */
void timers_set(struct timers *timers, uint32_t number, nanos deadline);
/* The first deadline, INT64_MAX where there is none. */
nanos timers_first(const struct timers *timers);
/* Takes the first one away where it is due. */
bool timers_pop(struct timers *timers, nanos now, uint32_t *number);

#endif
