// SPDX-License-Identifier: GPL-2.0-or-later
/* The replayer's inside. For src/replay/replayer*.c only. */
#ifndef REPLAY_REPLAYER_PRIVATE_H
#define REPLAY_REPLAYER_PRIVATE_H

#include "replay/answers.h"
#include "replay/http.h"
#include "replay/latency.h"
#include "replay/replayer.h"
#include "replay/timers.h"
#include "wire/build.h"

enum {
	FLOW_GAPS = 8,       /* islands of a server's stream behind its first hole */
	LETTERS = 4096,      /* frames that belong to no flow and wait to be sent */
	NOBODY = UINT32_MAX, /* no flow, client or row */
	ANSWER_MORE = 65536, /* bytes of an answer that are kept beyond the recorded length */
};

/* --- whom --- */

enum server_state { SERVER_ASKED, SERVER_KNOWN, SERVER_LOST };

struct server {
	struct ip ip;
	struct mac mac;
	enum server_state state;
	unsigned tries;
};

/* A service on a real server. */
struct row {
	uint32_t service, server;
	uint16_t port; /* 0: that of the conversation */
	enum method method;
	const uint32_t *conversations; /* of the service, in the script's list; borrowed */
	uint32_t conversation_count;
	uint32_t next;      /* which one begins next, counted over all loops */
	uint32_t in_flight; /* of `quota` */
	uint32_t silent;    /* conversations that ended without a single answer, before any was answered */
	bool answered;
	struct latency connect, answer;
};

struct client {
	struct ip ip;
	bool taken;
	uint32_t *flows; /* by port - first_port; NOBODY: none. NULL until it is used */
	uint32_t next_port;
	uint32_t used;
};

/* --- conversations under way --- */

enum flow_state { FLOW_FREE, FLOW_SYN, FLOW_OPEN, FLOW_DATAGRAMS };

enum outcome {
	OUTCOME_COMPLETED,
	OUTCOME_REFUSED,
	OUTCOME_RESET,
	OUTCOME_TIMED_OUT,
	OUTCOME_UNREACHABLE,
	OUTCOME_LEFT_OUT
};

struct range {
	uint32_t begin, end;
};

/* Positions are counted from the first byte of each stream on; FIN is the last one. */
struct flow {
	enum flow_state state;
	uint32_t index, row, client;
	uint32_t place; /* of the conversation in the script's list */
	uint32_t loop;
	uint16_t port;
	bool queued;

	/* What the script wants. */
	uint32_t step;
	uint32_t allowed, length; /* may be sent by now; all of it: less than the script's where the server closed */
	bool fin_wanted, rst_wanted;
	bool pausing, forced; /* the pause before the step runs; its need counts as met */
	nanos step_at;
	uint64_t shortfall;  /* units that the server had said less than was recorded, when the last step began */
	unsigned shortfalls; /* answers that silence ended */
	bool heard;          /* something new since the last step */
	nanos heard_at, progress_at;
	bool ending; /* an outcome is set; RST is still to be sent */
	enum outcome outcome;

	/* What we send. */
	uint32_t first, una, nxt, high; /* initial sequence number + 1; positions: acknowledged, next, highest sent */
	bool acknowledged_fin;
	uint32_t window, mss, congestion, threshold;
	int window_scale; /* the server's */
	bool sack, timestamps;
	unsigned duplicates; /* acknowledgements */
	bool again;          /* the segment at `una`, at once */
	uint8_t tries;       /* of the SYN, or of a datagram */
	nanos rto, srtt, rttvar, rto_at;
	bool timing;
	uint32_t timed; /* position whose acknowledgement is timed */
	nanos timed_at;

	/* What we get. */
	uint32_t server_first, rcv; /* initial sequence number + 1; next position */
	struct range islands[FLOW_GAPS];
	uint32_t island_count;
	bool server_fin, acknowledge;
	uint32_t server_fin_at;
	uint32_t their_timestamp;
	uint8_t *answer;
	uint32_t answer_room, answer_kept;
	uint64_t answer_length; /* UDP */
	uint64_t last_frame;    /* of the server's, by the capture's numbers, */
	nanos last_time;        /* and clock */

	struct http_cursor requests, answers; /* the oldest request without a whole answer; that answer */

	bool asked; /* an answer is awaited since */
	nanos asked_at;
	bool asked_seen; /* by the capture's clock, from here on the next */
	nanos asked_time;
};

enum letter_kind { LETTER_QUESTION, LETTER_PROBE, LETTER_ANSWER, LETTER_RESET };

/* A frame that belongs to no flow. */
struct letter {
	enum letter_kind kind;
	uint32_t target; /* server, or client */
	struct ip to;
	struct mac mac;
	/* LETTER_RESET */
	uint32_t row, sequence;
	uint16_t port, server_port;
};

enum phase { PHASE_PREPARING, PHASE_RUNNING, PHASE_WAITING, PHASE_OVER };

struct replayer {
	const struct script *script;
	const struct script_conversation *list;
	uint32_t list_count;
	struct topology topology;
	struct replayer_options options;
	struct builder builder;
	uint64_t random;

	struct server *servers; /* as the topology's real servers */
	uint32_t server_count;
	struct row *rows;
	struct replay_result *results; /* one for each row */
	uint32_t row_count;
	uint32_t *of_services; /* conversations by service, one list behind the other */
	struct client *clients;
	uint32_t client_count, next_client;
	bool emulated;
	struct answers answers;

	struct flow *flows;
	uint32_t flow_count, active, quota;
	uint32_t *free_flows, free_count;
	uint32_t *ready, ready_first, ready_count; /* ring of flows that may have something to send */
	struct letter *letters;                    /* ring */
	uint32_t letter_first, letter_count;
	/* Flows, then rows, then servers, then one for the clients' check, one for the end. */
	struct timers timers;

	enum phase phase;
	nanos now, begin, next_frame;
	nanos held_since;
	bool started, stopping, held, out_of_memory;
	unsigned probes; /* of each client */
	nanos clients_free_at;
	uint32_t taken_count;
	struct ip taken;
	struct mac taken_by;
	uint64_t sent, received;
};

/* Timers' numbers. */
static inline uint32_t timer_of_row(const struct replayer *replayer, uint32_t row)
{
	return replayer->flow_count + row;
}

static inline uint32_t timer_of_server(const struct replayer *replayer, uint32_t server)
{
	return replayer->flow_count + replayer->row_count + server;
}

static inline uint32_t timer_of_clients(const struct replayer *replayer)
{
	return replayer->flow_count + replayer->row_count + replayer->server_count;
}

static inline uint32_t timer_of_end(const struct replayer *replayer)
{
	return timer_of_clients(replayer) + 1;
}

uint32_t replayer_random(struct replayer *replayer);

/* replayer.c */
void replayer_make_ready(struct replayer *replayer, struct flow *flow);
struct letter *replayer_add_letter(struct replayer *replayer,
				   enum letter_kind kind); /* scratch where full: never NULL */
const struct script_conversation *flow_conversation(const struct replayer *replayer, const struct flow *flow);

/* replayer_plan.c: rows, servers and clients from the options. */
int replayer_plan(struct replayer *replayer, struct error *error);

/* replayer_meet.c: ARP and neighbour discovery. */
void meet_begin(struct replayer *replayer);
void meet_server(struct replayer *replayer, uint32_t server); /* its timer */
void meet_clients(struct replayer *replayer);                 /* their timer */
void meet_eat(struct replayer *replayer, const struct packet *packet);
size_t meet_compose(struct replayer *replayer, const struct letter *letter, uint8_t *buffer, size_t size);
/* Asks for each emulated client once more, and answers. */
void meet_show_clients(struct replayer *replayer);
/* All is known that will be. */
bool meet_is_done(const struct replayer *replayer);

/* replayer_flows.c: how conversations begin and end. */
void flows_begin_row(struct replayer *replayer, uint32_t row); /* its timer */
void flow_end(struct replayer *replayer, struct flow *flow, enum outcome outcome);
/* What a flow that ends says before it is gone; RST where something is half-open. */
void flow_abort(struct replayer *replayer, struct flow *flow, enum outcome outcome);
void flow_set_timer(struct replayer *replayer, struct flow *flow);
struct flow *replayer_find_flow(const struct replayer *replayer, const struct ip *client, uint16_t port);

/* replayer_steps.c: what the script wants next. */
void flow_advance(struct replayer *replayer, struct flow *flow);
void flow_expire(struct replayer *replayer, struct flow *flow); /* its timer */

/* replayer_hear.c, replayer_receive.c: what comes back. */
void hear_packet(struct replayer *replayer, const struct packet *packet);
void receive_segment(struct replayer *replayer, struct flow *flow, const struct packet *packet);
void receive_datagram(struct replayer *replayer, struct flow *flow, const struct packet *packet);

/* replayer_send.c */
size_t send_flow(struct replayer *replayer, struct flow *flow, uint8_t *buffer, size_t size);
size_t send_reset(struct replayer *replayer, const struct letter *letter, uint8_t *buffer, size_t size);
/* Bytes of a segment's data that fit. */
uint32_t send_room(const struct replayer *replayer, const struct flow *flow);
/* Whether anything waits to be sent. */
bool send_is_due(const struct replayer *replayer, const struct flow *flow);

#endif
