// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules' own texts, for people. */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include <stdbool.h>

#include "analysis/rule.h"
#include "base/text.h"

/* A line for each rule: id, severity, summary. */
void explain_list(rule_list rules, struct text *into);

/* Everything that is known of a rule. */
void explain_rule(const struct rule *rule, struct text *into);

#endif
