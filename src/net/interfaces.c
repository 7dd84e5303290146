// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading the list from the kernel; choosing from it is in interfaces_choose.c. */
#include "net/interfaces.h"

#include <linux/if_addr.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <stdlib.h>

static int fail_netlink(int code, struct error *error)
{
	return error_set(error, ERROR_SYSTEM, NULL, "the kernel does not tell its network interfaces: %s",
			 nl_geterror(code));
}

static void take_mac(struct interface *interface, struct nl_addr *address)
{
	if (address && nl_addr_get_len(address) == sizeof interface->mac.b)
		memcpy(interface->mac.b, nl_addr_get_binary_addr(address), sizeof interface->mac.b);
}

static void take_link(struct interface *interface, struct rtnl_link *link)
{
	unsigned flags = rtnl_link_get_flags(link);
	const char *name = rtnl_link_get_name(link);

	*interface = (struct interface){
		.index = rtnl_link_get_ifindex(link),
		.ethernet = rtnl_link_get_arptype(link) == ARPHRD_ETHER && !(flags & IFF_LOOPBACK),
		.up = (flags & IFF_UP) && (flags & IFF_RUNNING),
		.mtu = rtnl_link_get_mtu(link),
	};
	strncpy(interface->name, name ? name : "?", sizeof interface->name - 1);
	take_mac(interface, rtnl_link_get_addr(link));
}

static int read_links(struct interfaces *interfaces, struct nl_sock *socket, struct error *error)
{
	struct nl_cache *cache;
	struct nl_object *object;
	int status = rtnl_link_alloc_cache(socket, AF_UNSPEC, &cache);

	if (status < 0)
		return fail_netlink(status, error);
	interfaces->list = calloc((size_t)nl_cache_nitems(cache) + 1, sizeof *interfaces->list);
	for (object = nl_cache_get_first(cache); object && interfaces->list; object = nl_cache_get_next(object))
		take_link(&interfaces->list[interfaces->count++], (struct rtnl_link *)object);
	nl_cache_free(cache);
	if (!interfaces->list)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the list of network interfaces");
	return 0;
}

static struct interface *find_index(const struct interfaces *interfaces, int index)
{
	for (uint32_t i = 0; i < interfaces->count; i++)
		if (interfaces->list[i].index == index)
			return &interfaces->list[i];
	return NULL;
}

/* Not those that are not valid yet, and not the temporary ones of RFC 8981, which come and go. */
static bool is_lasting(int family, unsigned flags)
{
	if (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED))
		return false;
	return family == AF_INET || !(flags & IFA_F_TEMPORARY);
}

static bool take_address(struct interface *interface, struct rtnl_addr *address)
{
	struct nl_addr *local = rtnl_addr_get_local(address);
	int family = local ? nl_addr_get_family(local) : AF_UNSPEC;
	struct interface_address *grown;

	if ((family != AF_INET && family != AF_INET6) || !is_lasting(family, rtnl_addr_get_flags(address)))
		return true;
	grown = reallocarray(interface->addresses, interface->address_count + 1, sizeof *grown);
	if (!grown)
		return false;
	interface->addresses = grown;
	grown += interface->address_count++;
	grown->ip = ip_from_bytes(family == AF_INET ? 4 : 6, nl_addr_get_binary_addr(local));
	grown->prefix = (uint8_t)rtnl_addr_get_prefixlen(address);
	return true;
}

static int read_addresses(struct interfaces *interfaces, struct nl_sock *socket, struct error *error)
{
	struct nl_cache *cache;
	struct nl_object *object;
	bool whole = true;
	int status = rtnl_addr_alloc_cache(socket, &cache);

	if (status < 0)
		return fail_netlink(status, error);
	for (object = nl_cache_get_first(cache); object && whole; object = nl_cache_get_next(object)) {
		struct rtnl_addr *address = (struct rtnl_addr *)object;
		struct interface *interface = find_index(interfaces, rtnl_addr_get_ifindex(address));

		if (interface)
			whole = take_address(interface, address);
	}
	nl_cache_free(cache);
	return whole ? 0 : error_set(error, ERROR_MEMORY, NULL, "no memory for the addresses of network interfaces");
}

static int compare_index(const void *a, const void *b)
{
	return ((const struct interface *)a)->index - ((const struct interface *)b)->index;
}

int interfaces_read(struct interfaces *interfaces, struct error *error)
{
	struct nl_sock *socket = nl_socket_alloc();
	int status;

	if (!socket)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to ask for network interfaces");
	status = nl_connect(socket, NETLINK_ROUTE);
	if (status < 0)
		status = fail_netlink(status, error);
	else
		status = read_links(interfaces, socket, error);
	if (status == 0)
		status = read_addresses(interfaces, socket, error);
	if (status == 0)
		qsort(interfaces->list, interfaces->count, sizeof *interfaces->list, compare_index);
	nl_socket_free(socket);
	return status;
}

void interfaces_free(struct interfaces *interfaces)
{
	for (uint32_t i = 0; i < interfaces->count; i++)
		free(interfaces->list[i].addresses);
	free(interfaces->list);
	*interfaces = (struct interfaces)INTERFACES_INIT;
}

const struct interface *interfaces_find(const struct interfaces *interfaces, const char *name)
{
	for (uint32_t i = 0; i < interfaces->count; i++)
		if (strcmp(interfaces->list[i].name, name) == 0)
			return &interfaces->list[i];
	return NULL;
}

uint64_t interface_missed(const char *name)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct rtnl_link *link = NULL;
	uint64_t missed = 0;

	if (socket && nl_connect(socket, NETLINK_ROUTE) == 0 && rtnl_link_get_kernel(socket, 0, name, &link) == 0)
		missed =
		    rtnl_link_get_stat(link, RTNL_LINK_RX_MISSED_ERR) + rtnl_link_get_stat(link, RTNL_LINK_RX_FIFO_ERR);
	rtnl_link_put(link);
	nl_socket_free(socket);
	return missed;
}

bool interfaces_have(const struct interfaces *interfaces, const struct ip *ip)
{
	for (uint32_t i = 0; i < interfaces->count; i++)
		for (uint32_t k = 0; k < interfaces->list[i].address_count; k++)
			if (ip_equal(&interfaces->list[i].addresses[k].ip, ip))
				return true;
	return false;
}
