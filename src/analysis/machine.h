// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a host that was inspected says of itself, as far as reports of other machines can be held against it: a plain
 * value inside a report, owned by it. Lists keep the order in which the host has them.
 */
#ifndef ANALYSIS_MACHINE_H
#define ANALYSIS_MACHINE_H

#include "topology/host_state.h"

struct machine_link {
	char name[HOST_LINK_SIZE];
	struct mac mac; /* zero where it has none */
	bool up;
	bool arp;       /* it is asked and answers */
	bool vif;       /* the host's end of a Xen guest's interface */
	bool proxy_arp; /* in force */
};

struct machine_address {
	struct ip ip;
	uint8_t prefix;
	char link[HOST_LINK_SIZE];
};

/* An address of the service, and whether the host has it. */
struct machine_vip {
	struct ip ip;
	enum method method;
	bool held;                 /* as an address or by a local route */
	bool floats;               /* VRRP moves it */
	char link[HOST_LINK_SIZE]; /* "" where no link has it */
};

/* Where this host, as a director, sends a service. */
struct machine_destination {
	struct topology_service service; /* method: of this real server */
	struct ip real_server;
	uint16_t port; /* of the real server; 0: the service's */
};

struct machine_guest {
	char name[HOST_WORD_SIZE]; /* "" unknown */
	char link[HOST_LINK_SIZE];
	struct mac mac; /* zero unknown */
	struct ip ip;   /* family 0: not configured */
};

struct report_machine {
	char name[HOST_NAME_SIZE]; /* "" unknown */
	enum host_role role;
	enum host_virtual virtualisation;
	enum host_ipvs ipvs;
	struct machine_link *links;
	uint32_t link_count;
	struct machine_address *addresses;
	uint32_t address_count;
	struct machine_vip *vips;
	uint32_t vip_count;
	struct machine_destination *destinations; /* of IPVS; where it has none, of keepalived.conf */
	uint32_t destination_count;
	struct machine_guest *guests;
	uint32_t guest_count;
};

/* Of a prepared state. NULL where memory ran out. */
struct report_machine *machine_of_state(const struct host_state *state);
void machine_free(struct report_machine *machine); /* may be NULL */

/* NULL where the host has no such link. */
const struct machine_link *machine_find_link(const struct report_machine *machine, const char *name);
/* The first link that has the MAC, or NULL. */
const struct machine_link *machine_find_mac(const struct report_machine *machine, struct mac mac);
/* The first that is the host's own, by whatever link; NULL for none. */
const struct machine_address *machine_find_address(const struct report_machine *machine, const struct ip *ip);
const struct machine_vip *machine_find_vip(const struct report_machine *machine, const struct ip *ip);

const char *machine_ipvs_name(enum host_ipvs ipvs); /* "unseen", "absent", "present" */

#endif
