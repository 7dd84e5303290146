// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Blast: recorded packets for VIP services, rewritten once for real servers, as a list of frames to be sent over and
 * over as fast as that goes. Nothing waits for answers: TCP segments are sent as they were recorded, whatever the real
 * server makes of them.
 *
 *   VS/DR   the packet as it is, in a frame to the real server's MAC
 *   VS/TUN  the same inside IPIP, GRE or GUE from this host to the real server
 *   VS/NAT  to the real server's address and port
 *
 * Clients get addresses of this host, or emulated ones, and keep their ports where these may be used, unless two of
 * them would be the same.
 * Checksums of TCP and UDP are made anew, since those of captures on the sending host are not yet filled in.
 *
 * Both come in the order of the capture: a frame for each real server of the service, one behind the other; or, spread,
 * one frame for one of them, always the same for one client's port.
 */
#ifndef REPLAY_BLAST_H
#define REPLAY_BLAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "topology/topology.h"
#include "wire/packet.h"

/* A real server of a service, and how to get there. */
struct blast_target {
	struct topology_service service; /* vip, port and protocol; 0 as in topology.h; method as it is used */
	struct ip real_server;
	uint16_t port;  /* VS/NAT: of the real server; 0: as recorded */
	struct mac mac; /* that frames for it go to */
};

struct blast_options {
	const struct blast_target *targets; /* those of one service one behind the other; borrowed */
	uint32_t target_count;
	struct mac mac;           /* that frames come from */
	struct ip own[2];         /* IPv4 and IPv6 addresses that tunnels begin at; family 0: none */
	const struct ip *clients; /* that take the recorded clients' places; borrowed */
	uint32_t client_count;
	uint16_t first_port, last_port; /* that clients may use; 0: any */
	enum packet_tunnel tunnel;      /* VS/TUN: TUNNEL_IPIP, TUNNEL_GRE or TUNNEL_GUE */
	bool spread;
	uint32_t mtu;                   /* of the interface */
	uint32_t max_frames, max_bytes; /* of the list */
	uint64_t seed;                  /* for hash tables */
};

struct blast;

/* ERROR_USAGE where there are no targets or clients. The caller owns it. */
int blast_new(struct blast **blast, const struct blast_options *options, struct error *error);
void blast_free(struct blast *blast); /* NULL is legal */

/* Takes a packet of the capture, in its order; any is legal. */
void blast_eat(struct blast *blast, const struct packet *packet);

/* Packets of the capture, and what became of them. */
struct blast_summary {
	uint64_t packets;   /* for a VIP service, in the capture */
	uint64_t taken;     /* ... rewritten for real servers */
	uint64_t twice;     /* seen again: a director's capture shows packets twice */
	uint64_t cut;       /* not whole in the capture */
	uint64_t fragments; /* IP fragments */
	uint64_t too_long; /* for the interface: segments that a card was yet to cut, or that a tunnel makes too long */
	uint64_t unfit;    /* IPv6 with extension headers; clients without an address of their family */
	uint64_t no_room;  /* the list is full */
	uint32_t flows;    /* clients' ports */
	bool short_of_memory;
};

struct blast_summary blast_summary(const struct blast *blast);

/* The list. Bytes are valid until the next blast_eat(). */
struct blast_frame {
	const uint8_t *bytes;
	uint32_t length;
	uint32_t target; /* index */
};

uint32_t blast_count(const struct blast *blast);
struct blast_frame blast_frame(const struct blast *blast, uint32_t index);

/* RSTs for the connections that SYNs in the list have opened: to be sent once, behind the rest. */
uint32_t blast_farewell_count(const struct blast *blast);
struct blast_frame blast_farewell(const struct blast *blast, uint32_t index);

/* How many of the first `sent` frames went to each target, when the list is sent over and over. */
void blast_share(const struct blast *blast, uint64_t sent, uint64_t *shares);

/* Ports that the clients have, a bit for each; 8,192 bytes. */
const uint8_t *blast_ports(const struct blast *blast);

/* How many frames are due `elapsed` after the start at a rate of `pps`. */
uint64_t blast_due(uint32_t pps, nanos elapsed);

#endif
