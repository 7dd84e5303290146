// SPDX-License-Identifier: GPL-2.0-or-later
/* Between simulated_host.c (questions, neighbours) and simulated_ip.c (packets). */
#ifndef TEST_SIMULATED_HOST_H
#define TEST_SIMULATED_HOST_H

#include "test/unit/simulated_net.h"

enum { FRAME_ROOM = 512, PACKET_ROOM = 400, NEIGHBOUR_WAITING = 3, ETHERNET_HEADER = 14 };

struct hop {
	int port;
	struct ip next;
};

struct waiting {
	uint8_t bytes[PACKET_ROOM]; /* from the IP header on */
	size_t length;
	struct ip source;
	int came_in; /* port, -1: the host's own */
};

struct neighbour {
	struct ip ip; /* key */
	bool known, asking;
	struct mac mac;
	nanos updated;
	int port, tries;
	int waiting;
	struct waiting packets[NEIGHBOUR_WAITING];
};

struct ip host_primary(const struct net_host *host, int port, uint8_t family);
bool host_route(const struct net_host *host, const struct ip *target, struct hop *hop);
void host_output(struct net_host *host, const struct hop *hop, const struct waiting *packet);
void host_take_ip(struct net_host *host, int port, const uint8_t *bytes, size_t length);
void host_report_unreachable(struct net_host *host, const struct waiting *packet);

#endif
