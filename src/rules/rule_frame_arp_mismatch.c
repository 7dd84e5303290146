// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tally.h"
#include "rules/rules.h"

enum {
	REPEATED = 2, /* one frame alone may have been damaged */
	SIBLINGS = 8, /* ports of one card have consecutive addresses */
};

static bool is_claim(enum neighbour_kind kind)
{
	return kind == NEIGHBOUR_ANSWER || kind == NEIGHBOUR_UNSOLICITED || kind == NEIGHBOUR_GRATUITOUS;
}

/* First-hop redundancy and NLB answer with a shared MAC from a machine's own; shared-mac-by-design names them. */
static bool is_shared(struct mac mac, const struct ip *ip)
{
	return (mac_kind_of_host(mac, ip)->traits & (MAC_TRAIT_SHARED | MAC_TRAIT_NLB)) != 0;
}

static void observe(void *state, const struct facts *facts, const struct observation *observation)
{
	const struct packet *packet = observation->packet;
	struct tally_entry *entry;

	(void)facts;
	if (!(packet->layers & LAYER_ARP) || !is_claim(observation->neighbour) ||
	    mac_equal(packet->source, packet->arp.sha) || is_shared(packet->source, &packet->arp.spa) ||
	    is_shared(packet->arp.sha, &packet->arp.spa))
		return;
	entry = tally_add(state, observation, &packet->arp.spa, packet->source, packet->layers & LAYER_COOKED);
	if (entry && entry->count == 1)
		entry->other = packet->arp.sha;
}

/* Addresses from one manufacturer's block that differ little. Those of virtual machines are handed out one by one. */
static bool are_siblings(struct mac a, struct mac b)
{
	int distance = a.b[5] - b.b[5];

	return memcmp(a.b, b.b, 5) == 0 && distance <= SIBLINGS && distance >= -SIBLINGS &&
	       strcmp(mac_kind_of(a)->name, "universal") == 0;
}

static bool is_bonded(const struct facts *facts, const struct tally_entry *entry)
{
	return facts->inputs[facts_input_of(facts, entry->segment)].bonded;
}

/* What makes the two MACs one machine's, by design; NULL where nothing known does. */
static const char *explain(const struct facts *facts, const struct tally_entry *entry)
{
	const struct claim *own = facts_claim(facts, entry->segment, &entry->ip, entry->mac);
	unsigned traits = mac_kind_of(entry->mac)->traits | mac_kind_of(entry->other)->traits;

	if (traits & MAC_TRAIT_GATEWAY)
		return "VirtualBox's NAT engine answers like that";
	if (traits & MAC_TRAIT_EMULATED)
		return "the network answers for its hosts by design";
	if (is_bonded(facts, entry))
		return "LACP is spoken here, so both MACs may be ports of one bond";
	if (own && own->count > 0)
		return "the sender claims the address with both MACs, as bonding mode balance-alb does";
	if (are_siblings(entry->mac, entry->other))
		return "the MACs are neighbours in one manufacturer's block, so they may be two ports of one machine";
	if (entry->kind == LAYER_COOKED)
		return "a cooked capture may show the address of another interface of the path";
	return NULL;
}

static void report(struct findings *findings, const struct tally_entry *entry)
{
	const char *explanation = explain(findings->facts, entry);
	bool explained = explanation || entry->count < REPEATED;
	struct subject subject = subject_of(findings->facts, entry->segment, &entry->ip, &entry->mac, NULL);
	struct fault *fault = findings_add(findings, explained ? SEVERITY_INFO : SEVERITY_WARNING,
					   explained ? CONFIDENCE_HINT : CONFIDENCE_LIKELY, &subject);
	char ip[IP_TEXT_SIZE], sender[MAC_TEXT_SIZE], claimed[MAC_TEXT_SIZE];

	ip_format(&entry->ip, ip);
	mac_format(entry->mac, sender);
	mac_format(entry->other, claimed);
	if (explanation)
		fault_set_summary(fault, "%s says that %s is at %s: %s", sender, ip, claimed, explanation);
	else
		fault_set_summary(fault, "%s says that %s is at %s, a MAC that it does not send with", sender, ip,
				  claimed);
	tally_cite(entry, findings->facts, fault, "ARP sender and frame source differ");
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	const struct tally *tally = state;

	(void)facts;
	for (uint32_t i = 0; i < tally->count; i++)
		if (!ip_is_zero(&tally->entries[i].ip))
			report(findings, &tally->entries[i]);
}

const struct rule rule_frame_arp_mismatch = {
	.id = "frame-arp-mismatch",
	.severity = SEVERITY_WARNING,
	.summary = "An answer or announcement names another MAC than the one that its frame was sent with.",
	.why = "Whoever answers for itself fills both in from the same interface. They differ where somebody announces "
	       "another machine's MAC: published entries (arp -s ... pub), takeover scripts that send the wrong "
	       "interface's MAC, bridges that translate MACs, and forgery. Known designs differ, too: VRRP, HSRP, "
	       "GLBP, CARP, Microsoft NLB, bonding in mode balance-alb and VirtualBox's NAT.",
	.proof = "Both MACs stand in one frame. That it is a fault is likely when it is repeated and no known design "
		 "explains it; a design that explains it makes it an information.",
	.effect = "Hosts learn the MAC in the ARP packet, switches the one in the frame. Where these are two machines, "
		  "traffic for the address ends at the wrong one, or is flooded.",
	.remedies = { "Find the machine by the frame's source MAC (show mac address-table, or bridge fdb show), and "
		      "see "
		      "what it publishes there: ip neigh show proxy; arp -an.",
		      "Take a published entry away: ip neigh del proxy ADDRESS dev INTERFACE, or arp -d ADDRESS pub.",
		      "In takeover scripts, announce from the interface that holds the address: arping -U -c 3 -I "
		      "INTERFACE -s VIP VIP." },
	.no_help = "arp_ignore and arp_announce do not help: they choose the address in an ARP packet, never the MAC.",
	.sources =
	    "RFC 826, RFC 5798 section 8.1.2, RFC 2338, Linux Documentation/networking/bonding.rst (balance-alb)",
	.subscribes = SUBSCRIBE(OBSERVED_NEIGHBOUR),
	.state_size = sizeof(struct tally),
	.observe = observe,
	.conclude = conclude,
};
