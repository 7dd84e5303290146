// SPDX-License-Identifier: GPL-2.0-or-later
/* The IPVS table on its way into a state: from text or from the kernel's messages. */
#ifndef HOST_IPVS_H
#define HOST_IPVS_H

#include <netlink/netlink.h>

#include "topology/host_state.h"

struct ipvs_table {
	struct host_state *state;
	int service;     /* index of the last one; negative: it was refused */
	bool complained; /* one note is enough */
};

void ipvs_add_service(struct ipvs_table *table, const struct topology_service *service);

/* A real server of the last service; `backend` has port, weight and method. */
void ipvs_add_destination(struct ipvs_table *table, const struct ip *ip, const struct topology_backend *backend);

/*
 * By generic netlink (family IPVS, linux/ip_vs.h), which needs CAP_NET_ADMIN. False where the kernel does not tell;
 * the state then has no services. To be asked only where the module is loaded, since asking would load it.
 */
bool ipvs_read_netlink(struct host_state *state);

/* A service as a message of the kernel has it, with its family (4, 6); false where it is none. */
bool ipvs_decode_service(struct nlmsghdr *message, struct topology_service *service, uint8_t *family);
/* Likewise a destination; `family` is that of its service, for kernels that do not tell it (before 3.18). */
bool ipvs_decode_destination(struct nlmsghdr *message, uint8_t family, struct ip *ip, struct topology_backend *backend,
			     bool *local);

#endif
