// SPDX-License-Identifier: GPL-2.0-or-later
/* The prober in simulated networks of every kind: its capture alone fills the matrix rightly and shows the fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test/unit/simulated_lvs.h"

#define HEALTHY(server)                                                                                                \
	"cell " server " arp pass", "cell " server " mac pass", "cell " server " hop pass",                            \
	    "cell " server " quiet pass", "cell " server " accepts pass", "cell " server " service pass",              \
	    "cell " server " return pass"

static void expect_within(struct lvs *lvs, struct net_host *here, const char *const lines[], int seconds,
			  const char *what)
{
	nanos duration = lvs_expect(lvs, here, lines, what);

	if (duration > seconds * NANOS_PER_SECOND)
		fail_msg("%s took %d ms", what, (int)(duration / NANOS_PER_MILLI));
	lvs_free(lvs);
}

/* --- healthy --- */

static void healthy_dr_passes_every_check(void **state)
{
	static const char *const lines[] = { HEALTHY("*"), NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, 4, 4);
	expect_within(&lvs, lvs.client, lines, 10, "healthy VS/DR");
}

static void healthy_tun_passes_every_check(void **state)
{
	static const char *const lines[] = { "cell * arp pass",     "cell * mac n/a",
					     "cell * hop n/a",      "cell * quiet pass",
					     "cell * accepts pass", "cell * service pass",
					     "cell * return pass",  NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_TUN, 4, 4);
	expect_within(&lvs, lvs.client, lines, 10, "healthy VS/TUN");
}

static void healthy_nat_passes_every_check(void **state)
{
	static const char *const lines[] = { "cell * arp pass",       "cell * accepts pass",
					     "cell * service pass",   "cell * return pass",
					     "!return-via-director",  "!reply-from-rip",
					     "!routed-hop * * error", NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_NAT, 4, 4);
	expect_within(&lvs, lvs.client, lines, 10, "healthy VS/NAT");
}

static void healthy_dr_over_ipv6_passes_every_check(void **state)
{
	static const char *const lines[] = { HEALTHY("*"), NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, 4, 6);
	expect_within(&lvs, lvs.client, lines, 10, "healthy VS/DR over IPv6");
}

static void healthy_dr_passes_from_the_director(void **state)
{
	static const char *const lines[] = { HEALTHY("*"), NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, 4, 4);
	expect_within(&lvs, lvs.director, lines, 10, "healthy VS/DR from the director");
}

/* --- Xen's vif-route --- */

static const char *const routed_dr[] = { "cell * arp pass",
					 "cell * mac fail",
					 "cell * hop fail",
					 "cell * accepts fail",
					 "cell * service unknown|fail",
					 "cell * return unknown|fail",
					 "mac-substituted 10.1.1.13|10.1.4.1 fe:ff:ff:ff:ff:ff error proven",
					 "routed-hop 10.1.1.13|10.1.4.1 fe:ff:ff:ff:ff:ff error",
					 "mac-substituted 10.1.1.14|10.1.4.200 fe:ff:ff:ff:ff:ff error proven",
					 "routed-hop 10.1.1.14|10.1.4.200 fe:ff:ff:ff:ff:ff error",
					 "blanket-proxy * fe:ff:ff:ff:ff:ff error proven|likely",
					 "?mac-substituted * fe:ff:ff:ff:ff:ff",
					 "?routed-hop * fe:ff:ff:ff:ff:ff",
					 "?vip-not-on-rs * * * hint|likely",
					 "?director-loop",
					 "!mac-substituted 10.1.1.254",
					 "!rs-answers-vip",
					 "!vip-not-on-rs * * * proven",
					 NULL };

static void routed_dr_fails_by_proof(void **state)
{
	struct lvs lvs;

	(void)state;
	lvs_routed(&lvs, METHOD_DR, 4, 4);
	expect_within(&lvs, lvs.client, routed_dr, 10, "VS/DR on vif-route");
}

static void two_hundred_servers_behind_one_dom0_take_less_than_20_seconds(void **state)
{
	struct lvs lvs;

	(void)state;
	lvs_routed(&lvs, METHOD_DR, 200, 4);
	expect_within(&lvs, lvs.client, routed_dr, 20, "200 servers on vif-route");
}

static void routed_tun_is_healthy(void **state)
{
	static const char *const lines[] = { "cell * arp pass",
					     "cell * accepts pass",
					     "cell * service pass",
					     "cell * return pass",
					     "mac-substituted 10.1.1.13 fe:ff:ff:ff:ff:ff info proven",
					     "mac-substituted 10.1.1.14 fe:ff:ff:ff:ff:ff info proven",
					     NULL };
	struct lvs lvs;

	(void)state;
	lvs_routed(&lvs, METHOD_TUN, 4, 4);
	expect_within(&lvs, lvs.client, lines, 10, "VS/TUN on vif-route");
}

static void routed_ipv6_dr_fails_by_proof(void **state)
{
	static const char *const lines[] = { "cell * arp pass",
					     "cell * mac fail",
					     "cell * hop fail",
					     "cell * accepts fail",
					     "mac-substituted fd0a:1:1::13 fe:ff:ff:ff:ff:ff error proven",
					     "?mac-substituted * fe:ff:ff:ff:ff:ff",
					     "?routed-hop * fe:ff:ff:ff:ff:ff",
					     "?blanket-proxy * fe:ff:ff:ff:ff:ff",
					     "?director-loop",
					     "!vip-not-on-rs * * * proven",
					     NULL };
	struct lvs lvs;

	(void)state;
	lvs_routed(&lvs, METHOD_DR, 4, 6);
	expect_within(&lvs, lvs.client, lines, 10, "VS/DR over IPv6 behind a router");
}

/* --- many --- */

static void two_hundred_healthy_servers_take_less_than_20_seconds(void **state)
{
	static const char *const lines[] = { HEALTHY("*"), NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, 200, 4);
	expect_within(&lvs, lvs.client, lines, 20, "200 healthy servers");
}

static void a_thousand_servers_take_less_than_60_seconds(void **state)
{
	static const char *const lines[] = { HEALTHY("*"), NULL };
	struct lvs lvs;

	(void)state;
	lvs_bridge(&lvs, METHOD_DR, 1000, 4);
	expect_within(&lvs, lvs.client, lines, 60, "1,000 healthy servers");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(healthy_dr_passes_every_check),
		cmocka_unit_test(healthy_tun_passes_every_check),
		cmocka_unit_test(healthy_nat_passes_every_check),
		cmocka_unit_test(healthy_dr_over_ipv6_passes_every_check),
		cmocka_unit_test(healthy_dr_passes_from_the_director),
		cmocka_unit_test(routed_dr_fails_by_proof),
		cmocka_unit_test(two_hundred_servers_behind_one_dom0_take_less_than_20_seconds),
		cmocka_unit_test(routed_tun_is_healthy),
		cmocka_unit_test(routed_ipv6_dr_fails_by_proof),
		cmocka_unit_test(two_hundred_healthy_servers_take_less_than_20_seconds),
		cmocka_unit_test(a_thousand_servers_take_less_than_60_seconds),
	};

	return cmocka_run_group_tests_name("the prober in simulated networks", tests, NULL, NULL);
}
