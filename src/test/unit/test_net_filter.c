// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's filter lets through what the analysis can use, and is one that libpcap takes. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "net/filter.h"
#include "wire/build.h"

static struct ip ip(const char *text)
{
	struct ip parsed = { .family = 0 };

	assert_true(ip_parse(text, &parsed));
	return parsed;
}

static void add_vip(struct topology *topology, const char *vip)
{
	const struct topology_service service = { .vip = ip(vip), .port = 80, .protocol = IP_PROTO_TCP };

	assert_true(topology_add_service(topology, &service, NULL) >= 0);
}

static void add_real_server(struct topology *topology, const char *text)
{
	const struct ip address = ip(text);

	assert_true(topology_add_real_server(topology, &address, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
}

/* The filter as the kernel would run it. */
static void compile(const struct topology *topology, struct bpf_program *program)
{
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, 2048);
	struct text filter = TEXT_INIT;

	filter_for_topology(topology, &filter);
	if (pcap_compile(dead, program, text_string(&filter), 1, PCAP_NETMASK_UNKNOWN) < 0)
		fail_msg("%s: %s", text_string(&filter), pcap_geterr(dead));
	text_free(&filter);
	pcap_close(dead);
}

static bool passes(const struct bpf_program *program, const uint8_t *bytes, size_t length)
{
	const struct pcap_pkthdr header = { .caplen = (bpf_u_int32)length, .len = (bpf_u_int32)length };

	return pcap_offline_filter(program, &header, bytes) != 0;
}

static bool syn_passes(const struct bpf_program *program, const char *source, const char *destination)
{
	const struct ip_header header = { .source = ip(source), .destination = ip(destination), .ttl = 64 };
	const struct transport syn = { .source_port = 40000, .destination_port = 80, .flags = TCP_SYN };
	const struct build_link link = { .source = { { 2, 0, 0, 0, 0, 1 } }, .destination = { { 2, 0, 0, 0, 0, 2 } } };
	struct builder builder;
	uint8_t bytes[128];
	int length;

	assert_int_equal(builder_open(&builder, NULL), 0);
	build_begin(&builder, bytes, sizeof bytes);
	build_tcp(&builder, &header, &syn, 0);
	build_ethernet(&builder, &link);
	length = build_end(&builder, NULL);
	builder_close(&builder);
	assert_true(length > 0);
	return passes(program, bytes, (size_t)length);
}

static void traffic_of_vips_and_real_servers_passes_and_no_other(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct bpf_program program;

	(void)state;
	add_vip(&topology, "192.0.2.1");
	add_vip(&topology, "2001:db8::1");
	add_real_server(&topology, "192.0.2.13");
	compile(&topology, &program);
	assert_true(syn_passes(&program, "198.51.100.1", "192.0.2.1"));
	assert_true(syn_passes(&program, "192.0.2.13", "198.51.100.1"));
	assert_true(syn_passes(&program, "2001:db8::9", "2001:db8::1"));
	assert_false(syn_passes(&program, "198.51.100.1", "192.0.2.14"));
	assert_false(syn_passes(&program, "2001:db8::9", "2001:db8::2"));
	pcap_freecode(&program);
	topology_free(&topology);
}

static void many_servers_are_covered_by_their_network(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct bpf_program program;
	char text[32];

	(void)state;
	for (int i = 0; i < 200; i++) {
		snprintf(text, sizeof text, "10.1.2.%d", 13 + i);
		add_real_server(&topology, text);
	}
	compile(&topology, &program);
	assert_true(program.bf_len < 200);
	assert_true(syn_passes(&program, "10.9.9.9", "10.1.2.13"));
	assert_true(syn_passes(&program, "10.9.9.9", "10.1.2.212"));
	assert_false(syn_passes(&program, "10.9.9.9", "10.1.3.13"));
	pcap_freecode(&program);
	topology_free(&topology);
}

static void without_a_set_up_arp_and_icmp_pass(void **state)
{
	static const uint8_t arp[42] = { [12] = 8, [13] = 6 }, other[60] = { [12] = 0x88, [13] = 0xcc };
	static const uint8_t vrrp[54] = { [12] = 8, [14] = 0x45, [23] = IP_PROTO_VRRP };
	const struct topology topology = TOPOLOGY_INIT;
	struct bpf_program program;

	(void)state;
	compile(&topology, &program);
	assert_true(passes(&program, arp, sizeof arp));
	assert_true(passes(&program, vrrp, sizeof vrrp));
	assert_false(passes(&program, other, sizeof other));
	assert_false(syn_passes(&program, "192.0.2.1", "192.0.2.2"));
	pcap_freecode(&program);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(traffic_of_vips_and_real_servers_passes_and_no_other),
		cmocka_unit_test(many_servers_are_covered_by_their_network),
		cmocka_unit_test(without_a_set_up_arp_and_icmp_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
