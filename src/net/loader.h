// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration files from the disk: what the readers of src/topology ask for. */
#ifndef NET_LOADER_H
#define NET_LOADER_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "topology/topology.h"

enum { LOADER_FILE_LIMIT = 32 * 1024 * 1024, LOADER_NAME_SIZE = 65 };

/*
 * Reads a whole file of at most `limit` bytes into an initialised, empty text, which the caller frees. Pipes are read
 * to their end, so `-t <(ipvsadm -S -n)` works; "-" is no file here. A path that cannot be opened or read, a directory
 * and a file that is too large are ERROR_INPUT at `path`.
 */
int file_read(const char *path, size_t limit, struct text *out, struct error *error);

struct loader {
	struct topology_loader topology; /* pass its address to topology_read */
	char config_id[LOADER_NAME_SIZE];
};

/*
 * A loader for real files. Patterns are those of glob(3) with braces, relative to the folder of the file that includes;
 * of what wildcards match, only regular files are read, as keepalived does. `config_id` is keepalived's -i; NULL takes
 * its default, this machine's name up to the first dot. The loader must not move while it is in use.
 */
void loader_init(struct loader *loader, const char *config_id);

#endif
