// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the packet decoder and the line that describes a packet. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <glob.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sample_frames.h"

static struct frame frame_of(const struct sample_frame *sample)
{
	return (struct frame){ .bytes = sample->bytes,
			       .captured = sample->size,
			       .length = sample->size,
			       .number = 1,
			       .link_type = sample->link_type };
}

/* The packet starts out as garbage, as it does between frames. */
static void decode(const struct frame *frame, struct packet *packet)
{
	memset(packet, 0xa5, sizeof *packet);
	packet_decode(frame, packet);
}

static struct packet decode_sample(const char *name)
{
	static struct frame frame;
	struct packet packet;

	frame = frame_of(sample_frame_find(name));
	decode(&frame, &packet);
	return packet;
}

/* The first `captured` bytes in memory of just that size, so that a sanitizer sees a read behind them. */
static void decode_cut(const struct sample_frame *sample, uint32_t captured, uint32_t length, struct packet *packet)
{
	struct frame frame = frame_of(sample);
	uint8_t *bytes = malloc(captured > 0 ? captured : 1);

	assert_non_null(bytes);
	memcpy(bytes, sample->bytes, captured);
	frame.bytes = bytes;
	frame.captured = captured;
	frame.length = length;
	decode(&frame, packet);
	packet->frame = NULL;
	free(bytes);
}

static void assert_printable(const struct text *text)
{
	assert_false(text->failed);
	for (size_t i = 0; i < text->length; i++)
		assert_in_range((uint8_t)text->bytes[i], ' ', '~');
}

static void assert_ip(const struct ip *ip, const char *expected)
{
	char buffer[IP_TEXT_SIZE];

	assert_string_equal(ip_format(ip, buffer), expected);
}

static void assert_mac(struct mac mac, const char *expected)
{
	char buffer[MAC_TEXT_SIZE];

	assert_string_equal(mac_format(mac, buffer), expected);
}

static void every_sample_has_exactly_its_layers(void **state)
{
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < sample_frame_count; i++) {
		struct frame frame = frame_of(&sample_frames[i]);

		decode(&frame, &packet);
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
		struct frame frame = frame_of(&sample_frames[i]);

		decode(&frame, &packet);
		text_clear(&text);
		packet_describe(&packet, &text);
		assert_string_equal(text_string(&text), sample_frames[i].description);
	}
	text_free(&text);
}

/* As a snap length does: the wire had it all. What was found in a part is found in the whole, if not behind a tunnel.
 */
static void every_prefix_decodes_without_reading_further(void **state)
{
	struct packet packet;
	struct text text = TEXT_INIT;

	(void)state;
	for (size_t i = 0; i < sample_frame_count; i++) {
		for (uint32_t size = 0; size < sample_frames[i].size; size++) {
			decode_cut(&sample_frames[i], size, sample_frames[i].size, &packet);
			if (packet.tunnel == TUNNEL_NONE && !(sample_frames[i].layers & (LAYER_TUNNEL | LAYER_OVERLAY)))
				assert_int_equal(packet.layers & ~sample_frames[i].layers, 0);
			text_clear(&text);
			packet_describe(&packet, &text);
			assert_printable(&text);
		}
	}
	text_free(&text);
}

static void every_short_frame_decodes_without_reading_further(void **state)
{
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < sample_frame_count; i++) {
		for (uint32_t size = 0; size < sample_frames[i].size; size++) {
			decode_cut(&sample_frames[i], size, size, &packet);
			assert_false(packet.cut);
		}
	}
}

static void a_cut_arp_is_not_wrong_but_cut(void **state)
{
	const struct sample_frame *sample = sample_frame_find("arp_request");
	struct packet packet;

	(void)state;
	for (uint32_t size = 14; size < sample->size; size++) {
		decode_cut(sample, size, sample->size, &packet);
		assert_true(packet.cut);
		assert_int_equal(packet.layers, LAYER_ETHERNET);
	}
}

static void an_arp_that_the_wire_cut_short_is_wrong(void **state)
{
	const struct sample_frame *sample = sample_frame_find("arp_request");
	struct packet packet;

	(void)state;
	for (uint32_t size = 14; size < sample->size; size++) {
		decode_cut(sample, size, size, &packet);
		assert_int_equal(packet.layers, LAYER_ETHERNET | LAYER_ARP);
		assert_int_equal(packet.arp.wrong, ARP_WRONG_CUT);
	}
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
	decode(&frame, &packet);
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

static void cut_tcp_options_keep_the_ports(void **state)
{
	const struct sample_frame *sample = sample_frame_find("tcp_syn");
	struct packet packet;

	(void)state;
	decode_cut(sample, sample->size - 4, sample->size, &packet);
	assert_true(packet.cut);
	assert_true(packet.layers & LAYER_TCP);
	assert_int_equal(packet.transport.destination_port, 80);
	assert_int_equal(packet.payload_length, 0);
}

static void a_cut_payload_keeps_its_length_on_the_wire(void **state)
{
	const struct sample_frame *sample = sample_frame_find("udp");
	struct packet packet;

	(void)state;
	decode_cut(sample, sample->size - 3, sample->size, &packet);
	assert_false(packet.cut);
	assert_int_equal(packet.payload_captured, 1);
	assert_int_equal(packet.payload_length, 4);
}

static void more_bytes_than_the_wire_had_are_still_read(void **state)
{
	const struct sample_frame *sample = sample_frame_find("arp_request");
	struct packet packet;

	(void)state;
	decode_cut(sample, sample->size, 0, &packet);
	assert_int_equal(packet.layers, sample->layers);
	assert_int_equal(packet.arp.wrong, 0);
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
	struct frame frame = frame_of(sample);
	struct packet packet;

	(void)state;
	memcpy(bytes, sample->bytes, sample->size);
	bytes[sample->size - 7] = 0;
	frame.bytes = bytes;
	decode(&frame, &packet);
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

static void other_link_types_have_no_layers(void **state)
{
	struct frame frame = frame_of(sample_frame_find("arp_request"));
	struct packet packet;
	struct text text = TEXT_INIT;
	char name[64];

	(void)state;
	frame.link_type = 127;
	decode(&frame, &packet);
	assert_int_equal(packet.layers, 0);
	packet_describe(&packet, &text);
	assert_string_equal(text_string(&text), "unknown frame");
	text_free(&text);
	assert_false(link_type_is_decoded(127));
	assert_true(link_type_is_decoded(LINK_LINUX_SLL2));
	assert_string_equal(link_type_name(LINK_ETHERNET, name, sizeof name), "EN10MB (Ethernet)");
	assert_string_equal(link_type_name(999, name, sizeof name), "link type 999");
}

/* Deterministic garbage behind each whole header: lengths and types of all kinds. */
static void mangled_frames_decode_without_reading_further(void **state)
{
	struct text text = TEXT_INIT;
	struct packet packet;
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < sample_frame_count; i++) {
		for (unsigned round = 0; round < 2000; round++) {
			struct sample_frame mangled = sample_frames[i];
			uint8_t bytes[256];

			memcpy(bytes, mangled.bytes, mangled.size);
			for (unsigned change = 0; change < 3; change++) {
				random = random * 1664525 + 1013904223;
				bytes[(random >> 8) % mangled.size] = (uint8_t)(random >> 24);
			}
			mangled.bytes = bytes;
			decode_cut(&mangled, mangled.size, mangled.size, &packet);
			text_clear(&text);
			packet_describe(&packet, &text);
			assert_printable(&text);
		}
	}
	text_free(&text);
}

static unsigned long decode_capture(const char *path, uint32_t layer)
{
	char message[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, message);
	struct pcap_pkthdr *header;
	struct text text = TEXT_INIT;
	struct packet packet;
	const uint8_t *bytes;
	unsigned long with_layer = 0;

	if (!pcap)
		return 0;
	while (pcap_next_ex(pcap, &header, &bytes) == 1) {
		struct sample_frame sample = { .bytes = bytes,
					       .size = header->caplen,
					       .link_type = (uint16_t)pcap_datalink(pcap) };

		decode_cut(&sample, header->caplen, header->len, &packet);
		with_layer += (packet.layers & layer) != 0;
		text_clear(&text);
		packet_describe(&packet, &text);
		assert_printable(&text);
	}
	text_free(&text);
	pcap_close(pcap);
	return with_layer;
}

/* The named captures belong to other projects: TRUEMAC_PEERS says where a checkout of them lies, if anywhere. */
static void captures_of_other_projects_decode(void **state)
{
	static const struct {
		const char *name;
		uint32_t layer;
		unsigned long frames;
	} captures[] = {
		{ "libpcap/carp.pcap", LAYER_CARP, 5 },       { "tcpdump/vrrp.pcap", LAYER_VRRP, 165 },
		{ "tcpdump/arp-oobr.pcap", LAYER_ARP, 2282 }, { "tcpdump/HSRP_coup.pcap", LAYER_HSRP, 51 },
		{ "zeek/snap-arp.pcapng", LAYER_SNAP, 4 },    { "zeek/linuxsll-arp.pcap", LAYER_ARP, 12 },
	};
	const char *folder = getenv("TRUEMAC_PEERS");
	char path[512];

	(void)state;
	if (!folder)
		skip();
	for (size_t i = 0; i < sizeof captures / sizeof *captures; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, captures[i].name);
		assert_int_equal(decode_capture(path, captures[i].layer), captures[i].frames);
	}
}

static void every_frame_of_the_bundled_captures_decodes(void **state)
{
	glob_t captures;
	unsigned long frames = 0;

	(void)state;
	if (glob("pcaps/*/*.pcap*", 0, NULL, &captures) != 0)
		skip();
	for (size_t i = 0; i < captures.gl_pathc; i++)
		frames += decode_capture(captures.gl_pathv[i], LAYER_ETHERNET | LAYER_COOKED);
	globfree(&captures);
	assert_true(frames > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_has_exactly_its_layers),
		cmocka_unit_test(every_sample_is_described),
		cmocka_unit_test(every_prefix_decodes_without_reading_further),
		cmocka_unit_test(every_short_frame_decodes_without_reading_further),
		cmocka_unit_test(a_cut_arp_is_not_wrong_but_cut),
		cmocka_unit_test(an_arp_that_the_wire_cut_short_is_wrong),
		cmocka_unit_test(arp_addresses_come_out_in_their_places),
		cmocka_unit_test(each_arp_fault_has_its_bit),
		cmocka_unit_test(a_priority_tag_is_no_vlan),
		cmocka_unit_test(a_tag_stack_that_is_too_deep_ends_decoding),
		cmocka_unit_test(cooked_frames_keep_direction_and_interface),
		cmocka_unit_test(padding_is_no_payload),
		cmocka_unit_test(a_total_length_of_zero_means_the_rest_of_the_frame),
		cmocka_unit_test(tcp_fields_come_out_in_host_order),
		cmocka_unit_test(cut_tcp_options_keep_the_ports),
		cmocka_unit_test(a_cut_payload_keeps_its_length_on_the_wire),
		cmocka_unit_test(more_bytes_than_the_wire_had_are_still_read),
		cmocka_unit_test(later_fragments_have_no_ports),
		cmocka_unit_test(quotes_tell_what_was_undeliverable),
		cmocka_unit_test(neighbour_discovery_takes_the_option_that_belongs_to_it),
		cmocka_unit_test(neighbour_discovery_with_an_empty_option_is_dropped_as_by_receivers),
		cmocka_unit_test(vrrp_intervals_are_milliseconds_in_both_versions),
		cmocka_unit_test(tunnels_show_the_inner_packet_and_keep_the_outer_header),
		cmocka_unit_test(overlays_show_the_inner_frame),
		cmocka_unit_test(a_tunnel_inside_an_overlay_is_followed),
		cmocka_unit_test(a_tunnel_that_is_cut_is_shown_as_its_carrier),
		cmocka_unit_test(other_link_types_have_no_layers),
		cmocka_unit_test(mangled_frames_decode_without_reading_further),
		cmocka_unit_test(captures_of_other_projects_decode),
		cmocka_unit_test(every_frame_of_the_bundled_captures_decodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
