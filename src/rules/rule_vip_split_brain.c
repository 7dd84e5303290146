// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rivals.h"
#include "rules/rule_common.h"
#include "rules/vip_holder.h"

enum { SHARED_ANSWERS = 2 };

static bool has_address(const struct group_router *router, const struct ip *ip)
{
	for (int i = 0; i < router->address_count; i++)
		if (ip_equal(&router->addresses[i], ip))
			return true;
	return false;
}

/* Both directors' answers to one question, where such a question was asked. */
static void cite_answers(const struct facts *facts, uint32_t segment, const struct ip *vip, struct fault *fault)
{
	const struct host *host = facts_host(facts, segment, vip);
	int looked_at = 0;

	if (!host)
		return;
	FOR_CLAIMS_OF_HOST (facts, host, claim) {
		char mac[MAC_TEXT_SIZE];

		mac_format(claim->key.mac, mac);
		if (claim->shared > 0)
			fault_cite(fault, facts, segment, &claim->proofs->shared_answer,
				   "%s answers the same question as another MAC", mac);
		if (claim->probes_shared > 0)
			fault_cite(fault, facts, segment, &claim->proofs->probe_answer,
				   "%s answers the sender-0 probe, too", mac);
		if (++looked_at == MOST_RIVALS)
			break;
	}
}

/* --- two routers that advertise at once ---------------------------------------------------------------------------
 */

static void report_vip(struct findings *findings, const struct group *group, const struct group_router *lesser,
		       const struct group_router *better, const struct ip *vip)
{
	const struct facts *facts = findings->facts;
	uint32_t segment = group->key.segment;
	const struct mac *mac = mac_vrrp_vrid(lesser->mac) < 0 ? &lesser->mac : NULL;
	struct subject subject = subject_of(facts, segment, vip, mac, vip);
	struct fault *fault =
	    findings_add(findings, SEVERITY_ERROR,
			 lesser->most_defiance >= PROVEN_DEFIANCE ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY, &subject);
	char address[IP_TEXT_SIZE], low[WHO_SIZE], high[WHO_SIZE], from[IP_TEXT_SIZE];

	fault_set_summary(fault,
			  "two directors are master of the VIP %s at once: %s with priority %u advertises VRID %u "
			  "against %s with priority %u",
			  ip_format(vip, address), who(&lesser->source, lesser->mac, low), lesser->priority,
			  group->key.vrid, who(&better->source, better->mac, high), better->priority);
	ip_format(&lesser->source, from);
	fault_add_remedy(fault, "On %s, which does not hear the better router: tcpdump -eni eth0 'ip proto 112'", from);
	fault_cite(fault, facts, segment, &better->first, "advertisement of VRID %u, priority %u", group->key.vrid,
		   better->priority);
	fault_cite(fault, facts, segment, &lesser->first_defiance, "%s advertises beside it, priority %u", from,
		   lesser->priority);
	fault_cite(fault, facts, segment, &lesser->last_defiance, "and goes on: %u in a row", lesser->most_defiance);
	cite_answers(facts, segment, vip, fault);
	fault_count(fault, lesser->most_defiance, lesser->first_defiance.time, lesser->last_defiance.time);
}

static void judge_group(struct findings *findings, const struct group *group)
{
	for (int i = 0; i < group->router_count; i++) {
		const struct group_router *lesser = &group->routers[i];
		const struct group_router *better = router_defied(group, lesser);

		if (!router_is_defiant(lesser) || !better)
			continue;
		for (int k = 0; k < lesser->address_count; k++)
			if (has_address(better, &lesser->addresses[k]))
				report_vip(findings, group, lesser, better, &lesser->addresses[k]);
	}
}

/* --- two directors that answer at once, without VRRP in sight -------------------------------------------------------
 */

static bool both_answer(const struct claim *claim)
{
	return !rival_is_designed(claim->key.mac) && (claim->probes_shared > 0 || claim->shared >= SHARED_ANSWERS);
}

static void report_answers(struct findings *findings, const struct claim *a, const struct claim *b)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, a->key.segment, &a->key.ip, NULL, &a->key.ip);
	bool proven = a->probes_shared > 0 && b->probes_shared > 0 && a->key.ip.family == 4;
	struct fault *fault =
	    findings_add(findings, SEVERITY_ERROR, proven ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY, &subject);
	char vip[IP_TEXT_SIZE], first[MAC_TEXT_SIZE], second[MAC_TEXT_SIZE];

	fault_set_summary(fault, "two directors own the VIP %s at once: %s and %s answer the same questions for it",
			  ip_format(&a->key.ip, vip), mac_format(a->key.mac, first), mac_format(b->key.mac, second));
	cite_answers(facts, a->key.segment, &a->key.ip, fault);
	fault_count(fault, a->shared, a->proofs->shared_answer.time, a->last.time);
}

/* Whether VRRP shows it, in whichever capture: then that is the better proof. */
static bool is_shown_by_vrrp(const struct facts *facts, const struct ip *vip)
{
	FOR_RECORDS (group, group, &facts->groups) {
		if (!group_is_split(group))
			continue;
		for (int i = 0; i < group->router_count; i++)
			if (has_address(&group->routers[i], vip))
				return true;
	}
	return false;
}

static bool judge_vip(struct findings *findings, const struct host *host)
{
	const struct facts *facts = findings->facts;
	const struct claim *first = NULL;
	int looked_at = 0;

	FOR_CLAIMS_OF_HOST (facts, host, claim) {
		enum confidence confidence;

		if (!both_answer(claim) || claim_is_late_proxy(facts, claim, &confidence))
			continue;
		if (first && rivals_are_directors(facts, first, claim) && !rivals_are_one_host(facts, first, claim)) {
			report_answers(findings, first, claim);
			return true;
		}
		if (!first)
			first = claim;
		if (++looked_at == MOST_RIVALS)
			break;
	}
	return false;
}

/* --- one director that answers the other's probe --------------------------------------------------------------------
 */

/* NULL also where the claim is this machine's own. */
static const struct held_address *find_held(const struct facts *facts, const struct claim *claim)
{
	const struct input_facts *input = &facts->inputs[facts_input_of(facts, claim->key.segment)];
	const struct held_address *found = NULL;

	for (uint32_t i = 0; i < input->held_count; i++) {
		if (!ip_equal(&input->held[i].ip, &claim->key.ip))
			continue;
		if (mac_equal(input->held[i].mac, claim->key.mac))
			return NULL;
		found = &input->held[i];
	}
	return found;
}

/* The capturing machine's own kernel does not hear its questions, and would not answer them. */
static bool is_held_here_too(const struct facts *facts, const struct claim *claim)
{
	enum confidence confidence;

	return find_held(facts, claim) && !rival_is_designed(claim->key.mac) &&
	       ownership_of(facts, claim).own == OWN_YES && !claim_is_late_proxy(facts, claim, &confidence) &&
	       !vip_holder_is_real_server(facts, claim, &confidence);
}

static void report_held(struct findings *findings, const struct claim *claim)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, claim->key.segment, &claim->key.ip, &claim->key.mac, &claim->key.ip);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, CONFIDENCE_PROVEN, &subject);
	char vip[IP_TEXT_SIZE], here[MAC_TEXT_SIZE], there[MAC_TEXT_SIZE];

	fault_set_summary(fault,
			  "two directors own the VIP %s at once: this machine (%s) holds it, and %s answers for it",
			  ip_format(&claim->key.ip, vip), mac_format(find_held(facts, claim)->mac, here),
			  mac_format(claim->key.mac, there));
	fault_cite(fault, facts, claim->key.segment, &claim->answer, "%s answers for it", there);
	fault_cite(fault, facts, claim->key.segment, &claim->proofs->probe_answer, "%s answers the sender-0 probe, too",
		   there);
	fault_cite(fault, facts, claim->key.segment, &claim->proofs->delivered,
		   "%s answers a TTL-1 packet for it: no router stands there", there);
	fault_count(fault, claim->count, claim->first.time, claim->last.time);
}

static void judge_held(struct findings *findings, const struct host *host)
{
	const struct facts *facts = findings->facts;
	int looked_at = 0;

	FOR_CLAIMS_OF_HOST (facts, host, claim) {
		if (is_held_here_too(facts, claim)) {
			report_held(findings, claim);
			return;
		}
		if (++looked_at == MOST_RIVALS)
			break;
	}
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (group, group, &facts->groups)
		judge_group(findings, group);
	FOR_RECORDS (host, host, &facts->hosts) {
		if (!roles_is_vip(facts, &host->key.ip) || is_shown_by_vrrp(facts, &host->key.ip))
			continue;
		if (host->claim_count < 2 || !judge_vip(findings, host))
			judge_held(findings, host);
	}
}

const struct rule rule_vip_split_brain = {
	.id = "vip-split-brain",
	.severity = SEVERITY_ERROR,
	.summary = "Two directors own the VIP at once: a split brain.",
	.why =
	    "A VRRP backup that hears no advertisements from the master for three intervals takes over. When they are "
	    "sent but do not arrive (a packet filter that drops IP protocol 112, multicast snooping without a "
	    "querier, VRRP instances with different versions, intervals or passwords, a filter on the virtual switch) "
	    "both are master, both answer for the VIP, and each announces it again and again.",
	.proof =
	    "Proven by three advertisements in a row from a router although a better one advertises: a router that "
	    "hears a higher priority falls silent at once (RFC 5798 section 6.4.3). Without VRRP in the capture, by "
	    "two directors that both answer the same sender-0 probe, or by one that answers the other's.",
	.effect =
	    "Each client reaches the director that its neighbour cache happens to name; entries flip, connections "
	    "break when they do, and both directors schedule to the same real servers.",
	.remedies = { "Let the advertisements in on both directors: iptables -I INPUT -p 112 -j ACCEPT, or nft insert "
		      "rule inet filter input ip protocol vrrp accept.",
		      "Where multicast is lost, use unicast in keepalived's vrrp_instance: unicast_src_ip OWN; "
		      "unicast_peer "
		      "{ OTHER }.",
		      "Compare on both: virtual_router_id, vrrp_version, advert_int, authentication and "
		      "virtual_ipaddress "
		      "of the instance; journalctl -u keepalived names a mismatch.",
		      "On a bridge with IGMP snooping: echo 1 > /sys/class/net/BRIDGE/bridge/multicast_querier, or 0 > "
		      "multicast_snooping." },
	.no_help = "Different priorities, preempt or nopreempt do not help: they are compared only with advertisements "
		   "that arrive. More gratuitous ARP makes the entries flip more often.",
	.sources = "RFC 5798 sections 6.4.2 and 6.4.3, RFC 3768 section 6.4, keepalived.conf(5)",
	.conclude = conclude,
};
