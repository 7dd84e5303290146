// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The scanner's inside. For src/probe/ only.
 *
 * Addresses are numbered: a network that is asked through by its order, one that is heard by first sight.
 */
#ifndef PROBE_SCANNER_PRIVATE_H
#define PROBE_SCANNER_PRIVATE_H

#include "base/table.h"
#include "probe/scanner.h"
#include "wire/build.h"

/* What a round asks, one after the other, each for all addresses. */
enum scan_pass { PASS_ALL_NODES, PASS_ORDINARY, PASS_PROBE, PASS_HOP, PASS_COUNT };

enum scan_answered { ANSWERED_PROBE = 1, ANSWERED_ORDINARY = 2, ANSWERED_BOTH = 3 };

/* An address that was heard in a network that is not asked through. */
struct scan_heard {
	struct ip ip; /* key */
	uint32_t number;
};

/* IPv6: a MAC that said to be an address. */
struct scan_claim_key {
	struct ip ip;
	struct mac mac;
};

struct scan_claim {
	struct scan_claim_key key;
	bool tested; /* an echo request with one hop to live was answered, or reported */
};

/* IPv6: routers report only a few packets a second, and one report says enough of a MAC. */
struct scan_mac {
	struct mac mac; /* key */
	bool routes;
	uint8_t waiting; /* echo requests of this round that are not answered */
};

struct scanner {
	struct builder builder;
	struct mac mac;
	struct ip network;
	uint8_t prefix;
	struct prober_address *own;
	uint32_t own_count;
	struct ip sender; /* of ordinary questions; family 0: there is none */
	struct ip link;   /* IPv6: the own link-local address; family 0: there is none */
	bool hears;
	uint32_t first, count; /* addresses, of a network that is asked through by their last 32 bits */
	uint8_t *answered;     /* enum scan_answered, for each address */
	uint32_t settled;      /* addresses that answered in every form that is asked */

	struct table heard;        /* struct scan_heard, numbered as addresses */
	struct table claims, macs; /* struct scan_claim, struct scan_mac */
	uint32_t tested;           /* claims */
	uint16_t echo_id;

	uint32_t pace, tries;
	nanos interval, next_free;
	nanos starts; /* not before */
	nanos last_ordinary, last_sent;
	uint32_t round; /* 0 is the first; `tries`: all are through */
	enum scan_pass pass;
	uint32_t at; /* of the pass */
	bool done;
	uint32_t sent;
};

/* scanner_targets.c */
/* The number of addresses that are not asked for. */
#define NO_PLACE UINT32_MAX

int scan_targets_init(struct scanner *scanner, const struct scanner_options *options, struct error *error);
void scan_targets_free(struct scanner *scanner);
struct ip scan_address_at(const struct scanner *scanner, uint32_t place);
uint32_t scan_place_of(const struct scanner *scanner, const struct ip *ip);
bool scan_is_own(const struct scanner *scanner, const struct ip *ip);
/* Adds an address that somebody speaks as, where it is to be asked for. */
void scan_note_heard(struct scanner *scanner, const struct ip *ip);

/* scanner_frames.c: 0 where a frame cannot be built. */
size_t scan_compose_question(struct scanner *scanner, const struct ip *target, bool probe, uint8_t *buffer,
			     size_t size);
/* To all nodes, from the own address of the link or (`wide`) of the network. */
size_t scan_compose_all_nodes(struct scanner *scanner, bool wide, uint8_t *buffer, size_t size);
size_t scan_compose_hop(struct scanner *scanner, uint32_t claim, uint8_t *buffer, size_t size);

/* scanner_hear.c */
void scan_hear(struct scanner *scanner, const struct packet *packet);

#endif
