// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

enum { VAIN_QUESTIONS = 3 };

/* How old an answer on another interface may be: who asks by several asks by all of them at the same time. */
#define BESIDE_TIME (10 * NANOS_PER_SECOND)

static bool is_claimed_since(const struct facts *facts, const struct host *host, nanos since)
{
	int looked_at = 0;

	FOR_CLAIMS_OF_HOST (facts, host, claim) {
		if (claim->last.time > since)
			return true;
		if (++looked_at == 64)
			break;
	}
	return false;
}

/*
 * The machine that captured asks by several interfaces (a router between guests does): where one of them leads to the
 * VIP, the others need not.
 */
static bool is_claimed_beside(const struct facts *facts, const struct host *host)
{
	uint32_t input = facts_input_of(facts, host->key.segment);

	FOR_RECORDS (host, other, &facts->hosts)
		if (other->key.segment != host->key.segment && ip_equal(&other->key.ip, &host->key.ip) &&
		    facts_input_of(facts, other->key.segment) == input &&
		    facts_segment(facts, other->key.segment)->key.interface !=
			facts_segment(facts, host->key.segment)->key.interface &&
		    is_claimed_since(facts, other, host->first_unanswered.time - BESIDE_TIME))
			return true;
	return false;
}

/* Who spoke for the address last, before it fell silent. */
static const struct claim *last_holder(const struct facts *facts, const struct host *host)
{
	const struct claim *last = NULL;
	int looked_at = 0;

	FOR_CLAIMS_OF_HOST (facts, host, claim) {
		if (!last || claim->last.time > last->last.time)
			last = claim;
		if (++looked_at == 64)
			break;
	}
	return last;
}

static void report(struct findings *findings, const struct host *host)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, host->key.segment, &host->key.ip, NULL, &host->key.ip);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, CONFIDENCE_PROVEN, &subject);
	const struct claim *holder = last_holder(facts, host);
	char vip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE], asker[MAC_TEXT_SIZE];

	ip_format(&host->key.ip, vip);
	mac_format(host->last_asker, asker);
	if (holder)
		fault_set_summary(fault,
				  "nobody answers for the VIP %s any more: %u questions in a row went unanswered; %s "
				  "spoke for it last",
				  vip, host->unanswered_row, mac_format(holder->key.mac, mac));
	else
		fault_set_summary(fault, "nobody answers for the VIP %s: %u questions in a row went unanswered", vip,
				  host->unanswered_row);
	if (holder)
		fault_cite(fault, facts, host->key.segment, &holder->last, "the last word about %s: at %s", vip, mac);
	fault_cite(fault, facts, host->key.segment, &host->first_unanswered, "who has %s? no answer in 1.2 s", vip);
	fault_cite(fault, facts, host->key.segment, &host->last_unanswered, "%s asks again: no answer", asker);
	fault_count(fault, host->unanswered_row, host->first_unanswered.time, host->last_unanswered.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (host, host, &facts->hosts)
		if (facts_vain_questions(facts, host) >= VAIN_QUESTIONS && roles_is_vip(facts, &host->key.ip) &&
		    !is_claimed_since(facts, host, host->last_unanswered.time) && !is_claimed_beside(facts, host))
			report(findings, host);
}

const struct rule rule_vip_unanswered = {
	.id = "vip-unanswered",
	.severity = SEVERITY_ERROR,
	.summary = "Nobody answers ARP or neighbour discovery for the VIP.",
	.why =
	    "No director holds the VIP on the interface of this segment: keepalived is not running or in FAULT state, "
	    "the address is missing, stands on lo with arp_ignore=1 on the director as on a real server, is in another "
	    "VLAN, or a virtual switch drops the answers.",
	.proof = "Proven by three ordinary questions in a row without an answer within 1.2 s, seen where the answers "
		 "would have been seen, and no word for the address since.",
	.effect =
	    "The service is down for everybody in this segment, the router included: clients see host unreachable "
	    "after about three seconds.",
	.remedies = { "On the director that should be master: ip -br addr show | grep VIP; if it is missing and no "
		      "keepalived manages it: ip addr add VIP/32 dev eth0.",
		      "With keepalived: systemctl status keepalived; journalctl -u keepalived -n 50, and look for "
		      "FAULT "
		      "and for a failing track_script or track_interface.",
		      "On the director: sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.eth0.arp_ignore; with 1 the "
		      "VIP "
		      "must stand on the interface that the questions come in by, not on lo; 8 answers nothing.",
		      "Watch on the director whether the questions arrive: tcpdump -eni eth0 arp host VIP" },
	.no_help = "Adding the VIP to the real servers' lo does not help: they must not answer for it. Entries in the "
		   "IPVS table do not make the kernel answer ARP either.",
	.sources = "RFC 826, RFC 4861 section 7.2.4, net/ipv4/arp.c (arp_process, arp_ignore)",
	.conclude = conclude,
};
