// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology/topology.h"

int topology_read_keepalived(struct topology *topology, const char *name, const char *bytes, size_t length,
			     const struct topology_loader *loader, struct error *error)
{
	(void)topology;
	(void)bytes;
	(void)length;
	(void)loader;
	return error_set(error, ERROR_USAGE, name, "keepalived.conf is not read yet");
}
