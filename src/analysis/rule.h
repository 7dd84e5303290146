// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A rule knows one fault: what to look for, and every text about it.
 *
 * Rules are constant values, one per file in src/rules, listed in its
 * registry. The engine calls `observe` for each observation that a rule
 * subscribed to while frames come in, and `conclude` when a report is
 * made; `conclude` may be called many times (a live screen) and must not change
 * anything but the report under construction. The host-* rules judge what a
 * machine says of itself instead of frames: they have `inspect` alone.
 */
#ifndef ANALYSIS_RULE_H
#define ANALYSIS_RULE_H

#include <stddef.h>

#include "analysis/fault.h"

enum { RULE_MAX_REMEDIES = FAULT_MAX_REMEDIES };

struct observation;
struct facts;
struct findings;
struct host_state;

struct rule {
	const char *id;
	enum severity severity;
	const char *summary;                     /* the fault in one sentence, without a subject */
	const char *why;                         /* how it comes about, and how it shows on the wire */
	const char *proof;                       /* which test proves it, and what only hints at it */
	const char *effect;                      /* what the users of the service notice */
	const char *remedies[RULE_MAX_REMEDIES]; /* commands or steps, NULL behind the last */
	const char *no_help; /* what is often tried and does not repair it; "" where nothing is known */
	const char *sources; /* RFC sections, kernel files */

	unsigned subscribes; /* 1 << enum observation_kind, or'ed */
	size_t state_size;   /* zeroed memory of the rule's own, 0 for none */
	void (*observe)(void *state, const struct facts *facts, const struct observation *observation);
	void (*conclude)(const void *state, const struct facts *facts, struct findings *findings);
	void (*inspect)(const struct host_state *state, struct findings *findings); /* analysis/inspect.h */
};

/* The registry's form: a NULL-terminated list in the order of the documentation. */
typedef const struct rule *const *rule_list;

#endif
