// SPDX-License-Identifier: GPL-2.0-or-later
/* The scanner: which networks it takes, whom it finds, and how long it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "test/unit/simulated_lvs.h"

static const struct mac own_mac = { { 2, 0, 0, 0, 0, 1 } };

static void networks_up_to_a_slash_16_are_taken(void **state)
{
	static const char *const taken[] = { "192.0.2.0/24", "10.1.0.0/16", "192.0.2.7", "192.0.2.6/31",
					     "fd00::/120",   "fd00::/64",   "fe80::/10", "fd00::7" };
	static const char *const refused[] = { "10.0.0.0/15",
					       "10.0.0.0/0",
					       "192.0.2.0/33",
					       "192.0.2.0/",
					       "192.0.2.0/-1",
					       "192.0.2/24",
					       "fd00::/129",
					       "ff02::/112",
					       "224.0.0.0/24",
					       "192.0.2.0/2x",
					       "" };
	struct ip network;
	uint8_t prefix;

	(void)state;
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		assert_int_equal(scanner_parse(taken[i], &network, &prefix, NULL), 0);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		assert_int_equal(scanner_parse(refused[i], &network, &prefix, NULL), ERROR_USAGE);
}

struct run {
	struct scanner *scanner;
	nanos now;
	uint32_t probes, ordinary, to_vip;
};

static void count(struct run *run, const uint8_t *bytes, size_t length)
{
	struct frame frame = {
		.bytes = bytes, .captured = (uint32_t)length, .length = (uint32_t)length, .link_type = LINK_ETHERNET
	};
	struct packet packet;

	packet_decode(&frame, &packet);
	assert_true(packet.layers & LAYER_ARP);
	assert_true(packet.group);
	assert_true(mac_equal(packet.arp.sha, own_mac));
	run->probes += ip_is_zero(&packet.arp.spa);
	run->ordinary += !ip_is_zero(&packet.arp.spa);
}

/* Answers every question, or none. */
static void answer(struct run *run, struct builder *builder, const uint8_t *bytes, size_t length)
{
	struct frame frame = {
		.bytes = bytes, .captured = (uint32_t)length, .length = (uint32_t)length, .link_type = LINK_ETHERNET
	};
	struct mac owner = { { 2, 0, 0, 0, 0, 9 } };
	struct build_link link = { .destination = own_mac, .source = owner };
	uint8_t reply[64];
	struct packet packet;
	int built;

	packet_decode(&frame, &packet);
	build_begin(builder, reply, sizeof reply);
	build_arp_reply(builder, owner, packet.arp.tpa, own_mac, packet.arp.spa);
	build_ethernet(builder, &link);
	built = build_end(builder, NULL);
	assert_true(built > 0);
	frame.bytes = reply;
	frame.captured = frame.length = (uint32_t)built;
	packet_decode(&frame, &packet);
	scanner_eat(run->scanner, &packet, run->now);
}

static nanos scan(struct run *run, const struct scanner_options *options, bool all_answer)
{
	struct builder builder;
	uint8_t buffer[SCANNER_MAX_FRAME];
	size_t length;

	assert_int_equal(builder_open(&builder, NULL), 0);
	assert_int_equal(scanner_new(&run->scanner, options, NULL), 0);
	while (!scanner_done(run->scanner)) {
		while ((length = scanner_next(run->scanner, run->now, buffer, sizeof buffer)) > 0) {
			count(run, buffer, length);
			if (all_answer)
				answer(run, &builder, buffer, length);
		}
		if (scanner_deadline(run->scanner) != INT64_MAX)
			run->now = scanner_deadline(run->scanner);
	}
	builder_close(&builder);
	return run->now;
}

static struct scanner_options options_for(const char *network, const struct prober_address *own)
{
	struct scanner_options options = { .mac = own_mac, .own = own, .own_count = 1 };

	assert_int_equal(scanner_parse(network, &options.network, &options.prefix, NULL), 0);
	return options;
}

static void every_address_is_asked_for_in_both_forms(void **state)
{
	struct prober_address own = { .ip = ip_from_v4(0xc0000201), .prefix = 24 };
	struct scanner_options options = options_for("192.0.2.0/24", &own);
	struct run run = { .now = 0 };

	(void)state;
	scan(&run, &options, true);
	/* Neither network, broadcast nor its own; and one at last. */
	assert_int_equal(run.ordinary, 253);
	assert_int_equal(run.probes, 254);
	scanner_free(run.scanner);
}

static void who_does_not_answer_is_asked_three_times(void **state)
{
	struct prober_address own = { .ip = ip_from_v4(0xc0000301), .prefix = 24 };
	struct scanner_options options = options_for("192.0.2.4/30", &own);
	struct run run = { .now = 0 };

	(void)state;
	scan(&run, &options, false);
	assert_int_equal(run.ordinary, 2 * SCANNER_TRIES);
	assert_int_equal(run.probes, 2 * SCANNER_TRIES + 1);
	scanner_free(run.scanner);
}

static void a_vip_is_never_the_sender(void **state)
{
	struct prober_address own = { .ip = ip_from_v4(0xc0000201), .prefix = 24 };
	struct scanner_options options = options_for("192.0.2.0/28", &own);
	struct run run = { .now = 0 };

	(void)state;
	options.foreign = &own.ip;
	options.foreign_count = 1;
	scan(&run, &options, true);
	assert_int_equal(run.ordinary, 0);
	scanner_free(run.scanner);
}

static void a_full_slash_16_takes_eight_seconds(void **state)
{
	struct prober_address own = { .ip = ip_from_v4(0x0a010001), .prefix = 16 };
	struct scanner_options options = options_for("10.1.0.0/16", &own);
	struct run run = { .now = 0 };
	nanos duration;

	(void)state;
	duration = scan(&run, &options, true);
	assert_true(duration > 5 * NANOS_PER_SECOND);
	assert_true(duration < 8 * NANOS_PER_SECOND);
	scanner_free(run.scanner);
}

/* --- what the engine makes of it --- */

static const struct report_host *find_host(const struct report *report, const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	for (uint32_t i = 0; i < report->host_count; i++)
		if (ip_equal(&report->hosts[i].ip, &ip))
			return &report->hosts[i];
	fail_msg("%s was not found", text);
	return NULL;
}

static void owned_addresses_are_told_from_proxied_ones(void **state)
{
	struct report report = REPORT_INIT;
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, 4, 4);
	lvs.backup->forwards = true;
	lvs.backup->ports[0].proxy_arp_pvlan = true;
	net_run_scan(lvs.net, lvs.client, "10.1.1.0/24", &report);
	assert_int_equal(find_host(&report, "10.1.1.12")->macs[0].own, OWN_YES);
	assert_int_equal(find_host(&report, "10.1.1.200")->macs[0].own, OWN_NO);
	for (uint32_t i = 0; i < find_host(&report, "10.1.1.13")->mac_count; i++) {
		const struct report_host_mac *mac = &find_host(&report, "10.1.1.13")->macs[i];

		assert_int_equal(mac->own, mac_equal(mac->mac, lvs.servers[0]->ports[0].mac) ? OWN_YES : OWN_NO);
	}
	report_free(&report);
	lvs_free(&lvs);
}

static void ipv6_addresses_behind_a_router_are_told_by_one_hop(void **state)
{
	struct report report = REPORT_INIT;
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, 2, 6);
	net_run_scan(lvs.net, lvs.client, "fd0a:1:1::/120", &report);
	assert_int_equal(find_host(&report, "fd0a:1:1::13")->mac_count, 1);
	assert_int_equal(find_host(&report, "fd0a:1:1::13")->macs[0].own, OWN_YES);
	report_free(&report);
	lvs_free(&lvs);
	lvs_routed(&lvs, METHOD_DR, 2, 6);
	net_run_scan(lvs.net, lvs.client, "fd0a:1:1::/120", &report);
	assert_int_equal(find_host(&report, "fd0a:1:1::13")->macs[0].own, OWN_NO);
	report_free(&report);
	lvs_free(&lvs);
}

/* --- hearing --- */

static struct ip six(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static void hear_echo_reply(struct scanner *scanner, struct builder *builder, const char *from)
{
	struct ip_header ip = { .source = six(from), .destination = six("fd00::1"), .ttl = 64 };
	struct icmp icmp = { .type = ICMP6_TYPE_ECHO_REPLY };
	struct build_link link = { .destination = own_mac, .source = { { 2, 0, 0, 0, 0, 9 } } };
	uint8_t bytes[128];
	struct frame frame = { .bytes = bytes, .link_type = LINK_ETHERNET };
	struct packet packet;

	build_begin(builder, bytes, sizeof bytes);
	build_icmp(builder, &ip, &icmp);
	build_ethernet(builder, &link);
	frame.captured = frame.length = (uint32_t)build_end(builder, NULL);
	packet_decode(&frame, &packet);
	scanner_eat(scanner, &packet, 0);
}

/* Asks on until it is done; how often it asked for the address, in both forms together. */
static uint32_t count_questions(struct scanner *scanner, const char *target, uint32_t *echoes)
{
	struct ip wanted = six(target);
	uint8_t bytes[SCANNER_MAX_FRAME];
	struct frame frame = { .bytes = bytes, .link_type = LINK_ETHERNET };
	struct packet packet;
	uint32_t asked = 0;

	for (nanos now = 0; !scanner_done(scanner); now += NANOS_PER_MILLI) {
		frame.captured = frame.length = (uint32_t)scanner_next(scanner, now, bytes, sizeof bytes);
		if (frame.length == 0)
			continue;
		packet_decode(&frame, &packet);
		assert_true(mac_equal(packet.source, own_mac));
		if (packet.layers & LAYER_ND)
			asked += ip_equal(&packet.nd.target, &wanted);
		else
			*echoes += packet.icmp.type == ICMP6_TYPE_ECHO && ip_is_multicast(&packet.ip.destination);
	}
	return asked;
}

static void in_a_large_network_those_are_asked_for_who_are_heard(void **state)
{
	struct prober_address own[] = { { .ip = six("fe80::1"), .prefix = 64 },
					{ .ip = six("fd00::1"), .prefix = 64 } };
	struct scanner_options options = options_for("fd00::/64", own);
	struct scanner *scanner;
	struct builder builder;
	uint32_t echoes = 0;

	(void)state;
	options.own_count = 2;
	assert_int_equal(builder_open(&builder, NULL), 0);
	assert_int_equal(scanner_new(&scanner, &options, NULL), 0);
	hear_echo_reply(scanner, &builder, "fd00::7");
	hear_echo_reply(scanner, &builder, "fd00:1::8");
	assert_int_equal(count_questions(scanner, "fd00::7", &echoes), 2 * (SCANNER_TRIES + 1) + 1);
	assert_int_equal(echoes, 2 * (SCANNER_TRIES + 1));
	scanner_free(scanner);
	assert_int_equal(scanner_new(&scanner, &options, NULL), 0);
	hear_echo_reply(scanner, &builder, "fd00:1::8");
	assert_int_equal(count_questions(scanner, "fd00:1::8", &echoes), 0);
	scanner_free(scanner);
	builder_close(&builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_up_to_a_slash_16_are_taken),
		cmocka_unit_test(every_address_is_asked_for_in_both_forms),
		cmocka_unit_test(who_does_not_answer_is_asked_three_times),
		cmocka_unit_test(a_vip_is_never_the_sender),
		cmocka_unit_test(a_full_slash_16_takes_eight_seconds),
		cmocka_unit_test(owned_addresses_are_told_from_proxied_ones),
		cmocka_unit_test(ipv6_addresses_behind_a_router_are_told_by_one_hop),
		cmocka_unit_test(in_a_large_network_those_are_asked_for_who_are_heard),
	};

	return cmocka_run_group_tests_name("the scanner", tests, NULL, NULL);
}
