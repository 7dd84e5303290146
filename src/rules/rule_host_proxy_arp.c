// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

/* Calico's ends of containers' interfaces proxy by design. */
static bool is_by_design(const struct host_link *link)
{
	return strncmp(link->name, "cali", 4) == 0;
}

static bool is_set(const struct host_state *state, const struct host_link *link, enum host_setting setting)
{
	return host_setting(state, link, setting) > 0;
}

/* Proxying needs forwarding; a medium_id of -1 forbids it (Documentation/networking/ip-sysctl.rst). */
static bool may_proxy(const struct host_state *state, const struct host_link *link)
{
	return host_link_speaks_arp(link) && !is_by_design(link) && !host_link_is_vif(link) &&
	       is_set(state, link, SETTING_FORWARDING) && link->settings[SETTING_MEDIUM_ID] != -1;
}

/* Only what is routed out by another interface is answered for: without such a route the setting sleeps. */
static bool routes_elsewhere(const struct host_state *state, const struct host_link *link)
{
	for (uint32_t i = 0; i < state->route_count; i++) {
		const struct host_route *route = &state->routes[i];
		const struct host_link *out = host_find_link(state, route->link);

		if (route->type == ROUTE_UNICAST && route->destination.family == 4 && out && out != link &&
		    !out->loopback)
			return true;
	}
	return false;
}

static bool has_routed_vifs(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->link_count; i++)
		if (host_link_is_vif(&state->links[i]) && state->links[i].master[0] == '\0' && state->links[i].up)
			return true;
	return false;
}

/* Guests that are routed get no other answers: without these nobody reaches them at all. */
static bool is_needed_now(const struct host_state *state)
{
	return state->role == HOST_ROLE_DOM0 && has_routed_vifs(state);
}

static const char bridge_first[] = "Bridge the guests (see host-xen-routed), then: ";

static void add_switch_off(struct text *list, const struct host_state *state, const struct host_link *link,
			   enum host_setting setting)
{
	if (state->all[setting] > 0)
		host_add_assignment(list, "all", setting, 0);
	if (link->settings[setting] > 0)
		host_add_assignment(list, link->name, setting, 0);
}

static void add_repair(struct fault *fault, const struct host_state *state, const struct host_link *link)
{
	struct text list = TEXT_INIT;
	char key[SETTING_KEY_SIZE];

	if (is_needed_now(state)) {
		fault_add_remedy(fault, "%ssysctl -w %s=0", bridge_first,
				 host_setting_key(link->name, SETTING_PROXY_ARP, key));
		return;
	}
	add_switch_off(&list, state, link, SETTING_PROXY_ARP);
	add_switch_off(&list, state, link, SETTING_PROXY_ARP_PVLAN);
	host_set_sysctl(fault, "proxy-arp", link, text_string(&list));
	text_free(&list);
}

static enum severity severity_of(const struct host_state *state, const struct host_link *link)
{
	if (!is_set(state, link, SETTING_PROXY_ARP_PVLAN) && !routes_elsewhere(state, link))
		return SEVERITY_INFO;
	return state->role == HOST_ROLE_CLIENT ? SEVERITY_WARNING : SEVERITY_ERROR;
}

static void report(struct findings *findings, const struct host_state *state, const struct host_link *link)
{
	bool pvlan = is_set(state, link, SETTING_PROXY_ARP_PVLAN);
	enum severity severity = severity_of(state, link);
	struct fault *fault = host_fault(findings, state, severity, CONFIDENCE_PROVEN, link, NULL);

	fault_set_summary(fault, "this host answers ARP on %s for addresses that %s%s", link->name,
			  pvlan ? "it would send back by the same interface" : "it routes elsewhere",
			  severity == SEVERITY_INFO ? ", as soon as it has such routes" : "");
	if (is_set(state, link, SETTING_PROXY_ARP))
		host_note_setting(fault, state, link, SETTING_PROXY_ARP);
	if (pvlan)
		host_note_setting(fault, state, link, SETTING_PROXY_ARP_PVLAN);
	add_repair(fault, state, link);
}

/* An entry is heeded where packets are forwarded, and of IPv6 where proxy_ndp is on, too (net/ipv6/ndisc.c). */
static bool is_heeded(const struct host_state *state, const struct host_link *link, const struct ip *ip)
{
	if (!link)
		return true;
	if (ip->family == 4)
		return host_setting(state, link, SETTING_FORWARDING) != 0;
	return host_setting(state, link, SETTING_FORWARDING6) != 0 && host_setting(state, link, SETTING_PROXY_NDP) != 0;
}

static void report_entry(struct findings *findings, const struct host_state *state, const struct host_neighbour *entry)
{
	const struct host_vip *vip = host_find_vip(state, &entry->ip);
	const struct host_link *link = host_find_link(state, entry->link);
	bool heeded = is_heeded(state, link, &entry->ip);
	struct fault *fault = host_fault(findings, state, vip && heeded ? SEVERITY_ERROR : SEVERITY_WARNING,
					 CONFIDENCE_PROVEN, link, &entry->ip);
	char address[IP_TEXT_SIZE];

	ip_format(&entry->ip, address);
	fault_set_summary(fault, "this host answers on %s for %s%s by a proxy entry%s", entry->link,
			  vip ? "the VIP " : "", address,
			  heeded                  ? ""
			  : entry->ip.family == 4 ? ", as soon as it forwards there"
						  : ", as soon as it forwards there and proxy_ndp is on");
	host_note(fault, state, entry->link, "ip neigh show proxy: %s", address);
	fault_add_remedy(fault, "%sip neigh del proxy %s dev %s", is_needed_now(state) ? bridge_first : "", address,
			 entry->link);
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	for (uint32_t i = 0; i < state->link_count; i++) {
		const struct host_link *link = &state->links[i];

		if (may_proxy(state, link) &&
		    (is_set(state, link, SETTING_PROXY_ARP) || is_set(state, link, SETTING_PROXY_ARP_PVLAN)))
			report(findings, state, link);
	}
	for (uint32_t i = 0; i < state->neighbour_count; i++)
		if (state->neighbours[i].proxy)
			report_entry(findings, state, &state->neighbours[i]);
}

const struct rule rule_host_proxy_arp = {
	.id = "host-proxy-arp",
	.severity = SEVERITY_ERROR,
	.summary = "This host answers ARP for addresses that are not its own.",
	.why = "With forwarding on, proxy_arp answers for whatever is routed out by another interface, proxy_arp_pvlan "
	       "for "
	       "what is routed out by the same one, and a proxy entry (ip neigh add proxy) for one address. A backup "
	       "director with such a setting answers for the VIP that the master holds.",
	.proof =
	    "Proven by the values in force (either the interface's or that of all) with forwarding on. Only a remark "
	    "where no route leads out by another interface, so that there is nothing to answer for yet. A proxy entry "
	    "is a "
	    "warning where it sleeps: without forwarding, or without proxy_ndp (IPv6).",
	.effect =
	    "Late answers, up to 0.8 s after the question, put this host's MAC into the caches of others: traffic "
	    "for the VIP or for real servers comes here and is lost, or takes a hop that VS/DR cannot survive.",
	.remedies = { "sysctl -w net.ipv4.conf.INTERFACE.proxy_arp=0 net.ipv4.conf.INTERFACE.proxy_arp_pvlan=0",
		      "ip neigh del proxy ADDRESS dev INTERFACE" },
	.no_help =
	    "arp_ignore and arp_announce, which the proxy path does not consult; proxy_arp=0 on an interface while "
	    "that of all is 1.",
	.sources = "net/ipv4/arp.c (arp_process, arp_fwd_proxy, arp_fwd_pvlan), net/ipv6/ndisc.c (ndisc_recv_ns), "
		   "acassen/keepalived#1507",
	.inspect = inspect,
};
