// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A small bounded list of subjects with counts and evidence, for rules that
 * see single frames: they count while frames come in and make faults of it when a report is made.
 */
#ifndef ANALYSIS_TALLY_H
#define ANALYSIS_TALLY_H

#include "analysis/findings.h"

enum { TALLY_MAX = 64, TALLY_MAX_MARKS = 4 };

struct tally_entry {
	uint32_t segment;
	struct ip ip;
	struct mac mac;
	struct mac other; /* for the rule to set: a second MAC that the first event was about */
	uint32_t kind;    /* the rule's own distinction */
	uint64_t count;
	struct mark marks[TALLY_MAX_MARKS]; /* the first ones */
	struct mark last;
};

struct tally {
	struct tally_entry entries[TALLY_MAX];
	uint32_t count;
	uint64_t unlisted; /* events of subjects that found no room */
	uint32_t unlisted_segment;
	struct mark first_unlisted, last_unlisted;
};

/* The entry that counted the event, or NULL when the list is full. `ip` may be NULL. */
struct observation;
struct tally_entry *tally_add(struct tally *tally, const struct observation *observation, const struct ip *ip,
			      struct mac mac, uint32_t kind);

/* Cites the entry's frames, and sets the fault's count and times. */
void tally_cite(const struct tally_entry *entry, const struct facts *facts, struct fault *fault, const char *note);

/*
 * A fault without a subject for the events of all subjects that found no room; none where there were none. `what`
 * continues "12 more ", as in "malformed ARP packets".
 */
void tally_report_unlisted(const struct tally *tally, struct findings *findings, enum severity severity,
			   const char *what);

#endif
