// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

/* A hypervisor's end of a guest's interface routes for all; it is no director, whatever passes through it. */
static bool is_sent_by_director(const struct facts *facts, const struct path *path)
{
	return roles_is_director(facts, path->segment, path->sender, &path->key.service) &&
	       !(mac_kind_of(path->sender)->traits & MAC_TRAIT_BACKEND);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (path, path, &facts->paths) {
		char name[WHO_SIZE], mac[MAC_TEXT_SIZE];
		struct subject subject;
		struct fault *fault;

		if (path->via_director == 0 || !path_leads_to_real_server(facts, path) ||
		    roles_method(facts, &path->key.service) == METHOD_NAT || !is_sent_by_director(facts, path))
			continue;
		subject = path_subject(facts, path);
		fault = findings_add(findings, SEVERITY_ERROR, CONFIDENCE_PROVEN, &subject);
		fault_set_summary(fault,
				  "real server %s sends its answers to the director's MAC %s instead of to the client",
				  who(&subject.ip, path->key.mac, name), mac_format(path->sender, mac));
		fault_cite(fault, facts, path->segment, &path->forwarded_to_it, "the director sends the request to it");
		fault_cite(fault, facts, path->segment, &path->detour, "its answer goes back to the director's MAC");
		fault_count(fault, path->via_director, path->detour.time, path->detour.time);
	}
}

const struct rule rule_return_via_director = {
	.id = "return-via-director",
	.severity = SEVERITY_ERROR,
	.summary = "A real server's answer comes back through the director.",
	.why = "With VS/DR and VS/TUN a real server answers the client directly. Here its route to the client leads to "
	       "the director. "
	       "The answer's source is the VIP, which is the director's own address, so the director drops it as a "
	       "martian.",
	.proof = "Proven by an answer with the VIP as source that the real server sends to the director's MAC.",
	.effect = "The handshake never completes: the director's counter of martian sources grows (nstat -az "
		  "IpExtInNoRoutes, "
		  "ip -s route; log_martians shows them).",
	.remedies = { "On the real server, route clients by the real gateway: ip route replace default via GATEWAY",
		      "Check source routing for the VIP: ip rule; ip route get CLIENT from VIP" },
	.no_help = "arp_ignore, arp_announce and rp_filter on the real server do not matter here; accept_local on the "
		   "director only "
		   "moves the problem.",
	.sources = "net/ipv4/fib_frontend.c (fib_validate_source)",
	.conclude = conclude,
};
