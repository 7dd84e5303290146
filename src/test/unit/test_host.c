// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds for the state of a host and its readers. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/guests.h"
#include "host/readers.h"
#include "wire/packet.h"

static void greater_value_or_either_or_own_is_in_force(void **unused)
{
	static const struct {
		enum host_setting setting;
		int32_t all, own, in_force;
	} cases[] = {
		{ SETTING_ARP_IGNORE, 1, 0, 1 },
		{ SETTING_ARP_IGNORE, 0, 2, 2 },
		{ SETTING_RP_FILTER, 1, 2, 2 },
		{ SETTING_RP_FILTER, 1, 0, 1 },
		{ SETTING_PROXY_ARP, 1, 0, 1 },
		{ SETTING_PROXY_ARP, 0, 0, 0 },
		{ SETTING_FORWARDING, 1, 0, 0 },
		{ SETTING_MEDIUM_ID, 0, -1, -1 },
		{ SETTING_ARP_IGNORE, SETTING_UNSEEN, 1, 1 },
		{ SETTING_ARP_IGNORE, 0, SETTING_UNSEEN, SETTING_UNSEEN },
		{ SETTING_PROXY_ARP, 1, SETTING_UNSEEN, 1 },
	};
	struct host_state state;

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct host_link *link;

		host_state_init(&state);
		link = host_add_link(&state, "eth0");
		state.all[cases[i].setting] = cases[i].all;
		link->settings[cases[i].setting] = cases[i].own;
		assert_int_equal(host_setting(&state, link, cases[i].setting), cases[i].in_force);
		host_state_free(&state);
	}
}

static void dots_of_a_name_are_slashes_in_its_key(void **unused)
{
	char key[SETTING_KEY_SIZE];

	(void)unused;
	assert_string_equal(host_setting_key("vif1.0", SETTING_PROXY_ARP, key), "net.ipv4.conf.vif1/0.proxy_arp");
	assert_string_equal(host_setting_key("all", SETTING_FORWARDING6, key), "net.ipv6.conf.all.forwarding");
}

static void expect_services(const char *table, const char *expected)
{
	struct host_state state;
	struct text text = TEXT_INIT;

	host_state_init(&state);
	ipvs_parse(&state, table);
	topology_write_own(&state.services, &text);
	assert_int_equal(state.ipvs, IPVS_PRESENT);
	assert_non_null(strstr(text_string(&text), expected));
	text_free(&text);
	host_state_free(&state);
}

static void ipvs_is_read_in_both_forms(void **unused)
{
	static const char expected[] = "vip 10.1.1.1:80/tcp method dr\n"
				       "vip [fd0a:1:1::1]:53/udp method tun\n"
				       "vip fwmark 23 method nat\n"
				       "real-server 10.1.1.13\nreal-server fd0a:1:1::13\n"
				       "real-server 10.1.1.13 vip 10.1.1.1:80/tcp weight 1 method dr\n";

	(void)unused;
	expect_services("IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n"
			"  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n"
			"TCP  0A010101:0050 rr\n  -> 0A01010D:0050      Route   1      0          2\n"
			"UDP  [fd0a:0001:0001:0000:0000:0000:0000:0001]:0035 wlc\n"
			"  -> [fd0a:0001:0001:0000:0000:0000:0000:0013]:0035      Tunnel  3      0          0\n"
			"FWM  00000017 wlc\n  -> 0A01010D:0000      Masq    1      0          0\n",
			expected);
	expect_services("TCP  10.1.1.1:80 rr\n  -> 10.1.1.13:80                 Route   1      0          2\n"
			"UDP  [fd0a:1:1::1]:53 wlc\n  -> [fd0a:1:1::13]:53            Tunnel  3      0          0\n"
			"FWM  23 wlc\n  -> 10.1.1.13:0                  Masq    1      0          0\n",
			expected);
}

static void listening_sockets_are_read(void **unused)
{
	struct host_state state;
	struct ip loopback = ip_from_v4(0x7f000001);

	(void)unused;
	host_state_init(&state);
	sockets_parse(&state,
		      "  sl  local_address rem_address   st tx_queue\n"
		      "   0: 0100007F:0050 00000000:0000 0A 00000000:00000000\n"
		      "   1: 0100007F:A000 0100007F:0050 01 00000000:00000000\n"
		      "   x: nonsense\n",
		      4, IP_PROTO_TCP);
	sockets_parse(&state, "   0: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07\n",
		      6, IP_PROTO_UDP);
	sockets_parse(&state, "   0: 0000000000000000FFFF00000100007F:0050 00000000000000000000000000000000:0000 0A\n",
		      6, IP_PROTO_TCP);
	assert_int_equal(state.socket_count, 3);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	assert_true(ip_equal(&state.sockets[0].ip, &loopback));
	assert_true(ip_equal(&state.sockets[2].ip, &loopback)); /* ::ffff:127.0.0.1 */
#endif
	assert_int_equal(state.sockets[0].port, 80);
	assert_int_equal(state.sockets[1].ip.family, 6);
	assert_int_equal(state.sockets[1].port, 53);
	host_state_free(&state);
}

/* --- Xen's store --- */

static void queue_answer(int descriptor, uint32_t type, uint32_t request, const char *payload, uint32_t length)
{
	const uint32_t header[] = { type, request, 0, length };

	assert_int_equal(write(descriptor, header, sizeof header), sizeof header);
	assert_int_equal(write(descriptor, payload, length), length);
}

static void guests_of_a_dom0_come_from_its_store(void **unused)
{
	struct xenstore store = { .descriptor = -1 };
	struct host_state state;
	char mac[MAC_TEXT_SIZE];
	int ends[2];

	(void)unused;
	host_state_init(&state);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	store.descriptor = ends[0];
	queue_answer(ends[1], 1, 1, "4", 2);      /* directory: one domain */
	queue_answer(ends[1], 15, 0, "watch", 6); /* an event that nobody asked for */
	queue_answer(ends[1], 1, 2, "0", 2);      /* its interfaces */
	queue_answer(ends[1], 2, 3, "rs1", 3);    /* name */
	queue_answer(ends[1], 2, 4, "00:16:3e:0a:01:0d", 17);
	queue_answer(ends[1], 2, 5, "10.1.1.13 10.1.1.1", 18);
	queue_answer(ends[1], 16, 6, "ENOENT", 7); /* no bridge */
	assert_true(guests_read_store(&state, &store));
	assert_int_equal(state.guest_count, 1);
	assert_string_equal(state.guests[0].name, "rs1");
	assert_string_equal(state.guests[0].link, "vif4.0");
	assert_string_equal(mac_format(state.guests[0].mac, mac), "00:16:3e:0a:01:0d");
	assert_int_equal(state.guests[0].ip.b[3], 13);
	assert_string_equal(state.guests[0].bridge, "");
	close(ends[0]);
	close(ends[1]);
	host_state_free(&state);
}

static void guest_learns_from_its_store_what_it_is_called(void **unused)
{
	struct xenstore store = { .descriptor = -1 };
	struct host_link link = { .name = "eth0" };
	char mac[MAC_TEXT_SIZE];
	int ends[2];

	(void)unused;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	store.descriptor = ends[0];
	queue_answer(ends[1], 2, 1, "00:16:3e:0a:01:0d", 17);
	queue_answer(ends[1], 2, 2, "/local/domain/0/backend/vif/4/0", 31);
	guests_read_own_vif(&store, &link, "device/vif/0");
	assert_string_equal(mac_format(link.given, mac), "00:16:3e:0a:01:0d");
	assert_string_equal(link.backend, "vif4.0");
	close(ends[0]);
	close(ends[1]);
}

static void store_that_lies_about_lengths_is_left(void **unused)
{
	static const uint32_t header[] = { 1, 1, 0, 0x7fffffff };
	struct xenstore store = { .descriptor = -1 };
	struct text names = TEXT_INIT;
	int ends[2];

	(void)unused;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	store.descriptor = ends[0];
	assert_int_equal(write(ends[1], header, sizeof header), sizeof header);
	assert_false(xenstore_list(&store, "/local", &names));
	assert_int_equal(store.descriptor, -1);
	assert_false(xenstore_list(&store, "/local", &names));
	text_free(&names);
	close(ends[0]);
	close(ends[1]);
}

/* A list that is too long for an answer, or forbidden: the interfaces show that there are guests. */
static void store_that_lists_nobody_is_noted(void **unused)
{
	struct host_files files = { .root = "/" };
	struct host_state state;
	int ends[2];

	(void)unused;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	for (int vifs = 0; vifs < 2; vifs++) {
		host_state_init(&state);
		state.virtualisation = VIRTUAL_XEN_DOM0;
		if (vifs)
			assert_non_null(host_add_link(&state, "vif4.0"));
		files.state = &state;
		queue_answer(ends[1], 16, 1, vifs ? "E2BIG" : "ENOENT", 6);
		guests_read(&files, ends[0]);
		assert_int_equal(state.unseen_count, vifs);
		host_state_free(&state);
	}
	close(ends[0]);
	close(ends[1]);
}

/* --- files --- */

static void put_file(const char *root, const char *path, const char *content)
{
	char command[600], full[300];
	FILE *file;

	snprintf(full, sizeof full, "%s/%s", root, path);
	snprintf(command, sizeof command, "mkdir -p $(dirname %s)", full);
	assert_int_equal(system(command), 0);
	file = fopen(full, "w");
	assert_non_null(file);
	fputs(content, file);
	fclose(file);
}

static void files_below_a_root_are_read(void **unused)
{
	char root[] = "/tmp/truemac-host-XXXXXX", command[64];
	struct host_source source = { .root = root };
	struct host_opened opened = HOST_OPENED_INIT;
	struct host_state state;

	(void)unused;
	assert_non_null(mkdtemp(root));
	put_file(root, "proc/sys/kernel/hostname", "dom0\n");
	put_file(root, "proc/xen/capabilities", "control_d\n");
	put_file(root, "sys/class/net/vif1.0/address", "fe:ff:ff:ff:ff:ff\n");
	put_file(root, "sys/class/net/vif1.0/flags", "0x1003\n");
	put_file(root, "sys/class/net/vif1.0/type", "1\n");
	put_file(root, "proc/sys/net/ipv4/conf/vif1.0/proxy_arp", "1\n");
	put_file(root, "proc/sys/net/ipv4/conf/all/arp_ignore", "what?\n");
	put_file(root, "proc/net/snmp", "\n");
	put_file(root, "etc/keepalived/keepalived.conf", "vrrp_instance a {\n virtual_router_id 51\n}\n");
	host_state_init(&state);
	assert_int_equal(host_begin(&source, &opened, &state, NULL), 0);
	assert_int_equal(host_finish(&source, &opened, &state, NULL), 0);
	host_opened_close(&opened);
	assert_string_equal(state.name, "dom0");
	assert_int_equal(state.virtualisation, VIRTUAL_XEN_DOM0);
	assert_int_equal(state.link_count, 1);
	assert_true(state.links[0].up && state.links[0].ethernet);
	assert_int_equal(state.links[0].settings[SETTING_PROXY_ARP], 1);
	assert_int_equal(state.links[0].settings[SETTING_ARP_IGNORE], SETTING_UNSEEN);
	assert_int_equal(state.all[SETTING_ARP_IGNORE], SETTING_UNSEEN);
	assert_int_equal(state.ipvs, IPVS_ABSENT);
	assert_int_equal(state.keepalived.vrrp_count, 1);
	assert_int_equal(host_state_prepare(&state, NULL, HOST_ROLE_AUTO, NULL), 0);
	assert_int_equal(state.role, HOST_ROLE_DOM0);
	host_state_free(&state);
	snprintf(command, sizeof command, "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

/* A busy server has more connections than a file may have bytes; those that wait for clients come first. */
static void many_connections_hide_no_socket(void **unused)
{
	char root[] = "/tmp/truemac-host-XXXXXX", command[64], path[64];
	struct host_files files = { .root = root };
	struct host_state state;
	FILE *file;

	(void)unused;
	assert_non_null(mkdtemp(root));
	put_file(root, "proc/net/tcp", "   0: 00000000:0050 00000000:0000 0A 00000000:00000000\n");
	snprintf(path, sizeof path, "%s/proc/net/tcp", root);
	file = fopen(path, "a");
	assert_non_null(file);
	for (int i = 0; i < FILES_LIMIT / 50; i++)
		fprintf(file, "%7d: 00000000:0050 0100007F:%04X 01 00000000:00000000\n", i, (unsigned)i % 65536);
	fclose(file);
	host_state_init(&state);
	files.state = &state;
	sockets_read(&files);
	assert_int_equal(state.socket_count, 1);
	assert_int_equal(state.unseen_count, 0);
	host_state_free(&state);
	snprintf(command, sizeof command, "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

/* What finds no room is said, and the rest is used. */
static void long_lists_end_somewhere(void **unused)
{
	struct host_state state;

	(void)unused;
	host_state_init(&state);
	for (int i = 0; i < HOST_MAX_ENTRIES; i++)
		assert_non_null(host_add_route(&state));
	assert_null(host_add_route(&state));
	assert_null(host_add_route(&state));
	assert_false(state.failed);
	assert_int_equal(state.unseen_count, 1);
	assert_true(state.unseen[0].denied);
	host_state_free(&state);
}

static void a_root_without_anything_proves_nothing(void **unused)
{
	char root[] = "/tmp/truemac-host-XXXXXX";
	struct host_source source = { .root = root };
	struct host_state state;

	(void)unused;
	assert_non_null(mkdtemp(root));
	host_state_init(&state);
	assert_int_equal(host_read(&source, &state, NULL), 0);
	assert_int_equal(state.ipvs, IPVS_UNSEEN);
	host_state_free(&state);
	assert_int_equal(rmdir(root), 0);
}

static bool lacks(const struct host_state *state, const char *what)
{
	for (uint32_t i = 0; i < state->unseen_count; i++)
		if (strcmp(state->unseen[i].what, what) == 0)
			return true;
	return false;
}

/* A mail that was cut, with the line ends of mail. */
static void outputs_of_commands_may_be_few(void **unused)
{
	static const char outputs[] = "$ ip addr\r\n"
				      "2: eth0: <BROADCAST,UP> mtu 1500\r\n"
				      "    link/ether 00:16:3e:0a:01:0d\r\n"
				      "    inet 10.1.1.13/24 scope global eth0\r\n"
				      "$ ip neigh\r\n";
	struct host_state state;

	(void)unused;
	host_state_init(&state);
	assert_int_equal(host_load("mail", outputs, strlen(outputs), &state, NULL), 0);
	assert_int_equal(state.address_count, 1);
	assert_true(lacks(&state, "routes") && lacks(&state, "settings of IPv4"));
	assert_false(lacks(&state, "neighbours"));
	host_state_free(&state);
}

/* --- tables from files --- */

static const char *place_of(const struct host_state *state, const char *text, unsigned *prefix)
{
	const struct host_address *address;
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	address = host_find_address(state, &ip);
	assert_non_null(address);
	*prefix = address->prefix;
	return address->link;
}

static void put_tables(const char *root)
{
	put_file(root, "proc/net/route",
		 "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
		 "eth0\t00000000\tFE01010A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
		 "eth0\t0001010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
		 "eth1\t0002010A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n");
	put_file(root, "proc/net/fib_trie",
		 "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\n"
		 "        |-- 10.1.1.0\n           /24 link UNICAST\n        |-- 10.1.1.1\n           /32 host LOCAL\n"
		 "        |-- 10.1.1.13\n           /32 host LOCAL\n        |-- 10.1.2.13\n           /32 host LOCAL\n"
		 "        |-- 10.1.1.255\n           /32 link BROADCAST\n     |-- 127.0.0.1\n        /32 host LOCAL\n"
		 "     |-- 192.0.2.1\n        /32 host LOCAL\n"
		 "Local:\n        |-- 10.1.2.13\n           /32 host LOCAL\n");
	put_file(root, "proc/net/arp",
		 "IP address       HW type     Flags       HW address            Mask     Device\n"
		 "10.1.1.14        0x1         0x2         00:16:3e:0a:01:0e     *        eth0\n"
		 "10.1.1.99        0x1         0x0         00:00:00:00:00:00     *        eth0\n"
		 "10.1.1.77        0x1         0xc         00:00:00:00:00:00     *        eth0\n");
	put_file(root, "proc/net/if_inet6", "fd0a000100010000000000000000000d 02 40 00 80     eth0\nnonsense\n");
	put_file(root, "proc/net/ipv6_route",
		 "fd0a0001000100000000000000000000 40 00000000000000000000000000000000 00 "
		 "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
		 "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		 "fd0a00010001000000000000000000fe 00000400 00000001 00000000 00000003     eth0\n"
		 "fd0a000100010000000000000000000d 80 00000000000000000000000000000000 00 "
		 "00000000000000000000000000000000 00000000 00000002 00000000 80200001     eth0\n");
}

static void tables_below_a_root_are_read(void **unused)
{
	char root[] = "/tmp/truemac-host-XXXXXX", command[64], text[IP_TEXT_SIZE];
	struct host_source source = { .root = root };
	struct host_opened opened = HOST_OPENED_INIT;
	struct host_state state;
	unsigned prefix;

	(void)unused;
	assert_non_null(mkdtemp(root));
	put_tables(root);
	host_state_init(&state);
	assert_int_equal(host_begin(&source, &opened, &state, NULL), 0);
	assert_int_equal(host_finish(&source, &opened, &state, NULL), 0);
	host_opened_close(&opened);
	assert_int_equal(state.route_count, 6);
	assert_string_equal(ip_format(&state.routes[0].gateway, text), "10.1.1.254");
	assert_int_equal(state.routes[0].metric, 100);
	assert_int_equal(state.routes[1].prefix, 24);
	assert_int_equal(state.routes[1].gateway.family, 0);
	assert_string_equal(ip_format(&state.routes[4].gateway, text), "fd0a:1:1::fe");
	assert_int_equal(state.routes[5].type, ROUTE_LOCAL);
	assert_int_equal(state.address_count, 6);
	assert_string_equal(place_of(&state, "10.1.2.13", &prefix), "eth1");
	assert_int_equal(prefix, 24);
	assert_string_equal(place_of(&state, "192.0.2.1", &prefix), "lo");
	assert_string_equal(place_of(&state, "127.0.0.1", &prefix), "lo");
	assert_string_equal(place_of(&state, "fd0a:1:1::d", &prefix), "eth0");
	assert_int_equal(prefix, 64);
	/* One of the two may be on lo, and nobody says which. */
	assert_string_equal(place_of(&state, "10.1.1.13", &prefix), "");
	assert_true(lacks(&state, "which interface has 10.1.1.1"));
	assert_int_equal(state.neighbour_count, 3);
	assert_false(mac_is_zero(state.neighbours[0].mac));
	assert_string_equal(state.neighbours[1].state, "failed");
	assert_true(state.neighbours[2].proxy);
	host_state_free(&state);
	snprintf(command, sizeof command, "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

static void empty_root_gives_an_empty_state(void **unused)
{
	struct host_source source = { .root = "/nonexistent" };
	struct host_opened opened = HOST_OPENED_INIT;
	struct host_state state;

	(void)unused;
	host_state_init(&state);
	assert_int_equal(host_begin(&source, &opened, &state, NULL), 0);
	assert_int_equal(host_finish(&source, &opened, &state, NULL), 0);
	host_opened_close(&opened);
	assert_int_equal(state.link_count, 0);
	assert_true(state.unseen_count > 0);
	assert_int_equal(host_state_prepare(&state, NULL, HOST_ROLE_AUTO, NULL), 0);
	assert_int_equal(state.role, HOST_ROLE_CLIENT);
	host_state_free(&state);
}

/* --- saved states --- */

static void expect_refusal(const char *content)
{
	struct host_state state;
	struct error error = ERROR_INIT;

	host_state_init(&state);
	assert_int_equal(host_load("x.json", content, strlen(content), &state, &error), ERROR_INPUT);
	host_state_free(&state);
}

static void damaged_states_are_refused(void **unused)
{
	(void)unused;
	expect_refusal("");
	expect_refusal("Dear operator");
	expect_refusal("{");
	expect_refusal("{\"schema\": \"truemac.report/1\"}");
	expect_refusal("{\"schema\": \"truemac.state/1\", \"links\": [1]}");
	expect_refusal("{\"schema\": \"truemac.state/1\", \"links\": [{\"name\": 7}]}");
	expect_refusal("{\"schema\": \"truemac.state/1\", \"links\": [{\"name\": \"a\", \"mac\": \"x\"}]}");
	expect_refusal("{\"schema\": \"truemac.state/1\", \"addresses\": [{\"ip\": \"10.1.1.1\", \"prefix\": 33, "
		       "\"link\": \"lo\"}]}");
	expect_refusal("{\"schema\": \"truemac.state/1\", \"routes\": [{\"to\": \"\", \"prefix\": 0}]}");
	expect_refusal("{\"schema\": \"truemac.state/1\", \"services\": \"nonsense here\"}");
}

static void state_without_lists_is_enough(void **unused)
{
	static const char content[] = " {\"schema\": \"truemac.state/1\", \"name\": \"a\", \"future\": [1]}";
	struct host_state state;

	(void)unused;
	host_state_init(&state);
	assert_int_equal(host_load("x.json", content, strlen(content), &state, NULL), 0);
	assert_string_equal(state.name, "a");
	assert_int_equal(host_state_prepare(&state, NULL, HOST_ROLE_AUTO, NULL), 0);
	host_state_free(&state);
}

/* --- for other commands --- */

static void dom0_knows_the_macs_of_its_guests(void **unused)
{
	static const char content[] =
	    "{\"schema\": \"truemac.state/1\", \"links\": [{\"name\": \"vif4.0\", \"mac\": \"fe:ff:ff:ff:ff:ff\", "
	    "\"ethernet\": true}, {\"name\": \"xenbr0\", \"mac\": \"00:16:3e:0a:01:fe\", \"ethernet\": true}],"
	    "\"addresses\": [{\"ip\": \"10.1.1.254\", \"prefix\": 32, \"link\": \"vif4.0\"},"
	    "{\"ip\": \"10.1.1.254\", \"prefix\": 24, \"link\": \"xenbr0\"}],"
	    "\"guests\": [{\"name\": \"rs1\", \"link\": \"vif4.0\", \"mac\": \"00:16:3e:0a:01:0d\", \"ip\": "
	    "\"10.1.1.13\"}], \"services\": \"vip 10.1.1.1:80/tcp method dr\\n\"}";
	struct host_state state;
	struct topology topology = TOPOLOGY_INIT;
	struct ip guest = ip_from_v4(0x0a01010d), own = ip_from_v4(0x0a0101fe), vip = ip_from_v4(0x0a010101);
	char mac[MAC_TEXT_SIZE];

	(void)unused;
	host_state_init(&state);
	assert_int_equal(host_load("x.json", content, strlen(content), &state, NULL), 0);
	assert_int_equal(host_topology(&state, &topology, NULL), 0);
	assert_string_equal(mac_format(*topology_known_mac(&topology, &guest), mac), "00:16:3e:0a:01:0d");
	assert_string_equal(mac_format(*topology_known_mac(&topology, &own), mac), "00:16:3e:0a:01:fe");
	assert_true(topology_is_vip(&topology, &vip));
	topology_free(&topology);
	host_state_free(&state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(greater_value_or_either_or_own_is_in_force),
		cmocka_unit_test(dots_of_a_name_are_slashes_in_its_key),
		cmocka_unit_test(ipvs_is_read_in_both_forms),
		cmocka_unit_test(listening_sockets_are_read),
		cmocka_unit_test(many_connections_hide_no_socket),
		cmocka_unit_test(long_lists_end_somewhere),
		cmocka_unit_test(a_root_without_anything_proves_nothing),
		cmocka_unit_test(outputs_of_commands_may_be_few),
		cmocka_unit_test(guests_of_a_dom0_come_from_its_store),
		cmocka_unit_test(guest_learns_from_its_store_what_it_is_called),
		cmocka_unit_test(store_that_lies_about_lengths_is_left),
		cmocka_unit_test(store_that_lists_nobody_is_noted),
		cmocka_unit_test(files_below_a_root_are_read),
		cmocka_unit_test(tables_below_a_root_are_read),
		cmocka_unit_test(empty_root_gives_an_empty_state),
		cmocka_unit_test(damaged_states_are_refused),
		cmocka_unit_test(state_without_lists_is_enough),
		cmocka_unit_test(dom0_knows_the_macs_of_its_guests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
