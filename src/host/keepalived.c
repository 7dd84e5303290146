// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/readers.h"

static const char path[] = "etc/keepalived/keepalived.conf";

void keepalived_read(const struct host_files *files, const struct topology_loader *loader)
{
	struct text content = TEXT_INIT;
	struct error error = ERROR_INIT;
	char name[FILES_PATH_SIZE];

	if (files_read(files, path, "/etc/keepalived/keepalived.conf", &content) == FILES_READ &&
	    topology_read_keepalived(&files->state->keepalived, files_path(files, path, name), text_string(&content),
				     content.length, loader, &error) < 0) {
		topology_free(&files->state->keepalived);
		host_add_unseen(files->state, error.where[0] ? error.where : "keepalived.conf", true, error.message);
	}
	text_free(&content);
}
