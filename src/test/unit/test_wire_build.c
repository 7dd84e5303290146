// SPDX-License-Identifier: GPL-2.0-or-later
/* ARP, Ethernet and tags, as built; and what the builder says when it cannot. */
#include "test/unit/built.h"

static void arp_questions_and_answers(void **state)
{
	struct built *built = *state;
	const struct packet *packet;

	build_arp_request(begin(built), mac_a, ip_of("0.0.0.0"), ip_of("10.0.0.9"));
	packet = finish(built, &untagged, LAYER_ARP);
	assert_int_equal(packet->arp.operation, ARP_REQUEST);
	assert_int_equal(packet->arp.wrong, 0);
	assert_true(ip_is_zero(&packet->arp.spa));
	assert_true(mac_is_zero(packet->arp.tha));
	assert_true(mac_equal(packet->arp.sha, mac_a));
	assert_true(ip_equal(&packet->arp.tpa, &(struct ip){ 4, { 10, 0, 0, 9 } }));

	build_arp_reply(begin(built), mac_a, ip_of("10.0.0.1"), mac_b, ip_of("10.0.0.2"));
	packet = finish(built, &untagged, LAYER_ARP);
	assert_int_equal(packet->arp.operation, ARP_REPLY);
	assert_true(mac_equal(packet->arp.tha, mac_b));
	assert_true(mac_equal(packet->source, mac_a));
	assert_true(mac_equal(packet->destination, mac_b));
}

static void announcements_name_the_address_twice(void **state)
{
	struct built *built = *state;
	const struct packet *packet;

	build_arp_announcement(begin(built), ARP_REQUEST, mac_a, ip_of("10.0.0.9"));
	packet = finish(built, &untagged, LAYER_ARP);
	assert_true(ip_equal(&packet->arp.spa, &packet->arp.tpa));
	assert_true(mac_is_zero(packet->arp.tha));

	build_arp_announcement(begin(built), ARP_REPLY, mac_a, ip_of("10.0.0.9"));
	packet = finish(built, &untagged, LAYER_ARP);
	assert_int_equal(packet->arp.operation, ARP_REPLY);
	assert_true(mac_is_broadcast(packet->arp.tha));
}

static void tags_stack_outermost_first(void **state)
{
	struct built *built = *state;
	struct build_link link = untagged;
	const struct packet *packet;

	link.vlans[0] = 100;
	link.vlans[1] = 4094;
	link.vlan_count = 2;
	link.provider = true;
	build_arp_request(begin(built), mac_a, ip_of("10.0.0.1"), ip_of("10.0.0.2"));
	packet = finish(built, &link, LAYER_ARP);
	assert_int_equal(packet->vlan_count, 2);
	assert_int_equal(packet->vlans[0], 100);
	assert_int_equal(packet->vlans[1], 4094);
	assert_memory_equal(built->bytes + 12, "\x88\xa8\x00\x64\x81\x00", 6);
}

static void short_frames_are_padded_with_zeros(void **state)
{
	struct built *built = *state;
	struct error error = ERROR_INIT;

	memset(built->bytes, 0xee, sizeof built->bytes);
	build_arp_request(begin(built), mac_a, ip_of("10.0.0.1"), ip_of("10.0.0.2"));
	build_ethernet(&built->builder, &untagged);
	build_pad(&built->builder);
	assert_int_equal(build_end(&built->builder, &error), BUILD_MIN_FRAME);
	for (size_t i = 42; i < BUILD_MIN_FRAME; i++)
		assert_int_equal(built->bytes[i], 0);
	assert_int_equal(built->bytes[BUILD_MIN_FRAME], 0xee);
}

static void what_cannot_be_built_is_said(void **state)
{
	struct built *built = *state;
	struct error error = ERROR_INIT;
	struct transport udp = { .source_port = 1 };
	struct ip_header mixed = built->v4;

	mixed.destination = built->v6.destination;
	build_udp(begin(built), &mixed, &udp);
	assert_int_equal(build_end(&built->builder, &error), ERROR_USAGE);
	assert_non_null(strstr(error.message, "families"));

	for (size_t room = 0; room < 42; room++) {
		build_begin(&built->builder, built->bytes, room);
		build_arp_request(&built->builder, mac_a, ip_of("10.0.0.1"), ip_of("10.0.0.2"));
		build_ethernet(&built->builder, &untagged);
		assert_int_equal(build_end(&built->builder, &error), ERROR_USAGE);
		assert_non_null(strstr(error.message, "too small"));
	}
	/* And the builder serves again afterwards. */
	build_udp(begin(built), &built->v4, &udp);
	assert_int_equal(build_end(&built->builder, &error), 28);
}

static void multicast_addresses_follow_from_the_group(void **state)
{
	struct ip target = ip_of("fd00::12:3456");
	struct ip group = build_solicited_node(&target), expected = ip_of("ff02::1:ff12:3456"),
		  vrrp = ip_of("224.0.0.18");

	(void)state;
	assert_true(ip_equal(&group, &expected));
	assert_memory_equal(build_multicast_mac(&group).b, "\x33\x33\xff\x12\x34\x56", 6);
	assert_memory_equal(build_multicast_mac(&vrrp).b, "\x01\x00\x5e\x00\x00\x12", 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp_questions_and_answers),
		cmocka_unit_test(announcements_name_the_address_twice),
		cmocka_unit_test(tags_stack_outermost_first),
		cmocka_unit_test(short_frames_are_padded_with_zeros),
		cmocka_unit_test(what_cannot_be_built_is_said),
		cmocka_unit_test(multicast_addresses_follow_from_the_group),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
