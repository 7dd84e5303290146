// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/replay.h"
#include "base/text.h"
#include "rules/rules.h"

/* The first segment of the input that the result's frames are of. */
static bool find_segment(const struct facts *facts, uint32_t input, uint32_t *segment)
{
	for (*segment = 0; *segment < facts->segments.count; ++*segment)
		if (facts_input_of(facts, *segment) == input)
			return true;
	return false;
}

static void cite(struct fault *fault, const struct facts *facts, const struct replay_result *result,
		 enum replay_verdict verdict)
{
	const struct mark failed = { .frame = result->failed_frame, .time = result->failed_time };
	const struct mark differing = { .frame = result->differing_frame, .time = result->differing_time };
	const struct mark slowest = { .frame = result->slowest_frame, .time = result->slowest_time };
	uint32_t segment;

	if (!find_segment(facts, result->input, &segment))
		return;
	fault_cite(fault, facts, segment, &failed, "the first conversation that failed: its last frame");
	fault_cite(fault, facts, segment, &differing, "the end of the first answer that differs");
	if (verdict == REPLAY_SLOW)
		fault_cite(fault, facts, segment, &slowest, "the slowest answer begins");
}

static uint64_t count_of(const struct replay_result *result, enum replay_verdict verdict)
{
	if (verdict == REPLAY_MISSING)
		return (uint64_t)result->refused + result->reset + result->timed_out + result->unreachable;
	if (verdict == REPLAY_SLOW)
		return result->answer.count;
	if (verdict == REPLAY_DISPUTED)
		return result->disputed;
	return result->unlike_others > 0 ? result->unlike_others : result->not_as_recorded;
}

static enum severity severity_of(enum replay_verdict verdict)
{
	return verdict == REPLAY_SLOW || verdict == REPLAY_DISPUTED ? SEVERITY_WARNING : SEVERITY_ERROR;
}

static enum confidence confidence_of(enum replay_verdict verdict)
{
	if (verdict == REPLAY_DISPUTED)
		return CONFIDENCE_HINT;
	return verdict == REPLAY_SLOW ? CONFIDENCE_LIKELY : CONFIDENCE_PROVEN;
}

static void report(struct findings *findings, const struct replay_result *result, enum replay_verdict verdict,
		   const char *reason)
{
	const struct facts *facts = findings->facts;
	const struct input_facts *input = &facts->inputs[result->input];
	struct subject subject = {
		.ip = result->real_server, .has_mac = result->has_mac, .mac = result->mac, .vip = result->vip
	};
	struct fault *fault = findings_add(findings, severity_of(verdict), confidence_of(verdict), &subject);
	char ip[IP_TEXT_SIZE];

	fault_set_summary(fault, "real server %s %s the replay: %s", ip_format(&result->real_server, ip),
			  verdict == REPLAY_DISPUTED ? "contradicts others in" : "fails", reason);
	cite(fault, facts, result, verdict);
	fault_count(fault, count_of(result, verdict), input->first, input->last);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	for (uint32_t i = 0; i < facts->replay_count; i++) {
		struct text reason = TEXT_INIT;
		enum replay_verdict verdict =
		    replay_judge(&facts->replays[i], facts->replays, facts->replay_count, &reason);

		if (verdict != REPLAY_PASS && verdict != REPLAY_UNKNOWN)
			report(findings, &facts->replays[i], verdict, text_string(&reason));
		findings->failed |= reason.failed;
		text_free(&reason);
	}
}

const struct rule rule_replay_failed = {
	.id = "replay-failed",
	.severity = SEVERITY_ERROR,
	.summary = "A real server does not give recorded conversations the answers that they should get.",
	.why =
	    "Recorded conversations were held again with each real server, in the way that the director forwards. One "
	    "refuses them, cuts them off, stays silent, answers something else than the others, or takes much longer. "
	    "Content that was not copied everywhere, another version of the service, a filter, or a service that "
	    "does not listen on the VIP are what is behind it most often.",
	.proof =
	    "Proven by the conversations themselves: each is in the capture of the run. Answers are compared with "
	    "those of the other real servers, and with the recorded ones where there is nobody else. Where real "
	    "servers differ, and neither most of them nor the recording says who is right, each of them gets a "
	    "warning that is a hint. That one is "
	    "slow (half of its answers take five times as long as recorded and as the fastest other real server's, "
	    "and 100 ms longer) is likely, and a warning.",
	.effect = "Every n-th client gets another answer, a late one, or none.",
	.remedies = { "Look at what differs: the fault names the first place, and the run's capture (-w) holds both "
		      "answers.",
		      "Bring content and configuration of the real server to the state of the others, and replay "
		      "again.",
		      "What may differ in answers (a host's name, a counter) is taken out by --ignore REGEX.",
		      "Take the real server out of the service for the time being: ipvsadm -e ... -w 0." },
	.no_help = "A health check that only connects, or that asks the real server's own address, sees none of this.",
	.sources = "RFC 9293, RFC 9112, ipvsadm(8)",
	.conclude = conclude,
};
