// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

static bool has_nat(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->setup.service_count; i++)
		if (state->setup.services[i].method == METHOD_NAT && state->setup.services[i].vip.family == 4)
			return true;
	return false;
}

static bool routes_guests(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->route_count; i++) {
		const struct host_link *link = host_find_link(state, state->routes[i].link);

		if (link && host_link_is_vif(link) && state->routes[i].type == ROUTE_UNICAST &&
		    state->routes[i].destination.family == 4)
			return true;
	}
	return false;
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	bool director = state->role == HOST_ROLE_DIRECTOR && has_nat(state);
	struct fault *fault;

	if (state->all[SETTING_FORWARDING] != 0 ||
	    (!director && !(state->role == HOST_ROLE_DOM0 && routes_guests(state))))
		return;
	fault = host_fault(findings, state, SEVERITY_ERROR, CONFIDENCE_PROVEN, NULL, NULL);
	fault_set_summary(fault, director ? "this VS/NAT director does not forward: the answers end here"
					  : "this Dom0 has routes to its guests and does not forward");
	host_note(fault, state, "net.ipv4.ip_forward", "0");
	host_set_sysctl(fault, "ip-forward", "net.ipv4.ip_forward=1");
}

const struct rule rule_host_ip_forward = {
	.id = "host-ip-forward",
	.severity = SEVERITY_ERROR,
	.summary = "This host does not forward packets, though its part needs it.",
	.why =
	    "For VS/NAT the real servers' answers come back through the director, addressed to the client: a host with "
	    "ip_forward=0 drops them. So does a Dom0 whose guests are routed. A VS/DR or VS/TUN director works "
	    "without.",
	.proof = "Proven by the setting, with a VS/NAT service, or with routes to guests' interfaces.",
	.effect = "Connections to the service hang; behind a routed Dom0 guests reach nobody but Dom0.",
	.remedies = { "sysctl -w net.ipv4.ip_forward=1",
		      "printf 'net.ipv4.ip_forward=1\\n' > /etc/sysctl.d/60-lvs-ip-forward.conf" },
	.no_help = "Forwarding makes a routed Dom0 a router again, and no bridge: VS/DR still does not work across it. "
		   "Writing ip_forward sets the forwarding of every interface, and resets their accept_redirects.",
	.sources = "net/ipv4/route.c (ip_route_input_slow), Documentation/networking/ip-sysctl.rst",
	.inspect = inspect,
};
