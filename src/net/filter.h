// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's capture filter for a set-up: what the analysis can use, and as little else as possible. */
#ifndef NET_FILTER_H
#define NET_FILTER_H

#include "base/text.h"
#include "topology/topology.h"

/* Up to so many addresses of a kind stand in the filter one by one; more are covered by their common network. */
enum { FILTER_MAX_ADDRESSES = 16 };

/*
 * Appends an expression of pcap-filter(7): ARP, ICMP of both families (neighbour discovery is part of it), VRRP, and
 * all packets of the VIPs and real servers, in tunnels too.
 */
void filter_for_topology(const struct topology *topology, struct text *into);

#endif
