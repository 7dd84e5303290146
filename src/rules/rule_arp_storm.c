// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/asking_rate.h"

#include <stdio.h>

enum {
	LASTING = 2,       /* busy seconds in a row; a machine that boots is done after one */
	FLOOD = 1000,      /* questions in one second that no scanner's defaults send for long */
	ASKED_AT_MOST = 4, /* times for one target: a kernel asks three times (mcast_solicit), scanners twice */
	SHARE_SIZE = 64,
};

/* It was told to, for once. */
static bool is_known_sweep(const struct facts *facts, const struct observation *observation)
{
	const struct segment *segment = facts_segment(facts, observation->segment);
	const struct mac *sweeper = &facts->inputs[segment->key.input].sweeper;

	return !mac_is_zero(*sweeper) && mac_equal(*sweeper, observation->mac);
}

static void observe(void *state, const struct facts *facts, const struct observation *observation)
{
	if (is_known_sweep(facts, observation))
		return;
	if (observation->kind == OBSERVED_NEIGHBOUR)
		asking_take(state, observation);
	else
		asking_decide(state, observation);
}

/* Many addresses, each asked for a few times: somebody looks who is there. */
static bool is_sweep(const struct asking_watch *watch)
{
	return watch->repeats <= watch->questions / ASKED_AT_MOST * (ASKED_AT_MOST - 1);
}

static bool is_storm(const struct asking_watch *watch)
{
	uint32_t longest = asking_longest(watch);

	if (asking_is_segment(watch))
		return longest >= LASTING;
	if (is_sweep(watch))
		return watch->peak >= FLOOD && longest >= LASTING;
	return watch->peak > FLOOD || longest >= LASTING;
}

/* "87% of those decided stayed unanswered"; questions of which answers would not be seen are not decided. */
static const char *share(const struct asking_watch *watch, char buffer[static SHARE_SIZE])
{
	if (watch->decided == 0)
		snprintf(buffer, SHARE_SIZE, "their answers would not be seen here");
	else
		snprintf(buffer, SHARE_SIZE, "%u%% of those decided stayed unanswered",
			 (unsigned)(watch->unanswered * 100 / watch->decided));
	return buffer;
}

static void cite(struct fault *fault, const struct facts *facts, const struct asking_watch *watch)
{
	fault_cite(fault, facts, watch->segment, &watch->first, "the rate rises");
	fault_cite(fault, facts, watch->segment, &watch->highest, "question number %u within one second", watch->peak);
	fault_cite(fault, facts, watch->segment, &watch->last, "the last one at such a rate");
	fault_count(fault, watch->questions, watch->first.time, watch->last.time);
}

static struct fault *fault_of(struct findings *findings, const struct asking_watch *watch, enum severity severity)
{
	bool whole = asking_is_segment(watch);
	struct subject subject = subject_of(findings->facts, watch->segment, NULL, whole ? NULL : &watch->mac, NULL);

	return findings_add(findings, severity, CONFIDENCE_PROVEN, &subject);
}

static void report_storm(struct findings *findings, const struct asking_watch *watch)
{
	const struct asking_target *favourite = asking_favourite(watch);
	struct fault *fault = fault_of(findings, watch, SEVERITY_WARNING);
	char who[MAC_TEXT_SIZE], target[IP_TEXT_SIZE], shares[SHARE_SIZE];

	if (asking_is_segment(watch))
		snprintf(who, sizeof who, "All hosts");
	else
		mac_format(watch->mac, who);
	if (favourite)
		fault_set_summary(fault, "%s: %u questions in one second, most of all for %s; %s", who, watch->peak,
				  ip_format(&favourite->ip, target), share(watch, shares));
	else
		fault_set_summary(fault, "%s: %u questions in one second; %s", who, watch->peak, share(watch, shares));
	cite(fault, findings->facts, watch);
}

static void report_sweep(struct findings *findings, const struct asking_watch *watch)
{
	struct fault *fault = fault_of(findings, watch, SEVERITY_INFO);
	char mac[MAC_TEXT_SIZE], shares[SHARE_SIZE];

	fault_set_summary(fault, "%s sweeps the network: up to %u questions in one second, few for each address; %s",
			  mac_format(watch->mac, mac), watch->peak, share(watch, shares));
	fault_set_effect(fault, "None that lasts: somebody looks who is there.");
	cite(fault, findings->facts, watch);
}

static bool has_storming_asker(const struct asking *asking, uint32_t segment)
{
	for (uint32_t i = 0; i < asking->watch_count; i++)
		if (asking->watches[i].segment == segment && !asking_is_segment(&asking->watches[i]) &&
		    is_storm(&asking->watches[i]))
			return true;
	return false;
}

static void conclude(const void *state, const struct facts *facts, struct findings *findings)
{
	const struct asking *asking = state;

	(void)facts;
	for (uint32_t i = 0; i < asking->watch_count; i++) {
		const struct asking_watch *watch = &asking->watches[i];
		bool whole = asking_is_segment(watch);

		if (is_storm(watch) && !(whole && has_storming_asker(asking, watch->segment)))
			report_storm(findings, watch);
		else if (!whole && is_sweep(watch) && watch->peak >= ASKING_RATE)
			report_sweep(findings, watch);
	}
}

const struct rule rule_arp_storm = {
	.id = "arp-storm",
	.severity = SEVERITY_WARNING,
	.summary = "ARP questions at a rate that loads every host of the segment.",
	.why =
	    "A broadcast question interrupts every host. Storms come from a bridging loop that multiplies one frame, "
	    "from a host or proxy that asks for an address that nobody has for every packet that it should forward, "
	    "from a router whose empty subnet is scanned from outside, and from broken software. More than 100 "
	    "questions a second for two seconds on end, or more than 1000 in one, from one asker is no ordinary "
	    "host; 1000 a second is none of an ordinary segment.",
	.proof = "The frames themselves show the rate. Questions for ever new addresses, each asked for three times at "
		 "most, are a sweep and reported as an information, unless they go on at 1000 a second.",
	.effect = "Hosts and directors spend their time on answering, neighbour tables overflow, and real questions "
		  "get lost: addresses seem to vanish at random.",
	.remedies = { "See who asks for what: tcpdump -n -e -i INTERFACE 'arp[6:2] = 1' | head -100.",
		      "If the same frames come back, there is a loop: switch on spanning tree on the bridge (ip link "
		      "set "
		      "dev BRIDGE type bridge stp_state 1), or take the second path away.",
		      "If the target does not exist, remove what points to it: an address of a real server that is "
		      "gone, "
		      "a route, a monitoring target; ip route replace unreachable ADDRESS/32 stops it at once.",
		      "If a router is scanned from outside, route unused parts of the subnet away (ip route add "
		      "blackhole "
		      "SUBNET) and limit the rate on the switch (storm-control broadcast)." },
	.no_help =
	    "Larger neighbour tables (net.ipv4.neigh.default.gc_thresh3) keep a host alive, but the questions go "
	    "on.",
	.sources = "RFC 826, RFC 1122 section 2.3.2.1 (one question a second for each target), RFC 6583, "
		   "net/core/neighbour.c",
	.subscribes = SUBSCRIBE(OBSERVED_NEIGHBOUR) | SUBSCRIBE(OBSERVED_QUESTION),
	.state_size = sizeof(struct asking),
	.observe = observe,
	.conclude = conclude,
};
