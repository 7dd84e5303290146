// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's tables by rtnetlink(7), as libnl-3 caches them. */
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include "host/readers.h"

struct tables {
	struct nl_sock *socket;
	struct host_state *state;
	struct nl_cache *links;
};

static struct ip ip_of(struct nl_addr *address)
{
	int family = address ? nl_addr_get_family(address) : AF_UNSPEC;

	if (family != AF_INET && family != AF_INET6)
		return (struct ip){ .family = 0 };
	if (nl_addr_get_len(address) == 0) /* the default route */
		return (struct ip){ .family = family == AF_INET ? 4 : 6 };
	return ip_from_bytes(family == AF_INET ? 4 : 6, nl_addr_get_binary_addr(address));
}

static struct mac mac_of(struct nl_addr *address)
{
	struct mac mac = { { 0 } };

	if (address && nl_addr_get_len(address) == sizeof mac.b)
		memcpy(mac.b, nl_addr_get_binary_addr(address), sizeof mac.b);
	return mac;
}

static void name_link(const struct tables *tables, int index, char name[static HOST_LINK_SIZE])
{
	name[0] = '\0';
	if (index > 0)
		rtnl_link_i2name(tables->links, index, name, HOST_LINK_SIZE);
}

static void take_link(const struct tables *tables, struct nl_object *object)
{
	struct rtnl_link *from = (struct rtnl_link *)object;
	struct host_link *link = host_add_link(tables->state, rtnl_link_get_name(from));
	unsigned flags = rtnl_link_get_flags(from);

	if (!link)
		return;
	link->mac = mac_of(rtnl_link_get_addr(from));
	link->loopback = (flags & IFF_LOOPBACK) != 0;
	link->ethernet = rtnl_link_get_arptype(from) == ARPHRD_ETHER && !link->loopback;
	link->arp = !(flags & IFF_NOARP);
	link->up = (flags & IFF_UP) != 0;
	link->mtu = rtnl_link_get_mtu(from);
	host_copy_word(link->kind, sizeof link->kind, rtnl_link_get_type(from));
	name_link(tables, rtnl_link_get_master(from), link->master);
}

static void take_address(const struct tables *tables, struct nl_object *object)
{
	struct rtnl_addr *from = (struct rtnl_addr *)object;
	struct ip ip = ip_of(rtnl_addr_get_local(from));
	struct host_address *address = ip.family ? host_add_address(tables->state) : NULL;

	if (!address)
		return;
	address->ip = ip;
	address->prefix = (uint8_t)rtnl_addr_get_prefixlen(from);
	name_link(tables, rtnl_addr_get_ifindex(from), address->link);
}

static enum host_route_type route_type(uint8_t type)
{
	return type == RTN_UNICAST ? ROUTE_UNICAST : type == RTN_LOCAL ? ROUTE_LOCAL : ROUTE_OTHER;
}

static void take_route(const struct tables *tables, struct nl_object *object)
{
	struct rtnl_route *from = (struct rtnl_route *)object;
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(from, 0);
	uint8_t type = rtnl_route_get_type(from);
	struct ip destination = ip_of(rtnl_route_get_dst(from));
	struct host_route *route;

	if (destination.family == 0 || type == RTN_BROADCAST || type == RTN_MULTICAST || type == RTN_ANYCAST)
		return;
	route = host_add_route(tables->state);
	if (!route)
		return;
	route->destination = destination;
	route->prefix = (uint8_t)nl_addr_get_prefixlen(rtnl_route_get_dst(from));
	route->type = route_type(type);
	route->table = rtnl_route_get_table(from);
	route->metric = rtnl_route_get_priority(from);
	route->gateway = hop ? ip_of(rtnl_route_nh_get_gateway(hop)) : (struct ip){ .family = 0 };
	name_link(tables, hop ? rtnl_route_nh_get_ifindex(hop) : 0, route->link);
}

static const char *state_name(int state)
{
	static const struct {
		int state;
		const char *name;
	} names[] = { { NUD_REACHABLE, "reachable" }, { NUD_STALE, "stale" },   { NUD_DELAY, "delay" },
		      { NUD_PROBE, "probe" },         { NUD_FAILED, "failed" }, { NUD_INCOMPLETE, "incomplete" },
		      { NUD_PERMANENT, "permanent" }, { NUD_NOARP, "noarp" } };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (state & names[i].state)
			return names[i].name;
	return "none";
}

static void take_neighbour(const struct tables *tables, struct nl_object *object)
{
	struct rtnl_neigh *from = (struct rtnl_neigh *)object;
	struct ip ip = ip_of(rtnl_neigh_get_dst(from));
	bool proxy = (rtnl_neigh_get_flags(from) & NTF_PROXY) != 0;
	struct host_neighbour *neighbour;

	/* Multicast and loopback need no neighbour: NOARP. */
	if (ip.family == 0 || (!proxy && (rtnl_neigh_get_state(from) & NUD_NOARP)))
		return;
	neighbour = host_add_neighbour(tables->state);
	if (!neighbour)
		return;
	neighbour->ip = ip;
	neighbour->proxy = proxy;
	neighbour->mac = mac_of(rtnl_neigh_get_lladdr(from));
	name_link(tables, rtnl_neigh_get_ifindex(from), neighbour->link);
	host_copy_word(neighbour->state, sizeof neighbour->state,
		       proxy ? "proxy" : state_name(rtnl_neigh_get_state(from)));
}

static void take_all(const struct tables *tables, int status, struct nl_cache *cache, const char *what,
		     void (*take)(const struct tables *, struct nl_object *))
{
	if (status < 0) {
		host_add_unseen(tables->state, what, true, nl_geterror(status));
		return;
	}
	for (struct nl_object *object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object))
		take(tables, object);
}

static void read_cache(const struct tables *tables, const char *what,
		       int (*allocate)(struct nl_sock *, struct nl_cache **),
		       void (*take)(const struct tables *, struct nl_object *))
{
	struct nl_cache *cache = NULL;
	int status = allocate(tables->socket, &cache);

	take_all(tables, status, cache, what, take);
	nl_cache_free(cache);
}

static int allocate_routes(struct nl_sock *socket, struct nl_cache **cache)
{
	return rtnl_route_alloc_cache(socket, AF_UNSPEC, 0, cache);
}

/* The kernel tells neighbours and proxies in two lists; which one is asked for by a flag of the request's header. */
static int allocate_proxies(struct nl_sock *socket, struct nl_cache **cache)
{
	int status = nl_cache_alloc_name("route/neigh", cache);
	struct ndmsg request = { .ndm_family = AF_UNSPEC, .ndm_flags = NTF_PROXY };

	if (status == 0)
		status = nl_send_simple(socket, RTM_GETNEIGH, NLM_F_DUMP, &request, sizeof request);
	return status < 0 ? status : nl_cache_pickup(socket, *cache);
}

static void read_links(struct tables *tables)
{
	int status = rtnl_link_alloc_cache(tables->socket, AF_UNSPEC, &tables->links);

	if (status < 0)
		tables->links = NULL;
	take_all(tables, status, tables->links, "interfaces", take_link);
}

bool netlink_read(struct host_state *state)
{
	struct tables tables = { .socket = nl_socket_alloc(), .state = state };
	int status = tables.socket ? nl_connect(tables.socket, NETLINK_ROUTE) : -NLE_NOMEM;

	if (status < 0) {
		host_add_unseen(state, "interfaces, addresses, routes and neighbours by netlink", false,
				nl_geterror(status));
		nl_socket_free(tables.socket);
		return false;
	}
	read_links(&tables);
	if (tables.links) {
		read_cache(&tables, "addresses", rtnl_addr_alloc_cache, take_address);
		read_cache(&tables, "routes", allocate_routes, take_route);
		read_cache(&tables, "neighbours", rtnl_neigh_alloc_cache, take_neighbour);
		read_cache(&tables, "neighbour proxies", allocate_proxies, take_neighbour);
	}
	nl_cache_free(tables.links);
	nl_socket_free(tables.socket);
	return true;
}
