// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/asking_rate.h"

#include "base/hash.h"

/* A target counts as repeated when it was asked for since the asker last paused so long. */
#define PAUSE (10 * NANOS_PER_SECOND)

static struct asking_second *second_of(struct asking *asking, uint32_t segment, struct mac mac)
{
	return &asking->seconds[hash_bytes(&mac, sizeof mac, segment) % ASKING_SLOTS];
}

static bool is_of(const struct asking_second *second, uint32_t segment, struct mac mac)
{
	return second->segment == segment && mac_equal(second->mac, mac);
}

static struct asking_watch *watch_of(struct asking *asking, const struct asking_second *second)
{
	struct asking_watch *watch;

	if (!second->watch)
		return NULL;
	watch = &asking->watches[second->watch - 1];
	return watch->segment == second->segment && mac_equal(watch->mac, second->mac) ? watch : NULL;
}

/* --- seconds --- */

static uint32_t greater(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static void end_second(struct asking_watch *watch, bool adjacent)
{
	if (watch->count >= asking_rate_of(watch))
		watch->longest = greater(watch->longest, ++watch->row);
	else
		watch->row = 0;
	if (!adjacent)
		watch->row = 0;
	watch->count = 0;
}

static void begin_second(struct asking *asking, struct asking_second *second, nanos now)
{
	struct asking_watch *watch = watch_of(asking, second);

	if (watch)
		end_second(watch, now - second->start < 2 * NANOS_PER_SECOND);
	second->start = now;
	second->count = 0;
}

/* A slot changes hands when its asker has been quiet, or asks little and is not watched. */
static bool is_taken(const struct asking_second *second, nanos now)
{
	enum { LITTLE = 5 };
	nanos age = now - second->start;

	if (age < 0 || age >= 2 * NANOS_PER_SECOND)
		return false;
	return second->watch || (second->count > LITTLE && age < NANOS_PER_SECOND);
}

static bool seize(struct asking_second *second, uint32_t segment, struct mac mac, nanos now)
{
	if (is_of(second, segment, mac))
		return true;
	if (is_taken(second, now))
		return false;
	*second = (struct asking_second){ .segment = segment, .mac = mac, .start = now };
	return true;
}

/* --- watching --- */

static struct asking_watch *find_watch(struct asking *asking, const struct asking_second *second)
{
	for (uint32_t i = 0; i < asking->watch_count; i++)
		if (asking->watches[i].segment == second->segment && mac_equal(asking->watches[i].mac, second->mac))
			return &asking->watches[i];
	return NULL;
}

/* A free place, or that of the least busy asker; NULL when all have been busier than this one is. */
static struct asking_watch *make_watch(struct asking *asking)
{
	struct asking_watch *least = &asking->watches[0];

	if (asking->watch_count < ASKING_WATCHED)
		return &asking->watches[asking->watch_count++];
	for (uint32_t i = 1; i < ASKING_WATCHED; i++)
		if (asking->watches[i].peak < least->peak)
			least = &asking->watches[i];
	return least->peak < ASKING_RATE ? least : NULL;
}

static struct asking_watch *begin_watch(struct asking *asking, struct asking_second *second)
{
	struct asking_watch *watch = find_watch(asking, second);

	if (!watch) {
		watch = make_watch(asking);
		if (!watch)
			return NULL;
		*watch = (struct asking_watch){ .segment = second->segment, .mac = second->mac };
	}
	second->watch = (uint8_t)(watch - asking->watches + 1);
	return watch;
}

/* Keeps the most frequent targets (Misra and Gries): each question for another one outweighs one for each of them. */
static void weigh_target(struct asking_watch *watch, const struct ip *target)
{
	struct asking_target *free_place = NULL;

	for (int i = 0; i < ASKING_TARGETS; i++) {
		if (watch->targets[i].weight && ip_equal(&watch->targets[i].ip, target)) {
			watch->targets[i].weight++;
			return;
		}
		if (!watch->targets[i].weight)
			free_place = &watch->targets[i];
	}
	if (free_place) {
		*free_place = (struct asking_target){ *target, 1 };
		return;
	}
	for (int i = 0; i < ASKING_TARGETS; i++)
		watch->targets[i].weight--;
}

/* Half full it would take too many targets for others: it begins anew. */
static void forget_seen(struct asking_watch *watch)
{
	memset(watch->seen, 0, sizeof watch->seen);
	watch->seen_count = 0;
}

static bool was_seen(struct asking_watch *watch, const struct ip *target)
{
	uint32_t bit = (uint32_t)(hash_bytes(target, sizeof *target, 0) % ASKING_BITS);
	uint8_t mask = (uint8_t)(1 << bit % 8);

	if (watch->seen[bit / 8] & mask)
		return true;
	if (++watch->seen_count > ASKING_BITS / 2)
		forget_seen(watch);
	watch->seen[bit / 8] |= mask;
	return false;
}

static void study(struct asking_watch *watch, const struct asking_second *second, const struct observation *observation)
{
	if (mark_is_set(&watch->last) && observation->mark.time - watch->last.time > PAUSE)
		forget_seen(watch);
	if (!watch->questions++)
		watch->first = observation->mark;
	watch->last = observation->mark;
	watch->count = second->count;
	if (second->count > watch->peak) {
		watch->peak = second->count;
		watch->highest = observation->mark;
	}
	watch->repeats += was_seen(watch, &observation->ip);
	weigh_target(watch, &observation->ip);
}

static bool is_copy(struct asking_second *second, const struct packet *packet)
{
	if (!(packet->layers & LAYER_COOKED))
		return false;
	if (packet->direction != PACKET_OUTGOING)
		second->incoming = true;
	return packet->direction == PACKET_OUTGOING && second->incoming;
}

static void count(struct asking *asking, struct mac mac, const struct observation *observation)
{
	struct asking_second *second = second_of(asking, observation->segment, mac);
	nanos now = observation->mark.time;
	struct asking_watch *watch;

	if (!seize(second, observation->segment, mac, now) || is_copy(second, observation->packet))
		return;
	if (now - second->start >= NANOS_PER_SECOND || now < second->start)
		begin_second(asking, second, now);
	if (++second->count < ASKING_WATCH_AFTER)
		return;
	watch = watch_of(asking, second);
	if (!watch)
		watch = begin_watch(asking, second);
	if (watch)
		study(watch, second, observation);
}

void asking_take(struct asking *asking, const struct observation *observation)
{
	static const struct mac everybody;

	if (observation->neighbour != NEIGHBOUR_QUESTION && observation->neighbour != NEIGHBOUR_PROBE)
		return;
	if (!mac_is_zero(observation->mac))
		count(asking, observation->mac, observation);
	count(asking, everybody, observation);
}

static void decide(struct asking *asking, struct mac mac, const struct observation *observation)
{
	struct asking_second *second = second_of(asking, observation->segment, mac);
	struct asking_watch *watch = is_of(second, observation->segment, mac) ? watch_of(asking, second) : NULL;

	if (!watch)
		return;
	watch->decided++;
	watch->unanswered += observation->question->answer_count == 0;
}

void asking_decide(struct asking *asking, const struct observation *observation)
{
	static const struct mac everybody;

	decide(asking, observation->mac, observation);
	decide(asking, everybody, observation);
}

uint32_t asking_longest(const struct asking_watch *watch)
{
	return greater(watch->longest, watch->row + (watch->count >= asking_rate_of(watch)));
}

const struct asking_target *asking_favourite(const struct asking_watch *watch)
{
	const struct asking_target *most = &watch->targets[0];

	for (int i = 1; i < ASKING_TARGETS; i++)
		if (watch->targets[i].weight > most->weight)
			most = &watch->targets[i];
	return most->weight > watch->questions / 4 ? most : NULL;
}
