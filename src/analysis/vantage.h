// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several captures as vantage points of one set-up. Packets are matched
 * across them by what they are (addresses, ports, sequence numbers, ICMP and
 * IP ids), never by time; the matches give the offsets of the clocks, the way of a packet, and a proof that a
 * single capture cannot have: where the packet really arrived.
 */
#ifndef ANALYSIS_VANTAGE_H
#define ANALYSIS_VANTAGE_H

#include "analysis/facts.h"
#include "analysis/ownership.h"
#include "analysis/report.h"

/* Fills facts.crossings of a report's view, and the report's clock offsets and paths. */
int vantage_build(struct facts *facts, struct report *report, struct error *error);

/* Whether another capture shows packets for the claim's address arrive at another MAC behind this one. */
bool vantage_refutes(const struct facts *facts, const struct claim *claim, struct ownership *result);

/* report.flows: a sample of conversations that is the same at every vantage point. */
int sampled_build(const struct facts *facts, struct report *report, struct error *error);

#endif
