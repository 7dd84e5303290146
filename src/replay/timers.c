// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/timers.h"

#include <stdlib.h>

bool timers_init(struct timers *timers, uint32_t size)
{
	*timers = (struct timers){ .deadlines = calloc((size_t)size + 1, sizeof *timers->deadlines),
				   .places = calloc((size_t)size + 1, sizeof *timers->places),
				   .heap = calloc((size_t)size + 1, sizeof *timers->heap) };
	if (!timers->deadlines || !timers->places || !timers->heap) {
		timers_free(timers);
		return false;
	}
	for (uint32_t i = 0; i < size; i++) {
		timers->deadlines[i] = INT64_MAX;
		timers->places[i] = UINT32_MAX;
	}
	return true;
}

void timers_free(struct timers *timers)
{
	free(timers->deadlines);
	free(timers->places);
	free(timers->heap);
	*timers = (struct timers){ .count = 0 };
}

static void put(struct timers *timers, uint32_t place, uint32_t number)
{
	timers->heap[place] = number;
	timers->places[number] = place;
}

/* Equal deadlines go by number, so that the same calls give the same order. */
static bool is_earlier(const struct timers *timers, uint32_t a, uint32_t b)
{
	nanos left = timers->deadlines[a], right = timers->deadlines[b];

	return left != right ? left < right : a < b;
}

static void rise(struct timers *timers, uint32_t place)
{
	uint32_t number = timers->heap[place];

	while (place > 0 && is_earlier(timers, number, timers->heap[(place - 1) / 2])) {
		put(timers, place, timers->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	put(timers, place, number);
}

static void sink(struct timers *timers, uint32_t place)
{
	uint32_t number = timers->heap[place], child;

	while ((child = 2 * place + 1) < timers->count) {
		if (child + 1 < timers->count && is_earlier(timers, timers->heap[child + 1], timers->heap[child]))
			child++;
		if (!is_earlier(timers, timers->heap[child], number))
			break;
		put(timers, place, timers->heap[child]);
		place = child;
	}
	put(timers, place, number);
}

static void take_out(struct timers *timers, uint32_t number)
{
	uint32_t place = timers->places[number];
	uint32_t last = timers->heap[--timers->count];

	timers->places[number] = UINT32_MAX;
	if (last == number)
		return;
	put(timers, place, last);
	rise(timers, place);
	sink(timers, timers->places[last]);
}

void timers_set(struct timers *timers, uint32_t number, nanos deadline)
{
	uint32_t place = timers->places[number];

	timers->deadlines[number] = deadline;
	if (deadline == INT64_MAX) {
		if (place != UINT32_MAX)
			take_out(timers, number);
		return;
	}
	if (place == UINT32_MAX) {
		place = timers->count++;
		put(timers, place, number);
	}
	rise(timers, place);
	sink(timers, timers->places[number]);
}

nanos timers_first(const struct timers *timers)
{
	return timers->count > 0 ? timers->deadlines[timers->heap[0]] : INT64_MAX;
}

bool timers_pop(struct timers *timers, nanos now, uint32_t *number)
{
	if (timers_first(timers) > now)
		return false;
	*number = timers->heap[0];
	timers_set(timers, *number, INT64_MAX);
	return true;
}
