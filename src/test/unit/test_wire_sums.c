// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for checksums: damage is told, and what cannot be told is not guessed. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "analysis/engine.h"
#include "analysis/observation.h"
#include "wire/build.h"

enum { AT_IP = 14, AT_IP_SUM = AT_IP + 10, AT_ICMP = AT_IP + 20, AT_ICMP_SUM = AT_ICMP + 2 };

struct bench {
	struct builder builder;
	uint8_t bytes[256];
	uint32_t length;
};

static struct ip ip_of(const char *text)
{
	struct ip ip = { .family = 0 };

	assert_true(ip_parse(text, &ip));
	return ip;
}

static void build_echo(struct bench *bench, const char *source, const char *destination)
{
	struct ip_header ip = { .source = ip_of(source), .destination = ip_of(destination), .ttl = 64 };
	struct icmp echo = { .type = ip.source.family == 4 ? ICMP_TYPE_ECHO : ICMP6_TYPE_ECHO, .id = 7, .sequence = 1 };
	struct build_link link = { .destination = { { 0x00, 0x16, 0x3e, 0, 0, 2 } },
				   .source = { { 0x00, 0x16, 0x3e, 0, 0, 1 } } };
	struct error error = ERROR_INIT;
	int length;

	assert_int_equal(builder_open(&bench->builder, &error), 0);
	build_begin(&bench->builder, bench->bytes, sizeof bench->bytes);
	build_payload(&bench->builder, "truemac", 7);
	build_icmp(&bench->builder, &ip, &echo);
	build_ethernet(&bench->builder, &link);
	length = build_end(&bench->builder, &error);
	assert_true(length > 0);
	bench->length = (uint32_t)length;
	builder_close(&bench->builder);
}

static struct packet decode(const struct bench *bench, uint32_t captured)
{
	struct frame frame = { .bytes = bench->bytes,
			       .captured = captured,
			       .length = bench->length,
			       .number = 1,
			       .link_type = LINK_ETHERNET };
	struct packet packet;

	memset(&packet, 0xa5, sizeof packet);
	packet_decode(&frame, &packet);
	return packet;
}

static void right_checksums_are_right(void **state)
{
	struct bench bench;
	struct packet packet;

	(void)state;
	build_echo(&bench, "192.0.2.1", "192.0.2.2");
	packet = decode(&bench, bench.length);
	assert_int_equal(packet.sums_checked, SUM_IP | SUM_UPPER);
	assert_int_equal(packet.sums_wrong, 0);
	build_echo(&bench, "2001:db8::1", "2001:db8::2");
	packet = decode(&bench, bench.length);
	assert_int_equal(packet.sums_checked, SUM_UPPER);
	assert_int_equal(packet.sums_wrong, 0);
}

static void every_flipped_bit_behind_the_frame_header_is_told(void **state)
{
	struct bench bench;

	(void)state;
	build_echo(&bench, "192.0.2.1", "192.0.2.2");
	/* Version, header length, total length and the fragment's place change what is checked. */
	for (uint32_t bit = (AT_IP + 8) * 8; bit < bench.length * 8; bit++) {
		struct packet packet;

		if (bit / 8 == AT_IP + 9)
			continue; /* the protocol: the rest is no ICMP then */
		bench.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
		packet = decode(&bench, bench.length);
		assert_int_not_equal(packet.sums_wrong, 0);
		bench.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
}

static void a_checksum_of_zero_is_left_to_the_card(void **state)
{
	struct bench bench;
	struct packet packet;

	(void)state;
	build_echo(&bench, "192.0.2.1", "192.0.2.2");
	memset(bench.bytes + AT_IP_SUM, 0, 2);
	memset(bench.bytes + AT_ICMP_SUM, 0, 2);
	packet = decode(&bench, bench.length);
	assert_int_equal(packet.sums_checked, 0);
	assert_int_equal(packet.sums_wrong, 0);
}

static void what_was_not_captured_is_not_checked(void **state)
{
	struct bench bench;
	struct packet packet;

	(void)state;
	build_echo(&bench, "192.0.2.1", "192.0.2.2");
	packet = decode(&bench, bench.length - 1);
	assert_int_equal(packet.sums_checked, SUM_IP);
	assert_int_equal(packet.sums_wrong, 0);
}

/* --- what the engine makes of it --- */

static unsigned observed;

static void observe(void *state, const struct facts *facts, const struct observation *observation)
{
	(void)state;
	(void)facts;
	(void)observation;
	observed++;
}

static const struct rule counting_rule = { .id = "counts",
					   .subscribes = SUBSCRIBE(OBSERVED_NEIGHBOUR),
					   .observe = observe };

static void build_solicitation(struct bench *bench)
{
	struct nd nd = { .target = ip_of("2001:db8::2") };
	struct ip_header ip = { .source = ip_of("2001:db8::1"),
				.destination = build_solicited_node(&nd.target),
				.ttl = 255 };
	struct build_link link = { .destination = build_multicast_mac(&ip.destination),
				   .source = { { 0x00, 0x16, 0x3e, 0, 0, 1 } } };
	struct error error = ERROR_INIT;

	assert_int_equal(builder_open(&bench->builder, &error), 0);
	build_begin(&bench->builder, bench->bytes, sizeof bench->bytes);
	build_nd(&bench->builder, &ip, &nd);
	build_ethernet(&bench->builder, &link);
	bench->length = (uint32_t)build_end(&bench->builder, &error);
	builder_close(&bench->builder);
}

/* How many solicitations are taken notice of, of `right` whole ones and `damaged` ones behind them. */
static unsigned count_observed(unsigned right, unsigned damaged)
{
	static const struct rule *const rules[] = { &counting_rule, NULL };
	struct engine_options options = { .rules = rules, .seed = 1 };
	struct error error = ERROR_INIT;
	struct engine *engine;
	struct bench bench;

	observed = 0;
	assert_int_equal(engine_new(&engine, &options, &error), 0);
	assert_int_equal(engine_add_input(engine, "x", &error), 0);
	build_solicitation(&bench);
	for (unsigned i = 0; i < right + damaged; i++) {
		struct frame frame = { .bytes = bench.bytes, .number = i + 1, .link_type = LINK_ETHERNET };

		if (i == right)
			bench.bytes[bench.length - 1] ^= 1; /* the solicitation's target, or its option */
		frame.captured = frame.length = bench.length;
		engine_eat(engine, &frame);
	}
	engine_free(engine);
	return observed;
}

static void damaged_packets_tell_of_nobody(void **state)
{
	(void)state;
	assert_int_equal(count_observed(20, 0), 20);
	assert_int_equal(count_observed(20, 3), 20);
}

static void where_every_checksum_is_wrong_none_counts(void **state)
{
	(void)state;
	assert_int_equal(count_observed(0, 20), 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_checksums_are_right),
		cmocka_unit_test(every_flipped_bit_behind_the_frame_header_is_told),
		cmocka_unit_test(a_checksum_of_zero_is_left_to_the_card),
		cmocka_unit_test(what_was_not_captured_is_not_checked),
		cmocka_unit_test(damaged_packets_tell_of_nobody),
		cmocka_unit_test(where_every_checksum_is_wrong_none_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
