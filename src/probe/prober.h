// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The prober: asks the network every question that the matrix rests on, once,
 * politely.
 *
 * It is a pure state machine: it gives frames to send and deadlines, and eats
 * frames. It knows no socket and no clock and draws no conclusions; the engine
 * does that, from the capture alone. The caller's loop is
 *
 *     while (!prober_done(prober)) {
 *             while ((length = prober_next(prober, now, buffer, sizeof buffer)) > 0)
 *                     send(buffer, length);
 *             sleep until prober_deadline(prober) or until frames come in;
 *             for each frame, own ones too: prober_eat(prober, &packet, now);
 *     }
 *
 * What is asked, and in which order:
 *
 *   address      every VIP, director and real server: sender-0 (RFC 5227 section 2.1.1; from :: for IPv6) to all;
 *                ordinary to all, up to three times while nobody answers; both to each MAC that answered
 *   MAC          echo with TTL 1 and TTL 64 to the address at each MAC that claims it; where many addresses share
 *                one MAC, TTL-1 echoes to the first few of them
 *   real server  the VIP by unicast (does it answer?), then the test flow: SYN, datagram or echo for the VIP with
 *                the server's MAC at TTL 64 and TTL 1 (VS/DR), in IPIP, else GRE, else GUE (VS/TUN), or to its own
 *                address (VS/NAT)
 *   director     echo and the services at TTL 64 through each MAC that claims the VIP
 *   nobody       two addresses of the network that let sender-0 pass: ordinary, then echo through who answered
 *
 * At last it waits until everything was listened for (1.2 s after each broadcast) and sends one more sender-0 question:
 * the frame that shows anybody who reads the capture that nothing more came.
 *
 * Politeness: one frame at a time at `pace`, questions at no more than 90 a second (Linux proxies queue 64 answers for
 * up to 0.8 s each: net/core/neighbour.c, proxy_qlen and proxy_delay); what may provoke ICMP errors goes to one MAC at
 * intervals of 1.1 s (icmp_ratelimit); the sender is always this host's own MAC and address, and never a VIP; a SYN/ACK
 * is answered with RST by the way that the SYN took. Neither announcements nor answers are ever sent: those are the
 * kernel's.
 *
 * Where the VIP is this machine's own (on a director) nobody is asked for it but in the sender-0 form. A real server
 * with arp_announce=0 that does not know this host's MAC asks for it with the VIP as sender: the first packet for the
 * VIP shows that, as anywhere else. The kernel here drops that question, so the server learns the MAC from the ordinary
 * question that follows, and answers then.
 */
#ifndef PROBE_PROBER_H
#define PROBE_PROBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "topology/topology.h"
#include "wire/address.h"
#include "wire/packet.h"

/* An own address and the length of its network's prefix. */
struct prober_address {
	struct ip ip;
	uint8_t prefix;
};

/* Room for every frame that prober_next() gives. */
enum { PROBER_MAX_FRAME = 256 };

struct prober_options {
	struct mac mac;                   /* the interface's own */
	const struct prober_address *own; /* the interface's addresses, IPv4 and IPv6; a VIP may be among them */
	uint32_t own_count;
	const struct ip *local; /* this machine's further addresses (a VIP on lo, say) */
	uint32_t local_count;
	const struct ip *skip; /* addresses that are reached by other interfaces: not asked here */
	uint32_t skip_count;
	/*
	 * Addresses that the kernel would look for behind a router: asked for in the sender-0 form only, unless
	 * somebody answers that all the same. That they stay silent in another form would prove nothing.
	 */
	const struct ip *distant;
	uint32_t distant_count;
	const struct topology *topology; /* what to ask; nothing is asked for services without address (fwmark) */
	uint32_t pace;                   /* frames a second; 0: as many as it takes, from 100 upwards */
	uint64_t seed;                   /* for ports, sequence numbers, ids and unowned addresses: random */
	/*
	 * Several probers of one machine, one for each interface, get the same seed and numbers from 0 to `places` - 1:
	 * their ports and echo ids differ. 0 and 0: there is only one.
	 */
	uint32_t place, places;
};

struct prober;

/* Everything in `options` is copied. ERROR_USAGE where there is nothing to ask. */
int prober_new(struct prober **prober, const struct prober_options *options, struct error *error);
void prober_free(struct prober *prober); /* NULL is legal */

/*
 * Writes the next frame that may be sent at `now` and gives its length, or 0 when none is due. `size` is at least
 * PROBER_MAX_FRAME. A frame counts as sent. `now` never goes back; the first call starts the run.
 */
size_t prober_next(struct prober *prober, nanos now, uint8_t *buffer, size_t size);

/* When to call prober_next() again if no frame comes in; INT64_MAX once all is done. */
nanos prober_deadline(const struct prober *prober);

/* Takes a frame of the interface, whoever sent it; any is legal. */
void prober_eat(struct prober *prober, const struct packet *packet, nanos now);

/* Everything was asked and listened for, and the last frame was given. */
bool prober_done(const struct prober *prober);

/* Frames a second at most. */
uint32_t prober_pace(const struct prober *prober);

/* An allocation failed on the way: something was not asked. */
bool prober_is_short_of_memory(const struct prober *prober);

enum { PROBER_ASKING_SIZE = 96 };

struct prober_progress {
	uint32_t done, all;              /* tests; `all` grows with the answers */
	uint32_t sent;                   /* frames */
	char asking[PROBER_ASKING_SIZE]; /* the latest: "10.1.1.13: who has it?"; empty at first */
};

void prober_progress(const struct prober *prober, struct prober_progress *progress);

#endif
