// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters of packets that vanish without a word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/readers.h"

static const char *const wanted[] = {
	"TcpExt:IPReversePathFilter", "IpExt:InNoRoutes", "Ip:InAddrErrors", "Ip:ForwDatagrams", "Ip:OutNoRoutes",
	"Icmp:OutRedirects",          "Icmp:InRedirects",
};

static bool is_wanted(const char *group, const char *name)
{
	char whole[HOST_WORD_SIZE];

	snprintf(whole, sizeof whole, "%s%s", group, name);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		if (strcmp(whole, wanted[i]) == 0)
			return true;
	return false;
}

/* The next word of a line; NULL at its end. */
static char *next_word(char **at)
{
	return strtok_r(NULL, " \t", at);
}

static void read_pair(struct host_state *state, char *names, char *values)
{
	char *names_at, *values_at, *name, *value;
	const char *group = strtok_r(names, " \t", &names_at);
	const char *group_again = strtok_r(values, " \t", &values_at);

	if (!group || !group_again || strcmp(group, group_again) != 0)
		return;
	while ((name = next_word(&names_at)) && (value = next_word(&values_at)))
		if (is_wanted(group, name))
			host_add_counter(state, name, strtoull(value, NULL, 10));
}

void counters_parse(struct host_state *state, const char *text)
{
	char names[FILES_LINE_SIZE * 8], values[FILES_LINE_SIZE * 8];
	size_t length;

	/* Such lines are longer than others. */
	while (*text != '\0') {
		length = strcspn(text, "\n");
		snprintf(names, sizeof names, "%.*s", (int)length, text);
		text += length + (text[length] == '\n');
		length = strcspn(text, "\n");
		snprintf(values, sizeof values, "%.*s", (int)length, text);
		text += length + (text[length] == '\n');
		read_pair(state, names, values);
	}
}

/* Columns by their heading, a line in hexadecimal for each processor. */
static void read_martians(struct host_state *state, const char *text)
{
	char line[FILES_LINE_SIZE];
	uint64_t sources = 0, destinations = 0;
	unsigned long long destination, source;

	if (!files_next_line(&text, line) || !strstr(line, "in_martian_dst in_martian_src"))
		return;
	while (files_next_line(&text, line)) {
		if (sscanf(line, "%*x %*x %*x %*x %*x %*x %llx %llx", &destination, &source) != 2)
			continue;
		destinations += destination;
		sources += source;
	}
	host_add_counter(state, "in_martian_dst", destinations);
	host_add_counter(state, "in_martian_src", sources);
}

void counters_read(const struct host_files *files)
{
	struct text content = TEXT_INIT;

	if (files_read(files, "proc/net/netstat", "counters (/proc/net/netstat)", &content) == FILES_READ)
		counters_parse(files->state, text_string(&content));
	else
		host_add_unseen(files->state, "counters (/proc/net/netstat)", false, "they are not there");
	if (files_read(files, "proc/net/snmp", "counters (/proc/net/snmp)", &content) == FILES_READ)
		counters_parse(files->state, text_string(&content));
	if (files_read(files, "proc/net/stat/rt_cache", NULL, &content) == FILES_READ)
		read_martians(files->state, text_string(&content));
	text_free(&content);
}
