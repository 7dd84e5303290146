// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

static bool is_needed(const struct host_state *state, const struct host_vip *vip)
{
	if (!vip->configured || vip->local)
		return false;
	if (state->role == HOST_ROLE_REAL_SERVER)
		return vip->method != METHOD_NAT;
	return state->role == HOST_ROLE_DIRECTOR && !vip->floats && !host_has_partner(state);
}

/* Where the address belongs: on lo or the tunnel of a real server, on the interface towards it of a director. */
static const char *place_of(const struct host_state *state, const struct host_vip *vip)
{
	const struct host_link *link = host_link_towards(state, &vip->ip);

	if (state->role == HOST_ROLE_DIRECTOR)
		return link ? link->name : "INTERFACE";
	return vip->method == METHOD_TUN && vip->ip.family == 4 && host_find_link(state, "tunl0") ? "tunl0" : "lo";
}

static void note_forwarding(struct fault *fault, const struct host_state *state, const struct host_link *link)
{
	int32_t forwarding = host_setting(state, link, SETTING_FORWARDING);

	if (forwarding == SETTING_UNSEEN)
		return;
	host_note(fault, state, link->name, "forwarding is %s: packets for the VIP are %s", forwarding ? "on" : "off",
		  forwarding ? "sent on, back to the director" : "dropped without a word");
}

static void report(struct findings *findings, const struct host_state *state, const struct host_vip *vip)
{
	const struct host_link *link = host_link_towards(state, &vip->ip);
	struct fault *fault =
	    host_fault(findings, state, SEVERITY_ERROR,
		       host_may_redirect(state) ? CONFIDENCE_LIKELY : CONFIDENCE_PROVEN, link, &vip->ip);
	char address[IP_TEXT_SIZE];

	ip_format(&vip->ip, address);
	fault_set_summary(fault, "this %s does not hold the VIP %s",
			  state->role == HOST_ROLE_DIRECTOR ? "director" : "real server", address);
	host_note(fault, state, place_of(state, vip), "no interface holds %s, and no local route covers it", address);
	if (link)
		note_forwarding(fault, state, link);
	if (state->role == HOST_ROLE_REAL_SERVER && vip->ip.family == 4)
		host_set_sysctl(fault, "arp", NULL, "net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2");
	fault_add_remedy(fault, "ip addr add %s/%u dev %s", address, vip->ip.family == 4 ? 32U : 128U,
			 place_of(state, vip));
	fault_add_remedy(fault, "Make it last in the network configuration (ifupdown: up ip addr add %s/%u dev %s).",
			 address, vip->ip.family == 4 ? 32U : 128U, place_of(state, vip));
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	for (uint32_t i = 0; i < state->vip_count && state->address_count > 0; i++)
		if (is_needed(state, &state->vips[i]))
			report(findings, state, &state->vips[i]);
}

const struct rule rule_host_vip_missing = {
	.id = "host-vip-missing",
	.severity = SEVERITY_ERROR,
	.summary = "This host does not hold the VIP of a service that it is to serve.",
	.why =
	    "VS/DR and VS/TUN deliver packets that still carry the VIP as destination, so each real server must hold "
	    "it. IPVS, too, takes only what is delivered locally: the director needs the VIP unless VRRP gives it. "
	    "A VIP that VRRP moves may well be missing on a backup.",
	.proof =
	    "Proven by the addresses and local routes that are there. Likely where a packet filter is loaded, which "
	    "may take the service by a redirect.",
	.effect = "Every n-th connection hangs, while health checks against the real server's own address stay green. "
		  "On a director the service is not there at all.",
	.remedies = { "ip addr add VIP/32 dev lo" },
	.no_help = "ip_forward does not help: the packets then circle between director and real server.",
	.sources = "net/ipv4/ip_input.c, net/netfilter/ipvs/ip_vs_core.c (NF_INET_LOCAL_IN)",
	.inspect = inspect,
};
