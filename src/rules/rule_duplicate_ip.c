// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rivals.h"
#include "rules/rule_common.h"
#include "rules/vip_holder.h"

enum {
	LIKELY_ANSWERS = 2, /* a single second answer may be a damaged frame, or a takeover */
	PROVEN_ANSWERS = 3,
};
/* Deliveries further apart may belong to two hosts that had the address one after the other. */
#define DELIVERY_TIME (60 * NANOS_PER_SECOND)

struct rivals {
	const struct claim *a, *b;
	enum confidence confidence;
};

static bool delivered_both(const struct claim *a, const struct claim *b)
{
	nanos apart = a->proofs->delivered.time - b->proofs->delivered.time;

	return a->key.ip.family == 4 && mark_is_set(&a->proofs->delivered) && mark_is_set(&b->proofs->delivered) &&
	       a->first.time < b->proofs->delivered.time && b->first.time < a->proofs->delivered.time &&
	       apart < DELIVERY_TIME && -apart < DELIVERY_TIME && a->shared + b->shared > 0;
}

/* A stranger's frame that carries the answer: a relay, or damage; not the owner. */
static bool speaks_itself(const struct claim *claim)
{
	return claim->relayed * 2U < claim->count;
}

/* Who owns an IPv6 address overrides what others believe; without that flag it is anycast, or a proxy's answer (RFC
 * 4861 section 7.2.7). */
static bool is_anycast(const struct claim *claim)
{
	return claim->key.ip.family == 6 && claim->override_missing > 0 &&
	       claim->override_missing >= claim->broadcast_delays;
}

static bool could_own(const struct facts *facts, const struct claim *claim)
{
	struct ownership ownership;
	enum confidence confidence;

	if (claim->shared == 0 || !speaks_itself(claim) || is_anycast(claim) || rival_is_designed(claim->key.mac) ||
	    ip_is_zero(&claim->key.ip))
		return false;
	ownership = ownership_of(facts, claim);
	if (ownership.suspected || (ownership.own == OWN_NO && ownership.ground != GROUND_KNOWN_DIFFERS))
		return false;
	return !claim_is_late_proxy(facts, claim, &confidence);
}

/* Both answered sender-0 probes, which in IPv6 proxies answer, too. */
static bool answered_probes(const struct claim *a, const struct claim *b)
{
	return a->key.ip.family == 4 && a->probes_shared > 0 && b->probes_shared > 0;
}

static bool judge(const struct claim *a, const struct claim *b, enum confidence *confidence)
{
	uint32_t shared = a->shared < b->shared ? a->shared : b->shared;

	if (shared < LIKELY_ANSWERS && !delivered_both(a, b))
		return false;
	*confidence = CONFIDENCE_LIKELY;
	if (answered_probes(a, b) || delivered_both(a, b) || shared >= PROVEN_ANSWERS)
		*confidence = CONFIDENCE_PROVEN;
	return true;
}

/* As any of the captures shows. */
static bool is_real_servers(const struct facts *facts, const struct claim *claim)
{
	for (uint32_t i = 0; i < facts->segments.count; i++) {
		const struct claim *twin = facts_claim(facts, i, &claim->key.ip, claim->key.mac);
		enum confidence confidence;

		if (twin && vip_holder_is_real_server(facts, twin, &confidence))
			return true;
	}
	return false;
}

/* What the rules about VIPs report. */
static bool is_vip_matter(const struct facts *facts, const struct claim *a, const struct claim *b)
{
	enum confidence confidence;

	return roles_is_vip(facts, &a->key.ip) &&
	       (rivals_are_directors(facts, a, b) || is_real_servers(facts, a) || is_real_servers(facts, b) ||
		vip_holder_is_real_server(facts, a, &confidence) || vip_holder_is_real_server(facts, b, &confidence));
}

static bool find_rivals(const struct facts *facts, const struct host *host, struct rivals *rivals)
{
	int looked_at = 0;

	rivals->a = NULL;
	FOR_CLAIMS_OF_HOST (facts, host, claim) {
		if (++looked_at > MOST_RIVALS)
			return false;
		if (!could_own(facts, claim))
			continue;
		if (!rivals->a) {
			rivals->a = claim;
			continue;
		}
		rivals->b = claim;
		if (judge(rivals->a, claim, &rivals->confidence) && !is_vip_matter(facts, rivals->a, claim))
			return true;
	}
	return false;
}

/* Another address of the MAC than the contested one, in whichever capture. */
static struct ip other_address(const struct facts *facts, const struct claim *claim)
{
	struct ip none = { .family = 0 };

	for (uint32_t i = 0; i < facts->segments.count; i++) {
		struct ip own = roles_own_address(facts, i, claim->key.mac);

		if (own.family == claim->key.ip.family && !ip_equal(&own, &claim->key.ip))
			return own;
	}
	return none;
}

/* Who has an address of its own beside this one came to it as a second one: the intruder, where only one does. */
static const struct claim *intruder(const struct facts *facts, const struct rivals *rivals)
{
	const struct mac *known = topology_known_mac(facts->configured, &rivals->a->key.ip);
	bool other_a = other_address(facts, rivals->a).family != 0;
	bool other_b = other_address(facts, rivals->b).family != 0;

	if (known && mac_equal(*known, rivals->a->key.mac))
		return rivals->b;
	if (known && mac_equal(*known, rivals->b->key.mac))
		return rivals->a;
	if (other_a == other_b)
		return NULL;
	return other_a ? rivals->a : rivals->b;
}

static void cite(const struct facts *facts, const struct claim *claim, struct fault *fault)
{
	uint32_t segment = claim->key.segment;
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	ip_format(&claim->key.ip, ip);
	mac_format(claim->key.mac, mac);
	fault_cite(fault, facts, segment, &claim->proofs->shared_answer,
		   "%s is-at %s: one of two answers to a question", ip, mac);
	fault_cite(fault, facts, segment, &claim->proofs->probe_answer, "%s answers the sender-0 probe for %s", mac,
		   ip);
	fault_cite(fault, facts, segment, &claim->proofs->delivered, "a TTL-1 packet to %s is answered from it", mac);
}

static void summarise(struct fault *fault, const struct facts *facts, const struct rivals *rivals,
		      const struct claim *guest)
{
	char ip[IP_TEXT_SIZE], first[MAC_TEXT_SIZE], second[MAC_TEXT_SIZE], name[WHO_SIZE];
	struct ip own;

	ip_format(&rivals->a->key.ip, ip);
	mac_format(rivals->a->key.mac, first);
	mac_format(rivals->b->key.mac, second);
	if (!guest) {
		fault_set_summary(fault, "two hosts own %s: %s and %s both answer for it", ip, first, second);
		return;
	}
	own = other_address(facts, guest);
	fault_set_summary(fault, "two hosts own %s: %s and %s both answer for it; %s took it as a second address", ip,
			  first, second, who(&own, guest->key.mac, name));
}

static void report(struct findings *findings, const struct rivals *rivals)
{
	const struct facts *facts = findings->facts;
	bool one_host = rivals_are_one_host(facts, rivals->a, rivals->b);
	const struct claim *guest = one_host ? NULL : intruder(facts, rivals);
	struct subject subject =
	    subject_of(facts, rivals->a->key.segment, &rivals->a->key.ip, guest ? &guest->key.mac : NULL, NULL);
	char ip[IP_TEXT_SIZE], first[MAC_TEXT_SIZE], second[MAC_TEXT_SIZE];
	struct fault *fault;

	if (roles_is_vip(facts, &rivals->a->key.ip))
		subject.vip = rivals->a->key.ip;
	fault = findings_add(findings, one_host ? SEVERITY_INFO : SEVERITY_ERROR,
			     one_host ? CONFIDENCE_LIKELY : rivals->confidence, &subject);
	if (one_host) {
		fault_set_summary(fault, "%s and %s both answer for %s: one host with two interfaces in one segment",
				  mac_format(rivals->a->key.mac, first), mac_format(rivals->b->key.mac, second),
				  ip_format(&rivals->a->key.ip, ip));
		fault_set_effect(fault, "Neighbours reach the host by either interface, whichever answers first.");
		fault_add_remedy(fault, "On that host, so that each interface answers for its own address only: sysctl "
					"-w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2");
	} else {
		summarise(fault, facts, rivals, guest);
	}
	cite(facts, rivals->a, fault);
	cite(facts, rivals->b, fault);
	fault_count(fault, rivals->b->shared, rivals->b->proofs->shared_answer.time, rivals->b->last.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (host, host, &facts->hosts) {
		struct rivals rivals;

		if (host->claim_count > 1 && find_rivals(facts, host, &rivals))
			report(findings, &rivals);
	}
}

const struct rule rule_duplicate_ip = {
	.id = "duplicate-ip",
	.severity = SEVERITY_ERROR,
	.summary = "Two hosts own one address.",
	.why =
	    "The same address was configured on two machines: by hand, by a cloned guest, by a DHCP range that covers "
	    "static addresses, or left behind where a service was moved. Both answer every question for it.",
	.proof = "Proven when both MACs answer the same sender-0 probe, which proxies do not, or both deliver a TTL-1 "
		 "packet, or both answer three questions; two questions make it likely. One double answer is no "
		 "evidence, and an address that moves with an announcement is no duplicate.",
	.effect = "Each neighbour talks to whichever answered it last. Connections hang or are reset when an entry "
		  "changes; health checks succeed on one machine and requests reach the other.",
	.remedies = { "Find the switch port or guest of each MAC: bridge fdb show | grep MAC; on a Xen host: xl "
		      "network-list "
		      "GUEST.",
		      "Remove the address where it does not belong: ip addr del ADDRESS/PREFIX dev IFACE, and in its "
		      "configuration.",
		      "Where the address is a VIP, one of the two is a real server that must not answer: there, sysctl "
		      "-w "
		      "net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2; name the VIP with --vip.",
		      "Before an address is used: arping -D -c 3 -I IFACE ADDRESS (exit status 1: it is taken)." },
	.no_help =
	    "A static neighbour entry or gratuitous ARP from the right host helps single neighbours only until the "
	    "next question. arp_filter does not silence answers to sender-0 probes.",
	.sources = "RFC 5227 sections 2.1 and 2.4, RFC 4862 section 5.4, net/ipv4/arp.c (arp_process)",
	.conclude = conclude,
};
