// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The script: what recorded clients said to VIP services, when, and what they were told before they said it.
 *
 * Packets go in as they were captured, anywhere: at the client, the director (VS/DR shows it one direction only, each
 * packet twice), the real server (VS/TUN: inside a tunnel; VS/NAT: with its own address), or on a bridge between them.
 * The same packet seen twice is recognised by its place in the stream (TCP) or by its IP identification, checksum and
 * content (UDP).
 *
 * How much of the server's stream a client had before it sent something is read from its acknowledgement numbers, so
 * it is known even where only the client was recorded, and whatever the order in which a capture on the server's side
 * shows things. One unit is a byte of the server's stream, its FIN the last one; of UDP, a datagram.
 *
 * TLS (RFC 8446): keys are made anew in each connection, so nothing behind the ClientHello can be replayed. The script
 * then ends with the server's first flight, of which the record types are compared.
 */
#ifndef REPLAY_SCRIPT_H
#define REPLAY_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/replay.h"
#include "base/error.h"
#include "base/nanos.h"
#include "base/text.h"
#include "topology/topology.h"
#include "wire/packet.h"

/* What becomes of a recorded conversation. */
enum script_fate {
	SCRIPT_WHOLE,       /* replayed, and compared with the recording */
	SCRIPT_OPEN,        /* ... as far as that goes: the end of the answer is not in it */
	SCRIPT_CLIENT_ONLY, /* replayed; the recording has the client's direction only */
	SCRIPT_ANSWER_CUT,  /* replayed; the recorded answer has cut payloads or fragments */
	SCRIPT_ANSWER_GAP,  /* replayed; parts of the recorded answer are missing */
	SCRIPT_TLS,         /* replayed up to the ClientHello; the kinds of records in the answer are compared */
	SCRIPT_REPLAYED_COUNT,
	SCRIPT_MIDSTREAM = SCRIPT_REPLAYED_COUNT, /* not replayed: its beginning was not recorded */
	SCRIPT_SERVER_ONLY,                       /* ... the client's direction is missing */
	SCRIPT_CUT,                               /* ... payloads of the client are cut (snap length) */
	SCRIPT_FRAGMENTS,                         /* ... packets of the client are IP fragments */
	SCRIPT_GAP,                               /* ... parts of what the client sent are missing */
	SCRIPT_UNANSWERED,                        /* ... it never got through: a SYN without answer, or refused */
	SCRIPT_NO_ROOM,                           /* ... the memory for recordings is used up */
	SCRIPT_FATE_COUNT
};

/* "the recording begins in the middle" and the like, for people. */
const char *script_fate_text(enum script_fate fate);
/* "midstream", for machines. */
const char *script_fate_name(enum script_fate fate);

/* Bytes by which the first flights of equal TLS servers may differ: ECDSA signatures vary in length. */
enum { TLS_SLACK = 32 };

/* Something that the client does. */
struct script_step {
	uint64_t need;           /* units of the server's stream that must have come */
	uint32_t offset, length; /* of the request; length 0: only FIN or RST */
	nanos pause;             /* from what went before to this step, as recorded */
	bool fin, rst;           /* behind the data */
};

struct script_conversation {
	uint32_t service;     /* in the topology */
	uint32_t number;      /* in the order of the recording, from 1 */
	struct ip client;     /* as recorded */
	uint16_t client_port; /* as recorded */
	uint16_t port;        /* of the VIP */
	uint8_t protocol;     /* IP_PROTO_TCP or IP_PROTO_UDP */
	enum script_fate fate;
	nanos start; /* from the first conversation on */
	uint64_t frame;

	struct script_step *steps;
	uint32_t step_count;
	uint8_t *request; /* of UDP the datagrams one behind the other */
	uint32_t request_length;
	uint8_t *answer; /* of UDP each datagram behind its length in two bytes; NULL unless it can be compared;
			    SCRIPT_OPEN: the beginning of it */
	uint32_t answer_length;
	uint64_t units;  /* of the server's stream until the end */
	bool server_fin; /* the last of them is a FIN */
	bool server_rst; /* the server ended it by RST */

	/* The options of the recorded SYN (RFC 9293, 7323, 2018). */
	uint16_t mss;     /* 0: none */
	int window_scale; /* -1: none */
	bool sack, timestamps;
};

struct script_options {
	const struct topology *topology; /* borrowed until the script is finished */
	uint64_t memory;                 /* bytes of streams that are kept; 0: 512 MiB */
	uint32_t max_conversations;      /* 0: 65,536 */
};

struct script;

int script_new(struct script **script, const struct script_options *options, struct error *error);
void script_free(struct script *script); /* NULL is legal */

/* Takes a packet of the recording, in its order; any is legal. */
void script_eat(struct script *script, const struct packet *packet);

/* Nothing more comes. ERROR_MEMORY where it ran out. */
int script_finish(struct script *script, struct error *error);

/* Conversations that are replayed, by their start. */
const struct script_conversation *script_conversations(const struct script *script, uint32_t *count);

struct script_summary {
	uint32_t fates[SCRIPT_FATE_COUNT];
	uint32_t replayed;
	uint64_t fragments; /* later fragments of packets for a VIP, whose conversation nobody can tell */
	uint64_t twice;     /* packets that were seen again */
	uint64_t packets;   /* of VIP services */
	uint64_t others;    /* TCP and UDP packets of nobody in the set-up */
	nanos duration;     /* from the first conversation's start to the last one's */
};

void script_summary(const struct script *script, struct script_summary *summary);

/* Times to the first byte of answers of a service's conversations. */
struct replay_times script_times(const struct script *script, uint32_t service);

#endif
