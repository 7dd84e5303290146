// SPDX-License-Identifier: GPL-2.0-or-later
/* What a rule writes its faults into while a report is made. */
#ifndef ANALYSIS_FINDINGS_H
#define ANALYSIS_FINDINGS_H

#include "analysis/facts.h"
#include "analysis/fault.h"
#include "analysis/report.h"

struct findings {
	const struct facts *facts;
	const struct rule *rule; /* whose turn it is */
	struct fault *faults;
	uint32_t count, room;
	struct table index;   /* rule and subject to place */
	struct fault scratch; /* swallows what is written when memory is out */
	bool failed;          /* memory ran out */
};

/* Before the first fault; `facts` is borrowed. */
void findings_init(struct findings *findings, const struct facts *facts);

/*
 * The fault of the current rule about `subject`; made when it is new. A fault reported twice keeps the higher severity
 * and confidence. Never NULL: when memory is out a scratch fault is handed out, and `failed` is set.
 */
struct fault *findings_add(struct findings *findings, enum severity severity, enum confidence confidence,
			   const struct subject *subject);

/* Replace the rule's general texts by ones that name names. */
void fault_set_summary(struct fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));
void fault_set_effect(struct fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a remedy in front of the rule's own ones. */
void fault_add_remedy(struct fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Cites a frame; does nothing for a mark that is not set, one cited already, or beyond FAULT_MAX_EVIDENCE. */
void fault_cite(struct fault *fault, const struct facts *facts, uint32_t segment, const struct mark *mark,
		const char *format, ...) __attribute__((format(printf, 5, 6)));
/* How often it was seen, and when; widens what is there. */
void fault_count(struct fault *fault, uint64_t count, nanos first, nanos last);

struct subject subject_of(const struct facts *facts, uint32_t segment, const struct ip *ip, const struct mac *mac,
			  const struct ip *vip);

/*
 * Sorts the faults, fills in the rules' general texts, and hands them over to the report. The findings are then empty
 * and freed, also after ERROR_MEMORY.
 */
int findings_hand_over(struct findings *findings, rule_list rules, struct report *report, struct error *error);

#endif
