// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/readers.h"

static const char path[] = "etc/keepalived/keepalived.conf";

void keepalived_load(const struct host_files *files, struct text *content)
{
	files_read(files, path, "/etc/keepalived/keepalived.conf", content);
}

void keepalived_parse(const struct host_files *files, const struct topology_loader *loader, const struct text *content)
{
	struct error error = ERROR_INIT;
	char name[FILES_PATH_SIZE];

	if (content->length == 0 ||
	    topology_read_keepalived(&files->state->keepalived, files_path(files, path, name), text_string(content),
				     content->length, loader, &error) == 0)
		return;
	topology_free(&files->state->keepalived);
	host_add_unseen(files->state, error.where[0] ? error.where : "keepalived.conf", true, error.message);
}
