// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

/* A host that holds the VIP never asks who has it. */
static const struct question *asks_for_vip(const struct facts *facts, const struct path *path)
{
	const struct questions *questions = &facts->questions;

	for (uint32_t i = 0; i < questions->count; i++) {
		const struct question *question = &questions->ring[(questions->head + i) % questions->room];

		if (question->segment == path->segment && mac_equal(question->asker, path->key.mac) &&
		    question->form == FORM_ORDINARY && ip_equal(&question->target, &path->key.service) &&
		    question->mark.time >= path->first_sent.time)
			return question;
	}
	return NULL;
}

static bool echo_is_answered(const struct facts *facts, const struct path *path)
{
	const struct path *echo = paths_find_echo(facts, path, &path->key.service);

	return echo && echo->accepted > 0;
}

/* Another vantage point, or another time, shows the same MAC answer for the service. */
static bool is_accepted_somewhere(const struct facts *facts, const struct path *path)
{
	FOR_RECORDS (path, other, &facts->paths)
		if (mac_equal(other->key.mac, path->key.mac) && ip_equal(&other->key.service, &path->key.service) &&
		    other->accepted + other->refused + other->prohibited > 0)
			return true;
	return false;
}

/* A router on a tunnel's way sends its packets on as it should. */
static bool sends_on(const struct facts *facts, const struct path *path)
{
	if (path->key.via.family && (path->routed_on || station_is_proxy(facts, path->segment, path->key.mac)))
		return false;
	return path->passed_on || path->redirects || path->time_exceeded || path->unreachable;
}

static void report(struct findings *findings, const struct path *path, enum confidence confidence)
{
	const struct facts *facts = findings->facts;
	struct subject subject = path_subject(facts, path);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, confidence, &subject);
	const struct question *question = asks_for_vip(facts, path);
	char name[WHO_SIZE], service[SERVICE_NAME_SIZE], mac[MAC_TEXT_SIZE];

	who(&subject.ip, path->key.mac, name);
	service_text(path, service);
	if (sends_on(facts, path))
		fault_set_summary(fault, "real server %s does not accept the VIP: it sends packets for %s on", name,
				  service);
	else
		fault_set_summary(fault, "real server %s drops packets for %s without a word (%u requests unanswered)",
				  name, service, path->silent_requests);
	fault_cite(fault, facts, path->segment, &path->first_sent, "packet for the VIP, sent to %s", name);
	fault_cite(fault, facts, path->segment, &path->passing, "and sent on to %s", mac_format(path->passed_to, mac));
	fault_cite(fault, facts, path->segment, &path->redirect, "redirect from the real server");
	fault_cite(fault, facts, path->segment, &path->expiry, "Time Exceeded from the real server");
	fault_cite(fault, facts, path->segment, &path->unreachability, "unreachable, says the real server");
	if (question)
		fault_cite(fault, facts, path->segment, &question->mark, "it asks who has the VIP");
	fault_cite(fault, facts, path->segment, &path->silence, "no answer of any kind");
	if (!sends_on(facts, path))
		fault_add_remedy(
		    fault, "Find out which on the real server: `ip -4 addr show to VIP` (missing?), `nft list "
			   "ruleset` (filtered?), `nstat -az TcpExtIPReversePathFilter` (rp_filter?), `ip route get "
			   "CLIENT from VIP` (return path?).");
	fault_count(fault, path->flows, path->first_sent.time, path->first_sent.time);
}

/* By another interface, or elsewhere, the real server was proven to be at another MAC. */
static bool is_elsewhere(const struct facts *facts, const struct ip *real_server, struct mac mac)
{
	FOR_RECORDS (claim, claim, &facts->claims)
		if (ip_equal(&claim->key.ip, real_server) && !mac_equal(claim->key.mac, mac) &&
		    ownership_of(facts, claim).own == OWN_YES)
			return true;
	return false;
}

/* It is known that the real server has another MAC: whoever drops the packets there, or sends them on, is not it. */
static bool is_somebody_else(const struct facts *facts, const struct path *path)
{
	struct subject subject = path_subject(facts, path);
	const struct mac *known = topology_known_mac(facts->configured, &subject.ip);
	const struct claim *claim = facts_claim(facts, path->segment, &subject.ip, path->key.mac);
	struct ownership ownership = { .own = OWN_UNKNOWN };

	if (known)
		return !mac_equal(*known, path->key.mac);
	if (claim)
		ownership = ownership_of(facts, claim);
	if (ownership.own == OWN_NO)
		return ownership.has_true_mac;
	return ownership.own == OWN_UNKNOWN && is_elsewhere(facts, &subject.ip, path->key.mac);
}

/* VS/NAT translates, and VS/TUN delivers in tunnels: what else is sent to the MAC is not the director's delivery. */
static bool is_no_delivery(const struct facts *facts, const struct path *path)
{
	enum method method = roles_method(facts, &path->key.service);

	return method == METHOD_NAT || (method == METHOD_TUN && path->key.via.family == 0);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (path, path, &facts->paths) {
		if (is_no_delivery(facts, path) || is_accepted_somewhere(facts, path) ||
		    !path_leads_to_real_server(facts, path) || is_somebody_else(facts, path))
			continue;
		if (sends_on(facts, path) || asks_for_vip(facts, path))
			report(findings, path, CONFIDENCE_PROVEN);
		else if (path->silent && path->silent_requests > 1 && !echo_is_answered(facts, path))
			report(findings, path, CONFIDENCE_LIKELY);
	}
}

const struct rule rule_vip_not_on_rs = {
	.id = "vip-not-on-rs",
	.severity = SEVERITY_ERROR,
	.summary = "A real server does not accept packets for the VIP: it forwards, redirects or drops them.",
	.why = "VS/DR and VS/TUN deliver packets that still carry the VIP as destination. A real server that does not "
	       "hold the VIP "
	       "drops them, or, with ip_forward on, asks who has the VIP and sends them back, often with a redirect.",
	.proof =
	    "Proven by the packet seen to leave the real server again, by its redirect or Time Exceeded, or by its own "
	    "question for the VIP. Silence alone has several causes: VIP missing with forwarding off, a packet filter, "
	    "rp_filter, a missing return path; then the fault is likely, not proven.",
	.effect = "Every n-th connection hangs, while health checks against the real server's own address stay green. "
		  "A reply "
		  "that comes through the director hides the fault from naive tests.",
	.remedies = { "On the real server: ip addr add VIP/32 dev lo (VS/TUN: dev tunl0), with arp_ignore=1 and "
		      "arp_announce=2 set "
		      "before.",
		      "Make it last in the network configuration (ifupdown: up ip addr add VIP/32 dev lo).",
		      "If the service is meant to be taken by an nftables redirect instead, check that rule." },
	.no_help = "Health checks of the RIP and a ping of the VIP do not show this fault: use a packet for the VIP "
		   "sent to the "
		   "real server's MAC.",
	.sources = "net/ipv4/ip_input.c, net/ipv4/ip_forward.c",
	.conclude = conclude,
};
