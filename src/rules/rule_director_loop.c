// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

enum { FULL_TTL = 16 }; /* a traceroute begins lower; what dies with more has gone in circles */

/* Seen from afar: a packet that left with a full TTL came back as expired. */
static bool expired_on_the_way(const struct path *path)
{
	return path->time_exceeded > 0 && path->ttl_low >= FULL_TTL && path->ttl_low != UINT8_MAX &&
	       path->accepted == 0;
}

static void report(struct findings *findings, const struct path *path, enum confidence confidence)
{
	const struct facts *facts = findings->facts;
	struct subject subject = subject_of(facts, path->segment, NULL, &path->key.mac, &path->key.service);
	struct fault *fault = findings_add(findings, SEVERITY_ERROR, confidence, &subject);
	char vip[IP_TEXT_SIZE], a[MAC_TEXT_SIZE], b[MAC_TEXT_SIZE];

	ip_format(&path->key.service, vip);
	mac_format(path->key.mac, a);
	if (path->bounced)
		fault_set_summary(fault,
				  "packets for %s bounce between %s and %s until their TTL is used up (%u to %u)", vip,
				  mac_format(path->sender, b), a, path->ttl_high, path->ttl_low);
	else
		fault_set_summary(fault, "packets for %s sent to %s with TTL %u die of their TTL: they run in a loop",
				  vip, a, path->ttl_high);
	fault_cite(fault, facts, path->segment, &path->first_sent, "the packet, sent to %s", a);
	fault_cite(fault, facts, path->segment, &path->bounce, "back where it came from, with a lower TTL");
	fault_cite(fault, facts, path->segment, &path->expiry, "Time Exceeded");
	fault_count(fault, path->bounced + path->time_exceeded, path->first_sent.time, path->first_sent.time);
}

static bool is_followed(const struct facts *facts, const struct path *path)
{
	return !path_is_echo(path) &&
	       (roles_is_vip(facts, &path->key.service) || facts_host(facts, path->segment, &path->key.service));
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (path, path, &facts->paths) {
		if (!is_followed(facts, path))
			continue;
		/* Of the two MACs the one that is no director is named: the other one only does its duty. */
		if (path->bounced && !roles_is_director(facts, path->segment, path->key.mac, &path->key.service))
			report(findings, path, CONFIDENCE_PROVEN);
		else if (!path->bounced && expired_on_the_way(path))
			report(findings, path, CONFIDENCE_LIKELY);
	}
}

const struct rule rule_director_loop = {
	.id = "director-loop",
	.severity = SEVERITY_ERROR,
	.summary = "VIP traffic bounces between two MACs.",
	.why = "The director sends a packet for the VIP to what it takes for a real server, and gets it back: from a "
	       "router that "
	       "routes the VIP to the director (Dom0 with vif-route), from a real server without the VIP that "
	       "forwards, or from a "
	       "second director that has the same IPVS table and is a real server, too.",
	.proof = "Proven by one packet seen again and again between the same two MACs with a falling TTL; a Time "
		 "Exceeded for a packet "
		 "that left with a full TTL makes it likely.",
	.effect = "Each request makes dozens of packets and gets a Time Exceeded, which clients report as 'connection "
		  "failed' within "
		  "a second.",
	.remedies = { "Behind a routing Xen host: bridge the guests (vif-bridge), or use VS/TUN or VS/NAT.",
		      "Real server without the VIP: ip addr add VIP/32 dev lo, and sysctl -w net.ipv4.ip_forward=0.",
		      "Backup director that is a real server: remove its IPVS entries while it is backup, or mark by "
		      "the master's MAC "
		      "(iptables -t mangle -A PREROUTING -m mac ! --mac-source PEER ... -j MARK)." },
	.no_help = "Raising net.ipv4.ip_default_ttl only lengthens the loop.",
	.sources = "net/netfilter/ipvs/ip_vs_xmit.c (decrement_ttl)",
	.conclude = conclude,
};
