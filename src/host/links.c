// SPDX-License-Identifier: GPL-2.0-or-later
/* Interfaces as /sys/class/net has them. */
#include <dirent.h>
#include <libgen.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/readers.h"

static unsigned long read_number(const struct host_files *files, const char *link, const char *name, int base)
{
	char path[FILES_PATH_SIZE], word[HOST_WORD_SIZE];

	snprintf(path, sizeof path, "sys/class/net/%s/%s", link, name);
	files_read_word(files, path, word, sizeof word);
	return strtoul(word, NULL, base);
}

static void read_master(const struct host_files *files, struct host_link *link)
{
	char path[FILES_PATH_SIZE], full[FILES_PATH_SIZE], target[FILES_PATH_SIZE];
	ssize_t length;

	snprintf(path, sizeof path, "sys/class/net/%s/master", link->name);
	length = readlink(files_path(files, path, full), target, sizeof target - 1);
	if (length <= 0)
		return;
	target[length] = '\0';
	host_copy_word(link->master, sizeof link->master, basename(target));
}

static void read_link(const struct host_files *files, const char *name)
{
	struct host_link *link = host_add_link(files->state, name);
	char path[FILES_PATH_SIZE], word[HOST_WORD_SIZE];
	unsigned long flags;

	if (!link)
		return;
	flags = read_number(files, name, "flags", 16);
	snprintf(path, sizeof path, "sys/class/net/%s/address", name);
	files_read_word(files, path, word, sizeof word);
	mac_parse(word, &link->mac);
	link->loopback = (flags & IFF_LOOPBACK) != 0;
	link->ethernet = read_number(files, name, "type", 10) == ARPHRD_ETHER && !link->loopback;
	link->arp = !(flags & IFF_NOARP);
	link->up = (flags & IFF_UP) != 0;
	link->mtu = (uint32_t)read_number(files, name, "mtu", 10);
	snprintf(path, sizeof path, "sys/class/net/%s/bridge", name);
	if (files_exist(files, path))
		host_copy_word(link->kind, sizeof link->kind, "bridge");
	read_master(files, link);
}

void links_read(const struct host_files *files)
{
	char path[FILES_PATH_SIZE];
	struct dirent **names = NULL;
	int count = scandir(files_path(files, "sys/class/net", path), &names, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.')
			read_link(files, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}
