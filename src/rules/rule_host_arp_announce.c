// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

enum { PREFERRED = 2 };

/* What is greater than 2 counts as 0. */
static bool lets_out(const struct host_state *state, const struct host_link *link)
{
	int32_t announce = host_setting(state, link, SETTING_ARP_ANNOUNCE);

	return host_link_speaks_arp(link) && host_link_has(state, link, 4) && announce != PREFERRED &&
	       announce != SETTING_UNSEEN;
}

static void report(struct findings *findings, const struct host_state *state, const struct host_link *link,
		   const struct host_vip *vip)
{
	struct fault *fault = host_fault(findings, state, SEVERITY_ERROR, CONFIDENCE_PROVEN, link, &vip->ip);
	char address[IP_TEXT_SIZE];

	fault_set_summary(fault, "this real server may ask by %s with the VIP %s as ARP sender", link->name,
			  ip_format(&vip->ip, address));
	host_note_setting(fault, state, link, SETTING_ARP_ANNOUNCE);
	host_raise_all(fault, "arp-announce", link, SETTING_ARP_ANNOUNCE, PREFERRED);
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	if (state->role != HOST_ROLE_REAL_SERVER)
		return;
	for (uint32_t v = 0; v < state->vip_count; v++)
		for (uint32_t i = 0; i < state->link_count; i++)
			if (host_vip_is_quiet(&state->vips[v]) && state->vips[v].ip.family == 4 &&
			    lets_out(state, &state->links[i]))
				report(findings, state, &state->links[i], &state->vips[v]);
}

const struct rule rule_host_arp_announce = {
	.id = "host-arp-announce",
	.severity = SEVERITY_ERROR,
	.summary = "This real server's settings let the VIP out as ARP sender.",
	.why =
	    "An answer to a client has the VIP as source. When its next hop is not in the neighbour cache, Linux asks "
	    "for it with that source as ARP sender, unless arp_announce is 2; 1 only avoids foreign subnets, and what "
	    "is greater than 2 counts as 0.",
	.proof = "Proven by the value in force: the greater of the interface's and that of all.",
	.effect = "Whoever hears the question learns that the VIP is at this real server; the caches of clients and "
		  "routers flip, until the director is heard again. A director discards such questions as martian, so "
		  "its own tests of the VIP never end.",
	.remedies = { "sysctl -w net.ipv4.conf.all.arp_announce=2",
		      "printf 'net.ipv4.conf.all.arp_announce=2\\n' > /etc/sysctl.d/60-lvs-arp-announce.conf" },
	.no_help = "arp_announce of lo alone, since the interface counts that the question goes out by; arp_ignore, "
		   "which is about answers only.",
	.sources = "net/ipv4/arp.c (arp_solicit), include/linux/inetdevice.h, Documentation/networking/ip-sysctl.rst",
	.inspect = inspect,
};
