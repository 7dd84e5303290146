// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IPVS's table (net/netfilter/ipvs/ip_vs_ctl.c: ip_vs_info_seq_show), whose lines are those of `ipvsadm -Ln`:
 *
 *   TCP  0A010101:0050 rr                          TCP  10.1.1.1:80 rr
 *     -> 0A01010D:0050      Route   1      0   2     -> 10.1.1.13:80   Route   1      0   2
 *   UDP  [fd0a:0001:...:0001]:0035 wlc             UDP  [fd0a:1:1::1]:53 wlc
 *   FWM  00000007 wlc                              FWM  7 wlc
 *
 * The kernel writes numbers in hexadecimal, ipvsadm in decimal; the form of the address tells which.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/ipvs.h"
#include "host/readers.h"

static bool parse_address(const char *text, struct ip *ip, uint16_t *port)
{
	char address[IP_TEXT_SIZE + 2];
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;
	bool kernel = length == 8 && strspn(text, "0123456789ABCDEF") == 8;

	if (length == 0 || length >= sizeof address)
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	kernel |= length == 41; /* [xxxx:xxxx:xxxx:xxxx:xxxx:xxxx:xxxx:xxxx] */
	*port = (uint16_t)strtoul(colon + 1, NULL, kernel ? 16 : 10);
	if (kernel && length == 8) {
		*ip = ip_from_v4((uint32_t)strtoul(address, NULL, 16));
		return true;
	}
	if (address[0] == '[' && address[length - 1] == ']') {
		address[length - 1] = '\0';
		return ip_parse(address + 1, ip);
	}
	return ip_parse(address, ip);
}

static void complain(struct ipvs_table *table, const struct error *error)
{
	if (!table->complained)
		host_add_unseen(table->state, "a part of the IPVS table", true, error->message);
	table->complained = true;
}

void ipvs_add_service(struct ipvs_table *table, const struct topology_service *service)
{
	struct error error = ERROR_INIT;

	table->service = topology_add_service(&table->state->services, service, &error);
	if (table->service < 0)
		complain(table, &error);
}

static void read_service(struct ipvs_table *table, const char *protocol, const char *address)
{
	struct topology_service service = { .origin = ORIGIN_CONFIGURED };

	table->service = -1;
	if (strcmp(protocol, "FWM") == 0)
		service.fwmark = (uint32_t)strtoul(address, NULL, strlen(address) == 8 ? 16 : 10);
	else if (!protocol_parse(protocol, &service.protocol) || !parse_address(address, &service.vip, &service.port))
		return;
	ipvs_add_service(table, &service);
}

static enum method forward_method(const char *word)
{
	return strcmp(word, "Route") == 0    ? METHOD_DR
	       : strcmp(word, "Tunnel") == 0 ? METHOD_TUN
	       : strcmp(word, "Masq") == 0   ? METHOD_NAT
					     : METHOD_UNKNOWN;
}

/* Real servers of two methods leave the service without one of its own. */
static void note_method(struct topology_service *service, enum method method, bool first)
{
	if (first)
		service->method = method;
	else if (service->method != method)
		service->method = METHOD_UNKNOWN;
}

static bool has_backend(const struct topology *topology, uint32_t service)
{
	for (uint32_t i = 0; i < topology->backend_count; i++)
		if (topology->backends[i].service == service)
			return true;
	return false;
}

void ipvs_add_destination(struct ipvs_table *table, const struct ip *ip, const struct topology_backend *backend)
{
	struct topology *topology = &table->state->services;
	struct topology_backend copy = *backend;
	struct error error = ERROR_INIT;
	bool first;
	int host;

	if (table->service < 0)
		return;
	copy.service = (uint32_t)table->service;
	first = !has_backend(topology, copy.service);
	note_method(&topology->services[copy.service], copy.method, first);
	host = topology_add_real_server(topology, ip, NULL, ORIGIN_CONFIGURED, &error);
	copy.real_server = (uint32_t)host;
	if (host < 0 || topology_add_backend(topology, &copy, &error) < 0)
		complain(table, &error);
}

static void read_destination(struct ipvs_table *table, const char *address, const char *forward, int weight)
{
	struct topology_backend backend = { .weight = weight, .method = forward_method(forward) };
	struct ip ip;

	/* "Local" is the director itself, by an address of its own: no real server that could be asked. */
	if (strcmp(forward, "Local") != 0 && parse_address(address, &ip, &backend.port))
		ipvs_add_destination(table, &ip, &backend);
}

static void read_line(struct ipvs_table *table, const char *line)
{
	char first[8], address[80], forward[16];
	int weight;

	if (sscanf(line, " -> %79s %15s %d", address, forward, &weight) == 3)
		read_destination(table, address, forward, weight);
	else if (sscanf(line, "%7s %79s", first, address) == 2 && line[0] >= 'A' && line[0] <= 'Z' &&
		 strcmp(first, "IP") != 0 && strcmp(first, "Prot") != 0)
		read_service(table, first, address);
}

void ipvs_parse(struct host_state *state, const char *text)
{
	struct ipvs_table table = { .state = state, .service = -1 };
	char line[FILES_LINE_SIZE];

	state->ipvs = IPVS_PRESENT;
	while (files_next_line(&text, line))
		read_line(&table, line);
}

void ipvs_read(const struct host_files *files)
{
	struct text content = TEXT_INIT;
	enum files_result result;

	/* The file is there as long as the module is. */
	if (strcmp(files->root, "/") == 0 && files_exist(files, "proc/net/ip_vs") && ipvs_read_netlink(files->state))
		return;
	result = files_read(files, "proc/net/ip_vs", "the IPVS table (/proc/net/ip_vs)", &content);
	if (result == FILES_READ)
		ipvs_parse(files->state, text_string(&content));
	else if (result == FILES_ABSENT && files_exist(files, "proc/net"))
		files->state->ipvs = IPVS_ABSENT;
	else if (result == FILES_ABSENT)
		host_add_unseen(files->state, "the IPVS table (/proc/net/ip_vs)", false, "there is no /proc/net");
	text_free(&content);
}
