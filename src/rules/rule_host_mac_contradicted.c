// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/host_common.h"
#include "wire/mac_kind.h"

static bool is_usable(const struct host_neighbour *neighbour)
{
	return !neighbour->proxy && !mac_is_zero(neighbour->mac) && strcmp(neighbour->state, "failed") != 0;
}

static struct fault *add_fault(struct findings *findings, const struct host_state *state, enum severity severity,
			       enum confidence confidence, const struct host_neighbour *neighbour)
{
	struct subject subject = { .ip = neighbour->ip, .has_mac = true, .mac = neighbour->mac };
	struct fault *fault = findings_add(findings, severity, confidence, &subject);

	fault->first = fault->last = state->taken;
	fault->count = 1;
	return fault;
}

static void note_entry(struct fault *fault, const struct host_state *state, const struct host_neighbour *neighbour)
{
	char address[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	host_note(fault, state, neighbour->link, "neighbour %s lladdr %s %s", ip_format(&neighbour->ip, address),
		  mac_format(neighbour->mac, mac), neighbour->state);
}

static void report_known(struct findings *findings, const struct host_state *state,
			 const struct host_neighbour *neighbour, struct mac true_mac)
{
	struct fault *fault = add_fault(findings, state, SEVERITY_ERROR, CONFIDENCE_PROVEN, neighbour);
	char address[IP_TEXT_SIZE], seen[MAC_TEXT_SIZE], truth[MAC_TEXT_SIZE];

	fault_set_summary(fault, "this host has %s at %s, whose true MAC is %s", ip_format(&neighbour->ip, address),
			  mac_format(neighbour->mac, seen), mac_format(true_mac, truth));
	note_entry(fault, state, neighbour);
	/* Nobody answered that: somebody typed it in. */
	if (strcmp(neighbour->state, "permanent") == 0)
		fault_add_remedy(fault, "ip neigh del %s dev %s", ip_format(&neighbour->ip, address), neighbour->link);
}

static bool in_group(const struct host_neighbour *first, const struct host_neighbour *other)
{
	return is_usable(other) && strcmp(first->link, other->link) == 0 && first->ip.family == other->ip.family &&
	       mac_equal(first->mac, other->mac) && !ip_is_link_local(&other->ip);
}

/* The group is told by its first entry. */
static bool is_first(const struct host_state *state, uint32_t place)
{
	for (uint32_t i = 0; i < place; i++)
		if (in_group(&state->neighbours[place], &state->neighbours[i]))
			return false;
	return in_group(&state->neighbours[place], &state->neighbours[place]);
}

static void report_shared(struct findings *findings, const struct host_state *state, uint32_t place, uint32_t count)
{
	const struct host_neighbour *first = &state->neighbours[place];
	enum severity severity = host_methods_cross_routers(state) ? SEVERITY_INFO : SEVERITY_ERROR;
	struct fault *fault = add_fault(findings, state, severity, CONFIDENCE_LIKELY, first);
	char mac[MAC_TEXT_SIZE];

	fault_set_summary(fault, "%u neighbours on %s are all at %s (%s): at most one of them owns it", (unsigned)count,
			  first->link, mac_format(first->mac, mac), mac_kind_of(first->mac)->meaning);
	for (uint32_t i = place; i < state->neighbour_count; i++)
		if (in_group(first, &state->neighbours[i]))
			note_entry(fault, state, &state->neighbours[i]);
	fault_add_remedy(fault, "Repair the host that answers: on a Xen Dom0 run truemac inspect (host-xen-routed).");
	fault_add_remedy(fault, "Let a test decide: truemac probe -i %s", first->link);
}

/* A backend's MAC is no guest's; two real servers have two MACs. */
static void judge_group(struct findings *findings, const struct host_state *state, uint32_t place)
{
	const struct host_neighbour *first = &state->neighbours[place];
	bool backend = (mac_kind_of(first->mac)->traits & MAC_TRAIT_BACKEND) != 0;
	bool by_design = (mac_kind_of(first->mac)->traits & MAC_TRAIT_EMULATED) != 0;
	uint32_t count = 0, servers = 0;

	for (uint32_t i = place; i < state->neighbour_count; i++) {
		if (!in_group(first, &state->neighbours[i]))
			continue;
		count++;
		servers += topology_find_real_server(&state->setup, &state->neighbours[i].ip) != NULL;
	}
	if ((backend && count > 1) || (servers > 1 && !by_design))
		report_shared(findings, state, place, count);
}

static void inspect(const struct host_state *state, struct findings *findings)
{
	struct topology known = TOPOLOGY_INIT;

	if (host_topology(state, &known, NULL) < 0)
		findings->failed = true;
	for (uint32_t i = 0; i < state->neighbour_count; i++) {
		const struct host_neighbour *neighbour = &state->neighbours[i];
		const struct mac *given = topology_known_mac(&state->setup, &neighbour->ip);
		const struct mac *mac = given ? given : topology_known_mac(&known, &neighbour->ip);

		if (is_usable(neighbour) && mac && !mac_equal(*mac, neighbour->mac))
			report_known(findings, state, neighbour, *mac);
		else if (is_first(state, i))
			judge_group(findings, state, i);
	}
	topology_free(&known);
}

const struct rule rule_host_mac_contradicted = {
	.id = "host-mac-contradicted",
	.severity = SEVERITY_ERROR,
	.summary = "This host's neighbour table has a MAC that its owner does not have.",
	.why = "A neighbour table holds what somebody answered. Where a proxy answered, as Xen's Dom0 does with routed "
	       "guests, or an impostor, it contradicts what is known from the owner: from its own inspection, Xen's "
	       "store, ethers, or options.",
	.proof =
	    "Proven by a known MAC that differs. Likely where several neighbours share the MAC of a hypervisor's end "
	    "of an interface, or several real servers share any MAC; a remark where every service is VS/NAT or "
	    "VS/TUN, which work across a router.",
	.effect =
	    "What this host sends to that neighbour reaches another machine first. A VS/DR director's packets end "
	    "there.",
	.remedies = { "Find out who answers: truemac probe" },
	.no_help = "Flushing the entry (ip neigh flush): the next question gets the same answer.",
	.sources = "net/ipv4/arp.c (arp_process), net/core/neighbour.c",
	.inspect = inspect,
};
