// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which MAC each address truly has, by the best word there is: the host's own (inspect), that of the Dom0 whose guest
 * it is, what was given as true (ethers, --rs ADDR=MAC), or what another vantage point proved.
 *
 * An address of a service (VIP) has no true MAC here: it is meant to move, and to be on several hosts.
 */
#ifndef MERGE_TRUTH_H
#define MERGE_TRUTH_H

#include "analysis/report.h"

enum word_kind { WORD_HOST, WORD_GUEST, WORD_GIVEN, WORD_SEEN };

struct word {
	struct ip ip;
	struct mac mac;
	enum word_kind kind;
	uint32_t source;
	const char *link; /* of WORD_HOST: the host's interface */
};

/* A machine's interface, to be found by its MAC. */
struct truth_link {
	struct mac mac;
	uint32_t source;
	const struct machine_link *link;
};

struct truth {
	const struct report *report;
	struct word *words; /* by address, kind, MAC, source */
	uint32_t word_count, word_room;
	struct truth_link *links; /* by MAC, source; one for each */
	uint32_t link_count, link_room;
	struct ip *vips; /* ascending */
	uint32_t vip_count, vip_room;
};

/* Of a report whose sources are in order. False when memory is out; truth_free() is due in any case. */
bool truth_build(const struct report *report, struct truth *truth);
void truth_free(struct truth *truth);

bool truth_is_vip(const struct truth *truth, const struct ip *ip);
/* The best words on an address, all of one kind; NULL for none, and for VIPs but where `vips_too`. */
const struct word *truth_words(const struct truth *truth, const struct ip *ip, bool vips_too, uint32_t *count);
/* Whether a MAC is among an address's true ones, or one of its machine's other interfaces. */
bool truth_allows(const struct truth *truth, const struct ip *ip, struct mac mac);
/* The word that makes it impossible that `ip` is at `mac`; NULL where nothing does. */
const struct word *truth_refutes(const struct truth *truth, const struct ip *ip, struct mac mac);

/* The only address of a family that has the MAC by its host's or Dom0's word, and is no VIP; NULL for none or several.
 */
const struct ip *truth_address(const struct truth *truth, struct mac mac, uint8_t family);

/*
 * Whose interface has the MAC that was told to `teller` in place of the true one. On every Dom0 guests' ends have the
 * same MAC: the one that counts is the Dom0 of the teller, else of the host asked for. NULL for nobody, or where
 * several remain.
 */
const struct truth_link *truth_answerer(const struct truth *truth, struct mac mac, uint32_t teller,
					const struct word *word);

/* The machine of a source, or NULL. */
const struct report_machine *truth_machine(const struct truth *truth, uint32_t source);

#endif
