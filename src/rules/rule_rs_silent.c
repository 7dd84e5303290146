// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rules.h"

enum { VAIN_QUESTIONS = 3 };

static void report(struct findings *findings, const struct host *host)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, host->key.segment, &host->key.ip, NULL, NULL);
	struct fault *fault =
	    findings_add(findings, SEVERITY_ERROR,
			 host->unanswered_row >= VAIN_QUESTIONS ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY, &subject);
	char ip[IP_TEXT_SIZE];

	ip_format(&host->key.ip, ip);
	fault_set_summary(fault, "real server %s does not resolve: %u questions in a row went unanswered", ip,
			  host->unanswered_row);
	fault_cite(fault, facts, host->key.segment, &host->first_unanswered, "who has %s? no answer in 1.2 s", ip);
	fault_cite(fault, facts, host->key.segment, &host->last_unanswered, "asked again, no answer");
	fault_count(fault, host->unanswered_row, host->first_unanswered.time, host->last_unanswered.time);
}

static bool is_real_server(const struct facts *facts, const struct ip *ip)
{
	return topology_find_real_server(&facts->roles->topology, ip) != NULL;
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (host, host, &facts->hosts)
		if (facts_vain_questions(facts, host) >= 2 && is_real_server(facts, &host->key.ip))
			report(findings, host);
}

const struct rule rule_rs_silent = {
	.id = "rs-silent",
	.severity = SEVERITY_ERROR,
	.summary = "A real server does not resolve: nobody answers ARP for its address.",
	.why = "The host is down, its interface is not up or in another VLAN, a virtual switch filters it, or an "
	       "address is "
	       "mistyped in the director's table.",
	.proof = "Proven by three unanswered questions in a row in a place where the answers would have been seen.",
	.effect = "The director queues and then drops what it schedules to this real server; clients see host "
		  "unreachable after "
		  "about three seconds, or nothing.",
	.remedies = { "Check that the host is up and in this segment: on it, `ip -br addr` and `ip -br link`.",
		      "Compare the director's table: ipvsadm -Ln.",
		      "Let the director check its real servers, so that a dead one leaves the table (keepalived: "
		      "TCP_CHECK)." },
	.no_help = "A static neighbour entry on the director only turns the error into silence.",
	.sources = "RFC 826, net/core/neighbour.c (mcast_solicit)",
	.conclude = conclude,
};
