// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks whether real servers can be forwarded to: again and again, lightly.
 *
 * Where the prober asks everything once, this asks for one thing: each backend
 * (a real server in a service) gets what the director would send it, and has
 * to answer as the VIP. A pure state machine like the prober, driven in the
 * same way; what it found comes out as changes.
 *
 *   MAC       sender-0 question for the real server, or for the router that leads to it, unless its MAC is known;
 *             asked anew while the backend fails, since a machine that was replaced has another one
 *   service   TCP: SYN, answered by SYN/ACK, which is reset; UDP: a request, not answered by an ICMP error; no port:
 * echo
 *
 * A backend is up after one answer, and down after two tries in a row that were refused or found silence. Silence of
 * UDP says nothing; it is up while its MAC is answered for.
 */
#ifndef PROBE_CHECKER_H
#define PROBE_CHECKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "wire/address.h"
#include "wire/packet.h"

/* The ports that checks come from: what a capture filter has to let through. */
enum { CHECKER_FIRST_PORT = 32000 - 12000, CHECKER_PORTS = 12000, CHECKER_MAX_FRAME = 256 };

struct checker_target {
	struct ip vip;
	uint16_t port;    /* 0: any */
	uint8_t protocol; /* IP_PROTO_TCP, IP_PROTO_UDP, or 0: echo */
	struct ip real_server;
	struct ip hop; /* whose MAC is asked for: the real server, or a router */
	struct mac mac;
	bool mac_known;            /* is never asked for */
	enum packet_tunnel tunnel; /* TUNNEL_NONE: VS/DR */
	uint16_t tunnel_port;      /* of GUE */
	struct ip source;          /* own address of the VIP's family; family 0: only the MAC is checked */
	struct ip outer_source;    /* tunnels: own address of the real server's family */
};

struct checker_options {
	struct mac mac; /* the interface's own */
	const struct checker_target *targets;
	uint32_t target_count;
	nanos interval; /* between checks of one backend; 0: it is up once its MAC is known, and not checked again */
	uint64_t seed;
};

struct checker;

/* Everything is copied. */
int checker_new(struct checker **checker, const struct checker_options *options, struct error *error);
void checker_free(struct checker *checker); /* NULL is legal */

/* As in prober.h. The checker is never done. */
size_t checker_next(struct checker *checker, nanos now, uint8_t *buffer, size_t size);
nanos checker_deadline(const struct checker *checker);
void checker_eat(struct checker *checker, const struct packet *packet, nanos now);

struct checker_change {
	uint32_t target;
	bool up;
	struct mac mac;  /* where up */
	const char *why; /* static */
};

/* 1: a change, in the order in which they happened. 0: none. */
int checker_change(struct checker *checker, struct checker_change *change);

/* Each target was found to be up or down at least once. */
bool checker_settled(const struct checker *checker);

#endif
