// SPDX-License-Identifier: GPL-2.0-or-later
/* What the builder's own files share; nobody else includes this. */
#ifndef WIRE_BUILD_PRIVATE_H
#define WIRE_BUILD_PRIVATE_H

#include <libnet.h>

#include "wire/build.h"

enum { ETHERTYPE_TRANSPARENT = 0x6558 /* Ethernet inside GRE */ };

/* The first failure counts. */
static inline void build_fail(struct builder *builder, const char *why)
{
	if (!builder->failure)
		builder->failure = why;
}

static inline void build_check(struct builder *builder, libnet_ptag_t tag)
{
	if (tag < 0)
		build_fail(builder, "libnet refuses a header");
}

/* Bytes in front of what the builder holds. */
void build_prepend(struct builder *builder, const void *header, size_t size);

/* Puts what the builder holds into libnet as the innermost block. */
void build_hand_over(struct builder *builder);
/* The IP header around `inner` bytes that libnet holds. */
void build_ip_header(struct builder *builder, const struct ip_header *ip, uint8_t protocol, size_t inner);
/* Takes the finished blocks out of libnet: they become what the builder holds. */
void build_take_back(struct builder *builder);

/* What the builder holds becomes the payload of an IP packet. */
void build_ip(struct builder *builder, const struct ip_header *ip, uint8_t protocol);

void build_put_u16(uint8_t *at, uint32_t value);
void build_put_u32(uint8_t *at, uint32_t value);

#endif
