// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the forms in which options name services, hosts, methods and protocols. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "topology_sample.h"
#include "wire/packet.h"

static void vip_option_takes_every_form(void **state)
{
	static const struct {
		const char *text, *written;
	} forms[] = {
		{ "10.1.1.1", "10.1.1.1" },
		{ "10.1.1.1:80", "10.1.1.1:80/tcp" },
		{ "10.1.1.1:53/UDP", "10.1.1.1:53/udp" },
		{ "10.1.1.1:0/sctp", "10.1.1.1:0/sctp" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "[2001:db8::1]", "2001:db8::1" },
		{ "[2001:db8::1]:443/tcp", "[2001:db8::1]:443/tcp" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		struct topology_service service = { .vip = { .family = 0 } };
		char text[SERVICE_TEXT_SIZE];

		assert_int_equal(service_parse(forms[i].text, &service, NULL), 0);
		assert_string_equal(service_format(&service, text), forms[i].written);
	}
}

static void vip_option_refuses_everything_else(void **state)
{
	static const char *const texts[] = { "",
					     "www",
					     "10.1.1.1:",
					     "10.1.1.1:65536",
					     "10.1.1.1:x",
					     "10.1.1.1:80/",
					     "10.1.1.1:80/icmp",
					     "10.1.1.1:80/tcp/x",
					     "10.1.1",
					     "[2001:db8::1",
					     "[2001:db8::1]80",
					     "10.1.1.1/24",
					     "[10.1.1.1]:-1",
					     "10.1.1.1:+1" };
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal(topology_parse_vip(&topology, "--vip", texts[i], METHOD_DR, &error), ERROR_USAGE);
	assert_string_equal(error.where, "--vip");
	assert_string_equal(error.message, "\"10.1.1.1:+1\" is no ADDRESS[:PORT[/PROTOCOL]]: write 10.1.1.1, "
					   "10.1.1.1:80/tcp or [2001:db8::1]:53/udp");
}

static void host_option_takes_an_address_and_perhaps_a_mac(void **state)
{
	struct error error = ERROR_INIT;
	struct ip ip;
	struct mac mac;
	bool has_mac;

	(void)state;
	assert_int_equal(topology_parse_host("--rs", "10.1.1.13", &ip, &mac, &has_mac, NULL), 0);
	assert_false(has_mac);
	assert_int_equal(topology_parse_host("--rs", "2001:db8::13=0:16:3E:0:0:d", &ip, &mac, &has_mac, NULL), 0);
	assert_true(has_mac);
	assert_true(mac_equal(mac, sample_mac("00:16:3e:00:00:0d")));
	assert_int_equal(topology_parse_host("--rs", "web1", &ip, &mac, &has_mac, &error), ERROR_USAGE);
	assert_string_equal(error.where, "--rs");
	assert_string_equal(error.message,
			    "\"web1\" is no ADDRESS[=MAC]: write 10.1.1.13 or 10.1.1.13=00:16:3e:00:00:0d");
	assert_int_equal(topology_parse_host("--rs", "10.1.1.13=", &ip, &mac, &has_mac, &error), ERROR_USAGE);
	assert_string_equal(error.message, "\"\" is no MAC address: write 00:16:3e:00:00:0d");
}

static void methods_and_protocols_go_by_their_names(void **state)
{
	enum method method = METHOD_UNKNOWN;
	uint8_t protocol = 0;

	(void)state;
	assert_true(method_parse("TUN", &method));
	assert_string_equal(method_name(method), "tun");
	assert_false(method_parse("unknown", &method));
	assert_true(protocol_parse("SCTP", &protocol));
	assert_int_equal(protocol, IP_PROTO_SCTP);
	assert_string_equal(protocol_name(IP_PROTO_UDP), "udp");
	assert_string_equal(protocol_name(0), "any");
	assert_false(protocol_parse("any", &protocol));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vip_option_takes_every_form),
		cmocka_unit_test(vip_option_refuses_everything_else),
		cmocka_unit_test(host_option_takes_an_address_and_perhaps_a_mac),
		cmocka_unit_test(methods_and_protocols_go_by_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
