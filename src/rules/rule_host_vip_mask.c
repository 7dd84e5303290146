// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

/* Whether the mask takes a network away from another interface: then its neighbours can no longer be reached. */
static const struct host_link *robbed_link(const struct host_state *state, const struct host_address *vip)
{
	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *address = &state->addresses[i];
		const struct host_link *link = host_find_link(state, address->link);

		if (link && link->ethernet && strcmp(address->link, vip->link) != 0 &&
		    address->ip.family == vip->ip.family && ip_same_network(&address->ip, &vip->ip, vip->prefix))
			return link;
	}
	return NULL;
}

/* Linux takes an address twice where the masks differ. */
static bool is_held_whole(const struct host_state *state, const struct host_address *held, unsigned whole)
{
	for (uint32_t i = 0; i < state->address_count; i++)
		if (state->addresses[i].prefix == whole && ip_equal(&state->addresses[i].ip, &held->ip) &&
		    strcmp(state->addresses[i].link, held->link) == 0)
			return true;
	return false;
}

static void report(struct findings *findings, const struct host_state *state, const struct host_address *held)
{
	const struct host_link *robbed = robbed_link(state, held);
	struct fault *fault = host_fault(findings, state, robbed ? SEVERITY_ERROR : SEVERITY_WARNING, CONFIDENCE_PROVEN,
					 robbed, &held->ip);
	unsigned whole = held->ip.family == 4 ? 32 : 128;
	char address[IP_TEXT_SIZE];

	ip_format(&held->ip, address);
	if (robbed)
		fault_set_summary(fault, "the VIP %s/%u on %s makes the network of %s this host's own", address,
				  held->prefix, held->link, robbed->name);
	else
		fault_set_summary(fault, "the VIP %s/%u on %s has the mask of a network", address, held->prefix,
				  held->link);
	host_note(fault, state, held->link, "%s/%u", address, held->prefix);
	if (is_held_whole(state, held, whole))
		fault_add_remedy(fault, "ip addr del %s/%u dev %s", address, held->prefix, held->link);
	else
		fault_add_remedy(fault, "ip addr del %s/%u dev %s; ip addr add %s/%u dev %s", address, held->prefix,
				 held->link, address, whole, held->link);
	fault_add_remedy(fault, "Make it last where the address is configured: %s/%u instead of /%u.", address, whole,
			 held->prefix);
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	if (state->role != HOST_ROLE_REAL_SERVER)
		return;
	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *held = &state->addresses[i];
		const struct host_link *link = host_find_link(state, held->link);
		const struct host_vip *vip = host_find_vip(state, &held->ip);

		if (vip && host_vip_is_quiet(vip) && held->prefix < (held->ip.family == 4 ? 32 : 128) &&
		    (!link || !link->ethernet || !host_link_speaks_arp(link)))
			report(findings, state, held);
	}
}

const struct rule rule_host_vip_mask = {
	.id = "host-vip-mask",
	.severity = SEVERITY_ERROR,
	.summary = "A VIP on lo (or the like) of this real server has the mask of a whole network.",
	.why = "An address on lo makes all of its network local: with 10.1.1.1/24 on lo, every 10.1.1.x is this host "
	       "itself. On dummy0 or a tunnel the network is routed into that device.",
	.proof = "Proven by the address and its mask; an error where another interface has addresses in that network, "
		 "else a warning.",
	.effect = "This host reaches none of its neighbours any more, its answers to clients in that network go to "
		  "itself, and it may answer ARP for all of them.",
	.remedies = { "ip addr del VIP/24 dev lo; ip addr add VIP/32 dev lo",
		      "Write the VIP as /32 (IPv6: /128) into the network configuration." },
	.no_help = "More routes do not help: the local table is looked up first.",
	.sources = "net/ipv4/fib_frontend.c (fib_add_ifaddr)",
	.inspect = inspect,
};
