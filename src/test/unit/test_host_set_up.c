// SPDX-License-Identifier: GPL-2.0-or-later
/* What a host's own knowledge adds to the set-up that options began. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <string.h>

#include "host/host.h"

/* The set-up in its own format, and the line that is told behind "# ". */
static void expect(const char *content, const char *options, bool macs_alone, const char *expected)
{
	struct topology topology = TOPOLOGY_INIT;
	struct text sources = TEXT_INIT, all = TEXT_INIT;
	struct host_state state;
	const char *body;

	host_state_init(&state);
	assert_int_equal(host_load("x.json", content, strlen(content), &state, NULL), 0);
	assert_int_equal(topology_read_own(&topology, "options", options, strlen(options), NULL), 0);
	assert_int_equal(host_topology_complete(&state, macs_alone, &topology, &sources, NULL), 0);
	topology_write_own(&topology, &all);
	text_printf(&all, "# %s\n", text_string(&sources));
	body = strchr(text_string(&all), '\n') + 1; /* behind the heading */
	assert_string_equal(body, expected);
	text_free(&all);
	text_free(&sources);
	topology_free(&topology);
	host_state_free(&state);
}

/* In keepalived.conf one more real server, whose health check fails, and a weight that the table no longer has. */
static const char director[] =
    "{\"schema\": \"truemac.state/1\", \"ipvs\": true,"
    "\"links\": [{\"name\": \"eth0\", \"mac\": \"00:16:3e:0a:01:0b\", \"ethernet\": true, \"up\": true}],"
    "\"addresses\": [{\"ip\": \"10.1.1.1\", \"prefix\": 24, \"link\": \"eth0\"},"
    "{\"ip\": \"10.1.1.11\", \"prefix\": 24, \"link\": \"eth0\"}],"
    "\"services\": \"vip 10.1.1.1:80/tcp method dr\\nvip 10.1.1.2:25/tcp method nat\\n"
    "real-server 10.1.1.13\\nreal-server 10.1.1.15\\n"
    "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 3\\nreal-server 10.1.1.15 vip 10.1.1.2:25/tcp weight 1\\n\","
    "\"keepalived\": \"vip 10.1.1.1:80/tcp method dr\\nreal-server 10.1.1.13\\nreal-server 10.1.1.14\\n"
    "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 1\\nreal-server 10.1.1.14 vip 10.1.1.1:80/tcp weight 1\\n\"}";

static const char dom0[] =
    "{\"schema\": \"truemac.state/1\", \"virtualisation\": \"xen-dom0\","
    "\"links\": [{\"name\": \"vif4.0\", \"mac\": \"fe:ff:ff:ff:ff:ff\", \"ethernet\": true}],"
    "\"neighbours\": [{\"ip\": \"10.1.1.15\", \"mac\": \"00:16:3e:0a:01:0e\", \"link\": \"xenbr0\"}],"
    "\"guests\": [{\"name\": \"rs1\", \"link\": \"vif4.0\", \"mac\": \"00:16:3e:0a:01:0d\", \"ip\": \"10.1.1.13\"},"
    "{\"name\": \"rs2\", \"link\": \"vif5.0\", \"mac\": \"00:16:3e:0a:01:0e\"}]}";

static void director_needs_no_options(void **unused)
{
	(void)unused;
	expect(director, "", false,
	       "vip 10.1.1.1:80/tcp method dr\n"
	       "vip 10.1.1.2:25/tcp method nat\n"
	       "director 10.1.1.11\n"
	       "real-server 10.1.1.13\n"
	       "real-server 10.1.1.15\n"
	       "real-server 10.1.1.14\n"
	       "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 3\n"
	       "real-server 10.1.1.15 vip 10.1.1.2:25/tcp weight 1\n"
	       "real-server 10.1.1.14 vip 10.1.1.1:80/tcp weight 1\n"
	       "# the IPVS table (2 services, 2 real servers), keepalived.conf (1 service, 2 real servers)\n");
}

static void named_vip_is_asked_for_alone(void **unused)
{
	(void)unused;
	expect(director, "vip 10.1.1.2\n", false,
	       "vip 10.1.1.2\n"
	       "vip 10.1.1.2:25/tcp method nat\n"
	       "director 10.1.1.11\n"
	       "real-server 10.1.1.15\n"
	       "real-server 10.1.1.15 vip 10.1.1.2:25/tcp weight 1\n"
	       "# the IPVS table (2 services, 2 real servers)\n");
}

static void named_real_server_is_asked_alone(void **unused)
{
	(void)unused;
	expect(director, "vip 10.1.1.1:80/tcp\nreal-server 10.1.1.20\ndirector 10.1.1.12\n", false,
	       "vip 10.1.1.1:80/tcp method dr\n"
	       "director 10.1.1.12\n"
	       "real-server 10.1.1.20\n"
	       "# \n");
}

static void method_of_options_stands(void **unused)
{
	(void)unused;
	expect(director, "vip 10.1.1.2:25/tcp method tun\n", false,
	       "vip 10.1.1.2:25/tcp method tun\n"
	       "director 10.1.1.11\n"
	       "real-server 10.1.1.15\n"
	       "real-server 10.1.1.15 vip 10.1.1.2:25/tcp weight 1\n"
	       "# the IPVS table (2 services, 2 real servers)\n");
}

static void hypervisor_asks_its_guests(void **unused)
{
	(void)unused;
	expect(dom0, "", false,
	       "real-server 10.1.1.13 mac 00:16:3e:0a:01:0d\n"
	       "real-server 10.1.1.15\n"
	       "# the true MACs of 1 guest, 1 neighbour at guests' MACs\n");
	expect(dom0, "vip 10.1.1.1\nreal-server 10.1.1.13\n", false,
	       "vip 10.1.1.1\n"
	       "real-server 10.1.1.13 mac 00:16:3e:0a:01:0d\n"
	       "# the true MACs of 1 guest\n");
}

static void macs_of_options_stand(void **unused)
{
	(void)unused;
	expect(dom0, "real-server 10.1.1.13 mac 00:16:3e:00:00:01\n", false,
	       "real-server 10.1.1.13 mac 00:16:3e:00:00:01\n# \n");
}

static void macs_alone_are_no_set_up(void **unused)
{
	(void)unused;
	expect(director, "", true, "# \n");
	expect(dom0, "", true, "mac 10.1.1.13 00:16:3e:0a:01:0d\n# the true MACs of 1 guest\n");
}

/* What was kept with a capture, and the same options again, give what the options and the host gave. */
static void kept_set_up_gives_the_same_again(void **unused)
{
	static const char *const states[] = { director, dom0 };
	static const char *const options[] = { "", "vip 10.1.1.2\n", "vip 10.1.1.1\nreal-server 10.1.1.13\n",
					       "director 10.1.1.12\n",
					       "real-server 10.1.1.13 mac 00:16:3e:00:00:01\n" };

	(void)unused;
	for (size_t i = 0; i < 2 * sizeof options / sizeof options[0]; i++) {
		struct topology topology = TOPOLOGY_INIT, again = TOPOLOGY_INIT, kept = TOPOLOGY_INIT;
		struct text sources = TEXT_INIT, before = TEXT_INIT, after = TEXT_INIT;
		const char *option = options[i / 2], *state_text = states[i % 2];
		struct host_state state;

		host_state_init(&state);
		assert_int_equal(host_load("x.json", state_text, strlen(state_text), &state, NULL), 0);
		assert_int_equal(topology_read_own(&topology, "options", option, strlen(option), NULL), 0);
		assert_int_equal(topology_read_own(&again, "options", option, strlen(option), NULL), 0);
		assert_int_equal(host_topology_complete(&state, false, &topology, &sources, NULL), 0);
		topology_write_own(&topology, &before);
		assert_true(topology_is_written(text_string(&before)));
		assert_int_equal(topology_read_own(&kept, "kept", text_string(&before), before.length, NULL), 0);
		assert_int_equal(host_topology_recall(&again, &kept, NULL), 0);
		topology_write_own(&again, &after);
		assert_string_equal(text_string(&after), text_string(&before));
		text_free(&sources);
		text_free(&before);
		text_free(&after);
		topology_free(&topology);
		topology_free(&again);
		topology_free(&kept);
		host_state_free(&state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(director_needs_no_options),        cmocka_unit_test(named_vip_is_asked_for_alone),
		cmocka_unit_test(named_real_server_is_asked_alone), cmocka_unit_test(method_of_options_stands),
		cmocka_unit_test(hypervisor_asks_its_guests),       cmocka_unit_test(macs_of_options_stand),
		cmocka_unit_test(macs_alone_are_no_set_up),         cmocka_unit_test(kept_set_up_gives_the_same_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
