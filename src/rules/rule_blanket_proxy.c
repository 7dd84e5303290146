// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/lifeless.h"

static void cite(const struct facts *facts, const struct station *station, struct fault *fault)
{
	char ip[IP_TEXT_SIZE];

	FOR_CLAIMS_OF_STATION (facts, station, claim) {
		const struct host *host = facts_host(facts, claim->key.segment, &claim->key.ip);

		if (lifeless_of(facts, claim) == ALIVE)
			continue;
		ip_format(&claim->key.ip, ip);
		fault_cite(fault, facts, claim->key.segment, &claim->answer, "it answers for %s", ip);
		fault_cite(fault, facts, claim->key.segment, &host->unreachable, "%s is unreachable: nobody owns it",
			   ip);
		fault_cite(fault, facts, claim->key.segment, &claim->proofs->probe_silence,
			   "sender-0 probe for %s: no answer", ip);
	}
}

static void judge(struct findings *findings, const struct station *station)
{
	const struct facts *facts = findings->facts;
	bool harmless = (mac_kind_of(station->key.mac)->traits & MAC_TRAIT_EMULATED) || !roles_need_true_macs(facts);
	struct lifeless_count tried = lifeless_count(facts, station);
	struct subject subject = subject_of(facts, station->key.segment, NULL, &station->key.mac, NULL);
	char mac[MAC_TEXT_SIZE];
	struct fault *fault;

	if (!lifeless_is_enough(tried))
		return;
	fault = findings_add(findings, harmless ? SEVERITY_INFO : SEVERITY_ERROR,
			     tried.surest == UNHEARD ? CONFIDENCE_LIKELY : CONFIDENCE_PROVEN, &subject);
	fault_set_summary(fault, "%s answers ARP for addresses that nobody owns (%u tried): it answers for everything",
			  mac_format(station->key.mac, mac), tried.count);
	cite(facts, station, fault);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (station, station, &facts->stations)
		if (station->answered_claims)
			judge(findings, station);
}

const struct rule rule_blanket_proxy = {
	.id = "blanket-proxy",
	.severity = SEVERITY_ERROR,
	.summary = "One MAC answers ARP for addresses that nobody owns.",
	.why = "A proxy ARP host answers for every address that it has a route to, whether or not a machine with it "
	       "exists. So "
	       "hosts appear to be up that are not, address conflict detection finds conflicts with nobody, and real "
	       "hosts' MACs "
	       "are hidden.",
	.proof =
	    "Proven when an address that is answered for turns out to be unreachable, or when two addresses that no "
	    "sender-0 probe and no packet reaches are answered for by the same MAC.",
	.effect = "Health checks by ARP see hosts that do not exist; frames for them end in the proxy.",
	.remedies = { "On the answering host: sysctl -w net.ipv4.conf.IFACE.proxy_arp=0, and `ip neigh show proxy` for "
		      "single "
		      "entries; on a router: `no ip proxy-arp` on the interface.",
		      "On a Xen host with routed networking, use vif-bridge instead of vif-route: without proxy_arp "
		      "routed "
		      "guests cannot reach each other at all." },
	.no_help = "arp_ignore, arp_announce and arp_filter are not consulted on the proxy's path.",
	.sources = "net/ipv4/arp.c (arp_process), RFC 1027, RFC 5227",
	.conclude = conclude,
};
