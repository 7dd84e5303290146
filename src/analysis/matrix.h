// SPDX-License-Identifier: GPL-2.0-or-later
/* The judges that fill a row of the matrix. For src/analysis/ only. */
#ifndef ANALYSIS_MATRIX_H
#define ANALYSIS_MATRIX_H

#include "analysis/facts.h"
#include "analysis/ownership.h"
#include "analysis/report.h"
#include "analysis/roles.h"

struct cells {
	const struct facts *facts;
	struct report_row *row;
	uint32_t first_role, end_role; /* the node's MACs are among these of roles->macs */
	bool failed;                   /* memory ran out */
};

/* Sets a cell unless something that weighs more stands there. */
void cell_set(struct cells *cells, enum check check, enum check_value value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether a path carries the row's service. */
bool cells_path_matches(const struct cells *cells, const struct path *path);

/* Whether the path's receiver has a MAC of the row's real server or director, as the sender believes. */
bool cells_path_leads_to_row(const struct cells *cells, const struct path *path);

void judge_resolution(struct cells *cells); /* arp, mac, hop */
void judge_quiet(struct cells *cells);      /* quiet */
void judge_delivery(struct cells *cells);   /* accepts, service, return */
void judge_replay(struct cells *cells);     /* replay */
void judge_direction(struct cells *cells);  /* of a director: quiet, accepts, service, return, replay */

#endif
