// SPDX-License-Identifier: GPL-2.0-or-later
/* Services of every kind and set-ups that are told in part only; and networks that lose frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test/unit/simulated_lvs.h"

#define RESOLVES(server) "cell " server " arp pass", "cell " server " mac pass|n/a", "cell " server " hop pass|n/a"
#define HEALTHY(server)                                                                                                \
	RESOLVES(server), "cell " server " quiet pass|n/a", "cell " server " accepts pass",                            \
	    "cell " server " service pass", "cell " server " return pass"

enum { SERVERS = 4 };

static void expect_within(struct lvs *lvs, struct net_host *here, const char *const lines[], int seconds,
			  const char *what)
{
	nanos duration = lvs_expect(lvs, here, lines, what);

	if (duration > seconds * NANOS_PER_SECOND)
		fail_msg("%s took %d ms", what, (int)(duration / NANOS_PER_MILLI));
	lvs_free(lvs);
}

/* --- services --- */

static void a_udp_service(void **state)
{
	static const char *const lines[] = { "service-not-on-vip 10.1.1.13 * error proven",
					     "cell 10.1.1.13 accepts pass",
					     "cell 10.1.1.13 service fail",
					     HEALTHY("10.1.1.14"),
					     HEALTHY("10.1.1.15"),
					     HEALTHY("10.1.1.16"),
					     NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, SERVERS, 4);
	for (int i = 1; i < SERVERS; i++)
		net_add_service(lvs.servers[i], NULL, 53, IP_PROTO_UDP);
	lvs.director->vip_port = 53;
	lvs_configure(&lvs, "10.1.1.1:53/udp", METHOD_DR, true);
	expect_within(&lvs, lvs.client, lines, 10, "UDP service");
}

static void a_vip_without_port_is_asked_by_echo(void **state)
{
	static const char *const lines[] = { RESOLVES("*"), "cell * quiet pass", "cell * accepts pass", NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, SERVERS, 4);
	lvs_configure(&lvs, "10.1.1.1", METHOD_DR, true);
	expect_within(&lvs, lvs.client, lines, 10, "VIP without port");
}

static void a_method_that_is_not_told_is_taken_for_dr(void **state)
{
	static const char *const lines[] = { HEALTHY("*"), NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, SERVERS, 4);
	lvs_configure(&lvs, "10.1.1.1:80", METHOD_UNKNOWN, true);
	expect_within(&lvs, lvs.client, lines, 10, "no method");
}

static void directors_need_not_be_told(void **state)
{
	static const char *const lines[] = { HEALTHY("*"), NULL };
	static const enum method methods[] = { METHOD_DR, METHOD_TUN, METHOD_NAT };
	struct lvs lvs;

	(void)state;
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		lvs_bridge(&lvs, methods[i], SERVERS, 4);
		lvs_configure(&lvs, "10.1.1.1:80", methods[i], false);
		expect_within(&lvs, lvs.client, lines, 10, method_name(methods[i]));
	}
}

/* --- tunnels --- */

static void tunnels_of_every_kind(void **state)
{
	static const char *const lines[] = { HEALTHY("*"), NULL };
	static const enum packet_tunnel tunnels[] = { TUNNEL_GRE, TUNNEL_GUE };
	struct lvs lvs;

	(void)state;
	for (size_t i = 0; i < sizeof tunnels / sizeof *tunnels; i++) {
		lvs_bridge(&lvs, METHOD_TUN, SERVERS, 4);
		for (int k = 0; k < SERVERS; k++)
			lvs.servers[k]->tunnel = tunnels[i];
		expect_within(&lvs, lvs.client, lines, 10, tunnels[i] == TUNNEL_GRE ? "GRE" : "GUE");
	}
}

static void a_tunnels_end_without_the_vip(void **state)
{
	static const char *const lines[] = { "vip-not-on-rs 10.1.1.13 * error likely",
					     "cell 10.1.1.13 arp pass",
					     "cell 10.1.1.13 accepts unknown",
					     "cell 10.1.1.13 service unknown",
					     "cell 10.1.1.13 return unknown",
					     HEALTHY("10.1.1.14"),
					     HEALTHY("10.1.1.15"),
					     HEALTHY("10.1.1.16"),
					     NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_TUN, SERVERS, 4);
	lvs.servers[0]->address_count = 1;
	expect_within(&lvs, lvs.client, lines, 9, "VS/TUN without VIP");
}

/* Behind one MAC: what one server answers is not the other's doing. */
static void a_routed_tunnels_end_without_the_vip(void **state)
{
	static const char *const lines[] = { "?vip-not-on-rs 10.1.1.13 * error likely",
					     "!vip-not-on-rs 10.1.1.14",
					     "cell 10.1.1.13 accepts unknown",
					     "cell 10.1.1.13 service unknown",
					     "cell 10.1.1.14 accepts pass",
					     "cell 10.1.1.14 service pass",
					     "cell 10.1.1.15 service pass",
					     NULL };
	struct lvs lvs;

	(void)state;
	lvs_routed(&lvs, METHOD_TUN, SERVERS, 4);
	lvs.servers[0]->address_count = 1;
	expect_within(&lvs, lvs.client, lines, 9, "routed VS/TUN, one without VIP");
}

/* --- losses --- */

static void lost_frames_make_no_faults(void **state)
{
	enum { PER_THOUSAND = 20 };
	static const char *const lines[] = { "cell * arp pass",
					     "cell * mac pass",
					     "cell * hop pass",
					     "cell * quiet pass",
					     "cell * accepts pass",
					     "cell * service pass",
					     "cell * return pass|unknown",
					     NULL };
	struct lvs lvs;

	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		lvs_bridge(&lvs, METHOD_DR, SERVERS, 4);
		lvs.net->loss = PER_THOUSAND;
		lvs.net->random = seed;
		expect_within(&lvs, lvs.client, lines, 10, "2% lost");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_udp_service),
		cmocka_unit_test(a_vip_without_port_is_asked_by_echo),
		cmocka_unit_test(a_method_that_is_not_told_is_taken_for_dr),
		cmocka_unit_test(directors_need_not_be_told),
		cmocka_unit_test(tunnels_of_every_kind),
		cmocka_unit_test(a_tunnels_end_without_the_vip),
		cmocka_unit_test(a_routed_tunnels_end_without_the_vip),
		cmocka_unit_test(lost_frames_make_no_faults),
	};

	return cmocka_run_group_tests_name("probing services of every kind", tests, NULL, NULL);
}
