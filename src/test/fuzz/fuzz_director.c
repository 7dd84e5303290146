// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever comes to the stand-in director, it stays inside of its memory; what it sends on goes to a real server that
 * it knows, holds the packet that came, and has sound checksums of its own. The first byte chooses the kind of tunnel
 * and who is alive; frames follow, each behind two bytes of length, and their first 6 bytes are replaced by the
 * director's MAC.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "topology/director_setup.h"
#include "wire/director_user.h"
#include "wire/packet.h"

enum { LARGEST = 2048, MTU = 1500, CHOICES = 12 };

static const uint8_t own[6] = { 2, 0, 0, 0, 0, 0xd1 };

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void make_topology(struct topology *topology)
{
	static const char *const servers[] = { "192.0.2.10", "2001:db8::10", "192.0.2.11", "2001:db8::11" };

	check(topology_parse_vip(topology, "--vip", "192.0.2.100:80", METHOD_DR, NULL) >= 0);
	check(topology_parse_vip(topology, "--vip", "[2001:db8::100]:53/udp", METHOD_TUN, NULL) >= 0);
	check(topology_parse_vip(topology, "--vip", "192.0.2.200", METHOD_TUN, NULL) >= 0);
	for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
		struct ip ip;

		check(ip_parse(servers[i], &ip));
		check(topology_add_real_server(topology, &ip, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
	}
}

static void fill(struct director_tables *tables, struct director_plan *plan, uint8_t choice)
{
	check(director_tables_fill(tables, plan, NULL) == 0);
	memcpy(tables->setup->mac, own, sizeof own);
	tables->setup->mtu = MTU;
	for (uint32_t i = 0; i < plan->backend_count; i++) {
		struct director_backend *backend = &tables->backends[i];
		const struct ip *ip = &plan->topology->real_servers[plan->backends[i].real_server].ip;

		backend->destination[5] = (uint8_t)(i + 1);
		memcpy(backend->source, own, sizeof own);
		backend->way = plan->backends[i].method == METHOD_DR ? DIRECTOR_DIRECT : 1 + choice % 3;
		backend->outer_family = ip->family;
		backend->mtu = MTU;
		memcpy(backend->outer_destination, ip->b, sizeof backend->outer_destination);
		director_tables_set_alive(tables, plan, i, choice / 3 == 0 || i % 4 != choice / 3 - 1u);
	}
}

/* Once for each choice: filling the tables takes longest. */
static void make(struct director_tables *tables, uint8_t choice)
{
	static struct topology topology = TOPOLOGY_INIT;
	static struct director_plan plan;

	if (!topology.service_count) {
		make_topology(&topology);
		check(director_plan_make(&plan, &topology, NULL) == 0);
	}
	check(director_tables_make(tables, &plan, NULL) == 0);
	fill(tables, &plan, choice);
}

static void check_sent(const struct director_tables *tables, const struct director_frame *sent, const uint8_t *room)
{
	struct frame frame = { .bytes = sent->bytes, .link_type = LINK_ETHERNET };
	struct packet packet;

	check(sent->bytes >= room && sent->bytes + sent->length <= room + DIRECTOR_FRAME_HEADROOM + LARGEST);
	check(sent->backend < tables->backend_total);
	check(memcmp(sent->bytes + 6, own, sizeof own) == 0);
	check(!sent->to_backend || (tables->backends[sent->backend].alive && sent->bytes[5] == sent->backend + 1));
	frame.captured = frame.length = (uint32_t)sent->length;
	packet_decode(&frame, &packet);
	if (sent->grown > 0)
		check(packet.layers & LAYER_IP);
	if (sent->grown > 0 && !sent->to_backend)
		check(packet.sums_wrong == 0 && packet.sums_checked != 0);
}

static void handle(struct director_tables *tables, const uint8_t *bytes, size_t length)
{
	/* Not a static one: what lies behind it is watched. */
	uint8_t *room = malloc(DIRECTOR_FRAME_HEADROOM + LARGEST);
	struct director_frame frame = { .length = length };

	check(room);
	frame.bytes = room + DIRECTOR_FRAME_HEADROOM;
	memcpy(frame.bytes, bytes, length);
	memcpy(frame.bytes, own, length < sizeof own ? length : sizeof own);
	director_complete_sum(tables, &frame);
	if (director_handle(tables, &frame) == DIRECTOR_FORWARD)
		check_sent(tables, &frame, room);
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct director_tables all[CHOICES];
	struct director_tables *tables;

	if (size < 1)
		return 0;
	tables = &all[data[0] % CHOICES];
	if (!tables->setup)
		make(tables, data[0] % CHOICES);
	memset(tables->flows, 0, DIRECTOR_FLOW_SETS * sizeof *tables->flows);
	for (size_t at = 1; at + 2 <= size;) {
		size_t length = (size_t)(data[at] << 8 | data[at + 1]) % LARGEST;

		at += 2;
		if (length > size - at)
			length = size - at;
		handle(tables, data + at, length);
		at += length;
	}
	return 0;
}
