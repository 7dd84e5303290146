// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses, routes and neighbours from files, where netlink does not tell: of a machine below a root, or in a sandbox.
 *
 *   proc/net/route       main table, IPv4: eth0 0001010A 00000000 0001 0 0 0 00FFFFFF ... (words in host byte order)
 *   proc/net/fib_trie    local addresses, IPv4, without their interface: "|-- 10.1.1.13" above "/32 host LOCAL"
 *   proc/net/if_inet6    fd0a...0d 02 40 00 80 eth0 (index, prefix, scope, flags)
 *   proc/net/ipv6_route  destination, prefix, source, prefix, gateway, metric, counts, flags, interface
 *   proc/net/arp         10.1.1.14 0x1 0x2 00:16:3e:0a:01:0e * eth0
 *
 * Sources: net/ipv4/fib_trie.c, net/ipv6/addrconf.c, net/ipv6/route.c, net/ipv4/arp.c, linux/route.h.
 */
#include <linux/route.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/readers.h"

enum { RTF_LOCAL_OF_IPV6 = 0x80000000u, RTF_ANYCAST_OF_IPV6 = 0x00100000u, TABLE_MAIN = 254, TABLE_LOCAL = 255 };

/* A word as %08X prints it on the machine that it is of: its bytes are in network order there. */
static struct ip ip_of_word(uint32_t word)
{
	return ip_from_bytes(4, (const uint8_t *)&word);
}

static uint8_t bits_of(uint32_t mask)
{
	return (uint8_t)__builtin_popcount(mask);
}

static void read_route(struct host_state *state, const char *line)
{
	unsigned destination, gateway, flags, metric, mask;
	char link[HOST_LINK_SIZE];
	struct host_route *route;

	if (sscanf(line, "%15s %8x %8x %4x %*d %*u %u %8x", link, &destination, &gateway, &flags, &metric, &mask) !=
		6 ||
	    !(flags & RTF_UP))
		return;
	route = host_add_route(state);
	if (!route)
		return;
	route->destination = ip_of_word(destination);
	route->prefix = bits_of(mask);
	route->type = (flags & RTF_REJECT) ? ROUTE_OTHER : ROUTE_UNICAST;
	route->table = TABLE_MAIN;
	route->metric = metric;
	if (flags & RTF_GATEWAY)
		route->gateway = ip_of_word(gateway);
	host_copy_word(route->link, sizeof route->link, link);
}

static bool parse_hex_ip(const char *text, struct ip *ip)
{
	uint8_t bytes[16];

	if (strlen(text) != 32)
		return false;
	for (size_t i = 0; i < sizeof bytes; i++)
		if (sscanf(text + 2 * i, "%2hhx", &bytes[i]) != 1)
			return false;
	*ip = ip_from_bytes(6, bytes);
	return true;
}

static void read_route6(struct host_state *state, const char *line)
{
	char destination[33], gateway[33], link[HOST_LINK_SIZE];
	unsigned prefix, metric, flags;
	struct host_route *route;
	struct ip to, by;

	if (sscanf(line, "%32[0-9a-f] %2x %*32[0-9a-f] %*2x %32[0-9a-f] %8x %*8x %*8x %8x %15s", destination, &prefix,
		   gateway, &metric, &flags, link) != 6 ||
	    prefix > 128 || !parse_hex_ip(destination, &to) || !parse_hex_ip(gateway, &by) ||
	    (flags & RTF_ANYCAST_OF_IPV6))
		return;
	route = host_add_route(state);
	if (!route)
		return;
	route->destination = to;
	route->prefix = (uint8_t)prefix;
	route->type = (flags & RTF_REJECT) ? ROUTE_OTHER : (flags & RTF_LOCAL_OF_IPV6) ? ROUTE_LOCAL : ROUTE_UNICAST;
	route->table = (flags & RTF_LOCAL_OF_IPV6) ? TABLE_LOCAL : TABLE_MAIN;
	route->metric = metric;
	if (flags & RTF_GATEWAY)
		route->gateway = by;
	host_copy_word(route->link, sizeof route->link, link);
}

static void add_address(struct host_state *state, const struct ip *ip, uint8_t prefix, const char *link)
{
	struct host_address *address = host_add_address(state);

	if (!address)
		return;
	address->ip = *ip;
	address->prefix = prefix;
	host_copy_word(address->link, sizeof address->link, link);
}

static void read_address6(struct host_state *state, const char *line)
{
	char text[33], link[HOST_LINK_SIZE];
	unsigned prefix;
	struct ip ip;

	if (sscanf(line, "%32[0-9a-f] %*2x %2x %*2x %*2x %15s", text, &prefix, link) == 3 && prefix <= 128 &&
	    parse_hex_ip(text, &ip))
		add_address(state, &ip, (uint8_t)prefix, link);
}

static void read_neighbour(struct host_state *state, const char *line)
{
	char text[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE], link[HOST_LINK_SIZE];
	struct host_neighbour *neighbour;
	unsigned flags;
	struct ip ip;

	if (sscanf(line, "%45s 0x%*x 0x%x %17s %*s %15s", text, &flags, mac, link) != 4 || !ip_parse(text, &ip))
		return;
	neighbour = host_add_neighbour(state);
	if (!neighbour)
		return;
	neighbour->ip = ip;
	neighbour->proxy = (flags & ATF_PUBL) != 0;
	if (!neighbour->proxy && (flags & ATF_COM))
		mac_parse(mac, &neighbour->mac);
	host_copy_word(neighbour->link, sizeof neighbour->link, link);
	host_copy_word(neighbour->state, sizeof neighbour->state,
		       neighbour->proxy     ? "proxy"
		       : flags & ATF_PERM   ? "permanent"
		       : !(flags & ATF_COM) ? "failed"
					    : "stale"); /* whether it was reachable just now is not told */
}

/* The network without a gateway that holds the address; NULL for none. */
static const struct host_route *find_network(const struct host_state *state, const struct ip *ip)
{
	const struct host_route *found = NULL;

	for (uint32_t i = 0; i < state->route_count; i++) {
		const struct host_route *route = &state->routes[i];

		if (route->destination.family == ip->family && route->type == ROUTE_UNICAST &&
		    route->gateway.family == 0 && route->prefix > 0 &&
		    ip_same_network(&route->destination, ip, route->prefix) &&
		    (!found || route->prefix > found->prefix))
			found = route;
	}
	return found;
}

static uint32_t count_in_network(const struct host_state *state, const struct ip *list, uint32_t count,
				 const struct host_route *network)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < count; i++)
		found += find_network(state, &list[i]) == network;
	return found;
}

/*
 * Whose address it is, fib_trie does not say. Alone in the network of an interface it is that one's. Beside others it
 * may as well be on lo, as VIPs are: nobody knows. In nobody's network it can only be a host's on lo or the like.
 */
static void place_address(struct host_state *state, const struct ip *list, uint32_t count, const struct ip *ip)
{
	const struct host_route *network = find_network(state, ip);
	char text[IP_TEXT_SIZE], what[IP_TEXT_SIZE + 40];

	if (ip->b[0] == 127) {
		add_address(state, ip, 8, "lo");
	} else if (network && count_in_network(state, list, count, network) == 1) {
		add_address(state, ip, network->prefix, network->link);
	} else {
		add_address(state, ip, 32, network ? "" : "lo");
		snprintf(what, sizeof what, "which interface has %s", ip_format(ip, text));
		host_add_unseen(state, what, network != NULL, "the files do not tell");
	}
}

static bool is_listed(const struct ip *list, uint32_t count, const struct ip *ip)
{
	for (uint32_t i = 0; i < count; i++)
		if (ip_equal(&list[i], ip))
			return true;
	return false;
}

/* Both tables, main and local, list it where they are one. */
static void read_trie(struct host_state *state, const char *text)
{
	enum { MOST_ADDRESSES = 1024 };
	char line[FILES_LINE_SIZE], word[IP_TEXT_SIZE];
	struct ip *list = calloc(MOST_ADDRESSES, sizeof *list), last = { .family = 0 };
	uint32_t count = 0;
	unsigned prefix;

	state->failed |= !list;
	while (list && files_next_line(&text, line)) {
		if (sscanf(line, " |-- %45s", word) == 1)
			last.family = ip_parse(word, &last) ? 4 : 0;
		else if (last.family != 0 && strstr(line, "host LOCAL") && sscanf(line, " /%u", &prefix) == 1 &&
			 prefix == 32 && count < MOST_ADDRESSES && !is_listed(list, count, &last))
			list[count++] = last;
	}
	for (uint32_t i = 0; i < count; i++)
		place_address(state, list, count, &list[i]);
	free(list);
}

static bool read_lines(const struct host_files *files, const char *path, const char *what,
		       void (*read)(struct host_state *state, const char *line))
{
	struct text content = TEXT_INIT;
	enum files_result result = files_read(files, path, what, &content);
	const char *at = text_string(&content);
	char line[FILES_LINE_SIZE];

	while (result == FILES_READ && files_next_line(&at, line))
		read(files->state, line);
	if (result == FILES_ABSENT)
		host_add_unseen(files->state, what, false, "the file is not there");
	text_free(&content);
	return result == FILES_READ;
}

void tables_read(const struct host_files *files)
{
	struct text trie = TEXT_INIT;

	read_lines(files, "proc/net/route", "routes (/proc/net/route)", read_route);
	read_lines(files, "proc/net/ipv6_route", "routes of IPv6 (/proc/net/ipv6_route)", read_route6);
	read_lines(files, "proc/net/arp", "neighbours (/proc/net/arp)", read_neighbour);
	read_lines(files, "proc/net/if_inet6", "addresses of IPv6 (/proc/net/if_inet6)", read_address6);
	if (files_read(files, "proc/net/fib_trie", "addresses (/proc/net/fib_trie)", &trie) == FILES_READ)
		read_trie(files->state, text_string(&trie));
	else
		host_add_unseen(files->state, "addresses (/proc/net/fib_trie)", false, "the file is not there");
	host_add_unseen(files->state, "neighbour proxies, and routes of other tables", false, "no file has them");
	text_free(&trie);
}
