// SPDX-License-Identifier: GPL-2.0-or-later
/* Packets into recorded conversations. */
#include "replay/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "replay/script_private.h"

#define DEFAULT_MEMORY (UINT64_C(512) << 20)

enum { DEFAULT_CONVERSATIONS = 65536 };

/* The same datagram again, by another interface or before and behind the director. */
static const nanos same_packet_time = 100 * NANOS_PER_MILLI;
/* Datagrams between two ends after such a pause are another conversation. */
static const nanos udp_idle_time = 60 * NANOS_PER_SECOND;

int script_new(struct script **result, const struct script_options *options, struct error *error)
{
	struct script *script = calloc(1, sizeof *script);

	*result = script;
	if (!script)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the recording");
	script->topology = options->topology;
	script->memory = options->memory ? options->memory : DEFAULT_MEMORY;
	script->limit = options->max_conversations ? options->max_conversations : DEFAULT_CONVERSATIONS;
	script->latencies = calloc((size_t)options->topology->service_count + 1, sizeof *script->latencies);
	table_init(&script->slots, sizeof(struct recorded_key), sizeof(struct recorded_slot), script->limit, 0);
	if (script->latencies)
		return 0;
	script_free(script);
	*result = NULL;
	return error_set(error, ERROR_MEMORY, NULL, "no memory for the recording");
}

static void free_recorded(struct recorded *recorded)
{
	stream_free(&recorded->client);
	stream_free(&recorded->server);
	free(recorded->conversation.steps);
	free(recorded->conversation.request);
	free(recorded->conversation.answer);
	free(recorded);
}

void script_free(struct script *script)
{
	if (!script)
		return;
	for (uint32_t i = 0; i < script->count; i++)
		free_recorded(script->recorded[i]);
	table_free(&script->slots);
	free(script->recorded);
	free(script->list);
	free(script->latencies);
	free(script);
}

/* --- whose packet it is --- */

/* Seen from the server's end: a packet to or from it. */
struct sides {
	uint32_t service;
	struct ip client;
	uint16_t client_port, port; /* the VIP's port */
	bool to_server;
};

static bool is_service(const struct topology_service *service, const struct ip *ip, uint16_t port, uint8_t protocol)
{
	return (service->port == 0 || service->port == port) &&
	       (service->protocol == 0 || service->protocol == protocol) && ip_equal(&service->vip, ip);
}

/* VS/NAT: the director makes the real server's address and port of the VIP's. */
static bool is_backend(const struct topology *topology, const struct topology_backend *backend, const struct ip *ip,
		       uint16_t port, uint8_t protocol)
{
	const struct topology_service *service = &topology->services[backend->service];
	uint16_t own = backend->port ? backend->port : service->port;

	return (backend->method == METHOD_NAT || service->method == METHOD_NAT) && (own == 0 || own == port) &&
	       (service->protocol == 0 || service->protocol == protocol) &&
	       ip_equal(&topology->real_servers[backend->real_server].ip, ip);
}

static bool find_nat_service(const struct topology *topology, const struct ip *ip, uint16_t port, uint8_t protocol,
			     uint32_t *service)
{
	for (uint32_t i = 0; i < topology->backend_count; i++)
		if (is_backend(topology, &topology->backends[i], ip, port, protocol)) {
			*service = topology->backends[i].service;
			return true;
		}
	if (topology->backend_count > 0 || !topology_find_real_server(topology, ip))
		return false;
	for (uint32_t i = 0; i < topology->service_count; i++) {
		const struct topology_service *of = &topology->services[i];

		*service = i;
		if (of->method == METHOD_NAT && (of->port == 0 || of->port == port) &&
		    (of->protocol == 0 || of->protocol == protocol))
			return true;
	}
	return false;
}

/* The service that is at this end; its port as the VIP has it goes into `port`. */
static bool find_service(const struct topology *topology, const struct ip *ip, uint16_t *port, uint8_t protocol,
			 uint32_t *service)
{
	if (topology_is_vip(topology, ip))
		for (uint32_t i = 0; i < topology->service_count; i++)
			if (is_service(&topology->services[i], ip, *port, protocol)) {
				*service = i;
				return true;
			}
	if (!find_nat_service(topology, ip, *port, protocol, service))
		return false;
	if (topology->services[*service].port != 0)
		*port = topology->services[*service].port;
	return true;
}

static bool find_sides(const struct script *script, const struct packet *packet, struct sides *sides)
{
	const struct transport *transport = &packet->transport;
	const struct topology *topology = script->topology;
	uint8_t protocol = packet->layers & LAYER_TCP ? IP_PROTO_TCP : IP_PROTO_UDP;

	sides->to_server = true;
	sides->client = packet->ip.source;
	sides->client_port = transport->source_port;
	sides->port = transport->destination_port;
	if (find_service(topology, &packet->ip.destination, &sides->port, protocol, &sides->service))
		return true;
	sides->to_server = false;
	sides->client = packet->ip.destination;
	sides->client_port = transport->destination_port;
	sides->port = transport->source_port;
	return find_service(topology, &packet->ip.source, &sides->port, protocol, &sides->service);
}

/* --- conversations --- */

static struct recorded *refuse(struct script *script)
{
	script->summary.fates[SCRIPT_NO_ROOM]++;
	return NULL;
}

static struct recorded *make_recorded(struct script *script, const struct sides *sides, const struct packet *packet)
{
	struct recorded *recorded;

	if (script->count == script->limit || script->used + sizeof *recorded > script->memory)
		return refuse(script);
	if (script->count == script->room) {
		uint32_t room = script->room ? script->room * 2 : 64;
		struct recorded **grown = reallocarray(script->recorded, room, sizeof(struct recorded *));

		if (!grown)
			return refuse(script);
		script->recorded = grown;
		script->room = room;
	}
	recorded = calloc(1, sizeof *recorded);
	if (!recorded)
		return refuse(script);
	script->used += sizeof *recorded;
	recorded->conversation = (struct script_conversation){
		.service = sides->service,
		.number = script->count + 1,
		.client = sides->client,
		.client_port = sides->client_port,
		.port = sides->port,
		.protocol = packet->layers & LAYER_TCP ? IP_PROTO_TCP : IP_PROTO_UDP,
		.start = packet->frame->time,
		.frame = packet->frame->number,
		.window_scale = -1,
	};
	recorded->last_event = packet->frame->time;
	script->recorded[script->count++] = recorded;
	return recorded;
}

static struct recorded_slot *find_slot(struct script *script, const struct sides *sides, uint8_t protocol, bool *made)
{
	struct recorded_key key;

	memset(&key, 0, sizeof key);
	key.client = sides->client;
	key.protocol = protocol;
	key.client_port = sides->client_port;
	key.port = sides->port;
	key.service = sides->service;
	return table_put(&script->slots, &key, made);
}

/* Another SYN than the one that began it. */
static bool is_new_connection(const struct recorded *recorded, const struct sides *sides, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;

	if (!(packet->layers & LAYER_TCP))
		return packet->frame->time > recorded->last_event + udp_idle_time;
	if (!sides->to_server || (tcp->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return false;
	return !recorded->client.known || recorded->client.first != tcp->sequence + 1;
}

static struct recorded *find_recorded(struct script *script, const struct sides *sides, const struct packet *packet)
{
	bool made = false;
	struct recorded_slot *slot =
	    find_slot(script, sides, packet->layers & LAYER_TCP ? IP_PROTO_TCP : IP_PROTO_UDP, &made);
	struct recorded *recorded;

	if (!slot)
		return refuse(script);
	recorded = made || slot->place == UINT32_MAX ? NULL : script->recorded[slot->place];
	if (recorded && !is_new_connection(recorded, sides, packet))
		return recorded;
	recorded = make_recorded(script, sides, packet);
	slot->place = recorded ? script->count - 1 : UINT32_MAX;
	return recorded;
}

/* --- TCP --- */

/* RFC 9293 section 3.2: kind, length, value. */
static void read_options(struct script_conversation *conversation, const struct packet *packet)
{
	enum { END = 0, NOTHING = 1, MSS = 2, WINDOW_SCALE = 3, SACK_PERMITTED = 4, TIMESTAMPS = 8 };
	struct bytes options = bytes_of(packet->options, packet->options ? packet->option_length : 0);
	uint8_t kind, length;

	while (bytes_get_u8(&options, &kind) && kind != END) {
		const uint8_t *value;

		if (kind == NOTHING)
			continue;
		if (!bytes_get_u8(&options, &length) || length < 2)
			return;
		value = bytes_take(&options, (size_t)length - 2);
		if (!value)
			return;
		if (kind == MSS && length == 4)
			conversation->mss = bytes_u16_at(value);
		else if (kind == WINDOW_SCALE && length == 3)
			conversation->window_scale = value[0] < 14 ? value[0] : 14;
		else if (kind == SACK_PERMITTED)
			conversation->sack = true;
		else if (kind == TIMESTAMPS)
			conversation->timestamps = true;
	}
}

/* The pause before it, and the time from which the next one counts. */
static nanos take_pause(struct recorded *recorded, nanos now)
{
	nanos pause = now > recorded->last_event ? now - recorded->last_event : 0;

	if (now > recorded->last_event)
		recorded->last_event = now;
	return pause;
}

static void note_answer(struct script *script, struct recorded *recorded, nanos now)
{
	if (recorded->asked && now >= recorded->asked_at)
		latency_add(&script->latencies[recorded->conversation.service], now - recorded->asked_at);
	recorded->asked = false;
}

/* How far the client has heard the server. */
static uint64_t units_heard(struct recorded *recorded, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;
	uint32_t units;

	if (!(tcp->flags & TCP_ACK) || (tcp->flags & TCP_SYN))
		return recorded->acknowledged;
	if (!recorded->server.known) {
		/* The first acknowledgement is that of the SYN/ACK, which was not recorded. */
		recorded->server.first = tcp->acknowledgement;
		recorded->server.known = true;
	}
	units = tcp->acknowledgement - recorded->server.first;
	if (units < STREAM_MAX && units > recorded->acknowledged) {
		recorded->acknowledged = units;
		take_pause(recorded, packet->frame->time);
	}
	return recorded->acknowledged;
}

static void keep_payload(struct script *script, struct recorded *recorded, struct stream *stream, uint64_t need,
			 const struct packet *packet)
{
	uint32_t begin =
	    packet->transport.flags & TCP_SYN ? packet->transport.sequence + 1 : packet->transport.sequence;
	struct piece piece = { .offset = begin - stream->first, .length = packet->payload_length, .need = need };
	nanos now = packet->frame->time;
	int64_t fresh;

	if (piece.length == 0 || piece.offset >= STREAM_MAX || piece.length >= STREAM_MAX || recorded->no_room)
		return;
	piece.pause = now > recorded->last_event ? now - recorded->last_event : 0;
	fresh = stream_insert(script, stream, &piece, packet->payload, packet->payload_captured);
	if (fresh < 0)
		recorded->no_room = true;
	if (fresh == 0)
		script->summary.twice++;
	if (fresh <= 0)
		return;
	stream->cut |= packet->payload_captured < packet->payload_length;
	take_pause(recorded, now);
	if (stream == &recorded->server) {
		note_answer(script, recorded, now);
	} else {
		recorded->asked = true;
		recorded->asked_at = now;
	}
}

static void keep_end(struct recorded *recorded, struct stream *stream, uint64_t need, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;
	uint32_t at = tcp->sequence - stream->first + packet->payload_length;

	if ((tcp->flags & TCP_FIN) && !stream->fin && at < STREAM_MAX) {
		stream->fin = true;
		stream->fin_at = at;
		stream->fin_need = need;
		stream->fin_pause = take_pause(recorded, packet->frame->time);
	}
	if ((tcp->flags & TCP_RST) && !stream->rst) {
		stream->rst = true;
		stream->rst_need = need;
		stream->rst_pause = take_pause(recorded, packet->frame->time);
	}
}

/* What the numbers of a packet say of both streams, whether or not the data was recorded. */
static void note_numbers(struct stream *sender, struct stream *receiver, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;
	uint32_t said = tcp->sequence - sender->first, heard = tcp->acknowledgement - receiver->first;

	/* A RST may carry any numbers. */
	if (tcp->flags & (TCP_SYN | TCP_RST))
		return;
	if (sender->known && said < STREAM_MAX && said > sender->said)
		sender->said = said;
	if ((tcp->flags & TCP_ACK) && receiver->known && heard < STREAM_MAX && heard > receiver->said)
		receiver->said = heard;
}

static void eat_client(struct script *script, struct recorded *recorded, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;
	struct stream *stream = &recorded->client;
	uint64_t need;

	stream->seen = true;
	if (tcp->flags & TCP_SYN) {
		if (!stream->known)
			read_options(&recorded->conversation, packet);
		stream->first = tcp->sequence + 1;
		stream->known = true;
	}
	if (!stream->known) {
		recorded->midstream = true;
		return;
	}
	need = units_heard(recorded, packet);
	note_numbers(stream, &recorded->server, packet);
	keep_payload(script, recorded, stream, need, packet);
	keep_end(recorded, stream, need, packet);
}

static void eat_server(struct script *script, struct recorded *recorded, const struct packet *packet)
{
	const struct transport *tcp = &packet->transport;
	struct stream *stream = &recorded->server;

	if (tcp->flags & TCP_SYN) {
		stream->first = tcp->sequence + 1;
		stream->known = true;
		/* The client's SYN may have gone another way. */
		take_pause(recorded, packet->frame->time);
	}
	stream->seen = true;
	if (!stream->known && !(tcp->flags & TCP_RST)) {
		recorded->midstream |= !recorded->client.known;
		return;
	}
	note_numbers(stream, &recorded->client, packet);
	if (stream->known)
		keep_payload(script, recorded, stream, 0, packet);
	keep_end(recorded, stream, 0, packet);
}

/* --- UDP --- */

static bool is_again(const struct stream *stream, const struct packet *packet)
{
	const struct piece *last = stream->count > 0 ? &stream->pieces[stream->count - 1] : NULL;

	return last && packet->frame->time - stream->last_time < same_packet_time && stream->last_id == packet->ip.id &&
	       stream->last_checksum == packet->transport.checksum && last->length == packet->payload_length;
}

static void eat_datagram(struct script *script, struct recorded *recorded, bool to_server, const struct packet *packet)
{
	struct stream *stream = to_server ? &recorded->client : &recorded->server;
	struct piece piece = { .offset = stream_end(stream), .length = packet->payload_length };

	stream->seen = stream->known = true;
	if (is_again(stream, packet)) {
		script->summary.twice++;
		return;
	}
	stream->last_id = packet->ip.id;
	stream->last_checksum = packet->transport.checksum;
	stream->last_time = packet->frame->time;
	piece.need = recorded->server.count;
	piece.pause = take_pause(recorded, packet->frame->time);
	/* An empty datagram cannot be told in a stream of bytes, and few services have any use for it. */
	if (piece.length == 0 || piece.offset + piece.length > STREAM_MAX)
		return;
	if (recorded->no_room || stream_insert(script, stream, &piece, packet->payload, packet->payload_captured) < 0) {
		recorded->no_room = true;
		return;
	}
	stream->cut |= packet->payload_captured < packet->payload_length;
	if (!to_server) {
		note_answer(script, recorded, packet->frame->time);
	} else {
		recorded->asked = true;
		recorded->asked_at = packet->frame->time;
	}
}

/* --- packets --- */

/* A later fragment has no ports: whose it is stays open. */
static void count_fragment(struct script *script, const struct packet *packet)
{
	uint8_t protocol = packet->ip.protocol;

	if ((protocol == IP_PROTO_TCP || protocol == IP_PROTO_UDP) && packet->ip.fragment > 0 &&
	    (topology_is_vip(script->topology, &packet->ip.destination) ||
	     topology_is_vip(script->topology, &packet->ip.source)))
		script->summary.fragments++;
}

void script_eat(struct script *script, const struct packet *packet)
{
	struct recorded *recorded;
	struct sides sides;

	if (!(packet->layers & LAYER_IP))
		return;
	if (!(packet->layers & (LAYER_TCP | LAYER_UDP))) {
		count_fragment(script, packet);
		return;
	}
	if (!find_sides(script, packet, &sides)) {
		script->summary.others++;
		return;
	}
	script->summary.packets++;
	recorded = find_recorded(script, &sides, packet);
	if (!recorded)
		return;
	if (packet->ip.more_fragments)
		(sides.to_server ? &recorded->client : &recorded->server)->fragments = true;
	if (packet->layers & LAYER_UDP)
		eat_datagram(script, recorded, sides.to_server, packet);
	else if (sides.to_server)
		eat_client(script, recorded, packet);
	else
		eat_server(script, recorded, packet);
}

void script_summary(const struct script *script, struct script_summary *summary)
{
	*summary = script->summary;
}

struct replay_times script_times(const struct script *script, uint32_t service)
{
	return latency_times(&script->latencies[service]);
}

const struct script_conversation *script_conversations(const struct script *script, uint32_t *count)
{
	*count = script->list_count;
	return script->list;
}
