// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/ownership.h"

#include "analysis/findings.h"
#include "analysis/roles.h"
#include "analysis/vantage.h"

enum {
	ENOUGH_PACKETS = 3,    /* TTLs of fewer prove nothing (unusual initial TTLs, chance) */
	PROXY_SPREAD = 150000, /* microseconds between the fastest and the slowest answer */
	PROXY_DELAY_LEAST = 50000,
};

static struct ownership verdict(enum own own, enum confidence confidence, enum ownership_ground ground,
				const struct claim *claim, const struct mark *mark)
{
	return (struct ownership){
		.own = own, .confidence = confidence, .ground = ground, .mark = *mark, .segment = claim->key.segment
	};
}

static struct ownership undecided(void)
{
	return (struct ownership){ .own = OWN_UNKNOWN, .ground = GROUND_NOTHING };
}

/* --- proofs --- */

static bool by_known_mac(const struct facts *facts, const struct claim *claim, struct ownership *result)
{
	const struct mac *known = topology_known_mac(facts->configured, &claim->key.ip);

	if (!known)
		return false;
	if (mac_equal(*known, claim->key.mac)) {
		*result = verdict(OWN_YES, CONFIDENCE_PROVEN, GROUND_KNOWN_MATCHES, claim, &claim->first);
		return true;
	}
	*result = verdict(OWN_NO, CONFIDENCE_PROVEN, GROUND_KNOWN_DIFFERS, claim, &claim->first);
	result->true_mac = *known;
	result->has_true_mac = true;
	return true;
}

/* Linux proxies never answer an ARP probe (net/ipv4/arp.c), but they do answer duplicate address detection for ND. */
static bool probe_answer_proves(const struct claim *claim)
{
	return claim->probes_answered > 0 && claim->key.ip.family == 4;
}

static bool by_own_deed(const struct claim *claim, struct ownership *result)
{
	if (mark_is_set(&claim->proofs->delivered))
		*result = verdict(OWN_YES, CONFIDENCE_PROVEN, GROUND_DELIVERED, claim, &claim->proofs->delivered);
	else if (probe_answer_proves(claim))
		*result =
		    verdict(OWN_YES, CONFIDENCE_PROVEN, GROUND_PROBE_ANSWERED, claim, &claim->proofs->probe_answer);
	else
		return false;
	return true;
}

/* A director's packets for a VIP are decremented and sent on although it owns the VIP
 * (net/netfilter/ipvs/ip_vs_xmit.c). */
static bool is_directed(const struct facts *facts, const struct claim *claim)
{
	return roles_is_vip(facts, &claim->key.ip) &&
	       (claim->asks > 0 || roles_is_director(facts, claim->key.segment, claim->key.mac, &claim->key.ip));
}

static bool by_refusal(const struct facts *facts, const struct claim *claim, struct ownership *result)
{
	if (is_directed(facts, claim))
		return false;
	if (mark_is_set(&claim->proofs->time_exceeded))
		*result =
		    verdict(OWN_NO, CONFIDENCE_PROVEN, GROUND_TIME_EXCEEDED, claim, &claim->proofs->time_exceeded);
	else if (mark_is_set(&claim->proofs->unreachable))
		*result = verdict(OWN_NO, CONFIDENCE_PROVEN, GROUND_UNREACHABLE, claim, &claim->proofs->unreachable);
	else if (mark_is_set(&claim->proofs->redirected))
		*result = verdict(OWN_NO, CONFIDENCE_PROVEN, GROUND_REDIRECTED, claim, &claim->proofs->redirected);
	else if (mark_is_set(&claim->proofs->forwarded) && !roles_is_vip(facts, &claim->key.ip))
		*result = verdict(OWN_NO, CONFIDENCE_PROVEN, GROUND_FORWARDED, claim, &claim->proofs->forwarded);
	else
		return false;
	return true;
}

/* --- signs --- */

/* Over all its answers to broadcast questions, for whatever address (the first ones of very many). */
static bool station_delays_like_a_proxy(const struct facts *facts, const struct station *station)
{
	enum { MOST_CLAIMS = 64 };
	uint32_t answers = 0, least = UINT32_MAX, most = 0;
	int looked_at = 0;

	if (!station)
		return false;
	FOR_CLAIMS_OF_STATION (facts, station, claim) {
		if (claim->broadcast_delays == 0)
			continue;
		answers += claim->broadcast_delays;
		least = claim->delay_least < least ? claim->delay_least : least;
		most = claim->delay_most > most ? claim->delay_most : most;
		if (++looked_at == MOST_CLAIMS)
			break;
	}
	return answers >= ENOUGH_PACKETS && most >= PROXY_DELAY_LEAST && most - least >= PROXY_SPREAD;
}

/* The MAC asks with another address than this one, and never with this one. */
static bool speaks_as_other(const struct station *station, const struct claim *claim)
{
	return station && mark_is_set(&station->self_mark) && claim->asks == 0 && claim->announcements == 0 &&
	       !ip_equal(&station->self, &claim->key.ip);
}

/*
 * Packets of this address come with a lower TTL through the MAC. In ICMP that
 * is the address' own stack behind a router; in TCP it may be address translation (VS/NAT), which is no substitution.
 */
static bool comes_through(const struct claim *claim)
{
	return claim->ttl_less_icmp > 0 && claim->ttl_whole == 0;
}

/*
 * Some appliances never answer probes for their own address (Cisco IOS and ASA among them): hardware that answers for
 * one address only, which is not the set-up's, as far as is known.
 */
static bool may_ignore_probes(const struct facts *facts, const struct station *station, const struct claim *claim)
{
	const struct topology *topology = facts->roles ? &facts->roles->topology : facts->configured;
	const struct ip *ip = &claim->key.ip;

	return station && station->answered_claims == 1 &&
	       strcmp(mac_kind_of(claim->key.mac)->name, "universal") == 0 && !topology_is_vip(topology, ip) &&
	       !topology_find_real_server(topology, ip) && !topology_find_director(topology, ip);
}

static bool by_silent_probe(const struct facts *facts, const struct station *station, const struct claim *claim,
			    struct ownership *result)
{
	uint32_t silent = facts_silent_probes(facts, claim);
	bool supported;

	if (claim->key.ip.family != 4 || silent == 0 || claim->probes_answered > 0 || claim->answers == 0)
		return false;
	supported = comes_through(claim) || station_delays_like_a_proxy(facts, station) ||
		    speaks_as_other(station, claim) || (station && station->router != ROUTER_UNPROVEN);
	*result = verdict(OWN_NO, supported ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY, GROUND_PROBE_SILENT, claim,
			  &claim->proofs->probe_silence);
	if (!supported && may_ignore_probes(facts, station, claim))
		result->confidence = CONFIDENCE_HINT;
	return supported || silent > 1;
}

/*
 * Two stacks speak through one MAC: its own address with a whole TTL, this one with a decremented TTL. The MAC belongs
 * to the one that asks with it.
 */
static bool by_other_self(const struct station *station, const struct claim *claim, struct ownership *result)
{
	bool routes;

	if (!speaks_as_other(station, claim) || claim->answers == 0)
		return false;
	routes = station->router != ROUTER_UNPROVEN || station->less_packets >= ENOUGH_PACKETS;
	if (!comes_through(claim) && !(station->router != ROUTER_UNPROVEN && claim->ttl_whole == 0))
		return false;
	*result = verdict(OWN_NO, routes ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY, GROUND_OTHER_SELF, claim,
			  mark_is_set(&claim->proofs->less) ? &claim->proofs->less : &station->self_mark);
	return true;
}

static bool by_decrement(const struct station *station, const struct claim *claim, bool backend,
			 struct ownership *result)
{
	bool several = station && (station->less_claims > 1 || station->less_packets >= ENOUGH_PACKETS);
	bool routes = station && station->router != ROUTER_UNPROVEN;

	if (claim->answers == 0 || claim->ttl_whole > 0)
		return false;
	if (!(comes_through(claim) && (several || backend)) &&
	    !(backend && claim->ttl_less >= (routes ? 1 : ENOUGH_PACKETS)))
		return false;
	*result = verdict(OWN_NO, CONFIDENCE_LIKELY, GROUND_DECREMENTED, claim, &claim->proofs->less);
	return true;
}

/* The other end of a guest's interface is never the guest; with several addresses or a proxy's delays it is no chance.
 */
static bool by_backend(const struct facts *facts, const struct station *station, const struct claim *claim,
		       struct ownership *result)
{
	bool delayed = station_delays_like_a_proxy(facts, station);

	if (!station || claim->answers == 0 || claim->ttl_whole > 0 || (station->answered_claims < 2 && !delayed))
		return false;
	if (claim->broadcast_delays >= 2 && claim->delay_most < PROXY_DELAY_LEAST)
		return false;
	*result = verdict(OWN_NO, delayed ? CONFIDENCE_LIKELY : CONFIDENCE_HINT,
			  delayed ? GROUND_BACKEND_DELAYED : GROUND_BACKEND, claim,
			  mark_is_set(&claim->slowest) ? &claim->slowest : &claim->answer);
	return true;
}

/* All routers have the anycast address of their networks (RFC 4291 section 2.6.1), and answer like that, too. */
static bool is_subnet_router(const struct ip *ip)
{
	static const uint8_t zeros[8];

	return memcmp(ip->b + sizeof ip->b - sizeof zeros, zeros, sizeof zeros) == 0;
}

/*
 * Linux sets no override flag when it answers for others what all were asked (net/ipv6/ndisc.c, ndisc_recv_ns; RFC 4861
 * section 7.2.8). A router that does so, and through which packets of the address come with a lower hop limit, is its
 * proxy.
 */
static bool by_missing_override(const struct station *station, const struct claim *claim, struct ownership *result)
{
	bool routes = station && station->router != ROUTER_UNPROVEN && claim->ttl_less > 0;

	if (claim->key.ip.family != 6 || claim->override_missing == 0 || is_subnet_router(&claim->key.ip) ||
	    claim->override_missing < claim->broadcast_delays || claim->ttl_whole > 0)
		return false;
	*result = verdict(OWN_NO, routes ? CONFIDENCE_PROVEN : CONFIDENCE_LIKELY, GROUND_WITHOUT_OVERRIDE, claim,
			  &claim->answer);
	return true;
}

static bool by_signs(const struct facts *facts, const struct claim *claim, struct ownership *result)
{
	const struct station *station = facts_station(facts, claim->key.segment, claim->key.mac);
	bool backend = (mac_kind_of(claim->key.mac)->traits & MAC_TRAIT_BACKEND) != 0;

	if (by_silent_probe(facts, station, claim, result))
		return true;
	if (is_directed(facts, claim))
		return false;
	return by_other_self(station, claim, result) || by_missing_override(station, claim, result) ||
	       by_decrement(station, claim, backend, result) || (backend && by_backend(facts, station, claim, result));
}

/* A host asks with its own address, and a proxy with its own: only a poisoner asks with somebody else's. */
static bool by_asking(const struct claim *claim, struct ownership *result)
{
	if (claim->asks == 0)
		return false;
	*result = verdict(OWN_YES, CONFIDENCE_LIKELY, GROUND_ASKED_ITSELF, claim, &claim->ask);
	return true;
}

/* Whatever decided, another vantage point may know the host's own MAC. */
static void name_true_mac(const struct facts *facts, const struct claim *claim, struct ownership *result)
{
	struct ownership seen;

	if (result->own != OWN_NO || result->has_true_mac || !vantage_refutes(facts, claim, &seen))
		return;
	result->true_mac = seen.true_mac;
	result->has_true_mac = true;
}

static void name_owner(const struct facts *facts, const struct claim *claim, struct ownership *result)
{
	const struct station *station = facts_station(facts, claim->key.segment, claim->key.mac);

	if (result->own == OWN_NO && station && mark_is_set(&station->self_mark) &&
	    !ip_equal(&station->self, &claim->key.ip))
		result->owner = station->self;
}

struct ownership ownership_of(const struct facts *facts, const struct claim *claim)
{
	struct ownership result = undecided();

	if (!by_known_mac(facts, claim, &result) && !by_own_deed(claim, &result) &&
	    !by_refusal(facts, claim, &result) && !vantage_refutes(facts, claim, &result) &&
	    !by_asking(claim, &result) && !by_signs(facts, claim, &result))
		result = undecided();
	if (result.own == OWN_NO && result.confidence == CONFIDENCE_HINT) {
		result.own = OWN_UNKNOWN;
		result.suspected = true;
	}
	name_true_mac(facts, claim, &result);
	name_owner(facts, claim, &result);
	return result;
}

bool ownership_shows_hop(const struct claim *claim, const struct ownership *ownership)
{
	if (mark_is_set(&claim->proofs->time_exceeded) || ownership->ground == GROUND_SEEN_BEHIND ||
	    ownership->ground == GROUND_FORWARDED || ownership->ground == GROUND_OTHER_SELF)
		return true;
	return ownership->own == OWN_NO && claim->ttl_less > 0 && claim->ttl_whole == 0;
}

const char *ownership_reason(enum ownership_ground ground)
{
	static const char *const reasons[] = {
		[GROUND_NOTHING] = "nothing proves it; a sender-0 probe or a TTL-1 echo to this MAC would",
		[GROUND_KNOWN_MATCHES] = "it equals the MAC that is configured as the true one",
		[GROUND_DELIVERED] = "a TTL-1 packet sent to it was answered from it: no router stands there",
		[GROUND_PROBE_ANSWERED] = "it answered a sender-0 probe, which no proxy does",
		[GROUND_ASKED_ITSELF] = "the host asks ARP questions of its own with it",
		[GROUND_KNOWN_DIFFERS] = "the MAC that is configured as the true one is another",
		[GROUND_TIME_EXCEEDED] =
		    "a packet for the address sent to it came back as Time Exceeded: a router stands there",
		[GROUND_UNREACHABLE] = "it reported the address as unreachable: it routes and is not the host",
		[GROUND_REDIRECTED] = "it sent a redirect for the address: it routes and is not the host",
		[GROUND_FORWARDED] = "it sent a packet for the address on to another MAC",
		[GROUND_SEEN_BEHIND] =
		    "another capture shows the same packet arrive at the host's own MAC, with a lower TTL",
		[GROUND_PROBE_SILENT] = "it answers ordinary questions and lets sender-0 probes pass, as proxies do",
		[GROUND_OTHER_SELF] =
		    "it is the MAC of another address; packets from this one come through it with a lower TTL",
		[GROUND_DECREMENTED] = "packets from the address come from it with a decremented TTL",
		[GROUND_BACKEND_DELAYED] =
		    "it is a hypervisor's end of an interface, and answers after a proxy's random delays",
		[GROUND_BACKEND] = "it is the kind of MAC that a hypervisor's end of an interface has",
		[GROUND_WITHOUT_OVERRIDE] = "its advertisements lack the override flag, as a proxy's do",
	};

	return reasons[ground];
}

bool station_is_proxy(const struct facts *facts, uint32_t segment, struct mac mac)
{
	const struct station *station = facts_station(facts, segment, mac);
	int looked_at = 0;

	if (!station)
		return false;
	FOR_CLAIMS_OF_STATION (facts, station, claim) {
		struct ownership ownership = ownership_of(facts, claim);

		if (ownership.own == OWN_NO && ownership.ground != GROUND_KNOWN_DIFFERS)
			return true;
		if (++looked_at == 64)
			break;
	}
	return false;
}

/* --- evidence --- */

/* First, so that it is there however much else is cited. */
static void cite_other_vantage(const struct facts *facts, const struct ownership *ownership, uint32_t segment,
			       struct fault *fault)
{
	char own[MAC_TEXT_SIZE];

	if (ownership->segment != segment && ownership->has_true_mac)
		fault_cite(fault, facts, ownership->segment, &ownership->mark,
			   "here the same packet arrives at %s, with a lower TTL",
			   mac_format(ownership->true_mac, own));
}

void ownership_cite(const struct facts *facts, const struct claim *claim, const struct ownership *ownership,
		    struct fault *fault)
{
	const struct station *station = facts_station(facts, claim->key.segment, claim->key.mac);
	uint32_t segment = claim->key.segment;
	char mac[MAC_TEXT_SIZE], ip[IP_TEXT_SIZE], self[IP_TEXT_SIZE];

	mac_format(claim->key.mac, mac);
	ip_format(&claim->key.ip, ip);
	cite_other_vantage(facts, ownership, segment, fault);
	fault_cite(fault, facts, segment, mark_is_set(&claim->answer) ? &claim->answer : &claim->first, "%s is-at %s",
		   ip, mac);
	fault_cite(fault, facts, segment, &claim->proofs->time_exceeded, "Time Exceeded from %s: a router stands there",
		   mac);
	fault_cite(fault, facts, segment, &claim->proofs->unreachable, "%s reports %s as unreachable: it routes", mac,
		   ip);
	fault_cite(fault, facts, segment, &claim->proofs->redirected, "%s redirects packets for %s: it routes", mac,
		   ip);
	fault_cite(fault, facts, segment, &claim->proofs->forwarded, "%s sends the packet for %s on", mac, ip);
	if (claim->probes_answered == 0 && facts_silent_probes(facts, claim))
		fault_cite(fault, facts, segment, &claim->proofs->probe_silence,
			   "sender-0 probe for %s: no answer in 1.2 s, so not its owner", ip);
	fault_cite(fault, facts, segment, &claim->proofs->less, "from %s with TTL %u: one hop away", ip,
		   claim->ttl_seen);
	if (station && mark_is_set(&station->self_mark) && !ip_equal(&station->self, &claim->key.ip))
		fault_cite(fault, facts, segment, &station->self_mark, "%s asks as %s: its own address", mac,
			   ip_format(&station->self, self));
	if (claim->broadcast_delays && claim->delay_most >= PROXY_DELAY_LEAST)
		fault_cite(fault, facts, segment, &claim->slowest, "answer after %u ms: within a proxy's random delay",
			   claim->delay_most / 1000);
}
