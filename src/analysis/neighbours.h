// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What ARP and neighbour discovery have shown: stations, hosts, the claims
 * that join them, questions with their answers, and silences. A part of the
 * facts (facts.h).
 */
#ifndef ANALYSIS_NEIGHBOURS_H
#define ANALYSIS_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/segment.h"
#include "base/nanos.h"
#include "wire/address.h"
#include "wire/packet.h"

/* How long an answer may take before a question counts as unanswered: the kernel's proxies wait up to 0.8 s
 * (net/ipv4/arp.c: proxy_delay), slow hosts add to it. */
#define LISTEN_TIME (1200 * NANOS_PER_MILLI)
/* How much later an answer is still told from an unsolicited one. */
#define LATE_TIME (4 * NANOS_PER_SECOND)

enum {
	MAX_QUESTIONS = 16384,
	MAX_STALES = 4096,
	QUESTION_MAX_ANSWERS = 4,
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
	uint32_t probes_answered;             /* sender-0 questions that somebody answered */
	uint32_t probes_vain;                 /* ... to all, that nobody did */
	uint32_t unanswered_row;              /* unanswered since the last answer */
	struct mark first_unanswered, last_unanswered;
	struct mac last_asker;     /* of those */
	struct mac sight_asker;    /* of `asked_in_sight` */
	struct mark probe_silence; /* the latest of `probes_vain` */
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

struct questions {
	struct question *ring;
	uint32_t *slots;            /* hash chains, index + 1 */
	uint32_t room, head, count; /* `head` oldest */
	uint32_t open;              /* index of the oldest question that is not closed, relative to head */
	uint64_t evicted;           /* pushed out before they were decided */
};

#endif
