// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rivals.h"
#include "rules/rule_common.h"

/* Who answered the same question first: of all the others the one with the best claim. */
static const struct claim *owner_beside(const struct facts *facts, const struct claim *late)
{
	const struct host *host = facts_host(facts, late->key.segment, &late->key.ip);
	const struct claim *best = NULL;
	int looked_at = 0;

	if (!host)
		return NULL;
	FOR_CLAIMS_OF_HOST (facts, host, claim) {
		if (!mac_equal(claim->key.mac, late->key.mac) && claim->shared > 0 &&
		    (!best || claim->probes_answered > best->probes_answered))
			best = claim;
		if (++looked_at == MOST_RIVALS)
			break;
	}
	return best;
}

static void cite(const struct facts *facts, const struct claim *late, const struct claim *owner, struct fault *fault)
{
	uint32_t segment = late->key.segment;
	char mac[MAC_TEXT_SIZE], first[MAC_TEXT_SIZE];

	mac_format(late->key.mac, mac);
	fault_cite(fault, facts, segment, &late->proofs->shared_other, "first answer to a question");
	fault_cite(fault, facts, segment, &late->proofs->shared_answer, "second answer to the same question, from %s",
		   mac);
	if (late->broadcast_delays)
		fault_cite(fault, facts, segment, &late->slowest, "%s answers after %u ms", mac,
			   late->delay_most / 1000);
	if (owner)
		fault_cite(fault, facts, segment, &owner->proofs->probe_answer, "%s answers the sender-0 probe",
			   mac_format(owner->key.mac, first));
	if (facts_silent_probes(facts, late))
		fault_cite(fault, facts, segment, &late->proofs->probe_silence, "sender-0 probe: %s lets it pass", mac);
	fault_count(fault, late->late, late->answer.time, late->last.time);
}

static void report(struct findings *findings, const struct claim *late, enum confidence confidence)
{
	const struct facts *facts = findings->facts;
	const struct claim *owner = owner_beside(facts, late);
	struct ip self = roles_own_address(facts, late->key.segment, late->key.mac);
	struct subject subject = subject_of(facts, late->key.segment, &late->key.ip, &late->key.mac, NULL);
	bool ours = is_of_set_up(facts, &late->key.ip);
	char ip[IP_TEXT_SIZE], first[MAC_TEXT_SIZE], name[WHO_SIZE];
	struct fault *fault;

	if (roles_is_vip(facts, &late->key.ip))
		subject.vip = late->key.ip;
	fault = findings_add(findings, ours ? SEVERITY_ERROR : SEVERITY_INFO, confidence, &subject);
	if (ip_equal(&self, &late->key.ip))
		self.family = 0;
	ip_format(&late->key.ip, ip);
	if (owner)
		fault_set_summary(fault, "%s answers late for %s, after %s did: a proxy, not its owner",
				  who(&self, late->key.mac, name), ip, mac_format(owner->key.mac, first));
	else
		fault_set_summary(fault, "%s answers late for %s, after another MAC did: a proxy, not its owner",
				  who(&self, late->key.mac, name), ip);
	if (!ours)
		fault_set_effect(fault,
				 "None for the set-up, to which %s does not belong. Hosts that take the last "
				 "answer send their frames for it to the proxy.",
				 ip);
	cite(facts, late, owner, fault);
}

/* A proxy for hosts' own addresses is mac-substituted: here it is told of only where that is not proven. */
static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (claim, claim, &facts->claims) {
		enum confidence confidence;

		if (claim_is_late_proxy(facts, claim, &confidence) &&
		    (roles_is_vip(facts, &claim->key.ip) || ownership_of(facts, claim).own != OWN_NO))
			report(findings, claim, confidence);
	}
}

const struct rule rule_late_second_answer = {
	.id = "late-second-answer",
	.severity = SEVERITY_ERROR,
	.summary = "A second MAC answers for an address, later than its owner: a proxy such as the backup director.",
	.why =
	    "A Linux host answers ARP for an address that is not its own when proxy_arp is on and its route to the "
	    "address leaves by another interface, when proxy_arp_pvlan is on and the route leaves by the same one, or "
	    "when it has a proxy entry for the address. On a backup director each of these makes it answer for the "
	    "VIP beside the master. Such answers wait a random time of up to 0.8 s, so they come last.",
	.proof = "Proven when the MAC answers ordinary questions and lets sender-0 probes pass: an owner answers both, "
		 "the kernel's proxy paths never answer a probe. Several answers that come more than 100 ms after "
		 "another MAC's make it likely.",
	.effect =
	    "Neighbours that believe the last answer send the service's traffic to a host that is not in charge of "
	    "it. It begins when an entry is refreshed, minutes after everything looked well, and seems to come and "
	    "go.",
	.remedies = { "On the host that answers late: sysctl net.ipv4.conf.all.proxy_arp net.ipv4.conf.IFACE.proxy_arp "
		      "net.ipv4.conf.IFACE.proxy_arp_pvlan, and set what is 1 to 0 with sysctl -w.",
		      "There, too: ip neigh show proxy, and ip neigh del proxy ADDRESS dev IFACE for each entry that "
		      "nobody needs.",
		      "Check its route to the address: ip route get ADDRESS. A route by another interface is what "
		      "proxy "
		      "ARP acts on." },
	.no_help =
	    "arp_ignore, arp_announce and arp_filter do not help: the kernel does not consult them on the proxy's "
	    "path. More gratuitous ARP from the master repairs the entries only until the next late answer.",
	.sources = "net/ipv4/arp.c (arp_process, arp_fwd_proxy, arp_fwd_pvlan, pneigh_enqueue), RFC 1027, RFC 5227 "
		   "section 2.1.1",
	.conclude = conclude,
};
