// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sending whole Ethernet frames by an interface: one with libnet, many with one call of the kernel (sendmmsg(2)).
 * Needs CAP_NET_RAW until it is open.
 */
#ifndef NET_INJECT_H
#define NET_INJECT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/error.h"

struct inject;

/* Fails with ERROR_SYSTEM, without the right to with the words of privileges_fail_raw(). The caller owns it. */
int inject_open(struct inject **inject, const char *interface, struct error *error);
/*
 * From now on past the queueing discipline (packet(7), PACKET_QDISC_BYPASS), where the kernel can: faster, but captures
 * on this machine do not show what is sent.
 */
void inject_bypass(struct inject *inject);
void inject_close(struct inject *inject); /* NULL is legal */

/*
 * 0: the kernel has taken the whole frame. 1: its queue is full, try again a little later. ERROR_SYSTEM: the interface
 * is down or gone, or refuses the frame.
 */
int inject_send(struct inject *inject, const uint8_t *frame, size_t length, struct error *error);

enum { INJECT_BATCH = 64 };

/*
 * Up to INJECT_BATCH frames, in their order. How many the kernel has taken, from the first on; where fewer, its queue
 * is full: try the others a little later. ERROR_SYSTEM as above.
 */
int inject_send_batch(struct inject *inject, const struct iovec *frames, uint32_t count, struct error *error);

#endif
