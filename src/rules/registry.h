// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of all rules, in the order in which documentation and reports show them. */
#ifndef RULES_REGISTRY_H
#define RULES_REGISTRY_H

#include "analysis/rule.h"

extern const rule_list rules_all;

/* NULL where no rule has this id. */
const struct rule *rule_find(const char *id);

#endif
