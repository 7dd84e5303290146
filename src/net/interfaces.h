// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * This machine's network interfaces and their addresses, as the kernel says
 * by rtnetlink(7), and which of them leads to a given address. Needs no
 * privileges and sends nothing to the network.
 */
#ifndef NET_INTERFACES_H
#define NET_INTERFACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "wire/address.h"

enum { INTERFACE_NAME_SIZE = 16 }; /* IFNAMSIZ of linux/if.h */

/* Temporary IPv6 addresses (RFC 8981) and those that are not valid yet are left out. */
struct interface_address {
	struct ip ip;
	uint8_t prefix; /* bits of its network; those of the whole address for host addresses */
};

struct interface {
	char name[INTERFACE_NAME_SIZE];
	int index; /* the kernel's number */
	struct mac mac;
	bool ethernet; /* has Ethernet frames (ARPHRD_ETHER) and is no loopback */
	bool up;       /* set up, and its carrier is there */
	uint32_t mtu;

	struct interface_address *addresses;
	uint32_t address_count;
};

struct interfaces {
	struct interface *list; /* by index */
	uint32_t count;
};

// clang-format off
#define INTERFACES_INIT { .list = NULL }
// clang-format on

/* Into an empty list, which the caller frees in any case. Fails with ERROR_SYSTEM or ERROR_MEMORY. */
int interfaces_read(struct interfaces *interfaces, struct error *error);
void interfaces_free(struct interfaces *interfaces);

/* NULL where there is none. */
const struct interface *interfaces_find(const struct interfaces *interfaces, const char *name);
/* How many frames the device could not hand to the kernel since it exists; 0 where nobody knows. */
uint64_t interface_missed(const char *name);
/* Whether any interface of this machine has the address. */
bool interfaces_have(const struct interfaces *interfaces, const struct ip *ip);

/*
 * The interface that leads to the targets: the one whose networks hold any of them, or the one by which the kernel
 * would send to the first; without targets the one of the default route, or the only one there is. Fails with
 * ERROR_USAGE, and says what to choose from, where several would do or none does.
 */
const struct interface *interfaces_choose(const struct interfaces *interfaces, const struct ip *targets, size_t count,
					  struct error *error);

/*
 * The interface by which the kernel would send to `target`; NULL where that is none of Ethernet, as for this machine's
 * own addresses.
 */
const struct interface *interfaces_route(const struct interfaces *interfaces, const struct ip *target);

/* The router to which the kernel would give what is for `target`; family 0 where it would send it itself. */
struct ip interfaces_next_hop(const struct ip *target);

/*
 * Whether `target` is a neighbour on the interface: in one of its networks, or by a route that leads there without a
 * router. Nobody else is asked for by ARP or neighbour discovery.
 */
bool interface_has_neighbour(const struct interface *interface, const struct ip *target);

/* Another one that is up and has the same network of `target` as `interface` does; NULL where there is none. */
const struct interface *interfaces_rival(const struct interfaces *interfaces, const struct interface *interface,
					 const struct ip *target);

/* Whether another Ethernet interface that is up leads to `target`, and this one does not. Own addresses never count. */
bool interfaces_is_elsewhere(const struct interfaces *interfaces, const struct interface *interface,
			     const struct ip *target);

/*
 * By name, as -i gives it. Fails with ERROR_SYSTEM where it does not exist, is down, or has no Ethernet frames; the
 * message says what to do.
 */
const struct interface *interfaces_take(const struct interfaces *interfaces, const char *name, struct error *error);

/*
 * The address that this machine uses on the interface to talk to `target`: of its family, and in its network where
 * there is one. NULL where the interface has none of that family. Link-local IPv6 addresses come last.
 */
const struct interface_address *interface_source(const struct interface *interface, const struct ip *target);

#endif
