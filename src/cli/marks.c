// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/marks.h"

#include <stdio.h>
#include <string.h>

static const char run[] = "truemac run";
static const char sweeping[] = ", sweeping as ";
static const char incomplete[] = "truemac run incomplete: ";

void marks_write_run(const struct mac *sweeper, char into[static MARKS_RUN_SIZE])
{
	char mac[MAC_TEXT_SIZE];

	if (sweeper)
		snprintf(into, MARKS_RUN_SIZE, "%s%s%s", run, sweeping, mac_format(*sweeper, mac));
	else
		snprintf(into, MARKS_RUN_SIZE, "%s", run);
}

bool marks_read_run(const char *comment, struct mac *sweeper, bool *sweeps)
{
	const char *rest = comment + strlen(run);

	*sweeps = false;
	if (strncmp(comment, run, strlen(run)) != 0)
		return false;
	if (*rest == '\0')
		return true;
	*sweeps = strncmp(rest, sweeping, strlen(sweeping)) == 0 && mac_parse(rest + strlen(sweeping), sweeper);
	return *sweeps;
}

void marks_write_gap(const char *reason, char into[static MARKS_GAP_SIZE])
{
	snprintf(into, MARKS_GAP_SIZE, "%s%s", incomplete, reason);
}

const char *marks_read_gap(const char *comment)
{
	return strncmp(comment, incomplete, strlen(incomplete)) == 0 ? comment + strlen(incomplete) : NULL;
}
