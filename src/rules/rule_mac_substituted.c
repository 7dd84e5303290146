// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/lifeless.h"
#include "rules/rivals.h"
#include "rules/rule_common.h"

/* What answers instead of the host, in the words of its operator. */
static const char *answerer(const struct claim *claim)
{
	const struct mac_kind *kind = mac_kind_of(claim->key.mac);

	if (strcmp(kind->name, "xen-vif-backend") == 0)
		return "Dom0, the Xen host";
	if (kind->traits & MAC_TRAIT_BACKEND)
		return "the hypervisor";
	return "a proxy ARP router";
}

static void summarise(struct fault *fault, const struct claim *claim, const struct ownership *ownership)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE], owner[IP_TEXT_SIZE], own[MAC_TEXT_SIZE];
	const char *known_owner =
	    ownership->owner.family ? ip_format(&ownership->owner, owner) : "its own address unknown";

	ip_format(&claim->key.ip, ip);
	mac_format(claim->key.mac, mac);
	if (ownership->suspected)
		fault_set_summary(fault, "%s is at %s, perhaps not its own MAC: %s", ip, mac,
				  ownership_reason(ownership->ground));
	else if (ownership->has_true_mac)
		fault_set_summary(fault, "%s is at %s here, but its own MAC is %s: %s (%s) answers for it", ip, mac,
				  mac_format(ownership->true_mac, own), answerer(claim), known_owner);
	else
		fault_set_summary(fault, "%s is at %s, which is not its own MAC: %s (%s) answers for it", ip, mac,
				  answerer(claim), known_owner);
}

static void report(struct findings *findings, const struct claim *claim, const struct ownership *ownership)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, claim->key.segment, &claim->key.ip, &claim->key.mac, NULL);
	enum severity severity = SEVERITY_ERROR;
	struct fault *fault;

	if (claim_is_emulation(facts, claim) || !roles_need_true_macs(facts) ||
	    ownership->confidence == CONFIDENCE_HINT)
		severity = SEVERITY_INFO;
	if (roles_is_vip(facts, &claim->key.ip))
		subject.vip = claim->key.ip;
	fault = findings_add(findings, severity, ownership->confidence, &subject);
	summarise(fault, claim, ownership);
	if (!roles_need_true_macs(facts))
		fault_set_effect(fault,
				 "None for VS/TUN and VS/NAT, which work across a router. VS/DR would not work here.");
	ownership_cite(facts, claim, ownership, fault);
	fault_count(fault, claim->count, claim->first.time, claim->last.time);
}

/* late-second-answer tells of a proxy beside the VIP's owner, and what to do there. */
static bool is_beside_owner(const struct facts *facts, const struct claim *claim)
{
	enum confidence confidence;

	return roles_is_vip(facts, &claim->key.ip) && !(mac_kind_of(claim->key.mac)->traits & MAC_TRAIT_BACKEND) &&
	       claim_is_late_proxy(facts, claim, &confidence);
}

/*
 * blanket-proxy tells of addresses that were tried, and that nobody owns; where it is as sure as can be, of those that
 * nothing was ever heard of, too.
 */
static bool is_nobodys(const struct facts *facts, const struct claim *claim)
{
	const struct station *station = facts_station(facts, claim->key.segment, claim->key.mac);
	enum lifeless life = station ? lifeless_of(facts, claim) : ALIVE;
	struct lifeless_count tried;

	if (life == ALIVE)
		return false;
	tried = lifeless_count(facts, station);
	return life == UNHEARD ? tried.surest == UNREACHABLE : lifeless_is_enough(tried);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (claim, claim, &facts->claims) {
		struct ownership ownership = ownership_of(facts, claim);

		if ((ownership.own == OWN_NO || ownership.suspected) && !is_beside_owner(facts, claim) &&
		    !is_nobodys(facts, claim))
			report(findings, claim, &ownership);
	}
}

const struct rule rule_mac_substituted = {
	.id = "mac-substituted",
	.severity = SEVERITY_ERROR,
	.summary = "An address resolves to a MAC that is not its own: somebody answers ARP on its behalf.",
	.why = "A host with proxy ARP answers questions for addresses that it can route to. Xen's vif-route switches "
	       "it on for "
	       "every guest interface, so that in each guest every neighbour appears at the backend's MAC "
	       "fe:ff:ff:ff:ff:ff. A "
	       "VS/DR director changes nothing in a packet but the destination MAC; with a substituted MAC the frame "
	       "ends in "
	       "the proxy and never reaches the real server.",
	.proof = "Proven by a TTL-1 packet that comes back as Time Exceeded from that MAC, by an ordinary question "
		 "answered and "
		 "a sender-0 probe not, by the same packet seen elsewhere at the host's own MAC, or by two stacks with "
		 "different "
		 "TTLs behind one MAC. The MAC's prefix and the random delay of the answers only hint at it.",
	.effect = "The VIP may answer ping, the service never does: frames for the real server end in the host that "
		  "answered.",
	.remedies = { "On the Xen host, bridge the guests: vif = [ 'mac=...,bridge=xenbr0,script=vif-bridge' ] instead "
		      "of "
		      "script=vif-route, then restart the guests.",
		      "Or forward with VS/TUN: ipvsadm -e -t VIP:PORT -r RIP -i (keepalived: lvs_method TUN), with the "
		      "VIP on "
		      "tunl0 of each real server; it works across a router.",
		      "Or forward with VS/NAT: ipvsadm -e -t VIP:PORT -r RIP -m (keepalived: lvs_method NAT)." },
	.no_help = "arp_ignore and arp_announce do not help: the kernel's proxy ARP does not consult them. Switching "
		   "proxy_arp off "
		   "alone only makes the address unreachable, since the hosts still do not share a segment.",
	.sources = "net/ipv4/arp.c (arp_process, arp_fwd_proxy), RFC 1027, RFC 5227 section 2.1.1, Xen "
		   "tools/hotplug/Linux/vif-route",
	.conclude = conclude,
};
