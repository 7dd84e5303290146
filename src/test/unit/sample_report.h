// SPDX-License-Identifier: GPL-2.0-or-later
/* A report made by hand, with something in each of its lists. */
#ifndef TEST_SAMPLE_REPORT_H
#define TEST_SAMPLE_REPORT_H

#include "analysis/report.h"
#include "analysis/rule.h"

/* Two rules: the first has faults in the sample, the second none. */
extern const struct rule sample_rule_substituted, sample_rule_loop;
extern rule_list sample_rules;

/*
 * Two inputs (the second one's name is hostile: a terminal escape, markup,
 * a byte that is not UTF-8), one service with two real servers, two
 * faults of one rule and one info, a host in a VLAN stack, a path, a gap.
 */
void sample_report_make(struct report *report);

#endif
