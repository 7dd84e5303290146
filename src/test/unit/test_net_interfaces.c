// SPDX-License-Identifier: GPL-2.0-or-later
/* Which interface leads where, and what the kernel says of its own ones. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "net/interfaces.h"

static struct ip ip(const char *text)
{
	struct ip parsed = { .family = 0 };

	assert_true(ip_parse(text, &parsed));
	return parsed;
}

/* A director with a public and a private side, a VIP on both lo and eth0, and a cable that is not plugged in. */
struct machine {
	struct interface_address lo[2], public[4], private[1], unplugged[1];
	struct interface list[4];
	struct interfaces interfaces;
};

static void make(struct machine *machine)
{
	*machine = (struct machine){
		.lo = { { ip("127.0.0.1"), 8 }, { ip("192.0.2.1"), 32 } },
		.public = { { ip("fe80::1"), 64 },
			    { ip("192.0.2.1"), 32 },
			    { ip("192.0.2.11"), 24 },
			    { ip("2001:db8::11"), 64 } },
		.private = { { ip("10.0.0.11"), 24 } },
		.unplugged = { { ip("10.0.0.12"), 24 } },
	};
	machine->list[0] =
	    (struct interface){ .name = "lo", .index = 1, .up = true, .addresses = machine->lo, .address_count = 2 };
	machine->list[1] = (struct interface){ .name = "eth0",
					       .index = 2,
					       .up = true,
					       .ethernet = true,
					       .addresses = machine->public,
					       .address_count = 4 };
	machine->list[2] = (struct interface){ .name = "eth1",
					       .index = 3,
					       .up = true,
					       .ethernet = true,
					       .addresses = machine->private,
					       .address_count = 1 };
	machine->list[3] = (struct interface){
		.name = "eth2", .index = 4, .ethernet = true, .addresses = machine->unplugged, .address_count = 1
	};
	machine->interfaces = (struct interfaces){ machine->list, 4 };
}

static void the_interface_with_the_targets_network_is_chosen(void **state)
{
	const struct ip real_servers[] = { ip("10.0.0.13"), ip("10.0.0.14") };
	const struct ip vip = ip("192.0.2.77"), six = ip("2001:db8::13");
	struct machine machine;

	(void)state;
	make(&machine);
	assert_ptr_equal(interfaces_choose(&machine.interfaces, real_servers, 2, NULL), &machine.list[2]);
	assert_ptr_equal(interfaces_choose(&machine.interfaces, &vip, 1, NULL), &machine.list[1]);
	assert_ptr_equal(interfaces_choose(&machine.interfaces, &six, 1, NULL), &machine.list[1]);
}

static void several_that_would_do_are_named(void **state)
{
	const struct ip targets[] = { ip("10.0.0.13"), ip("192.0.2.13") };
	struct error error = ERROR_INIT;
	struct machine machine;

	(void)state;
	make(&machine);
	assert_null(interfaces_choose(&machine.interfaces, targets, 2, &error));
	assert_int_equal(error.code, ERROR_USAGE);
	assert_non_null(strstr(error.message, "-i: eth0, eth1"));
}

static void what_cannot_be_asked_by_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *name, *reason;
	} wrong[] = {
		{ "eth9", "no such interface" },
		{ "any", "one interface" },
		{ "lo", "no Ethernet" },
		{ "eth2", "is down" },
	};
	struct machine machine;

	(void)state;
	make(&machine);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct error error = ERROR_INIT;

		assert_null(interfaces_take(&machine.interfaces, wrong[i].name, &error));
		assert_int_equal(error.code, ERROR_SYSTEM);
		assert_string_equal(error.where, wrong[i].name);
		assert_non_null(strstr(error.message, wrong[i].reason));
	}
	assert_ptr_equal(interfaces_take(&machine.interfaces, "eth1", NULL), &machine.list[2]);
}

static void only_other_interfaces_lead_elsewhere(void **state)
{
	const struct ip private = ip("10.0.0.13"), public = ip("192.0.2.13"), far = ip("198.51.100.1"),
			own = ip("10.0.0.11");
	struct machine machine;

	(void)state;
	make(&machine);
	assert_true(interfaces_is_elsewhere(&machine.interfaces, &machine.list[1], &private));
	assert_false(interfaces_is_elsewhere(&machine.interfaces, &machine.list[2], &private));
	assert_true(interfaces_is_elsewhere(&machine.interfaces, &machine.list[2], &public));
	assert_false(interfaces_is_elsewhere(&machine.interfaces, &machine.list[1], &far));
	assert_false(interfaces_is_elsewhere(&machine.interfaces, &machine.list[1], &own));
}

static void two_interfaces_in_one_network_are_rivals(void **state)
{
	struct interface_address twin = { ip("10.0.0.99"), 24 };
	const struct ip target = ip("10.0.0.13"), far = ip("198.51.100.1");
	struct machine machine;

	(void)state;
	make(&machine);
	assert_null(interfaces_rival(&machine.interfaces, &machine.list[2], &target));
	machine.list[3].up = true;
	assert_ptr_equal(interfaces_rival(&machine.interfaces, &machine.list[2], &target), &machine.list[3]);
	/* A wider network is no rival of the one that the kernel takes. */
	twin.prefix = 8;
	machine.list[3].addresses = &twin;
	assert_null(interfaces_rival(&machine.interfaces, &machine.list[2], &target));
	assert_null(interfaces_rival(&machine.interfaces, &machine.list[2], &far));
}

static void the_source_is_the_one_in_the_targets_network(void **state)
{
	const struct ip four = ip("192.0.2.13"), six = ip("2001:db8::13"), local = ip("fe80::9"),
			far = ip("2001:db9::1");
	struct machine machine;

	(void)state;
	make(&machine);
	assert_ptr_equal(interface_source(&machine.list[1], &four), &machine.public[2]);
	assert_ptr_equal(interface_source(&machine.list[1], &six), &machine.public[3]);
	assert_ptr_equal(interface_source(&machine.list[1], &local), &machine.public[0]);
	assert_ptr_equal(interface_source(&machine.list[1], &far), &machine.public[3]);
	assert_null(interface_source(&machine.list[2], &six));
}

/* Every Linux has a loopback interface, also in a container without network. */
static void the_kernel_tells_of_the_loopback_interface(void **state)
{
	struct interfaces interfaces = INTERFACES_INIT;
	const struct interface *lo;
	struct error error = ERROR_INIT;

	(void)state;
	assert_int_equal(interfaces_read(&interfaces, &error), 0);
	lo = interfaces_find(&interfaces, "lo");
	assert_non_null(lo);
	assert_false(lo->ethernet);
	assert_true(lo->index > 0);
	for (uint32_t i = 1; i < interfaces.count; i++)
		assert_true(interfaces.list[i - 1].index < interfaces.list[i].index);
	interfaces_free(&interfaces);
	interfaces_free(&interfaces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_interface_with_the_targets_network_is_chosen),
		cmocka_unit_test(several_that_would_do_are_named),
		cmocka_unit_test(what_cannot_be_asked_by_is_refused_with_a_reason),
		cmocka_unit_test(only_other_interfaces_lead_elsewhere),
		cmocka_unit_test(two_interfaces_in_one_network_are_rivals),
		cmocka_unit_test(the_source_is_the_one_in_the_targets_network),
		cmocka_unit_test(the_kernel_tells_of_the_loopback_interface),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
