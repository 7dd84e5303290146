// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for MAC and IP addresses. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "wire/address.h"

static struct ip ip_of(const char *text)
{
	struct ip ip = { .family = 0 };

	assert_true(ip_parse(text, &ip));
	return ip;
}

static void macs_are_read_in_all_common_forms(void **state)
{
	static const char *const forms[] = { "00:16:3e:0a:0b:0c", "00-16-3E-0A-0B-0C", "0:16:3e:a:b:c" };
	char buffer[MAC_TEXT_SIZE];
	struct mac mac;

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		assert_true(mac_parse(forms[i], &mac));
		assert_string_equal(mac_format(mac, buffer), "00:16:3e:0a:0b:0c");
	}
}

static void what_is_no_mac_is_refused_and_changes_nothing(void **state)
{
	static const char *const wrong[] = {
		"",
		"00",
		"00:16:3e:0a:0b",
		"00:16:3e:0a:0b:",
		"00:16:3e:0a:0b:0c:0d",
		"00:16:3e:0a:0b:0c ",
		"00:16-3e:0a:0b:0c",
		"0016.3e0a.0b0c",
		"00:16:3e:0a:0b:0g",
		"000:16:3e:0a:0b:0c",
		":16:3e:0a:0b:0c",
		"00163e0a0b0c",
	};
	struct mac mac = { { 1, 2, 3, 4, 5, 6 } };
	struct mac before = mac;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(mac_parse(wrong[i], &mac));
	assert_true(mac_equal(mac, before));
}

static void macs_know_group_broadcast_and_order(void **state)
{
	struct mac all = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	struct mac group = { { 0x01, 0, 0x5e } };
	struct mac zero = { { 0 } };

	(void)state;
	assert_true(mac_is_broadcast(all) && mac_is_group(all));
	assert_true(mac_is_group(group) && !mac_is_broadcast(group));
	assert_true(mac_is_zero(zero) && !mac_is_zero(group));
	assert_true(mac_compare(zero, group) < 0 && mac_compare(all, group) > 0 && mac_compare(all, all) == 0);
}

static void addresses_are_written_as_they_are_read(void **state)
{
	static const char *const texts[] = { "0.0.0.0", "10.1.1.138", "255.255.255.255",
					     "::",      "fe80::1",    "2001:db8::a:0:1" };
	char buffer[IP_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct ip ip = ip_of(texts[i]);

		assert_string_equal(ip_format(&ip, buffer), texts[i]);
	}
	assert_string_equal(ip_format(&(struct ip){ .family = 0 }, buffer), "-");
}

static void what_is_no_address_is_refused_and_changes_nothing(void **state)
{
	static const char *const wrong[] = { "",        "10.1.1", "10.1.1.256", "10.1.1.1/24", "fe80::1%eth0",
					     "1::2::3", "host",   " 10.1.1.1" };
	struct ip ip = ip_from_v4(0x0a000001);
	struct ip before = ip;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(ip_parse(wrong[i], &ip));
	assert_true(ip_equal(&ip, &before));
}

static void bytes_behind_an_address_are_zero(void **state)
{
	static const uint8_t bytes[16] = { 10, 0, 0, 1, 9, 9, 9, 9 };
	struct ip parsed = ip_of("10.0.0.1");
	struct ip made = ip_from_v4(0x0a000001);
	struct ip copied = ip_from_bytes(4, bytes);

	(void)state;
	assert_true(ip_equal(&parsed, &made) && ip_equal(&made, &copied));
}

static void families_come_first_then_numbers(void **state)
{
	static const char *const ordered[] = { "0.0.0.1", "9.0.0.0",     "10.0.0.0", "200.0.0.1",
					       "::1",     "2001:db8::1", "fe80::1" };

	(void)state;
	for (size_t i = 0; i + 1 < sizeof ordered / sizeof *ordered; i++) {
		struct ip a = ip_of(ordered[i]);
		struct ip b = ip_of(ordered[i + 1]);

		assert_true(ip_compare(&a, &b) < 0);
		assert_true(ip_compare(&b, &a) > 0);
		assert_int_equal(ip_compare(&a, &a), 0);
	}
}

static void kinds_of_addresses_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		bool zero, multicast, link_local, broadcast;
	} kinds[] = {
		{ "0.0.0.0", true, false, false, false },          { "::", true, false, false, false },
		{ "224.0.0.18", false, true, false, false },       { "239.255.255.255", false, true, false, false },
		{ "240.0.0.1", false, false, false, false },       { "ff02::12", false, true, false, false },
		{ "169.254.1.1", false, false, true, false },      { "169.253.1.1", false, false, false, false },
		{ "fe80::1", false, false, true, false },          { "febf::1", false, false, true, false },
		{ "fec0::1", false, false, false, false },         { "255.255.255.255", false, false, false, true },
		{ "255.255.255.254", false, false, false, false }, { "ffff:ffff::", false, true, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct ip ip = ip_of(kinds[i].text);

		assert_int_equal(ip_is_zero(&ip), kinds[i].zero);
		assert_int_equal(ip_is_multicast(&ip), kinds[i].multicast);
		assert_int_equal(ip_is_link_local(&ip), kinds[i].link_local);
		assert_int_equal(ip_is_broadcast(&ip), kinds[i].broadcast);
	}
}

static void networks_are_compared_bit_by_bit(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned prefix;
		bool same;
	} pairs[] = {
		{ "10.0.0.1", "10.0.0.254", 24, true },         { "10.0.0.1", "10.0.1.1", 24, false },
		{ "10.0.0.1", "10.0.1.1", 23, true },           { "10.0.0.1", "10.0.0.2", 32, false },
		{ "10.0.0.1", "10.0.0.1", 32, true },           { "10.0.0.1", "11.0.0.1", 0, true },
		{ "10.0.0.1", "10.0.0.1", 99, true },           { "10.0.0.1", "::1", 0, false },
		{ "2001:db8::1", "2001:db8::2", 64, true },     { "2001:db8::1", "2001:db8:0:1::1", 64, false },
		{ "2001:db8::1", "2001:db8:0:1::1", 63, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct ip a = ip_of(pairs[i].a);
		struct ip b = ip_of(pairs[i].b);

		assert_int_equal(ip_same_network(&a, &b, pairs[i].prefix), pairs[i].same);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(macs_are_read_in_all_common_forms),
		cmocka_unit_test(what_is_no_mac_is_refused_and_changes_nothing),
		cmocka_unit_test(macs_know_group_broadcast_and_order),
		cmocka_unit_test(addresses_are_written_as_they_are_read),
		cmocka_unit_test(what_is_no_address_is_refused_and_changes_nothing),
		cmocka_unit_test(bytes_behind_an_address_are_zero),
		cmocka_unit_test(families_come_first_then_numbers),
		cmocka_unit_test(kinds_of_addresses_are_told_apart),
		cmocka_unit_test(networks_are_compared_bit_by_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
