// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/engine_private.h"

#include <stdlib.h>

#include "analysis/findings.h"
#include "analysis/paths.h"
#include "analysis/roles.h"
#include "analysis/vantage.h"

/* --- life --- */

static uint32_t count_rules(rule_list rules)
{
	uint32_t count = 0;

	while (rules && rules[count])
		count++;
	return count;
}

static int init_rules(struct engine *engine, rule_list rules, struct error *error)
{
	engine->rules = rules;
	engine->rule_count = count_rules(rules);
	engine->states = calloc(engine->rule_count + 1, sizeof *engine->states);
	if (!engine->states)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	for (uint32_t i = 0; i < engine->rule_count; i++) {
		if (rules[i]->state_size == 0)
			continue;
		engine->states[i] = calloc(1, rules[i]->state_size);
		if (!engine->states[i])
			return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	}
	return 0;
}

static void add_configured_interest(struct engine *engine)
{
	const struct topology *topology = &engine->configured;

	for (uint32_t i = 0; i < topology->service_count; i++)
		interest_add_service(engine, &topology->services[i].vip);
	for (uint32_t i = 0; i < topology->real_server_count; i++)
		interest_add_service(engine, &topology->real_servers[i].ip);
	for (uint32_t i = 0; i < topology->director_count; i++)
		interest_add_service(engine, &topology->directors[i].ip);
	for (uint32_t i = 0; i < topology->known_count; i++)
		interest_add_service(engine, &topology->known[i].ip);
}

int engine_new(struct engine **result, const struct engine_options *options, struct error *error)
{
	uint32_t max_hosts = options->max_hosts ? options->max_hosts : ENGINE_DEFAULT_HOSTS;
	struct engine *engine = calloc(1, sizeof *engine);
	int status;

	*result = NULL;
	if (!engine)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	status = facts_init(&engine->facts, max_hosts, options->max_questions, options->seed, error);
	if (status == 0)
		status = init_rules(engine, options->rules, error);
	if (status == 0 && options->topology)
		status = topology_copy(options->topology, &engine->configured, error);
	if (status) {
		engine_free(engine);
		return status;
	}
	engine->facts.configured = &engine->configured;
	engine->facts.default_method = options->default_method;
	add_configured_interest(engine);
	*result = engine;
	return 0;
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	for (uint32_t i = 0; engine->states && i < engine->rule_count; i++)
		free(engine->states[i]);
	for (uint32_t i = 0; i < engine->gap_count; i++)
		free(engine->gaps[i].reason);
	free(engine->gaps);
	free(engine->replays);
	free(engine->states);
	facts_free(&engine->facts);
	topology_free(&engine->configured);
	free(engine);
}

/* --- inputs --- */

int engine_add_input(struct engine *engine, const char *name, struct error *error)
{
	struct input_facts *input = &engine->facts.inputs[engine->facts.input_count];

	if (engine->facts.input_count == ENGINE_MAX_INPUTS)
		return error_set(error, ERROR_USAGE, name, "more than %d inputs", ENGINE_MAX_INPUTS);
	memset(input, 0, sizeof *input);
	input->name = strdup(name);
	input->format = "";
	if (!input->name)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	return (int)engine->facts.input_count++;
}

void engine_set_sweeper(struct engine *engine, uint32_t input, struct mac mac)
{
	engine->facts.inputs[input].sweeper = mac;
}

void engine_add_held(struct engine *engine, uint32_t number, const struct ip *ip, struct mac mac)
{
	struct input_facts *input = &engine->facts.inputs[number];

	if (input->held_count < INPUT_MAX_HELD)
		input->held[input->held_count++] = (struct held_address){ .ip = *ip, .mac = mac };
}

void engine_update_input_info(struct engine *engine, uint32_t number, const struct capture_info *info)
{
	struct input_facts *input = &engine->facts.inputs[number];

	input->format = info->format;
	input->link_type = info->link_type;
	input->mixed_links = info->mixed_links;
	input->dropped = info->dropped;
	input->truncated = info->truncated;
}

void engine_set_input_info(struct engine *engine, uint32_t number, const struct capture_info *info)
{
	struct input_facts *input = &engine->facts.inputs[number];

	engine_update_input_info(engine, number, info);
	input->ended = true;
	engine_catch_up(engine);
	questions_expire(engine, number, input->last);
	questions_abandon(engine, number);
}

void engine_add_gap(struct engine *engine, int input, const char *reason, uint64_t count)
{
	struct engine_gap *grown;

	(void)input;
	for (uint32_t i = 0; i < engine->gap_count; i++)
		if (strcmp(engine->gaps[i].reason, reason) == 0) {
			engine->gaps[i].count += count;
			return;
		}
	grown = realloc(engine->gaps, (engine->gap_count + 1) * sizeof *grown);
	if (!grown) {
		engine->facts.out_of_memory = true;
		return;
	}
	engine->gaps = grown;
	grown[engine->gap_count].reason = strdup(reason);
	grown[engine->gap_count].count = count;
	if (grown[engine->gap_count].reason)
		engine->gap_count++;
	else
		engine->facts.out_of_memory = true;
}

static bool make_replay_room(struct engine *engine)
{
	uint32_t room = engine->replay_room ? engine->replay_room * 2 : 16;
	struct replay_result *grown;

	if (engine->facts.replay_count < engine->replay_room)
		return true;
	grown = reallocarray(engine->replays, room, sizeof *grown);
	if (!grown)
		return false;
	engine->replays = grown;
	engine->facts.replays = grown;
	engine->replay_room = room;
	return true;
}

int engine_set_replay(struct engine *engine, uint32_t input, const struct replay_result *result, struct error *error)
{
	uint32_t place = 0;

	while (place < engine->facts.replay_count && !replay_is_same_row(&engine->replays[place], result))
		place++;
	if (place == ENGINE_MAX_REPLAYS)
		return error_set(error, ERROR_USAGE, NULL, "more than %d replayed rows", ENGINE_MAX_REPLAYS);
	if (place == engine->facts.replay_count && !make_replay_room(engine))
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	engine->replays[place] = *result;
	engine->replays[place].input = input;
	if (place == engine->facts.replay_count)
		engine->facts.replay_count++;
	return 0;
}

/* --- frames --- */

void engine_observe(struct engine *engine, const struct observation *observation)
{
	unsigned bit = SUBSCRIBE(observation->kind);

	for (uint32_t i = 0; i < engine->rule_count; i++)
		if (engine->rules[i]->subscribes & bit)
			engine->rules[i]->observe(engine->states[i], &engine->facts, observation);
}

static uint32_t vlan_of(const struct packet *packet)
{
	if (packet->vlan_count == 0)
		return 0;
	if (packet->vlan_count == 1)
		return packet->vlans[0];
	return (uint32_t)packet->vlans[0] << 16 | packet->vlans[1];
}

static struct segment *segment_of(struct engine *engine, const struct packet *packet)
{
	const struct frame *frame = packet->frame;
	struct segment_key key = { .input = frame->input,
				   .interface = frame->interface | packet->ifindex << 16,
				   .vlan = vlan_of(packet),
				   .overlay = packet->overlay };

	if (!engine->last_segment || memcmp(&engine->last_segment->key, &key, sizeof key) != 0)
		engine->last_segment = facts_make_segment(&engine->facts, &key);
	return engine->last_segment;
}

static void note_ends(struct segment *segment, const struct packet *packet)
{
	if (packet->layers & LAYER_COOKED) {
		if (packet->direction == PACKET_OUTGOING) {
			segment->has_local = true;
			segment->local = packet->source;
		}
	} else if (!packet->group) {
		segment_note_unicast(segment, packet->source, packet->destination);
	}
}

/* The frame says nothing new: its ends were counted often enough before. */
static bool pass_over(struct engine *engine, const struct frame *frame)
{
	const struct segment *segment = engine->last_segment;

	if (!segment || segment->key.input != frame->input || segment->key.interface != frame->interface ||
	    segment->key.vlan || segment->key.overlay || !interest_is_dull(engine, frame))
		return false;
	return true;
}

static void note_sender(struct eating *eating)
{
	struct segment *segment = eating->segment;

	if (!mark_is_set(&segment->first))
		segment->first = eating->mark;
	segment->last = eating->mark;
	note_ends(segment, eating->packet);
}

/*
 * Whether a checksum says that the packet was damaged on its way: every receiver drops it, so it tells of nobody. Not
 * where wrong checksums are no exception: somebody rewrote the capture, or a card was to fill them in.
 */
static bool is_damaged(struct input_facts *input, const struct packet *packet)
{
	enum { RIGHT_FOR_EACH_WRONG = 4 };

	if (!packet->sums_checked)
		return false;
	if (!packet->sums_wrong) {
		input->sums_right++;
		return false;
	}
	return input->sums_right >= ++input->sums_wrong * RIGHT_FOR_EACH_WRONG;
}

static void eat(struct engine *engine, const struct frame *frame)
{
	struct packet packet;
	struct eating eating = { .engine = engine, .facts = &engine->facts, .packet = &packet };

	if (engine->facts.questions.open < engine->facts.questions.count)
		questions_expire(engine, frame->input, frame->time);
	eating.mark.frame = frame->number;
	eating.mark.time = frame->time;
	packet_decode(frame, &packet);
	if (!(packet.layers & LAYER_ETHERNET) || is_damaged(&engine->facts.inputs[frame->input], &packet))
		return;
	eating.segment = segment_of(engine, &packet);
	if (!eating.segment) {
		engine_add_gap(engine, (int)frame->input,
			       "segment table full: frames of further VLANs or interfaces passed over", 1);
		return;
	}
	note_sender(&eating);
	if (packet.layers & LAYER_LACP)
		engine->facts.inputs[frame->input].bonded = true;
	if (packet.layers & (LAYER_ARP | LAYER_ND))
		eat_neighbour(&eating);
	if (packet.layers & LAYER_IP)
		eat_ip(&eating);
}

/* Eats what waits. */
void engine_catch_up(struct engine *engine)
{
	const struct frame *frame;

	while ((frame = lookahead_pop(engine)) != NULL)
		eat(engine, frame);
}

void engine_eat(struct engine *engine, const struct frame *frame)
{
	struct input_facts *input = &engine->facts.inputs[frame->input];

	if (input->frames++ == 0 || frame->time < input->first)
		input->first = frame->time;
	if (input->frames == 1 || frame->time > input->last)
		input->last = frame->time;
	input->bytes += frame->length;
	if (lookahead_wants(frame)) {
		const struct frame *turn = lookahead_swap(engine, frame);

		if (turn)
			eat(engine, turn);
		return;
	}
	engine_catch_up(engine);
	if (pass_over(engine, frame))
		return;
	if (link_type_is_decoded(frame->link_type))
		eat(engine, frame);
	else
		input->undecoded++;
}

void engine_tick(struct engine *engine, uint32_t input, nanos now)
{
	engine_catch_up(engine);
	if (now > engine->facts.inputs[input].last && engine->facts.inputs[input].frames)
		engine->facts.inputs[input].last = now;
	questions_expire(engine, input, now);
}
