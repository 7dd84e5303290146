// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The scanner: asks for every address of a network, in both forms, at a pace.
 *
 * Like the prober a pure state machine; who is there, at which MAC and whether
 * it is the host's own is the engine's report to tell. Each address is asked
 * for ordinarily and in the sender-0 form; who did not answer is asked again in
 * both forms, until SCANNER_TRIES. At last one more sender-0 question is sent
 * when the answers were waited for: the frame that shows that nothing more came.
 * Ordinary questions are always listened for 1.2 s, because proxies wait up to
 * 0.8 s; sender-0 questions that were all answered for 0.2 s, because proxies
 * never answer them (net/ipv4/arp.c, arp_process).
 *
 * The network's own and its broadcast address are not asked for, except in networks of /31 and /32 (RFC 3021).
 *
 * IPv6: neighbour solicitations in the forms that correspond, ordinary and from :: (RFC 4862 section 5.4). A proxy may
 * answer both, so each MAC that answers is sent an echo request with one hop to live: a host answers it, a router
 * reports it (RFC 4443 section 3.3). Networks larger than a /112 are not asked through but heard: all nodes
 * (ff02::1) are sent an echo request, and every address of the network or of the link that answers or is heard
 * meanwhile is asked for.
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
	SCANNER_MAX_BITS = 16,     /* host bits that are asked through: a /16, or a /112 */
	SCANNER_TRIES = 3,         /* questions of each form for an address that does not answer */
	SCANNER_MAX_HEARD = 32768, /* addresses in a network that is heard */
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
	uint64_t seed;  /* of hash tables and of the echo's id */
};

struct scanner;

/* "192.0.2.0/24", "fd00::/64", or one address. ERROR_USAGE for other text, and IPv4 networks larger than a /16. */
int scanner_parse(const char *text, struct ip *network, uint8_t *prefix, struct error *error);

/* Whether a network is too large to be asked through: its hosts are found where they speak. */
bool scanner_hears(const struct ip *network, uint8_t prefix);
/* The most addresses that a scan of the network asks for. */
uint32_t scanner_most_addresses(const struct ip *network, uint8_t prefix);

int scanner_new(struct scanner **scanner, const struct scanner_options *options, struct error *error);
void scanner_free(struct scanner *scanner); /* NULL is legal */

/*
 * As prober_next, prober_deadline, prober_eat, prober_done. Intervals are shorter than what timers sleep exactly: what
 * was due in the last 4 ms may be sent at once.
 */
size_t scanner_next(struct scanner *scanner, nanos now, uint8_t *buffer, size_t size);
nanos scanner_deadline(const struct scanner *scanner);
void scanner_eat(struct scanner *scanner, const struct packet *packet, nanos now);
bool scanner_done(const struct scanner *scanner);
/* More spoke than there is room for, so that not all of them were asked for. */
bool scanner_is_short(const struct scanner *scanner);

struct scanner_progress {
	uint32_t done, all; /* addresses that answered in both forms or were given up, and all */
	uint32_t sent;
};

void scanner_progress(const struct scanner *scanner, struct scanner_progress *progress);

#endif
