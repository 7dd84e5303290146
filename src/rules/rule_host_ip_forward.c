// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

static bool has_nat(const struct host_state *state, uint8_t family)
{
	for (uint32_t i = 0; i < state->setup.service_count; i++)
		if (state->setup.services[i].method == METHOD_NAT && state->setup.services[i].vip.family == family)
			return true;
	return false;
}

/* The interface that packets come in by decides; where its own setting is not seen, that of all was its default. */
static bool is_off(const struct host_state *state, const struct host_link *link)
{
	int32_t own = host_setting(state, link, SETTING_FORWARDING);

	return own == 0 || (own == SETTING_UNSEEN && state->all[SETTING_FORWARDING] == 0);
}

static bool has_route(const struct host_state *state, const struct host_link *link)
{
	for (uint32_t i = 0; i < state->route_count; i++)
		if (strcmp(state->routes[i].link, link->name) == 0 && state->routes[i].type == ROUTE_UNICAST &&
		    state->routes[i].destination.family == 4)
			return true;
	return false;
}

/* Whether a real server's answers come in by the link; where none is known, those may come by any. */
static bool takes_answers(const struct host_state *state, const struct host_link *link)
{
	if (state->setup.real_server_count == 0)
		return host_link_speaks_arp(link) && host_link_has(state, link, 4);
	for (uint32_t i = 0; i < state->setup.real_server_count; i++)
		if (state->setup.real_servers[i].ip.family == 4 &&
		    host_link_towards(state, &state->setup.real_servers[i].ip) == link)
			return true;
	return false;
}

static bool has_to_forward(const struct host_state *state, const struct host_link *link)
{
	if (state->role == HOST_ROLE_DIRECTOR)
		return has_nat(state, 4) && takes_answers(state, link);
	return state->role == HOST_ROLE_DOM0 && host_link_is_vif(link) && has_route(state, link);
}

/* ip_forward sets every interface, but only where it changes. */
static void report(struct findings *findings, const struct host_state *state, const struct host_link *link)
{
	bool all = state->all[SETTING_FORWARDING] == 0, standby = host_is_standby(state);
	struct fault *fault = host_fault(findings, state, standby ? SEVERITY_INFO : SEVERITY_ERROR, CONFIDENCE_PROVEN,
					 all ? NULL : link, NULL);
	struct text list = TEXT_INIT;

	fault_set_summary(
	    fault,
	    state->role == HOST_ROLE_DIRECTOR ? "this VS/NAT director does not forward%s%s: the answers end here%s"
					      : "this Dom0 has routes to its guests and does not forward%s%s%s",
	    all ? "" : " what comes in by ", all ? "" : link->name, standby ? ", as soon as it takes over" : "");
	if (all) {
		host_note(fault, state, "net.ipv4.ip_forward", "0");
		host_set_sysctl(fault, "ip-forward", NULL, "net.ipv4.ip_forward=1");
	} else {
		host_note_setting(fault, state, link, SETTING_FORWARDING);
		host_add_assignment(&list, link->name, SETTING_FORWARDING, 1);
		host_set_sysctl(fault, "ip-forward", link, text_string(&list));
	}
	text_free(&list);
}

/* IPv6 asks that of all alone (net/ipv6/ip6_output.c: ip6_forward). */
static void report_ipv6(struct findings *findings, const struct host_state *state)
{
	bool standby = host_is_standby(state);
	struct fault *fault =
	    host_fault(findings, state, standby ? SEVERITY_INFO : SEVERITY_ERROR, CONFIDENCE_PROVEN, NULL, NULL);

	fault_set_summary(fault, "this VS/NAT director does not forward IPv6: the answers end here%s",
			  standby ? ", as soon as it takes over" : "");
	host_note(fault, state, "net.ipv6.conf.all.forwarding", "0");
	host_set_sysctl(fault, "ip-forward-ipv6", NULL, "net.ipv6.conf.all.forwarding=1");
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	if (state->role == HOST_ROLE_DIRECTOR && has_nat(state, 6) && state->all[SETTING_FORWARDING6] == 0)
		report_ipv6(findings, state);
	for (uint32_t i = 0; i < state->link_count; i++) {
		const struct host_link *link = &state->links[i];

		if (!is_off(state, link) || !has_to_forward(state, link))
			continue;
		report(findings, state, link);
		if (state->all[SETTING_FORWARDING] == 0)
			return; /* one repair for all */
	}
}

const struct rule rule_host_ip_forward = {
	.id = "host-ip-forward",
	.severity = SEVERITY_ERROR,
	.summary = "This host does not forward packets, though its part needs it.",
	.why =
	    "For VS/NAT the real servers' answers come back through the director, addressed to the client: a host with "
	    "ip_forward=0 drops them. So does a Dom0 whose guests are routed. A VS/DR or VS/TUN director works "
	    "without.",
	.proof = "Proven by the setting of the interface that real servers or guests are at, with a VS/NAT service, or "
		 "with routes to guests' interfaces. A remark on a director that waits for its turn.",
	.effect = "Connections to the service hang; behind a routed Dom0 guests reach nobody but Dom0.",
	.remedies = { "sysctl -w net.ipv4.ip_forward=1",
		      "printf 'net.ipv4.ip_forward=1\\n' > /etc/sysctl.d/60-lvs-ip-forward.conf" },
	.no_help = "Forwarding makes a routed Dom0 a router again, and no bridge: VS/DR still does not work across it. "
		   "Writing ip_forward sets the forwarding of every interface, and resets their accept_redirects. "
		   "IPv6's needs accept_ra=2 where the host's own addresses come by router "
		   "advertisements.",
	.sources = "net/ipv4/route.c (ip_route_input_slow), net/ipv6/ip6_output.c (ip6_forward), "
		   "Documentation/networking/ip-sysctl.rst",
	.inspect = inspect,
};
