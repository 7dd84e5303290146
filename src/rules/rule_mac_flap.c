// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rivals.h"
#include "rules/rule_common.h"

enum { BACK_AND_FORTH = 2, SHARED_ANSWERS = 2 };
/* Slower changes are operators' or a laptop's between two docks. */
#define SLOWEST (10 * 60 * NANOS_PER_SECOND)

static bool is_fast(const struct host *host)
{
	return host->moves_back >= BACK_AND_FORTH &&
	       (host->moved.time - host->first_back.time) / (host->moves_back - 1) <= SLOWEST;
}

/* Load sharing tells each asker one MAC for good (balance-alb, GLBP): nobody sees the address move. */
static bool have_common_asker(const struct claim *a, const struct claim *b)
{
	const size_t count = sizeof a->askers / sizeof a->askers[0];

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (!mac_is_zero(a->askers[i]) && mac_equal(a->askers[i], b->askers[k]))
				return true;
	return false;
}

/*
 * Where each MAC answers askers of its own and nothing is announced, the address is shared out; its questions to all
 * go out by one of the two ports, and neighbours are told which one is theirs afterwards (bonding.rst, balance-alb).
 */
static bool is_balanced(const struct claim *a, const struct claim *b)
{
	return a->answers > 0 && b->answers > 0 && a->shared + b->shared == 0 &&
	       a->announcements + b->announcements == 0 && !have_common_asker(a, b);
}

/* Each has said so again, as it must where the address came back to it. */
static bool is_told_unasked(const struct claim *claim)
{
	return claim->announcements + claim->asks + claim->unsolicited >= BACK_AND_FORTH;
}

static bool is_owner_like(const struct facts *facts, const struct claim *claim)
{
	struct ownership ownership = ownership_of(facts, claim);

	return claim->shared < SHARED_ANSWERS && !rival_is_designed(claim->key.mac) && ownership.own != OWN_NO &&
	       !ownership.suspected && claim->relayed * 2U < claim->count;
}

/* What the rules about VIPs report: VRRP's own moves, and real servers that speak for the VIP. */
static bool is_explained_by_roles(const struct facts *facts, const struct claim *a, const struct claim *b)
{
	uint32_t segment = a->key.segment;
	const struct ip *ip = &a->key.ip;

	if (rival_group(facts, segment, ip) && rivals_are_directors(facts, a, b))
		return true;
	return roles_is_vip(facts, ip) && (roles_is_real_server(facts, segment, a->key.mac, ip) ||
					   roles_is_real_server(facts, segment, b->key.mac, ip));
}

static bool is_flapping(const struct facts *facts, const struct claim *a, const struct claim *b)
{
	if (!a || !b || !is_owner_like(facts, a) || !is_owner_like(facts, b) || is_explained_by_roles(facts, a, b))
		return false;
	return (is_told_unasked(a) && is_told_unasked(b) && !is_balanced(a, b)) || have_common_asker(a, b);
}

static void report(struct findings *findings, const struct host *host, const struct claim *a, const struct claim *b)
{
	const struct facts *facts = findings->facts;
	uint32_t segment = host->key.segment;
	struct subject subject = subject_of(facts, segment, &host->key.ip, NULL, NULL);
	char ip[IP_TEXT_SIZE], first[MAC_TEXT_SIZE], second[MAC_TEXT_SIZE];
	struct fault *fault;

	if (roles_is_vip(facts, &host->key.ip))
		subject.vip = host->key.ip;
	fault = findings_add(findings, SEVERITY_WARNING, CONFIDENCE_LIKELY, &subject);
	mac_format(a->key.mac, first);
	mac_format(b->key.mac, second);
	fault_set_summary(fault, "%s moves back and forth between %s and %s: %u times", ip_format(&host->key.ip, ip),
			  first, second, host->moves);
	fault_cite(fault, facts, segment, &a->first, "%s is at %s", ip, first);
	fault_cite(fault, facts, segment, &b->first, "%s is at %s", ip, second);
	fault_cite(fault, facts, segment, &host->first_back, "it is back for the first time");
	fault_cite(fault, facts, segment, &host->moved, "the latest move");
	fault_count(fault, host->moves, a->first.time < b->first.time ? a->first.time : b->first.time,
		    host->moved.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (host, host, &facts->hosts) {
		const struct claim *a, *b;

		if (!is_fast(host))
			continue;
		a = facts_claim(facts, host->key.segment, &host->key.ip, host->previous);
		b = facts_claim(facts, host->key.segment, &host->key.ip, host->current);
		if (is_flapping(facts, a, b))
			report(findings, host, a, b);
	}
}

const struct rule rule_mac_flap = {
	.id = "mac-flap",
	.severity = SEVERITY_WARNING,
	.summary = "An address moves back and forth between two MACs.",
	.why =
	    "Two machines take turns in claiming the address: a cluster manager whose nodes do not see each other or "
	    "that restarts the service again and again, a cloned guest that is reached only at times, two interfaces "
	    "of one host in one segment, or a forger beside the owner.",
	.proof = "Likely when the address returns twice or more to a MAC that it had left, without VRRP moving it. Two "
		 "answers to one question would prove two owners (duplicate-ip).",
	.effect =
	    "Every move breaks the connections through the MAC that is left, and neighbours that miss one send to "
	    "the wrong machine.",
	.remedies = { "Find both machines: bridge fdb show | grep MAC; ip neigh show to ADDRESS, several times.",
		      "A cluster: look why it moves the address (pcs status, crm_mon -1, journalctl -u keepalived), "
		      "and "
		      "repair fencing or the link between its nodes.",
		      "One host with two interfaces: sysctl -w net.ipv4.conf.all.arp_ignore=1 "
		      "net.ipv4.conf.all.arp_announce=2" },
	.no_help = "A longer ARP age on the neighbours does not help: claims overwrite entries whatever their age.",
	.sources = "RFC 826, RFC 5227 section 2.4",
	.conclude = conclude,
};
