// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/registry.h"

#include <string.h>

#include "rules/rules.h"

static const struct rule *const registry[] = {
	&rule_mac_substituted,
	NULL,
};

const rule_list rules_all = registry;

const struct rule *rule_find(const char *id)
{
	for (rule_list rule = rules_all; *rule; rule++)
		if (strcmp((*rule)->id, id) == 0)
			return *rule;
	return NULL;
}
