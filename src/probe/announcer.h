// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers for VIPs that nobody else owns: a pure state machine, driven like the
 * prober.
 *
 * First each VIP is asked for in the sender-0 form, three times (RFC 5227
 * section 2.1.1; for IPv6 from ::, RFC 4862 section 5.4). If anybody answers, or
 * uses the VIP as sender, nothing is announced at all. Then it is announced
 * twice, two seconds apart (RFC 5227 section 2.3; RFC 4861 section 7.2.6), and
 * questions for it are answered with the interface's own MAC.
 *
 * The end is silence: there is no way to take an announcement back.
 */
#ifndef PROBE_ANNOUNCER_H
#define PROBE_ANNOUNCER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "wire/address.h"
#include "wire/packet.h"

enum { ANNOUNCER_MAX_FRAME = 256 };

struct announcer_options {
	struct mac mac;        /* the interface's own */
	const struct ip *vips; /* each once */
	uint32_t vip_count;
};

struct announcer;

/* Everything is copied. */
int announcer_new(struct announcer **announcer, const struct announcer_options *options, struct error *error);
void announcer_free(struct announcer *announcer); /* NULL is legal */

/* As in prober.h. */
size_t announcer_next(struct announcer *announcer, nanos now, uint8_t *buffer, size_t size);
nanos announcer_deadline(const struct announcer *announcer);
void announcer_eat(struct announcer *announcer, const struct packet *packet, nanos now);

enum announcer_state {
	ANNOUNCER_ASKING,  /* whether somebody owns a VIP */
	ANNOUNCER_REFUSED, /* somebody does; it stays silent for good */
	ANNOUNCER_ANSWERING,
};

enum announcer_state announcer_state(const struct announcer *announcer);

/* Somebody else has claimed a VIP, while it was asked for or later. 0: nobody since the last call. */
int announcer_rival(struct announcer *announcer, struct ip *vip, struct mac *mac);

uint64_t announcer_answers(const struct announcer *announcer); /* so far */

#endif
