// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rivals.h"
#include "rules/rule_common.h"

enum { SHARED_ANSWERS = 2 };

/* Two MACs that hold the address at once: whom to send to is not the sender's mistake. */
static bool is_contested(const struct facts *facts, const struct stale *stale)
{
	const struct group *group = rival_group(facts, stale->key.segment, &stale->key.ip);
	const struct claim *old = facts_claim(facts, stale->key.segment, &stale->key.ip, stale->previous);
	const struct claim *now = facts_claim(facts, stale->key.segment, &stale->key.ip, stale->current);

	return (group && group_is_split(group)) || (old && old->shared >= SHARED_ANSWERS) ||
	       (now && now->shared >= SHARED_ANSWERS) || rival_is_designed(stale->previous);
}

/* A proxy's or a poisoner's announcement is no move. */
static bool is_owner(const struct facts *facts, const struct stale *stale)
{
	const struct claim *now = facts_claim(facts, stale->key.segment, &stale->key.ip, stale->current);

	return !now || ownership_of(facts, now).own != OWN_NO;
}

static void report(struct findings *findings, const struct stale *stale)
{
	const struct facts *facts = findings->facts;
	uint32_t segment = stale->key.segment;
	struct ip self = roles_own_address(facts, segment, stale->key.mac);
	bool vip = roles_is_vip(facts, &stale->key.ip);
	struct subject subject = subject_of(facts, segment, &self, &stale->key.mac, vip ? &stale->key.ip : NULL);
	struct fault *fault = findings_add(findings, SEVERITY_WARNING, CONFIDENCE_PROVEN, &subject);
	char ip[IP_TEXT_SIZE], name[WHO_SIZE], old[MAC_TEXT_SIZE], now[MAC_TEXT_SIZE];

	ip_format(&stale->key.ip, ip);
	mac_format(stale->previous, old);
	mac_format(stale->current, now);
	fault_set_summary(fault, "%s still sends to %s for %s, which has moved to %s (%u frames)",
			  who(&self, stale->key.mac, name), old, ip, now, stale->count);
	fault_add_remedy(fault, "At once, on the host that sends: ip neigh flush to %s", ip);
	fault_cite(fault, facts, segment, &stale->moved, "%s is at %s from here on", ip, now);
	fault_cite(fault, facts, segment, &stale->first, "over a second later: a frame for %s to %s", ip, old);
	fault_cite(fault, facts, segment, &stale->last, "and still");
	fault_count(fault, stale->count, stale->first.time, stale->last.time);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	(void)state;
	FOR_RECORDS (stale, stale, &facts->stales)
		if (stale->count >= STALE_FRAMES && !is_contested(facts, stale) && is_owner(facts, stale))
			report(findings, stale);
}

const struct rule rule_stale_neighbour = {
	.id = "stale-neighbour",
	.severity = SEVERITY_WARNING,
	.summary = "A host keeps sending to the MAC that an address has left.",
	.why = "The address moved, by a VRRP failover or with gratuitous ARP, and this host did not take the news: the "
	       "announcement was filtered on its way or came in a form that it ignores, its entry is permanent, "
	       "drop_gratuitous_arp is set, or it is a router with an ARP age of hours.",
	.proof =
	    "Proven by three frames for the address to the old MAC, all more than a second after the move, while the "
	    "old MAC does not claim the address.",
	.effect = "What this host sends ends in a machine that no longer holds the address: for it, and for everybody "
		  "behind it if it is a router, the service is down although the failover worked.",
	.remedies = { "Look why it did not learn: ip -s neigh show to ADDRESS (PERMANENT?); sysctl "
		      "net.ipv4.conf.all.drop_gratuitous_arp; on a router, clear arp and a shorter ARP age.",
		      "Let the master announce again later and in the request form: keepalived garp_master_delay 5, "
		      "garp_master_repeat 5, vrrp_garp_master_refresh 60." },
	.no_help = "arp_accept=1 on that host does not help: it governs whether unknown addresses are learnt, and an "
		   "existing entry is updated without it.",
	.sources = "RFC 826, RFC 5227 section 3, net/ipv4/arp.c (arp_process), net/core/neighbour.c",
	.conclude = conclude,
};
