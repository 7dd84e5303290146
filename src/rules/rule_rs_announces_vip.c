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
	fault_set_summary(fault, "real server %s %s the VIP %s", who(&ip, claim->key.mac, name),
			  claim->asks ? "asks ARP questions with" : "announces", vip);
	fault_cite(fault, facts, claim->key.segment, &claim->ask,
		   "question with the VIP as sender: all who hear it may learn it");
	fault_cite(fault, facts, claim->key.segment, &claim->announcement, "gratuitous ARP for the VIP");
	if (claim->asks + claim->announcements == 0)
		fault_cite(fault, facts, claim->key.segment, &claim->first, "%s is-at its MAC, which nobody asked for",
			   vip);
	fault_count(fault, claim->asks + claim->announcements + claim->unsolicited, claim->first.time,
		    claim->last.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (claim, claim, &facts->claims) {
		enum confidence confidence;

		if (claim->asks + claim->announcements + claim->unsolicited > 0 &&
		    vip_holder_is_real_server(facts, claim, &confidence))
			report(findings, claim, confidence);
	}
}

const struct rule rule_rs_announces_vip = {
	.id = "rs-announces-vip",
	.severity = SEVERITY_ERROR,
	.summary = "A real server uses the VIP as ARP sender, or announces it.",
	.why = "When a real server has to resolve a neighbour in order to answer a client, Linux may put the source of "
	       "the packet, "
	       "which is the VIP, into the ARP question (arp_announce 0 and 1). Everybody who has an entry for the VIP "
	       "then "
	       "learns the real server's MAC. Boot scripts and network managers announce every address that they bring "
	       "up.",
	.proof = "Proven by one ARP frame with the VIP as sender address and a real server's MAC as sender.",
	.effect = "Neighbours, the router first of all, turn to the real server for the VIP and bypass the director "
		  "until their "
		  "entries expire.",
	.remedies = { "On the real server: sysctl -w net.ipv4.conf.all.arp_announce=2 net.ipv4.conf.all.arp_ignore=1",
		      "Make it last: printf 'net.ipv4.conf.all.arp_ignore=1\\nnet.ipv4.conf.all.arp_announce=2\\n' > "
		      "/etc/sysctl.d/60-lvs.conf",
		      "Keep ifup, NetworkManager and systemd-networkd from announcing the VIP (no address conflict "
		      "detection for it)." },
	.no_help = "arp_ignore alone does not help: it governs answers, not the sender address of questions. "
		   "arp_announce=1 does "
		   "not help within one subnet.",
	.sources = "net/ipv4/arp.c (arp_solicit), Documentation/networking/ip-sysctl.rst",
	.conclude = conclude,
};
