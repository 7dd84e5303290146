// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rules.h"

/* Asked in vain with an IP packet, too: not merely an address that nobody tried. */
static bool was_tried_in_vain(const struct facts *facts, const struct claim *claim)
{
	FOR_RECORDS (path, path, &facts->paths)
		if (path->segment == claim->key.segment && mac_equal(path->key.mac, claim->key.mac) &&
		    ip_equal(&path->key.service, &claim->key.ip) && path->silent > 0 && path->accepted == 0)
			return true;
	return false;
}

/* Nobody speaks from the address although its MAC answers for it. */
static bool is_lifeless(const struct facts *facts, const struct claim *claim, const struct host *host)
{
	if (claim->answers == 0 || claim->asks || claim->probes_answered || mark_is_set(&claim->delivered) ||
	    mark_is_set(&host->alive))
		return false;
	return mark_is_set(&host->unreachable) || (claim->probes_silent > 0 && was_tried_in_vain(facts, claim));
}

static uint32_t count_lifeless(const struct facts *facts, const struct station *station, bool *unreachable)
{
	uint32_t count = 0;

	FOR_CLAIMS_OF_STATION (facts, station, claim) {
		const struct host *host = facts_host(facts, claim->key.segment, &claim->key.ip);

		if (!host || roles_is_vip(facts, &claim->key.ip) || !is_lifeless(facts, claim, host))
			continue;
		*unreachable |= mark_is_set(&host->unreachable);
		if (++count == FAULT_MAX_EVIDENCE)
			break;
	}
	return count;
}

static void cite(const struct facts *facts, const struct station *station, struct fault *fault)
{
	char ip[IP_TEXT_SIZE];

	FOR_CLAIMS_OF_STATION (facts, station, claim) {
		const struct host *host = facts_host(facts, claim->key.segment, &claim->key.ip);

		if (!host || roles_is_vip(facts, &claim->key.ip) || !is_lifeless(facts, claim, host))
			continue;
		ip_format(&claim->key.ip, ip);
		fault_cite(fault, facts, claim->key.segment, &claim->answer, "it answers for %s", ip);
		fault_cite(fault, facts, claim->key.segment, &host->unreachable, "%s is unreachable: nobody owns it",
			   ip);
		fault_cite(fault, facts, claim->key.segment, &claim->probe_silence, "sender-0 probe for %s: no answer",
			   ip);
	}
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (station, station, &facts->stations) {
		bool unreachable = false, explained = (mac_kind_of(station->key.mac)->traits & MAC_TRAIT_EMULATED) != 0;
		uint32_t lifeless = station->answered_claims ? count_lifeless(facts, station, &unreachable) : 0;
		struct subject subject = subject_of(facts, station->key.segment, NULL, &station->key.mac, NULL);
		char mac[MAC_TEXT_SIZE];
		struct fault *fault;

		if (lifeless == 0 || (lifeless < 2 && !unreachable))
			continue;
		fault =
		    findings_add(findings, explained || !roles_need_true_macs(facts) ? SEVERITY_INFO : SEVERITY_ERROR,
				 CONFIDENCE_PROVEN, &subject);
		fault_set_summary(fault,
				  "%s answers ARP for addresses that nobody owns (%u tried): it answers for everything",
				  mac_format(station->key.mac, mac), lifeless);
		cite(facts, station, fault);
	}
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
