// SPDX-License-Identifier: GPL-2.0-or-later
/* One recorded packet for one real server: the bytes. */
#ifndef REPLAY_BLAST_REWRITE_H
#define REPLAY_BLAST_REWRITE_H

#include "replay/blast.h"
#include "wire/build.h"

/* A whole IP packet with TCP or UDP directly behind its header. */
struct rewrite_packet {
	const uint8_t *bytes;
	uint32_t length;
	uint32_t header; /* of IP, bytes */
	uint8_t protocol;
};

/* Finds it in what was captured; false where it is not whole, or has other headers between. */
bool rewrite_find(const struct packet *packet, struct rewrite_packet *found);

struct rewrite {
	struct ip client;
	uint16_t client_port;
	const struct blast_target *target;
	struct mac mac;
	struct ip own; /* of the real server's family: where tunnels begin */
	enum packet_tunnel tunnel;
};

enum { REWRITE_OVERHEAD = 14 + 40 + 8 + 4 }; /* what a frame has at most beside the packet */

/* Writes the frame; gives its length, 0 where it cannot be built. `room` is the packet's length + REWRITE_OVERHEAD. */
uint32_t rewrite_build(const struct rewrite *rewrite, const struct rewrite_packet *packet, struct builder *builder,
		       uint8_t *into, uint32_t room);

/* RST without data that ends what `syn` began (RFC 9293 section 3.10.7.4: its sequence number is the next one). */
uint32_t rewrite_build_reset(const struct rewrite *rewrite, const struct packet *syn, struct builder *builder,
			     uint8_t *into, uint32_t room);

#endif
