// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeping this host's kernel out of conversations that are held in its name:
 * at an interface's ingress, behind the sockets that capture it, what servers
 * answer is dropped. It ends with the process, however that ends.
 *
 * By a BPF program where that can be had: TCX (Linux 6.6), CAP_BPF and
 * CAP_NET_ADMIN. Otherwise by a table of nftables: Linux 5.12 with
 * CONFIG_NF_TABLES_NETDEV, and CAP_NET_ADMIN. Rights are needed only while it
 * is opened.
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

/* What is used, for people: "a BPF program". Static. */
const char *deafen_way(const struct deafen *deafen);

#endif
