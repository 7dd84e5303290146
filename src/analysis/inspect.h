// SPDX-License-Identifier: GPL-2.0-or-later
/* From what a host says of itself to a report. Pure. */
#ifndef ANALYSIS_INSPECT_H
#define ANALYSIS_INSPECT_H

#include "analysis/report.h"
#include "analysis/rule.h"
#include "topology/host_state.h"

/*
 * Lets the rules judge a prepared state. The report has one input, the host, by `name`; its hosts are the own addresses
 * (own yes), on a Dom0 its guests' (own yes, where their true MACs are known), and neighbours as this host has them
 * (own unknown; no, where it is known better). Facts in force are its facts. What could not be read is a gap.
 */
int inspect_report(const struct host_state *state, const char *name, rule_list rules, struct report *report,
		   struct error *error);

/* Adds the hosts, before the faults. Fails with ERROR_MEMORY. */
int inspect_add_hosts(const struct host_state *state, struct report *report, struct error *error);

/* Adds the facts in force, in a fixed order. Fails with ERROR_MEMORY. */
int inspect_add_facts(const struct host_state *state, struct report *report, struct error *error);

#endif
