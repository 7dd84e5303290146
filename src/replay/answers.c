// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/answers.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"

enum { BEFORE = 12 }; /* bytes of context in front of a difference */

int answers_init(struct answers *answers, const struct mask *mask, uint32_t rows, uint32_t conversations,
		 struct error *error)
{
	*answers = (struct answers){ .mask = mask, .rows = rows, .conversations = conversations };
	if ((uint64_t)rows * conversations > ANSWERS_MAX)
		return error_set(error, ERROR_USAGE, NULL,
				 "%u conversations with %u real servers are too many to compare; split the recording",
				 conversations, rows);
	answers->digests = calloc((size_t)rows * conversations + 1, sizeof *answers->digests);
	answers->recorded = calloc((size_t)conversations + 1, sizeof *answers->recorded);
	answers->samples = calloc((size_t)conversations + 1, sizeof *answers->samples);
	if (answers->digests && answers->recorded && answers->samples)
		return 0;
	answers_free(answers);
	return error_set(error, ERROR_MEMORY, NULL, "no memory to compare answers");
}

void answers_free(struct answers *answers)
{
	for (uint32_t i = 0; answers->samples && i < answers->conversations; i++)
		text_free(&answers->samples[i].text);
	free(answers->digests);
	free(answers->recorded);
	free(answers->samples);
	answers->digests = answers->recorded = NULL;
	answers->samples = NULL;
}

/* --- what is compared --- */

/*
 * TLS (RFC 8446 section 5.1): the records' content types and, of those in the clear, the first message's type. Lengths
 * differ with every signature, so they are no part of it.
 */
static void add_records(const uint8_t *bytes, size_t length, struct text *into)
{
	struct bytes left = bytes_of(bytes, length);

	while (left.left > 0) {
		const uint8_t *header = bytes_take(&left, 5);

		if (!header)
			return;
		text_printf(into, "record %u", header[0]);
		if (left.left > 0 && (header[0] == 22 || header[0] == 21))
			text_printf(into, "/%u", left.at[0]);
		text_add_char(into, '\n');
		bytes_skip(&left, bytes_u16_at(header + 3));
	}
}

static void add_comparable(const struct answers *answers, const struct script_conversation *conversation,
			   const uint8_t *bytes, size_t length, struct text *into)
{
	if (conversation->fate == SCRIPT_TLS)
		add_records(bytes, length, into);
	else
		mask_apply(answers->mask, bytes, length, into);
}

/* Never 0. */
static uint64_t digest_of(const struct text *text, uint64_t left_out)
{
	return hash_bytes(text_string(text), text->length, left_out) | 1;
}

/* --- beside the recording --- */

static void add_context(char into[static REPLAY_CONTEXT_SIZE], const struct text *text, size_t offset)
{
	size_t from = offset > BEFORE ? offset - BEFORE : 0, at = 0;

	for (; from < text->length && at + 1 < REPLAY_CONTEXT_SIZE; from++, at++) {
		char c = text->bytes[from];

		into[at] = c >= ' ' && c <= '~' ? c : '.';
	}
	into[at] = '\0';
}

static size_t first_difference(const struct text *a, const struct text *b)
{
	size_t at = 0;

	while (at < a->length && at < b->length && a->bytes[at] == b->bytes[at])
		at++;
	return at;
}

static void note_difference(const struct script_conversation *conversation, const struct text *recorded,
			    const struct text *got, struct replay_result *result)
{
	struct replay_difference *difference = &result->difference;
	size_t offset = first_difference(recorded, got);

	*difference = (struct replay_difference){ .conversation = conversation->number,
						  .offset = offset,
						  .recorded_length = recorded->length,
						  .length = got->length };
	add_context(difference->recorded, recorded, offset);
	add_context(difference->got, got, offset);
}

static bool has_difference(const struct replay_result *result)
{
	return result->difference.conversation != 0 && result->difference.beside.family == 0;
}

static bool length_is_alike(const struct script_conversation *conversation, const struct answer *answer)
{
	uint64_t recorded = conversation->answer_length;

	return conversation->fate != SCRIPT_TLS ||
	       (answer->length + 2 * TLS_SLACK >= recorded && answer->length <= recorded + 2 * TLS_SLACK);
}

static void compare_with_recording(struct answers *answers, const struct script_conversation *conversation,
				   const struct answer *answer, const struct text *got, uint64_t digest,
				   struct replay_result *result)
{
	struct text recorded = TEXT_INIT;
	uint64_t *known = &answers->recorded[answer->conversation];

	if (*known != digest || !length_is_alike(conversation, answer)) {
		add_comparable(answers, conversation, conversation->answer, conversation->answer_length, &recorded);
		*known = digest_of(&recorded, 0);
	}
	if (*known == digest && length_is_alike(conversation, answer)) {
		result->as_recorded++;
	} else {
		result->not_as_recorded++;
		if (!has_difference(result)) {
			note_difference(conversation, &recorded, got, result);
			result->difference.length += answer->length - answer->kept;
			result->differing_frame = answer->frame;
			result->differing_time = answer->time;
		}
	}
	text_free(&recorded);
}

/* --- beside the first answer --- */

static void note_beside(const struct script_conversation *conversation, const struct text *theirs,
			const struct text *got, const struct ip *beside, struct replay_result *result)
{
	note_difference(conversation, theirs, got, result);
	result->difference.beside = *beside;
}

/* Which of the two is wrong is not known yet. */
static void note_both(const struct script_conversation *conversation, const struct answers_sample *sample,
		      const struct answer *answer, const struct text *got, struct replay_result *results)
{
	struct replay_result *first = &results[sample->row], *second = &results[answer->row];

	if (second->difference.conversation == 0) {
		note_beside(conversation, &sample->text, got, &first->real_server, second);
		second->differing_frame = answer->frame;
		second->differing_time = answer->time;
	}
	if (first->difference.conversation == 0) {
		note_beside(conversation, got, &sample->text, &second->real_server, first);
		first->differing_frame = sample->frame;
		first->differing_time = sample->time;
	}
}

/* Takes `got` over where it is the first. */
static void compare_with_sample(struct answers *answers, const struct script_conversation *conversation,
				const struct answer *answer, struct text *got, uint64_t digest,
				struct replay_result *results)
{
	struct answers_sample *sample = &answers->samples[answer->conversation];

	if (sample->digest == 0) {
		if (got->failed || got->length > ANSWERS_SAMPLES - answers->sampled)
			return;
		answers->sampled += got->length;
		*sample = (struct answers_sample){
			.text = *got, .row = answer->row, .digest = digest, .frame = answer->frame, .time = answer->time
		};
		*got = (struct text)TEXT_INIT;
	} else if (sample->digest != digest && sample->row != answer->row) {
		note_both(conversation, sample, answer, got, results);
	}
}

/* What comes behind the end of the recording depends on when the conversation was ended. */
static void cut_to_recording(const struct answers *answers, const struct script_conversation *conversation,
			     struct text *got)
{
	struct text recorded = TEXT_INIT;

	add_comparable(answers, conversation, conversation->answer, conversation->answer_length, &recorded);
	text_cut(got, recorded.length);
	got->failed |= recorded.failed;
	text_free(&recorded);
}

void answers_add(struct answers *answers, const struct script_conversation *conversation, const struct answer *answer,
		 struct replay_result *results)
{
	struct replay_result *result = &results[answer->row];
	struct text got = TEXT_INIT;
	uint64_t digest;

	add_comparable(answers, conversation, answer->bytes, answer->kept, &got);
	if (conversation->fate == SCRIPT_OPEN)
		cut_to_recording(answers, conversation, &got);
	digest = digest_of(&got, conversation->fate == SCRIPT_OPEN ? 0 : answer->length - answer->kept);
	answers->digests[(size_t)answer->row * answers->conversations + answer->conversation] = digest;
	if (got.failed || conversation->fate == SCRIPT_CLIENT_ONLY || conversation->fate == SCRIPT_ANSWER_CUT ||
	    conversation->fate == SCRIPT_ANSWER_GAP)
		result->not_compared++;
	else
		compare_with_recording(answers, conversation, answer, &got, digest, result);
	compare_with_sample(answers, conversation, answer, &got, digest, results);
	text_free(&got);
}

/* --- beside each other --- */

static uint64_t digest_at(const struct answers *answers, uint32_t row, uint32_t conversation)
{
	return answers->digests[(size_t)row * answers->conversations + conversation];
}

static uint32_t count_alike(const struct answers *answers, uint32_t first, uint32_t count, uint32_t conversation,
			    uint64_t digest)
{
	uint32_t alike = 0;

	for (uint32_t i = 0; i < count; i++)
		alike += digest_at(answers, first + i, conversation) == digest;
	return alike;
}

/* What most rows answered; where two answers are as frequent, the recorded one of them; 0 where neither is that. */
static uint64_t find_common(const struct answers *answers, uint32_t first, uint32_t count, uint32_t conversation)
{
	uint64_t common = 0, last = 0;
	uint32_t most = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t digest = digest_at(answers, first + i, conversation);
		uint32_t alike;

		if (digest == 0 || digest == common || digest == last)
			continue;
		last = digest;
		alike = count_alike(answers, first, count, conversation, digest);
		if (alike > most || (alike == most && digest == answers->recorded[conversation]))
			common = digest;
		else if (alike == most && common != answers->recorded[conversation])
			common = 0;
		most = alike > most ? alike : most;
	}
	return common;
}

static void compare_one(const struct answers *answers, struct replay_result *results, uint32_t first, uint32_t count,
			uint32_t conversation)
{
	uint32_t none = count_alike(answers, first, count, conversation, 0);
	uint64_t common;

	if (count - none < 2)
		return;
	common = find_common(answers, first, count, conversation);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t digest = digest_at(answers, first + i, conversation);

		if (digest == 0)
			continue;
		if (common == 0)
			results[first + i].disputed++;
		else if (digest == common)
			results[first + i].like_others++;
		else
			results[first + i].unlike_others++;
	}
}

/* It was the other one that differed. */
static void forget_difference(struct replay_result *result)
{
	if (result->difference.beside.family == 0 || result->unlike_others + result->disputed > 0)
		return;
	result->difference = (struct replay_difference){ .conversation = 0 };
	result->differing_frame = 0;
	result->differing_time = 0;
}

void answers_compare(const struct answers *answers, struct replay_result *results, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		results[first + i].like_others = results[first + i].unlike_others = results[first + i].disputed = 0;
	for (uint32_t i = 0; i < answers->conversations; i++)
		compare_one(answers, results, first, count, i);
	for (uint32_t i = 0; i < count; i++)
		forget_difference(&results[first + i]);
}
