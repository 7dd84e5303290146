// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the topology's adders and lookups. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "topology_sample.h"

static int set_up(void **state)
{
	static struct topology topology;

	topology = (struct topology)TOPOLOGY_INIT;
	*state = &topology;
	return 0;
}

static int tear_down(void **state)
{
	topology_free(*state);
	return 0;
}

static int add_vip(struct topology *topology, const char *text, enum method method, struct error *error)
{
	return topology_parse_vip(topology, "--vip", text, method, error);
}

static int add_real_server(struct topology *topology, const char *text, struct error *error)
{
	struct ip ip = sample_ip(text);

	return topology_add_real_server(topology, &ip, NULL, ORIGIN_CONFIGURED, error);
}

static void one_service_is_kept_once(void **state)
{
	struct topology *topology = *state;

	assert_int_equal(add_vip(topology, "10.1.1.1:80", METHOD_UNKNOWN, NULL), 0);
	assert_int_equal(add_vip(topology, "10.1.1.1:80/udp", METHOD_UNKNOWN, NULL), 1);
	assert_int_equal(add_vip(topology, "10.1.1.1:80/tcp", METHOD_DR, NULL), 0);
	assert_int_equal(topology->service_count, 2);
	assert_int_equal(topology->services[0].method, METHOD_DR);
}

static void second_method_of_a_service_is_refused(void **state)
{
	struct error error = ERROR_INIT;

	add_vip(*state, "10.1.1.1:80", METHOD_DR, NULL);
	assert_int_equal(add_vip(*state, "10.1.1.1:80", METHOD_NAT, &error), ERROR_USAGE);
	assert_string_equal(error.where, "--vip");
	assert_string_equal(error.message, "10.1.1.1:80/tcp has method nat here and dr before: remove one of them");
}

static void configured_method_wins_over_inferred_one(void **state)
{
	struct topology *topology = *state;
	struct topology_service service = { .vip = sample_ip("10.1.1.1"),
					    .method = METHOD_NAT,
					    .origin = ORIGIN_INFERRED };

	assert_int_equal(topology_add_service(topology, &service, NULL), 0);
	service.method = METHOD_TUN;
	assert_int_equal(topology_add_service(topology, &service, NULL), 0);
	assert_int_equal(topology->services[0].method, METHOD_NAT);
	service.method = METHOD_DR;
	service.origin = ORIGIN_CONFIGURED;
	assert_int_equal(topology_add_service(topology, &service, NULL), 0);
	assert_int_equal(topology->services[0].method, METHOD_DR);
	assert_int_equal(topology->services[0].origin, ORIGIN_CONFIGURED);
	service.method = METHOD_NAT;
	service.origin = ORIGIN_INFERRED;
	assert_int_equal(topology_add_service(topology, &service, NULL), 0);
	assert_int_equal(topology->services[0].method, METHOD_DR);
}

static void vip_cannot_be_a_real_server(void **state)
{
	struct error error = ERROR_INIT;

	add_vip(*state, "10.1.1.1", METHOD_DR, NULL);
	assert_int_equal(add_real_server(*state, "10.1.1.1", &error), ERROR_USAGE);
	assert_string_equal(error.message,
			    "10.1.1.1 is already a VIP: a VIP and a real server need different addresses");
	add_real_server(*state, "10.1.1.13", NULL);
	assert_int_equal(add_vip(*state, "10.1.1.13", METHOD_DR, &error), ERROR_USAGE);
	assert_string_equal(error.message,
			    "10.1.1.13 is already a real server: a VIP and a real server need different addresses");
}

static void addresses_of_nobody_are_refused(void **state)
{
	struct error error = ERROR_INIT;
	struct ip ip = sample_ip("10.1.1.1");

	assert_int_equal(add_vip(*state, "224.0.0.18", METHOD_DR, &error), ERROR_USAGE);
	assert_string_equal(error.message, "224.0.0.18 is no address of a single host");
	assert_int_equal(add_real_server(*state, "0.0.0.0", NULL), ERROR_USAGE);
	assert_int_equal(add_real_server(*state, "255.255.255.255", NULL), ERROR_USAGE);
	assert_int_equal(add_real_server(*state, "ff02::1", NULL), ERROR_USAGE);
	assert_int_equal(topology_add_known_mac(*state, &ip, sample_mac("0:0:0:0:0:0"), &error), ERROR_USAGE);
	assert_string_equal(error.message, "00:00:00:00:00:00 cannot be the MAC address of 10.1.1.1");
	assert_int_equal(topology_add_known_mac(*state, &ip, sample_mac("ff:ff:ff:ff:ff:ff"), NULL), ERROR_USAGE);
}

static void host_learns_its_mac_from_whoever_knows_it(void **state)
{
	struct topology *topology = *state;
	struct ip ip = sample_ip("10.1.1.13");
	struct mac mac = sample_mac("00:16:3e:00:00:0d");

	add_real_server(topology, "10.1.1.13", NULL);
	assert_null(topology_known_mac(topology, &ip));
	assert_int_equal(topology_add_known_mac(topology, &ip, mac, NULL), 0);
	assert_true(topology_find_real_server(topology, &ip)->mac_known);
	assert_int_equal(topology_add_director(topology, &ip, NULL, ORIGIN_CONFIGURED, NULL), 0);
	assert_true(mac_equal(topology_find_director(topology, &ip)->mac, mac));
	assert_true(mac_equal(*topology_known_mac(topology, &ip), mac));
}

static void second_mac_of_a_host_is_refused(void **state)
{
	struct topology *topology = *state;
	struct error error = ERROR_INIT;
	struct ip ip = sample_ip("10.1.1.13");
	struct mac one = sample_mac("00:16:3e:00:00:0d"), two = sample_mac("00:16:3e:00:00:0e");

	assert_int_equal(topology_add_real_server(topology, &ip, &one, ORIGIN_CONFIGURED, NULL), 0);
	assert_int_equal(topology_add_real_server(topology, &ip, &one, ORIGIN_CONFIGURED, NULL), 0);
	assert_int_equal(topology_add_director(topology, &ip, &two, ORIGIN_CONFIGURED, &error), ERROR_USAGE);
	assert_string_equal(error.message, "10.1.1.13 has MAC address 00:16:3e:00:00:0e here and 00:16:3e:00:00:0d "
					   "before: remove the wrong one");
}

static void seen_mac_is_not_a_known_one(void **state)
{
	struct topology *topology = *state;
	struct ip ip = sample_ip("10.1.1.13");
	struct mac mac = sample_mac("fe:ff:ff:ff:ff:ff");

	assert_int_equal(topology_add_real_server(topology, &ip, &mac, ORIGIN_INFERRED, NULL), 0);
	assert_false(topology->real_servers[0].mac_known);
	assert_true(mac_equal(topology->real_servers[0].mac, mac));
	assert_null(topology_known_mac(topology, &ip));
}

static void only_tunnels_cross_address_families(void **state)
{
	struct topology *topology = *state;
	struct topology_backend backend = { .weight = -1 };
	struct error error = ERROR_INIT;

	add_vip(topology, "10.1.1.1:80", METHOD_DR, NULL);
	add_real_server(topology, "2001:db8::13", NULL);
	assert_int_equal(topology_add_backend(topology, &backend, &error), ERROR_USAGE);
	assert_string_equal(error.message, "real server 2001:db8::13 and 10.1.1.1:80/tcp differ in address family, "
					   "which only method tun can bridge");
	backend.method = METHOD_TUN;
	assert_int_equal(topology_add_backend(topology, &backend, NULL), 0);
}

static void services_use_real_servers_of_their_family(void **state)
{
	struct topology *topology = *state;

	add_vip(topology, "10.1.1.1:80", METHOD_DR, NULL);
	add_real_server(topology, "2001:db8::13", NULL);
	assert_true(topology_uses(topology, &topology->services[0], &topology->real_servers[0]));
	add_real_server(topology, "10.1.1.13", NULL);
	assert_false(topology_uses(topology, &topology->services[0], &topology->real_servers[0]));
	assert_true(topology_uses(topology, &topology->services[0], &topology->real_servers[1]));
}

static void contradicting_backends_are_refused(void **state)
{
	struct topology *topology = *state;
	struct topology_backend backend = { .port = 80, .weight = 1 };
	struct error error = ERROR_INIT;

	add_vip(topology, "10.1.1.1:80", METHOD_DR, NULL);
	add_real_server(topology, "10.1.1.13", NULL);
	assert_int_equal(topology_add_backend(topology, &backend, NULL), 0);
	backend.port = 0; /* the service's, which it was before */
	assert_int_equal(topology_add_backend(topology, &backend, NULL), 0);
	backend.method = METHOD_DR;
	assert_int_equal(topology_add_backend(topology, &backend, NULL), 0);
	backend.weight = 2;
	assert_int_equal(topology_add_backend(topology, &backend, &error), ERROR_USAGE);
	assert_string_equal(error.message, "real server 10.1.1.13 of 10.1.1.1:80/tcp has another weight here than "
					   "before: remove one of them");
	backend.weight = -1;
	backend.method = METHOD_NAT;
	assert_int_equal(topology_add_backend(topology, &backend, &error), ERROR_USAGE);
	assert_non_null(strstr(error.message, "another method"));
	backend.real_server = 7;
	assert_int_equal(topology_add_backend(topology, &backend, NULL), ERROR_USAGE);
}

static void lists_are_bounded_and_adding_stays_cheap(void **state)
{
	struct topology *topology = *state;
	struct error error = ERROR_INIT;

	for (uint32_t i = 0; i < TOPOLOGY_MAX_HOSTS; i++) {
		struct ip ip = ip_from_v4(0x0a000001 + i);

		assert_int_equal(topology_add_real_server(topology, &ip, NULL, ORIGIN_CONFIGURED, NULL), i);
	}
	assert_int_equal(add_real_server(topology, "192.0.2.1", &error), ERROR_USAGE);
	assert_string_equal(error.message, "more than 65536 real servers: describe a part of the set-up at a time");
	assert_int_equal(add_real_server(topology, "10.0.0.1", NULL), 0);
}

static void copy_is_deep_and_equal(void **state)
{
	static const char content[] = "vip 10.1.1.1:80/tcp method dr\n"
				      "director 10.1.1.11 mac 00:16:3e:00:00:0b\n"
				      "real-server 10.1.1.13\n"
				      "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 3\n"
				      "mac 10.1.1.254 00:16:3e:00:00:fe\n"
				      "vrrp VI_1 vrid 51 priority 100 vmac address 10.1.1.1 more 2\n";
	struct topology *topology = *state;
	struct topology copy = TOPOLOGY_INIT;
	struct text text = TEXT_INIT;
	struct ip director = sample_ip("10.1.1.11");

	assert_int_equal(topology_read_own(topology, "file", content, strlen(content), NULL), 0);
	topology->real_servers[0].origin = ORIGIN_INFERRED;
	assert_int_equal(topology_copy(topology, &copy, NULL), 0);
	topology_free(topology);
	assert_int_equal(copy.real_servers[0].origin, ORIGIN_INFERRED);
	assert_non_null(topology_find_director(&copy, &director));
	copy.real_servers[0].origin = ORIGIN_CONFIGURED;
	topology_write_own(&copy, &text);
	assert_string_equal(strchr(text_string(&text), '\n') + 1, content);
	text_free(&text);
	topology_free(&copy);
}

static void vrrp_names_become_printable(void **state)
{
	struct topology *topology = *state;
	struct topology_vrrp vrrp = { .name = "VI #1\"\x1b", .vrid = 1 };

	assert_int_equal(topology_add_vrrp(topology, &vrrp, NULL), 0);
	assert_string_equal(topology->vrrp[0].name, "VI__1__");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_service_is_kept_once),
		CASE(second_method_of_a_service_is_refused),
		CASE(configured_method_wins_over_inferred_one),
		CASE(vip_cannot_be_a_real_server),
		CASE(addresses_of_nobody_are_refused),
		CASE(host_learns_its_mac_from_whoever_knows_it),
		CASE(second_mac_of_a_host_is_refused),
		CASE(seen_mac_is_not_a_known_one),
		CASE(only_tunnels_cross_address_families),
		CASE(services_use_real_servers_of_their_family),
		CASE(contradicting_backends_are_refused),
		CASE(lists_are_bounded_and_adding_stays_cheap),
		CASE(copy_is_deep_and_equal),
		CASE(vrrp_names_become_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
