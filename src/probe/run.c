// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whose turn it is. A test waits in its agenda until it is due, is sent, and waits on for as long as is listened for
 * its answer; then it is sent again or ends. Frames leave one by one, no sooner than the pace allows.
 */
#include "probe/prober_private.h"

static nanos later_of(nanos a, nanos b)
{
	return a > b ? a : b;
}

static bool is_waiting_to_be_sent(const struct test *test)
{
	return !test->answered && test->sent < test->tries;
}

static void requeue(struct prober *prober, struct agenda *agenda, struct test *test, nanos due)
{
	test->due = due;
	if (agenda_push(agenda, prober, test->index))
		return;
	prober->out_of_memory = true;
	test->ended = true;
}

static void end(struct prober *prober, struct test *test, nanos now)
{
	test->ended = true;
	prober->ended++;
	plan_after_end(prober, test, now);
}

/* --- sending --- */

static nanos listen_time(const struct prober *prober, const struct test *test)
{
	const struct party *party = table_find(&prober->parties, &test->key.mac);

	if (!test_is_question(test) && test->key.ttl > 1 && test->key.tunnel == TUNNEL_NONE && party && party->router)
		return PROBE_LISTEN_ROUTER;
	return PROBE_LISTEN;
}

static void note_sent(struct prober *prober, struct agenda *agenda, struct test *test, nanos now)
{
	struct address *target = prober_find_address(prober, &test->key.target);

	test->sent++;
	prober->asking = test->index + 1;
	if (test_is_question(test))
		prober->next_question = now + PROBE_QUESTION_SPACING;
	if (target && test->key.kind == TEST_ORDINARY)
		target->primed = true;
	requeue(prober, agenda, test, now + listen_time(prober, test));
}

/*
 * Who may answer with an error, and has to rest between two of them: the MAC's owner, or the server at a tunnel's end.
 * NULL: the test provokes none.
 */
static nanos *rest_of(struct prober *prober, const struct test *test)
{
	struct party *party;

	if (!plan_may_provoke_errors(prober, test))
		return NULL;
	if (test->key.tunnel != TUNNEL_NONE)
		return &address_at(prober, test->owner)->next_free;
	party = prober_party(prober, test->key.mac);
	return party ? &party->next_free : NULL;
}

/* Who is asked in tunnels gets nothing else that provokes errors: a real server may spend its burst on them. */
static nanos spacing_of(const struct prober *prober, const struct test *test)
{
	struct address *owner = address_at(prober, test->owner);

	if (test->key.tunnel == TUNNEL_NONE || owner->provoked + 1 >= PROBE_BURST)
		return PROBE_SPACING;
	owner->provoked++;
	return PROBE_BURST_SPACING;
}

static size_t send_test(struct prober *prober, struct agenda *agenda, struct test *test, nanos now, uint8_t *buffer,
			size_t size)
{
	size_t length = compose_test(prober, test, buffer, size);
	nanos *rest = rest_of(prober, test);

	if (rest)
		*rest = now + spacing_of(prober, test);
	note_sent(prober, agenda, test, now);
	return length;
}

/* The earliest test of the agenda is due. Gives the length of its frame; 0 where it ended or had to be put off. */
static size_t take_turn(struct prober *prober, struct agenda *agenda, nanos now, uint8_t *buffer, size_t size)
{
	struct test *test = test_at(prober, agenda_pop(agenda, prober));
	const nanos *rest;

	if (!is_waiting_to_be_sent(test) || !plan_is_worthwhile(prober, test)) {
		end(prober, test, now);
		return 0;
	}
	rest = rest_of(prober, test);
	if (rest && *rest > now) {
		requeue(prober, agenda, test, *rest);
		return 0;
	}
	return send_test(prober, agenda, test, now, buffer, size);
}

static size_t send_reset(struct prober *prober, uint8_t *buffer, size_t size)
{
	struct reset reset = prober->resets[prober->reset_first];

	prober->reset_first = (prober->reset_first + 1) % MOST_RESETS;
	prober->reset_count--;
	return compose_reset(prober, &reset, buffer, size);
}

/* --- whose turn --- */

/* When the agenda's first test can be dealt with; INT64_MAX where there is none. */
static nanos turn_of(const struct prober *prober, const struct agenda *agenda)
{
	const struct test *first;

	if (agenda->count == 0)
		return INT64_MAX;
	first = test_at(prober, agenda->heap[0]);
	if (test_is_question(first) && is_waiting_to_be_sent(first))
		return later_of(first->due, prober->next_question);
	return first->due;
}

/* The frame that shows that nothing more came: a sender-0 question, since it changes nobody's cache. */
static size_t send_last(struct prober *prober, uint8_t *buffer, size_t size)
{
	struct test last = { .key = { .kind = TEST_PROBE } };

	last.key.target = address_at(prober, 0)->ip;
	memset(last.key.mac.b, 0xff, sizeof last.key.mac.b);
	prober->done = true;
	return compose_test(prober, &last, buffer, size);
}

static size_t next_frame(struct prober *prober, nanos now, uint8_t *buffer, size_t size)
{
	size_t length = 0;

	if (prober->reset_count)
		return send_reset(prober, buffer, size);
	while (length == 0) {
		nanos question = turn_of(prober, &prober->questions), packet = turn_of(prober, &prober->packets);

		if (question == INT64_MAX && packet == INT64_MAX)
			return send_last(prober, buffer, size);
		if (question > now && packet > now)
			return 0;
		length =
		    take_turn(prober, question < packet ? &prober->questions : &prober->packets, now, buffer, size);
	}
	return length;
}

size_t prober_next(struct prober *prober, nanos now, uint8_t *buffer, size_t size)
{
	size_t length;

	if (!prober->running) {
		prober->running = true;
		prober->started = now;
		plan_start(prober, now);
	}
	if (prober->done || now < prober->next_free)
		return 0;
	length = next_frame(prober, now, buffer, size);
	if (length == 0)
		return 0;
	prober->sent++;
	prober->last_sent = now;
	prober->next_free = now + prober->interval;
	return length;
}

nanos prober_deadline(const struct prober *prober)
{
	nanos turn;

	if (prober->done)
		return INT64_MAX;
	if (!prober->running || prober->reset_count)
		return prober->next_free;
	turn = turn_of(prober, &prober->questions);
	if (turn_of(prober, &prober->packets) < turn)
		turn = turn_of(prober, &prober->packets);
	return turn == INT64_MAX ? prober->next_free : later_of(turn, prober->next_free);
}
