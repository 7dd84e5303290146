// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rules.h"

/* How sure it is that nobody owns an address that is answered for. */
enum lifeless { ALIVE, UNHEARD, TRIED_IN_VAIN, UNREACHABLE };

/* Asked in vain with an IP packet, too: not merely an address that nobody tried. */
static bool was_tried_in_vain(const struct facts *facts, const struct claim *claim)
{
	FOR_RECORDS (path, path, &facts->paths)
		if (path->segment == claim->key.segment && mac_equal(path->key.mac, claim->key.mac) &&
		    ip_equal(&path->key.service, &claim->key.ip) && path->silent > 0 && path->accepted == 0)
			return true;
	return false;
}

/* Addresses of the set-up exist, whether or not they were heard. */
static bool is_of_the_setup(const struct facts *facts, const struct ip *ip)
{
	return roles_is_vip(facts, ip) || topology_find_real_server(&facts->roles->topology, ip) ||
	       topology_find_director(&facts->roles->topology, ip);
}

static enum lifeless life_of(const struct facts *facts, const struct claim *claim)
{
	const struct host *host = facts_host(facts, claim->key.segment, &claim->key.ip);

	/* In IPv6 proxies answer sender-0 questions, too (net/ipv6/ndisc.c, ndisc_recv_ns). */
	if (!host || claim->answers == 0 || claim->asks || (claim->probes_answered && claim->key.ip.family == 4) ||
	    mark_is_set(&claim->proofs->delivered) || mark_is_set(&host->alive) ||
	    is_of_the_setup(facts, &claim->key.ip))
		return ALIVE;
	if (mark_is_set(&host->unreachable))
		return UNREACHABLE;
	if (facts_silent_probes(facts, claim) == 0)
		return ALIVE;
	return was_tried_in_vain(facts, claim) ? TRIED_IN_VAIN : UNHEARD;
}

struct tried {
	uint32_t count;
	enum lifeless surest;
};

static struct tried count_lifeless(const struct facts *facts, const struct station *station)
{
	struct tried tried = { .count = 0 };

	FOR_CLAIMS_OF_STATION (facts, station, claim) {
		enum lifeless life = life_of(facts, claim);

		if (life == ALIVE)
			continue;
		if (life > tried.surest)
			tried.surest = life;
		if (++tried.count == FAULT_MAX_EVIDENCE)
			break;
	}
	return tried;
}

static void cite(const struct facts *facts, const struct station *station, struct fault *fault)
{
	char ip[IP_TEXT_SIZE];

	FOR_CLAIMS_OF_STATION (facts, station, claim) {
		const struct host *host = facts_host(facts, claim->key.segment, &claim->key.ip);

		if (life_of(facts, claim) == ALIVE)
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
	struct tried tried = count_lifeless(facts, station);
	struct subject subject = subject_of(facts, station->key.segment, NULL, &station->key.mac, NULL);
	char mac[MAC_TEXT_SIZE];
	struct fault *fault;

	if (tried.count == 0 || (tried.count < 2 && tried.surest != UNREACHABLE))
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
