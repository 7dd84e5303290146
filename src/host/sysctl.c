// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of interfaces below /proc/sys. Kernels without one of them leave it unseen. */
#include <stdio.h>
#include <stdlib.h>

#include "host/readers.h"

static int32_t read_setting(const struct host_files *files, const char *link, enum host_setting setting)
{
	char path[FILES_PATH_SIZE], word[HOST_WORD_SIZE], *end;
	long value;

	snprintf(path, sizeof path, "proc/sys/net/%s/conf/%s/%s", host_setting_family(setting), link,
		 host_setting_name(setting));
	if (files_read_word(files, path, word, sizeof word) != FILES_READ)
		return SETTING_UNSEEN;
	value = strtol(word, &end, 10);
	return end == word || value < SETTING_UNSEEN || value > INT32_MAX ? SETTING_UNSEEN : (int32_t)value;
}

static void read_settings(const struct host_files *files, const char *link, int32_t settings[static SETTING_COUNT])
{
	for (int i = 0; i < SETTING_COUNT; i++)
		settings[i] = read_setting(files, link, (enum host_setting)i);
}

void sysctl_read(const struct host_files *files)
{
	struct host_state *state = files->state;

	read_settings(files, "all", state->all);
	for (uint32_t i = 0; i < state->link_count; i++)
		read_settings(files, state->links[i].name, state->links[i].settings);
	if (state->all[SETTING_ARP_IGNORE] == SETTING_UNSEEN)
		host_add_unseen(state, "settings of IPv4 (/proc/sys/net/ipv4/conf)", true, "they are not there");
	if (state->all[SETTING_FORWARDING6] == SETTING_UNSEEN)
		host_add_unseen(state, "settings of IPv6", false,
				files_exist(files, "proc/sys/net/ipv4") && !files_exist(files, "proc/sys/net/ipv6")
				    ? "this kernel has no IPv6"
				    : "they are not there");
}
