// SPDX-License-Identifier: GPL-2.0-or-later
#include "test/unit/simulated_lvs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <string.h>

#include "test/unit/expectation.h"

enum { FEW = 16, BRIDGE = 1, FIRST_VIF = 2 };

#define VIF_MAC "fe:ff:ff:ff:ff:ff"

/* --- names and addresses --- */

static void address_text(const struct lvs *lvs, int number, const char *prefix, char text[static 64])
{
	if (lvs->family == 6)
		snprintf(text, 64, "fd0a:1:1::%d%s", number, prefix);
	else if (number >= 1000)
		snprintf(text, 64, "10.1.%d.%d%s", 4 + (number - 1000) / 250, 1 + (number - 1000) % 250, prefix);
	else
		snprintf(text, 64, "10.1.1.%d%s", number, prefix);
}

static const char *network_prefix(const struct lvs *lvs, int servers)
{
	return lvs->family == 6 ? "/64" : servers > FEW ? "/16" : "/24";
}

static int number_of_server(int index, int servers)
{
	return servers > FEW ? 1000 + index : 13 + index;
}

static const char *vip_text(const struct lvs *lvs)
{
	return lvs->family == 6 ? "fd0a:1:1::1" : "10.1.1.1";
}

static void mac_text(int number, char text[static MAC_TEXT_SIZE])
{
	snprintf(text, MAC_TEXT_SIZE, "00:16:3e:0a:%02x:%02x", ((unsigned)number / 256 + 1) & 0xff,
		 (unsigned)number & 0xff);
}

static struct net_host *add_guest(struct lvs *lvs, const char *name, int segment, int number, int servers)
{
	struct net_host *host = net_add_host(lvs->net, name);
	char mac[MAC_TEXT_SIZE], address[64], network[64];

	mac_text(number, mac);
	net_add_port(host, segment, mac);
	address_text(lvs, number, network_prefix(lvs, servers), address);
	net_add_address(host, 0, address);
	address_text(lvs, 254, "", network);
	net_add_route(host, lvs->family == 6 ? "::/0" : "0.0.0.0/0", 0, network);
	return host;
}

/* --- roles --- */

static void make_director(struct lvs *lvs, struct net_host *host, enum method method)
{
	char vip[64];
	uint8_t bits = lvs->family == 6 ? 128 : 32;

	snprintf(vip, sizeof vip, "%s/%u", vip_text(lvs), bits);
	net_add_address(host, 0, vip);
	assert_true(ip_parse(vip_text(lvs), &host->vip));
	host->vip_port = 80;
	host->method = method;
	host->forwards = method == METHOD_NAT;
}

static void make_server(struct lvs *lvs, struct net_host *host, enum method method)
{
	char vip[64];

	snprintf(vip, sizeof vip, "%s/%u", vip_text(lvs), lvs->family == 6 ? 128 : 32);
	host->arp_ignore = true;
	host->arp_announce = true;
	host->decapsulates = method == METHOD_TUN;
	host->tunnel = TUNNEL_IPIP;
	if (method != METHOD_NAT)
		net_add_address(host, -1, vip);
	net_add_service(host, NULL, 80, IP_PROTO_TCP);
}

static void configure(struct lvs *lvs, const struct topology_service *service, bool directors, int servers)
{
	struct topology *topology = &lvs->topology;
	char text[64];
	struct ip ip;

	assert_true(topology_add_service(topology, service, NULL) >= 0);
	for (int number = 11; directors && number <= 12; number++) {
		address_text(lvs, number, "", text);
		assert_true(ip_parse(text, &ip));
		assert_true(topology_add_director(topology, &ip, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
	}
	for (int i = 0; i < servers; i++) {
		address_text(lvs, number_of_server(i, servers), "", text);
		assert_true(ip_parse(text, &ip));
		assert_true(topology_add_real_server(topology, &ip, NULL, ORIGIN_CONFIGURED, NULL) >= 0);
	}
}

void lvs_configure(struct lvs *lvs, const char *text, enum method method, bool directors)
{
	struct topology_service service = { .method = method };

	assert_int_equal(service_parse(text, &service, NULL), 0);
	topology_free(&lvs->topology);
	configure(lvs, &service, directors, lvs->server_count);
}

static void add_guests(struct lvs *lvs, enum method method, int servers, int segment, int step)
{
	lvs->client = add_guest(lvs, "client", segment, 138, servers);
	lvs->director = add_guest(lvs, "dir1", segment += step, 11, servers);
	lvs->backup = add_guest(lvs, "dir2", segment += step, 12, servers);
	make_director(lvs, lvs->director, method);
	for (int i = 0; i < servers; i++) {
		int number = number_of_server(i, servers);
		char name[16], address[64];

		snprintf(name, sizeof name, "rs%d", i + 1);
		lvs->servers[i] = add_guest(lvs, name, segment += step, number, servers);
		make_server(lvs, lvs->servers[i], method);
		address_text(lvs, number, "", address);
		net_add_server(lvs->director, address);
	}
	lvs->server_count = servers;
	lvs_configure(lvs, lvs->family == 6 ? "[fd0a:1:1::1]:80" : "10.1.1.1:80", method, true);
}

static void begin(struct lvs *lvs, uint8_t family)
{
	*lvs = (struct lvs){ .net = net_new(42), .family = family, .topology = TOPOLOGY_INIT };
}

void lvs_bridge(struct lvs *lvs, enum method method, int servers, uint8_t family)
{
	char address[64], client[64], via[64];

	begin(lvs, family);
	add_guests(lvs, method, servers, BRIDGE, 0);
	lvs->dom0 = net_add_host(lvs->net, "dom0");
	net_add_port(lvs->dom0, BRIDGE, "00:16:3e:0a:01:fe");
	address_text(lvs, 254, network_prefix(lvs, servers), address);
	net_add_address(lvs->dom0, 0, address);
	address_text(lvs, 138, "", client);
	address_text(lvs, 11, "", via);
	for (int i = 0; method == METHOD_NAT && i < servers; i++)
		net_add_route(lvs->servers[i], client, 0, via);
}

/* --- routed --- */

static void add_vif_route(struct net_host *dom0, int index, const struct ip *ip, int port)
{
	dom0->many_routes[index] = (struct net_route){ .prefix = ip->family == 4 ? 32 : 128, .port = port };
	dom0->many_routes[index].ip = *ip;
	dom0->many_count = index + 1;
}

/*
 * Dom0 has as many interfaces as guests, all with one MAC and one set of neighbours. So the guests other than the
 * client stand behind one more interface of a router that they share: from the client's side it looks the same.
 */
void lvs_routed(struct lvs *lvs, enum method method, int servers, uint8_t family)
{
	char address[64];
	int client_port, guests_port;

	begin(lvs, family);
	add_guests(lvs, method, servers, FIRST_VIF, 0);
	lvs->client->ports[0].segment = FIRST_VIF + 1;
	lvs->dom0 = net_add_host(lvs->net, "dom0");
	client_port = net_add_port(lvs->dom0, FIRST_VIF + 1, VIF_MAC);
	guests_port = net_add_port(lvs->dom0, FIRST_VIF, VIF_MAC);
	address_text(lvs, 254, family == 6 ? "/128" : "/32", address);
	net_add_address(lvs->dom0, client_port, address);
	net_add_address(lvs->dom0, guests_port, address);
	lvs->dom0->forwards = true;
	lvs->dom0->ports[client_port].proxy_arp = true;
	lvs->dom0->ports[guests_port].proxy_arp = true;
	lvs->dom0->many_routes = calloc((size_t)servers + 8, sizeof *lvs->dom0->many_routes);
	assert_non_null(lvs->dom0->many_routes);
	add_vif_route(lvs->dom0, 0, &lvs->client->addresses[0].ip, client_port);
	add_vif_route(lvs->dom0, 1, &lvs->director->addresses[0].ip, guests_port);
	add_vif_route(lvs->dom0, 2, &lvs->backup->addresses[0].ip, guests_port);
	add_vif_route(lvs->dom0, 3, &lvs->director->vip, guests_port);
	for (int i = 0; i < servers; i++)
		add_vif_route(lvs->dom0, 4 + i, &lvs->servers[i]->addresses[0].ip, guests_port);
	/* Its own network's route leads elsewhere: it answers for whom it has no guest, too. */
	net_add_port(lvs->dom0, FIRST_VIF + 2, "00:16:3e:0a:01:fe");
	address_text(lvs, 254, network_prefix(lvs, servers), address);
	net_add_address(lvs->dom0, 2, address);
}

void lvs_free(struct lvs *lvs)
{
	net_free(lvs->net);
	topology_free(&lvs->topology);
}

static void check_manners(const struct net *net, const char *what)
{
	const struct net_objections *objections = &net->objections;

	if (objections->too_fast || objections->forged || objections->announcements || objections->icmp_too_fast ||
	    objections->unanswered_syn_acks)
		fail_msg("%s: %u frames above the pace, %u forged, %u announcements, %u errors beyond the ICMP limit, "
			 "%u SYN/ACK without RST",
			 what, objections->too_fast, objections->forged, objections->announcements,
			 objections->icmp_too_fast, objections->unanswered_syn_acks);
}

nanos lvs_expect(struct lvs *lvs, struct net_host *here, const char *const lines[], const char *what)
{
	struct report report = REPORT_INIT;
	nanos duration = net_run_probe(lvs->net, here, &lvs->topology, &report);

	if (getenv("PROBE_TIMES"))
		print_message("# %s: %.2f s, %u frames sent, %u captured\n", what, (double)duration / 1e9,
			      lvs->net->sent, lvs->net->frames);
	expect_report(&report, lines, what);
	check_manners(lvs->net, what);
	report_free(&report);
	return duration;
}
