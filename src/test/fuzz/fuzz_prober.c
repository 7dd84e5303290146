// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The prober among hostile answers: whatever it hears, it sends nothing but questions and packets in its own name, no
 * faster than its pace, and comes to an end.
 *
 * First byte: bits 0-1 the method, bit 2 IPv6, bit 3 the VIP is its own, bit 4 it has no address. Then records:
 *
 *   kind    1 byte: modulo 4 a frame as it is, an answer to a question, to a packet, or an ICMP error for it
 *   pause   1 byte: time before it, in 10 ms; the prober goes on meanwhile
 *   which   1 byte: which of the last frames that were sent is answered
 *   length  1 byte, and so many bytes: the frame, or what varies in the answer (see vary)
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "probe/prober.h"
#include "wire/build.h"

enum { KEPT = 16, ROOM = 512, ETHERNET = 14, MOST_FRAMES = 20000 };

#define START_TIME INT64_C(1767225600000000000)
#define PAUSE      (10 * NANOS_PER_MILLI)

static const struct mac own_mac = { { 2, 0, 0, 0, 0, 1 } };

struct sent {
	uint8_t bytes[PROBER_MAX_FRAME];
	size_t length;
};

struct world {
	struct prober *prober;
	struct builder builder;
	struct prober_address own[3];
	uint32_t own_count;
	struct ip vip;
	struct topology topology;
	nanos now, last_sent;
	struct sent kept[KEPT];
	uint32_t sent;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct ip ip_of(const char *text)
{
	struct ip ip;

	must(ip_parse(text, &ip));
	return ip;
}

/* --- what is sent --- */

static bool is_own(const struct world *world, const struct ip *ip)
{
	for (uint32_t i = 0; i < world->own_count; i++)
		if (ip_equal(&world->own[i].ip, ip))
			return !ip_equal(ip, &world->vip);
	return false;
}

static void check_sent(struct world *world, const struct packet *packet)
{
	must(mac_equal(packet->source, own_mac));
	must(world->sent == 0 || world->now - world->last_sent >= NANOS_PER_SECOND / prober_pace(world->prober));
	world->last_sent = world->now;
	if (packet->layers & LAYER_ARP) {
		must(packet->arp.operation == ARP_REQUEST && mac_equal(packet->arp.sha, own_mac));
		must(ip_is_zero(&packet->arp.spa) || is_own(world, &packet->arp.spa));
		must(!ip_equal(&packet->arp.spa, &packet->arp.tpa));
		return;
	}
	must(packet->layers & LAYER_IP);
	must(!(packet->layers & LAYER_ND) || !packet->nd.advert);
	must(is_own(world, &packet->ip.source) || ((packet->layers & LAYER_ND) && ip_is_zero(&packet->ip.source)));
}

static void send_all(struct world *world)
{
	struct sent *sent = &world->kept[world->sent % KEPT];
	struct frame frame = { .bytes = sent->bytes, .link_type = LINK_ETHERNET };
	struct packet packet;

	while ((sent->length = prober_next(world->prober, world->now, sent->bytes, sizeof sent->bytes)) > 0) {
		frame.captured = frame.length = (uint32_t)sent->length;
		packet_decode(&frame, &packet);
		check_sent(world, &packet);
		must(++world->sent < MOST_FRAMES);
		sent = &world->kept[world->sent % KEPT];
		frame.bytes = sent->bytes;
	}
}

static void advance(struct world *world, nanos until)
{
	send_all(world);
	while (prober_deadline(world->prober) <= until) {
		must(!prober_done(world->prober));
		if (prober_deadline(world->prober) > world->now)
			world->now = prober_deadline(world->prober);
		send_all(world);
	}
	world->now = until;
}

/* --- what comes back --- */

static void hear(struct world *world, const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);
	struct frame frame = { .bytes = copy,
			       .captured = (uint32_t)length,
			       .length = (uint32_t)length,
			       .time = world->now,
			       .link_type = LINK_ETHERNET };
	struct packet packet;

	must(copy != NULL);
	if (length)
		memcpy(copy, bytes, length);
	packet_decode(&frame, &packet);
	prober_eat(world->prober, &packet, world->now);
	free(copy);
}

/* The next byte of the record, 0 behind its end. */
static uint8_t vary(struct bytes *bytes)
{
	uint8_t value = 0;

	bytes_get_u8(bytes, &value);
	return value;
}

static void end_answer(struct world *world, struct mac from)
{
	struct build_link link = { .destination = own_mac, .source = from };
	int length;

	build_ethernet(&world->builder, &link);
	length = build_end(&world->builder, NULL);
	if (length > 0)
		hear(world, world->builder.bytes, (size_t)length);
}

static void answer_question(struct world *world, const struct packet *asked, struct bytes *bytes)
{
	struct mac from = { { 2, 0, 0, 0, 1, vary(bytes) } };
	struct ip_header ip = { .source = asked->nd.target, .destination = asked->ip.source, .ttl = 255 };
	struct nd nd = { .advert = true, .target = asked->nd.target, .has_lladdr = true, .lladdr = from };

	if (asked->layers & LAYER_ARP) {
		build_arp_reply(&world->builder, from, asked->arp.tpa, own_mac, asked->arp.spa);
	} else if (asked->layers & LAYER_ND) {
		nd.flags = vary(bytes) & (ND_SOLICITED | ND_OVERRIDE);
		build_nd(&world->builder, &ip, &nd);
	} else {
		return;
	}
	end_answer(world, from);
}

static void answer_packet(struct world *world, const struct packet *asked, struct bytes *bytes)
{
	struct mac from = asked->destination;
	struct ip_header ip = { .source = asked->ip.destination, .destination = asked->ip.source, .ttl = vary(bytes) };
	struct transport transport = { .source_port = asked->transport.destination_port,
				       .destination_port = asked->transport.source_port,
				       .flags = vary(bytes),
				       .acknowledgement = asked->transport.sequence + 1 };
	struct icmp icmp = { .id = asked->icmp.id, .sequence = asked->icmp.sequence };

	from.b[5] ^= vary(bytes);
	ip.source.b[3] ^= vary(bytes);
	icmp.type = ip.source.family == 4 ? ICMP_TYPE_ECHO_REPLY : ICMP6_TYPE_ECHO_REPLY;
	if (asked->layers & LAYER_TCP)
		build_tcp(&world->builder, &ip, &transport, 0);
	else if (asked->layers & LAYER_UDP)
		build_udp(&world->builder, &ip, &transport);
	else if ((asked->layers & LAYER_ICMP) && !(asked->layers & LAYER_ND))
		build_icmp(&world->builder, &ip, &icmp);
	else
		return;
	end_answer(world, from);
}

static void answer_error(struct world *world, const struct sent *sent, const struct packet *asked, struct bytes *bytes)
{
	struct mac from = asked->destination;
	struct icmp icmp = { .type = vary(bytes), .code = vary(bytes) };
	struct ip_header ip = { .destination = asked->ip.source, .ttl = 64 };

	if (!(asked->layers & LAYER_IP) || (asked->layers & LAYER_ND))
		return;
	from.b[5] ^= vary(bytes);
	ip.source = asked->ip.destination;
	ip.source.b[3] ^= vary(bytes);
	build_payload(&world->builder, sent->bytes + ETHERNET, sent->length - ETHERNET);
	build_icmp(&world->builder, &ip, &icmp);
	end_answer(world, from);
}

static void answer(struct world *world, uint8_t kind, uint8_t which, struct bytes bytes)
{
	uint8_t buffer[ROOM];
	const struct sent *sent = &world->kept[(world->sent + KEPT - 1 - which % KEPT) % KEPT];
	struct frame frame = { .bytes = sent->bytes, .link_type = LINK_ETHERNET };
	struct packet packet;

	if (which % KEPT >= world->sent || sent->length == 0)
		return;
	frame.captured = frame.length = (uint32_t)sent->length;
	packet_decode(&frame, &packet);
	build_begin(&world->builder, buffer, sizeof buffer);
	if (kind == 1)
		answer_question(world, &packet, &bytes);
	else if (kind == 2)
		answer_packet(world, &packet, &bytes);
	else
		answer_error(world, sent, &packet, &bytes);
}

static bool take_record(struct world *world, struct bytes *bytes)
{
	uint8_t kind, pause, which, length;
	struct bytes record;

	if (!bytes_get_u8(bytes, &kind) || !bytes_get_u8(bytes, &pause) || !bytes_get_u8(bytes, &which) ||
	    !bytes_get_u8(bytes, &length))
		return false;
	record = *bytes;
	bytes_limit(&record, length);
	bytes_skip(bytes, record.left);
	advance(world, world->now + pause * PAUSE);
	if (kind % 4 == 0)
		hear(world, record.at, record.left);
	else
		answer(world, kind % 4, which, record);
	return true;
}

/* --- the set-up --- */

static void configure(struct world *world, uint8_t options)
{
	static const char *const servers[2][2] = { { "192.0.2.13", "192.0.2.14" }, { "2001:db8::13", "2001:db8::14" } };
	bool v6 = options & 4;
	enum method method = (enum method)(options & 3);

	must(topology_parse_vip(&world->topology, "--vip", v6 ? "[2001:db8::1]:80" : "192.0.2.1:80", method, NULL) >=
	     0);
	must(topology_parse_vip(&world->topology, "--vip", v6 ? "[2001:db8::1]:53/udp" : "192.0.2.1:53/udp", method,
				NULL) >= 0);
	for (int i = 0; i < 2; i++) {
		struct ip ip = ip_of(servers[v6][i]);

		must(topology_add_real_server(&world->topology, &ip, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
	}
	world->vip = ip_of(v6 ? "2001:db8::1" : "192.0.2.1");
	if (options & 16)
		return;
	world->own[world->own_count++] = (struct prober_address){ ip_of("192.0.2.9"), 24 };
	world->own[world->own_count++] = (struct prober_address){ ip_of("2001:db8::9"), 64 };
	if (options & 8)
		world->own[world->own_count++] = (struct prober_address){ world->vip, v6 ? 128 : 32 };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes;
	struct world world = { .now = START_TIME, .topology = TOPOLOGY_INIT };
	struct prober_options options = { .mac = own_mac, .own = world.own, .topology = &world.topology, .seed = 1 };

	if (size == 0)
		return 0;
	bytes = bytes_of(data + 1, size - 1);
	configure(&world, data[0]);
	options.own_count = world.own_count;
	must(builder_open(&world.builder, NULL) == 0);
	must(prober_new(&world.prober, &options, NULL) == 0);
	while (take_record(&world, &bytes))
		continue;
	while (!prober_done(world.prober))
		advance(&world, prober_deadline(world.prober) > world.now ? prober_deadline(world.prober) : world.now);
	must(prober_next(world.prober, world.now + NANOS_PER_SECOND, world.kept[0].bytes, PROBER_MAX_FRAME) == 0);
	prober_free(world.prober);
	builder_close(&world.builder);
	topology_free(&world.topology);
	return 0;
}
