// SPDX-License-Identifier: GPL-2.0-or-later
/* The stand-in director: what it chooses, what it makes of packets, and that the kernel's copy of it does the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "test/unit/director_sample.h"
#include "topology/maglev.h"

struct fixture {
	struct director_sample sample;
	struct director_tables tables;
	uint8_t room[DIRECTOR_FRAME_HEADROOM + SAMPLE_ROOM];
	struct director_frame frame;
	struct packet packet;
	struct frame decoded;
};

static struct fixture *set_up(enum director_way way)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .frame = { .length = 0 } };
	director_sample_make(&fixture.sample);
	assert_int_equal(director_tables_make(&fixture.tables, &fixture.sample.plan, NULL), 0);
	director_sample_fill(&fixture.sample, &fixture.tables, way);
	return &fixture;
}

static void take_down(struct fixture *fixture)
{
	director_tables_free(&fixture->tables);
	director_sample_free(&fixture->sample);
}

static uint8_t *place(struct fixture *fixture)
{
	fixture->frame.bytes = fixture->room + DIRECTOR_FRAME_HEADROOM;
	return fixture->frame.bytes;
}

/* The frame in place, of `length` bytes. */
static enum director_action handle(struct fixture *fixture, size_t length)
{
	enum director_action action;

	fixture->frame.length = length;
	action = director_handle(&fixture->tables, &fixture->frame);
	fixture->decoded = (struct frame){ .bytes = fixture->frame.bytes,
					   .captured = (uint32_t)fixture->frame.length,
					   .length = (uint32_t)fixture->frame.length,
					   .link_type = LINK_ETHERNET };
	packet_decode(&fixture->decoded, &fixture->packet);
	return action;
}

static enum director_action handle_flow(struct fixture *fixture, uint32_t service, uint32_t flow)
{
	uint8_t *into = place(fixture);

	return handle(fixture, director_sample_packet(&fixture->sample, into, service, flow, 20));
}

/* --- choosing --- */

enum { MEMBERS = 7, SLOTS = 65537 };

static void make_members(struct maglev_member *members, uint32_t weight_of_first)
{
	for (uint16_t i = 0; i < MEMBERS; i++)
		members[i] = (struct maglev_member){ .name = UINT64_C(0x9e3779b97f4a7c15) * (i + 1u),
						     .weight = i == 0 ? weight_of_first : 1,
						     .value = i };
}

static uint32_t count_of(const uint16_t *slots, uint16_t value)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < SLOTS; i++)
		count += slots[i] == value;
	return count;
}

static void slots_are_shared_by_weight(void **state)
{
	static uint16_t slots[SLOTS];
	struct maglev_member members[MEMBERS];

	(void)state;
	make_members(members, 3);
	maglev_fill(slots, SLOTS, members, MEMBERS, 0xffff);
	assert_int_equal(count_of(slots, 0xffff), 0);
	assert_in_range(count_of(slots, 0), 3 * SLOTS / 9 - 3, 3 * SLOTS / 9 + 3);
	for (uint16_t i = 1; i < MEMBERS; i++)
		assert_in_range(count_of(slots, i), SLOTS / 9 - 3, SLOTS / 9 + 3);
}

static void nobody_of_weight_gets_nothing(void **state)
{
	static uint16_t slots[SLOTS];
	struct maglev_member members[MEMBERS];

	(void)state;
	make_members(members, 0);
	maglev_fill(slots, SLOTS, members, MEMBERS, 0xffff);
	assert_int_equal(count_of(slots, 0), 0);
	maglev_fill(slots, SLOTS, members, 0, 0xffff);
	assert_int_equal(count_of(slots, 0xffff), SLOTS);
}

static void a_table_does_not_depend_on_the_order(void **state)
{
	static uint16_t one[SLOTS], other[SLOTS];
	struct maglev_member members[MEMBERS], swapped[MEMBERS];

	(void)state;
	make_members(members, 2);
	for (int i = 0; i < MEMBERS; i++)
		swapped[i] = members[MEMBERS - 1 - i];
	maglev_fill(one, SLOTS, members, MEMBERS, 0xffff);
	maglev_fill(other, SLOTS, swapped, MEMBERS, 0xffff);
	assert_memory_equal(one, other, sizeof one);
}

static void few_slots_of_those_that_stay_change(void **state)
{
	static uint16_t before[SLOTS], after[SLOTS];
	struct maglev_member members[MEMBERS];
	uint32_t moved = 0;

	(void)state;
	make_members(members, 1);
	maglev_fill(before, SLOTS, members, MEMBERS, 0xffff);
	make_members(members, 0);
	maglev_fill(after, SLOTS, members, MEMBERS, 0xffff);
	for (uint32_t i = 0; i < SLOTS; i++)
		moved += before[i] != 0 && before[i] != after[i];
	/* Naive hashing would move six of seven. */
	assert_true(moved < SLOTS / 20);
}

/* --- what can be forwarded --- */

static int plan(const char *text, struct director_plan *made, struct topology *topology)
{
	*topology = (struct topology)TOPOLOGY_INIT;
	assert_int_equal(topology_read_own(topology, "test", text, strlen(text), NULL), 0);
	return director_plan_make(made, topology, NULL);
}

static void what_a_director_cannot_do_is_refused(void **state)
{
	static const char *const refused[] = {
		"vip 192.0.2.100:80/tcp\n",
		"real-server 192.0.2.10\n",
		"vip 192.0.2.100:80/tcp method nat\nreal-server 192.0.2.10\n",
		"vip 192.0.2.100:80/tcp method dr\nreal-server 2001:db8::10\n",
		"vip fwmark 7 method dr\nreal-server 192.0.2.10\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct director_plan made = DIRECTOR_PLAN_INIT;
		struct topology topology;

		assert_int_equal(plan(refused[i], &made, &topology), ERROR_USAGE);
		director_plan_free(&made);
		topology_free(&topology);
	}
}

static void weights_of_ipvs_shape_the_table(void **state)
{
	static const char rules[] = "-A -t 192.0.2.100:80 -s rr\n"
				    "-a -t 192.0.2.100:80 -r 192.0.2.10:80 -g -w 3\n"
				    "-a -t 192.0.2.100:80 -r 192.0.2.11:80 -g -w 1\n"
				    "-a -t 192.0.2.100:80 -r 192.0.2.12:80 -g -w 0\n";
	struct topology topology = TOPOLOGY_INIT;
	struct director_plan made = DIRECTOR_PLAN_INIT;
	struct director_tables tables;

	(void)state;
	assert_int_equal(topology_read_ipvsadm(&topology, "test", rules, sizeof rules - 1, NULL), 0);
	assert_int_equal(director_plan_make(&made, &topology, NULL), 0);
	assert_int_equal(made.backend_count, 3);
	assert_int_equal(director_tables_make(&tables, &made, NULL), 0);
	assert_int_equal(director_tables_fill(&tables, &made, NULL), 0);
	for (uint32_t i = 0; i < 3; i++)
		director_tables_set_alive(&tables, &made, i, true);
	assert_in_range(count_of(tables.pools[0].slots, 0), SLOTS * 3 / 4 - 3, SLOTS * 3 / 4 + 3);
	assert_int_equal(count_of(tables.pools[0].slots, 2), 0);
	director_tables_free(&tables);
	director_plan_free(&made);
	topology_free(&topology);
}

static void many_services_find_their_places(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct director_plan made = DIRECTOR_PLAN_INIT;
	struct director_tables tables;
	struct ip server;

	(void)state;
	assert_true(ip_parse("192.0.2.10", &server));
	assert_true(topology_add_real_server(&topology, &server, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
	for (uint32_t i = 0; i < DIRECTOR_MAX_SERVICES; i++) {
		struct topology_service service = { .vip = ip_from_v4(0xc0000264),
						    .port = (uint16_t)(i + 1),
						    .protocol = IP_PROTO_TCP,
						    .method = METHOD_DR };

		service.vip.b[2] = (uint8_t)(i / 2);
		assert_true(topology_add_service(&topology, &service, NULL) >= 0);
	}
	assert_int_equal(director_plan_make(&made, &topology, NULL), 0);
	assert_int_equal(director_tables_make(&tables, &made, NULL), 0);
	assert_int_equal(director_tables_fill(&tables, &made, NULL), 0);
	director_tables_free(&tables);
	director_plan_free(&made);
	topology_free(&topology);
}

enum { FLOWS = 5000 };

static void flows_stay_when_others_go_and_come(void **state)
{
	static uint32_t chosen[FLOWS], moved[FLOWS];
	struct fixture *fixture = set_up(DIRECTOR_IPIP);
	uint32_t gone = 0;

	(void)state;
	for (uint32_t i = 0; i < FLOWS; i++) {
		assert_int_equal(handle_flow(fixture, SAMPLE_WEB, i), DIRECTOR_FORWARD);
		chosen[i] = fixture->frame.backend;
	}
	director_tables_set_alive(&fixture->tables, &fixture->sample.plan, 2, false);
	for (uint32_t i = 0; i < FLOWS; i++) {
		assert_int_equal(handle_flow(fixture, SAMPLE_WEB, i), DIRECTOR_FORWARD);
		moved[i] = fixture->frame.backend;
		gone += chosen[i] == 2;
		if (chosen[i] != 2)
			assert_int_equal(moved[i], chosen[i]);
		else
			assert_int_not_equal(moved[i], 2);
	}
	assert_true(gone > FLOWS / 10);
	/* It comes back: what went elsewhere meanwhile stays there, too. */
	director_tables_set_alive(&fixture->tables, &fixture->sample.plan, 2, true);
	for (uint32_t i = 0; i < FLOWS; i++) {
		handle_flow(fixture, SAMPLE_WEB, i);
		assert_int_equal(fixture->frame.backend, moved[i]);
	}
	take_down(fixture);
}

static void without_anybody_alive_nothing_is_sent(void **state)
{
	struct fixture *fixture = set_up(DIRECTOR_IPIP);

	(void)state;
	for (uint32_t i = 0; i < SAMPLE_SERVERS; i++)
		director_tables_set_alive(&fixture->tables, &fixture->sample.plan, i, false);
	assert_int_equal(handle_flow(fixture, SAMPLE_WEB, 1), DIRECTOR_LEAVE);
	assert_int_equal(director_tables_others(&fixture->tables).no_backend, 1);
	take_down(fixture);
}

/* --- what is sent --- */

static void direct_routing_changes_macs_and_ttl_alone(void **state)
{
	struct fixture *fixture = set_up(DIRECTOR_IPIP);
	uint8_t before[SAMPLE_ROOM];
	size_t length;

	(void)state;
	length = director_sample_packet(&fixture->sample, place(fixture), SAMPLE_WEB, 3, 100);
	memcpy(before, fixture->frame.bytes, length);
	assert_int_equal(handle(fixture, length), DIRECTOR_FORWARD);
	assert_int_equal(fixture->frame.length, length);
	assert_true(mac_equal(fixture->packet.destination, director_sample_server(fixture->frame.backend)));
	assert_true(mac_equal(fixture->packet.source, director_sample_mac()));
	assert_int_equal(fixture->packet.ip.ttl, 63);
	assert_int_equal(fixture->packet.sums_wrong, 0);
	/* All but MACs, TTL and the header's sum. */
	assert_memory_equal(fixture->frame.bytes + 12, before + 12, 22 - 12);
	assert_memory_equal(fixture->frame.bytes + 26, before + 26, length - 26);
	take_down(fixture);
}

static void tunnels_hold_the_packet(void **state)
{
	static const enum packet_tunnel kinds[] = {
		[DIRECTOR_IPIP] = TUNNEL_IPIP, [DIRECTOR_GRE] = TUNNEL_GRE, [DIRECTOR_GUE] = TUNNEL_GUE
	};

	(void)state;
	for (enum director_way way = DIRECTOR_IPIP; way <= DIRECTOR_GUE; way++) {
		struct fixture *fixture = set_up(way);

		/* Both families of VIPs, to real servers of both. */
		for (uint32_t flow = 0; flow < 200; flow++) {
			uint32_t service = flow % 2 ? SAMPLE_DNS : SAMPLE_ALL;
			const struct packet *packet = &fixture->packet;
			struct ip vip = director_sample_vip(service);

			assert_int_equal(handle_flow(fixture, service, flow), DIRECTOR_FORWARD);
			assert_true(packet->layers & LAYER_TUNNEL);
			assert_int_equal(packet->tunnel, kinds[way]);
			assert_int_equal(packet->sums_wrong, 0);
			assert_true(ip_equal(&packet->ip.destination, &vip));
			assert_int_equal(packet->ip.ttl, 63);
			assert_int_equal(packet->outer.ttl, 63);
			assert_true(topology_find_real_server(&fixture->sample.topology, &packet->outer.destination));
			assert_true(packet->layers & (LAYER_TCP | LAYER_UDP));
			assert_int_equal(packet->outer.total_length + 14, fixture->frame.length);
		}
		take_down(fixture);
	}
}

static void what_is_too_big_for_a_tunnel_is_told(void **state)
{
	struct fixture *fixture = set_up(DIRECTOR_IPIP);
	const struct packet *packet = &fixture->packet;

	(void)state;
	for (uint32_t flow = 0; flow < 40; flow++) {
		uint32_t service = flow % 2 ? SAMPLE_DNS : SAMPLE_ALL;
		size_t length = director_sample_packet(&fixture->sample, place(fixture), service, flow, 1450);
		struct ip vip = director_sample_vip(service);

		assert_int_equal(handle(fixture, length), DIRECTOR_FORWARD);
		assert_false(fixture->frame.to_backend);
		assert_true(packet->layers & LAYER_QUOTED);
		assert_int_equal(packet->icmp.type, service == SAMPLE_DNS ? ICMP6_TYPE_TOO_BIG : ICMP_TYPE_UNREACHABLE);
		assert_true(packet->icmp.mtu == 1480 || packet->icmp.mtu == 1460);
		assert_int_equal(packet->sums_wrong, 0);
		assert_int_not_equal(packet->sums_checked & SUM_UPPER, 0);
		assert_true(ip_equal(&packet->ip.source, &vip));
		assert_true(ip_equal(&packet->quoted.ip.destination, &vip));
		assert_true(mac_equal(packet->source, director_sample_mac()));
	}
	assert_int_equal(director_tables_others(&fixture->tables).answered, 40);
	take_down(fixture);
}

static void fragments_follow_the_first(void **state)
{
	struct fixture *fixture = set_up(DIRECTOR_IPIP);

	(void)state;
	for (uint32_t flow = 0; flow < 100; flow++) {
		size_t length = director_sample_packet(&fixture->sample, place(fixture), SAMPLE_WEB, flow, 80);
		uint32_t backend;

		/* A later one, before the first: offset 8 bytes. */
		fixture->frame.bytes[20] = 0;
		fixture->frame.bytes[21] = 1;
		assert_int_equal(handle(fixture, length), DIRECTOR_LEAVE);
		assert_int_equal(director_tables_others(&fixture->tables).orphans, flow + 1);
		length = director_sample_packet(&fixture->sample, place(fixture), SAMPLE_WEB, flow, 80);
		fixture->frame.bytes[20] = 0x20;
		assert_int_equal(handle(fixture, length), DIRECTOR_FORWARD);
		backend = fixture->frame.backend;
		length = director_sample_packet(&fixture->sample, place(fixture), SAMPLE_WEB, flow, 80);
		fixture->frame.bytes[20] = 0;
		fixture->frame.bytes[21] = 1;
		/* What stands where ports would be does not matter. */
		memset(fixture->frame.bytes + 34, 0xee, 8);
		assert_int_equal(handle(fixture, length), DIRECTOR_FORWARD);
		assert_int_equal(fixture->frame.backend, backend);
	}
	take_down(fixture);
}

static void other_frames_are_left_alone(void **state)
{
	struct fixture *fixture = set_up(DIRECTOR_IPIP);
	size_t length;

	(void)state;
	/* To another MAC. */
	length = director_sample_packet(&fixture->sample, place(fixture), SAMPLE_WEB, 1, 10);
	fixture->frame.bytes[5] ^= 1;
	assert_int_equal(handle(fixture, length), DIRECTOR_LEAVE);
	/* To another address. */
	length = director_sample_packet(&fixture->sample, place(fixture), SAMPLE_WEB, 1, 10);
	fixture->frame.bytes[33] ^= 1;
	assert_int_equal(handle(fixture, length), DIRECTOR_LEAVE);
	assert_int_equal(director_tables_others(&fixture->tables).no_service, 0);
	/* To another port of the VIP. */
	length = director_sample_packet(&fixture->sample, place(fixture), SAMPLE_WEB, 1, 10);
	fixture->frame.bytes[37] ^= 1;
	assert_int_equal(handle(fixture, length), DIRECTOR_LEAVE);
	assert_int_equal(director_tables_others(&fixture->tables).no_service, 1);
	/* With its last hop behind it. */
	length = director_sample_packet(&fixture->sample, place(fixture), SAMPLE_WEB, 1, 10);
	fixture->frame.bytes[22] = 1;
	assert_int_equal(handle(fixture, length), DIRECTOR_LEAVE);
	assert_int_equal(director_tables_others(&fixture->tables).expired, 1);
	take_down(fixture);
}

/* The pseudo header's sum is what is left of the whole sum without the segment's; here it is computed the slow way. */
static uint16_t pseudo_sum(const uint8_t *ip, bool six, size_t length, uint8_t protocol)
{
	uint32_t sum = (uint32_t)length + protocol;

	for (size_t i = six ? 8 : 12; i < (six ? 40 : 20); i += 2)
		sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void sums_are_completed_where_only_their_beginning_is_there(void **state)
{
	struct fixture *fixture = set_up(DIRECTOR_IPIP);

	(void)state;
	for (uint32_t flow = 0; flow < 200; flow++) {
		uint32_t service = flow % 2 ? SAMPLE_DNS : SAMPLE_WEB;
		size_t length = director_sample_packet(&fixture->sample, place(fixture), service, flow, 33 + flow);
		bool six = service == SAMPLE_DNS;
		size_t header = six ? 54 : 34, at = header + (six ? 6 : 16);
		uint8_t before[2], *bytes = fixture->frame.bytes;
		uint16_t pseudo = pseudo_sum(bytes + 14, six, length - header, six ? 17 : 6);

		fixture->frame.length = length;
		memcpy(before, bytes + at, 2);
		director_complete_sum(&fixture->tables, &fixture->frame);
		assert_memory_equal(bytes + at, before, 2);
		bytes[at] = (uint8_t)(pseudo >> 8);
		bytes[at + 1] = (uint8_t)pseudo;
		director_complete_sum(&fixture->tables, &fixture->frame);
		assert_memory_equal(bytes + at, before, 2);
	}
	take_down(fixture);
}

static void random_frames_do_no_harm(void **state)
{
	struct fixture *fixture = set_up(DIRECTOR_GUE);
	uint64_t random = 7;
	uint32_t sent = 0;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		size_t length = director_sample_random(&fixture->sample, place(fixture), &random);

		fixture->frame.length = length;
		director_complete_sum(&fixture->tables, &fixture->frame);
		sent += handle(fixture, length) == DIRECTOR_FORWARD;
		assert_true(fixture->frame.bytes >= fixture->room);
		assert_true(fixture->frame.bytes + fixture->frame.length <= fixture->room + sizeof fixture->room);
	}
	assert_true(sent > 10000);
	take_down(fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_are_shared_by_weight),
		cmocka_unit_test(nobody_of_weight_gets_nothing),
		cmocka_unit_test(a_table_does_not_depend_on_the_order),
		cmocka_unit_test(few_slots_of_those_that_stay_change),
		cmocka_unit_test(what_a_director_cannot_do_is_refused),
		cmocka_unit_test(weights_of_ipvs_shape_the_table),
		cmocka_unit_test(many_services_find_their_places),
		cmocka_unit_test(flows_stay_when_others_go_and_come),
		cmocka_unit_test(without_anybody_alive_nothing_is_sent),
		cmocka_unit_test(direct_routing_changes_macs_and_ttl_alone),
		cmocka_unit_test(tunnels_hold_the_packet),
		cmocka_unit_test(what_is_too_big_for_a_tunnel_is_told),
		cmocka_unit_test(fragments_follow_the_first),
		cmocka_unit_test(other_frames_are_left_alone),
		cmocka_unit_test(sums_are_completed_where_only_their_beginning_is_there),
		cmocka_unit_test(random_frames_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
