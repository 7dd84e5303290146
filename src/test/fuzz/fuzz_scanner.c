// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The scanner among hostile frames: whatever it hears, it sends nothing but questions and echo requests in its own
 * name, and comes to an end.
 *
 * First byte: modulo 3 an IPv4 network, an IPv6 one that is asked through, or one that is heard. Then records: time
 * before it in 10 ms, length, and so many bytes of a frame; where the length is 0 the last frame that was sent comes
 * back, addresses exchanged, as an answer.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "probe/scanner.h"

enum { MOST_FRAMES = 200000 };

#define START_TIME INT64_C(1767225600000000000)
#define PAUSE      (10 * NANOS_PER_MILLI)

static const struct mac own_mac = { { 2, 0, 0, 0, 0, 1 } };

struct world {
	struct scanner *scanner;
	nanos now;
	uint32_t sent;
	uint8_t last[SCANNER_MAX_FRAME];
	size_t last_length;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void decode(struct packet *packet, struct frame *frame, const uint8_t *bytes, size_t length)
{
	*frame = (struct frame){
		.bytes = bytes, .captured = (uint32_t)length, .length = (uint32_t)length, .link_type = LINK_ETHERNET
	};
	packet_decode(frame, packet);
}

static bool is_own(const struct ip *ip)
{
	char text[IP_TEXT_SIZE];

	ip_format(ip, text);
	return ip_is_zero(ip) || strcmp(text, "192.0.2.1") == 0 || strcmp(text, "fd00::1") == 0 ||
	       strcmp(text, "fe80::1") == 0;
}

static void check_sent(const uint8_t *bytes, size_t length)
{
	struct packet packet;
	struct frame frame;

	decode(&packet, &frame, bytes, length);
	must(mac_equal(packet.source, own_mac) && packet.sums_wrong == 0);
	if (packet.layers & LAYER_ARP) {
		must(packet.arp.operation == ARP_REQUEST && packet.group && is_own(&packet.arp.spa));
		return;
	}
	must((packet.layers & LAYER_ICMP) && is_own(&packet.ip.source));
	must((packet.layers & LAYER_ND) ? !packet.nd.advert : packet.icmp.type == ICMP6_TYPE_ECHO);
}

static void go_on(struct world *world, nanos until)
{
	uint8_t bytes[SCANNER_MAX_FRAME];

	while (!scanner_done(world->scanner) && world->now <= until) {
		size_t length = scanner_next(world->scanner, world->now, bytes, sizeof bytes);

		if (length == 0) {
			nanos next = scanner_deadline(world->scanner);

			world->now = next > world->now ? next : world->now + 1;
			continue;
		}
		must(++world->sent < MOST_FRAMES);
		check_sent(bytes, length);
		memcpy(world->last, bytes, length);
		world->last_length = length;
	}
	if (!scanner_done(world->scanner))
		world->now = until;
}

static void hear(struct world *world, const uint8_t *bytes, size_t length)
{
	struct packet packet;
	struct frame frame;

	decode(&packet, &frame, bytes, length);
	scanner_eat(world->scanner, &packet, world->now);
}

/* From whom it was sent to, to whom sent it; an ARP request becomes a reply. */
static void hear_echo(struct world *world)
{
	uint8_t bytes[SCANNER_MAX_FRAME];
	struct packet packet;
	struct frame frame;

	if (world->last_length == 0)
		return;
	memcpy(bytes, world->last, world->last_length);
	memcpy(bytes, own_mac.b, sizeof own_mac.b);
	memcpy(bytes + 6, "\2\0\0\0\0\7", 6);
	decode(&packet, &frame, bytes, world->last_length);
	if (packet.layers & LAYER_ARP) {
		struct arp asked = packet.arp;

		packet.arp.operation = ARP_REPLY;
		packet.arp.spa = asked.tpa;
		packet.arp.tpa = asked.spa;
		packet.arp.tha = asked.sha;
		packet.arp.sha = packet.source;
	}
	packet.nd.advert = true;
	scanner_eat(world->scanner, &packet, world->now);
}

static void play(struct world *world, struct bytes records)
{
	while (records.left >= 2) {
		nanos pause = records.at[0] * PAUSE;
		size_t length = records.at[1];
		const uint8_t *frame = records.at + 2;

		go_on(world, world->now + pause);
		if (!bytes_skip(&records, 2) || !bytes_skip(&records, length))
			return;
		if (length == 0)
			hear_echo(world);
		else
			hear(world, frame, length);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const networks[] = { "192.0.2.0/26", "fd00::/122", "fd00::/64" };
	static const char *const own_texts[] = { "192.0.2.1", "fd00::1", "fe80::1" };
	struct prober_address own[3] = { 0 };
	struct scanner_options options = { .mac = own_mac, .own = own, .own_count = 3, .seed = 1 };
	struct world world = { .now = START_TIME };

	if (size == 0)
		return 0;
	for (int i = 0; i < 3; i++) {
		must(ip_parse(own_texts[i], &own[i].ip));
		own[i].prefix = i == 0 ? 24 : 64;
	}
	must(scanner_parse(networks[data[0] % 3], &options.network, &options.prefix, NULL) == 0);
	must(scanner_new(&world.scanner, &options, NULL) == 0);
	play(&world, bytes_of(data + 1, size - 1));
	go_on(&world, INT64_MAX);
	must(scanner_done(world.scanner));
	scanner_free(world.scanner);
	return 0;
}
