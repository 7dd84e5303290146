// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests and whose turn it is: a binary heap by the time at which they are due, the ones planned first before others. */
#include "probe/prober_private.h"

#include <stdlib.h>

static bool is_before(const struct prober *prober, uint32_t a, uint32_t b)
{
	const struct test *x = test_at(prober, a), *y = test_at(prober, b);

	if (x->due != y->due)
		return x->due < y->due;
	if (x->planned != y->planned)
		return x->planned < y->planned;
	return a < b;
}

static void swap(uint32_t *a, uint32_t *b)
{
	uint32_t kept = *a;

	*a = *b;
	*b = kept;
}

static bool make_room(struct agenda *agenda)
{
	uint32_t room = agenda->room ? agenda->room * 2 : 256;
	uint32_t *grown;

	if (agenda->count < agenda->room)
		return true;
	grown = reallocarray(agenda->heap, room, sizeof *grown);
	if (!grown)
		return false;
	agenda->heap = grown;
	agenda->room = room;
	return true;
}

bool agenda_push(struct agenda *agenda, const struct prober *prober, uint32_t test)
{
	uint32_t place;

	if (!make_room(agenda))
		return false;
	place = agenda->count++;
	agenda->heap[place] = test;
	while (place > 0 && is_before(prober, agenda->heap[place], agenda->heap[(place - 1) / 2])) {
		swap(&agenda->heap[place], &agenda->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	return true;
}

uint32_t agenda_pop(struct agenda *agenda, const struct prober *prober)
{
	uint32_t first = agenda->heap[0], place = 0;

	agenda->heap[0] = agenda->heap[--agenda->count];
	for (;;) {
		uint32_t least = place;

		for (uint32_t child = 2 * place + 1; child <= 2 * place + 2; child++)
			if (child < agenda->count && is_before(prober, agenda->heap[child], agenda->heap[least]))
				least = child;
		if (least == place)
			return first;
		swap(&agenda->heap[place], &agenda->heap[least]);
		place = least;
	}
}

void agenda_free(struct agenda *agenda)
{
	free(agenda->heap);
	*agenda = (struct agenda){ .heap = NULL };
}

/* Ports go round: a port meets its next test thousands of tests later. */
static void number(struct prober *prober, struct test *test)
{
	test->sequence = prober_random(prober);
	if (test->key.kind != TEST_SYN && test->key.kind != TEST_DATAGRAM)
		return;
	prober->next_port = (prober->next_port + 1) % PORT_COUNT;
	test->source_port = (uint16_t)(FIRST_PORT + prober->next_port);
	prober->ports[prober->next_port] = test->index + 1;
}

struct test *agenda_plan(struct prober *prober, const struct test_key *key, const struct address *owner, uint8_t tries,
			 nanos due)
{
	bool made;
	struct test *test = table_put(&prober->tests, key, &made);

	if (!test) {
		prober->out_of_memory = true;
		return NULL;
	}
	if (!made)
		return NULL;
	test->index = prober->tests.count - 1;
	test->owner = owner->index;
	test->tries = tries;
	test->due = due;
	test->planned = due;
	number(prober, test);
	if (!agenda_push(test_is_question(test) ? &prober->questions : &prober->packets, prober, test->index)) {
		prober->out_of_memory = true;
		test->ended = true;
		return NULL;
	}
	return test;
}
