// SPDX-License-Identifier: GPL-2.0-or-later
#include "test/unit/simulated_recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { FRAME_ROOM = 65000, SERVER_FIRST = 900000, CLIENT_FIRST = 4000 };

void recording_init(struct recording *recording, int servers, enum method method)
{
	struct topology_service service = { .port = 80, .protocol = IP_PROTO_TCP, .method = method };
	struct script_options options;
	char text[IP_TEXT_SIZE];
	struct ip ip;

	*recording = (struct recording){ .topology = TOPOLOGY_INIT, .time = NANOS_PER_SECOND, .segment = 1460 };
	assert_true(ip_parse("10.1.1.1", &recording->vip));
	assert_true(ip_parse("10.1.1.250", &recording->client));
	service.vip = recording->vip;
	assert_true(topology_add_service(&recording->topology, &service, NULL) >= 0);
	service.protocol = IP_PROTO_UDP;
	service.port = 53;
	assert_true(topology_add_service(&recording->topology, &service, NULL) >= 0);
	for (int i = 1; i <= servers; i++) {
		snprintf(text, sizeof text, "10.1.1.%d", 20 + i);
		assert_true(ip_parse(text, &ip));
		assert_true(topology_add_real_server(&recording->topology, &ip, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
	}
	options = (struct script_options){ .topology = &recording->topology };
	assert_int_equal(script_new(&recording->script, &options, NULL), 0);
	assert_int_equal(builder_open(&recording->builder, NULL), 0);
}

void recording_free(struct recording *recording)
{
	script_free(recording->script);
	builder_close(&recording->builder);
	topology_free(&recording->topology);
}

static void eat(struct recording *recording, const uint8_t *bytes, int length)
{
	struct frame frame = { .bytes = bytes,
			       .captured = (uint32_t)length,
			       .length = (uint32_t)length,
			       .time = recording->time,
			       .number = ++recording->number,
			       .link_type = LINK_ETHERNET };
	struct packet packet;

	assert_true(length > 0);
	if (recording->snaplen > 0 && frame.captured > recording->snaplen)
		frame.captured = recording->snaplen;
	packet_decode(&frame, &packet);
	script_eat(recording->script, &packet);
}

static struct ip_header header(struct recording *recording, bool to_server)
{
	return (struct ip_header){ .source = to_server ? recording->client : recording->vip,
				   .destination = to_server ? recording->vip : recording->client,
				   .id = (uint16_t)(recording->number + 1),
				   .ttl = 64 };
}

static void finish(struct recording *recording, bool to_server, const uint8_t *bytes)
{
	static const struct build_link link = { .destination = { { 2, 0, 0, 0, 0, 1 } },
						.source = { { 2, 0, 0, 0, 0, 2 } } };

	build_ethernet(&recording->builder, &link);
	if (recording->stop > 0 && recording->segments > recording->stop)
		return;
	if ((recording->ends == ENDS_CLIENT && !to_server) || (recording->ends == ENDS_SERVER && to_server))
		return;
	for (int i = 0; i <= recording->twice; i++)
		eat(recording, bytes, build_end(&recording->builder, NULL));
}

void recording_add(struct recording *recording, bool to_server, uint16_t port, const struct transport *tcp,
		   const void *data, uint32_t length)
{
	static uint8_t bytes[FRAME_ROOM];
	static const uint8_t options[] = { 2, 4, 5, 0xb4, 1, 1, 4, 2, 1, 3, 3, 7 };
	struct ip_header ip = header(recording, to_server);
	struct transport mine = *tcp;

	mine.source_port = to_server ? port : 80;
	mine.destination_port = to_server ? 80 : port;
	recording->time += NANOS_PER_MILLI;
	build_begin(&recording->builder, bytes, sizeof bytes);
	build_payload(&recording->builder, data, length);
	build_tcp_with(&recording->builder, &ip, &mine, options, tcp->flags & TCP_SYN ? sizeof options : 0);
	finish(recording, to_server, bytes);
}

void recording_add_datagram(struct recording *recording, bool to_server, uint16_t port, const void *data,
			    uint32_t length)
{
	static uint8_t bytes[FRAME_ROOM];
	struct ip_header ip = header(recording, to_server);
	struct transport udp = { .source_port = to_server ? port : 53, .destination_port = to_server ? 53 : port };

	recording->time += NANOS_PER_MILLI;
	build_begin(&recording->builder, bytes, sizeof bytes);
	build_payload(&recording->builder, data, length);
	build_udp(&recording->builder, &ip, &udp);
	finish(recording, to_server, bytes);
}

static void add(struct recording *recording, bool to_server, uint16_t port, uint8_t flags, uint32_t said,
		uint32_t heard, const void *data, uint32_t length)
{
	uint32_t own = to_server ? CLIENT_FIRST : SERVER_FIRST, other = to_server ? SERVER_FIRST : CLIENT_FIRST;
	struct transport tcp = {
		.sequence = own + said, .acknowledgement = other + heard, .flags = flags, .window = 5000
	};

	recording_add(recording, to_server, port, &tcp, data, length);
}

/* The answer's part from `at` on, unless that one is to be missing. */
static void add_part(struct recording *recording, uint16_t port, uint32_t said, uint32_t heard, const uint8_t *answer,
		     uint32_t at, uint32_t length)
{
	uint32_t size = length - at < recording->segment ? length - at : recording->segment;

	if (++recording->segments != recording->lose)
		add(recording, false, port, TCP_ACK | TCP_PSH, said + at, heard, answer + at, size);
}

static void add_answer(struct recording *recording, uint16_t port, uint32_t said, uint32_t heard, const uint8_t *answer,
		       uint32_t length)
{
	uint32_t step = recording->segment;

	for (uint32_t at = 0; at < length; at += step * (recording->reordered ? 2 : 1)) {
		if (recording->reordered && at + step < length)
			add_part(recording, port, said, heard, answer, at + step, length);
		add_part(recording, port, said, heard, answer, at, length);
	}
}

void recording_add_lines(struct recording *recording, uint16_t port, const char *const lines[])
{
	static uint8_t answer[ANSWER_MOST];
	uint32_t client = 1, server = 1;
	char line[256];

	if (!recording->without_syn)
		add(recording, true, port, TCP_SYN, 0, 0, NULL, 0);
	add(recording, false, port, TCP_SYN | TCP_ACK, 0, 1, NULL, 0);
	add(recording, true, port, TCP_ACK, client, server, NULL, 0);
	for (; *lines; lines++) {
		uint32_t length = (uint32_t)snprintf(line, sizeof line, "%s\n", *lines);
		uint32_t size = farm_answer(line, length - 1, answer);

		add(recording, true, port, TCP_ACK | TCP_PSH, client, server, line, length);
		client += length;
		add_answer(recording, port, server, client, answer, size);
		server += size;
		add(recording, true, port, TCP_ACK, client, server, NULL, 0);
	}
	add(recording, true, port, TCP_FIN | TCP_ACK, client, server, NULL, 0);
	add(recording, false, port, TCP_FIN | TCP_ACK, server, client + 1, NULL, 0);
	add(recording, true, port, TCP_ACK, client + 1, server + 1, NULL, 0);
}

void recording_finish(struct recording *recording)
{
	assert_int_equal(script_finish(recording->script, NULL), 0);
}
