// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/blast.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/table.h"
#include "replay/blast_rewrite.h"

enum { MAX_FLOWS = 1 << 20, SEEN = 1 << 16, PORT_BYTES = 65536 / 8 };

/* A list of frames, one behind the other. */
struct list {
	uint8_t *bytes;
	uint32_t size, room;
	struct place {
		uint32_t offset, length, target;
	} * places;
	uint32_t count, places_room;
};

/* One end of a conversation with a service, as recorded or as sent. */
struct end {
	struct ip client, vip;
	uint16_t port, service_port;
	uint8_t protocol;
};

struct flow {
	struct end end; /* the key */
	struct ip client;
	uint16_t port;
	uint32_t number; /* from 0 */
};

struct sighting {
	uint64_t hash;
	nanos time;
};

struct blast {
	struct blast_options options;
	struct builder builder;
	struct list frames, farewell;
	struct table flows, taken, clients; /* struct flow, struct end, struct ip and its number */
	struct sighting *seen;
	uint8_t ports[PORT_BYTES];
	struct blast_summary summary;
};

struct client {
	struct ip ip; /* the key */
	uint32_t number;
};

int blast_new(struct blast **result, const struct blast_options *options, struct error *error)
{
	struct blast *blast;

	*result = NULL;
	if (options->target_count == 0)
		return error_set(error, ERROR_USAGE, NULL, "there is no real server to send to");
	if (options->client_count == 0)
		return error_set(error, ERROR_USAGE, NULL, "there is no address to send from");
	blast = calloc(1, sizeof *blast);
	if (!blast)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the frames to send");
	blast->options = *options;
	if (options->first_port == 0 || options->last_port < options->first_port) {
		blast->options.first_port = 1;
		blast->options.last_port = UINT16_MAX;
	}
	blast->seen = calloc(SEEN, sizeof *blast->seen);
	table_init(&blast->flows, sizeof(struct end), sizeof(struct flow), MAX_FLOWS, options->seed);
	table_init(&blast->taken, sizeof(struct end), sizeof(struct end), MAX_FLOWS, options->seed);
	table_init(&blast->clients, sizeof(struct ip), sizeof(struct client), MAX_FLOWS, options->seed);
	if (!blast->seen || builder_open(&blast->builder, error) < 0) {
		blast_free(blast);
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the frames to send");
	}
	*result = blast;
	return 0;
}

static void free_list(struct list *list)
{
	free(list->bytes);
	free(list->places);
}

void blast_free(struct blast *blast)
{
	if (!blast)
		return;
	builder_close(&blast->builder);
	free_list(&blast->frames);
	free_list(&blast->farewell);
	table_free(&blast->flows);
	table_free(&blast->taken);
	table_free(&blast->clients);
	free(blast->seen);
	free(blast);
}

/* Room for one more frame of up to `length` bytes. */
static uint8_t *list_reserve(struct list *list, uint32_t length)
{
	if (list->count == list->places_room) {
		uint32_t room = list->places_room ? 2 * list->places_room : 1024;
		struct place *grown = reallocarray(list->places, room, sizeof *grown);

		if (!grown)
			return NULL;
		list->places = grown;
		list->places_room = room;
	}
	if (list->room - list->size < length) {
		uint32_t room = 2 * list->room + length + 65536;
		uint8_t *grown = realloc(list->bytes, room);

		if (!grown)
			return NULL;
		list->bytes = grown;
		list->room = room;
	}
	return list->bytes + list->size;
}

static void list_add(struct list *list, uint32_t length, uint32_t target)
{
	list->places[list->count++] = (struct place){ list->size, length, target };
	list->size += length;
}

static bool is_for(const struct packet *packet, const struct topology_service *service)
{
	return ip_equal(&packet->ip.destination, &service->vip) &&
	       (service->port == 0 || service->port == packet->transport.destination_port) &&
	       (service->protocol == 0 || service->protocol == packet->ip.protocol);
}

static bool is_same_service(const struct blast_target *a, const struct blast_target *b)
{
	return ip_equal(&a->service.vip, &b->service.vip) && a->service.port == b->service.port &&
	       a->service.protocol == b->service.protocol;
}

/* The targets of the packet's service; the first service that fits counts. */
static uint32_t find_targets(const struct blast *blast, const struct packet *packet, uint32_t *first)
{
	const struct blast_options *options = &blast->options;
	uint32_t end;

	for (uint32_t i = 0; i < options->target_count; i++) {
		if (!is_for(packet, &options->targets[i].service))
			continue;
		for (end = i + 1; end < options->target_count; end++)
			if (!is_same_service(&options->targets[i], &options->targets[end]))
				break;
		*first = i;
		return end - i;
	}
	return 0;
}

/* A packet that travels on has another TTL and checksum, and nothing else; within a second it is the same one. */
static bool was_seen(struct blast *blast, const struct packet *packet, const struct rewrite_packet *found)
{
	const nanos second = 1000000000;
	uint8_t head[128];
	uint32_t size = found->length < sizeof head ? found->length : sizeof head;
	struct sighting *sighting;
	uint64_t hash;
	bool again;

	memcpy(head, found->bytes, size);
	if (packet->ip.source.family == 4) {
		head[8] = 0;
		memset(head + 10, 0, 2);
	} else {
		head[7] = 0;
	}
	/* Cards fill in the checksum on the way. */
	memset(head + found->header + (found->protocol == IP_PROTO_TCP ? 16 : 6), 0, 2);
	hash = hash_bytes(head, size, blast->options.seed);
	sighting = &blast->seen[hash % SEEN];
	again = sighting->hash == hash && packet->frame->time - sighting->time < second;
	*sighting = (struct sighting){ hash, packet->frame->time };
	return again;
}

/* Recorded clients get the addresses in turn. */
static bool choose_client(struct blast *blast, const struct ip *recorded, struct ip *chosen)
{
	const struct blast_options *options = &blast->options;
	bool made = false;
	struct client *client = table_put(&blast->clients, recorded, &made);

	if (client && made)
		client->number = blast->clients.count - 1;
	for (uint32_t i = 0; client && i < options->client_count; i++) {
		*chosen = options->clients[(client->number + i) % options->client_count];
		if (chosen->family == recorded->family)
			return true;
	}
	return false;
}

/* Its own port where that may be used, or the next one that is free. */
static bool choose_port(struct blast *blast, struct end *sent)
{
	uint16_t first = blast->options.first_port, last = blast->options.last_port;
	uint32_t count = (uint32_t)last - first + 1;
	uint32_t at = sent->port >= first && sent->port <= last ? sent->port - (uint32_t)first : sent->port % count;

	for (uint32_t tries = 0; tries < count; tries++) {
		bool made = false;

		sent->port = (uint16_t)(first + (at + tries) % count);
		if (!table_put(&blast->taken, sent, &made))
			return false;
		if (made)
			return true;
	}
	return false;
}

static struct flow *find_flow(struct blast *blast, const struct packet *packet)
{
	struct end key, sent;
	struct flow *flow;

	/* With the padding, which a table compares. */
	memset(&key, 0, sizeof key);
	key.client = packet->ip.source;
	key.vip = packet->ip.destination;
	key.port = packet->transport.source_port;
	key.service_port = packet->transport.destination_port;
	key.protocol = packet->ip.protocol;
	flow = table_find(&blast->flows, &key);
	if (flow)
		return flow;
	memcpy(&sent, &key, sizeof sent);
	if (!choose_client(blast, &key.client, &sent.client) || !choose_port(blast, &sent))
		return NULL;
	flow = table_put(&blast->flows, &key, NULL);
	if (!flow)
		return NULL;
	flow->client = sent.client;
	flow->port = sent.port;
	flow->number = blast->flows.count - 1;
	blast->ports[sent.port / 8] |= (uint8_t)(1 << sent.port % 8);
	blast->summary.flows++;
	return flow;
}

static bool has_room(const struct blast *blast, uint32_t frames, uint32_t bytes)
{
	return blast->frames.count + frames <= blast->options.max_frames &&
	       blast->frames.size + bytes <= blast->options.max_bytes;
}

static struct rewrite rewrite_for(const struct blast *blast, const struct flow *flow, uint32_t target)
{
	const struct blast_options *options = &blast->options;
	const struct blast_target *to = &options->targets[target];

	return (struct rewrite){ .client = flow->client,
				 .client_port = flow->port,
				 .target = to,
				 .mac = options->mac,
				 .own = options->own[to->real_server.family == 6],
				 .tunnel = options->tunnel };
}

static bool is_syn(const struct packet *packet)
{
	return packet->ip.protocol == IP_PROTO_TCP && (packet->transport.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* False where the frame got too long. */
static bool add_for(struct blast *blast, const struct packet *packet, const struct rewrite_packet *found,
		    const struct flow *flow, uint32_t target)
{
	enum { ETHERNET = 14 };
	const struct rewrite rewrite = rewrite_for(blast, flow, target);
	uint32_t room = found->length + REWRITE_OVERHEAD, length;
	uint8_t *into = list_reserve(&blast->frames, room);

	if (!into) {
		blast->summary.short_of_memory = true;
		return true;
	}
	length = rewrite_build(&rewrite, found, &blast->builder, into, room);
	if (length == 0 || length > blast->options.mtu + ETHERNET)
		return false;
	list_add(&blast->frames, length, target);
	if (!is_syn(packet))
		return true;
	into = list_reserve(&blast->farewell, 2 * REWRITE_OVERHEAD);
	length = into ? rewrite_build_reset(&rewrite, packet, &blast->builder, into, 2 * REWRITE_OVERHEAD) : 0;
	if (length > 0)
		list_add(&blast->farewell, length, target);
	return true;
}

static void add(struct blast *blast, const struct packet *packet, const struct rewrite_packet *found, uint32_t first,
		uint32_t count)
{
	const struct flow *flow = find_flow(blast, packet);
	bool fits = true;

	if (!flow) {
		blast->summary.unfit++;
		return;
	}
	if (blast->options.spread) {
		first += flow->number % count;
		count = 1;
	}
	if (!has_room(blast, count, count * (found->length + REWRITE_OVERHEAD))) {
		blast->summary.no_room++;
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		fits &= add_for(blast, packet, found, flow, first + i);
	if (fits)
		blast->summary.taken++;
	else
		blast->summary.too_long++;
}

void blast_eat(struct blast *blast, const struct packet *packet)
{
	struct rewrite_packet found;
	uint32_t first, count;

	if (!(packet->layers & LAYER_IP))
		return;
	if (packet->ip.fragment > 0 || packet->ip.more_fragments) {
		for (uint32_t i = 0; i < blast->options.target_count; i++)
			if (ip_equal(&packet->ip.destination, &blast->options.targets[i].service.vip)) {
				blast->summary.packets++;
				blast->summary.fragments++;
				break;
			}
		return;
	}
	if (!(packet->layers & (LAYER_TCP | LAYER_UDP)))
		return;
	count = find_targets(blast, packet, &first);
	if (count == 0)
		return;
	blast->summary.packets++;
	if (packet->payload_captured < packet->payload_length)
		blast->summary.cut++;
	else if (!rewrite_find(packet, &found))
		blast->summary.unfit++;
	else if (was_seen(blast, packet, &found))
		blast->summary.twice++;
	else
		add(blast, packet, &found, first, count);
}

struct blast_summary blast_summary(const struct blast *blast)
{
	return blast->summary;
}

static struct blast_frame frame_of(const struct list *list, uint32_t index)
{
	const struct place *place = &list->places[index];

	return (struct blast_frame){ list->bytes + place->offset, place->length, place->target };
}

uint32_t blast_count(const struct blast *blast)
{
	return blast->frames.count;
}

struct blast_frame blast_frame(const struct blast *blast, uint32_t index)
{
	return frame_of(&blast->frames, index);
}

uint32_t blast_farewell_count(const struct blast *blast)
{
	return blast->farewell.count;
}

struct blast_frame blast_farewell(const struct blast *blast, uint32_t index)
{
	return frame_of(&blast->farewell, index);
}

void blast_share(const struct blast *blast, uint64_t sent, uint64_t *shares)
{
	const struct list *list = &blast->frames;
	uint64_t rounds = list->count > 0 ? sent / list->count : 0;
	uint64_t rest = list->count > 0 ? sent % list->count : 0;

	memset(shares, 0, blast->options.target_count * sizeof *shares);
	for (uint32_t i = 0; i < list->count; i++)
		shares[list->places[i].target] += rounds + (i < rest ? 1 : 0);
}

const uint8_t *blast_ports(const struct blast *blast)
{
	return blast->ports;
}

uint64_t blast_due(uint32_t pps, nanos elapsed)
{
	const uint64_t second = 1000000000;
	uint64_t whole = elapsed > 0 ? (uint64_t)elapsed / second : 0,
		 rest = elapsed > 0 ? (uint64_t)elapsed % second : 0;

	return whole * pps + rest * pps / second;
}
