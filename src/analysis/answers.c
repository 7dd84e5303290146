// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an answer says beside the address itself: whether another MAC answered the same question, which of them was
 * late, and whether it comes as fast as a host's own or as slowly as a proxy's.
 */
#include "analysis/engine_private.h"

/* The address was taken over, properly announced, between the first answer and this MAC's. */
static bool took_over(const struct facts *facts, const struct question *question, const struct claim *claim)
{
	const struct host *host = facts_host(facts, question->segment, &question->target);

	return host && host->moved_announced && mac_equal(host->current, claim->key.mac) &&
	       host->moved.time > question->answers[0].mark.time;
}

static void note_sharing(struct facts *facts, struct claim *claim, const struct question *question, struct mark own,
			 struct mark other)
{
	if (!claim->shared++) {
		struct proofs *proofs = facts_proofs(facts, claim);

		proofs->shared_answer = own;
		proofs->shared_other = other;
	}
	claim->probes_shared += question->form == FORM_PROBE;
}

/*
 * Another MAC answered the same question before: both claims know it from now on. What comes later than any answer
 * does is none: a bond in mode balance-alb moves its neighbours from port to port like that.
 */
static void count_sharing(struct engine *engine, struct question *question, struct claim *claim, struct mark mark)
{
	enum { CLEARLY_LATER = 100 * NANOS_PER_MILLI };
	const struct answer *first = &question->answers[0];
	struct claim *other;

	if (question->answer_count == 0 || mac_equal(first->mac, claim->key.mac) ||
	    mark.time - question->mark.time > LISTEN_TIME || took_over(&engine->facts, question, claim))
		return;
	other = facts_get_claim(&engine->facts, question->segment, &question->target, first->mac);
	note_sharing(&engine->facts, claim, question, mark, first->mark);
	if (mark.time - first->mark.time > CLEARLY_LATER)
		claim->late++;
	if (other && question->answer_count == 1)
		note_sharing(&engine->facts, other, question, first->mark, mark);
}

bool question_has_answer_of(const struct question *question, struct mac mac)
{
	for (uint32_t i = 0; i < question->answer_count && i < QUESTION_MAX_ANSWERS; i++)
		if (mac_equal(question->answers[i].mac, mac))
			return true;
	return false;
}

static uint32_t to_micros(nanos delay)
{
	return delay <= 0 ? 0 : delay / NANOS_PER_MICRO > UINT32_MAX ? UINT32_MAX : (uint32_t)(delay / NANOS_PER_MICRO);
}

static void count_delay(const struct question *question, struct claim *claim, struct mark mark)
{
	uint32_t delay = to_micros(mark.time - question->mark.time);

	if (question->unicast)
		return;
	if (claim->broadcast_delays == 0 || delay < claim->delay_least)
		claim->delay_least = delay;
	if (claim->broadcast_delays == 0 || delay > claim->delay_most) {
		claim->delay_most = delay;
		claim->slowest = mark;
	}
	if (claim->broadcast_delays < UINT8_MAX)
		claim->broadcast_delays++;
}

static void note_asker(struct claim *claim, struct mac asker)
{
	for (size_t i = 0; i < sizeof claim->askers / sizeof claim->askers[0]; i++) {
		if (mac_equal(claim->askers[i], asker))
			return;
		if (mac_is_zero(claim->askers[i])) {
			claim->askers[i] = asker;
			return;
		}
	}
}

void questions_answer(struct engine *engine, struct question *question, struct claim *claim, struct mark mark)
{
	nanos delay = mark.time - question->mark.time;

	if (question_has_answer_of(question, claim->key.mac))
		return;
	count_sharing(engine, question, claim, mark);
	if (delay <= LISTEN_TIME)
		note_asker(claim, question->asker);
	if (question->form == FORM_PROBE) {
		if (!claim->probes_answered++)
			facts_proofs(&engine->facts, claim)->probe_answer = mark;
	} else {
		count_delay(question, claim, mark);
		claim->probes_silent += claim->probes_pending;
		claim->probes_pending = 0;
	}
	if (question->unicast && !claim->unicast_answers++)
		facts_proofs(&engine->facts, claim)->unicast_answer = mark;
	if (question->answer_count < QUESTION_MAX_ANSWERS)
		question->answers[question->answer_count] = (struct answer){ claim->key.mac, delay, mark };
	question->answer_count++;
}
