// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who is what: VIPs, directors and real servers, as configured and as traffic
 * shows. Made anew for each report.
 *
 * Inferred so: who sends on, unchanged, packets for an address that it
 * claims itself is a director (a router never claims that address); who answers with that address straight to the
 * client is a real server; VRRP advertisements name VIPs and masters.
 */
#ifndef ANALYSIS_ROLES_H
#define ANALYSIS_ROLES_H

#include "analysis/facts.h"

enum role { ROLE_DIRECTOR = 1, ROLE_REAL_SERVER = 2 };

/* One MAC that plays a role for a VIP, in one segment. */
struct role_mac {
	uint32_t segment;
	struct mac mac;
	struct ip ip;  /* its own address; family 0 where it is not known */
	struct ip vip; /* family 0: for every VIP (configured) */
	enum role role;
	enum topology_origin origin;
	struct mark mark; /* the frame that shows it; not set when configured */
};

struct roles {
	struct topology topology; /* configured and inferred */
	bool configured, inferred;
	struct role_mac *macs;
	uint32_t mac_count, mac_room;
};

bool roles_is_vip(const struct facts *facts, const struct ip *ip);

/* Whether somebody offers this: a VIP's other ports are nobody's business. */
bool roles_is_service(const struct facts *facts, const struct ip *vip, uint16_t port, uint8_t protocol);

/* The method by which `vip` is served, else the one that is the default. */
enum method roles_method(const struct facts *facts, const struct ip *vip);

/* Whether some service forwards by DR, or by a method that is not known: then neighbours' true MACs matter. Without
 * any service the default method decides. */
bool roles_need_true_macs(const struct facts *facts);

const struct role_mac *roles_find(const struct facts *facts, enum role role, uint32_t segment, struct mac mac,
				  const struct ip *vip);
bool roles_is_director(const struct facts *facts, uint32_t segment, struct mac mac, const struct ip *vip);
bool roles_is_real_server(const struct facts *facts, uint32_t segment, struct mac mac, const struct ip *vip);
bool roles_has_director(const struct facts *facts, uint32_t segment, const struct ip *vip);

/* A station's address other than a VIP: the one that it asks with, else the first that it claims. Family 0: none. */
struct ip roles_own_address(const struct facts *facts, uint32_t segment, struct mac mac);

#endif
