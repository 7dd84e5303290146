// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers to frames that are sent in clients' names: counted in the kernel, at
 * the entrance of the interface, and taken away there. So no rate is too high
 * to count, and this host's own kernel, which knows nothing of the
 * connections, neither answers nor forwards them.
 *
 * A TCX program (Linux 6.6: include/uapi/linux/bpf.h, BPF_TCX_INGRESS). It
 * stands in front of others that are there and leaves them alone; the link ends with
 * the process, however that ends. What is not an answer to a client at one of
 * the ports passes.
 *
 * Opening needs CAP_BPF and CAP_NET_ADMIN; the rest works without.
 */
#ifndef NET_ANSWERS_H
#define NET_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "wire/address.h"

struct answers;

enum { ANSWERS_PORTS_SIZE = 8192 };

/* ERROR_SYSTEM where the kernel, the build or the rights do not allow it. The caller owns it. */
int answers_open(struct answers **answers, const char *interface, struct mac mac, struct error *error);
void answers_close(struct answers *answers); /* NULL is legal */

/* Whose answers are wanted. Port and protocol 0: any, both or none. */
int answers_expect(struct answers *answers, const struct ip *server, uint16_t port, uint8_t protocol,
		   struct error *error);
/* An address that frames are sent from; for an emulated IPv4 one ARP is answered with the interface's MAC. */
int answers_add_client(struct answers *answers, const struct ip *client, bool emulated, struct error *error);
/* Ports that frames are sent from, a bit for each. None until then. */
int answers_set_ports(struct answers *answers, const uint8_t *bits, struct error *error);

struct answers_count {
	struct mac mac;   /* of the frames */
	struct ip server; /* the address that was asked, as the answer, or what an ICMP error quotes, names it */
	uint64_t syn_acks, resets, segments; /* TCP */
	uint64_t datagrams;                  /* UDP */
	uint64_t errors;                     /* ICMP, ICMPv6 */
};

/* As of now, up to `room` of them, in any order. Gives how many. */
uint32_t answers_read(struct answers *answers, struct answers_count *counts, uint32_t room);

#endif
