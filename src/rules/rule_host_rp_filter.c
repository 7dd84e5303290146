// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"

enum { STRICT = 1, TABLE_DEFAULT = 253, TABLE_MAIN = 254 };

/* Other tables than these answer only whom rules send there, and those are not seen. */
static bool is_for_all(const struct host_route *route)
{
	return route->type == ROUTE_UNICAST && (route->table == TABLE_MAIN || route->table == TABLE_DEFAULT);
}

/* The way to clients somewhere in the world; NULL for none. */
static const struct host_link *default_link(const struct host_state *state)
{
	const struct ip anywhere = { .family = 4, .b = { 192, 0, 2, 1 } };
	const struct host_route *best = NULL;

	for (uint32_t i = 0; i < state->route_count; i++) {
		const struct host_route *route = &state->routes[i];

		if (is_for_all(route) && route->destination.family == 4 &&
		    ip_same_network(&route->destination, &anywhere, route->prefix) &&
		    (!best || route->prefix > best->prefix ||
		     (route->prefix == best->prefix && route->metric < best->metric)))
			best = route;
	}
	return best ? host_find_link(state, best->link) : NULL;
}

static bool is_tunnel(const struct host_link *link)
{
	return !link->ethernet && !link->loopback && link->up && strncmp(link->name, "tun", 3) == 0;
}

/* The address by which this real server is known; NULL where nobody told it. */
static const struct ip *known_address(const struct host_state *state)
{
	for (uint32_t i = 0; i < state->setup.real_server_count; i++)
		if (host_find_address(state, &state->setup.real_servers[i].ip))
			return &state->setup.real_servers[i].ip;
	return NULL;
}

/* Whether the director reaches this real server by the link: by the known address, else it is in the VIP's network. */
static bool takes_service(const struct host_state *state, const struct host_link *link)
{
	const struct ip *known = known_address(state);

	if (known)
		return host_link_holds(state, link, known);
	for (uint32_t i = 0; i < state->address_count; i++) {
		const struct host_address *address = &state->addresses[i];

		for (uint32_t v = 0; v < state->vip_count && strcmp(address->link, link->name) == 0; v++)
			if (host_vip_is_quiet(&state->vips[v]) && !ip_equal(&address->ip, &state->vips[v].ip) &&
			    address->ip.family == 4 &&
			    ip_same_network(&address->ip, &state->vips[v].ip, address->prefix))
				return true;
	}
	return false;
}

static void report(struct findings *findings, const struct host_state *state, const struct host_link *link,
		   enum confidence confidence)
{
	const struct host_link *back = default_link(state);
	struct fault *fault = host_fault(findings, state, SEVERITY_ERROR, confidence, link, NULL);
	uint64_t dropped = host_counter_value(state, "IPReversePathFilter");
	struct text list = TEXT_INIT;

	fault_set_summary(fault, "strict rp_filter on %s drops clients' packets: the way back to them is %s",
			  link->name, back ? back->name : "another interface");
	host_note_setting(fault, state, link, SETTING_RP_FILTER);
	if (dropped > 0)
		host_note(fault, state, "TcpExtIPReversePathFilter", "%llu packets dropped",
			  (unsigned long long)dropped);
	/* The greater value counts, and 2 is greater than a strict 1 of all: 0 would not help there. */
	host_add_assignment(&list, link->name, SETTING_RP_FILTER, 2);
	host_set_sysctl(fault, "rp-filter", link, text_string(&list));
	text_free(&list);
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	bool dropping = host_counter_value(state, "IPReversePathFilter") > 0;
	const struct host_link *back = default_link(state);

	for (uint32_t i = 0; i < state->link_count && state->role == HOST_ROLE_REAL_SERVER; i++) {
		const struct host_link *link = &state->links[i];

		if (host_setting(state, link, SETTING_RP_FILTER) != STRICT || !link->up || link == back)
			continue;
		if (is_tunnel(link) && state->vip_count > 0)
			report(findings, state, link, CONFIDENCE_PROVEN);
		else if (back && host_link_speaks_arp(link) && takes_service(state, link))
			report(findings, state, link, dropping ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY);
	}
}

const struct rule rule_host_rp_filter = {
	.id = "host-rp-filter",
	.severity = SEVERITY_ERROR,
	.summary = "Strict rp_filter on this real server drops clients' packets that the director sends.",
	.why =
	    "A strict filter (1) drops packets whose source would not be routed back by the interface that they came "
	    "in by. Clients' packets come out of the tunnel for VS/TUN, or by the interface of the real server's own "
	    "address (in the VIP's network, where that is not known), while the answers leave by the default route. "
	    "Loose (2) only asks for any route at all.",
	.proof =
	    "Proven for a tunnel, which never has the route back, and where the counter IPReversePathFilter counts; "
	    "likely where interface and default route merely differ.",
	.effect = "The real server takes the packets and says nothing: every n-th connection hangs. Nor does it answer "
		  "ARP questions of senders that it would reach by another interface.",
	.remedies = { "sysctl -w net.ipv4.conf.INTERFACE.rp_filter=2",
		      "printf 'net.ipv4.conf.INTERFACE.rp_filter=2\\n' > "
		      "/etc/sysctl.d/60-lvs-rp-filter-INTERFACE.conf" },
	.no_help = "rp_filter=0 on the interface alone: the greater of its value and that of all counts. log_martians "
		   "only shows it.",
	.sources = "net/ipv4/fib_frontend.c (fib_validate_source), include/linux/inetdevice.h (IN_DEV_RPFILTER)",
	.inspect = inspect,
};
