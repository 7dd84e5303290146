// SPDX-License-Identifier: GPL-2.0-or-later
/* The prober alone, without a network: what it asks nobody in particular, and as whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "probe/prober.h"

static const struct mac own_mac = { { 2, 0, 0, 0, 0, 1 } };

struct asked {
	uint32_t frames, probes, ordinary, others;
	struct ip sender; /* the last that was not 0 */
	nanos least_apart, first, last;
};

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static void add_vip(struct topology *topology, const char *text)
{
	assert_true(topology_parse_vip(topology, "--vip", text, METHOD_DR, NULL) >= 0);
}

static void add_server(struct topology *topology, const char *text)
{
	struct ip ip = ip_of(text);

	assert_true(topology_add_real_server(topology, &ip, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
}

static void note(struct asked *asked, const uint8_t *bytes, size_t length, nanos now)
{
	struct frame frame = {
		.bytes = bytes, .captured = (uint32_t)length, .length = (uint32_t)length, .link_type = LINK_ETHERNET
	};
	struct packet packet;

	packet_decode(&frame, &packet);
	assert_true(mac_equal(packet.source, own_mac));
	if (asked->frames++ && now - asked->last < asked->least_apart)
		asked->least_apart = now - asked->last;
	asked->last = now;
	if (!(packet.layers & LAYER_ARP)) {
		asked->others++;
		return;
	}
	asked->probes += ip_is_zero(&packet.arp.spa);
	asked->ordinary += !ip_is_zero(&packet.arp.spa);
	if (!ip_is_zero(&packet.arp.spa))
		asked->sender = packet.arp.spa;
}

/* Nobody answers. */
static struct asked run(const struct prober_options *options)
{
	struct asked asked = { .least_apart = INT64_MAX };
	struct prober *prober;
	uint8_t buffer[PROBER_MAX_FRAME];
	size_t length;
	nanos now = NANOS_PER_SECOND;

	assert_int_equal(prober_new(&prober, options, NULL), 0);
	while (!prober_done(prober)) {
		while ((length = prober_next(prober, now, buffer, sizeof buffer)) > 0)
			note(&asked, buffer, length, now);
		if (prober_deadline(prober) != INT64_MAX)
			now = prober_deadline(prober) > now ? prober_deadline(prober) : now;
	}
	prober_free(prober);
	return asked;
}

static void nothing_to_ask_is_an_error(void **state)
{
	struct topology empty = TOPOLOGY_INIT;
	struct prober_options options = { .mac = own_mac, .topology = &empty };
	struct prober *prober;

	(void)state;
	assert_int_equal(prober_new(&prober, &options, NULL), ERROR_USAGE);
	assert_null(prober);
	prober_free(prober);
}

static void who_does_not_answer_is_asked_three_times_in_each_form(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct prober_address own = { ip_of("192.0.2.9"), 32 };
	struct prober_options options = { .mac = own_mac, .own = &own, .own_count = 1, .topology = &topology };
	struct asked asked;

	(void)state;
	add_server(&topology, "192.0.2.13");
	asked = run(&options);
	assert_int_equal(asked.ordinary, 3);
	assert_int_equal(asked.probes, 3 + 1); /* and the last frame */
	assert_int_equal(asked.others, 0);
	topology_free(&topology);
}

static void without_an_address_only_sender_0_is_asked(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct prober_options options = { .mac = own_mac, .topology = &topology };
	struct asked asked;

	(void)state;
	add_vip(&topology, "192.0.2.1:80");
	add_server(&topology, "192.0.2.13");
	asked = run(&options);
	assert_int_equal(asked.ordinary + asked.others, 0);
	assert_true(asked.probes > 0);
	topology_free(&topology);
}

static void a_vip_is_never_the_sender(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct prober_address own[] = { { ip_of("192.0.2.1"), 32 }, { ip_of("192.0.2.11"), 24 } };
	struct prober_options options = { .mac = own_mac, .own = own, .own_count = 2, .topology = &topology };
	struct asked asked;

	(void)state;
	add_vip(&topology, "192.0.2.1:80");
	add_server(&topology, "192.0.2.13");
	asked = run(&options);
	assert_true(ip_equal(&asked.sender, &own[1].ip));
	options.own_count = 1;
	asked = run(&options);
	assert_int_equal(asked.ordinary, 0);
	topology_free(&topology);
}

static void addresses_of_other_interfaces_are_not_asked(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct prober_address own = { ip_of("192.0.2.9"), 32 };
	struct ip skip = ip_of("192.0.2.13");
	struct prober_options options = {
		.mac = own_mac, .own = &own, .own_count = 1, .skip = &skip, .skip_count = 1, .topology = &topology
	};
	struct prober *prober;

	(void)state;
	add_server(&topology, "192.0.2.13");
	assert_int_equal(prober_new(&prober, &options, NULL), ERROR_USAGE);
	topology_free(&topology);
}

static void nobody_behind_a_router_is_asked_ordinarily(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct prober_address own = { ip_of("198.51.100.9"), 24 };
	struct ip distant = ip_of("192.0.2.13");
	struct prober_options options = { .mac = own_mac,
					  .own = &own,
					  .own_count = 1,
					  .distant = &distant,
					  .distant_count = 1,
					  .topology = &topology };
	struct asked asked;

	(void)state;
	add_server(&topology, "192.0.2.13");
	asked = run(&options);
	assert_int_equal(asked.ordinary, 0);
	assert_true(asked.probes > 0);
	topology_free(&topology);
}

static void the_pace_that_is_told_is_kept(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct prober_address own = { ip_of("192.0.2.9"), 24 };
	struct prober_options options = {
		.mac = own_mac, .own = &own, .own_count = 1, .topology = &topology, .pace = 20
	};

	(void)state;
	for (int i = 1; i <= 20; i++)
		add_server(&topology, (char[]){ '1', '9', '2', '.', '0', '.', '2', '.', '1', (char)('0' + i / 10),
						(char)('0' + i % 10), '\0' });
	assert_true(run(&options).least_apart >= NANOS_PER_SECOND / 20);
	topology_free(&topology);
}

static void progress_says_what_is_asked(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	struct prober_address own = { ip_of("192.0.2.9"), 32 };
	struct prober_options options = { .mac = own_mac, .own = &own, .own_count = 1, .topology = &topology };
	struct prober_progress progress;
	struct prober *prober;
	uint8_t buffer[PROBER_MAX_FRAME];

	(void)state;
	add_server(&topology, "192.0.2.13");
	assert_int_equal(prober_new(&prober, &options, NULL), 0);
	prober_progress(prober, &progress);
	assert_string_equal(progress.asking, "");
	assert_true(prober_next(prober, 1, buffer, sizeof buffer) > 0);
	prober_progress(prober, &progress);
	assert_string_equal(progress.asking, "192.0.2.13: who has it (sender 0)?");
	assert_int_equal(progress.done, 0);
	assert_int_equal(progress.all, 2);
	assert_int_equal(progress.sent, 1);
	prober_free(prober);
	topology_free(&topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_ask_is_an_error),
		cmocka_unit_test(who_does_not_answer_is_asked_three_times_in_each_form),
		cmocka_unit_test(without_an_address_only_sender_0_is_asked),
		cmocka_unit_test(a_vip_is_never_the_sender),
		cmocka_unit_test(addresses_of_other_interfaces_are_not_asked),
		cmocka_unit_test(nobody_behind_a_router_is_asked_ordinarily),
		cmocka_unit_test(the_pace_that_is_told_is_kept),
		cmocka_unit_test(progress_says_what_is_asked),
	};

	return cmocka_run_group_tests_name("the prober", tests, NULL, NULL);
}
