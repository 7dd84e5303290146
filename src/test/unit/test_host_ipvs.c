// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's messages about IPVS, as ip_vs_ctl.c makes them. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <arpa/inet.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

#include "host/ipvs.h"
#include "wire/packet.h"

/* A message with one nest, which the caller ends and frees. */
static struct nl_msg *begin(uint8_t command, int outer, struct nlattr **nest)
{
	struct nl_msg *message = nlmsg_alloc();

	assert_non_null(message);
	assert_non_null(genlmsg_put(message, 0, 1, 30, 0, NLM_F_MULTI, command, IPVS_GENL_VERSION));
	*nest = nla_nest_start(message, outer);
	return message;
}

/* The kernel writes 16 bytes whatever the family. */
static void put_address(struct nl_msg *message, int attribute, int family, const char *text)
{
	uint8_t address[16] = { 0 };

	assert_int_equal(inet_pton(family, text, address), 1);
	nla_put(message, attribute, sizeof address, address);
}

static void service_is_decoded(void **unused)
{
	struct topology_service service;
	struct nlattr *nest;
	struct nl_msg *message = begin(IPVS_CMD_NEW_SERVICE, IPVS_CMD_ATTR_SERVICE, &nest);
	char text[SERVICE_TEXT_SIZE];
	uint8_t family;

	(void)unused;
	nla_put_u16(message, IPVS_SVC_ATTR_AF, AF_INET);
	nla_put_u16(message, IPVS_SVC_ATTR_PROTOCOL, IP_PROTO_TCP);
	put_address(message, IPVS_SVC_ATTR_ADDR, AF_INET, "10.1.1.1");
	nla_put_u16(message, IPVS_SVC_ATTR_PORT, htons(80));
	nla_put_string(message, IPVS_SVC_ATTR_SCHED_NAME, "wrr");
	nla_nest_end(message, nest);
	assert_true(ipvs_decode_service(nlmsg_hdr(message), &service, &family));
	assert_string_equal(service_format(&service, text), "10.1.1.1:80/tcp");
	assert_int_equal(family, 4);
	nlmsg_free(message);
}

static void service_by_mark_has_no_address(void **unused)
{
	struct topology_service service;
	struct nlattr *nest;
	struct nl_msg *message = begin(IPVS_CMD_NEW_SERVICE, IPVS_CMD_ATTR_SERVICE, &nest);
	uint8_t family;

	(void)unused;
	nla_put_u16(message, IPVS_SVC_ATTR_AF, AF_INET6);
	nla_put_u32(message, IPVS_SVC_ATTR_FWMARK, 7);
	nla_nest_end(message, nest);
	assert_true(ipvs_decode_service(nlmsg_hdr(message), &service, &family));
	assert_int_equal(service.fwmark, 7);
	assert_int_equal(service.vip.family, 0);
	assert_int_equal(family, 6);
	nlmsg_free(message);
}

/* Without a family of their own, destinations have that of the service. */
static void destinations_are_decoded(void **unused)
{
	static const struct {
		uint32_t flags;
		enum method method;
		bool local;
	} cases[] = {
		{ 0x0, METHOD_NAT, false }, { 0x1, METHOD_UNKNOWN, true }, { 0x2, METHOD_TUN, false },
		{ 0x3, METHOD_DR, false },  { 0x103, METHOD_DR, false },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct topology_backend backend;
		struct nlattr *nest;
		struct nl_msg *message = begin(IPVS_CMD_NEW_DEST, IPVS_CMD_ATTR_DEST, &nest);
		char text[IP_TEXT_SIZE];
		struct ip ip;
		bool local;

		put_address(message, IPVS_DEST_ATTR_ADDR, i % 2 ? AF_INET6 : AF_INET,
			    i % 2 ? "fd0a:1:1::d" : "10.1.1.13");
		nla_put_u16(message, IPVS_DEST_ATTR_PORT, htons(8080));
		nla_put_u32(message, IPVS_DEST_ATTR_FWD_METHOD, cases[i].flags);
		nla_put_u32(message, IPVS_DEST_ATTR_WEIGHT, 5);
		if (i % 2)
			nla_put_u16(message, IPVS_DEST_ATTR_ADDR_FAMILY, AF_INET6);
		nla_nest_end(message, nest);
		assert_true(ipvs_decode_destination(nlmsg_hdr(message), 4, &ip, &backend, &local));
		assert_string_equal(ip_format(&ip, text), i % 2 ? "fd0a:1:1::d" : "10.1.1.13");
		assert_int_equal(backend.port, 8080);
		assert_int_equal(backend.weight, 5);
		assert_int_equal(backend.method, cases[i].method);
		assert_int_equal(local, cases[i].local);
		nlmsg_free(message);
	}
}

static void incomplete_messages_are_passed_over(void **unused)
{
	struct topology_service service;
	struct topology_backend backend;
	struct nlattr *nest;
	struct nl_msg *message = begin(IPVS_CMD_NEW_SERVICE, IPVS_CMD_ATTR_SERVICE, &nest);
	uint8_t family;
	struct ip ip;
	bool local;

	(void)unused;
	nla_put_u16(message, IPVS_SVC_ATTR_AF, AF_INET);
	nla_put(message, IPVS_SVC_ATTR_ADDR, 3, "abc");
	nla_nest_end(message, nest);
	assert_false(ipvs_decode_service(nlmsg_hdr(message), &service, &family));
	assert_false(ipvs_decode_destination(nlmsg_hdr(message), 4, &ip, &backend, &local));
	nlmsg_free(message);
	message = begin(IPVS_CMD_NEW_SERVICE, IPVS_CMD_ATTR_SERVICE, &nest);
	nla_put_u16(message, IPVS_SVC_ATTR_AF, 99);
	nla_put_u32(message, IPVS_SVC_ATTR_FWMARK, 7);
	nla_nest_end(message, nest);
	assert_false(ipvs_decode_service(nlmsg_hdr(message), &service, &family));
	nlmsg_free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(service_is_decoded),
		cmocka_unit_test(service_by_mark_has_no_address),
		cmocka_unit_test(destinations_are_decoded),
		cmocka_unit_test(incomplete_messages_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
