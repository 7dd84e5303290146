// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The scanner: asks for every address of a network, in both forms, at a pace.
 *
 * Like the prober a pure state machine; who is there, at which MAC and whether
 * it is the host's own is the engine's report to tell. Each address is asked
 * for in the sender-0 form and ordinarily; who did not answer is asked again in
 * both forms, until SCANNER_TRIES. At last one more sender-0 question
 * is sent 1.2 s after the last one: the frame that shows that nothing more came.
 *
 * The network's own and its broadcast address are not asked for, except in networks of /31 and /32 (RFC 3021). IPv4
 * only: no IPv6 network is small enough.
 */
#ifndef PROBE_SCANNER_H
#define PROBE_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "probe/prober.h"
#include "wire/address.h"
#include "wire/packet.h"

enum {
	SCANNER_MAX_BITS = 16, /* host bits: a /16 */
	SCANNER_TRIES = 3,     /* questions of each form for an address that does not answer */
	SCANNER_MAX_FRAME = PROBER_MAX_FRAME,
};

struct scanner_options {
	struct mac mac;
	const struct prober_address *own; /* the interface's addresses: senders of ordinary questions */
	uint32_t own_count;
	const struct ip *foreign; /* VIPs: never used as sender although they may be among `own` */
	uint32_t foreign_count;
	struct ip network; /* any address of it */
	uint8_t prefix;
	uint32_t pace;  /* questions a second; 0: both forms for a /16 in 10 s, slower for small networks */
	uint32_t tries; /* 0: SCANNER_TRIES */
};

struct scanner;

/* "192.0.2.0/24", or one address. ERROR_USAGE for other text, IPv6, and networks larger than a /16. */
int scanner_parse(const char *text, struct ip *network, uint8_t *prefix, struct error *error);

int scanner_new(struct scanner **scanner, const struct scanner_options *options, struct error *error);
void scanner_free(struct scanner *scanner); /* NULL is legal */

/*
 * As prober_next, prober_deadline, prober_eat, prober_done. Intervals are shorter than what timers sleep exactly: what
 * was due in the last 2 ms may be sent at once.
 */
size_t scanner_next(struct scanner *scanner, nanos now, uint8_t *buffer, size_t size);
nanos scanner_deadline(const struct scanner *scanner);
void scanner_eat(struct scanner *scanner, const struct packet *packet, nanos now);
bool scanner_done(const struct scanner *scanner);

/* How long it takes at the pace where `share_answering` percent of the addresses answer. */
nanos scanner_expected_duration(const struct scanner *scanner, uint32_t share_answering);
uint32_t scanner_pace(const struct scanner *scanner);

struct scanner_progress {
	uint32_t done, all; /* addresses that answered in both forms or were given up, and all */
	uint32_t sent;
};

void scanner_progress(const struct scanner *scanner, struct scanner_progress *progress);

#endif
