// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions and their answers. A question stays open for LISTEN_TIME: a
 * first answer never closes it, because the second one is what betrays a
 * proxy or a second owner. It is kept for LATE_TIME so that a late answer is not taken for an unsolicited
 * one. All questions stand in one ring in order of time, with hash chains by segment and target.
 */
#include "analysis/engine_private.h"

#include <stdlib.h>

#include "base/hash.h"

enum {
	SLOTS_PER_QUESTION = 2,
	MOST_STEPS = 256, /* of questions for one target: a storm must not make looking one up slow */
};

int questions_init(struct questions *questions, uint32_t most, struct error *error)
{
	/* A power of two, so that slots are found by a mask. */
	questions->room = MAX_QUESTIONS;
	while (questions->room < most && questions->room < 1u << 24)
		questions->room *= 2;
	questions->ring = calloc(questions->room, sizeof *questions->ring);
	questions->slots = calloc((size_t)questions->room * SLOTS_PER_QUESTION, sizeof *questions->slots);
	if (!questions->ring || !questions->slots)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	return 0;
}

void questions_free(struct questions *questions)
{
	free(questions->ring);
	free(questions->slots);
}

static uint32_t *slot_of(const struct questions *questions, uint32_t segment, const struct ip *target)
{
	uint64_t mask = (uint64_t)questions->room * SLOTS_PER_QUESTION - 1;

	return &questions->slots[hash_bytes(target, sizeof *target, segment) & mask];
}

static struct question *at(const struct questions *questions, uint32_t place)
{
	return &questions->ring[(questions->head + place) % questions->room];
}

/* The oldest question leaves the ring; it is the last of its chain. */
static void drop_oldest(struct questions *questions)
{
	const struct question *oldest = at(questions, 0);

	if (oldest->newer != NO_INDEX)
		questions->ring[oldest->newer - 1].next = NO_INDEX;
	else
		questions->slots[oldest->slot] = NO_INDEX;
	questions->head = (questions->head + 1) % questions->room;
	questions->count--;
	if (questions->open > 0)
		questions->open--;
}

/*
 * Another MAC seems to hold the address by now, so that the silence of this one is as it should be: it was announced
 * since, or who answered came up after this one had spoken for the last time.
 */
static bool was_superseded(const struct facts *facts, const struct host *host, const struct claim *claim,
			   const struct question *question)
{
	if (host->moved_announced && !mac_equal(host->current, claim->key.mac) && claim->last.time <= host->moved.time)
		return true;
	for (uint32_t i = 0; i < question->answer_count && i < QUESTION_MAX_ANSWERS; i++) {
		const struct claim *other =
		    facts_claim(facts, question->segment, &question->target, question->answers[i].mac);

		if (other && other->first.time > claim->last.time)
			return true;
	}
	return false;
}

static void note_first_probe(struct facts *facts, struct claim *claim, const struct question *question)
{
	struct proofs *proofs = facts_proofs(facts, claim);

	proofs->probe_silence = question->mark;
	proofs->prober = question->asker;
}

/* The silence of a MAC that was superseded counts when it answers an ordinary question again: see questions_answer. */
static void count_probe_silence(struct facts *facts, const struct host *host, struct claim *claim,
				const struct question *question)
{
	if (claim->probes_silent == 0 && claim->probes_pending == 0)
		note_first_probe(facts, claim, question);
	if (!was_superseded(facts, host, claim, question))
		claim->probes_silent++;
	else if (claim->probes_pending < UINT8_MAX)
		claim->probes_pending++;
}

/*
 * Counts against every MAC that claims the target (the first of them: nobody honest has so many) and let a probe pass,
 * where its answer would have been seen: on the asker's side or on its own.
 */
static void decide_claims(struct facts *facts, const struct host *host, const struct question *question, bool in_sight)
{
	const struct segment *segment = facts_segment(facts, question->segment);
	enum { MOST_CLAIMS = 64 };
	uint32_t i = host->first_claim;

	for (int n = 0; i != NO_INDEX && n < MOST_CLAIMS; n++) {
		struct claim *claim = table_at(&facts->claims, i - 1);
		bool answered = false;

		i = claim->next_of_host;
		for (uint32_t k = 0; k < question->answer_count && k < QUESTION_MAX_ANSWERS; k++)
			answered |= mac_equal(question->answers[k].mac, claim->key.mac);
		if (answered || !(in_sight || segment_is_end(segment, claim->key.mac)) ||
		    mac_equal(question->asker, claim->key.mac) ||
		    (question->unicast && !mac_equal(question->asked, claim->key.mac)))
			continue;
		count_probe_silence(facts, host, claim, question);
	}
}

static void decide_probe(struct host *host, const struct question *question, bool in_sight)
{
	bool answered = question->answer_count > 0;

	host->probes_answered += answered;
	/* What went to one MAC alone says nothing of those that were not asked. */
	if (answered || !in_sight || question->unicast)
		return;
	host->probes_vain++;
	host->probe_silence = question->mark;
	host->prober = question->asker;
}

static void note_unanswered(const struct facts *facts, struct host *host, const struct question *question)
{
	/* What was asked before by somebody who turned out to be out of sight never counted. */
	if (!mac_equal(host->last_asker, question->asker) &&
	    !segment_may_see(facts_segment(facts, question->segment), host->last_asker))
		host->unanswered_row = 0;
	if (host->unanswered_row == 0)
		host->first_unanswered = question->mark;
	host->unanswered++;
	host->unanswered_row++;
	host->last_unanswered = question->mark;
	host->last_asker = question->asker;
}

static void decide_ordinary(const struct facts *facts, struct host *host, const struct question *question,
			    bool in_sight)
{
	bool answered = question->answer_count > 0;

	host->heard += !question->unicast;
	if (in_sight && !question->unicast) {
		host->asked_in_sight++;
		host->sight_asker = question->asker;
	}
	if (answered) {
		host->asked++;
		host->answered++;
		host->unanswered_row = 0;
	} else if (in_sight && !question->unicast) {
		host->asked++;
		note_unanswered(facts, host, question);
	}
}

static void note_silence(struct facts *facts, const struct question *question)
{
	struct claim_key key = { .segment = question->segment, .mac = question->asked };
	struct silence *silence;

	if (!question->unicast || question->answer_count)
		return;
	key.ip = question->target;
	silence = table_put(&facts->silences, &key, NULL);
	if (silence && !silence->count++) {
		silence->first = question->mark;
		silence->asker = question->asker;
	}
}

static void close_question(struct engine *engine, struct question *question)
{
	struct observation observation = { .kind = OBSERVED_QUESTION,
					   .segment = question->segment,
					   .mark = question->mark,
					   .ip = question->target,
					   .mac = question->asker,
					   .question = question };
	struct host *host = question->host == NO_INDEX ? NULL : table_at(&engine->facts.hosts, question->host - 1);
	/* Answers go to the asker alone: where its frames are not seen, no answer means nothing (facts_vain_questions).
	 */
	bool in_sight = segment_may_see(facts_segment(&engine->facts, question->segment), question->asker);

	question->closed = true;
	if (in_sight)
		note_silence(&engine->facts, question);
	if (host && question->form == FORM_PROBE) {
		decide_probe(host, question, in_sight);
		decide_claims(&engine->facts, host, question, in_sight);
	} else if (host) {
		decide_ordinary(&engine->facts, host, question, in_sight);
	}
	if (!in_sight && question->answer_count == 0)
		return;
	engine_observe(engine, &observation);
}

/* What was answered is decided before its time: only a second answer may be missed. What was not, never will be. */
static void make_room(struct engine *engine)
{
	struct questions *questions = &engine->facts.questions;
	struct question *oldest = at(questions, 0);

	if (!oldest->closed && oldest->answer_count)
		close_question(engine, oldest);
	else if (!oldest->closed)
		questions->evicted++;
	drop_oldest(questions);
}

struct question *questions_ask(struct engine *engine, const struct question *asked)
{
	struct questions *questions = &engine->facts.questions;
	struct question *question;
	struct host *host;
	uint32_t *slot;

	if (questions->count == questions->room) {
		make_room(engine);
	}
	host = facts_make_host(&engine->facts, asked->segment, &asked->target);
	question = at(questions, questions->count++);
	*question = *asked;
	question->host = host ? host->index + 1 : NO_INDEX;
	slot = slot_of(questions, question->segment, &question->target);
	question->slot = (uint32_t)(slot - questions->slots);
	question->next = *slot;
	question->newer = NO_INDEX;
	if (*slot != NO_INDEX)
		questions->ring[*slot - 1].newer = (uint32_t)(question - questions->ring) + 1;
	*slot = (uint32_t)(question - questions->ring) + 1;
	return question;
}

static bool may_answer(const struct question *question, const struct question_reply *reply)
{
	if (reply->to && !mac_equal(question->asker, *reply->to))
		return false;
	return !reply->to_ip || question->form == FORM_PROBE || ip_equal(&question->asker_ip, reply->to_ip);
}

/*
 * Of several questions for one address the reply belongs to one that its sender got, in the form that it repeats: who
 * was asked with sender 0 answers to that address (RFC 826), or in IPv6 to all (RFC 4861 section 7.2.4).
 */
static bool surely_answers(const struct question *question, const struct question_reply *reply)
{
	bool to_probe = !reply->to_ip || ip_is_zero(reply->to_ip);

	return (question->form == FORM_PROBE) == to_probe &&
	       (!question->unicast || mac_equal(question->asked, reply->from));
}

/*
 * Which of two questions, the newer one found first, the reply belongs to. Nobody answers a question twice: a proxy
 * that answers a unicast question at once, while its delayed answers to all still wait, means those by what follows.
 */
static struct question *better_match(struct question *found, struct question *question,
				     const struct question_reply *reply)
{
	bool fresh = !question->closed && !question_has_answer_of(question, reply->from);

	if (!found)
		return question;
	if (surely_answers(found, reply))
		return fresh && surely_answers(question, reply) ? question : found;
	return surely_answers(question, reply) ? question : found;
}

static bool is_settled(const struct question *found, const struct question_reply *reply)
{
	return found && surely_answers(found, reply) && !question_has_answer_of(found, reply->from);
}

struct question *questions_match(struct engine *engine, uint32_t segment, const struct ip *target,
				 const struct question_reply *reply, nanos now)
{
	struct questions *questions = &engine->facts.questions;
	struct question *found = NULL;

	for (uint32_t i = *slot_of(questions, segment, target), steps = 0; i != NO_INDEX && steps < MOST_STEPS;
	     i = questions->ring[i - 1].next, steps++) {
		struct question *question = &questions->ring[i - 1];

		if (question->segment != segment || !ip_equal(&question->target, target))
			continue;
		if (now - question->mark.time > LATE_TIME)
			break;
		if (may_answer(question, reply))
			found = better_match(found, question, reply);
		if (is_settled(found, reply))
			break;
	}
	return found;
}

/*
 * Inputs have clocks of their own, so only questions of this one are closed. Within an input questions stand in order
 * of time; `open` skips those that are closed.
 */
void questions_expire(struct engine *engine, uint32_t input, nanos now)
{
	struct questions *questions = &engine->facts.questions;

	for (uint32_t i = questions->open; i < questions->count; i++) {
		struct question *question = at(questions, i);

		if (facts_input_of(&engine->facts, question->segment) != input)
			continue;
		if (now - question->mark.time < LISTEN_TIME)
			break;
		if (!question->closed)
			close_question(engine, question);
		if (i == questions->open)
			questions->open++;
	}
}

void questions_abandon(struct engine *engine, uint32_t input)
{
	struct questions *questions = &engine->facts.questions;

	for (uint32_t i = questions->open; i < questions->count; i++)
		if (facts_input_of(&engine->facts, at(questions, i)->segment) == input)
			at(questions, i)->closed = true;
	while (questions->open < questions->count && at(questions, questions->open)->closed)
		questions->open++;
}
