// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a MAC address is known to be, by its prefix or form. The kind names a
 * suspicion or an explanation; it never proves anything.
 */
#ifndef WIRE_MAC_KIND_H
#define WIRE_MAC_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/address.h"

/* Properties that rules ask for, so that they need not know names. */
enum mac_trait {
	MAC_TRAIT_BACKEND = 1 << 0,  /* the host's end of a guest's interface: a guest never owns it */
	MAC_TRAIT_SHARED = 1 << 1,   /* several machines may use it by design (VRRP, HSRP, GLBP, CARP) */
	MAC_TRAIT_EMULATED = 1 << 2, /* one MAC answers for everything by design (Calico, clouds, SDN gateways) */
	MAC_TRAIT_NLB = 1 << 3,      /* Microsoft NLB cluster address; group MACs are normal there */
	MAC_TRAIT_GUEST = 1 << 4,    /* a virtual machine's or container's own interface */
	MAC_TRAIT_GATEWAY = 1 << 5,  /* a hypervisor's built-in NAT or router */
};

struct mac_kind {
	const char *name;    /* "xen-vif-backend", "vrrp", "universal", ...: the report's `kind` */
	const char *meaning; /* one phrase for people */
	unsigned traits;     /* enum mac_trait */
};

/* Never NULL: "broadcast", "multicast", "local" and "universal" remain where nothing else fits. */
const struct mac_kind *mac_kind_of(struct mac mac);

/*
 * As above, with the address that the host uses: kinds that repeat it in the MAC (Docker, OVN, hosts of MS-NLB) are
 * told from coincidence, and the NLB's IGMP mode from ordinary groups. `ip` may be NULL; IPv6 tells nothing here.
 */
const struct mac_kind *mac_kind_of_host(struct mac mac, const struct ip *ip);

/* The VRID behind 00:00:5e:00:01:xx and 00:00:5e:00:02:xx (RFC 5798 section 7.3), else -1. */
int mac_vrrp_vrid(struct mac mac);

/*
 * Walks the table for documentation: NULL behind the last. `prefix` gets the address or prefix as text, of the few that
 * are no prefix a phrase that describes them.
 */
const struct mac_kind *mac_kind_at(size_t index, const char **prefix);

#endif
