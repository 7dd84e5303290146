// SPDX-License-Identifier: GPL-2.0-or-later
/* Flows of all inputs, sorted so that sightings of one packet stand together. For src/analysis/ only. */
#ifndef ANALYSIS_VANTAGE_PRIVATE_H
#define ANALYSIS_VANTAGE_PRIVATE_H

#include "analysis/facts.h"
#include "analysis/report.h"

struct sightings {
	const struct flow **flows;
	uint32_t count;
};

int sightings_build(const struct facts *facts, struct sightings *sightings, struct error *error);
/* The end of the group of equal flows that begins at `first`. */
uint32_t sightings_group(const struct sightings *sightings, uint32_t first);

/* clocks.c: report.inputs[].offset and what it rests on. */
int clocks_build(const struct facts *facts, const struct sightings *sightings, struct report *report,
		 struct error *error);

/* followed.c: report.paths. */
int followed_build(const struct facts *facts, const struct sightings *sightings, struct report *report,
		   struct error *error);

/* Of a flow: what its first packet is, for people (NULL when memory is out), and one step of its way. */
char *followed_describe(const struct flow *flow);
struct report_hop followed_hop(const struct flow *flow, const struct leg *leg);

#endif
