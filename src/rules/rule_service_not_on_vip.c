// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (path, path, &facts->paths) {
		char name[WHO_SIZE], service[SERVICE_NAME_SIZE];
		struct subject subject;
		struct fault *fault;

		if (path->refused == 0 || path->opened > 0 || path->passed_on ||
		    !path_leads_to_real_server(facts, path))
			continue;
		subject = path_subject(facts, path);
		fault = findings_add(findings, SEVERITY_ERROR, CONFIDENCE_PROVEN, &subject);
		fault_set_summary(fault, "real server %s accepts the VIP, but nothing listens on %s",
				  who(&subject.ip, path->key.mac, name), service_text(path, service));
		fault_cite(fault, facts, path->segment, &path->first_sent,
			   "request for the VIP, sent to the real server");
		fault_cite(fault, facts, path->segment, &path->refusal, "refused, from the real server's own MAC");
		fault_count(fault, path->refused, path->refusal.time, path->refusal.time);
	}
}

const struct rule rule_service_not_on_vip = {
	.id = "service-not-on-vip",
	.severity = SEVERITY_ERROR,
	.summary = "A real server accepts the VIP, but the port is closed on it.",
	.why = "The service listens on the real server's own address only, on another port, or not at all. VS/DR and "
	       "VS/TUN change "
	       "neither address nor port, so it must listen on the VIP (or on any address) at the VIP's port.",
	.proof = "Proven by a reset (TCP) or port unreachable (UDP) that comes from the VIP and from the real server's "
		 "own MAC.",
	.effect = "Every n-th connection is refused at once, while health checks of the real server's own address stay "
		  "green.",
	.remedies = { "Let the service listen on the VIP or on 0.0.0.0 (`ss -ltnp` shows where it listens now), at the "
		      "same port.",
		      "Let the director check what clients use: a health check that goes to the VIP through the real "
		      "server.",
		      "If the port must differ, forward with VS/NAT (ipvsadm -a ... -r RIP:PORT -m)." },
	.no_help = "A different port in ipvsadm -r does nothing with VS/DR and VS/TUN: ports are not rewritten.",
	.sources = "RFC 9293 section 3.10.7.1, ipvsadm(8)",
	.conclude = conclude,
};
