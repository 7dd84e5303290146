// SPDX-License-Identifier: GPL-2.0-or-later
/* Which interface leads where. */
#include <netlink/netlink.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <stdio.h>

#include "base/text.h"
#include "net/interfaces.h"

static unsigned bits_of(const struct ip *ip)
{
	return ip->family == 4 ? 32 : 128;
}

/* A host address is in no network with anybody. */
static bool shares_network(const struct interface_address *address, const struct ip *target)
{
	return address->ip.family == target->family && address->prefix > 0 && address->prefix < bits_of(target) &&
	       ip_same_network(&address->ip, target, address->prefix);
}

/* The bits of the interface's narrowest network that holds `target`; 0 where none does. */
static unsigned network_of(const struct interface *interface, const struct ip *target)
{
	unsigned best = 0;

	for (uint32_t i = 0; i < interface->address_count; i++)
		if (shares_network(&interface->addresses[i], target) && interface->addresses[i].prefix > best)
			best = interface->addresses[i].prefix;
	return best;
}

static bool leads_to(const struct interface *interface, const struct ip *target)
{
	return network_of(interface, target) > 0;
}

const struct interface *interfaces_rival(const struct interfaces *interfaces, const struct interface *interface,
					 const struct ip *target)
{
	unsigned bits = network_of(interface, target);

	for (uint32_t i = 0; bits > 0 && i < interfaces->count; i++) {
		const struct interface *other = &interfaces->list[i];

		if (other != interface && other->ethernet && other->up && network_of(other, target) == bits)
			return other;
	}
	return NULL;
}

static bool leads_to_any(const struct interface *interface, const struct ip *targets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (leads_to(interface, &targets[i]))
			return true;
	return false;
}

bool interfaces_is_elsewhere(const struct interfaces *interfaces, const struct interface *interface,
			     const struct ip *target)
{
	if (leads_to(interface, target) || interfaces_have(interfaces, target))
		return false;
	for (uint32_t i = 0; i < interfaces->count; i++) {
		const struct interface *other = &interfaces->list[i];

		if (other != interface && other->ethernet && other->up && leads_to(other, target))
			return true;
	}
	return false;
}

/* Any address beyond the default route would do; this one is for documentation (RFC 5737) and never owned. */
static struct ip somewhere_else(void)
{
	return ip_from_v4(0xc0000201);
}

/* The first way of the kernel's route to `target`, which is looked up and not used. */
struct way {
	int index; /* of the interface; 0: there is none */
	struct ip router;
};

static struct way first_way(struct rtnl_route *route)
{
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, 0);
	struct nl_addr *router = hop ? rtnl_route_nh_get_gateway(hop) : NULL;
	struct way way = { .index = hop ? rtnl_route_nh_get_ifindex(hop) : 0 };

	if (router && nl_addr_get_len(router) == 4)
		way.router = ip_from_bytes(4, nl_addr_get_binary_addr(router));
	else if (router && nl_addr_get_len(router) == 16)
		way.router = ip_from_bytes(6, nl_addr_get_binary_addr(router));
	return way;
}

static struct way way_to(const struct ip *target)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct nl_addr *address =
	    nl_addr_build(target->family == 4 ? AF_INET : AF_INET6, target->b, target->family == 4 ? 4 : 16);
	struct rtnl_route *route = NULL;
	struct way way = { .index = 0 };

	if (socket && address && nl_connect(socket, NETLINK_ROUTE) == 0 &&
	    rtnl_route_lookup(socket, address, &route) == 0)
		way = first_way(route);
	rtnl_route_put(route);
	nl_addr_put(address);
	nl_socket_free(socket);
	return way;
}

struct ip interfaces_next_hop(const struct ip *target)
{
	return way_to(target).router;
}

bool interface_has_neighbour(const struct interface *interface, const struct ip *target)
{
	struct way way;

	if (leads_to(interface, target))
		return true;
	way = way_to(target);
	return way.index == interface->index && way.router.family == 0;
}

const struct interface *interfaces_route(const struct interfaces *interfaces, const struct ip *target)
{
	int index = way_to(target).index;

	for (uint32_t i = 0; index > 0 && i < interfaces->count; i++)
		if (interfaces->list[i].index == index && interfaces->list[i].ethernet)
			return &interfaces->list[i];
	return NULL;
}

static const struct interface *refuse_choice(const struct text *names, const struct ip *target, struct error *error)
{
	char address[IP_TEXT_SIZE] = "";

	if (target)
		ip_format(target, address);
	if (names->length == 0)
		error_set(error, ERROR_USAGE, NULL,
			  "no Ethernet interface of this machine leads to %s; name one with -i",
			  target ? address : "any network");
	else
		error_set(error, ERROR_USAGE, NULL,
			  "several interfaces have the network of %s; name one with -i: %.200s", address,
			  text_string(names));
	return NULL;
}

/* NULL where there are several or none. */
static const struct interface *only_one(const struct interfaces *interfaces)
{
	const struct interface *found = NULL;

	for (uint32_t i = 0; i < interfaces->count; i++) {
		const struct interface *interface = &interfaces->list[i];

		if (!interface->ethernet || !interface->up || interface->address_count == 0)
			continue;
		if (found)
			return NULL;
		found = interface;
	}
	return found;
}

const struct interface *interfaces_choose(const struct interfaces *interfaces, const struct ip *targets, size_t count,
					  struct error *error)
{
	const struct ip elsewhere = somewhere_else();
	const struct interface *chosen = NULL;
	struct text names = TEXT_INIT;
	uint32_t candidates = 0;

	for (uint32_t i = 0; i < interfaces->count; i++) {
		const struct interface *interface = &interfaces->list[i];

		if (!interface->ethernet || !interface->up || !leads_to_any(interface, targets, count))
			continue;
		chosen = interface;
		text_printf(&names, "%s%s", candidates++ > 0 ? ", " : "", interface->name);
	}
	if (candidates == 0)
		chosen = interfaces_route(interfaces, count > 0 ? &targets[0] : &elsewhere);
	if (!chosen && count == 0)
		chosen = only_one(interfaces);
	if (candidates > 1 || !chosen)
		chosen = refuse_choice(&names, count > 0 ? &targets[0] : NULL, error);
	text_free(&names);
	return chosen;
}

const struct interface *interfaces_take(const struct interfaces *interfaces, const char *name, struct error *error)
{
	const struct interface *interface = interfaces_find(interfaces, name);
	const char *wrong = NULL;

	if (!interface)
		wrong = strcmp(name, "any") == 0 ? "questions need one interface to go out by; name it with -i"
						 : "there is no such interface; 'ip link' lists them";
	else if (!interface->ethernet)
		wrong = "is no Ethernet interface, and questions about MAC addresses need one";
	else if (!interface->up)
		wrong = "is down; 'ip link set dev NAME up' and a cable or peer bring it up";
	if (!wrong)
		return interface;
	error_set(error, ERROR_SYSTEM, name, "%s", wrong);
	return NULL;
}

/* The better of two sources, either of which may be NULL. */
static int rank(const struct interface_address *address, const struct ip *target)
{
	if (shares_network(address, target))
		return 3;
	return ip_is_link_local(&address->ip) ? 1 : 2;
}

const struct interface_address *interface_source(const struct interface *interface, const struct ip *target)
{
	const struct interface_address *best = NULL;

	for (uint32_t i = 0; i < interface->address_count; i++) {
		const struct interface_address *address = &interface->addresses[i];

		if (address->ip.family != target->family || ip_equal(&address->ip, target))
			continue;
		if (!best || rank(address, target) > rank(best, target))
			best = address;
	}
	return best;
}
