// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tally.h"
#include "rules/rules.h"

enum { DESIGNED = MAC_TRAIT_SHARED | MAC_TRAIT_EMULATED };

/* What advertised the MAC: a tally's kind. */
enum advertised { ADVERTISED_NOT, ADVERTISED_VRRP, ADVERTISED_CARP, ADVERTISED_HSRP };

static const char *const notes[] = {
	[ADVERTISED_NOT] = "an answer with a group address, as NLB in multicast mode gives it",
	[ADVERTISED_VRRP] = "a VRRP advertisement from this MAC",
	[ADVERTISED_CARP] = "a CARP advertisement from this MAC",
	[ADVERTISED_HSRP] = "an HSRP hello from this MAC",
};

static enum advertised advertised_by(const struct packet *packet)
{
	if (packet->layers & LAYER_VRRP)
		return ADVERTISED_VRRP;
	return packet->layers & LAYER_CARP ? ADVERTISED_CARP : ADVERTISED_HSRP;
}

/* Claims with a group MAC enter no table; advertisements are no claims. All others are in the facts. */
static void observe(void *state, const struct facts *facts, const struct observation *observation)
{
	const struct packet *packet = observation->packet;

	(void)facts;
	if (observation->kind == OBSERVED_ADVERT) {
		if (mac_kind_of(packet->source)->traits & DESIGNED)
			tally_add(state, observation, NULL, packet->source, advertised_by(packet));
	} else if ((packet->layers & LAYER_ARP) && mac_is_group(packet->arp.sha) &&
		   (mac_kind_of_host(packet->arp.sha, &packet->arp.spa)->traits & MAC_TRAIT_NLB)) {
		tally_add(state, observation, &packet->arp.spa, packet->arp.sha, ADVERTISED_NOT);
	}
}

/* Google's prefix with the claimed address behind it is that machine's own interface. */
static bool is_own(const struct claim *claim)
{
	return claim->key.ip.family == 4 && strcmp(mac_kind_of(claim->key.mac)->name, "gcp") == 0 &&
	       memcmp(claim->key.mac.b + 2, claim->key.ip.b, 4) == 0;
}

static bool is_designed(const struct claim *claim)
{
	return (mac_kind_of(claim->key.mac)->traits & DESIGNED) && claim->count > 0 && !is_own(claim);
}

/* One fault for each MAC: found without an address, so that the same one comes back whatever it claims. */
static struct fault *fault_of(struct findings *findings, uint32_t segment, struct mac mac)
{
	struct subject subject = subject_of(findings->facts, segment, NULL, &mac, NULL);

	return findings_add(findings, SEVERITY_INFO, CONFIDENCE_LIKELY, &subject);
}

/* The subject names the address while there is but one. */
static void take_address(struct fault *fault, const struct ip *ip, const struct mac_kind *kind)
{
	char address[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	mac_format(fault->subject.mac, mac);
	if (!fault->summary) {
		fault->subject.ip = *ip;
		fault_set_summary(fault, "%s is at %s by design: %s", ip_format(ip, address), mac, kind->meaning);
	} else if (fault->subject.ip.family && !ip_equal(&fault->subject.ip, ip)) {
		fault->subject.ip = (struct ip){ .family = 0 };
		fault_set_summary(fault, "Several addresses are at %s by design: %s", mac, kind->meaning);
	}
}

static void report_claim(struct findings *findings, const struct claim *claim)
{
	struct fault *fault = fault_of(findings, claim->key.segment, claim->key.mac);

	take_address(fault, &claim->key.ip, mac_kind_of_host(claim->key.mac, &claim->key.ip));
	fault_cite(fault, findings->facts, claim->key.segment, &claim->first, "claims an address with this MAC");
	fault_count(fault, claim->count, claim->first.time, claim->last.time);
}

static void report_entry(struct findings *findings, const struct tally_entry *entry)
{
	struct fault *fault = fault_of(findings, entry->segment, entry->mac);
	char mac[MAC_TEXT_SIZE];

	if (entry->ip.family)
		take_address(fault, &entry->ip, mac_kind_of_host(entry->mac, &entry->ip));
	else if (!fault->summary)
		fault_set_summary(fault, "%s is shared by design: %s", mac_format(entry->mac, mac),
				  mac_kind_of(entry->mac)->meaning);
	tally_cite(entry, findings->facts, fault, notes[entry->kind]);
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	const struct tally *tally = state;

	FOR_RECORDS (claim, claim, &facts->claims)
		if (is_designed(claim))
			report_claim(findings, claim);
	for (uint32_t i = 0; i < tally->count; i++)
		report_entry(findings, &tally->entries[i]);
}

const struct rule rule_shared_mac_by_design = {
	.id = "shared-mac-by-design",
	.severity = SEVERITY_INFO,
	.summary = "A MAC that stands for several machines, or for everything, by design.",
	.why = "Redundant gateways share an address and its MAC: VRRP and CARP 00:00:5e:00:01:xx, HSRP "
	       "00:00:0c:07:ac:xx, GLBP 00:07:b4:00:xx:yy. Microsoft NLB gives a whole cluster 02:bf:... or the group "
	       "03:bf:.... Calico, Azure, Google Compute Engine, NSX, Cisco ACI and Neutron's distributed routers "
	       "answer for everybody with one constant MAC. Several senders, several addresses at one MAC, and a "
	       "frame source that differs from the ARP sender are normal there.",
	.proof = "The MAC's prefix names the design; an advertisement sent from it confirms it. Neither is a fault.",
	.effect = "None by itself. Where the network answers for everybody, VS/DR cannot work and gratuitous ARP moves "
		  "nothing: there the VIP is moved through the provider's interface.",
	.remedies = { "Nothing to repair. To have the owner checked all the same, name the true MAC: --rs ADDRESS=MAC "
		      "or --ethers FILE." },
	.no_help = "",
	.sources = "RFC 5798 section 7.3, RFC 2281, RFC 9542, kernel Documentation and the named products' manuals",
	.subscribes = SUBSCRIBE(OBSERVED_NEIGHBOUR) | SUBSCRIBE(OBSERVED_ADVERT),
	.state_size = sizeof(struct tally),
	.observe = observe,
	.conclude = conclude,
};
