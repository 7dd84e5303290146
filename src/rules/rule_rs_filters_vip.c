// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

enum { REQUESTS = 2 }; /* unanswered; one may have been lost, or its answer */

static const struct path *answered_echo(const struct facts *facts, const struct path *path)
{
	const struct path *echo = paths_find_echo(facts, path, &path->key.service);

	return echo && echo->accepted ? echo : NULL;
}

static void report(struct findings *findings, const struct path *path, const struct path *echo,
		   enum confidence confidence)
{
	const struct facts *facts = findings->facts;
	struct subject subject = path_subject(facts, path);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, confidence, &subject);
	char name[WHO_SIZE], service[SERVICE_NAME_SIZE];

	fault_set_summary(fault, "real server %s filters %s", who(&subject.ip, path->key.mac, name),
			  service_text(path, service));
	fault_cite(fault, facts, path->segment, &path->first_sent, "request for the VIP, sent to the real server");
	fault_cite(fault, facts, path->segment, &path->prohibition, "prohibited, says the real server");
	fault_cite(fault, facts, path->segment, &path->silence, "no answer to the request");
	if (echo)
		fault_cite(fault, facts, echo->segment, &echo->acceptance,
			   "but it answers an echo request for the VIP");
	fault_count(fault, path->prohibited + path->silent, path->first_sent.time, path->first_sent.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (path, path, &facts->paths) {
		const struct path *echo = answered_echo(facts, path);

		if (path->opened || !path_leads_to_real_server(facts, path))
			continue;
		if (path->prohibited)
			report(findings, path, NULL, CONFIDENCE_PROVEN);
		else if (path->silent && path->silent_requests >= REQUESTS && echo && !path->refused)
			report(findings, path, echo, CONFIDENCE_PROVEN);
	}
}

const struct rule rule_rs_filters_vip = {
	.id = "rs-filters-vip",
	.severity = SEVERITY_ERROR,
	.summary = "A packet filter on the real server keeps the service from being reached by the VIP.",
	.why = "Rules that allow the service on the real server's own address do not match packets for the VIP, which "
	       "arrive with "
	       "the VIP as destination.",
	.proof = "Proven by an ICMP error 'administratively prohibited' from the real server, or by an echo request "
		 "for the VIP that "
		 "it answers while requests to the service stay unanswered.",
	.effect = "Connections by way of this real server hang or are refused, while its own address works.",
	.remedies = { "Allow the service for the VIP: nft add rule inet filter input ip daddr VIP tcp dport PORT "
		      "accept (before the "
		      "rule that drops)." },
	.no_help = "Opening the port for the real server's own address only; settings of the director.",
	.sources = "RFC 1812 section 5.2.7.1 (codes 9, 10, 13)",
	.conclude = conclude,
};
