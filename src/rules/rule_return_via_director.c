// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

/* A hypervisor's end of a guest's interface routes for all; it is no director, whatever passes through it. */
/* With VS/NAT the way by the director is the right one. */
static bool roles_all_translate(const struct facts *facts)
{
	const struct topology *topology = &facts->roles->topology;

	for (uint32_t i = 0; i < topology->service_count; i++)
		if (topology->services[i].method != METHOD_NAT)
			return false;
	return topology->service_count > 0;
}

static bool is_sent_by_director(const struct facts *facts, const struct path *path)
{
	return roles_is_director(facts, path->segment, path->sender, &path->key.service) &&
	       !(mac_kind_of(path->sender)->traits & MAC_TRAIT_BACKEND);
}

static void report_answer(struct findings *findings, const struct path *path)
{
	const struct facts *facts = findings->facts;
	struct subject subject = path_subject(facts, path);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, CONFIDENCE_PROVEN, &subject);
	char name[WHO_SIZE], mac[MAC_TEXT_SIZE];

	fault_set_summary(fault, "real server %s sends its answers to the director's MAC %s instead of to the client",
			  who(&subject.ip, path->key.mac, name), mac_format(path->sender, mac));
	fault_cite(fault, facts, path->segment, &path->forwarded_to_it, "the director sends the request to it");
	fault_cite(fault, facts, path->segment, &path->detour, "its answer goes back to the director's MAC");
	fault_count(fault, path->via_director, path->detour.time, path->detour.time);
}

static bool answers_by_director(const struct facts *facts, const struct path *path)
{
	return path->via_director && path_leads_to_real_server(facts, path) &&
	       roles_method(facts, &path->key.service) != METHOD_NAT && is_sent_by_director(facts, path);
}

/* An echo request sent to the real server's own MAC is answered from the director's: so is everything that it sends. */
static bool echoes_by_director(const struct facts *facts, const struct path *path)
{
	return path->key.protocol == IP_PROTO_ICMP && path->other_replied &&
	       topology_find_real_server(&facts->roles->topology, &path->key.service) &&
	       roles_is_director(facts, path->segment, path->other, NULL) &&
	       !station_is_proxy(facts, path->segment, path->key.mac) &&
	       !station_is_proxy(facts, path->segment, path->other);
}

static void report_echo(struct findings *findings, const struct path *path)
{
	const struct facts *facts = findings->facts;
	const struct role_mac *director = roles_find(facts, ROLE_DIRECTOR, path->segment, path->other, NULL);
	struct subject subject = subject_of(facts, path->segment, &path->key.service, &path->key.mac, &director->vip);
	char name[WHO_SIZE], mac[MAC_TEXT_SIZE];
	struct fault *fault;

	if (roles_all_translate(facts))
		return;
	if (!subject.vip.family && facts->roles->topology.service_count == 1)
		subject.vip = facts->roles->topology.services[0].vip;
	fault = findings_add(findings, SEVERITY_ERROR, CONFIDENCE_LIKELY, &subject);
	fault_set_summary(fault, "real server %s answers by way of the director's MAC %s, its answers for the VIP, too",
			  who(&path->key.service, path->key.mac, name), mac_format(path->other, mac));
	fault_cite(fault, facts, path->segment, &path->first_sent, "echo request sent to the real server's MAC");
	fault_cite(fault, facts, path->segment, &path->other_reply, "answered from the director's MAC");
	fault_count(fault, path->other_replied, path->other_reply.time, path->other_reply.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (path, path, &facts->paths) {
		if (answers_by_director(facts, path))
			report_answer(findings, path);
		else if (echoes_by_director(facts, path))
			report_echo(findings, path);
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
	.proof = "Proven by an answer with the VIP as source that the real server sends to the director's MAC; likely "
		 "when its "
		 "answers to echo requests come from the director's MAC.",
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
