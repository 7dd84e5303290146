// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the frames have shown so far: the tables that the engine fills and
 * that the rules read. Everything is bounded; what finds no room is counted.
 *
 *   segment.h     segment: where frames were seen: input, interface, VLAN stack, overlay
 *   neighbours.h  host: an address in a segment; station: a MAC in it; claim: "ip is at mac", with all that speaks for
 *                 and against it; question: an ARP request or neighbour solicitation and its answers
 *   traffic.h     flow: a conversation or test packet and the MACs that it travelled by; path: what became of them
 *   groups.h      group: VRRP routers of one VRID and their rivals
 *
 * A `mark` remembers one frame as evidence; its input is that of the segment.
 */
#ifndef ANALYSIS_FACTS_H
#define ANALYSIS_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/fault.h"
#include "analysis/groups.h"
#include "analysis/neighbours.h"
#include "analysis/rule.h"
#include "analysis/segment.h"
#include "analysis/traffic.h"
#include "base/nanos.h"
#include "base/table.h"
#include "topology/topology.h"
#include "wire/mac_kind.h"
#include "wire/packet.h"

enum {
	NO_INDEX = 0, /* indices in chains are stored + 1 */
	MAX_SEGMENTS = 4096,
};

/* An address of the capturing machine itself. */
struct held_address {
	struct ip ip;
	struct mac mac;
};

enum { INPUT_MAX_HELD = 8 };

struct input_facts {
	char *name;
	uint64_t frames, bytes;
	nanos first, last;
	uint16_t link_type;
	bool mixed_links;
	bool ended;
	bool truncated;
	uint64_t sums_right, sums_wrong; /* checksums of IPv4 headers, ICMP and VRRP */
	bool bonded;                     /* LACP was spoken: a bond is at one end */
	struct held_address held[INPUT_MAX_HELD];
	uint32_t held_count;
	struct mac sweeper;  /* sweeps because it was told to; zero: nobody */
	bool silence_counts; /* no frame was lost: what was not answered was not sent */
	uint64_t dropped;
	const char *format;
	uint64_t undecoded; /* frames of link types that are not decoded */
};

struct replay_result;
struct roles;

struct facts {
	const struct topology *configured;
	enum method default_method; /* of what is not configured; METHOD_UNKNOWN: as traffic shows */
	struct input_facts *inputs;
	uint32_t input_count;
	struct table segments, hosts, stations, claims, proofs, silences, stales, groups, paths;
	struct proofs no_room;        /* swallows what is noted when the table of proofs is full */
	struct flow *flows;           /* ring of MAX_FLOWS, the oldest makes room */
	uint32_t *flow_slots;         /* hash chains into it, index + 1 */
	struct flow_link *flow_links; /* one for each flow */
	uint32_t flow_count, flow_next;
	uint64_t flows_evicted;
	struct questions questions;
	uint64_t addresses_refused;          /* claims that found no room */
	const struct replay_result *replays; /* the engine's */
	uint32_t replay_count;
	bool out_of_memory;
	uint64_t seed;
	/* Only there while a report is made: */
	const struct roles *roles;
	struct table crossings; /* claims that another vantage point refutes (vantage.c) */
};

/* Lookups; NULL where there is nothing. */
const struct segment *facts_segment(const struct facts *facts, uint32_t index);
const struct host *facts_host(const struct facts *facts, uint32_t segment, const struct ip *ip);
const struct station *facts_station(const struct facts *facts, uint32_t segment, struct mac mac);
const struct claim *facts_claim(const struct facts *facts, uint32_t segment, const struct ip *ip, struct mac mac);
const struct silence *facts_silence(const struct facts *facts, uint32_t segment, const struct ip *ip, struct mac mac);
const struct stale *facts_stale(const struct facts *facts, uint32_t segment, const struct ip *ip, struct mac sender);
const struct claim *facts_claim_at(const struct facts *facts, uint32_t chained);
uint32_t facts_input_of(const struct facts *facts, uint32_t segment);

/* Walk the claims of a host or of a station. */
#define FOR_CLAIMS_OF_HOST(facts, host, each)                                                                          \
	for (const struct claim *each = facts_claim_at(facts, (host)->first_claim); each;                              \
	     each = facts_claim_at(facts, each->next_of_host))
#define FOR_CLAIMS_OF_STATION(facts, station, each)                                                                    \
	for (const struct claim *each = facts_claim_at(facts, (station)->first_claim); each;                           \
	     each = facts_claim_at(facts, each->next_of_station))
/* Walk a whole table of records. */
#define FOR_RECORDS(type, record, tablep)                                                                              \
	for (uint32_t record##_i = 0; record##_i < (tablep)->count; record##_i++)                                      \
		for (const struct type *record = table_at((tablep), record##_i); record; record = NULL)

/*
 * What rests on silence, as far as the segment, as it is known by now, would have shown an answer.
 */
/* Ordinary questions for the host that went unanswered since its last answer. */
uint32_t facts_vain_questions(const struct facts *facts, const struct host *host);
/* Sender-0 questions that the claim's MAC let pass. */
uint32_t facts_silent_probes(const struct facts *facts, const struct claim *claim);
/* Ordinary questions to all for the host that `mac` let pass. */
uint32_t facts_questions_passed(const struct facts *facts, const struct host *host, struct mac mac);

/* TTLs that hosts start with (64, 128, 255, 32), and those one to three hops below. */
bool ttl_is_initial(uint8_t ttl);
bool ttl_is_decremented(uint8_t ttl);

#endif
