// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tally.h"
#include "rules/rule_common.h"

enum {
	TOLD_OFTEN = 3, /* a sender that listens is told once for each destination, and again only minutes later */
	MOST_PAIRS = 128,
};

/* Segments that were on their way bring an error each at once; they count as one telling. */
#define BURST (500 * NANOS_PER_MILLI)
/* Linux asks the path anew after ten minutes (net.ipv4.route.mtu_expires); TCP repeats within two at the most. */
#define FORGOTTEN (120 * NANOS_PER_SECOND)

/* Who is told by ICMP that its packets for somebody are too large, again and again. */
struct pair {
	uint32_t segment;
	struct ip sender, target; /* of the packets that are too large */
	struct ip teller;
	struct mac teller_mac;
	bool tcp;
	uint32_t told, worst, mtu;
	struct mark marks[TALLY_MAX_MARKS], last;
};

struct state {
	struct pair pairs[MOST_PAIRS];
	uint32_t pair_count;
	struct tally stalls, over; /* kind: whether the service's segments stall, not the client's */
};

/* --- told by ICMP --- */

static bool is_too_big(const struct packet *packet)
{
	if (packet->ip.source.family == 6)
		return packet->icmp.type == ICMP6_TYPE_TOO_BIG;
	return packet->icmp.type == ICMP_TYPE_UNREACHABLE && packet->icmp.code == 4;
}

static bool fits(const struct pair *pair, uint32_t segment, const struct ip_header *quoted)
{
	return pair->segment == segment && ip_equal(&pair->sender, &quoted->source) &&
	       ip_equal(&pair->target, &quoted->destination);
}

/* The pair's place, a free one, or, when all are taken, that of the pair that was told the longest time ago. */
static struct pair *place_of(struct state *state, uint32_t segment, const struct ip_header *quoted)
{
	struct pair *oldest = &state->pairs[0];

	for (uint32_t i = 0; i < state->pair_count; i++) {
		if (fits(&state->pairs[i], segment, quoted))
			return &state->pairs[i];
		if (oldest->worst >= TOLD_OFTEN ||
		    (state->pairs[i].worst < TOLD_OFTEN && state->pairs[i].last.time < oldest->last.time))
			oldest = &state->pairs[i];
	}
	return state->pair_count < MOST_PAIRS ? &state->pairs[state->pair_count++] : oldest;
}

static void begin_pair(struct pair *pair, const struct observation *observation)
{
	const struct packet *packet = observation->packet;

	*pair = (struct pair){ .segment = observation->segment,
			       .sender = packet->quoted.ip.source,
			       .target = packet->quoted.ip.destination,
			       .teller = packet->ip.source,
			       .teller_mac = packet->source,
			       .tcp = packet->quoted.ip.protocol == IP_PROTO_TCP };
}

static void take_error(struct state *state, const struct observation *observation)
{
	const struct packet *packet = observation->packet;
	struct pair *pair = place_of(state, observation->segment, &packet->quoted.ip);
	nanos since = observation->mark.time - pair->last.time;

	if (!fits(pair, observation->segment, &packet->quoted.ip))
		begin_pair(pair, observation);
	else if (since >= 0 && since < BURST)
		return;
	else if (since > FORGOTTEN && pair->worst < TOLD_OFTEN)
		pair->told = 0;
	if (pair->told < TALLY_MAX_MARKS)
		pair->marks[pair->told] = observation->mark;
	if (++pair->told > pair->worst)
		pair->worst = pair->told;
	pair->mtu = packet->icmp.mtu;
	pair->last = observation->mark;
}

static void observe(void *memory, const struct facts *facts, const struct observation *observation)
{
	struct state *state = memory;
	struct tally *tally = observation->kind == OBSERVED_STALL ? &state->stalls : &state->over;

	(void)facts;
	if (observation->kind != OBSERVED_ERROR)
		tally_add(tally, observation, &observation->ip, observation->mac,
			  observation->stall == &observation->flow->stalls[1]);
	else if (is_too_big(observation->packet))
		take_error(state, observation);
}

/* Datagrams without TCP may be meant to probe the path's MTU (RFC 8899). */
static void report_pair(struct findings *findings, const struct pair *pair)
{
	const struct facts *facts = findings->facts;
	bool vip = roles_is_vip(facts, &pair->target);
	struct subject subject =
	    subject_of(facts, pair->segment, vip ? NULL : &pair->target, &pair->teller_mac, vip ? &pair->target : NULL);
	struct fault *fault =
	    findings_add(findings, pair->tcp ? SEVERITY_WARNING : SEVERITY_INFO, CONFIDENCE_LIKELY, &subject);
	char sender[IP_TEXT_SIZE], target[IP_TEXT_SIZE], teller[WHO_SIZE];

	fault_set_summary(fault,
			  "%s keeps sending packets to %s that are too large: %s says that %u bytes fit, and is not "
			  "heard",
			  ip_format(&pair->sender, sender), ip_format(&pair->target, target),
			  who(&pair->teller, pair->teller_mac, teller), pair->mtu);
	for (int i = 0; i < TALLY_MAX_MARKS; i++)
		fault_cite(fault, facts, pair->segment, &pair->marks[i], "too large: %u bytes fit", pair->mtu);
	fault_count(fault, pair->told, pair->marks[0].time, pair->last.time);
}

/* --- vanished --- */

static uint64_t count_over(const struct tally *over, const struct tally_entry *stalled)
{
	for (uint32_t i = 0; i < over->count; i++)
		if (over->entries[i].segment == stalled->segment && over->entries[i].kind == stalled->kind &&
		    mac_equal(over->entries[i].mac, stalled->mac) && ip_equal(&over->entries[i].ip, &stalled->ip))
			return over->entries[i].count;
	return 0;
}

/* Whether something else explains it: a lost capture, an end too early, a service that moved, a receiver that died. */
static bool is_excused(const struct facts *facts, const struct tally_entry *entry)
{
	const struct input_facts *input = &facts->inputs[facts_input_of(facts, entry->segment)];
	const struct host *service = facts_host(facts, entry->segment, &entry->ip);
	struct ip own = roles_own_address(facts, entry->segment, entry->mac);
	const struct host *receiver = own.family ? facts_host(facts, entry->segment, &own) : NULL;

	return input->dropped || input->last - entry->last.time < LISTEN_TIME ||
	       (service && mark_is_set(&service->moved) && service->moved.time > entry->marks[0].time - LATE_TIME) ||
	       (receiver && facts_vain_questions(facts, receiver) > 0);
}

static void report_stall(struct findings *findings, const struct tally_entry *entry)
{
	struct subject subject = subject_of(findings->facts, entry->segment, NULL, &entry->mac, &entry->ip);
	struct fault *fault = findings_add(findings, SEVERITY_WARNING, CONFIDENCE_LIKELY, &subject);
	char service[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	fault_set_summary(fault, "Full-sized segments %s %s that are sent to %s vanish, while small ones arrive",
			  entry->kind ? "from" : "for", ip_format(&entry->ip, service), mac_format(entry->mac, mac));
	tally_cite(entry, findings->facts, fault, "the fourth copy of a full-sized segment that nobody acknowledges");
}

static void conclude(const void *memory, const struct facts *facts, struct findings *findings)
{
	const struct state *state = memory;

	for (uint32_t i = 0; i < state->pair_count; i++)
		if (state->pairs[i].worst >= TOLD_OFTEN)
			report_pair(findings, &state->pairs[i]);
	for (uint32_t i = 0; i < state->stalls.count; i++) {
		const struct tally_entry *entry = &state->stalls.entries[i];

		if (entry->count > count_over(&state->over, entry) && !is_excused(facts, entry))
			report_stall(findings, entry);
	}
}

const struct rule rule_mtu_blackhole = {
	.id = "mtu-blackhole",
	.severity = SEVERITY_WARNING,
	.summary = "Large packets do not fit through the path, and their sender does not learn it.",
	.why =
	    "A packet that is larger than the next link's MTU and must not be fragmented is dropped, and an ICMP error "
	    "tells its sender. VS/TUN adds 20 bytes and more to each packet; VLANs, overlays and bridges with "
	    "different MTUs do the same. Where the error is filtered, sent to the wrong host, or never sent by a "
	    "bridge, the sender repeats the large packet for ever.",
	.proof =
	    "Likely when the same sender is told again and again that the same destination's packets are too large, "
	    "or when a full-sized segment is sent four times without an acknowledgement in a connection whose "
	    "small segments are acknowledged. Told once and smaller from then on is path MTU discovery at work.",
	.effect = "Small requests work, uploads, large answers and TLS handshakes hang until they time out.",
	.remedies = { "Find the link that is too small: tracepath -n VIP, or ping -M do -s 1472 ADDRESS and smaller "
		      "sizes.",
		      "Give every interface of the path the same MTU: ip link set dev INTERFACE mtu 1500 (for VS/TUN, "
		      "at "
		      "least 1520 between director and real servers).",
		      "Let the errors pass: nft add rule inet filter input icmp type destination-unreachable accept; "
		      "nft add rule inet filter input icmpv6 type packet-too-big accept; the same in the forward "
		      "chain.",
		      "Or keep TCP small: on each real server, ip route change default via GATEWAY advmss 1400.",
		      "On the director, keep sysctl net.ipv4.vs.pmtu_disc=1, so that it tells senders." },
	.no_help = "Health checks do not help: they send small packets only. Switching off the do-not-fragment bit "
		   "(ip_no_pmtu_disc=1) on the real servers does not change what clients send.",
	.sources = "RFC 1191, RFC 8201, RFC 2923, net/netfilter/ipvs/ip_vs_xmit.c (ensure_mtu_is_adequate), "
		   "net/ipv4/route.c (mtu_expires)",
	.subscribes = SUBSCRIBE(OBSERVED_ERROR) | SUBSCRIBE(OBSERVED_STALL) | SUBSCRIBE(OBSERVED_STALL_OVER),
	.state_size = sizeof(struct state),
	.observe = observe,
	.conclude = conclude,
};
