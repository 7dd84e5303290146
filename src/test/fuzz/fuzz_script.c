// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbitrary bytes as a recording of client traffic, which is then replayed to a hostile server: what it says is taken
 * from the same bytes. No crash, every run ends, and the counts add up.
 */
#include <stdlib.h>
#include <string.h>

#include "replay/replayer.h"
#include "wire/build.h"
#include "wire/capture.h"

enum { STEPS = 4000 };

struct bytes_left {
	const uint8_t *at;
	size_t left;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ssize_t read_input(void *context, uint8_t *into, size_t room, struct error *error)
{
	struct bytes_left *input = context;
	size_t count = input->left < room ? input->left : room;

	(void)error;
	memcpy(into, input->at, count);
	input->at += count;
	input->left -= count;
	return (ssize_t)count;
}

static void add_set_up(struct topology *topology)
{
	static const char *const servers[] = { "10.1.1.21", "10.1.1.22" };
	struct topology_service service = { .method = METHOD_DR };
	struct ip ip;

	ip_parse("10.1.1.1", &service.vip);
	topology_add_service(topology, &service, NULL);
	for (int i = 0; i < 2; i++) {
		const struct mac mac = { { 0, 0x16, 0x3e, 0, 0, (uint8_t)i } };

		ip_parse(servers[i], &ip);
		topology_add_real_server(topology, &ip, &mac, ORIGIN_CONFIGURED, NULL);
	}
}

static void read_script(struct script *script, const uint8_t *data, size_t size)
{
	struct bytes_left input = { data, size };
	struct capture *capture;
	struct packet packet;
	struct frame frame;

	if (capture_open(&capture, read_input, &input, "fuzz", 0, NULL) < 0)
		return;
	while (capture_next(capture, &frame, NULL) > 0) {
		packet_decode(&frame, &packet);
		script_eat(script, &packet);
	}
	capture_close(capture);
}

static uint8_t next_byte(struct bytes_left *left)
{
	if (left->left == 0)
		return 0x12; /* SYN and ACK */
	left->left--;
	return *left->at++;
}

/* What the server says to a packet: the right numbers or nearly so, any flags, options and data. */
static size_t answer(struct builder *builder, const struct packet *sent, struct bytes_left *left, uint8_t *frame,
		     size_t room)
{
	struct ip_header ip = { .source = sent->ip.destination, .destination = sent->ip.source, .ttl = 64 };
	struct build_link link = { .source = sent->destination, .destination = sent->source };
	struct transport tcp = { .source_port = sent->transport.destination_port,
				 .destination_port = sent->transport.source_port,
				 .window = (uint16_t)(next_byte(left) << 8) };
	uint8_t options[40];
	size_t option_length = next_byte(left) % 11u * 4, length = next_byte(left) * 4u;
	int total;

	tcp.sequence = sent->transport.acknowledgement + next_byte(left) % 4u;
	tcp.acknowledgement = sent->transport.sequence + sent->payload_length +
			      ((sent->transport.flags & (TCP_SYN | TCP_FIN)) != 0) + next_byte(left) % 2u;
	tcp.flags = next_byte(left) & 0x3f;
	for (size_t i = 0; i < option_length; i++)
		options[i] = next_byte(left);
	build_begin(builder, frame, room);
	build_payload(builder, left->at, length < left->left ? length : left->left);
	if (sent->layers & LAYER_TCP)
		build_tcp_with(builder, &ip, &tcp, options, option_length);
	else
		build_udp(builder, &ip, &tcp);
	build_ethernet(builder, &link);
	total = build_end(builder, NULL);
	return total > 0 ? (size_t)total : 0;
}

static void decode(const uint8_t *bytes, size_t length, nanos now, struct frame *frame, struct packet *packet)
{
	*frame = (struct frame){ .bytes = bytes,
				 .captured = (uint32_t)length,
				 .length = (uint32_t)length,
				 .time = now,
				 .number = 1,
				 .link_type = LINK_ETHERNET };
	packet_decode(frame, packet);
}

static void check_results(struct replayer *replayer)
{
	uint32_t count;
	const struct replay_result *results = replayer_results(replayer, &count);

	for (uint32_t i = 0; i < count; i++) {
		const struct replay_result *result = &results[i];

		if (result->completed + result->refused + result->reset + result->timed_out + result->unreachable +
			result->left_out !=
		    result->planned)
			abort();
	}
}

static void run(struct replayer *replayer, struct bytes_left left)
{
	uint8_t buffer[REPLAYER_MAX_FRAME], frame_bytes[4096];
	struct builder builder;
	nanos now = NANOS_PER_SECOND;

	if (builder_open(&builder, NULL) < 0)
		return;
	for (int i = 0; i < STEPS && !replayer_done(replayer); i++) {
		size_t length = replayer_next(replayer, now, buffer, sizeof buffer);
		nanos deadline = replayer_deadline(replayer);
		struct packet packet;
		struct frame frame;

		if (length > 0) {
			decode(buffer, length, now, &frame, &packet);
			replayer_eat(replayer, &packet, now);
			length = packet.layers & (LAYER_TCP | LAYER_UDP)
				     ? answer(&builder, &packet, &left, frame_bytes, sizeof frame_bytes)
				     : 0;
		}
		if (length > 0) {
			decode(frame_bytes, length, now, &frame, &packet);
			replayer_eat(replayer, &packet, now);
		} else if (deadline != INT64_MAX) {
			now = deadline > now ? deadline : now + 1;
		}
	}
	replayer_stop(replayer);
	while (replayer_next(replayer, now, buffer, sizeof buffer) > 0)
		;
	replayer_next(replayer, now + NANOS_PER_SECOND, buffer, sizeof buffer);
	if (!replayer_done(replayer))
		abort();
	check_results(replayer);
	builder_close(&builder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct topology topology = TOPOLOGY_INIT;
	struct script_options script_options = { .topology = &topology, .memory = 4 << 20, .max_conversations = 256 };
	struct replayer_options options = { .topology = &topology, .first_port = 1024, .last_port = 65535, .seed = 1 };
	struct mask mask = MASK_INIT;
	struct replayer *replayer = NULL;
	struct script *script;

	add_set_up(&topology);
	ip_parse("10.1.1.138", &options.own[0]);
	if (script_new(&script, &script_options, NULL) == 0) {
		read_script(script, data, size);
		options.script = script;
		options.mask = &mask;
		if (script_finish(script, NULL) == 0 && replayer_new(&replayer, &options, NULL) == 0)
			run(replayer, (struct bytes_left){ data + size / 2, size - size / 2 });
		replayer_free(replayer);
		script_free(script);
	}
	topology_free(&topology);
	return 0;
}
