// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the meaning of keepalived.conf: services, groups, real servers, VRRP instances, mistakes. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <string.h>

#include "topology_sample.h"

static void director_with_real_servers_is_understood(void **state)
{
	(void)state;
	sample_expect_keepalived(
	    "global_defs {\n\trouter_id LVS ! a comment\n}\n"
	    "virtual_server 10.1.1.1 80 {\n"
	    "  delay_loop 6\n  lb_algo rr\n  lb_kind DR\n  protocol TCP\n"
	    "  sorry_server 10.1.1.99 80\n"
	    "  real_server 10.1.1.13 80 {\n    weight 3\n    TCP_CHECK {\n      weight 9\n    }\n  }\n"
	    "  real_server 10.1.1.14 80 {\n    lvs_method TUN type gue port 6080\n  }\n"
	    "}\n",
	    NULL,
	    "vip 10.1.1.1:80/tcp method dr\n"
	    "real-server 10.1.1.13\n"
	    "real-server 10.1.1.14\n"
	    "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 3\n"
	    "real-server 10.1.1.14 vip 10.1.1.1:80/tcp weight 1 method tun\n");
}

static void braces_may_stand_anywhere(void **state)
{
	static const char expected[] = "vip 10.1.1.1:80/tcp method dr\nreal-server 10.1.1.13\n"
				       "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 2\n";

	(void)state;
	sample_expect_keepalived("virtual_server 10.1.1.1 80 { lb_kind DR\nprotocol TCP\n"
				 "real_server 10.1.1.13 80 { weight 2 } }\n",
				 NULL, expected);
	sample_expect_keepalived("virtual_server 10.1.1.1 80\n{\n lvs_method DR\nprotocol tcp\n"
				 "real_server 10.1.1.13 80\n{\nweight 2\n}}",
				 NULL, expected);
	sample_expect_keepalived("virtual_server 10.1.1.1 80 {\nquorum_up \"/bin/x {\" user\nnotify_up '${'\n"
				 "real_server 10.1.1.13 80 {\nweight \"2\"\n}\nprotocol TCP\nlb_kind \"DR\"\n}\n",
				 NULL, expected);
}

static void missing_method_is_nat_and_missing_protocol_udp(void **state)
{
	(void)state;
	sample_expect_keepalived("virtual_server 10.1.1.1 80 {\nweight 5\nreal_server 10.1.1.13 8080 {\n}\n}\n", NULL,
				 "vip 10.1.1.1:80/udp method nat\nreal-server 10.1.1.13\n"
				 "real-server 10.1.1.13 vip 10.1.1.1:80/udp port 8080 weight 5\n");
}

static void service_takes_the_method_on_which_its_real_servers_agree(void **state)
{
	(void)state;
	sample_expect_keepalived(
	    "virtual_server 10.1.1.1 80 {\n"
	    "real_server 10.1.1.13 80 {\nlvs_method DR\n}\nreal_server 10.1.1.14 80 {\nlvs_method DR\n}\n}\n"
	    "virtual_server 10.1.1.2 80 {\n"
	    "real_server 10.1.1.13 80 {\nlvs_method DR\n}\nreal_server 10.1.1.14 80 {\nlvs_method TUN\n}\n}\n",
	    NULL,
	    "vip 10.1.1.1:80/udp method dr\nvip 10.1.1.2:80/udp\n"
	    "real-server 10.1.1.13\nreal-server 10.1.1.14\n"
	    "real-server 10.1.1.13 vip 10.1.1.1:80/udp weight 1 method dr\n"
	    "real-server 10.1.1.14 vip 10.1.1.1:80/udp weight 1 method dr\n"
	    "real-server 10.1.1.13 vip 10.1.1.2:80/udp weight 1 method dr\n"
	    "real-server 10.1.1.14 vip 10.1.1.2:80/udp weight 1 method tun\n");
}

static void real_server_port_counts_only_with_nat(void **state)
{
	(void)state;
	sample_expect_keepalived("virtual_server 10.1.1.1 80 {\nlb_kind DR\nreal_server 10.1.1.13 8080 {\n}\n"
				 "real_server 10.1.1.14 8080 {\nlvs_method NAT\n}\n}\n"
				 "virtual_server fwmark 7 {\nlb_kind TUN\nreal_server 10.1.1.13 8080 {\n}\n}\n",
				 NULL,
				 "vip 10.1.1.1:80/udp method dr\nvip fwmark 7 method tun\n"
				 "real-server 10.1.1.13\nreal-server 10.1.1.14\n"
				 "real-server 10.1.1.13 vip 10.1.1.1:80/udp weight 1\n"
				 "real-server 10.1.1.14 vip 10.1.1.1:80/udp port 8080 weight 1 method nat\n"
				 "real-server 10.1.1.13 fwmark 7 weight 1\n");
}

static void groups_hold_addresses_ranges_networks_and_marks(void **state)
{
	(void)state;
	sample_expect_keepalived(
	    "virtual_server group web {\nlb_kind TUN\nprotocol TCP\nreal_server 192.0.2.1 80 {\n}\n}\n"
	    "virtual_server_group web {\n"
	    " 10.1.1.1 80\n 10.1.1.254-10.1.2.1 81\n 10.1.3.7-8\n 10.1.4.8/31 82\n"
	    " 2001:db8::fe-ff 83\n fwmark 7\n fwmark 8 inet6\n}\n",
	    NULL,
	    "vip 10.1.1.1:80/tcp method tun\n"
	    "vip 10.1.1.254:81/tcp method tun\nvip 10.1.1.255:81/tcp method tun\n"
	    "vip 10.1.2.0:81/tcp method tun\nvip 10.1.2.1:81/tcp method tun\n"
	    "vip 10.1.3.7:0/tcp method tun\nvip 10.1.3.8:0/tcp method tun\n"
	    "vip 10.1.4.8:82/tcp method tun\nvip 10.1.4.9:82/tcp method tun\n"
	    "vip [2001:db8::fe]:83/tcp method tun\nvip [2001:db8::ff]:83/tcp method tun\n"
	    "vip fwmark 7 method tun\nvip fwmark 8 method tun\n"
	    "real-server 192.0.2.1\n"
	    "real-server 192.0.2.1 vip 10.1.1.1:80/tcp weight 1\n"
	    "real-server 192.0.2.1 vip 10.1.1.254:81/tcp weight 1\n"
	    "real-server 192.0.2.1 vip 10.1.1.255:81/tcp weight 1\n"
	    "real-server 192.0.2.1 vip 10.1.2.0:81/tcp weight 1\n"
	    "real-server 192.0.2.1 vip 10.1.2.1:81/tcp weight 1\n"
	    "real-server 192.0.2.1 vip 10.1.3.7:0/tcp weight 1\n"
	    "real-server 192.0.2.1 vip 10.1.3.8:0/tcp weight 1\n"
	    "real-server 192.0.2.1 vip 10.1.4.8:82/tcp weight 1\n"
	    "real-server 192.0.2.1 vip 10.1.4.9:82/tcp weight 1\n"
	    "real-server 192.0.2.1 vip [2001:db8::fe]:83/tcp weight 1\n"
	    "real-server 192.0.2.1 vip [2001:db8::ff]:83/tcp weight 1\n"
	    "real-server 192.0.2.1 fwmark 7 weight 1\n"
	    "real-server 192.0.2.1 fwmark 8 weight 1\n");
}

static void vrrp_addresses_without_service_become_vips_of_any_port(void **state)
{
	(void)state;
	sample_expect_keepalived(
	    "vrrp_instance VI_1 {\n interface eth0\n use_vmac\n virtual_router_id 51\n priority 150\n"
	    " virtual_ipaddress {\n  10.1.1.1/24 dev eth0 label eth0:1\n  10.1.1.2\n }\n"
	    " virtual_ipaddress_excluded {\n  2001:db8::1/64\n }\n"
	    " unicast_peer {\n  10.1.1.12\n }\n}\n"
	    "static_ipaddress {\n 192.0.2.77/24 dev eth0\n}\n"
	    "virtual_server 10.1.1.1 80 {\nlb_kind DR\nreal_server 10.1.1.13 80 {\n}\n}\n",
	    NULL,
	    "vip 10.1.1.1:80/udp method dr\nvip 10.1.1.2\nvip 2001:db8::1\n"
	    "real-server 10.1.1.13\n"
	    "real-server 10.1.1.13 vip 10.1.1.1:80/udp weight 1\n"
	    "vrrp VI_1 vrid 51 priority 150 vmac address 10.1.1.1 address 10.1.1.2\n");
}

static void more_addresses_than_an_instance_keeps_are_counted(void **state)
{
	struct topology topology = TOPOLOGY_INIT;
	static const char content[] = "vrrp_instance V {\nvirtual_router_id 1\nvirtual_ipaddress {\n"
				      "~SEQ(i, 1, 20) 10.1.1.$i\n~SEQ(j, 1, 20) 10.1.1.${j}/32\n}\n}\n";
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(topology_read_keepalived(&topology, "f", content, strlen(content), NULL, &error), 0);
	assert_int_equal(topology.service_count, 20);
	assert_int_equal(topology.vrrp[0].address_count, 16);
	assert_int_equal(topology.vrrp[0].addresses_left_out, 24);
	topology_free(&topology);
}

static void shared_real_servers_are_one_host_and_local_ones_none(void **state)
{
	(void)state;
	sample_expect_keepalived("virtual_server 10.1.1.1 80 {\nlb_kind DR\nreal_server 10.1.1.13 80 {\n}\n"
				 "real_server 127.0.0.1 80 {\n}\n}\n"
				 "virtual_server 10.1.1.1 443 {\nlb_kind DR\nreal_server 10.1.1.13 443 {\n}\n}\n"
				 "virtual_server 10.1.1.1 21 {\nreal_server ::1 21 {\n}\n}\n"
				 "virtual_server 10.1.1.1 25 {\nlb_kind DR\n}\n",
				 NULL,
				 "vip 10.1.1.1:80/udp method dr\nvip 10.1.1.1:443/udp method dr\n"
				 "real-server 10.1.1.13\n"
				 "real-server 10.1.1.13 vip 10.1.1.1:80/udp weight 1\n"
				 "real-server 10.1.1.13 vip 10.1.1.1:443/udp weight 1\n");
}

/* Wraps what is wrong in a virtual server, so that it stands in line 2. */
#define SERVER(wrong)   "virtual_server 10.1.1.1 80 {\n" wrong "\n}\n"
#define INSTANCE(wrong) "vrrp_instance V {\n" wrong "\n}\n"
#define GROUP(wrong)    "virtual_server_group G {\n" wrong "\n}\n"

static void every_mistake_names_its_line(void **state)
{
	static const struct sample_error errors[] = {
		{ "virtual_server web1 80 {\n}", "file:1",
		  "virtual_server: \"web1\" is no address: write 10.1.1.1 80" },
		{ "virtual_server 10.1.1.1 http {\n}", "file:1", "a port is a number from 0 to 65535, not \"http\"" },
		{ "virtual_server fwmark 0 {\n}", "file:1", "a firewall mark is a number from 1 to 4294967295" },
		{ "virtual_server group {\n}", "file:1", "virtual_server needs a name of 1 to 63 bytes" },
		{ "virtual_server 10.1.1.1 80\nglobal_defs {\n}\n", "file:1",
		  "virtual_server needs a block: put \"{\" behind it" },
		{ SERVER("lb_kind XX"), "file:2", "lb_kind is NAT, DR or TUN, not \"XX\"" },
		{ SERVER("lvs_method"), "file:2", "lvs_method is NAT, DR or TUN, not \"\"" },
		{ SERVER("protocol ICMP"), "file:2", "protocol is TCP, UDP or SCTP, not \"ICMP\"" },
		{ SERVER("weight -1"), "file:2", "a weight is a number from 0 to 2147483647, not \"-1\"" },
		{ SERVER("lb_kind \"DR"), "file:2", "a quoted word has no end: add the closing \"" },
		{ SERVER("real_server 10.1.1 80 {\n}"), "file:2", "real_server: \"10.1.1\" is no address" },
		{ SERVER("real_server 10.1.1.13 99999 {\n}"), "file:2", "a port is a number" },
		{ SERVER("real_server 10.1.1.13 80 {\nweight x\n}"), "file:3", "a weight is a number" },
		{ SERVER("real_server 10.1.1.13 80 {\nlvs_method X\n}"), "file:3", "lvs_method is NAT, DR or TUN" },
		{ SERVER("real_server 10.1.1.1 80 {\n}"), "file:2", "10.1.1.1 is already a VIP" },
		{ SERVER("real_server fd00::1 80 {\n}"), "file:2", "differ in address family, which only method tun" },
		{ SERVER("real_server 10.1.1.13 80 {\n}\nreal_server 10.1.1.13 80 {\nweight 2\n}"), "file:4",
		  "real server 10.1.1.13 of 10.1.1.1:80/udp has another weight here than before" },
		{ SERVER("lb_kind DR\nreal_server 10.1.1.13 80 {\n}")
		      SERVER("lb_kind NAT\nreal_server 10.1.1.13 80 {\n}"),
		  "file:6", "10.1.1.1:80/udp has method nat here and dr before" },
		{ SERVER("real_server 10.1.1.13 80 {\n}") "virtual_server 10.1.1.13 80 {\nreal_server 10.1.1.14 80 "
							  "{\n}\n}",
		  "file:5", "10.1.1.13 is already a real server" },
		{ SERVER("real_server 224.1.1.1 80 {\n}"), "file:2", "224.1.1.1 is no address of a single host" },
		{ "virtual_server group G {\nreal_server 10.1.1.13 80 {\n}\n}", "file:1",
		  "there is no virtual_server_group G: define it or correct the name" },
		{ GROUP("web1 80"), "file:2", "\"web1\" is no address or range: write 10.1.1.1, 10.1.1.1-9" },
		{ GROUP("10.1.1.5-4 80"), "file:2", "\"10.1.1.5-4\" is no address or range" },
		{ GROUP("10.1.1.5-256 80"), "file:2", "\"10.1.1.5-256\" is no" },
		{ GROUP("10.1.1.5- 80"), "file:2", "\"10.1.1.5-\" is no" },
		{ GROUP("10.1.1.5-fd00::1 80"), "file:2", "is no address or range" },
		{ GROUP("10.1.1.1/24 80"), "file:2", "\"10.1.1.1/24\" is no" },
		{ GROUP("10.1.1.0/33 80"), "file:2", "\"10.1.1.0/33\" is no" },
		{ GROUP("0.0.0.0/0 80"), "file:2", "\"0.0.0.0/0\" is no" },
		{ GROUP("10.1.1.1 x"), "file:2", "a port is a number from 0 to 65535, not \"x\"" },
		{ GROUP("fwmark x"), "file:2", "a firewall mark is a number" },
		{ GROUP("10.1.1.1 80") GROUP("10.1.1.1 80"), "file:4", "virtual_server_group G is defined twice" },
		{ GROUP("10.0.0.0/8 80") "virtual_server group G {\nreal_server 192.0.2.1 80 {\n}\n}\n", "file:2",
		  "more than 4096 virtual services" },
		{ INSTANCE("priority 0\nvirtual_router_id 1"), "file:2",
		  "a priority is a number from 1 to 255, not \"0\"" },
		{ INSTANCE("virtual_router_id 256"), "file:2", "a virtual_router_id is a number from 1 to 255" },
		{ INSTANCE("priority 100"), "file:1", "vrrp_instance V has no virtual_router_id: add one, 1 to 255" },
		{ "vrrp_instance {\n}", "file:1", "vrrp_instance needs a name of 1 to 63 bytes" },
		{ INSTANCE("virtual_ipaddress {\nweb1\n}"), "file:3", "\"web1\" is no address: write 10.1.1.1/24" },
		{ INSTANCE("virtual_ipaddress {\n10.1.1.1/33\n}"), "file:3",
		  "\"10.1.1.1/33\" has no prefix length from 0 to 32" },
		{ INSTANCE("virtual_ipaddress_excluded {\nfd00::1/129\n}"), "file:3",
		  "has no prefix length from 0 to 128" },
		{ INSTANCE("virtual_ipaddress {\n10.1.1.1/\n}"), "file:3", "has no prefix length" },
		{ INSTANCE("virtual_router_id 1\nvirtual_ipaddress {\n224.0.0.1\n}"), "file:4",
		  "224.0.0.1 is no address of a single host" },
		{ INSTANCE("virtual_router_id 1") INSTANCE("virtual_router_id 2"), "file:4",
		  "VRRP instance V is defined twice" },
		{ INSTANCE("virtual_ipaddress"), "file:2", "virtual_ipaddress needs a block" },
		{ "\nglobal_defs {\n}\n}\n", "file:4", "this \"}\" closes no block" },
		{ "\nvirtual_server 10.1.1.1 80 {\nreal_server 10.1.1.13 80 {\n}\n", "file:2",
		  "the block that begins here has no end: add its \"}\"" },
		{ "\n{", "file:2", "the block that begins here has no end" },
		{ .content = NULL },
	};

	(void)state;
	sample_expect_errors(sample_read_keepalived, errors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(director_with_real_servers_is_understood),
		cmocka_unit_test(braces_may_stand_anywhere),
		cmocka_unit_test(missing_method_is_nat_and_missing_protocol_udp),
		cmocka_unit_test(service_takes_the_method_on_which_its_real_servers_agree),
		cmocka_unit_test(real_server_port_counts_only_with_nat),
		cmocka_unit_test(groups_hold_addresses_ranges_networks_and_marks),
		cmocka_unit_test(vrrp_addresses_without_service_become_vips_of_any_port),
		cmocka_unit_test(more_addresses_than_an_instance_keeps_are_counted),
		cmocka_unit_test(shared_real_servers_are_one_host_and_local_ones_none),
		cmocka_unit_test(every_mistake_names_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
