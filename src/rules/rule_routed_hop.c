// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

static void report(struct findings *findings, const struct claim *claim, const struct ownership *ownership)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, claim->key.segment, &claim->key.ip, &claim->key.mac, NULL);
	enum severity severity = roles_need_true_macs(facts) ? SEVERITY_ERROR : SEVERITY_INFO;
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE], owner[IP_TEXT_SIZE];
	struct fault *fault;

	if (claim_is_emulation(facts, claim))
		severity = SEVERITY_INFO;
	fault = findings_add(findings, severity, ownership->confidence, &subject);
	ip_format(&claim->key.ip, ip);
	mac_format(claim->key.mac, mac);
	fault_set_summary(fault, "%s is one routing hop away behind %s (%s), although it lies in the same subnet", ip,
			  mac, ownership->owner.family ? ip_format(&ownership->owner, owner) : "router");
	fault_cite(fault, facts, claim->key.segment, &claim->proofs->time_exceeded, "Time Exceeded from %s", mac);
	fault_cite(fault, facts, claim->key.segment, &claim->proofs->redirected, "redirect from %s", mac);
	fault_cite(fault, facts, claim->key.segment, &claim->proofs->forwarded,
		   "%s sends the packet on with a lower TTL", mac);
	fault_cite(fault, facts, claim->key.segment, &claim->proofs->less, "packet from %s with TTL %u", ip,
		   claim->ttl_seen);
	fault_cite(fault, facts, ownership->segment, &ownership->mark, "%s", ownership_reason(ownership->ground));
	fault_count(fault, claim->ttl_less ? claim->ttl_less : 1, claim->first.time, claim->last.time);
}

/* The address answers for itself in this segment: a proxy beside it is no router before it. */
static bool is_here(const struct facts *facts, const struct claim *claim)
{
	const struct host *host = facts_host(facts, claim->key.segment, &claim->key.ip);

	if (!host)
		return false;
	FOR_CLAIMS_OF_HOST (facts, host, other)
		if (other != claim && ownership_of(facts, other).own == OWN_YES)
			return true;
	return false;
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (claim, claim, &facts->claims) {
		struct ownership ownership = ownership_of(facts, claim);

		if (ownership.own == OWN_NO && ownership_shows_hop(claim, &ownership) && !is_here(facts, claim))
			report(findings, claim, &ownership);
	}
}

const struct rule rule_routed_hop = {
	.id = "routed-hop",
	.severity = SEVERITY_ERROR,
	.summary = "A router stands between hosts of one subnet.",
	.why = "The hosts believe to share a segment, but the MAC that answers is a router's: each packet is forwarded "
	       "and its TTL "
	       "decremented. On a Xen host with routed networking the router is Dom0. VS/DR changes only the "
	       "destination MAC and "
	       "so cannot cross a router: it would route the packet by its destination, the VIP.",
	.proof = "Proven by Time Exceeded for a TTL-1 packet, by the same packet seen before and behind the router, or "
		 "by packets "
		 "with a decremented TTL through a MAC that has another address of its own. Unusual initial TTLs look "
		 "similar, hence fewer than three packets prove nothing.",
	.effect = "VS/DR frames end in the router. Neighbour discovery, VRRP and gratuitous ARP do not reach beyond it "
		  "either.",
	.remedies = { "Put director and real servers into one segment: vif-bridge instead of vif-route on a Xen host.",
		      "Or forward with VS/TUN (ipvsadm -e ... -i) or VS/NAT (ipvsadm -e ... -m), which work across a "
		      "router." },
	.no_help = "Raising TTLs, arp_ignore and arp_announce do not help.",
	.sources = "net/ipv4/ip_forward.c (ip_forward), RFC 1812 section 5.3.1",
	.conclude = conclude,
};
