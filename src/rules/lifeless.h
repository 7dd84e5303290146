// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses that nobody owns and that are answered for all the same: what a proxy for everything gives itself away by.
 */
#ifndef RULES_LIFELESS_H
#define RULES_LIFELESS_H

#include "rules/rules.h"

/* How sure it is that nobody owns an address that is answered for. */
enum lifeless { ALIVE, UNHEARD, TRIED_IN_VAIN, UNREACHABLE };

enum lifeless lifeless_of(const struct facts *facts, const struct claim *claim);

struct lifeless_count {
	uint32_t count; /* up to FAULT_MAX_EVIDENCE */
	enum lifeless surest;
};

/* Among the addresses that the station claims. */
struct lifeless_count lifeless_count(const struct facts *facts, const struct station *station);

/* Whether they show that it answers for everything. */
static inline bool lifeless_is_enough(struct lifeless_count tried)
{
	return tried.count >= 2 || tried.surest == UNREACHABLE;
}

#endif
