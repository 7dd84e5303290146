// SPDX-License-Identifier: GPL-2.0-or-later
/* Every rule, in the order of the documentation. */
#ifndef RULES_REGISTRY_H
#define RULES_REGISTRY_H

#include "analysis/rule.h"

extern rule_list rules_all;

/* NULL where no rule has that id. */
const struct rule *rule_find(const char *id);

#endif
