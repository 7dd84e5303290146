// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tally.h"
#include "rules/rules.h"

/* What is wrong with a sender; a tally's kind. */
enum bad { BAD_NOTHING, BAD_MAC_ZERO, BAD_MAC_BROADCAST, BAD_MAC_GROUP, BAD_IP_ZERO, BAD_IP_BROADCAST, BAD_IP_GROUP };

static const char *const words[] = {
	[BAD_MAC_ZERO] = "a sender MAC of zeroes",
	[BAD_MAC_BROADCAST] = "the broadcast address as sender MAC",
	[BAD_MAC_GROUP] = "a group address as sender MAC",
	[BAD_IP_ZERO] = "0.0.0.0 as the sender of an answer",
	[BAD_IP_BROADCAST] = "the broadcast address as sender",
	[BAD_IP_GROUP] = "a multicast address as sender",
};

/* The sender as the message names it: of a solicitation or advertisement without a MAC, the frame's. */
struct sender {
	struct mac mac;
	struct ip ip;
	bool answers;
};

static struct sender sender_of(const struct packet *packet)
{
	struct sender sender = { .mac = packet->source };

	if (packet->layers & LAYER_ARP) {
		sender.mac = packet->arp.sha;
		sender.ip = packet->arp.spa;
		sender.answers = packet->arp.operation == ARP_REPLY;
		return sender;
	}
	if (packet->nd.has_lladdr)
		sender.mac = packet->nd.lladdr;
	sender.answers = packet->nd.advert;
	sender.ip = packet->nd.advert ? packet->nd.target : packet->ip.source;
	return sender;
}

/* Microsoft NLB's multicast modes answer with a group address on purpose. */
static enum bad judge_mac(const struct sender *sender)
{
	if (mac_is_zero(sender->mac))
		return BAD_MAC_ZERO;
	if (mac_is_broadcast(sender->mac))
		return BAD_MAC_BROADCAST;
	if (mac_is_group(sender->mac) && !(mac_kind_of_host(sender->mac, &sender->ip)->traits & MAC_TRAIT_NLB))
		return BAD_MAC_GROUP;
	return BAD_NOTHING;
}

/* Questions with sender 0.0.0.0 are probes (RFC 5227 section 2.1.1). */
static enum bad judge_ip(const struct sender *sender)
{
	if (ip_is_broadcast(&sender->ip))
		return BAD_IP_BROADCAST;
	if (ip_is_multicast(&sender->ip))
		return BAD_IP_GROUP;
	return sender->answers && ip_is_zero(&sender->ip) ? BAD_IP_ZERO : BAD_NOTHING;
}

static void observe(void *state, const struct facts *facts, const struct observation *observation)
{
	struct sender sender = sender_of(observation->packet);
	enum bad bad = judge_mac(&sender);

	(void)facts;
	if (bad == BAD_NOTHING)
		bad = judge_ip(&sender);
	if (bad != BAD_NOTHING)
		tally_add(state, observation, &sender.ip, sender.mac, bad);
}

static void report(struct findings *findings, const struct tally_entry *entry)
{
	struct subject subject =
	    subject_of(findings->facts, entry->segment, ip_is_zero(&entry->ip) ? NULL : &entry->ip, &entry->mac, NULL);
	struct fault *fault = findings_add(findings, SEVERITY_WARNING, CONFIDENCE_PROVEN, &subject);
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	fault_set_summary(fault, "%s is said to be at %s: %s", ip_format(&entry->ip, ip), mac_format(entry->mac, mac),
			  words[entry->kind]);
	tally_cite(entry, findings->facts, fault, words[entry->kind]);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	const struct tally *tally = state;

	(void)facts;
	for (uint32_t i = 0; i < tally->count; i++)
		report(findings, &tally->entries[i]);
	tally_report_unlisted(tally, findings, SEVERITY_WARNING, "packets with impossible senders");
}

const struct rule rule_bad_sender = {
	.id = "bad-sender",
	.severity = SEVERITY_WARNING,
	.summary = "A sender that cannot be one: a group, zero or broadcast MAC or address.",
	.why = "The sender of an ARP packet or neighbour advertisement is one interface with one address. A group bit, "
	       "all zeroes or all ones in its MAC, or a multicast or broadcast address, come from a broken driver, a "
	       "wrongly written tool, or an interface that was announced before it had an address. A group MAC in an "
	       "answer turns traffic for the address into traffic for everybody; Microsoft NLB does that on purpose "
	       "and is not reported here.",
	.proof = "The frame itself shows it.",
	.effect = "Hosts ignore such packets, or they learn an entry that nobody can be reached by. Linux refuses to "
		  "learn a multicast address, others send all traffic for it to the whole segment.",
	.remedies = { "Find the sender by the frame's source MAC on the switch (show mac address-table, or bridge fdb "
		      "show), and look at its configuration: ip -d link show; ip addr show.",
		      "If a script announces an address, give it the interface that has one: "
		      "arping -U -c 3 -I INTERFACE -s ADDRESS ADDRESS.",
		      "On hosts that learnt a wrong entry: ip neigh del ADDRESS dev INTERFACE." },
	.no_help = "A static neighbour entry on one host hides the fault from that host only.",
	.sources = "RFC 826, RFC 1812 section 3.3.2, RFC 4861 section 7.1, RFC 5227 section 1.1, net/ipv4/arp.c "
		   "(arp_process)",
	.subscribes = SUBSCRIBE(OBSERVED_NEIGHBOUR),
	.state_size = sizeof(struct tally),
	.observe = observe,
	.conclude = conclude,
};
