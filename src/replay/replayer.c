// SPDX-License-Identifier: GPL-2.0-or-later
/* The replayer's life, and the order in which frames leave. */
#include "replay/replayer.h"

#include <stdlib.h>
#include <string.h>

#include "replay/replayer_private.h"

enum { DEFAULT_MTU = 1500 };

static const nanos default_timeout = 10 * NANOS_PER_SECOND;
/* What comes for conversations that are over is still answered for so long. */
static const nanos last_wait = 300 * NANOS_PER_MILLI;

/* SplitMix64. */
uint32_t replayer_random(struct replayer *replayer)
{
	uint64_t z = replayer->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ (z >> 31)) >> 32);
}

static void take_options(struct replayer *replayer, const struct replayer_options *options)
{
	replayer->options = *options;
	replayer->random = options->seed;
	replayer->script = options->script;
	replayer->list = script_conversations(options->script, &replayer->list_count);
	if (options->loops == 0)
		replayer->options.loops = 1;
	if (options->timeout == 0)
		replayer->options.timeout = default_timeout;
	if (options->mtu == 0 || options->mtu > DEFAULT_MTU)
		replayer->options.mtu = DEFAULT_MTU;
}

int replayer_new(struct replayer **result, const struct replayer_options *options, struct error *error)
{
	struct replayer *replayer = calloc(1, sizeof *replayer);
	int status;

	*result = NULL;
	if (!replayer)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to replay");
	take_options(replayer, options);
	status = topology_copy(options->topology, &replayer->topology, error);
	if (status == 0)
		status = builder_open(&replayer->builder, error);
	if (status == 0)
		status = replayer_plan(replayer, error);
	if (status < 0)
		replayer_free(replayer);
	else
		*result = replayer;
	return status;
}

void replayer_free(struct replayer *replayer)
{
	if (!replayer)
		return;
	for (uint32_t i = 0; replayer->flows && i < replayer->flow_count; i++)
		free(replayer->flows[i].answer);
	for (uint32_t i = 0; replayer->clients && i < replayer->client_count; i++)
		free(replayer->clients[i].flows);
	free(replayer->servers);
	free(replayer->rows);
	free(replayer->results);
	free(replayer->of_services);
	free(replayer->clients);
	free(replayer->flows);
	free(replayer->free_flows);
	free(replayer->ready);
	free(replayer->letters);
	answers_free(&replayer->answers);
	timers_free(&replayer->timers);
	builder_close(&replayer->builder);
	topology_free(&replayer->topology);
	free(replayer);
}

const struct script_conversation *flow_conversation(const struct replayer *replayer, const struct flow *flow)
{
	return &replayer->list[flow->place];
}

void replayer_make_ready(struct replayer *replayer, struct flow *flow)
{
	if (flow->queued || flow->state == FLOW_FREE)
		return;
	flow->queued = true;
	replayer->ready[(replayer->ready_first + replayer->ready_count++) % replayer->flow_count] = flow->index;
}

/* The oldest gives way: whoever asked asks again. */
struct letter *replayer_add_letter(struct replayer *replayer, enum letter_kind kind)
{
	struct letter *letter;

	if (replayer->letter_count == LETTERS) {
		replayer->letter_first = (replayer->letter_first + 1) % LETTERS;
		replayer->letter_count--;
	}
	letter = &replayer->letters[(replayer->letter_first + replayer->letter_count++) % LETTERS];
	*letter = (struct letter){ .kind = kind };
	return letter;
}

/* --- time --- */

static bool is_idle(const struct replayer *replayer)
{
	if (replayer->active > 0 || replayer->letter_count > 0)
		return false;
	for (uint32_t i = 0; i < replayer->row_count; i++)
		if (replayer->rows[i].next < replayer->results[i].planned)
			return false;
	return true;
}

static void begin(struct replayer *replayer)
{
	replayer->phase = PHASE_RUNNING;
	replayer->begin = replayer->now;
	meet_show_clients(replayer);
	for (uint32_t i = 0; i < replayer->row_count; i++)
		timers_set(&replayer->timers, timer_of_row(replayer, i), replayer->now);
}

static void change_phase(struct replayer *replayer)
{
	if (replayer->phase == PHASE_PREPARING && meet_is_done(replayer))
		begin(replayer);
	if (replayer->phase == PHASE_RUNNING && is_idle(replayer)) {
		replayer->phase = PHASE_WAITING;
		timers_set(&replayer->timers, timer_of_end(replayer), replayer->now + last_wait);
	}
}

static void fire(struct replayer *replayer, uint32_t timer)
{
	if (timer < replayer->flow_count)
		flow_expire(replayer, &replayer->flows[timer]);
	else if (timer < timer_of_server(replayer, 0))
		flows_begin_row(replayer, timer - replayer->flow_count);
	else if (timer < timer_of_clients(replayer))
		meet_server(replayer, timer - timer_of_server(replayer, 0));
	else if (timer == timer_of_clients(replayer))
		meet_clients(replayer);
	else
		replayer->phase = PHASE_OVER;
}

static void pass_time(struct replayer *replayer, nanos now)
{
	uint32_t timer;

	replayer->now = now;
	if (!replayer->started) {
		replayer->started = true;
		replayer->next_frame = now;
		meet_begin(replayer);
	}
	while (timers_pop(&replayer->timers, now, &timer))
		fire(replayer, timer);
	change_phase(replayer);
}

/* --- frames --- */

static size_t next_letter(struct replayer *replayer, uint8_t *buffer, size_t size)
{
	while (replayer->letter_count > 0) {
		const struct letter letter = replayer->letters[replayer->letter_first];
		size_t length;

		replayer->letter_first = (replayer->letter_first + 1) % LETTERS;
		replayer->letter_count--;
		length = letter.kind == LETTER_RESET ? send_reset(replayer, &letter, buffer, size)
						     : meet_compose(replayer, &letter, buffer, size);
		if (length > 0)
			return length;
	}
	return 0;
}

static size_t next_of_flows(struct replayer *replayer, uint8_t *buffer, size_t size)
{
	while (replayer->ready_count > 0) {
		struct flow *flow = &replayer->flows[replayer->ready[replayer->ready_first]];
		size_t length;

		replayer->ready_first = (replayer->ready_first + 1) % replayer->flow_count;
		replayer->ready_count--;
		flow->queued = false;
		if (flow->state == FLOW_FREE)
			continue;
		length = send_flow(replayer, flow, buffer, size);
		if (length > 0)
			return length;
	}
	return 0;
}

size_t replayer_next(struct replayer *replayer, nanos now, uint8_t *buffer, size_t size)
{
	size_t length;

	pass_time(replayer, now);
	if (replayer->options.pace > 0 && now < replayer->next_frame)
		return 0;
	length = next_letter(replayer, buffer, size);
	if (length == 0)
		length = next_of_flows(replayer, buffer, size);
	if (length > 0) {
		replayer->sent++;
		if (replayer->options.pace > 0)
			replayer->next_frame =
			    (replayer->next_frame > now - NANOS_PER_MILLI ? replayer->next_frame : now) +
			    NANOS_PER_SECOND / replayer->options.pace;
	}
	change_phase(replayer);
	return length;
}

nanos replayer_deadline(const struct replayer *replayer)
{
	nanos first = timers_first(&replayer->timers);

	if (replayer->phase == PHASE_OVER)
		return INT64_MAX;
	if (!replayer->started)
		return 0;
	if (replayer->letter_count > 0 || replayer->ready_count > 0) {
		nanos frame = replayer->options.pace > 0 ? replayer->next_frame : replayer->now;

		return frame < first ? frame : first;
	}
	return first;
}

void replayer_eat(struct replayer *replayer, const struct packet *packet, nanos now)
{
	if (replayer->phase == PHASE_OVER)
		return;
	pass_time(replayer, now);
	if (packet->layers & (LAYER_ARP | LAYER_ND))
		meet_eat(replayer, packet);
	else if (packet->layers & LAYER_IP)
		hear_packet(replayer, packet);
}

bool replayer_done(const struct replayer *replayer)
{
	return replayer->phase == PHASE_OVER;
}

void replayer_stop(struct replayer *replayer)
{
	replayer->stopping = true;
	if (replayer->phase == PHASE_PREPARING)
		replayer->phase = PHASE_RUNNING;
	for (uint32_t i = 0; i < replayer->row_count; i++) {
		struct replay_result *result = &replayer->results[i];

		result->left_out += result->planned - replayer->rows[i].next;
		replayer->rows[i].next = result->planned;
	}
	for (uint32_t i = 0; i < replayer->flow_count; i++)
		if (replayer->flows[i].state != FLOW_FREE && !replayer->flows[i].ending)
			flow_abort(replayer, &replayer->flows[i], OUTCOME_LEFT_OUT);
	change_phase(replayer);
}

bool replayer_is_short_of_memory(const struct replayer *replayer)
{
	return replayer->out_of_memory;
}

/* --- results --- */

/* Rows of one service stand together. */
static void compare_services(struct replayer *replayer)
{
	uint32_t first = 0;

	for (uint32_t i = 1; i <= replayer->row_count; i++) {
		if (i < replayer->row_count && replayer->rows[i].service == replayer->rows[first].service)
			continue;
		answers_compare(&replayer->answers, replayer->results, first, i - first);
		first = i;
	}
}

const struct replay_result *replayer_results(struct replayer *replayer, uint32_t *count)
{
	for (uint32_t i = 0; i < replayer->row_count; i++) {
		struct replay_result *result = &replayer->results[i];
		const struct row *row = &replayer->rows[i];

		result->active = row->in_flight;
		result->connect = latency_times(&row->connect);
		result->answer = latency_times(&row->answer);
	}
	if (replayer->phase >= PHASE_WAITING)
		compare_services(replayer);
	*count = replayer->row_count;
	return replayer->results;
}

void replayer_progress(const struct replayer *replayer, struct replayer_progress *progress)
{
	*progress = (struct replayer_progress){ .active = replayer->active,
						.sent = replayer->sent,
						.received = replayer->received,
						.clients_taken = replayer->taken_count,
						.taken = replayer->taken,
						.taken_by = replayer->taken_by,
						.checking = replayer->phase == PHASE_PREPARING };
	for (uint32_t i = 0; i < replayer->row_count; i++) {
		progress->planned += replayer->results[i].planned;
		progress->finished += replayer->rows[i].next - replayer->rows[i].in_flight;
	}
}

void replayer_describe_clients(const struct replayer *replayer, struct text *into)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	if (replayer->taken_count == 0)
		return;
	text_printf(into, "%s is in use by %s", ip_format(&replayer->taken, ip), mac_format(replayer->taken_by, mac));
	if (replayer->taken_count > 1)
		text_printf(into, ", and %u more of --clients are in use", replayer->taken_count - 1);
	text_add(into, ": left out; give --clients addresses that nobody has");
}
