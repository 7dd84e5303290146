// SPDX-License-Identifier: GPL-2.0-or-later
/* The engine's inside: who fills which table. For src/analysis/ only. */
#ifndef ANALYSIS_ENGINE_PRIVATE_H
#define ANALYSIS_ENGINE_PRIVATE_H

#include "analysis/engine.h"
#include "analysis/facts.h"
#include "analysis/observation.h"

enum { INTEREST_BITS = 1 << 16, FLOW_SLOTS = 2 * MAX_FLOWS };

struct engine_gap {
	char *reason;
	uint64_t count;
};

/* A sender (MAC, address, TTL) or a receiver (MAC, address) whose further data packets say nothing new. */
struct settled {
	uint64_t mac_and_ttl;
	uint32_t address;
	uint16_t generation;
	uint16_t count;
};

enum { SETTLED_SLOTS = 4096, SETTLED_PLACES = 4, SETTLED_ENOUGH = 8 };

enum { LOOKAHEAD = 16, LOOKAHEAD_BYTES = 64 };

/* An ARP frame that waits while its records are brought near. */
struct waiting {
	struct frame frame; /* its bytes are the copy below */
	uint8_t bytes[LOOKAHEAD_BYTES];
	uint32_t sender, target, answer; /* handles of table_hint */
};

struct lookahead {
	struct waiting ring[LOOKAHEAD];
	uint32_t first, count;
};

struct engine {
	struct facts facts;
	struct topology configured;
	rule_list rules;
	void **states; /* one for each rule, NULL where it keeps none */
	uint32_t rule_count;
	struct engine_gap *gaps;
	uint32_t gap_count;
	struct segment *last_segment; /* of the previous frame: most frames share it */
	/* One bit for each hash of an address that somebody claimed or that is configured: packets between other
	 * addresses are passed over without being decoded. */
	uint8_t interest[INTEREST_BITS / 8];
	uint8_t
	    services[INTEREST_BITS / 8]; /* ... that are configured, or whose packets are sent on: never passed over */
	struct settled senders[SETTLED_SLOTS], receivers[SETTLED_SLOTS];
	struct replay_result *replays; /* facts.replays, for writing */
	uint32_t replay_room;
	struct lookahead lookahead;
	uint16_t generation; /* a new claim or a move unsettles everything */
};

/* Everything about the frame that is being eaten. */
struct eating {
	struct engine *engine;
	struct facts *facts;
	const struct packet *packet;
	struct segment *segment;
	struct mark mark;
};

/* facts.c: records that are made on first sight; NULL when there is no room. */
int facts_init(struct facts *facts, uint32_t max_hosts, uint32_t max_questions, uint64_t seed, struct error *error);
void facts_free(struct facts *facts);
struct segment *facts_make_segment(struct facts *facts, const struct segment_key *key);
struct station *facts_make_station(struct facts *facts, uint32_t segment, struct mac mac);
struct host *facts_make_host(struct facts *facts, uint32_t segment, const struct ip *ip);
struct claim *facts_make_claim(struct facts *facts, uint32_t segment, const struct ip *ip, struct mac mac);
/* For writing; never NULL. */
struct proofs *facts_proofs(struct facts *facts, struct claim *claim);
struct host *facts_host_of(const struct facts *facts, const struct claim *claim);
struct station *facts_station_of(const struct facts *facts, const struct claim *claim);
struct claim *facts_get_claim(struct facts *facts, uint32_t segment, const struct ip *ip, struct mac mac);

/* lookahead.c */
bool lookahead_wants(const struct frame *frame);
/* Takes the frame and gives the one whose turn it is: the oldest once the ring is full, else NULL. */
const struct frame *lookahead_swap(struct engine *engine, const struct frame *frame);
/* The oldest that waits, or NULL; for emptying the ring. */
const struct frame *lookahead_pop(struct engine *engine);

/* interest.c */
void interest_add(struct engine *engine, const struct ip *ip);
void interest_add_service(struct engine *engine, const struct ip *ip);
bool interest_is_dull(const struct engine *engine, const struct frame *frame);
/* Another packet of this sender was looked at, or of this receiver. */
void interest_settle_sender(struct engine *engine, const struct packet *packet);
void interest_settle_receiver(struct engine *engine, const struct packet *packet);
void interest_unsettle(struct engine *engine);

/* questions.c */
/* `most` or a little more, at least MAX_QUESTIONS. */
int questions_init(struct questions *questions, uint32_t most, struct error *error);
void questions_free(struct questions *questions);
struct question *questions_ask(struct engine *engine, const struct question *question);
/* What a reply says of the question that it answers. */
struct question_reply {
	struct mac from;        /* whom it names as the address' owner */
	const struct ip *to_ip; /* the asker's address as it names it; NULL: sent to all, IPv6's answer to sender 0 */
	const struct mac *to;   /* and its MAC; NULL where it does not */
};

/* The question that was answered, however it ended; NULL when nobody asked within LATE_TIME. */
struct question *questions_match(struct engine *engine, uint32_t segment, const struct ip *target,
				 const struct question_reply *reply, nanos now);
void questions_answer(struct engine *engine, struct question *question, struct claim *claim, struct mark mark);
/* Among the answers that are kept. */
bool question_has_answer_of(const struct question *question, struct mac mac);
/* Closes what was asked more than LISTEN_TIME before `now` on this input. */
void questions_expire(struct engine *engine, uint32_t input, nanos now);
/* The input ended: what was asked in its last moments stays undecided. */
void questions_abandon(struct engine *engine, uint32_t input);

/* One file for each kind of frame. */
void eat_neighbour(struct eating *eating);
void eat_ip(struct eating *eating);
void eat_icmp_error(struct eating *eating);
void eat_vrrp(struct eating *eating);
void flows_eat(struct eating *eating);
struct flow *flows_find(struct facts *facts, const struct flow_key *key);
bool flows_key_of(const struct eating *eating, struct flow_key *key, bool *reverse);
void hosts_moved(struct eating *eating, struct host *host, struct mac mac, bool announced);

void engine_catch_up(struct engine *engine);
void engine_observe(struct engine *engine, const struct observation *observation);

/* While a report is made. */
int paths_build(struct facts *facts, struct error *error);
int roles_build(const struct facts *facts, struct roles **roles, struct error *error);
void roles_free(struct roles *roles);
int matrix_build(const struct facts *facts, struct report *report, struct error *error);
int hosts_build(const struct facts *facts, struct report *report, struct error *error);

#endif
