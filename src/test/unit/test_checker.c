// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of real servers, and the announcing of VIPs, in a network of one real server that is simulated here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "probe/announcer.h"
#include "probe/checker.h"
#include "wire/build.h"

static const struct mac own_mac = { { 2, 0, 0, 0, 0, 1 } };
static const struct mac server_mac = { { 2, 0, 0, 0, 0, 9 } };

enum manner { SERVES, REFUSES, SILENT, ABSENT, UNREACHABLE };

struct net {
	enum manner manner;
	struct mac mac; /* the real server's */
	struct builder builder;
	struct checker *checker;
	nanos now;
	struct checker_change last;
	uint32_t changes, questions, tests, resets;
	enum packet_tunnel tunnel; /* of the latest test */
	uint32_t acknowledged;     /* by the latest SYN/ACK */
};

static struct ip ip_of(const char *text)
{
	struct ip ip = { .family = 0 };

	assert_true(ip_parse(text, &ip));
	return ip;
}

static struct checker_target target_of(uint8_t protocol, uint16_t port)
{
	return (struct checker_target){ .vip = ip_of("192.0.2.100"),
					.port = port,
					.protocol = protocol,
					.real_server = ip_of("192.0.2.9"),
					.hop = ip_of("192.0.2.9"),
					.source = ip_of("192.0.2.1") };
}

static void set_up(struct net *net, const struct checker_target *target, nanos interval)
{
	struct checker_options options = {
		.mac = own_mac, .targets = target, .target_count = 1, .interval = interval, .seed = 7
	};

	*net = (struct net){ .mac = server_mac, .now = NANOS_PER_SECOND };
	assert_int_equal(checker_new(&net->checker, &options, NULL), 0);
	assert_int_equal(builder_open(&net->builder, NULL), 0);
}

static void take_down(struct net *net)
{
	checker_free(net->checker);
	builder_close(&net->builder);
}

static void hear(struct net *net, uint8_t *bytes)
{
	struct build_link link = { .destination = own_mac, .source = net->mac };
	struct frame frame = { .bytes = bytes, .link_type = LINK_ETHERNET };
	struct packet packet;

	build_ethernet(&net->builder, &link);
	build_pad(&net->builder);
	frame.captured = frame.length = (uint32_t)build_end(&net->builder, NULL);
	packet_decode(&frame, &packet);
	checker_eat(net->checker, &packet, net->now);
}

static void answer_tcp(struct net *net, const struct packet *asked)
{
	struct ip_header ip = { .source = asked->ip.destination, .destination = asked->ip.source, .ttl = 64 };
	struct transport tcp = { .source_port = asked->transport.destination_port,
				 .destination_port = asked->transport.source_port,
				 .sequence = 77,
				 .acknowledgement = asked->transport.sequence + 1,
				 .flags = net->manner == SERVES ? TCP_SYN | TCP_ACK : TCP_RST | TCP_ACK };
	uint8_t bytes[256];

	net->acknowledged = tcp.acknowledgement;
	build_begin(&net->builder, bytes, sizeof bytes);
	build_tcp(&net->builder, &ip, &tcp, 0);
	hear(net, bytes);
}

static void answer_udp(struct net *net, const struct packet *asked)
{
	struct ip_header ip = { .source = asked->ip.destination, .destination = asked->ip.source, .ttl = 64 };
	struct transport udp = { .source_port = asked->transport.destination_port,
				 .destination_port = asked->transport.source_port };
	struct icmp icmp = { .type = ICMP_TYPE_UNREACHABLE, .code = 3 };
	uint8_t bytes[256];

	build_begin(&net->builder, bytes, sizeof bytes);
	if (net->manner == UNREACHABLE) {
		build_udp(&net->builder, &asked->ip, &asked->transport);
		build_icmp(&net->builder, &ip, &icmp);
	} else {
		build_udp(&net->builder, &ip, &udp);
	}
	hear(net, bytes);
}

static void answer_echo(struct net *net, const struct packet *asked)
{
	struct ip_header ip = { .source = asked->ip.destination, .destination = asked->ip.source, .ttl = 64 };
	struct icmp icmp = { .type = ICMP_TYPE_ECHO_REPLY, .id = asked->icmp.id, .sequence = asked->icmp.sequence };
	uint8_t bytes[256];

	build_begin(&net->builder, bytes, sizeof bytes);
	build_icmp(&net->builder, &ip, &icmp);
	hear(net, bytes);
}

static void answer_question(struct net *net, const struct packet *asked)
{
	uint8_t bytes[256];

	net->questions++;
	assert_true(ip_is_zero(&asked->arp.spa));
	if (net->manner == ABSENT)
		return;
	build_begin(&net->builder, bytes, sizeof bytes);
	build_arp_reply(&net->builder, net->mac, asked->arp.tpa, own_mac, asked->arp.spa);
	hear(net, bytes);
}

static void answer(struct net *net, const uint8_t *bytes, size_t length)
{
	struct frame frame = {
		.bytes = bytes, .captured = (uint32_t)length, .length = (uint32_t)length, .link_type = LINK_ETHERNET
	};
	struct packet packet;

	packet_decode(&frame, &packet);
	assert_true(mac_equal(packet.source, own_mac));
	if (packet.layers & LAYER_ARP) {
		answer_question(net, &packet);
		return;
	}
	net->tunnel = packet.tunnel;
	if ((packet.layers & LAYER_TCP) && (packet.transport.flags & TCP_RST)) {
		assert_int_equal(packet.transport.sequence, net->acknowledged);
		net->resets++;
		return;
	}
	net->tests++;
	if (net->manner == SILENT || net->manner == ABSENT || !mac_equal(packet.destination, net->mac))
		return;
	if (packet.layers & LAYER_TCP)
		answer_tcp(net, &packet);
	else if (packet.layers & LAYER_UDP)
		answer_udp(net, &packet);
	else
		answer_echo(net, &packet);
}

static void run(struct net *net, nanos duration)
{
	nanos end = net->now + duration;
	uint8_t buffer[CHECKER_MAX_FRAME];

	while (net->now < end) {
		size_t length = checker_next(net->checker, net->now, buffer, sizeof buffer);
		nanos next = checker_deadline(net->checker);

		if (length > 0)
			answer(net, buffer, length);
		while (checker_change(net->checker, &net->last) > 0)
			net->changes++;
		if (length == 0)
			net->now = next > net->now ? (next < end ? next : end) : net->now + 1;
	}
}

static void a_server_that_answers_is_up_and_reset(void **state)
{
	struct checker_target target = target_of(IP_PROTO_TCP, 80);
	struct net net;

	(void)state;
	set_up(&net, &target, NANOS_PER_SECOND);
	run(&net, 10 * NANOS_PER_SECOND);
	assert_int_equal(net.changes, 1);
	assert_true(net.last.up);
	assert_true(mac_equal(net.last.mac, server_mac));
	assert_true(checker_settled(net.checker));
	assert_int_equal(net.questions, 1);
	assert_in_range(net.tests, 9, 11);
	assert_in_range(net.resets, net.tests - 1, net.tests);
	take_down(&net);
}

static void what_fails_twice_is_down_until_it_answers(void **state)
{
	static const enum manner manners[] = { REFUSES, SILENT, ABSENT };

	(void)state;
	for (size_t i = 0; i < sizeof manners / sizeof *manners; i++) {
		struct checker_target target = target_of(IP_PROTO_TCP, 80);
		struct net net;

		set_up(&net, &target, NANOS_PER_SECOND);
		run(&net, 3 * NANOS_PER_SECOND);
		net.manner = manners[i];
		run(&net, 5 * NANOS_PER_SECOND);
		assert_int_equal(net.changes, 2);
		assert_false(net.last.up);
		/* Another machine takes its place. */
		net.manner = SERVES;
		net.mac.b[5] = 10;
		run(&net, 5 * NANOS_PER_SECOND);
		assert_int_equal(net.changes, 3);
		assert_true(net.last.up);
		assert_true(mac_equal(net.last.mac, net.mac));
		take_down(&net);
	}
}

static void one_lost_answer_changes_nothing(void **state)
{
	struct checker_target target = target_of(IP_PROTO_TCP, 80);
	struct net net;

	(void)state;
	set_up(&net, &target, 2 * NANOS_PER_SECOND);
	run(&net, NANOS_PER_SECOND);
	net.manner = SILENT;
	run(&net, 2 * NANOS_PER_SECOND);
	net.manner = SERVES;
	run(&net, 10 * NANOS_PER_SECOND);
	assert_int_equal(net.changes, 1);
	take_down(&net);
}

static void datagrams_are_down_by_an_error_alone(void **state)
{
	struct checker_target target = target_of(IP_PROTO_UDP, 53);
	struct net net;

	(void)state;
	set_up(&net, &target, NANOS_PER_SECOND);
	run(&net, 4 * NANOS_PER_SECOND);
	assert_true(net.last.up);
	net.manner = SILENT;
	run(&net, 8 * NANOS_PER_SECOND);
	assert_int_equal(net.changes, 1);
	net.manner = UNREACHABLE;
	run(&net, 8 * NANOS_PER_SECOND);
	assert_int_equal(net.changes, 2);
	assert_false(net.last.up);
	take_down(&net);
}

static void services_without_a_port_are_pinged(void **state)
{
	struct checker_target target = target_of(0, 0);
	struct net net;

	(void)state;
	set_up(&net, &target, NANOS_PER_SECOND);
	run(&net, 4 * NANOS_PER_SECOND);
	assert_true(net.last.up);
	net.manner = SILENT;
	run(&net, 8 * NANOS_PER_SECOND);
	assert_false(net.last.up);
	take_down(&net);
}

static void tunnels_are_tested_as_tunnels(void **state)
{
	static const enum packet_tunnel kinds[] = { TUNNEL_IPIP, TUNNEL_GRE, TUNNEL_GUE };

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct checker_target target = target_of(IP_PROTO_TCP, 80);
		struct net net;

		target.tunnel = kinds[i];
		target.tunnel_port = GUE_PORT;
		target.outer_source = ip_of("192.0.2.1");
		set_up(&net, &target, NANOS_PER_SECOND);
		run(&net, 4 * NANOS_PER_SECOND);
		assert_int_equal(net.tunnel, kinds[i]);
		assert_true(net.last.up);
		take_down(&net);
	}
}

static void a_known_mac_is_never_asked_for(void **state)
{
	struct checker_target target = target_of(IP_PROTO_TCP, 80);
	struct net net;

	(void)state;
	target.mac = server_mac;
	target.mac_known = true;
	set_up(&net, &target, NANOS_PER_SECOND);
	run(&net, 4 * NANOS_PER_SECOND);
	net.manner = SILENT;
	run(&net, 10 * NANOS_PER_SECOND);
	assert_int_equal(net.questions, 0);
	assert_false(net.last.up);
	take_down(&net);
}

static void without_an_address_or_interval_the_mac_decides(void **state)
{
	struct checker_target target = target_of(IP_PROTO_TCP, 80);
	struct net net;

	(void)state;
	set_up(&net, &target, 0);
	run(&net, 60 * NANOS_PER_SECOND);
	assert_true(net.last.up);
	assert_int_equal(net.questions, 1);
	assert_int_equal(net.tests, 0);
	take_down(&net);
	target.source.family = 0;
	set_up(&net, &target, NANOS_PER_SECOND);
	run(&net, 5 * NANOS_PER_SECOND);
	assert_true(net.last.up);
	net.manner = ABSENT;
	run(&net, 5 * NANOS_PER_SECOND);
	assert_false(net.last.up);
	assert_int_equal(net.tests, 0);
	take_down(&net);
}

/* --- announcing --- */

struct announcing {
	struct announcer *announcer;
	struct builder builder;
	nanos now;
	uint32_t probes, announcements, answers;
};

static void begin(struct announcing *it, const struct ip *vip)
{
	struct announcer_options options = { .mac = own_mac, .vips = vip, .vip_count = 1 };

	*it = (struct announcing){ .now = NANOS_PER_SECOND };
	assert_int_equal(announcer_new(&it->announcer, &options, NULL), 0);
	assert_int_equal(builder_open(&it->builder, NULL), 0);
}

static void end(struct announcing *it)
{
	announcer_free(it->announcer);
	builder_close(&it->builder);
}

static void sort_out(struct announcing *it, const uint8_t *bytes, size_t length)
{
	struct frame frame = {
		.bytes = bytes, .captured = (uint32_t)length, .length = (uint32_t)length, .link_type = LINK_ETHERNET
	};
	struct packet packet;

	packet_decode(&frame, &packet);
	assert_true(mac_equal(packet.source, own_mac));
	if (packet.layers & LAYER_ARP) {
		it->probes += ip_is_zero(&packet.arp.spa);
		it->announcements += ip_equal(&packet.arp.spa, &packet.arp.tpa);
		it->answers += packet.arp.operation == ARP_REPLY && !ip_equal(&packet.arp.spa, &packet.arp.tpa);
	} else {
		assert_true(packet.layers & LAYER_ND);
		assert_int_equal(packet.sums_wrong, 0);
		it->probes += !packet.nd.advert && ip_is_zero(&packet.ip.source);
		it->announcements += packet.nd.advert && !(packet.nd.flags & ND_SOLICITED);
		it->answers += packet.nd.advert && (packet.nd.flags & ND_SOLICITED);
	}
}

static void go_on(struct announcing *it, nanos duration)
{
	nanos until = it->now + duration;
	uint8_t buffer[ANNOUNCER_MAX_FRAME];

	while (it->now < until) {
		size_t length = announcer_next(it->announcer, it->now, buffer, sizeof buffer);
		nanos next = announcer_deadline(it->announcer);

		if (length > 0)
			sort_out(it, buffer, length);
		else
			it->now = next > it->now ? (next < until ? next : until) : it->now + 1;
	}
}

static void say(struct announcing *it, uint8_t *bytes)
{
	struct build_link link = { .destination = own_mac, .source = server_mac };
	struct frame frame = { .bytes = bytes, .link_type = LINK_ETHERNET };
	struct packet packet;

	build_ethernet(&it->builder, &link);
	build_pad(&it->builder);
	frame.captured = frame.length = (uint32_t)build_end(&it->builder, NULL);
	packet_decode(&frame, &packet);
	announcer_eat(it->announcer, &packet, it->now);
}

static void ask_for(struct announcing *it, const struct ip *vip)
{
	struct ip_header ip = { .source = ip_of("2001:db8::5"), .destination = *vip, .ttl = 255 };
	struct nd nd = { .target = *vip, .has_lladdr = true, .lladdr = server_mac };
	uint8_t bytes[256];

	build_begin(&it->builder, bytes, sizeof bytes);
	if (vip->family == 4)
		build_arp_request(&it->builder, server_mac, ip_of("192.0.2.5"), *vip);
	else
		build_nd(&it->builder, &ip, &nd);
	say(it, bytes);
}

static void claim(struct announcing *it, const struct ip *vip)
{
	struct ip_header ip = { .source = *vip, .destination = ip_of("ff02::1"), .ttl = 255 };
	struct nd nd = { .advert = true, .target = *vip, .has_lladdr = true, .lladdr = server_mac };
	uint8_t bytes[256];

	build_begin(&it->builder, bytes, sizeof bytes);
	if (vip->family == 4)
		build_arp_reply(&it->builder, server_mac, *vip, own_mac, ip_of("0.0.0.0"));
	else
		build_nd(&it->builder, &ip, &nd);
	say(it, bytes);
}

static void a_vip_of_nobody_is_announced_and_answered_for(void **state)
{
	static const char *const vips[] = { "192.0.2.100", "2001:db8::100" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ip vip = ip_of(vips[i]), other = ip_of(i ? "2001:db8::101" : "192.0.2.101");
		struct announcing it;

		begin(&it, &vip);
		ask_for(&it, &vip);
		go_on(&it, NANOS_PER_SECOND);
		assert_int_equal(it.announcements + it.answers, 0);
		go_on(&it, 10 * NANOS_PER_SECOND);
		assert_int_equal(it.probes, 3);
		assert_int_equal(it.announcements, 2);
		assert_int_equal(announcer_state(it.announcer), ANNOUNCER_ANSWERING);
		ask_for(&it, &vip);
		ask_for(&it, &other);
		go_on(&it, NANOS_PER_SECOND);
		assert_int_equal(it.answers, 1);
		assert_int_equal(announcer_answers(it.announcer), 1);
		end(&it);
	}
}

static void a_vip_of_somebody_is_left_to_him(void **state)
{
	static const char *const vips[] = { "192.0.2.100", "2001:db8::100" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ip vip = ip_of(vips[i]), whose;
		struct announcing it;
		struct mac mac;

		begin(&it, &vip);
		go_on(&it, NANOS_PER_SECOND);
		claim(&it, &vip);
		assert_int_equal(announcer_state(it.announcer), ANNOUNCER_REFUSED);
		assert_int_equal(announcer_rival(it.announcer, &whose, &mac), 1);
		assert_true(ip_equal(&whose, &vip));
		assert_true(mac_equal(mac, server_mac));
		go_on(&it, 10 * NANOS_PER_SECOND);
		ask_for(&it, &vip);
		go_on(&it, NANOS_PER_SECOND);
		assert_int_equal(it.announcements + it.answers, 0);
		end(&it);
	}
}

static void a_later_rival_is_told(void **state)
{
	struct ip vip = ip_of("192.0.2.100"), whose;
	struct announcing it;
	struct mac mac;

	(void)state;
	begin(&it, &vip);
	go_on(&it, 10 * NANOS_PER_SECOND);
	assert_int_equal(announcer_rival(it.announcer, &whose, &mac), 0);
	claim(&it, &vip);
	assert_int_equal(announcer_rival(it.announcer, &whose, &mac), 1);
	assert_int_equal(announcer_state(it.announcer), ANNOUNCER_ANSWERING);
	end(&it);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_answers_is_up_and_reset),
		cmocka_unit_test(what_fails_twice_is_down_until_it_answers),
		cmocka_unit_test(one_lost_answer_changes_nothing),
		cmocka_unit_test(datagrams_are_down_by_an_error_alone),
		cmocka_unit_test(services_without_a_port_are_pinged),
		cmocka_unit_test(tunnels_are_tested_as_tunnels),
		cmocka_unit_test(a_known_mac_is_never_asked_for),
		cmocka_unit_test(without_an_address_or_interval_the_mac_decides),
		cmocka_unit_test(a_vip_of_nobody_is_announced_and_answered_for),
		cmocka_unit_test(a_vip_of_somebody_is_left_to_him),
		cmocka_unit_test(a_later_rival_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
