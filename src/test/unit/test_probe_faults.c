// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One fault in an otherwise healthy set-up on a bridge: a probe finds it, says how sure it is, and finds nothing else.
 * The first real server (10.1.1.13) has the fault, the others pass every check.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "test/unit/simulated_lvs.h"

#define RS1_MAC "00:16:3e:0a:01:0d"

#define RESOLVES(server) "cell " server " arp pass", "cell " server " mac pass", "cell " server " hop pass"
#define HEALTHY(server)                                                                                                \
	RESOLVES(server), "cell " server " quiet pass", "cell " server " accepts pass",                                \
	    "cell " server " service pass", "cell " server " return pass"
#define OTHERS HEALTHY("10.1.1.14"), HEALTHY("10.1.1.15"), HEALTHY("10.1.1.16")

enum { SERVERS = 4, MOST_SECONDS = 10 };

static void expect(struct lvs *lvs, struct net_host *here, const char *const lines[], const char *what)
{
	nanos duration = lvs_expect(lvs, here, lines, what);

	if (duration > MOST_SECONDS * NANOS_PER_SECOND)
		fail_msg("%s took %d ms", what, (int)(duration / NANOS_PER_MILLI));
	lvs_free(lvs);
}

static struct net_host *first_server(struct lvs *lvs)
{
	lvs_bridge(lvs, METHOD_DR, SERVERS, 4);
	return lvs->servers[0];
}

/* The VIP is the server's second address. */
static void take_vip_away(struct net_host *server)
{
	server->address_count = 1;
}

/* --- ARP --- */

static const char *const flux[] = { "rs-answers-vip 10.1.1.1 " RS1_MAC " error proven",
				    "?mac-flap 10.1.1.1",
				    "!duplicate-ip",
				    "!vip-split-brain",
				    "!mac-substituted",
				    RESOLVES("10.1.1.13"),
				    "cell 10.1.1.13 quiet fail",
				    "cell 10.1.1.13 accepts pass",
				    "cell 10.1.1.13 service pass",
				    "cell 10.1.1.13 return pass",
				    OTHERS,
				    NULL };

static void a_server_that_answers_for_the_vip(void **state)
{
	struct lvs lvs;

	(void)state;
	first_server(&lvs)->arp_ignore = false;
	expect(&lvs, lvs.client, flux, "flux");
	first_server(&lvs)->arp_ignore = false;
	expect(&lvs, lvs.director, flux, "flux, from the director");
}

static void a_server_that_asks_as_the_vip(void **state)
{
	static const char *const lines[] = { "rs-announces-vip 10.1.1.1 " RS1_MAC " error proven",
					     "!rs-answers-vip",
					     "?mac-flap 10.1.1.1",
					     "!duplicate-ip",
					     RESOLVES("10.1.1.13"),
					     "cell 10.1.1.13 quiet fail",
					     "cell 10.1.1.13 accepts pass",
					     "cell 10.1.1.13 service pass",
					     "cell 10.1.1.13 return pass",
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs)->arp_announce = false;
	expect(&lvs, lvs.client, lines, "announce leak");
}

/* On the director the kernel does not hear the question, but the capture does; the test goes on once the server knows.
 */
static void a_server_that_asks_the_director_as_the_vip(void **state)
{
	static const char *const lines[] = { "rs-announces-vip 10.1.1.13 00:16:3e:0a:01:0d error proven",
					     "cell 10.1.1.13 quiet fail",
					     "cell 10.1.1.13 accepts pass",
					     "cell 10.1.1.13 service pass",
					     "cell 10.1.1.13 return pass",
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs)->arp_announce = false;
	expect(&lvs, lvs.director, lines, "arp_announce=0, from the director");
}

static void a_server_that_is_down(void **state)
{
	static const char *const lines[] = { "rs-silent 10.1.1.13 * error proven",
					     "!vip-not-on-rs",
					     "cell 10.1.1.13 arp fail",
					     "cell 10.1.1.13 mac unknown",
					     "cell 10.1.1.13 hop unknown",
					     "cell 10.1.1.13 quiet unknown",
					     "cell 10.1.1.13 accepts unknown",
					     "cell 10.1.1.13 service unknown",
					     "cell 10.1.1.13 return unknown",
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs)->down = true;
	expect(&lvs, lvs.client, lines, "server down");
	first_server(&lvs)->down = true;
	expect(&lvs, lvs.director, lines, "server down, from the director");
}

static void an_address_that_two_hosts_have(void **state)
{
	static const char *const lines[] = { "duplicate-ip 10.1.1.13 * error proven",
					     "?mac-flap 10.1.1.13",
					     "!mac-substituted",
					     "!vip-split-brain",
					     "!late-second-answer",
					     "cell 10.1.1.13 arp pass",
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs);
	net_add_address(lvs.backup, 0, "10.1.1.13/24");
	expect(&lvs, lvs.client, lines, "duplicate address");
}

static void a_director_with_two_cards_is_one_host(void **state)
{
	static const char *const lines[] = { "?duplicate-ip * * * likely|hint",
					     "?mac-flap",
					     "!duplicate-ip * * * proven",
					     "!vip-split-brain",
					     "!mac-substituted",
					     "!late-second-answer",
					     "!rs-answers-vip",
					     HEALTHY("10.1.1.13"),
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs);
	net_add_port(lvs.director, lvs.director->ports[0].segment, "00:16:3e:0a:02:0b");
	expect(&lvs, lvs.client, lines, "two cards");
}

static const char *const late_answers[] = { "late-second-answer 10.1.1.1 00:16:3e:0a:01:0c error proven",
					    "?mac-substituted * 00:16:3e:0a:01:0c",
					    "?routed-hop * 00:16:3e:0a:01:0c",
					    "?late-second-answer * 00:16:3e:0a:01:0c",
					    "?blanket-proxy * 00:16:3e:0a:01:0c",
					    "?mac-flap",
					    "!duplicate-ip",
					    "!vip-split-brain",
					    "!mac-substituted * " RS1_MAC,
					    HEALTHY("10.1.1.13"),
					    OTHERS,
					    NULL };

static void a_backup_that_answers_for_the_vip(void **state)
{
	struct lvs lvs;

	(void)state;
	first_server(&lvs);
	lvs.backup->proxied = lvs.director->vip;
	lvs.backup->forwards = true;
	expect(&lvs, lvs.client, late_answers, "backup with a neighbour proxy entry");
}

static void a_backup_that_answers_for_everybody(void **state)
{
	static const char *const lines[] = { "late-second-answer 10.1.1.1 00:16:3e:0a:01:0c error proven",
					     "blanket-proxy * 00:16:3e:0a:01:0c error proven|likely",
					     "?late-second-answer * 00:16:3e:0a:01:0c",
					     "?mac-substituted * 00:16:3e:0a:01:0c",
					     "?routed-hop * 00:16:3e:0a:01:0c",
					     "?mac-flap",
					     "?vip-not-on-rs * 00:16:3e:0a:01:0c * hint|likely",
					     "!duplicate-ip",
					     "!vip-split-brain",
					     "cell * arp pass",
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs);
	lvs.backup->ports[0].proxy_arp_pvlan = true;
	lvs.backup->forwards = true;
	expect(&lvs, lvs.client, lines, "backup with proxy_arp_pvlan");
}

static void a_vip_that_nobody_has(void **state)
{
	static const char *const lines[] = { "vip-unanswered 10.1.1.1 * error proven", HEALTHY("10.1.1.13"), OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs);
	lvs.director->address_count = 1;
	expect(&lvs, lvs.client, lines, "no director");
}

static void a_vip_that_both_directors_have(void **state)
{
	static const char *const lines[] = { "vip-split-brain 10.1.1.1 * error proven|likely",
					     "?mac-flap 10.1.1.1",
					     "!duplicate-ip",
					     "!late-second-answer",
					     HEALTHY("10.1.1.13"),
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs);
	net_add_address(lvs.backup, 0, "10.1.1.1/32");
	expect(&lvs, lvs.client, lines, "split brain");
}

/* Cisco, NetBSD and old Windows do not answer sender 0: that alone proves nothing. */
static void servers_that_do_not_answer_probes_are_no_proxies(void **state)
{
	static const char *const lines[] = { "!mac-substituted", "!late-second-answer", HEALTHY("*"), NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs);
	for (int i = 0; i < lvs.server_count; i++)
		lvs.servers[i]->no_probes = true;
	expect(&lvs, lvs.client, lines, "servers without answers to sender 0");
}

/* --- the VIP on the real server --- */

static const char *const missing[] = { "vip-not-on-rs 10.1.1.13 " RS1_MAC " error likely",
				       "!rs-filters-vip",
				       RESOLVES("10.1.1.13"),
				       "cell 10.1.1.13 quiet pass",
				       "cell 10.1.1.13 accepts unknown|fail",
				       "cell 10.1.1.13 service unknown",
				       "cell 10.1.1.13 return unknown",
				       OTHERS,
				       NULL };

static void a_server_without_the_vip(void **state)
{
	struct lvs lvs;

	(void)state;
	take_vip_away(first_server(&lvs));
	expect(&lvs, lvs.client, missing, "VIP missing");
	take_vip_away(first_server(&lvs));
	expect(&lvs, lvs.director, missing, "VIP missing, from the director");
}

static void a_server_without_the_vip_that_forwards(void **state)
{
	static const char *const lines[] = { "vip-not-on-rs 10.1.1.13 " RS1_MAC " error proven",
					     "?director-loop 10.1.1.1",
					     "!routed-hop 10.1.1.13",
					     "!mac-substituted",
					     RESOLVES("10.1.1.13"),
					     "cell 10.1.1.13 quiet pass",
					     "cell 10.1.1.13 accepts fail",
					     "cell 10.1.1.13 service unknown|fail",
					     "cell 10.1.1.13 return unknown|fail",
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs)->forwards = true;
	take_vip_away(lvs.servers[0]);
	expect(&lvs, lvs.client, lines, "VIP missing, forwarding on");
	first_server(&lvs)->forwards = true;
	take_vip_away(lvs.servers[0]);
	expect(&lvs, lvs.director, lines, "VIP missing, forwarding on, from the director");
}

static void a_service_on_the_servers_own_address_only(void **state)
{
	static const char *const lines[] = { "service-not-on-vip 10.1.1.13 " RS1_MAC " error proven",
					     "!vip-not-on-rs",
					     "!rs-filters-vip",
					     RESOLVES("10.1.1.13"),
					     "cell 10.1.1.13 quiet pass",
					     "cell 10.1.1.13 accepts pass",
					     "cell 10.1.1.13 service fail",
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	first_server(&lvs)->service_count = 0;
	net_add_service(lvs.servers[0], "10.1.1.13", 80, IP_PROTO_TCP);
	expect(&lvs, lvs.client, lines, "service on RIP only");
}

static void a_filter_that_drops(void **state)
{
	static const char *const lines[] = { "rs-filters-vip 10.1.1.13 " RS1_MAC " error proven",
					     "!vip-not-on-rs",
					     "!service-not-on-vip",
					     RESOLVES("10.1.1.13"),
					     "cell 10.1.1.13 quiet pass",
					     "cell 10.1.1.13 accepts pass",
					     "cell 10.1.1.13 service fail|unknown",
					     "cell 10.1.1.13 return pass|unknown",
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	net_add_filter(first_server(&lvs), "10.1.1.1", 80, false);
	expect(&lvs, lvs.client, lines, "filter that drops");
}

static void a_filter_that_rejects(void **state)
{
	static const char *const lines[] = { "rs-filters-vip 10.1.1.13 " RS1_MAC " error proven",
					     "!vip-not-on-rs",
					     "!service-not-on-vip",
					     RESOLVES("10.1.1.13"),
					     "cell 10.1.1.13 quiet pass",
					     "cell 10.1.1.13 accepts pass",
					     "cell 10.1.1.13 service fail",
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	net_add_filter(first_server(&lvs), "10.1.1.1", 80, true);
	expect(&lvs, lvs.client, lines, "filter that rejects");
}

static void a_server_that_answers_through_the_director(void **state)
{
	static const char *const lines[] = { "return-via-director 10.1.1.13 " RS1_MAC " error likely|proven",
					     "!routed-hop 10.1.1.13",
					     "!mac-substituted",
					     "!vip-not-on-rs * * * proven",
					     "?vip-not-on-rs * * * hint|likely",
					     RESOLVES("10.1.1.13"),
					     "cell 10.1.1.13 quiet pass",
					     "cell 10.1.1.13 service unknown|fail",
					     "cell 10.1.1.13 return fail",
					     OTHERS,
					     NULL };
	struct lvs lvs;

	(void)state;
	net_add_route(first_server(&lvs), "10.1.1.138", 0, "10.1.1.11");
	lvs.director->forwards = true;
	expect(&lvs, lvs.client, lines, "answers through the director");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_answers_for_the_vip),
		cmocka_unit_test(a_server_that_asks_as_the_vip),
		cmocka_unit_test(a_server_that_asks_the_director_as_the_vip),
		cmocka_unit_test(a_server_that_is_down),
		cmocka_unit_test(an_address_that_two_hosts_have),
		cmocka_unit_test(a_director_with_two_cards_is_one_host),
		cmocka_unit_test(a_backup_that_answers_for_the_vip),
		cmocka_unit_test(a_backup_that_answers_for_everybody),
		cmocka_unit_test(a_vip_that_nobody_has),
		cmocka_unit_test(a_vip_that_both_directors_have),
		cmocka_unit_test(servers_that_do_not_answer_probes_are_no_proxies),
		cmocka_unit_test(a_server_without_the_vip),
		cmocka_unit_test(a_server_without_the_vip_that_forwards),
		cmocka_unit_test(a_service_on_the_servers_own_address_only),
		cmocka_unit_test(a_filter_that_drops),
		cmocka_unit_test(a_filter_that_rejects),
		cmocka_unit_test(a_server_that_answers_through_the_director),
	};

	return cmocka_run_group_tests_name("what a probe finds", tests, NULL, NULL);
}
