// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"
#include "rules/vip_holder.h"

static void report(struct findings *findings, const struct claim *claim, enum confidence confidence)
{
	const struct facts *facts = findings->facts;
	struct ip ip = vip_holder_address(facts, claim);
	struct subject subject = subject_of(facts, claim->key.segment, &ip, &claim->key.mac, &claim->key.ip);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, confidence, &subject);
	char vip[IP_TEXT_SIZE], name[WHO_SIZE];

	ip_format(&claim->key.ip, vip);
	fault_set_summary(fault, "real server %s answers ARP for the VIP %s", who(&ip, claim->key.mac, name), vip);
	fault_cite(fault, facts, claim->key.segment, &claim->answer, "%s is-at the real server's MAC", vip);
	fault_cite(fault, facts, claim->key.segment, &claim->proofs->probe_answer,
		   "it answers the sender-0 probe for the VIP, too");
	fault_cite(fault, facts, claim->key.segment, &claim->proofs->unicast_answer,
		   "it answers a question sent to it alone");
	fault_cite(fault, facts, claim->key.segment, &claim->proofs->shared_other,
		   "another MAC answered the same question");
	fault_count(fault, claim->answers + claim->probes_answered, claim->answer.time, claim->last.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (claim, claim, &facts->claims) {
		enum confidence confidence;

		if (claim->answers + claim->probes_answered > 0 && vip_holder_is_real_server(facts, claim, &confidence))
			report(findings, claim, confidence);
	}
}

const struct rule rule_rs_answers_vip = {
	.id = "rs-answers-vip",
	.severity = SEVERITY_ERROR,
	.summary = "ARP flux: a real server answers ARP for the VIP.",
	.why =
	    "For VS/DR and VS/TUN every real server holds the VIP, but only the director may answer ARP for it. With "
	    "arp_ignore=0 a Linux host answers on any interface for any of its addresses, those on lo included.",
	.proof = "Proven when the answer comes from a real server's MAC, most reliably to a question sent to that MAC "
		 "alone: a "
		 "broadcast question is a race that the director may win today.",
	.effect = "Who answers first gets the clients: some bypass the director, the load is uneven, and connections "
		  "break when a "
		  "neighbour cache is refreshed. Nothing fails visibly until that server does.",
	.remedies = { "On the real server: sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2",
		      "Make it last: printf 'net.ipv4.conf.all.arp_ignore=1\\nnet.ipv4.conf.all.arp_announce=2\\n' > "
		      "/etc/sysctl.d/60-lvs.conf",
		      "Hold the VIP as /32 on lo: ip addr add VIP/32 dev lo; on eth0 it is answered for even with "
		      "arp_ignore=1." },
	.no_help = "arp_ignore on lo alone does not help: the setting of the interface that the question comes in by "
		   "counts (and "
		   "`all`). arp_filter does not cover sender-0 probes.",
	.sources = "net/ipv4/arp.c (arp_ignore), Documentation/networking/ip-sysctl.rst",
	.conclude = conclude,
};
