// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

static void report(struct findings *findings, const struct path *path)
{
	const struct facts *facts = findings->facts;
	struct subject subject = path_subject(facts, path);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, CONFIDENCE_PROVEN, &subject);
	char name[WHO_SIZE], service[SERVICE_NAME_SIZE];

	fault_set_summary(fault, "real server %s accepts the VIP, but nothing listens on %s",
			  who(&subject.ip, path->key.mac, name), service_text(path, service));
	fault_cite(fault, facts, path->segment, &path->first_sent, "request for the VIP, sent to the real server");
	fault_cite(fault, facts, path->segment, &path->refusal, "refused, from the real server's own MAC");
	fault_count(fault, path->refused, path->refusal.time, path->refusal.time);
}

/* VS/NAT. Which port the director translates to is known where the set-up names it; else it is taken to be the VIP's.
 */
static void report_translated(struct findings *findings, const struct path *path, const struct offer *offer)
{
	const struct facts *facts = findings->facts;
	struct subject subject =
	    subject_of(facts, path->segment, &path->key.service, &path->key.mac, &offer->service->vip);
	struct fault *fault =
	    findings_add(findings, SEVERITY_ERROR, offer->port_known ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY, &subject);
	char name[WHO_SIZE], service[SERVICE_NAME_SIZE];

	fault_set_summary(fault, "nothing listens on %s of real server %s", service_text(path, service),
			  who(&path->key.service, path->key.mac, name));
	fault_set_effect(fault, "Every n-th connection is refused at once.");
	fault_cite(fault, facts, path->segment, &path->first_sent, "request to the real server's own address");
	fault_cite(fault, facts, path->segment, &path->refusal, "refused");
	fault_add_remedy(fault, "Start the service there, at the port that ipvsadm -a ... -r RIP:PORT -m names.");
	fault_count(fault, path->refused, path->refusal.time, path->refusal.time);
}

/* With VS/NAT a real server's refusal comes by way of the director, too. */
static void report_director(struct findings *findings, const struct path *path)
{
	const struct facts *facts = findings->facts;
	const struct role_mac *director =
	    roles_find(facts, ROLE_DIRECTOR, path->segment, path->key.mac, &path->key.service);
	bool translates = roles_method(facts, &path->key.service) == METHOD_NAT;
	struct subject subject = subject_of(facts, path->segment, &director->ip, &path->key.mac, &path->key.service);
	struct fault *fault =
	    findings_add(findings, SEVERITY_ERROR, translates ? CONFIDENCE_LIKELY : CONFIDENCE_PROVEN, &subject);
	char name[WHO_SIZE], service[SERVICE_NAME_SIZE];

	fault_set_summary(fault, "director %s refuses connections to %s%s", who(&director->ip, path->key.mac, name),
			  service_text(path, service),
			  translates ? ", or a real server behind it does"
				     : " itself: it hands them to no real server");
	fault_set_effect(fault, "Connections by way of this director are refused at once, however well the real "
				"servers are.");
	fault_cite(fault, facts, path->segment, &path->first_sent, "request for the VIP, sent to the director");
	fault_cite(fault, facts, path->segment, &path->refusal, "refused, from the director's own MAC");
	fault_add_remedy(fault, "On the director: `ipvsadm -Ln` shows whether it has the service, and real servers "
				"with a weight in it.");
	fault_count(fault, path->refused, path->refusal.time, path->refusal.time);
}

/* Another director does its work: this one should not have the VIP at all, and vip-split-brain says so. */
static bool is_served_by_another(const struct facts *facts, const struct path *path)
{
	FOR_RECORDS (path, other, &facts->paths)
		if (other != path && other->served > 0 && other->key.port == path->key.port &&
		    other->key.protocol == path->key.protocol && ip_equal(&other->key.service, &path->key.service) &&
		    roles_is_director(facts, other->segment, other->key.mac, &path->key.service))
			return true;
	return false;
}

/* Somebody who holds the VIP and was not said to direct may offer what he likes. */
static bool is_told_director(const struct facts *facts, const struct path *path)
{
	const struct role_mac *director =
	    roles_find(facts, ROLE_DIRECTOR, path->segment, path->key.mac, &path->key.service);

	return director && director->origin == ORIGIN_CONFIGURED && path->served == 0 &&
	       !station_is_proxy(facts, path->segment, path->key.mac) && path_is_for_told_service(facts, path) &&
	       !is_served_by_another(facts, path);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (path, path, &facts->paths) {
		struct offer offer;

		if (path->refused == 0 || path->opened > 0 || path->passed_on)
			continue;
		if (path_leads_to_real_server(facts, path))
			report(findings, path);
		else if (path_is_translated(facts, path, &offer))
			report_translated(findings, path, &offer);
		else if (is_told_director(facts, path))
			report_director(findings, path);
	}
}

const struct rule rule_service_not_on_vip = {
	.id = "service-not-on-vip",
	.severity = SEVERITY_ERROR,
	.summary = "The VIP is accepted, but the service's port is closed.",
	.why = "The service listens on the real server's own address only, on another port, or not at all. VS/DR and "
	       "VS/TUN change "
	       "neither address nor port, so it must listen on the VIP (or on any address) at the VIP's port. With "
	       "VS/NAT it must listen on the real server's address, at the port that the director translates to. A "
	       "director without the service in its IPVS table, or without real servers in that, refuses by itself.",
	.proof = "Proven by a reset (TCP) or port unreachable (UDP) that comes from the VIP and from the real server's "
		 "own MAC, or the director's; with VS/NAT by one that comes from the real server's address.",
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
