// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

static void report(struct findings *findings, const struct path *path, const struct ip *source, const struct ip *vip,
		   const struct mark *mark, uint32_t count)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, path->segment, source, &path->key.mac, vip);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, CONFIDENCE_PROVEN, &subject);
	char name[WHO_SIZE], address[IP_TEXT_SIZE];

	fault_set_summary(fault, "%s answers requests to the VIP %s with its own address as source",
			  who(source, path->key.mac, name), ip_format(vip, address));
	fault_cite(fault, facts, path->segment, mark, "answer from %s instead of from the VIP", name);
	fault_count(fault, count, mark->time, mark->time);
}

/* A NAT director's path is told by its translated twin; where one is missing for once, a frame was damaged or lost. */
static bool bypasses_director(const struct facts *facts, const struct path *path)
{
	return path->translated && roles_is_vip(facts, &path->virtual) &&
	       (path->elsewhere > 1 || path->elsewhere * 2 > path->flows);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (path, path, &facts->paths) {
		if (path->from_rip)
			report(findings, path, &path->stray_source, &path->key.service, &path->strays, path->from_rip);
		else if (path->flows && bypasses_director(facts, path))
			report(findings, path, &path->key.service, &path->virtual, &path->elsewhere_mark,
			       path->elsewhere);
	}
}

const struct rule rule_reply_from_rip = {
	.id = "reply-from-rip",
	.severity = SEVERITY_ERROR,
	.summary = "The answer to a request for the VIP comes from another address.",
	.why = "With VS/NAT the director must translate the answers back, so they have to pass through it; a real "
	       "server that "
	       "reaches the client by another way answers with its own address. With VS/DR and VS/TUN the same happens "
	       "when "
	       "source translation is applied on the real server, or a UDP service does not answer from the address it "
	       "was asked at.",
	.proof = "Proven by an answer that acknowledges the request to the VIP and carries another source address.",
	.effect = "The client does not know that address and resets the connection: nothing works although every "
		  "packet arrives.",
	.remedies = { "VS/NAT: make the director the real servers' default gateway (ip route replace default via DIP), "
		      "also for "
		      "clients of the same subnet.",
		      "VS/DR and VS/TUN: remove source translation for the VIP on the real server (nft list table ip "
		      "nat), and let UDP "
		      "services bind to the VIP." },
	.no_help = "Opening the client's firewall.",
	.sources = "net/netfilter/ipvs/ip_vs_core.c (handle_response), RFC 9293 section 3.10",
	.conclude = conclude,
};
