// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tally.h"
#include "rules/rules.h"

#include <stdio.h>

/* A tally's kind: one bit of enum arp_wrong, and the value that stood in that field. */
enum { VALUE_BITS = 16, VALUE_MASK = (1 << VALUE_BITS) - 1, DESCRIPTION_SIZE = 96 };

/* The first bit is the earliest field, and it explains the most: wrong lengths also make a packet end too early. */
static uint32_t first_wrong(uint16_t wrong)
{
	return (uint32_t)wrong & -(uint32_t)wrong;
}

static uint32_t value_of(const struct arp *arp, uint32_t bit)
{
	switch (bit) {
	case ARP_WRONG_HARDWARE: return arp->hardware_type;
	case ARP_WRONG_PROTOCOL: return arp->protocol_type;
	case ARP_WRONG_LENGTHS: return (uint32_t)arp->hardware_length << 8 | arp->protocol_length;
	case ARP_WRONG_OPERATION: return arp->operation;
	default: return 0;
	}
}

static const char *describe(uint32_t kind, char buffer[static DESCRIPTION_SIZE])
{
	unsigned value = kind & VALUE_MASK;

	switch (kind >> VALUE_BITS) {
	case ARP_WRONG_HARDWARE:
		snprintf(buffer, DESCRIPTION_SIZE, "hardware type %u, where Ethernet is 1", value);
		break;
	case ARP_WRONG_PROTOCOL:
		snprintf(buffer, DESCRIPTION_SIZE, "protocol type 0x%04x, where IPv4 is 0x0800", value);
		break;
	case ARP_WRONG_LENGTHS:
		snprintf(buffer, DESCRIPTION_SIZE, "address lengths %u and %u, where Ethernet has 6 and IPv4 has 4",
			 value >> 8, value & UINT8_MAX);
		break;
	case ARP_WRONG_OPERATION:
		snprintf(buffer, DESCRIPTION_SIZE, "operation %u, which does not exist", value);
		break;
	default: snprintf(buffer, DESCRIPTION_SIZE, "an end on the wire before the last of its addresses");
	}
	return buffer;
}

static void observe(void *state, const struct facts *facts, const struct observation *observation)
{
	const struct arp *arp = &observation->packet->arp;
	uint32_t bit = first_wrong(arp->wrong);

	(void)facts;
	tally_add(state, observation, NULL, observation->packet->source, bit << VALUE_BITS | value_of(arp, bit));
}

static void report(struct findings *findings, const struct tally_entry *entry)
{
	struct subject subject = subject_of(findings->facts, entry->segment, NULL, &entry->mac, NULL);
	struct fault *fault = findings_add(findings, SEVERITY_WARNING, CONFIDENCE_PROVEN, &subject);
	char description[DESCRIPTION_SIZE], mac[MAC_TEXT_SIZE];

	describe(entry->kind, description);
	if (!fault->summary)
		fault_set_summary(fault, "%s sends malformed ARP packets: %s", mac_format(entry->mac, mac),
				  description);
	tally_cite(entry, findings->facts, fault, description);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	const struct tally *tally = state;

	(void)facts;
	for (uint32_t i = 0; i < tally->count; i++)
		report(findings, &tally->entries[i]);
	tally_report_unlisted(tally, findings, SEVERITY_WARNING, "malformed ARP packets");
}

const struct rule rule_malformed_arp = {
	.id = "malformed-arp",
	.severity = SEVERITY_WARNING,
	.summary = "ARP packets whose types, lengths or operation no host should send.",
	.why = "An ARP packet on Ethernet says hardware type 1, protocol type 0x0800, address lengths 6 and 4 and a "
	       "known operation. Others come from broken network cards or drivers, from bridges and tunnels that "
	       "damage frames, from faulty appliances, and from tools that try whether a network stack crashes.",
	.proof = "The frame itself shows it. Packets that only the capture's snap length cut are not counted.",
	.effect = "Hosts drop such packets, so what they ask for or announce is never learnt. A stack that does not "
		  "drop them may fail.",
	.remedies = { "Find the switch port of the sender's MAC and look at that machine: ip -s link show dev "
		      "INTERFACE, "
		      "ethtool -S INTERFACE.",
		      "If the machine is a virtual one, update its network driver, and try without offloads: "
		      "ethtool -K INTERFACE tx off tso off gso off.",
		      "If frames are damaged on their way, capture at both ends of the path and compare: "
		      "tcpdump -i INTERFACE -e -XX arp." },
	.no_help = "Flushing neighbour tables does not help: these packets never entered one.",
	.sources = "RFC 826, RFC 5494 (hardware types and operations), RFC 1042, net/ipv4/arp.c (arp_rcv, arp_process)",
	.subscribes = SUBSCRIBE(OBSERVED_MALFORMED),
	.state_size = sizeof(struct tally),
	.observe = observe,
	.conclude = conclude,
};
