// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for packets inside packets: quotes in ICMP errors, tunnels, overlays. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "decoding.h"

static void quotes_tell_what_was_undeliverable(void **state)
{
	struct packet tcp = decode_sample("time_exceeded");
	struct packet echo = decode_sample("redirect");

	(void)state;
	assert_ip(&tcp.quoted.ip.destination, "10.0.0.12");
	assert_int_equal(tcp.quoted.ip.ttl, 1);
	assert_true(tcp.quoted.has_ports);
	assert_int_equal(tcp.quoted.transport.source_port, 4660);
	assert_true(tcp.quoted.has_sequence);
	assert_int_equal(tcp.quoted.transport.sequence, 77);
	assert_false(tcp.quoted.has_echo);
	assert_true(echo.quoted.has_echo);
	assert_int_equal(echo.quoted.icmp.sequence, 2);
	assert_false(echo.quoted.has_ports);
	assert_ip(&echo.icmp.gateway, "10.0.0.12");
	assert_int_equal(decode_sample("frag_needed").icmp.mtu, 1480);
	assert_int_equal(decode_sample("too_big6").icmp.mtu, 1280);
}

static void tunnels_show_the_inner_packet_and_keep_the_outer_header(void **state)
{
	static const struct {
		const char *name;
		enum packet_tunnel tunnel;
	} tunnels[] = {
		{ "ipip", TUNNEL_IPIP }, { "gre", TUNNEL_GRE }, { "gue", TUNNEL_GUE }, { "gue_direct", TUNNEL_GUE }
	};

	(void)state;
	for (size_t i = 0; i < sizeof tunnels / sizeof *tunnels; i++) {
		struct packet packet = decode_sample(tunnels[i].name);

		assert_int_equal(packet.tunnel, tunnels[i].tunnel);
		assert_ip(&packet.ip.source, "10.0.0.10");
		assert_ip(&packet.outer.source, "10.0.0.11");
		assert_ip(&packet.outer.destination, "10.0.0.12");
		assert_int_equal(packet.overlay, 0);
		assert_mac(packet.source, "00:16:3e:00:00:0a");
	}
}

static void overlays_show_the_inner_frame(void **state)
{
	static const struct {
		const char *name;
		enum packet_tunnel tunnel;
		uint32_t overlay;
	} overlays[] = { { "vxlan", TUNNEL_VXLAN, 43 },
			 { "geneve", TUNNEL_GENEVE, 43 },
			 { "gre_overlay", TUNNEL_GRE, 6 } };

	(void)state;
	for (size_t i = 0; i < sizeof overlays / sizeof *overlays; i++) {
		struct packet packet = decode_sample(overlays[i].name);

		assert_int_equal(packet.tunnel, overlays[i].tunnel);
		assert_int_equal(packet.overlay, overlays[i].overlay);
		assert_true(mac_is_broadcast(packet.destination));
		assert_true(packet.group);
		assert_ip(&packet.arp.tpa, "10.0.0.11");
		assert_ip(&packet.outer.source, "10.0.0.11");
		assert_null(packet.payload);
	}
}

static void a_tunnel_inside_an_overlay_is_followed(void **state)
{
	struct packet packet = decode_sample("vxlan_ipip");

	(void)state;
	assert_int_equal(packet.overlay, 43);
	assert_int_equal(packet.tunnel, TUNNEL_IPIP);
	assert_int_equal(packet.vlan_count, 1);
	assert_int_equal(packet.vlans[0], 8);
	assert_mac(packet.source, "00:16:3e:00:00:0b");
	assert_ip(&packet.outer.source, "10.0.0.12");
	assert_ip(&packet.ip.source, "10.0.0.10");
}

static void a_tunnel_that_is_cut_is_shown_as_its_carrier(void **state)
{
	const struct sample_frame *sample = sample_frame_find("ipip");
	struct packet packet;

	(void)state;
	decode_cut(sample, 14 + 20 + 19, sample->size, &packet);
	assert_true(packet.cut);
	assert_int_equal(packet.layers, LAYER_ETHERNET | LAYER_IP);
	assert_int_equal(packet.tunnel, TUNNEL_NONE);
	assert_int_equal(packet.ip.protocol, IP_PROTO_IPIP);
	assert_ip(&packet.ip.source, "10.0.0.11");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_tell_what_was_undeliverable),
		cmocka_unit_test(tunnels_show_the_inner_packet_and_keep_the_outer_header),
		cmocka_unit_test(overlays_show_the_inner_frame),
		cmocka_unit_test(a_tunnel_inside_an_overlay_is_followed),
		cmocka_unit_test(a_tunnel_that_is_cut_is_shown_as_its_carrier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
