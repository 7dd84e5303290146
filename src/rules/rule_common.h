// SPDX-License-Identifier: GPL-2.0-or-later
/* Questions that several rules ask of the facts. */
#ifndef RULES_RULE_COMMON_H
#define RULES_RULE_COMMON_H

#include "rules/rules.h"

/* Whether the path's receiver plays the real server for the path's service, and is neither director nor proxy. */
bool path_leads_to_real_server(const struct facts *facts, const struct path *path);

/* The real server's own address behind the path's receiver; family 0 where it is not known. */
struct ip path_real_server(const struct facts *facts, const struct path *path);

/* What a real server of VS/NAT serves by its own address. */
struct offer {
	const struct topology_service *service;
	bool port_known; /* the set-up names the port; else it is taken to be the VIP's */
};

/* Whether the path's packets are for a configured service at a VS/NAT real server's own address. */
bool path_is_translated(const struct facts *facts, const struct path *path, struct offer *offer);

/* Whether the path's packets are for a VIP at a port that the set-up names. */
bool path_is_for_told_service(const struct facts *facts, const struct path *path);

/* Subject with the real server's address, its MAC and the VIP. */
struct subject path_subject(const struct facts *facts, const struct path *path);

/*
 * Whether the claim was mostly made in frames of another MAC: a shared MAC, a bond, or a single frame that was damaged.
 * It says nothing about the MAC that it names.
 */
bool claim_is_hearsay(const struct claim *claim);

/*
 * A network that answers for its hosts by design (Calico, clouds) does so for the claim's address. That is no fault but
 * where a director has to reach a configured real server's own MAC.
 */
bool claim_is_emulation(const struct facts *facts, const struct claim *claim);

/* "10.1.1.13 (00:16:3e:0a:01:0d)", or the MAC alone. */
enum { WHO_SIZE = IP_TEXT_SIZE + MAC_TEXT_SIZE + 4 };
const char *who(const struct ip *ip, struct mac mac, char buffer[static WHO_SIZE]);

/* "10.1.1.1:80/tcp" */
enum { SERVICE_NAME_SIZE = IP_TEXT_SIZE + 16 };
const char *service_text(const struct path *path, char buffer[static SERVICE_NAME_SIZE]);

#endif
