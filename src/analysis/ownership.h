// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is this MAC really the host's? Weighs all that speaks for and against a
 * claim, in the order in which the tests prove: known MACs, delivery of a
 * TTL-1 packet, the sender-0 probe, Time Exceeded, forwarding, the TTLs of
 * packets, delays, and last the MAC's prefix, which only names.
 */
#ifndef ANALYSIS_OWNERSHIP_H
#define ANALYSIS_OWNERSHIP_H

#include "analysis/facts.h"
#include "analysis/report.h"

/* What decided; each has one sentence (ownership_reason). */
enum ownership_ground {
	GROUND_NOTHING,
	/* for: the MAC is the host's own */
	GROUND_KNOWN_MATCHES,
	GROUND_DELIVERED,
	GROUND_PROBE_ANSWERED,
	GROUND_ASKED_ITSELF,
	/* against */
	GROUND_KNOWN_DIFFERS,
	GROUND_TIME_EXCEEDED,
	GROUND_UNREACHABLE,
	GROUND_REDIRECTED,
	GROUND_FORWARDED,
	GROUND_SEEN_BEHIND, /* another vantage point saw the same packet arrive at another MAC */
	GROUND_PROBE_SILENT,
	GROUND_OTHER_SELF, /* the MAC's own address is another, and packets come through it with a lower TTL */
	GROUND_DECREMENTED,
	GROUND_BACKEND_DELAYED,
	GROUND_BACKEND,
	GROUND_WITHOUT_OVERRIDE,
};

struct ownership {
	enum own own;
	enum confidence confidence; /* of `own` where it is not unknown */
	enum ownership_ground ground;
	struct mark mark;    /* the frame that shows it best */
	uint32_t segment;    /* where `mark` is, which may be another vantage point */
	bool suspected;      /* unknown, but something speaks against it */
	struct mac true_mac; /* GROUND_KNOWN_DIFFERS, GROUND_SEEN_BEHIND: the host's own */
	bool has_true_mac;
	struct ip owner; /* whose MAC it is instead; family 0: not known */
};

struct ownership ownership_of(const struct facts *facts, const struct claim *claim);

/* Whether the claim also shows that a router stands between: the address is one hop away. */
bool ownership_shows_hop(const struct claim *claim, const struct ownership *ownership);

/* A phrase for people: "it answered the sender-0 probe". Static. */
const char *ownership_reason(enum ownership_ground ground);

/* Cites every frame that speaks about the claim, best proof first. */
struct fault;
void ownership_cite(const struct facts *facts, const struct claim *claim, const struct ownership *ownership,
		    struct fault *fault);

/* Whether `mac` answered ordinary questions for addresses that it let sender-0 probes for pass, or worse: a proxy. */
bool station_is_proxy(const struct facts *facts, uint32_t segment, struct mac mac);

#endif
