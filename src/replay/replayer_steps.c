// SPDX-License-Identifier: GPL-2.0-or-later
/* What the script wants next, and what happens when nothing happens. */
#include "replay/replayer_private.h"

enum { DATAGRAM_TRIES = 3 };

static const nanos most_rto = 60 * NANOS_PER_SECOND; /* RFC 6298 section 2.5 */
static const nanos datagram_wait = NANOS_PER_SECOND;
static const nanos least_quiet = 200 * NANOS_PER_MILLI;

/* How long a server is silent that has said all: ever shorter, where that came true before. */
static nanos quiet_time(const struct replayer *replayer, const struct flow *flow)
{
	nanos time = (replayer->options.timeout / 4) >> (flow->shortfalls < 8 ? flow->shortfalls : 8);

	return time > least_quiet ? time : least_quiet;
}

static bool is_script_done(const struct replayer *replayer, const struct flow *flow)
{
	return flow->step == flow_conversation(replayer, flow)->step_count;
}

/* Units of the server's stream that came. */
static uint64_t units_of(const struct flow *flow)
{
	return flow->rcv;
}

/* --- what the server has said --- */

enum answered { ANSWERED_UNKNOWN, ANSWERED_PARTLY, ANSWERED_WHOLLY };

static void follow_answers(const struct replayer *replayer, struct flow *flow)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);
	uint32_t length = conversation->request_length;

	while (flow->requests.state == HTTP_BETWEEN && flow->requests.at < length) {
		bool head = http_asks_for_head(&flow->requests, conversation->request, length);

		if (!http_next(&flow->answers, head ? HTTP_ANSWER_TO_HEAD : HTTP_ANSWER, flow->answer,
			       flow->answer_kept, flow->rcv))
			return;
		if (!http_next(&flow->requests, HTTP_REQUEST, conversation->request, length, length))
			flow->requests.state = HTTP_LOST;
	}
}

/* Whether each HTTP request in front of `offset`, where another one begins or none, has its answer. */
static enum answered find_answered(const struct replayer *replayer, const struct flow *flow, uint32_t offset)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);
	uint32_t length = conversation->request_length;
	struct http_cursor request = flow->requests;

	if (flow->state != FLOW_OPEN || offset == 0 || request.state == HTTP_LOST || flow->answers.state == HTTP_LOST)
		return ANSWERED_UNKNOWN;
	if (request.at == offset)
		return ANSWERED_WHOLLY;
	while (request.at < offset && http_next(&request, HTTP_REQUEST, conversation->request, length, length))
		;
	return request.at == offset ? ANSWERED_PARTLY : ANSWERED_UNKNOWN;
}

static bool has_closed(const struct flow *flow)
{
	return flow->server_fin && flow->rcv > flow->server_fin_at;
}

/* As much as was recorded; of HTTP, whole answers, however long they are here; FIN where that was waited for. */
static bool is_need_met(const struct replayer *replayer, const struct flow *flow, const struct script_step *step)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);
	enum answered answered;

	if (flow->forced)
		return true;
	if (conversation->server_fin && step->need >= conversation->units)
		return has_closed(flow);
	answered = find_answered(replayer, flow, step->offset);
	if (answered == ANSWERED_WHOLLY)
		return true;
	if (answered == ANSWERED_PARTLY && step->length > 0 && flow->step > 0 && step->need > step[-1].need)
		return false;
	return units_of(flow) + flow->shortfall >= step->need;
}

/* --- deadlines --- */

static nanos earlier(nanos a, nanos b)
{
	return a < b ? a : b;
}

/* Something is awaited of which a part came: when the rest counts as never coming. */
static nanos quiet_deadline(const struct replayer *replayer, const struct flow *flow)
{
	if (flow->state == FLOW_SYN || !flow->heard || flow->una != flow->nxt)
		return INT64_MAX;
	return flow->heard_at + quiet_time(replayer, flow);
}

static nanos last_deadline(const struct replayer *replayer, const struct flow *flow)
{
	nanos from = flow->pausing && flow->step_at > flow->progress_at ? flow->step_at : flow->progress_at;

	return from + replayer->options.timeout;
}

void flow_set_timer(struct replayer *replayer, struct flow *flow)
{
	nanos deadline;

	if (flow->state == FLOW_FREE || flow->ending)
		return;
	deadline = earlier(last_deadline(replayer, flow), quiet_deadline(replayer, flow));
	if (flow->rto_at > 0)
		deadline = earlier(deadline, flow->rto_at);
	if (flow->pausing)
		deadline = earlier(deadline, flow->step_at);
	timers_set(&replayer->timers, flow->index, deadline);
}

/* --- steps --- */

/* The server closed before the script was over: what it does not want to hear is not said. */
static void close_early(struct replayer *replayer, struct flow *flow)
{
	flow->step = flow_conversation(replayer, flow)->step_count;
	flow->length = flow->allowed;
	flow->fin_wanted = true;
	flow->pausing = false;
}

static void begin_pause(struct replayer *replayer, struct flow *flow, nanos pause)
{
	double speed = replayer->options.speed;

	flow->pausing = true;
	flow->step_at = replayer->now + (speed > 0 ? (nanos)((double)pause / speed) : 0);
}

static void take_step(struct replayer *replayer, struct flow *flow, const struct script_step *step)
{
	flow->shortfalls += flow->forced;
	flow->shortfall = step->need > units_of(flow) ? step->need - units_of(flow) : 0;
	flow->pausing = flow->forced = flow->heard = false;
	flow->progress_at = replayer->now;
	if (step->length > 0) {
		flow->allowed = step->offset + step->length;
		flow->asked = true;
		flow->asked_at = replayer->now;
		flow->asked_seen = false;
		flow->tries = 0;
		if (flow->state == FLOW_DATAGRAMS)
			flow->rto_at = 0;
	}
	flow->fin_wanted |= step->fin;
	flow->rst_wanted |= step->rst;
	flow->step++;
}

/* Datagrams go out one by one, TCP's data as far as it may. */
static bool may_step(const struct flow *flow)
{
	return flow->state != FLOW_DATAGRAMS || flow->nxt == flow->allowed;
}

static void take_steps(struct replayer *replayer, struct flow *flow)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);

	while (!is_script_done(replayer, flow) && may_step(flow)) {
		const struct script_step *step = &conversation->steps[flow->step];

		if (!is_need_met(replayer, flow, step)) {
			if (has_closed(flow))
				close_early(replayer, flow);
			return;
		}
		if (!flow->pausing)
			begin_pause(replayer, flow, step->pause);
		if (replayer->now < flow->step_at)
			return;
		take_step(replayer, flow, step);
	}
}

/* Whether the recorded end has come. */
static bool is_over(const struct replayer *replayer, const struct flow *flow)
{
	const struct script_conversation *conversation = flow_conversation(replayer, flow);

	if (!is_script_done(replayer, flow) || flow->acknowledge)
		return false;
	if (flow->state == FLOW_DATAGRAMS)
		return flow->nxt == flow->allowed && (units_of(flow) >= conversation->units || flow->forced);
	return flow->fin_wanted && flow->acknowledged_fin && has_closed(flow);
}

void flow_advance(struct replayer *replayer, struct flow *flow)
{
	if (flow->ending || flow->state == FLOW_FREE || flow->state == FLOW_SYN)
		return;
	if (flow->state == FLOW_OPEN)
		follow_answers(replayer, flow);
	take_steps(replayer, flow);
	if (is_over(replayer, flow)) {
		flow_end(replayer, flow, OUTCOME_COMPLETED);
		return;
	}
	if (flow->rst_wanted && flow->una >= flow->length) {
		flow_abort(replayer, flow, OUTCOME_COMPLETED);
		return;
	}
	if (send_is_due(replayer, flow))
		replayer_make_ready(replayer, flow);
	flow_set_timer(replayer, flow);
}

/* --- nothing happens --- */

/* RFC 6298 sections 5.4 to 5.7, RFC 5681 section 3.1. */
static void send_again(struct replayer *replayer, struct flow *flow)
{
	uint32_t in_flight = flow->nxt - flow->una;

	flow->rto = earlier(flow->rto * 2, most_rto);
	flow->rto_at = 0;
	flow->timing = false;
	flow->duplicates = 0;
	if (flow->state == FLOW_OPEN && in_flight > 0) {
		flow->threshold = in_flight / 2 > 2 * flow->mss ? in_flight / 2 : 2 * flow->mss;
		flow->congestion = flow->mss;
		flow->nxt = flow->una;
	}
	flow->again = true;
	replayer_make_ready(replayer, flow);
}

static void ask_again(struct replayer *replayer, struct flow *flow)
{
	flow->rto_at = 0;
	/* What the recording had no answer to either is not asked again. */
	if (units_of(flow) >= flow_conversation(replayer, flow)->units || flow->tries >= DATAGRAM_TRIES || flow->heard)
		return;
	flow->again = true;
	replayer_make_ready(replayer, flow);
	flow->rto_at = replayer->now + datagram_wait * (1 << flow->tries);
}

static void give_up(struct replayer *replayer, struct flow *flow)
{
	flow_abort(replayer, flow, OUTCOME_TIMED_OUT);
}

/* Both sides said everything, but the server does not close: the recording does not say that it should. */
static bool is_left_open(const struct replayer *replayer, const struct flow *flow)
{
	return flow->state == FLOW_OPEN && is_script_done(replayer, flow) && flow->acknowledged_fin &&
	       !flow_conversation(replayer, flow)->server_fin;
}

static void take_quiet(struct replayer *replayer, struct flow *flow)
{
	flow->heard = false;
	if (is_left_open(replayer, flow))
		flow_abort(replayer, flow, OUTCOME_COMPLETED);
	else
		flow->forced = true;
}

void flow_expire(struct replayer *replayer, struct flow *flow)
{
	if (flow->state == FLOW_FREE || flow->ending)
		return;
	if (replayer->now >= last_deadline(replayer, flow)) {
		if (is_left_open(replayer, flow))
			flow_abort(replayer, flow, OUTCOME_COMPLETED);
		else
			give_up(replayer, flow);
		return;
	}
	if (flow->rto_at > 0 && replayer->now >= flow->rto_at) {
		if (flow->state == FLOW_DATAGRAMS)
			ask_again(replayer, flow);
		else
			send_again(replayer, flow);
	}
	if (replayer->now >= quiet_deadline(replayer, flow))
		take_quiet(replayer, flow);
	flow_advance(replayer, flow);
	flow_set_timer(replayer, flow);
}
