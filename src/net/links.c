// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/links.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_EVENTS = 8 }; /* told by one message of the kernel; what is beyond is one more LINK_MISSED */

struct links {
	struct nl_sock *socket;
	struct interface interface; /* as last seen; its addresses are owned */
	struct link_event events[MAX_EVENTS];
	unsigned first, count; /* of those that wait */
};

__attribute__((format(printf, 3, 4))) static void tell(struct links *links, enum link_change change, const char *format,
						       ...)
{
	struct link_event *event = &links->events[(links->first + links->count) % MAX_EVENTS];
	va_list arguments;

	if (links->count == MAX_EVENTS)
		return;
	if (++links->count == MAX_EVENTS) {
		event->change = LINK_MISSED;
		snprintf(event->text, sizeof event->text, "more happened to %s than was told", links->interface.name);
		return;
	}
	event->change = change;
	va_start(arguments, format);
	vsnprintf(event->text, sizeof event->text, format, arguments);
	va_end(arguments);
}

static void note_state(struct links *links, bool up)
{
	if (up == links->interface.up)
		return;
	links->interface.up = up;
	tell(links, up ? LINK_UP : LINK_DOWN, up ? "%s is up again" : "%s went down", links->interface.name);
}

static void note_mac(struct links *links, struct mac mac)
{
	char text[MAC_TEXT_SIZE];

	if (mac_equal(mac, links->interface.mac))
		return;
	links->interface.mac = mac;
	tell(links, LINK_ADDRESS, "%s has got another MAC, %s", links->interface.name, mac_format(mac, text));
}

static uint32_t find_address(const struct links *links, const struct ip *ip)
{
	uint32_t i = 0;

	while (i < links->interface.address_count && !ip_equal(&links->interface.addresses[i].ip, ip))
		i++;
	return i;
}

static void note_gained(struct links *links, const struct ip *ip, uint8_t prefix)
{
	struct interface *interface = &links->interface;
	struct interface_address *grown;
	char text[IP_TEXT_SIZE];

	if (find_address(links, ip) < interface->address_count)
		return;
	tell(links, LINK_ADDRESS, "%s has got the address %s", interface->name, ip_format(ip, text));
	grown = reallocarray(interface->addresses, interface->address_count + 1, sizeof *grown);
	if (!grown)
		return;
	interface->addresses = grown;
	grown[interface->address_count++] = (struct interface_address){ .ip = *ip, .prefix = prefix };
}

static void note_lost(struct links *links, const struct ip *ip)
{
	struct interface *interface = &links->interface;
	uint32_t i = find_address(links, ip);
	char text[IP_TEXT_SIZE];

	if (i == interface->address_count)
		return;
	interface->addresses[i] = interface->addresses[--interface->address_count];
	tell(links, LINK_ADDRESS, "%s has lost its address %s", interface->name, ip_format(ip, text));
}

static void take_link(struct links *links, struct nlmsghdr *header)
{
	const struct ifinfomsg *link = nlmsg_data(header);
	const struct nlattr *mac = nlmsg_find_attr(header, sizeof *link, IFLA_ADDRESS);
	struct mac address;

	/* A bridge tells of its ports in messages of its own family, which say nothing about the interface. */
	if (link->ifi_index != links->interface.index || link->ifi_family != AF_UNSPEC)
		return;
	if (header->nlmsg_type == RTM_DELLINK) {
		tell(links, LINK_GONE, "%s is gone", links->interface.name);
		return;
	}
	note_state(links, (link->ifi_flags & IFF_UP) && (link->ifi_flags & IFF_RUNNING));
	if (mac && nla_len(mac) == sizeof address.b) {
		memcpy(address.b, nla_data(mac), sizeof address.b);
		note_mac(links, address);
	}
}

/* A link-local IPv6 address comes by itself some time after the interface is up. */
static bool is_lasting(const struct ifaddrmsg *about, const struct ip *ip)
{
	if (about->ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED))
		return false;
	return about->ifa_family == AF_INET || !((about->ifa_flags & IFA_F_TEMPORARY) || ip_is_link_local(ip));
}

static void take_address(struct links *links, struct nlmsghdr *header)
{
	const struct ifaddrmsg *about = nlmsg_data(header);
	const struct nlattr *address = nlmsg_find_attr(header, sizeof *about, IFA_LOCAL);
	bool known_family = about->ifa_family == AF_INET || about->ifa_family == AF_INET6;
	struct ip ip;

	/* IPv6 has only this one, IPv4 the peer's in it on point-to-point links. */
	if (!address)
		address = nlmsg_find_attr(header, sizeof *about, IFA_ADDRESS);
	if ((int)about->ifa_index != links->interface.index || !address || !known_family ||
	    nla_len(address) < (about->ifa_family == AF_INET ? 4 : 16))
		return;
	ip = ip_from_bytes(about->ifa_family == AF_INET ? 4 : 6, nla_data(address));
	if (header->nlmsg_type == RTM_DELADDR)
		note_lost(links, &ip);
	else if (is_lasting(about, &ip))
		note_gained(links, &ip, about->ifa_prefixlen);
}

static int take_message(struct nl_msg *message, void *context)
{
	struct nlmsghdr *header = nlmsg_hdr(message);

	switch (header->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		if (nlmsg_valid_hdr(header, sizeof(struct ifinfomsg)))
			take_link(context, header);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		if (nlmsg_valid_hdr(header, sizeof(struct ifaddrmsg)))
			take_address(context, header);
		break;
	default: break;
	}
	return NL_OK;
}

static int fail_netlink(int code, struct error *error)
{
	return error_set(error, ERROR_SYSTEM, NULL, "the kernel does not tell what happens to network interfaces: %s",
			 nl_geterror(code));
}

static int subscribe(struct links *links, struct error *error)
{
	int status;

	nl_socket_disable_seq_check(links->socket);
	status = nl_socket_modify_cb(links->socket, NL_CB_VALID, NL_CB_CUSTOM, take_message, links);
	if (status == 0)
		status = nl_connect(links->socket, NETLINK_ROUTE);
	if (status == 0)
		status =
		    nl_socket_add_memberships(links->socket, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, 0);
	if (status == 0)
		status = nl_socket_set_nonblocking(links->socket);
	return status < 0 ? fail_netlink(status, error) : 0;
}

static void compare_addresses(struct links *links, const struct interface *now)
{
	for (uint32_t i = 0; i < now->address_count; i++)
		note_gained(links, &now->addresses[i].ip, now->addresses[i].prefix);
	for (uint32_t i = links->interface.address_count; i-- > 0;) {
		const struct ip ip = links->interface.addresses[i].ip;
		uint32_t k = 0;

		while (k < now->address_count && !ip_equal(&now->addresses[k].ip, &ip))
			k++;
		if (k == now->address_count)
			note_lost(links, &ip);
	}
}

/* What changed without being told, before the subscription or where the kernel's messages found no room. */
static int catch_up(struct links *links, struct error *error)
{
	struct interfaces interfaces = INTERFACES_INIT;
	const struct interface *now = NULL;
	int status = interfaces_read(&interfaces, error);

	if (status == 0)
		now = interfaces_find(&interfaces, links->interface.name);
	if (now && now->index == links->interface.index) {
		note_state(links, now->up);
		note_mac(links, now->mac);
		compare_addresses(links, now);
	} else if (status == 0) {
		tell(links, LINK_GONE, "%s is gone", links->interface.name);
	}
	interfaces_free(&interfaces);
	return status;
}

static int copy_interface(struct links *links, const struct interface *interface, struct error *error)
{
	size_t size = interface->address_count * sizeof *interface->addresses;

	links->interface = *interface;
	links->interface.addresses = malloc(size + 1);
	if (!links->interface.addresses)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to watch %s", interface->name);
	if (size > 0)
		memcpy(links->interface.addresses, interface->addresses, size);
	return 0;
}

int links_open(struct links **result, const struct interface *interface, struct error *error)
{
	struct links *links = calloc(1, sizeof *links);
	int status;

	*result = NULL;
	if (!links)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to watch %s", interface->name);
	status = copy_interface(links, interface, error);
	links->socket = nl_socket_alloc();
	if (status == 0 && !links->socket)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory to watch %s", interface->name);
	if (status == 0)
		status = subscribe(links, error);
	if (status == 0)
		status = catch_up(links, error);
	if (status < 0)
		links_close(links);
	else
		*result = links;
	return status;
}

void links_close(struct links *links)
{
	if (!links)
		return;
	nl_socket_free(links->socket);
	free(links->interface.addresses);
	free(links);
}

int links_descriptor(const struct links *links)
{
	return nl_socket_get_fd(links->socket);
}

static void receive(struct links *links)
{
	int status = nl_recvmsgs_default(links->socket);

	if (status == 0 || status == -NLE_AGAIN || status == -NLE_INTR)
		return;
	/* Messages were lost: what counts is what they led to. */
	tell(links, LINK_MISSED, "the kernel could not tell everything that happened to %s", links->interface.name);
	catch_up(links, NULL);
}

int links_next(struct links *links, struct link_event *event)
{
	if (links->count == 0)
		receive(links);
	if (links->count == 0)
		return 0;
	*event = links->events[links->first];
	links->first = (links->first + 1) % MAX_EVENTS;
	links->count--;
	return 1;
}
