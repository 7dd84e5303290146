// SPDX-License-Identifier: GPL-2.0-or-later
#include "test/unit/simulated_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_MOST = 65000, REQUEST_MOST = 256, STREAM_MOST = 4 * ANSWER_MOST };

static const nanos server_rto = 250 * NANOS_PER_MILLI;

struct farm_event {
	nanos at;
	uint64_t order;
	int server;     /* that gets the frame, or whose connection is looked after; -1: the replayer */
	int connection; /* -1: a frame */
	uint32_t length;
	uint8_t *bytes;
};

struct farm_connection {
	int server;
	struct ip client;
	uint16_t port;
	bool open, established;
	uint32_t client_next, first; /* sequence numbers */
	char request[REQUEST_MOST];
	uint32_t request_length;
	uint8_t *stream;
	uint32_t length, una, nxt, ready; /* positions; `ready` may be sent */
	nanos ready_at, sent_at;
	bool closing, client_closed;
};

/* --- the network --- */

static uint32_t draw(struct farm *farm)
{
	farm->random = farm->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(farm->random >> 33);
}

static bool is_before(const struct farm_event *a, const struct farm_event *b)
{
	return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static void put_event(struct farm *farm, struct farm_event event)
{
	uint32_t at = farm->event_count++;

	if (at == farm->event_room) {
		farm->event_room = farm->event_room ? farm->event_room * 2 : 64;
		farm->events = realloc(farm->events, farm->event_room * sizeof *farm->events);
	}
	event.order = farm->order++;
	for (; at > 0 && is_before(&event, &farm->events[(at - 1) / 2]); at = (at - 1) / 2)
		farm->events[at] = farm->events[(at - 1) / 2];
	farm->events[at] = event;
}

static struct farm_event take_event(struct farm *farm)
{
	struct farm_event first = farm->events[0], last = farm->events[--farm->event_count];
	uint32_t at = 0, child;

	while ((child = 2 * at + 1) < farm->event_count) {
		if (child + 1 < farm->event_count && is_before(&farm->events[child + 1], &farm->events[child]))
			child++;
		if (!is_before(&farm->events[child], &last))
			break;
		farm->events[at] = farm->events[child];
		at = child;
	}
	if (farm->event_count > 0)
		farm->events[at] = last;
	return first;
}

static void carry(struct farm *farm, int to, const uint8_t *bytes, uint32_t length)
{
	struct farm_event event = { .at = farm->now + farm->delay, .server = to, .connection = -1, .length = length };

	if (draw(farm) % 1000 < farm->loss)
		return;
	if (farm->jitter > 0)
		event.at += draw(farm) % farm->jitter;
	event.bytes = malloc(length);
	memcpy(event.bytes, bytes, length);
	put_event(farm, event);
}

static void look_after(struct farm *farm, int connection, nanos delay)
{
	put_event(farm, (struct farm_event){ .at = farm->now + delay, .connection = connection });
}

/* --- a server --- */

static bool is_http(const char *line, uint32_t length)
{
	return length > 5 && memcmp(line, "GET /", 5) == 0;
}

static uint32_t answer_http(const char *line, int more, uint8_t into[static ANSWER_MOST])
{
	uint32_t many = (uint32_t)(strtol(line + 5, NULL, 10) + more);
	uint32_t size = (uint32_t)snprintf((char *)into, 64, "HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n", many);

	memset(into + size, 'x', many);
	return size + many;
}

uint32_t farm_answer(const char *line, uint32_t length, uint8_t into[static ANSWER_MOST])
{
	uint32_t size = 0, many = 0;

	if (length == 0)
		return 0;
	if (is_http(line, length))
		return answer_http(line, 0, into);
	for (uint32_t i = 0; i < length; i++)
		many = many * 10 + (uint32_t)(line[i] >= '0' && line[i] <= '9' ? line[i] - '0' : 0);
	many = many > ANSWER_MOST - 64 ? ANSWER_MOST - 64 : many;
	size = (uint32_t)snprintf((char *)into, 64, "you said %.*s ", (int)length, line);
	for (; size < many; size++)
		into[size] = (uint8_t)('a' + size % 23);
	into[size++] = '\n';
	return size;
}

static void send_segment(struct farm *farm, struct farm_connection *connection, uint8_t flags, uint32_t at,
			 uint32_t length)
{
	static uint8_t frame[FRAME_MOST];
	const struct farm_server *server = &farm->servers[connection->server];
	struct ip_header ip = { .source = farm->vip, .destination = connection->client, .ttl = 64 };
	struct transport tcp = { .source_port = farm->port,
				 .destination_port = connection->port,
				 .sequence = connection->first + at,
				 .acknowledgement = connection->client_next,
				 .flags = flags,
				 .window = 8192 };
	struct build_link link = { .source = server->mac, .destination = { { 0x00, 0x16, 0x3e, 0x0a, 0x01, 0x8a } } };
	static const uint8_t syn_options[] = { 2, 4, 5, 0xb4, 1, 1, 4, 2 };
	int size;

	build_begin(&farm->builder, frame, sizeof frame);
	build_payload(&farm->builder, connection->stream + at, length);
	build_tcp_with(&farm->builder, &ip, &tcp, syn_options, flags & TCP_SYN ? sizeof syn_options : 0);
	build_ethernet(&farm->builder, &link);
	size = build_end(&farm->builder, NULL);
	if (size > 0)
		carry(farm, -1, frame, (uint32_t)size);
}

/* Data as far as it is ready, then FIN. */
static void pump(struct farm *farm, struct farm_connection *connection)
{
	while (connection->nxt < connection->ready && connection->nxt - connection->una < 30000) {
		uint32_t left = connection->ready - connection->nxt;
		uint32_t length = left < farm->segment ? left : farm->segment;

		send_segment(farm, connection, TCP_ACK | TCP_PSH, connection->nxt, length);
		connection->nxt += length;
	}
	if (connection->closing && connection->nxt == connection->length) {
		send_segment(farm, connection, TCP_ACK | TCP_FIN, connection->nxt, 0);
		connection->nxt++;
	}
	connection->sent_at = farm->now;
}

static void answer_line(struct farm *farm, struct farm_connection *connection)
{
	static uint8_t answer[ANSWER_MOST];
	const struct farm_server *server = &farm->servers[connection->server];
	uint32_t length = farm_answer(connection->request, connection->request_length, answer);

	if (length == 0)
		return;
	if (server->manner == MANNER_LESS || server->manner == MANNER_MORE)
		length = answer_http(connection->request, server->manner == MANNER_LESS ? -10 : 2000, answer);
	if (server->manner == MANNER_OTHER)
		answer[length / 2] = '#';
	if (server->manner == MANNER_SHORTER)
		length -= 10;
	if (length > STREAM_MOST - connection->length)
		length = STREAM_MOST - connection->length;
	memcpy(connection->stream + connection->length, answer, length);
	connection->length += length;
	connection->ready_at = farm->now + server->pause;
	if (server->pause > 0)
		look_after(farm, (int)(connection - farm->connections), server->pause);
	else
		connection->ready = connection->length;
}

static void take_request(struct farm *farm, struct farm_connection *connection, const struct packet *packet)
{
	for (uint32_t i = 0; i < packet->payload_length; i++) {
		char c = (char)packet->payload[i];

		if (c == '\n') {
			answer_line(farm, connection);
			connection->request_length = 0;
		} else if (connection->request_length < REQUEST_MOST) {
			connection->request[connection->request_length++] = c;
		}
	}
	connection->client_next += packet->payload_length;
}

static uint32_t *slot_of(struct farm *farm, int server, uint16_t port)
{
	return &farm->by_port[(size_t)server * 65536 + port];
}

static struct farm_connection *find_connection(struct farm *farm, int server, const struct packet *packet)
{
	uint32_t number = *slot_of(farm, server, packet->transport.source_port);
	struct farm_connection *connection = number > 0 ? &farm->connections[number - 1] : NULL;

	return connection && connection->open && ip_equal(&connection->client, &packet->ip.source) ? connection : NULL;
}

static void refuse(struct farm *farm, int server, const struct packet *packet)
{
	struct farm_connection nobody = { .server = server,
					  .client = packet->ip.source,
					  .port = packet->transport.source_port,
					  .client_next = packet->transport.sequence + 1 };

	send_segment(farm, &nobody, TCP_RST | TCP_ACK, 0, 0);
}

static void hear_syn(struct farm *farm, int server, const struct packet *packet)
{
	struct farm_connection *connection = find_connection(farm, server, packet);

	if (farm->servers[server].manner == MANNER_REFUSING) {
		refuse(farm, server, packet);
		return;
	}
	if (!connection && farm->connection_count < FARM_CONNECTIONS) {
		connection = &farm->connections[farm->connection_count++];
		*connection = (struct farm_connection){ .server = server,
							.open = true,
							.client = packet->ip.source,
							.port = packet->transport.source_port,
							.client_next = packet->transport.sequence + 1,
							.first = draw(farm),
							.stream = malloc(STREAM_MOST) };
		*slot_of(farm, server, connection->port) = farm->connection_count;
	}
	/* The SYN stands one in front of the stream. */
	send_segment(farm, connection, TCP_SYN | TCP_ACK, (uint32_t)-1, 0);
	look_after(farm, (int)(connection - farm->connections), server_rto);
}

static void hear_segment(struct farm *farm, struct farm_connection *connection, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;
	uint32_t acknowledged = tcp->acknowledgement - connection->first;

	connection->established = true;
	if (acknowledged > connection->una && acknowledged <= connection->length + 1)
		connection->una = acknowledged;
	if (connection->nxt < connection->una)
		connection->nxt = connection->una;
	if (packet->payload_length > 0 || (tcp->flags & TCP_FIN)) {
		if (tcp->sequence == connection->client_next) {
			take_request(farm, connection, packet);
			if (tcp->flags & TCP_FIN) {
				connection->client_next++;
				connection->closing = connection->client_closed = true;
			}
		}
		if (farm->servers[connection->server].manner == MANNER_RESETTING) {
			send_segment(farm, connection, TCP_RST | TCP_ACK, connection->nxt, 0);
			connection->open = false;
			return;
		}
		send_segment(farm, connection, TCP_ACK, connection->nxt, 0);
	}
	pump(farm, connection);
	if (connection->client_closed && connection->una == connection->length + 1)
		connection->open = false;
}

static void hear_arp(struct farm *farm, int server, const struct packet *packet)
{
	struct build_link link = { .source = farm->servers[server].mac, .destination = packet->source };
	uint8_t frame[64];
	int size;

	if (packet->arp.operation != ARP_REQUEST || !ip_equal(&packet->arp.tpa, &farm->servers[server].ip))
		return;
	build_begin(&farm->builder, frame, sizeof frame);
	build_arp_reply(&farm->builder, farm->servers[server].mac, farm->servers[server].ip, packet->arp.sha,
			packet->arp.spa);
	build_ethernet(&farm->builder, &link);
	size = build_end(&farm->builder, NULL);
	carry(farm, -1, frame, (uint32_t)size);
}

static void server_hears(struct farm *farm, int server, const struct packet *packet)
{
	struct farm_connection *connection;

	if (packet->layers & LAYER_ARP)
		hear_arp(farm, server, packet);
	if (!(packet->layers & LAYER_TCP) || !mac_equal(packet->destination, farm->servers[server].mac) ||
	    farm->servers[server].manner == MANNER_SILENT)
		return;
	connection = find_connection(farm, server, packet);
	if (packet->transport.flags & TCP_RST) {
		farm->resets++;
		if (connection)
			connection->open = false;
	} else if (packet->transport.flags & TCP_SYN) {
		hear_syn(farm, server, packet);
	} else if (connection) {
		hear_segment(farm, connection, packet);
	} else {
		refuse(farm, server, packet);
	}
}

/* What was not acknowledged goes out again. */
static void serve_later(struct farm *farm, struct farm_connection *connection)
{
	if (!connection->open)
		return;
	if (connection->ready < connection->length && farm->now >= connection->ready_at)
		connection->ready = connection->length;
	if (!connection->established)
		send_segment(farm, connection, TCP_SYN | TCP_ACK, (uint32_t)-1, 0);
	else if (farm->now - connection->sent_at >= server_rto)
		connection->nxt = connection->una;
	pump(farm, connection);
	look_after(farm, (int)(connection - farm->connections), server_rto);
}

/* --- the run --- */

static void decode(struct farm *farm, const uint8_t *bytes, uint32_t length, struct frame *frame, struct packet *packet)
{
	*frame = (struct frame){ .bytes = bytes,
				 .captured = length,
				 .length = length,
				 .time = farm->now,
				 .number = ++farm->frames,
				 .link_type = LINK_ETHERNET };
	packet_decode(frame, packet);
}

static void deliver(struct farm *farm, const struct farm_event *event)
{
	struct packet packet;
	struct frame frame;

	if (event->connection >= 0) {
		serve_later(farm, &farm->connections[event->connection]);
		return;
	}
	decode(farm, event->bytes, event->length, &frame, &packet);
	if (event->server < 0)
		replayer_eat(farm->replayer, &packet, farm->now);
	else
		server_hears(farm, event->server, &packet);
	free(event->bytes);
}

static void send_due(struct farm *farm)
{
	uint8_t buffer[REPLAYER_MAX_FRAME];
	size_t length;

	while ((length = replayer_next(farm->replayer, farm->now, buffer, sizeof buffer)) > 0) {
		struct packet packet;
		struct frame frame;

		for (int i = 0; i < farm->server_count; i++)
			carry(farm, i, buffer, (uint32_t)length);
		decode(farm, buffer, (uint32_t)length, &frame, &packet);
		if (farm->own_frames)
			replayer_eat(farm->replayer, &packet, farm->now);
	}
}

void farm_run_until(struct farm *farm, struct replayer *replayer, nanos end)
{
	farm->replayer = replayer;
	while (!replayer_done(replayer)) {
		nanos deadline, next;

		send_due(farm);
		deadline = replayer_deadline(replayer);
		next = farm->event_count > 0 ? farm->events[0].at : INT64_MAX;
		if (next > end && deadline > end) {
			farm->now = end;
			return;
		}
		if (next <= deadline && next != INT64_MAX) {
			struct farm_event event = take_event(farm);

			farm->now = event.at > farm->now ? event.at : farm->now;
			deliver(farm, &event);
		} else if (deadline != INT64_MAX && deadline > farm->now) {
			farm->now = deadline;
		}
	}
}

nanos farm_run(struct farm *farm, struct replayer *replayer)
{
	nanos start = farm->now;

	farm_run_until(farm, replayer, INT64_MAX);
	return farm->now - start;
}

void farm_init(struct farm *farm)
{
	*farm = (struct farm){ .port = 80,
			       .segment = 1460,
			       .delay = NANOS_PER_MILLI,
			       .own_frames = true,
			       .now = 1000 * NANOS_PER_SECOND,
			       .random = 1 };
	ip_parse("10.1.1.1", &farm->vip);
	builder_open(&farm->builder, NULL);
	farm->by_port = calloc((size_t)FARM_SERVERS * 65536, sizeof *farm->by_port);
	farm->connections = calloc(FARM_CONNECTIONS, sizeof *farm->connections);
}

void farm_free(struct farm *farm)
{
	while (farm->event_count > 0)
		free(farm->events[--farm->event_count].bytes);
	for (uint32_t i = 0; i < farm->connection_count; i++)
		free(farm->connections[i].stream);
	free(farm->events);
	free(farm->connections);
	free(farm->by_port);
	builder_close(&farm->builder);
}

struct farm_server *farm_add(struct farm *farm, const char *ip, const char *mac, enum server_manner manner)
{
	struct farm_server *server = &farm->servers[farm->server_count++];

	server->manner = manner;
	ip_parse(ip, &server->ip);
	mac_parse(mac, &server->mac);
	return server;
}

uint32_t farm_count_open(const struct farm *farm)
{
	uint32_t open = 0;

	for (uint32_t i = 0; i < farm->connection_count; i++)
		open += farm->connections[i].open;
	return open;
}
