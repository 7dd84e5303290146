// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/replay.h"

#include "base/text.h"

/* What is slow: so many times as long, and so much longer. */
enum { SLOW_TIMES = 5 };

static const nanos slow_least = 100 * NANOS_PER_MILLI;

static bool is_same_service(const struct replay_result *a, const struct replay_result *b)
{
	return ip_equal(&a->vip, &b->vip) && a->port == b->port && a->protocol == b->protocol && a->fwmark == b->fwmark;
}

bool replay_is_same_row(const struct replay_result *a, const struct replay_result *b)
{
	return is_same_service(a, b) && ip_equal(&a->real_server, &b->real_server);
}

static void add_part(struct text *reason, uint32_t count, const char *what)
{
	if (count > 0)
		text_printf(reason, "%s%u %s", reason->length > 0 ? ", " : "", count, what);
}

static bool is_missing(const struct replay_result *result)
{
	return result->refused + result->reset + result->timed_out + result->unreachable > 0;
}

static void say_missing(const struct replay_result *result, struct text *reason)
{
	add_part(reason, result->refused, "refused");
	add_part(reason, result->reset, "reset");
	add_part(reason, result->timed_out, "timed out");
	add_part(reason, result->unreachable, "unreachable");
	add_part(reason, result->left_out, "not tried");
	text_printf(reason, ", of %u recorded conversations", result->planned);
}

static void say_difference(const struct replay_result *result, struct text *reason)
{
	const struct replay_difference *difference = &result->difference;
	char ip[IP_TEXT_SIZE];

	if (difference->conversation == 0)
		return;
	text_printf(reason, "; conversation %u from byte %llu of the answer on: '%s' where ", difference->conversation,
		    (unsigned long long)difference->offset, difference->got);
	if (difference->beside.family != 0)
		text_printf(reason, "%s answers '%s'", ip_format(&difference->beside, ip), difference->recorded);
	else
		text_printf(reason, "'%s' was recorded", difference->recorded);
	if (difference->length != difference->recorded_length)
		text_printf(reason, " (%llu bytes for %llu)", (unsigned long long)difference->length,
			    (unsigned long long)difference->recorded_length);
}

static bool has_company(const struct replay_result *result)
{
	return result->like_others + result->unlike_others + result->disputed > 0;
}

/* The shortest median of another real server; INT64_MAX where there is none. */
static nanos best_of_others(const struct replay_result *result, const struct replay_result *all, uint32_t count)
{
	nanos best = INT64_MAX;

	for (uint32_t i = 0; i < count; i++)
		if (is_same_service(result, &all[i]) && !ip_equal(&result->real_server, &all[i].real_server) &&
		    all[i].answer.count > 0 && all[i].answer.p50 < best)
			best = all[i].answer.p50;
	return best;
}

static bool is_slower_than(nanos p50, nanos reference)
{
	return p50 > SLOW_TIMES * reference && p50 - reference > slow_least;
}

static bool is_slow(const struct replay_result *result, const struct replay_result *all, uint32_t count,
		    nanos *reference)
{
	nanos others = best_of_others(result, all, count);
	nanos recorded = result->recorded.count > 0 ? result->recorded.p50 : 0;

	if (result->answer.count == 0 || (others == INT64_MAX && result->recorded.count == 0))
		return false;
	*reference = others == INT64_MAX || recorded > others ? recorded : others;
	return is_slower_than(result->answer.p50, *reference);
}

static enum replay_verdict judge_incomplete(const struct replay_result *result, struct text *reason)
{
	if (result->planned == 0)
		text_add(reason, "no recorded conversation could be replayed");
	else
		text_printf(reason, "only %u of %u recorded conversations were replayed", result->completed,
			    result->planned);
	return REPLAY_UNKNOWN;
}

static enum replay_verdict judge_whole(const struct replay_result *result, struct text *reason)
{
	if (result->not_as_recorded > 0) {
		text_printf(reason,
			    "%u of %u answers are like the other real servers', but not as recorded: content "
			    "that changes, or has changed (--ignore)",
			    result->not_as_recorded, result->completed);
		say_difference(result, reason);
		return REPLAY_UNKNOWN;
	}
	text_printf(reason, "%u of %u recorded conversations completed", result->completed, result->planned);
	if (result->as_recorded > 0)
		text_printf(reason, ", %u answered as recorded", result->as_recorded);
	if (has_company(result))
		text_add(reason, ", like the other real servers");
	if (result->as_recorded == 0 && !has_company(result) && result->not_compared > 0)
		text_add(reason, "; the recording has no answers to compare with");
	return REPLAY_PASS;
}

enum replay_verdict replay_judge(const struct replay_result *result, const struct replay_result *all, uint32_t count,
				 struct text *reason)
{
	char slow[32], usual[32];
	nanos reference = 0;

	if (is_missing(result)) {
		say_missing(result, reason);
		return REPLAY_MISSING;
	}
	if (result->unlike_others > 0 || (result->not_as_recorded > 0 && !has_company(result))) {
		text_printf(reason, "%u of %u answers differ from %s",
			    has_company(result) ? result->unlike_others : result->not_as_recorded, result->completed,
			    has_company(result) ? "the other real servers'" : "the recorded ones");
		say_difference(result, reason);
		return REPLAY_DIFFERENT;
	}
	if (result->disputed > 0) {
		text_printf(reason,
			    "%u of %u answers differ among the real servers, and neither most of them nor the "
			    "recording says whose are right",
			    result->disputed, result->completed);
		say_difference(result, reason);
		return REPLAY_DISPUTED;
	}
	if (is_slow(result, all, count, &reference)) {
		text_printf(reason, "half of its answers take %s or more, where %s is usual",
			    nanos_format_duration(result->answer.p50, slow, sizeof slow),
			    nanos_format_duration(reference, usual, sizeof usual));
		return REPLAY_SLOW;
	}
	if (result->completed < result->planned)
		return judge_incomplete(result, reason);
	return judge_whole(result, reason);
}
