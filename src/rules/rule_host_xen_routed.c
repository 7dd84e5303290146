// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

static bool has_route(const struct host_state *state, const struct host_link *link)
{
	for (uint32_t i = 0; i < state->route_count; i++)
		if (state->routes[i].type == ROUTE_UNICAST && strcmp(state->routes[i].link, link->name) == 0 &&
		    !ip_is_link_local(&state->routes[i].destination))
			return true;
	return false;
}

/* As vif-route leaves it: no port of a bridge or switch, and with proxy ARP or a route to the guest. */
static bool is_routed(const struct host_state *state, const struct host_link *link)
{
	return host_link_is_vif(link) && link->up && link->master[0] == '\0' &&
	       (host_setting(state, link, SETTING_PROXY_ARP) > 0 || has_route(state, link));
}

static void note_vif(struct fault *fault, const struct host_state *state, const struct host_link *link)
{
	char mac[MAC_TEXT_SIZE];
	const char *guest = "";

	for (uint32_t i = 0; i < state->guest_count; i++)
		if (strcmp(state->guests[i].link, link->name) == 0)
			guest = state->guests[i].name;
	host_note(fault, state, link->name, "%s%s%s, no port of a bridge, proxy_arp %d in force",
		  mac_format(link->mac, mac), guest[0] ? ", of " : "", guest,
		  (int)host_setting(state, link, SETTING_PROXY_ARP));
}

static void report(struct findings *findings, const struct host_state *state, const struct host_link *first,
		   uint32_t count)
{
	bool harmless = host_methods_cross_routers(state);
	struct fault *fault =
	    host_fault(findings, state, harmless ? SEVERITY_INFO : SEVERITY_ERROR, CONFIDENCE_PROVEN, first, NULL);
	char mac[MAC_TEXT_SIZE];

	fault_set_summary(
	    fault,
	    "this Dom0 routes %u guest interface%s instead of bridging %s: guests see %s in place of each "
	    "other's MAC",
	    (unsigned)count, count == 1 ? "" : "s", count == 1 ? "it" : "them", mac_format(first->mac, mac));
	for (uint32_t i = 0; i < state->link_count; i++)
		if (is_routed(state, &state->links[i]))
			note_vif(fault, state, &state->links[i]);
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	const struct host_link *first = NULL;
	uint32_t count = 0;

	for (uint32_t i = 0; i < state->link_count && state->role == HOST_ROLE_DOM0; i++) {
		if (!is_routed(state, &state->links[i]))
			continue;
		first = first ? first : &state->links[i];
		count++;
	}
	if (first)
		report(findings, state, first, count);
}

const struct rule rule_host_xen_routed = {
	.id = "host-xen-routed",
	.severity = SEVERITY_ERROR,
	.summary = "This Xen Dom0 routes its guests: none sees another's true MAC.",
	.why = "With vif-route (or vif-nat) each guest's interface ends in a network of its own. Dom0 answers ARP "
	       "there on "
	       "behalf of everybody (proxy_arp) with its end's MAC, fe:ff:ff:ff:ff:ff, and routes the packets.",
	.proof =
	    "Proven by vif interfaces that are no ports of a bridge or switch, and have proxy_arp in force or a route "
	    "to the guest. A remark where every service is VS/NAT or VS/TUN, which work across a router.",
	.effect = "A VS/DR director can only rewrite the destination MAC, so its packets for the VIP reach Dom0 and no "
		  "real server. The VIP answers ping; the service never answers.",
	.remedies = { "Bridge the guests: vif=['mac=...,bridge=xenbr0,script=vif-bridge'] in each guest's "
		      "configuration.",
		      "Make that the default in /etc/xen/xl.conf: vif.default.script=\"vif-bridge\" and "
		      "vif.default.bridge=\"xenbr0\", with Dom0's address moved from its network card to xenbr0.",
		      "Or change the method on the director, to tunnels: ipvsadm -e -t VIP:PORT -r RIP:PORT -i (VIP on "
		      "tunl0 of each real server), or to NAT: -m." },
	.no_help =
	    "arp_ignore and arp_announce in Dom0, which the proxy path does not consult; proxy_arp=0, which leaves "
	    "the guests without any answer; static ARP entries in the guests, whose frames Dom0 would not deliver.",
	.sources = "xen: tools/hotplug/Linux/vif-route, vif-bridge; net/ipv4/arp.c (arp_process)",
	.inspect = inspect,
};
