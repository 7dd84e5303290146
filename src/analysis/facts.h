// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the frames have shown so far: the tables that the engine fills and
 * that the rules read. Everything is bounded; what finds no room is counted.
 *
 *   segment   where frames were seen: input, interface, VLAN stack, overlay
 *   host      an address in a segment
 *   station   a MAC in a segment
 *   claim     "ip is at mac", with all that speaks for and against it
 *   question  an ARP request or neighbour solicitation and its answers
 *   flow      a conversation or test packet and the MACs that it travelled by
 *   group     a VRRP router group and its rivals
 *
 * A `mark` remembers one frame as evidence; its input is that of the segment.
 */
#ifndef ANALYSIS_FACTS_H
#define ANALYSIS_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/fault.h"
#include "analysis/rule.h"
#include "analysis/segment.h"
#include "base/nanos.h"
#include "base/table.h"
#include "topology/topology.h"
#include "wire/mac_kind.h"
#include "wire/packet.h"

/* How long an answer may take before a question counts as unanswered: the kernel's proxies wait up to 0.8 s
 * (net/ipv4/arp.c: proxy_delay), slow hosts add to it. */
#define LISTEN_TIME (1200 * NANOS_PER_MILLI)
/* How much later an answer is still told from an unsolicited one. */
#define LATE_TIME (4 * NANOS_PER_SECOND)

enum {
	NO_INDEX = 0, /* indices in chains are stored + 1 */
	MAX_SEGMENTS = 4096,
	MAX_FLOWS = 8192,
	MAX_PATHS = 16384,
	MAX_QUESTIONS = 16384,
	MAX_GROUPS = 512,
	MAX_STALES = 4096,
	FLOW_MAX_LEGS = 6,
	FLOW_MAX_RETURNS = 3,
	FLOW_MAX_ERRORS = 3,
	QUESTION_MAX_ANSWERS = 4,
	GROUP_MAX_ROUTERS = 6,
	GROUP_MAX_CHANGES = 8,
	STALE_FRAMES = 3, /* fewer were on their way, or a retransmission */
};

/* Why a station is known to forward packets that are not for itself. */
enum router_proof { ROUTER_UNPROVEN, ROUTER_FORWARDED, ROUTER_TIME_EXCEEDED, ROUTER_UNREACHABLE, ROUTER_REDIRECT };

struct station {
	struct station_key {
		uint32_t segment;
		struct mac mac;
		uint8_t pad[2];
	} key;
	uint32_t index;
	uint32_t first_claim; /* chain by claim.next_of_station */
	uint32_t claim_count; /* addresses that it claimed in any way */
	struct ip self;       /* address that it used as sender of its own questions; family 0: none yet */
	struct mark self_mark;
	bool selves; /* more than one such address */
	enum router_proof router;
	struct mark router_mark;
	struct mark last_sent;
	uint32_t ttl_whole;   /* packets from its addresses with an initial TTL */
	uint32_t less_claims; /* its addresses that spoke through it with a decremented TTL, in ICMP */
	uint32_t less_packets;
	uint32_t answered_claims; /* addresses that it answered for */
};

/* An address and a MAC in a segment. */
struct claim_key {
	uint32_t segment;
	struct ip ip;
	struct mac mac;
	uint8_t pad[1];
};

struct host {
	struct host_key {
		uint32_t segment;
		struct ip ip;
		uint8_t pad[3];
	} key;
	uint32_t index;
	uint32_t first_claim, last_claim; /* chain by claim.next_of_host, in order of first sight */
	uint32_t claim_count;
	uint32_t asked, answered, unanswered; /* ordinary questions, decided ones */
	uint32_t heard;                       /* ordinary questions to all, decided or not */
	uint32_t asked_in_sight;              /* ... of askers to whom all answers would have been seen */
	uint32_t probed, probes_answered;     /* sender-0 questions, decided ones */
	uint32_t unanswered_row;              /* unanswered since the last answer */
	struct mark first_unanswered, last_unanswered;
	struct mac last_asker;     /* of those */
	struct mac sight_asker;    /* of `asked_in_sight` */
	struct mark probe_silence; /* the latest sender-0 question that nobody answered */
	struct mac prober;         /* who asked it */
	struct mark alive;         /* an IP packet came from it */
	struct mark unreachable;   /* a router said: host unreachable */
	struct mac current;        /* MAC of the latest claim that a neighbour would learn */
	struct mac previous;
	struct mark moved;    /* when `current` replaced `previous` */
	bool moved_announced; /* by gratuitous ARP or a VRRP master change */
	uint32_t moves;       /* how often it moved in all */
	uint32_t moves_back;  /* to a MAC that it had before */
	struct mark first_back;
	uint32_t stale; /* frames for the address still sent to `previous` over a second after the move */
};

/* Somebody who keeps sending to the MAC that an address has left, although the move was announced. */
struct stale {
	struct claim_key key; /* with the sender's MAC */
	struct mac previous, current;
	uint32_t count; /* since `moved`; frames within a second after it are on their way and do not count */
	struct mark moved, first, last;
};

enum claim_side { CLAIM_ANSWER, CLAIM_ANNOUNCE, CLAIM_ASK, CLAIM_UNSOLICITED };

/* Frames that test a claim, for it or against it. Few claims are ever tested, so these stand apart. */
struct proofs {
	uint32_t claim; /* place of the claim in its table */
	struct mark probe_answer, probe_silence;
	struct mac prober; /* who sent the probes that it let pass, the first of them */
	struct mark unicast_answer;
	struct mark shared_answer, shared_other;
	struct mark less;          /* a packet with a decremented TTL */
	struct mark delivered;     /* a TTL-1 packet for ip sent to mac was answered from mac */
	struct mark time_exceeded; /* mac sent Time Exceeded for a packet for ip that was sent to it */
	struct mark unreachable;   /* or net/host unreachable */
	struct mark redirected;
	struct mark forwarded; /* mac sent the packet on to another MAC */
	struct mac forwarded_to;
};

struct claim {
	struct claim_key key;
	/* What changes with nearly every message stands first, in two cache lines. */
	uint32_t index, host, station; /* places in their tables */
	uint32_t count;                /* messages that said so, of any kind */
	uint32_t answers;              /* to ordinary questions */
	uint32_t asks;                 /* questions of its own with this sender address */
	struct mark last;
	uint32_t delay_least, delay_most; /* microseconds, broadcast questions */
	uint8_t broadcast_delays;         /* answers that `delay_*` rest on, saturating */
	uint8_t ttl_seen;
	uint8_t relayed;             /* messages in frames of another MAC than the one they claim, saturating */
	uint8_t probes_pending;      /* let pass when another MAC seemed to have taken over: see questions.c */
	bool is_current;             /* the host's `current` MAC is this one */
	struct mac askers[3];        /* whose questions it answered, the first ones */
	uint32_t shared;             /* questions that another MAC answered, too */
	uint32_t probes_silent;      /* sender-0 questions that it let pass */
	const struct proofs *proofs; /* never NULL; written through facts_proofs */

	uint32_t next_of_host, next_of_station;
	uint32_t announcements;
	uint32_t unsolicited;     /* replies that nobody asked for */
	uint32_t late;            /* answers more than 100 ms after another MAC's */
	uint32_t probes_answered; /* sender-0 questions that it answered */
	uint32_t probes_shared;
	uint32_t unicast_answers;
	uint32_t override_missing; /* ND answers to a multicast question without the override flag: a proxy's */
	uint32_t ttl_whole, ttl_less, ttl_less_icmp;
	struct mark first, answer, ask, announcement, last_announcement;
	struct mark slowest;
};

/* A question sent to one MAC alone that it left unanswered: it does not answer for the address. */
struct silence {
	struct claim_key key;
	uint32_t count;
	struct mark first;
	struct mac asker;
};

enum question_form { FORM_ORDINARY, FORM_PROBE };

struct answer {
	struct mac mac;
	nanos delay;
	struct mark mark;
};

struct question {
	uint32_t segment;
	uint32_t host;              /* place of the target's record + 1; NO_INDEX when the table is full */
	uint32_t slot, next, newer; /* hash chain, newest first */
	enum question_form form;
	bool unicast;
	bool closed;             /* LISTEN_TIME has passed */
	struct mac asker, asked; /* `asked`: the frame's destination */
	struct ip asker_ip, target;
	struct mark mark;
	uint32_t answer_count; /* may exceed QUESTION_MAX_ANSWERS */
	struct answer answers[QUESTION_MAX_ANSWERS];
};

/* One hop of a flow: frames with one pair of MACs. */
struct leg {
	uint32_t segment;
	struct mac source, destination;
	bool has_destination;
	uint8_t ttl_most, ttl_least;
	uint32_t count;
	struct mark first, last;
	enum packet_tunnel tunnel;
	struct ip outer_destination;
	uint8_t tcp_flags; /* all flags seen, or'ed */
};

struct flow_error {
	uint32_t segment;
	uint8_t type, code;
	bool redirect, time_exceeded, unreachable, prohibited, port, too_big;
	struct ip from;
	struct mac mac;
	struct mark mark;
};

/* The oldest full-sized TCP segment of one direction that was not acknowledged (stalls.h). */
struct stall {
	uint32_t sequence, length;
	uint16_t copies;         /* 0: there is none */
	bool acknowledged;       /* the other side acknowledged something, ever: its packets are seen here */
	bool told;               /* it is a stall by now, and the rules know */
	struct mac sender;       /* of the first copy */
	struct mac receiver;     /* of the latest hop */
	struct mark first, last; /* copies */
};

struct flow {
	uint32_t next, newer; /* hash chain, newest first, index + 1 */
	struct flow_key {
		uint32_t input;
		struct ip client, service;
		uint16_t client_port, service_port; /* echo: id and sequence; VRRP: IP id and VRID */
		uint8_t protocol;
		uint8_t pad;
	} key;
	uint32_t sequence; /* of the first SYN */
	bool has_sequence;
	bool started;      /* the SYN, echo request or datagram itself was seen */
	uint32_t requests; /* SYNs, echo requests, client datagrams on the first leg */
	struct mark first_request, last_request;
	struct mark syn_ack, reset, answer; /* `answer`: any packet from service to client */
	uint32_t client_packets;
	uint8_t leg_count, return_count, error_count;
	bool legs_lost;
	struct leg legs[FLOW_MAX_LEGS];       /* client to service, in order of first sight */
	struct leg returns[FLOW_MAX_RETURNS]; /* service to client */
	struct flow_error errors[FLOW_MAX_ERRORS];
	/* A reply from another address than the service's, with the service's ports, to the client. */
	struct mark stray;
	uint32_t stray_segment;
	struct ip stray_source;
	struct mac stray_mac;
	struct stall stalls[2]; /* of the client's segments, of the service's */
};

struct group_router {
	struct ip source;
	struct mac mac;   /* of the frame: the VMAC where one is used */
	uint8_t priority; /* of the latest advertisement that was not 0 */
	uint8_t version;
	uint32_t count;
	uint32_t interval; /* milliseconds */
	uint32_t defiance; /* adverts in a row sent although a better router advertises, now and at most */
	uint32_t most_defiance;
	struct ip defied; /* the better router */
	struct mark first, last, first_defiance, last_defiance, resigned;
	uint64_t addresses_hash; /* order does not count */
	uint8_t address_count;
	struct ip addresses[VRRP_MAX_ADDRESSES];
};

struct group_change {
	struct mark mark;
	struct mac from, to;
	struct ip from_ip, to_ip;
	bool virtual_mac;
};

struct group {
	struct group_key {
		uint32_t segment;
		uint8_t family, vrid;
		uint8_t pad[2];
	} key;
	struct group_router routers[GROUP_MAX_ROUTERS];
	uint8_t router_count;
	int8_t master; /* index of the best router that advertises; -1 none */
	struct group_change changes[GROUP_MAX_CHANGES];
	uint32_t change_count; /* may exceed GROUP_MAX_CHANGES: then the last place holds the latest one */
	struct ip addresses[VRRP_MAX_ADDRESSES];
	uint8_t address_count;
};

static inline const struct group_change *group_last_change(const struct group *group)
{
	uint32_t kept = group->change_count < GROUP_MAX_CHANGES ? group->change_count : GROUP_MAX_CHANGES;

	return kept ? &group->changes[kept - 1] : NULL;
}

/* What happened with the packets for one service that were sent to one MAC. */
struct path {
	struct path_key {
		uint32_t input;
		struct ip service;
		uint8_t protocol;
		uint16_t port;
		struct mac mac; /* the receiver */
		struct ip via;  /* the end of the tunnel that they were sent in; family 0: none */
		uint8_t pad[1];
	} key;
	uint32_t segment;
	uint32_t flows; /* that were sent to it */
	struct mark first_sent;
	struct mac sender;           /* who sent them to it (the first one) */
	bool sender_forwards;        /* ... and had received them itself: a director or a router */
	struct mark forwarded_to_it; /* frame that shows it */
	struct mark received_by_sender;
	uint32_t accepted; /* answered from this MAC with the service's address */
	struct mark acceptance;
	uint32_t opened; /* SYN/ACK, datagram or echo answered */
	struct mark opening;
	uint32_t refused; /* RST or port unreachable from this MAC */
	struct mark refusal;
	uint32_t prohibited;
	struct mark prohibition;
	uint32_t redirects;
	struct mark redirect;
	uint32_t passed_on; /* it sent the packet on to another MAC */
	struct mark passing;
	struct mac passed_to;
	uint32_t time_exceeded;
	struct mark expiry;
	uint32_t unreachable;
	struct mark unreachability;
	uint32_t silent; /* nothing came back although answers of this MAC would have been seen */
	uint32_t silent_requests;
	uint32_t unheard; /* as `silent`, but its answers might not have been seen */
	uint32_t unheard_requests;
	struct mark unhearing;
	struct mark silence;
	uint32_t other_replied; /* answers to what was sent to this MAC came from another one */
	struct mark other_reply;
	struct mac other;
	bool other_whole; /* ... with an initial TTL */
	bool rewritten;   /* the same packet went out of its receiver with another destination: NAT */
	struct ip rewritten_to;
	struct mark rewriting;
	bool translated; /* the service's address here is what a NAT director made of `virtual` */
	struct ip virtual;
	uint32_t served;   /* what its first receiver sent it was answered in the end, whoever did */
	uint32_t denied;   /* ... or refused */
	uint32_t straight; /* answers that went neither through the director nor decremented */
	struct mark straightness;
	uint32_t passed_back; /* answers that the sender of the request passed back to the client: it routes */
	uint32_t elsewhere;   /* answers that went to another MAC than the one the request came from */
	struct mark elsewhere_mark;
	uint32_t via_director; /* answers that it sent to the director's MAC */
	struct mark detour;
	uint32_t from_rip; /* answers with its own address as source */
	struct mark strays;
	struct ip stray_source;
	uint32_t bounced; /* packets that came back to a MAC that had them before, TTL falling */
	struct mark bounce;
	uint8_t ttl_high, ttl_low;
	enum packet_tunnel tunnel;
	struct ip tunnel_to;
	uint32_t too_big;
	struct mark big;
};

/* Echo requests: tests, of no service. */
static inline bool path_is_echo(const struct path *path)
{
	return path->key.protocol == IP_PROTO_ICMP || path->key.protocol == IP_PROTO_ICMPV6;
}

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
	bool silence_counts;             /* no frame was lost: what was not answered was not sent */
	uint64_t dropped;
	const char *format;
	uint64_t undecoded; /* frames of link types that are not decoded */
};

struct questions {
	struct question *ring;
	uint32_t *slots;            /* hash chains, index + 1 */
	uint32_t room, head, count; /* `head` oldest */
	uint32_t open;              /* index of the oldest question that is not closed, relative to head */
	uint64_t evicted;           /* pushed out before they were decided */
};

struct roles;

struct facts {
	const struct topology *configured;
	enum method default_method; /* of what is not configured; METHOD_UNKNOWN: as traffic shows */
	struct input_facts *inputs;
	uint32_t input_count;
	struct table segments, hosts, stations, claims, proofs, silences, stales, groups, paths;
	struct proofs no_room; /* swallows what is noted when the table of proofs is full */
	struct flow *flows;    /* ring of MAX_FLOWS, the oldest makes room */
	uint32_t *flow_slots;  /* hash chains into it, index + 1 */
	uint32_t flow_count, flow_next;
	uint64_t flows_evicted;
	struct questions questions;
	uint64_t addresses_refused; /* claims that found no room */
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
