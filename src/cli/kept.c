// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/kept.h"

#include <string.h>

#include "cli/message.h"
#include "topology/host_state.h"

enum { LONGEST = 65535 /* bytes of an option of pcapng */ };

void kept_write(const struct topology *topology, bool quiet, struct text *into)
{
	struct error error = ERROR_INIT;

	text_clear(into);
	if (topology->service_count + topology->real_server_count + topology->director_count + topology->known_count ==
	    0)
		return;
	topology_write_own(topology, into);
	if (into->length <= LONGEST)
		return;
	text_clear(into);
	error_set(&error, ERROR_USAGE, NULL,
		  "the set-up is too long to be kept with the capture; analyse it with the same options");
	if (!quiet)
		message_error(&error);
}

int kept_read(const char *name, const char *comment, struct topology *topology, struct error *error)
{
	struct topology kept = TOPOLOGY_INIT;
	int status = 0;

	if (!topology_is_written(comment))
		return 0;
	if (topology_read_own(&kept, name, comment, strlen(comment), error) < 0)
		message_error(error);
	else
		status = host_topology_recall(topology, &kept, error);
	topology_free(&kept);
	return status;
}
