// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

/*
 * Whether a question for the VIP that comes in by the link is answered (net/ipv4/arp.c: arp_ignore; for IPv6 only the
 * receiving interface's addresses are answered for). 3 spares addresses of scope host only.
 */
static bool answers_for(const struct host_state *state, const struct host_link *link, const struct host_vip *vip)
{
	bool own = host_link_holds(state, link, &vip->ip);
	int32_t ignore = host_setting(state, link, SETTING_ARP_IGNORE);

	if (!host_link_speaks_arp(link) || !host_link_has(state, link, vip->ip.family))
		return false;
	if (vip->ip.family == 6)
		return own;
	return ignore == 0 || ignore == 3 || (ignore == 1 && own) || (ignore == 2 && own && vip->held->prefix < 32);
}

/* On an interface of its own network it is answered for with arp_ignore=1, too. */
static void add_move(struct fault *fault, const struct host_state *state, const struct host_link *link,
		     const struct host_vip *vip)
{
	unsigned whole = vip->ip.family == 4 ? 32 : 128;
	char address[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *held = &state->addresses[i];

		if (!ip_equal(&held->ip, &vip->ip) || strcmp(held->link, link->name) != 0)
			continue;
		ip_format(&vip->ip, address);
		fault_add_remedy(fault, "ip addr del %s/%u dev %s; ip addr add %s/%u dev lo", address, held->prefix,
				 link->name, address, whole);
		host_note(fault, state, link->name, "holds %s/%u itself", address, held->prefix);
	}
}

static void report(struct findings *findings, const struct host_state *state, const struct host_link *link,
		   const struct host_vip *vip)
{
	bool filtered = host_filters_arp(state);
	struct fault *fault = host_fault(findings, state, SEVERITY_ERROR,
					 filtered ? CONFIDENCE_LIKELY : CONFIDENCE_PROVEN, link, &vip->ip);
	char address[IP_TEXT_SIZE];

	fault_set_summary(fault, "this real server answers ARP for the VIP %s by %s", ip_format(&vip->ip, address),
			  link->name);
	host_note_setting(fault, state, link, SETTING_ARP_IGNORE);
	if (filtered)
		host_note(fault, state, "filters", "one of ARP is loaded; whether it drops such questions is unseen");
	if (vip->ip.family == 4 && host_setting(state, link, SETTING_ARP_IGNORE) != 1)
		host_set_sysctl(fault, "arp-ignore", "net.ipv4.conf.all.arp_ignore=1");
	add_move(fault, state, link, vip);
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	if (state->role != HOST_ROLE_REAL_SERVER)
		return;
	for (uint32_t v = 0; v < state->vip_count; v++)
		for (uint32_t i = 0; i < state->link_count && host_vip_is_quiet(&state->vips[v]); i++)
			if (answers_for(state, &state->links[i], &state->vips[v]))
				report(findings, state, &state->links[i], &state->vips[v]);
}

const struct rule rule_host_arp_ignore = {
	.id = "host-arp-ignore",
	.severity = SEVERITY_ERROR,
	.summary = "This real server's settings let it answer ARP for the VIP.",
	.why = "For VS/DR and VS/TUN every real server holds the VIP, but only the director may answer for it. With "
	       "arp_ignore=0 Linux answers on any interface for any of its addresses, those on lo included; with 1 "
	       "still for those of the interface that the question comes in by.",
	.proof =
	    "Proven by the value in force, the greater of the interface's and that of all, and by where the VIP is. "
	    "Likely where a filter of ARP is loaded, which may drop what the settings allow.",
	.effect = "Who answers first gets the clients: some bypass the director, the load is uneven, and connections "
		  "break when a neighbour cache is refreshed.",
	.remedies = { "sysctl -w net.ipv4.conf.all.arp_ignore=1",
		      "printf 'net.ipv4.conf.all.arp_ignore=1\\n' > /etc/sysctl.d/60-lvs-arp-ignore.conf",
		      "ip addr del VIP/32 dev INTERFACE; ip addr add VIP/32 dev lo" },
	.no_help =
	    "arp_ignore of lo alone, since the interface counts that the question comes in by; arp_filter, which "
	    "does not cover sender-0 probes; arp_ignore=1 while the VIP is on the interface itself.",
	.sources = "net/ipv4/arp.c (arp_ignore), include/linux/inetdevice.h, Documentation/networking/ip-sysctl.rst",
	.inspect = inspect,
};
