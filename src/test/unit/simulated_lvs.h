// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Set-ups in the simulated network, with the addresses of the lab (src/test/lab): VIP 10.1.1.1, directors .11 and .12,
 * real servers from .13 on, the client .138, Dom0 .254.
 */
#ifndef TEST_SIMULATED_LVS_H
#define TEST_SIMULATED_LVS_H

#include "test/unit/simulated_net.h"

struct lvs {
	struct net *net;
	struct net_host *client, *director, *backup, *dom0;
	struct net_host *servers[1024];
	int server_count;
	struct topology topology;
	uint8_t family;
};

/* All on one bridge, healthy, by this method. Many servers are at 10.1.4.1 and on, in a /16. */
void lvs_bridge(struct lvs *lvs, enum method method, int servers, uint8_t family);
/* Each guest behind its own interface of Dom0, which answers for all others; the VIP routed to the director. */
void lvs_routed(struct lvs *lvs, enum method method, int servers, uint8_t family);
/* Replaces the services that the prober is told of: "10.1.1.1:53/udp"; the directors too where `directors` is false. */
void lvs_configure(struct lvs *lvs, const char *service, enum method method, bool directors);
void lvs_free(struct lvs *lvs);

/* Probes from `here`, and checks the report and that nobody could object. Gives the duration. */
nanos lvs_expect(struct lvs *lvs, struct net_host *here, const char *const lines[], const char *what);

#endif
