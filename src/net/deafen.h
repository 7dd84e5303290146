// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeping this host's kernel out of conversations that are held in its name:
 * a BPF program at an interface's ingress drops what servers answer, behind
 * the sockets that capture it. It hangs on a link that ends with the process,
 * however that ends.
 *
 * Needs TCX (Linux 6.6), CAP_BPF and CAP_NET_ADMIN while it is opened.
 */
#ifndef NET_DEAFEN_H
#define NET_DEAFEN_H

#include <stdint.h>

#include "base/error.h"
#include "net/interfaces.h"
#include "wire/address.h"

struct deafen;

/* Who answers; port 0 is any. */
struct deafen_end {
	struct ip ip;
	uint16_t port;
	uint8_t protocol; /* IP_PROTO_TCP or IP_PROTO_UDP */
};

struct deafen_options {
	const struct interface *interface;
	const struct deafen_end *servers;
	uint32_t server_count;
	const struct ip *clients; /* this host's addresses */
	uint32_t client_count;
	uint16_t first_port, last_port; /* of the clients */
};

/* ERROR_SYSTEM says what is missing. The caller owns it (deafen_close). */
int deafen_open(struct deafen **deafen, const struct deafen_options *options, struct error *error);
void deafen_close(struct deafen *deafen); /* NULL is legal; the kernel hears again */

#endif
