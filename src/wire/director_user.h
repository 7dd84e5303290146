// SPDX-License-Identifier: GPL-2.0-or-later
/* The director's decision (director_decide.h) for engines in user space. */
#ifndef WIRE_DIRECTOR_USER_H
#define WIRE_DIRECTOR_USER_H

#include <stddef.h>

#include "wire/address.h"
#include "wire/director.h"

struct director_frame {
	uint8_t *bytes;   /* with DIRECTOR_FRAME_HEADROOM bytes of room in front, which may be used up */
	size_t length;    /* Ethernet header included */
	uint32_t ifindex; /* out: by which interface it goes; 0: the one by which it came */
	uint32_t backend; /* out, of a frame that goes to one */
	int32_t grown;    /* out: how many bytes were put in front of the IP packet */
	bool to_backend;  /* out; else it goes back to its sender */
};

enum { DIRECTOR_FRAME_HEADROOM = 64 };

enum director_action {
	DIRECTOR_LEAVE,   /* it is the kernel's */
	DIRECTOR_FORWARD, /* send it, as it is now */
	DIRECTOR_DISCARD,
};

/* What becomes of a frame that came in; any bytes are legal. It is counted, and rewritten where it is to be sent. */
enum director_action director_handle(struct director_tables *tables, struct director_frame *frame);

/*
 * Computes the checksum of TCP or UDP where only that of the pseudo header stands in its place, as one virtual machine
 * or veth hands it to another (Linux: Documentation/networking/checksum-offloads.rst). For engines that have no other
 * way to say so.
 */
void director_complete_sum(struct director_tables *tables, struct director_frame *frame);

struct director_address director_address_of(const struct ip *ip);

/* Where in the table of services this one is looked for first. */
uint32_t director_service_place(const struct director_address *vip, uint16_t port, uint8_t protocol, uint32_t salt);

#endif
