// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the host-* rules have in common. They judge a prepared struct host_state, one fault for each host and rule; what
 * they rest on is noted as evidence that has no frame. The first remedies are commands that can be typed as they stand.
 */
#ifndef RULES_HOST_COMMON_H
#define RULES_HOST_COMMON_H

#include "rules/rules.h"
#include "topology/host_state.h"

/* The fault of the current rule about this host by way of a link, and a VIP (each may be NULL). */
struct fault *host_fault(struct findings *findings, const struct host_state *state, enum severity severity,
			 enum confidence confidence, const struct host_link *link, const struct ip *vip);

/*
 * Evidence: where it was read (a sysctl, an interface, a counter; one word), and what. Writers show the first place as
 * that of the fault, as they do with frames: "PLACE: WHAT".
 */
void host_note(struct fault *fault, const struct host_state *state, const char *place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "net.ipv4.conf.eth0.arp_ignore: 0, that of all is 1; in force: 1" */
void host_note_setting(struct fault *fault, const struct host_state *state, const struct host_link *link,
		       enum host_setting setting);

/*
 * Remedies: set `assignments` ("net.ipv4.ip_forward=1 ...") now, and for good in /etc/sysctl.d/60-lvs-TOPIC.conf, or
 * 60-lvs-TOPIC-LINK.conf where a link is given: two links' faults must not write the same file.
 */
void host_set_sysctl(struct fault *fault, const char *topic, const struct host_link *link, const char *assignments);

/* Adds " KEY=VALUE" of a link's setting to a list for host_set_sysctl(). */
void host_add_assignment(struct text *list, const char *link, enum host_setting setting, int value);

/*
 * Remedies: a setting of which the greater value counts is `value` on every link; what the link itself has beyond that
 * has to go.
 */
void host_raise_all(struct fault *fault, const char *topic, const struct host_link *link, enum host_setting setting,
		    int value);

/* A list such as "eth0, eth1". */
void host_add_name(struct text *list, const char *name);

/* The host's own address, with which others know it: of the link first, never a VIP. Family 0 for none. */
struct ip host_own_address(const struct host_state *state, const struct host_link *link);

/* Whether the link has an address of the family. */
bool host_link_has(const struct host_state *state, const struct host_link *link, uint8_t family);
/* Whether the VIP is one of the link's own addresses. */
bool host_link_holds(const struct host_state *state, const struct host_link *link, const struct ip *ip);

/* Whether other directors are named: one of them has the VIP, and this need not be the one. */
bool host_has_partner(const struct host_state *state);
/* A director with a partner, or with VRRP, that holds no VIP at the moment. */
bool host_is_standby(const struct host_state *state);

/* Whether a packet filter is loaded, by which a service may be taken without the address, or at another port. */
bool host_may_redirect(const struct host_state *state);

/* A VIP that a real server holds for VS/DR or VS/TUN. */
bool host_vip_is_quiet(const struct host_vip *vip);

/* VS/NAT and VS/TUN work across a router: whether every service of the set-up has such a method. */
bool host_methods_cross_routers(const struct host_state *state);

#endif
