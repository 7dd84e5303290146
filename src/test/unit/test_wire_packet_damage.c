// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the packet decoder where frames are cut or mangled, and on whole captures. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <glob.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "decoding.h"

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
		cmocka_unit_test(every_prefix_decodes_without_reading_further),
		cmocka_unit_test(every_short_frame_decodes_without_reading_further),
		cmocka_unit_test(a_cut_arp_is_not_wrong_but_cut),
		cmocka_unit_test(an_arp_that_the_wire_cut_short_is_wrong),
		cmocka_unit_test(cut_tcp_options_keep_the_ports),
		cmocka_unit_test(a_cut_payload_keeps_its_length_on_the_wire),
		cmocka_unit_test(more_bytes_than_the_wire_had_are_still_read),
		cmocka_unit_test(mangled_frames_decode_without_reading_further),
		cmocka_unit_test(captures_of_other_projects_decode),
		cmocka_unit_test(every_frame_of_the_bundled_captures_decodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
