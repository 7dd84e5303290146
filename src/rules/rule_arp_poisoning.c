// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/unsolicited.h"

enum {
	REPEATED = 2,   /* for each address; a damaged frame comes once */
	PERSISTENT = 3, /* of one station, over all addresses */
};

/* Everything that speaks against one station in one segment. */
struct suspect {
	const struct intrusion *intrusions[UNSOLICITED_MOST];
	const struct claim *owners[UNSOLICITED_MOST];
	uint32_t count;
	uint64_t claims;      /* unasked */
	bool several_owners;  /* the addresses are not all one machine's */
	bool quiet;           /* every claim went to one victim, none to all */
	bool contradicts;     /* it asks for an address that it claims to have */
	struct mark question; /* ... here */
	bool owner_answers;
	struct mark inquiry;    /* it asked for such an address before it claimed it, under an address of its own */
	struct mark passing_on; /* it hands the owner packets that were sent to it instead */
};

static uint32_t weight_of(const struct claim *claim)
{
	return claim->answers + claim->asks + claim->announcements;
}

/* Who speaks for the address in the ordinary way; NULL where nobody else does. */
static const struct claim *owner_of(const struct facts *facts, const struct intrusion *intrusion)
{
	const struct host *host = facts_host(facts, intrusion->segment, &intrusion->ip);
	const struct claim *owner = NULL;

	FOR_CLAIMS_OF_HOST (facts, host, claim)
		if (!mac_equal(claim->key.mac, intrusion->mac) && weight_of(claim) > (owner ? weight_of(owner) : 0))
			owner = claim;
	return owner;
}

/* Redundant gateways, NLB, hypervisors, clouds and directors speak for addresses of others by design. */
static bool is_designed(const struct facts *facts, const struct intrusion *intrusion, const struct claim *owner)
{
	enum {
		DESIGNED = MAC_TRAIT_SHARED | MAC_TRAIT_NLB | MAC_TRAIT_EMULATED | MAC_TRAIT_BACKEND | MAC_TRAIT_GATEWAY
	};
	unsigned traits = mac_kind_of(intrusion->mac)->traits | mac_kind_of(owner->key.mac)->traits;

	return (traits & DESIGNED) || roles_is_director(facts, intrusion->segment, intrusion->mac, &intrusion->ip);
}

/* Who announces an address or asks with it holds it, as after a takeover; who mostly answers questions is a proxy. */
static bool holds(const struct facts *facts, const struct intrusion *intrusion)
{
	const struct claim *claim = facts_claim(facts, intrusion->segment, &intrusion->ip, intrusion->mac);

	return !claim || claim->announcements > 0 || claim->asks > 0 || claim->answers > intrusion->count;
}

/* Asks for the address after it claimed it; the owner may have taken the address back in between. */
static bool contradicts(const struct unsolicited *unsolicited, const struct intrusion *intrusion,
			const struct claim *owner, struct mark *question)
{
	struct mark asked = unsolicited_question(unsolicited, intrusion);
	uint64_t claimed = intrusion->marks[0].frame, returned = owner->last_announcement.frame;

	if (asked.frame <= claimed || (returned > claimed && returned < asked.frame))
		return false;
	*question = asked;
	return true;
}

/* Who takes an address over may have asked for it, too, but says so to all. */
static struct mark inquired(const struct unsolicited *unsolicited, const struct intrusion *intrusion,
			    const struct claim *owner)
{
	struct mark asked = unsolicited_question(unsolicited, intrusion);

	if (asked.frame >= intrusion->marks[0].frame || owner->answers == 0)
		asked.frame = 0;
	return asked;
}

/* A packet of the flow was sent to `mac`, and from there to the address' owner. */
static bool goes_through(const struct flow *flow, uint32_t segment, struct mac mac, struct mac owner, struct mark *mark)
{
	bool received = false;

	for (int i = 0; i < flow->leg_count; i++) {
		const struct leg *leg = &flow->legs[i];

		if (leg->segment != segment || !leg->has_destination)
			continue;
		if (received && mac_equal(leg->source, mac) && mac_equal(leg->destination, owner)) {
			*mark = leg->first;
			return true;
		}
		received |= mac_equal(leg->destination, mac);
	}
	return false;
}

static struct mark find_passing_on(const struct facts *facts, const struct intrusion *intrusion,
				   const struct claim *owner)
{
	struct mark mark = { .frame = 0 };

	for (uint32_t i = 0; i < facts->flow_count; i++)
		if (goes_through(&facts->flows[i], intrusion->segment, intrusion->mac, owner->key.mac, &mark))
			break;
	return mark;
}

static void weigh(const struct unsolicited *unsolicited, const struct facts *facts, const struct intrusion *intrusion,
		  struct suspect *suspect)
{
	const struct claim *owner = owner_of(facts, intrusion);
	bool contradiction;

	if (!owner || intrusion->count < REPEATED || is_designed(facts, intrusion, owner))
		return;
	contradiction = contradicts(unsolicited, intrusion, owner, &suspect->question);
	if (holds(facts, intrusion) && !contradiction)
		return;
	for (uint32_t i = 0; i < suspect->count; i++)
		suspect->several_owners |= !mac_equal(suspect->owners[i]->key.mac, owner->key.mac);
	suspect->intrusions[suspect->count] = intrusion;
	suspect->owners[suspect->count++] = owner;
	suspect->claims += intrusion->count;
	suspect->quiet &= intrusion->to_all == 0;
	suspect->contradicts |= contradiction;
	suspect->owner_answers |= owner->answers > 0;
	if (!mark_is_set(&suspect->inquiry))
		suspect->inquiry = inquired(unsolicited, intrusion, owner);
	if (!mark_is_set(&suspect->passing_on))
		suspect->passing_on = find_passing_on(facts, intrusion, owner);
}

/* Without the questions every answer looks unsolicited; somebody's question and its answer must have been seen. */
static bool questions_are_seen(const struct facts *facts, uint32_t segment)
{
	if (facts->inputs[facts_input_of(facts, segment)].dropped)
		return false;
	FOR_RECORDS (claim, claim, &facts->claims)
		if (claim->key.segment == segment && !mac_is_zero(claim->askers[0]))
			return true;
	return false;
}

static bool is_guilty(const struct suspect *suspect)
{
	bool aims = suspect->several_owners || mark_is_set(&suspect->inquiry);

	return suspect->claims >= PERSISTENT &&
	       ((aims && suspect->quiet) || suspect->contradicts || mark_is_set(&suspect->passing_on));
}

static void suspect_station(const struct unsolicited *unsolicited, const struct facts *facts,
			    const struct intrusion *first, struct suspect *suspect)
{
	*suspect = (struct suspect){ .quiet = true };
	for (uint32_t i = 0; i < unsolicited->count; i++) {
		const struct intrusion *intrusion = &unsolicited->intrusions[i];

		if (intrusion->segment == first->segment && mac_equal(intrusion->mac, first->mac))
			weigh(unsolicited, facts, intrusion, suspect);
	}
}

static void observe(void *state, const struct facts *facts, const struct observation *observation)
{
	unsolicited_take(state, facts, observation);
}

/* --- reporting --- */

static void summarise(struct fault *fault, const struct suspect *suspect)
{
	char mac[MAC_TEXT_SIZE], first[IP_TEXT_SIZE], second[IP_TEXT_SIZE];

	mac_format(suspect->intrusions[0]->mac, mac);
	ip_format(&suspect->intrusions[0]->ip, first);
	if (suspect->count == 1) {
		fault_set_summary(fault, "%s claims, unasked and again and again, to be %s, which is at %s", mac, first,
				  mac_format(suspect->owners[0]->key.mac, second));
		return;
	}
	ip_format(&suspect->intrusions[1]->ip, second);
	if (suspect->count == 2)
		fault_set_summary(fault,
				  "%s claims, unasked and again and again, to be %s and %s, which are other machines",
				  mac, first, second);
	else
		fault_set_summary(fault,
				  "%s claims, unasked and again and again, to be %s, %s and %u more, which are other "
				  "machines",
				  mac, first, second, suspect->count - 2);
}

static void cite(struct fault *fault, const struct facts *facts, const struct suspect *suspect)
{
	uint32_t segment = suspect->intrusions[0]->segment;
	char ip[IP_TEXT_SIZE];

	fault_cite(fault, facts, segment, &suspect->question, "asks for an address that it claims to have itself");
	fault_cite(fault, facts, segment, &suspect->inquiry, "asks for the address that it claims to have later");
	fault_cite(fault, facts, segment, &suspect->passing_on, "hands the owner what was sent to it instead");
	for (uint32_t i = 0; i < suspect->count && i < 2; i++) {
		ip_format(&suspect->intrusions[i]->ip, ip);
		fault_cite(fault, facts, segment, &suspect->owners[i]->answer, "%s answers for itself", ip);
		for (int k = 0; k < UNSOLICITED_MARKS - 1; k++)
			fault_cite(fault, facts, segment, &suspect->intrusions[i]->marks[k],
				   "claims to be %s, which nobody asked", ip);
	}
	for (uint32_t i = 0; i < suspect->count; i++)
		fault_count(fault, suspect->intrusions[i]->count, suspect->intrusions[i]->marks[0].time,
			    suspect->intrusions[i]->last.time);
}

static void report(struct findings *findings, const struct suspect *suspect)
{
	const struct intrusion *first = suspect->intrusions[0];
	bool proven = suspect->contradicts && suspect->owner_answers;
	struct subject subject =
	    subject_of(findings->facts, first->segment, suspect->count == 1 ? &first->ip : NULL, &first->mac, NULL);
	struct fault *fault =
	    findings_add(findings, SEVERITY_ERROR, proven ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY, &subject);

	summarise(fault, suspect);
	cite(fault, findings->facts, suspect);
}

static bool is_first_of_station(const struct unsolicited *unsolicited, uint32_t index)
{
	const struct intrusion *intrusion = &unsolicited->intrusions[index];

	for (uint32_t i = 0; i < index; i++)
		if (unsolicited->intrusions[i].segment == intrusion->segment &&
		    mac_equal(unsolicited->intrusions[i].mac, intrusion->mac))
			return false;
	return true;
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	const struct unsolicited *unsolicited = state;
	struct suspect suspect;

	for (uint32_t i = 0; i < unsolicited->count; i++) {
		if (!is_first_of_station(unsolicited, i))
			continue;
		suspect_station(unsolicited, facts, &unsolicited->intrusions[i], &suspect);
		if (is_guilty(&suspect) && questions_are_seen(facts, unsolicited->intrusions[i].segment))
			report(findings, &suspect);
	}
}

const struct rule rule_arp_poisoning = {
	.id = "arp-poisoning",
	.severity = SEVERITY_ERROR,
	.summary = "A machine claims addresses of others, unasked and again and again: their neighbours are poisoned.",
	.why =
	    "Hosts believe an ARP answer that they never asked for. Who tells the client that it is the gateway, and "
	    "the gateway that it is the client, gets the traffic between them. It has to repeat that, because the "
	    "owners go on answering for themselves; and it asks for the true MACs of the very addresses that it "
	    "claims, to hand the traffic on. No proxy, failover or bond does so: proxies answer questions, failovers "
	    "announce, bonds speak for their own address.",
	.proof =
	    "Proven when the MAC asks for an address that it claims to have, while the owner answers for itself. "
	    "Likely when unasked answers for several machines' addresses, or for one that it had asked for itself, are "
	    "repeated to single victims, or when the MAC hands the owner packets that were sent to it instead. The TTL "
	    "proves nothing here: such programs hand packets on "
	    "without decrementing it.",
	.effect = "Traffic of the victims passes through a machine that may read, change or drop it; connections break "
		  "whenever a neighbour entry flips back. A poisoned director sends to the wrong machine.",
	.remedies = { "Find the switch port of the MAC (show mac address-table address MAC, or bridge fdb show | grep "
		      "MAC) and take it off the network: ip link set dev VIF down on its hypervisor.",
		      "On the director and the real servers, pin what matters: ip neigh replace ADDRESS lladdr MAC dev "
		      "INTERFACE nud permanent.",
		      "On the switches, switch on dynamic ARP inspection with DHCP snooping; on a Linux bridge, accept "
		      "only a guest's own addresses: ebtables -A FORWARD -p ARP -i VIF --arp-ip-src ! ADDRESS -j DROP.",
		      "Where guests are virtual, use the hypervisor's filter: libvirt clean-traffic, XCP-ng locking "
		      "mode, Proxmox ipfilter." },
	.no_help =
	    "Flushing the neighbour tables helps for seconds only. arp_ignore and arp_announce govern what a host "
	    "says, not what it believes; arp_accept=0 still lets entries that exist be overwritten.",
	.sources = "RFC 826, RFC 5227 section 6, RFC 3756, net/ipv4/arp.c (arp_process)",
	.subscribes = SUBSCRIBE(OBSERVED_NEIGHBOUR),
	.state_size = sizeof(struct unsolicited),
	.observe = observe,
	.conclude = conclude,
};
