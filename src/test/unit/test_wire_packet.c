// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the packet decoder and the line that describes a packet. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "base/text.h"
#include "decoding.h"

static void every_sample_has_exactly_its_layers(void **state)
{
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < sample_frame_count; i++) {
		struct frame frame = sample_frame_whole(&sample_frames[i]);

		decode_frame(&frame, &packet);
		if (packet.layers != sample_frames[i].layers || packet.cut)
			fail_msg("%s: layers %x, not %x%s", sample_frames[i].name, packet.layers,
				 sample_frames[i].layers, packet.cut ? ", and cut" : "");
	}
}

static void every_sample_is_described(void **state)
{
	struct packet packet;
	struct text text = TEXT_INIT;

	(void)state;
	for (size_t i = 0; i < sample_frame_count; i++) {
		struct frame frame = sample_frame_whole(&sample_frames[i]);

		decode_frame(&frame, &packet);
		text_clear(&text);
		packet_describe(&packet, &text);
		assert_string_equal(text_string(&text), sample_frames[i].description);
	}
	text_free(&text);
}

static void arp_addresses_come_out_in_their_places(void **state)
{
	struct packet packet = decode_sample("arp_reply");

	(void)state;
	assert_int_equal(packet.arp.operation, ARP_REPLY);
	assert_int_equal(packet.arp.wrong, 0);
	assert_mac(packet.arp.sha, "00:16:3e:00:00:0b");
	assert_ip(&packet.arp.spa, "10.0.0.11");
	assert_mac(packet.arp.tha, "00:16:3e:00:00:0a");
	assert_ip(&packet.arp.tpa, "10.0.0.10");
	assert_mac(packet.source, "00:16:3e:00:00:0b");
	assert_mac(packet.destination, "00:16:3e:00:00:0a");
	assert_false(packet.group);
}

static void each_arp_fault_has_its_bit(void **state)
{
	struct packet packet = decode_sample("arp_malformed");

	(void)state;
	assert_int_equal(packet.arp.wrong, ARP_WRONG_HARDWARE | ARP_WRONG_PROTOCOL | ARP_WRONG_LENGTHS |
					       ARP_WRONG_OPERATION | ARP_WRONG_CUT);
	assert_int_equal(packet.arp.operation, 7);
	assert_int_equal(packet.arp.hardware_type, 3);
	assert_int_equal(packet.arp.protocol_type, 0x86dd);
	assert_int_equal(packet.arp.hardware_length, 8);
	assert_int_equal(packet.arp.protocol_length, 4);
	assert_int_equal(decode_sample("arp_ieee_802").arp.wrong, 0);
}

static void a_priority_tag_is_no_vlan(void **state)
{
	struct packet packet = decode_sample("stacked_arp");

	(void)state;
	assert_int_equal(decode_sample("priority_arp").vlan_count, 0);
	assert_int_equal(packet.vlan_count, 3);
	assert_int_equal(packet.vlans[0], 10);
	assert_int_equal(packet.vlans[1], 20);
	assert_int_equal(packet.vlans[2], 30);
	assert_int_equal(packet.ethertype, 0x0806);
}

static void a_tag_stack_that_is_too_deep_ends_decoding(void **state)
{
	uint8_t bytes[14 + 4 * 9] = { 0 };
	struct frame frame = {
		.bytes = bytes, .captured = sizeof bytes, .length = sizeof bytes, .link_type = LINK_ETHERNET
	};
	struct packet packet;

	(void)state;
	for (size_t at = 12; at + 4 <= sizeof bytes; at += 4)
		memcpy(bytes + at, (const uint8_t[]){ 0x81, 0x00, 0x00, 0x05 }, 4);
	decode_frame(&frame, &packet);
	assert_int_equal(packet.vlan_count, PACKET_MAX_VLANS);
	assert_int_equal(packet.ethertype, 0);
	assert_int_equal(packet.layers, LAYER_ETHERNET);
}

static void cooked_frames_keep_direction_and_interface(void **state)
{
	struct packet v1 = decode_sample("sll_arp");
	struct packet v2 = decode_sample("sll2_arp");

	(void)state;
	assert_int_equal(v1.direction, PACKET_BROADCAST);
	assert_true(v1.group);
	assert_int_equal(v1.ifindex, 0);
	assert_mac(v1.source, "00:16:3e:00:00:0a");
	assert_true(mac_is_zero(v1.destination));
	assert_int_equal(v2.direction, PACKET_OUTGOING);
	assert_false(v2.group);
	assert_int_equal(v2.ifindex, 7);
	assert_int_equal(decode_sample("sll2_no_mac").direction, PACKET_TO_US);
	assert_int_equal(decode_sample("arp_request").direction, PACKET_UNKNOWN);
}

static void padding_is_no_payload(void **state)
{
	struct packet packet = decode_sample("tcp_data");

	(void)state;
	assert_int_equal(packet.payload_length, 3);
	assert_int_equal(packet.payload_captured, 3);
	assert_memory_equal(packet.payload, "abc", 3);
	assert_int_equal(packet.ip.total_length, 43);
}

static void a_total_length_of_zero_means_the_rest_of_the_frame(void **state)
{
	struct packet packet = decode_sample("tcp_offload");

	(void)state;
	assert_int_equal(packet.ip.total_length, 44);
	assert_int_equal(packet.payload_length, 4);
}

static void tcp_fields_come_out_in_host_order(void **state)
{
	struct packet packet = decode_sample("tcp_data");

	(void)state;
	assert_int_equal(packet.transport.source_port, 4660);
	assert_int_equal(packet.transport.destination_port, 80);
	assert_int_equal(packet.transport.sequence, 100);
	assert_int_equal(packet.transport.acknowledgement, 200);
	assert_int_equal(packet.transport.flags, TCP_PSH | TCP_ACK);
	assert_int_equal(packet.transport.window, 512);
	assert_int_equal(packet.transport.checksum, 0xabcd);
	assert_int_equal(packet.ip.id, 0x1234);
	assert_int_equal(packet.ip.ttl, 64);
	assert_true(packet.ip.dont_fragment);
	assert_false(packet.ip.more_fragments);
}

static void later_fragments_have_no_ports(void **state)
{
	struct packet v4 = decode_sample("ip_fragment");
	struct packet v6 = decode_sample("ipv6_fragment");

	(void)state;
	assert_int_equal(v4.ip.fragment, 8);
	assert_true(v4.ip.more_fragments);
	assert_int_equal(v6.ip.fragment, 16);
	assert_true(v6.ip.more_fragments);
	assert_int_equal(v6.ip.protocol, IP_PROTO_UDP);
	assert_int_equal(v6.ip.id, 0x5678);
}

static void neighbour_discovery_takes_the_option_that_belongs_to_it(void **state)
{
	struct packet ask = decode_sample("solicitation");
	struct packet answer = decode_sample("advertisement");

	(void)state;
	assert_false(ask.nd.advert);
	assert_int_equal(ask.nd.flags, 0);
	assert_ip(&ask.nd.target, "fe80::b");
	assert_true(ask.nd.has_lladdr);
	assert_true(answer.nd.advert);
	assert_int_equal(answer.nd.flags, ND_SOLICITED | ND_OVERRIDE);
	assert_mac(answer.nd.lladdr, "00:16:3e:00:00:0a");
}

static void neighbour_discovery_with_an_empty_option_is_dropped_as_by_receivers(void **state)
{
	const struct sample_frame *sample = sample_frame_find("solicitation");
	uint8_t bytes[128];
	struct frame frame = sample_frame_whole(sample);
	struct packet packet;

	(void)state;
	memcpy(bytes, sample->bytes, sample->size);
	bytes[sample->size - 7] = 0;
	frame.bytes = bytes;
	decode_frame(&frame, &packet);
	assert_int_equal(packet.layers, LAYER_ETHERNET | LAYER_IP | LAYER_ICMP);
}

static void vrrp_intervals_are_milliseconds_in_both_versions(void **state)
{
	struct packet v2 = decode_sample("vrrp2");
	struct packet v3 = decode_sample("vrrp3");

	(void)state;
	assert_int_equal(v2.vrrp.interval, 1000);
	assert_int_equal(v2.vrrp.count, 2);
	assert_ip(&v2.vrrp.addresses[1], "10.0.0.101");
	assert_int_equal(v3.vrrp.interval, 100);
	assert_int_equal(v3.vrrp.priority, 0);
	assert_ip(&decode_sample("vrrp3_ipv6").vrrp.addresses[0], "2001:db8::64");
}

static void other_link_types_have_no_layers(void **state)
{
	struct frame frame = sample_frame_whole(sample_frame_find("arp_request"));
	struct packet packet;
	struct text text = TEXT_INIT;
	char name[64];

	(void)state;
	frame.link_type = 127;
	decode_frame(&frame, &packet);
	assert_int_equal(packet.layers, 0);
	packet_describe(&packet, &text);
	assert_string_equal(text_string(&text), "unknown frame");
	text_free(&text);
	assert_false(link_type_is_decoded(127));
	assert_true(link_type_is_decoded(LINK_LINUX_SLL2));
	assert_string_equal(link_type_name(LINK_ETHERNET, name, sizeof name), "EN10MB (Ethernet)");
	assert_string_equal(link_type_name(999, name, sizeof name), "link type 999");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_has_exactly_its_layers),
		cmocka_unit_test(every_sample_is_described),
		cmocka_unit_test(arp_addresses_come_out_in_their_places),
		cmocka_unit_test(each_arp_fault_has_its_bit),
		cmocka_unit_test(a_priority_tag_is_no_vlan),
		cmocka_unit_test(a_tag_stack_that_is_too_deep_ends_decoding),
		cmocka_unit_test(cooked_frames_keep_direction_and_interface),
		cmocka_unit_test(padding_is_no_payload),
		cmocka_unit_test(a_total_length_of_zero_means_the_rest_of_the_frame),
		cmocka_unit_test(tcp_fields_come_out_in_host_order),
		cmocka_unit_test(later_fragments_have_no_ports),
		cmocka_unit_test(neighbour_discovery_takes_the_option_that_belongs_to_it),
		cmocka_unit_test(neighbour_discovery_with_an_empty_option_is_dropped_as_by_receivers),
		cmocka_unit_test(vrrp_intervals_are_milliseconds_in_both_versions),
		cmocka_unit_test(other_link_types_have_no_layers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
