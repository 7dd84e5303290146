// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The set-up of a run, kept with its capture: what a live command was told by options or knew from its host is the
 * comment on the file, in the own format, so that analysing the capture says the same again without being told.
 */
#ifndef CLI_KEPT_H
#define CLI_KEPT_H

#include "base/error.h"
#include "base/text.h"
#include "topology/topology.h"

/* The comment; "" where there is no set-up, and where it is too long for a comment, which is told unless `quiet`. */
void kept_write(const struct topology *topology, bool quiet, struct text *into);

/*
 * Completes what options say by the set-up in a file's comment, if there is one (host_topology_recall()). A damaged one
 * is told and left. Fails with ERROR_MEMORY only.
 */
int kept_read(const char *name, const char *comment, struct topology *topology, struct error *error);

#endif
