// SPDX-License-Identifier: GPL-2.0-or-later
/* What must hold for every reader of a set-up, whatever it is given. */
#ifndef TEST_FUZZ_TOPOLOGY_INPUT_H
#define TEST_FUZZ_TOPOLOGY_INPUT_H

#include <stdlib.h>
#include <string.h>

#include "topology/topology.h"

/* A failure names its place and says something printable. */
static inline void check_error(int result, const struct error *error)
{
	if (result == 0)
		return;
	if (result > 0 || (int)error->code != result || error->where[0] == '\0' || error->message[0] == '\0')
		abort();
	for (const char *at = error->message; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			abort();
	}
}

/* What was understood can be written, read back, and is the same then; so is a copy. */
static inline void check_round_trip(const struct topology *topology)
{
	struct topology again = TOPOLOGY_INIT, copy = TOPOLOGY_INIT;
	struct text first = TEXT_INIT, second = TEXT_INIT, third = TEXT_INIT;

	topology_write_own(topology, &first);
	if (topology_read_own(&again, "again", text_string(&first), first.length, NULL) != 0)
		abort();
	topology_write_own(&again, &second);
	if (topology_copy(topology, &copy, NULL) != 0)
		abort();
	topology_write_own(&copy, &third);
	if (strcmp(text_string(&first), text_string(&second)) != 0 ||
	    strcmp(text_string(&first), text_string(&third)) != 0)
		abort();
	topology_free(&again);
	topology_free(&copy);
	text_free(&first);
	text_free(&second);
	text_free(&third);
}

static inline void check_read(int result, const struct error *error, struct topology *topology)
{
	check_error(result, error);
	if (result == 0)
		check_round_trip(topology);
	topology_free(topology);
}

#endif
