// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Segments of full size that are sent again and again and never acknowledged,
 * in a connection whose small ones arrive. For src/analysis/ and the rules that read `struct stall`.
 */
#ifndef ANALYSIS_STALLS_H
#define ANALYSIS_STALLS_H

#include "analysis/facts.h"

struct eating;

/* Follows a TCP segment of `flow`; `reverse`: from service to client. Tells the rules of stalls that begin and end. */
void stalls_eat(struct eating *eating, struct flow *flow, bool reverse);

#endif
