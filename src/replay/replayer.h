// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The replayer: recorded conversations to each real server, the way the director would send them, and what comes back.
 *
 * A pure state machine like the prober (prober.h): it gives frames and deadlines, and eats frames; it knows no socket
 * and no clock. Each real server gets each conversation, all real servers at the same time:
 *
 *   VS/DR   the packets for the VIP, with the real server's MAC
 *   VS/TUN  the same inside IPIP, GRE or GUE to the real server's address
 *   VS/NAT  to the real server's address and port
 *
 * TCP is a client of its own (RFC 9293): it learns the server's initial sequence number, acknowledges what comes, with
 * SACK (RFC 2018) and timestamps (RFC 7323) where the recorded client had them, respects the window, and sends again
 * by RFC 6298, but with Linux' least RTO of 200 ms. Client data goes out once the recorded server data before it has
 * come, and the recorded pause (divided by `speed`) is over; FIN and RST as recorded. Whatever goes wrong ends in RST,
 * so nothing stays half-open.
 *
 * Answers may be longer or shorter than the recorded ones. Those of HTTP/1 say themselves where they end (http.h); of
 * other protocols one counts as whole after a quarter of `timeout` without another byte, and after half the time,
 * down to 200 ms, for each that ended so before in the same conversation.
 *
 * MACs of real servers are configured ones, or asked for by ARP and neighbour solicitation. Emulated clients have a MAC
 * of their own: they are checked to be free by sender-0 probes (RFC 5227 section 2.1.1) first, and answer questions
 * for their addresses while the replayer runs.
 */
#ifndef REPLAY_REPLAYER_H
#define REPLAY_REPLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/replay.h"
#include "base/error.h"
#include "base/nanos.h"
#include "base/text.h"
#include "replay/mask.h"
#include "replay/script.h"
#include "topology/topology.h"
#include "wire/packet.h"

enum { REPLAYER_MAX_CLIENTS = 256, REPLAYER_MAX_FRAME = 1700, REPLAYER_MAX_IN_FLIGHT = 10000 };

struct replayer_options {
	const struct script *script;     /* finished; borrowed for the replayer's life */
	const struct topology *topology; /* copied */
	const struct mask *mask;         /* what is ignored in answers; borrowed */
	struct mac mac;                  /* the interface's own */
	uint32_t mtu;                    /* of the interface, bytes; 0: 1500 */
	struct ip own[2];                /* the interface's IPv4 and IPv6 address that is no VIP; family 0: none */
	/* Clients' addresses. None: `own`, with this machine's MAC. They are the emulated ones otherwise. */
	const struct ip *clients;
	uint32_t client_count;
	struct mac client_mac;          /* of emulated clients, locally administered */
	uint16_t first_port, last_port; /* what clients may use */
	enum packet_tunnel tunnel;      /* VS/TUN: TUNNEL_IPIP, TUNNEL_GRE or TUNNEL_GUE */
	double speed;                   /* 1: as recorded; 0: as fast as answers allow */
	uint32_t loops;                 /* how often the whole; 0: once */
	uint32_t
	    concurrency; /* conversations in flight, of all real servers together; 0: 1,000, or 8 for each at speed 0 */
	nanos timeout;   /* without any progress of a conversation; 0: 10 s */
	uint32_t pace;   /* frames a second at most; 0: no limit */
	uint64_t seed;   /* for ports, sequence numbers and ids: random */
};

struct replayer;

/* ERROR_USAGE where there is nothing to replay, nobody to replay it to, or no address to do it from. */
int replayer_new(struct replayer **replayer, const struct replayer_options *options, struct error *error);
void replayer_free(struct replayer *replayer); /* NULL is legal */

/* The next frame that is due at `now`, or 0; `size` is at least REPLAYER_MAX_FRAME. As prober_next(). */
size_t replayer_next(struct replayer *replayer, nanos now, uint8_t *buffer, size_t size);
nanos replayer_deadline(const struct replayer *replayer); /* INT64_MAX once all is done */
void replayer_eat(struct replayer *replayer, const struct packet *packet, nanos now);
bool replayer_done(const struct replayer *replayer);

/* No further conversation begins; those under way are ended by RST, and the replayer is done soon. */
void replayer_stop(struct replayer *replayer);

/* While it is held no further conversation begins; those under way go on. Afterwards the recorded pauses go on, too. */
void replayer_hold(struct replayer *replayer, bool hold, nanos now);
bool replayer_is_held(const struct replayer *replayer);

enum { REPLAYER_LEAST_SPEED = 1, REPLAYER_MOST_SPEED = 100000 }; /* percent of the recorded one */

/*
 * For conversations and pauses that did not begin yet. False where that changes nothing: the limit is reached, or the
 * replay goes as fast as answers allow (speed 0).
 */
bool replayer_scale_speed(struct replayer *replayer, double factor, nanos now);
double replayer_speed(const struct replayer *replayer);

/* An allocation failed on the way: some conversations were left out. */
bool replayer_is_short_of_memory(const struct replayer *replayer);

/*
 * One result for each service and real server, in the topology's order, as of now; borrowed until the next call.
 * The real servers are compared with each other when all is done.
 */
const struct replay_result *replayer_results(struct replayer *replayer, uint32_t *count);

struct replayer_progress {
	uint32_t planned, finished, active; /* conversations of all real servers */
	uint64_t sent, received;            /* frames */
	uint32_t clients_taken;             /* emulated clients that were left out: somebody has the address */
	struct ip taken;                    /* the first of them */
	struct mac taken_by;
	bool checking; /* whether emulated clients are free is still being asked */
};

void replayer_progress(const struct replayer *replayer, struct replayer_progress *progress);

/* "192.0.2.1 (00:00:5e:00:53:01)" is in use, and what to do; empty where no client was left out. */
void replayer_describe_clients(const struct replayer *replayer, struct text *into);

#endif
