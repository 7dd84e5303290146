// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the kinds of MAC addresses. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "wire/mac_kind.h"

static struct mac mac_of(const char *text)
{
	struct mac mac = { { 0 } };

	assert_true(mac_parse(text, &mac));
	return mac;
}

static void assert_kind(const char *mac, const char *ip, const char *name)
{
	struct ip host = { .family = 0 };

	if (ip)
		assert_true(ip_parse(ip, &host));
	assert_string_equal(mac_kind_of_host(mac_of(mac), ip ? &host : NULL)->name, name);
}

static void each_address_has_its_kind(void **state)
{
	static const struct {
		const char *mac, *name;
	} macs[] = {
		{ "fe:ff:ff:ff:ff:ff", "xen-vif-backend" },
		{ "00:16:3e:12:34:56", "xen" },
		{ "fe:54:00:12:34:56", "libvirt-tap" },
		{ "52:54:00:12:34:56", "qemu" },
		{ "52:54:00:12:35:02", "virtualbox-nat" },
		{ "08:00:27:00:00:01", "virtualbox" },
		{ "00:50:56:00:00:01", "vmware" },
		{ "00:15:5d:00:00:01", "hyper-v" },
		{ "bc:24:11:00:00:01", "proxmox" },
		{ "fa:16:3e:00:00:01", "neutron" },
		{ "fa:16:3f:00:00:01", "neutron-dvr" },
		{ "02:42:ac:11:00:02", "docker" },
		{ "0a:58:0a:f4:00:05", "ovn" },
		{ "0a:58:a9:fe:01:01", "ovn-gateway" },
		{ "ee:ee:ee:ee:ee:ee", "calico" },
		{ "42:01:0a:80:00:01", "gcp" },
		{ "12:34:56:78:9a:bc", "azure-gateway" },
		{ "00:22:bd:f8:19:ff", "aci-gateway" },
		{ "02:50:56:56:44:52", "nsx-dlr" },
		{ "00:00:5e:00:01:33", "vrrp" },
		{ "00:00:5e:00:02:33", "vrrp-ipv6" },
		{ "00:00:5e:00:53:01", "documentation" },
		{ "00:00:0c:07:ac:01", "hsrp" },
		{ "00:00:0c:9f:f1:23", "hsrp-v2" },
		{ "00:00:0c:9f:e1:23", "universal" },
		{ "00:05:73:a0:01:23", "hsrp-ipv6" },
		{ "00:05:73:a0:11:23", "universal" },
		{ "00:07:b4:00:01:02", "glbp" },
		{ "02:bf:0a:00:00:01", "ms-nlb" },
		{ "03:bf:0a:00:00:01", "ms-nlb-multicast" },
		{ "ff:ff:ff:ff:ff:ff", "broadcast" },
		{ "01:80:c2:00:00:00", "stp" },
		{ "01:80:c2:00:00:02", "lacp" },
		{ "01:80:c2:00:00:0e", "lldp" },
		{ "01:00:0c:cc:cc:cc", "cdp" },
		{ "01:00:5e:7f:ff:fa", "multicast" },
		{ "33:33:00:00:00:01", "ipv6-multicast" },
		{ "fe:e1:ba:d0:00:01", "openbsd-random" },
		{ "aa:00:04:00:01:04", "decnet" },
		{ "b0:c4:20:00:00:00", "bochs" },
		{ "01:02:03:04:05:06", "multicast" },
		{ "fe:ff:ff:ff:ff:fe", "local" },
		{ "02:01:0a:00:00:01", "local" },
		{ "3c:fd:fe:00:00:01", "universal" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof macs / sizeof *macs; i++)
		assert_kind(macs[i].mac, NULL, macs[i].name);
}

static void addresses_that_are_repeated_in_the_mac_settle_its_kind(void **state)
{
	(void)state;
	assert_kind("02:42:ac:11:00:02", "172.17.0.2", "docker");
	assert_kind("02:42:ac:11:00:02", "172.17.0.3", "local");
	assert_kind("02:42:ac:11:00:02", "fe80::1", "docker");
	assert_kind("02:01:0a:00:00:01", "10.0.0.1", "ms-nlb-host");
	assert_kind("02:20:0a:00:00:01", "10.0.0.1", "ms-nlb-host");
	assert_kind("02:21:0a:00:00:01", "10.0.0.1", "local");
	assert_kind("02:00:0a:00:00:01", "10.0.0.1", "local");
	assert_kind("02:01:0a:00:00:01", "10.0.0.2", "local");
	assert_kind("01:00:5e:7f:00:05", "10.0.0.5", "ms-nlb-multicast");
	assert_kind("01:00:5e:7f:00:05", "10.0.0.6", "multicast");
	assert_kind("02:bf:0a:00:00:01", "10.0.0.9", "ms-nlb");
	assert_kind("42:01:0a:80:00:01", "10.128.0.7", "gcp");
}

static void traits_tell_rules_what_they_need(void **state)
{
	static const struct {
		const char *mac;
		unsigned traits;
	} macs[] = {
		{ "fe:ff:ff:ff:ff:ff", MAC_TRAIT_BACKEND },  { "fe:54:00:12:34:56", MAC_TRAIT_BACKEND },
		{ "00:16:3e:12:34:56", MAC_TRAIT_GUEST },    { "00:00:5e:00:01:33", MAC_TRAIT_SHARED },
		{ "ee:ee:ee:ee:ee:ee", MAC_TRAIT_EMULATED }, { "02:bf:0a:00:00:01", MAC_TRAIT_NLB | MAC_TRAIT_SHARED },
		{ "52:54:00:12:35:02", MAC_TRAIT_GATEWAY },  { "3c:fd:fe:00:00:01", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof macs / sizeof *macs; i++)
		assert_int_equal(mac_kind_of(mac_of(macs[i].mac))->traits, macs[i].traits);
}

static void only_virtual_routers_have_a_vrid(void **state)
{
	(void)state;
	assert_int_equal(mac_vrrp_vrid(mac_of("00:00:5e:00:01:33")), 0x33);
	assert_int_equal(mac_vrrp_vrid(mac_of("00:00:5e:00:02:ff")), 0xff);
	assert_int_equal(mac_vrrp_vrid(mac_of("00:00:5e:00:53:01")), -1);
	assert_int_equal(mac_vrrp_vrid(mac_of("00:16:3e:00:01:33")), -1);
}

/* Filling a prefix up with zeros gives an address of that very entry, or of a longer prefix in front of it. */
static void longer_prefixes_come_first_in_the_walk(void **state)
{
	const struct mac_kind *kind;
	const char *prefix = NULL;
	size_t longest = MAC_TEXT_SIZE;
	size_t count = 0;

	(void)state;
	for (; (kind = mac_kind_at(count, &prefix)) != NULL; count++) {
		char text[] = "00:00:00:00:00:00";

		assert_true(kind->name[0] != '\0' && kind->meaning[0] != '\0');
		assert_int_equal(strspn(kind->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(kind->name));
		if (strspn(prefix, "0123456789abcdef:") != strlen(prefix))
			continue;
		assert_true(strlen(prefix) <= longest);
		longest = strlen(prefix);
		memcpy(text, prefix, strlen(prefix));
		if (strcmp(kind->name, "ms-nlb-multicast") != 0)
			assert_kind(text, NULL, kind->name);
	}
	assert_true(count > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_address_has_its_kind),
		cmocka_unit_test(addresses_that_are_repeated_in_the_mac_settle_its_kind),
		cmocka_unit_test(traits_tell_rules_what_they_need),
		cmocka_unit_test(only_virtual_routers_have_a_vrid),
		cmocka_unit_test(longer_prefixes_come_first_in_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
