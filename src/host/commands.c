// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A host's state from the outputs of commands, as somebody sends them by mail: each behind a line "$ COMMAND". Before
 * the first, `xl list`, `xl network-list` and `brctl show` may stand.
 */
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/commands.h"
#include "host/readers.h"

static const struct {
	const char *command;
	void (*read)(struct commands *commands, const char *line);
} sections[COMMANDS_SECTIONS] = {
	{ "ip addr", commands_read_address },    { "ip route", commands_read_route },
	{ "ip neigh", commands_read_neighbour }, { "ipvsadm -Ln", commands_keep_ipvs },
	{ "ipvsadm -ln", commands_keep_ipvs },   { "sysctl", commands_read_sysctl },
};

static void ignore(struct commands *commands, const char *line)
{
	(void)commands, (void)line;
}

/* "ipvsadm -Ln --stats" and "ipvsadm -Lnc" are other tables. */
static bool is_command(const char *line, const char *command)
{
	size_t length = strlen(command);

	if (strncmp(line, command, length) != 0 || (line[length] != '\0' && line[length] != ' '))
		return false;
	return strncmp(command, "ipvsadm", 7) != 0 || line[length] == '\0';
}

static void start_section(struct commands *commands, const char *command)
{
	commands->read = ignore;
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
		if (is_command(command, sections[i].command)) {
			commands->read = sections[i].read;
			commands->there[i] = true;
		}
}

static bool is_counters(const char *line)
{
	static const char *const groups[] = { "Ip: ", "Icmp: ", "Tcp: ", "Udp: ", "TcpExt: ", "IpExt: " };

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		if (strncmp(line, groups[i], strlen(groups[i])) == 0)
			return true;
	return false;
}

/* What xl says: a Dom0, its guests' names by number, and their MACs. */
static void read_preamble(struct commands *commands, const char *line)
{
	struct host_state *state = commands->state;
	char word[HOST_WORD_SIZE], mac[MAC_TEXT_SIZE];
	unsigned domain, handle;
	const char *path = strstr(line, "/local/domain/0/backend/vif/");
	struct host_guest *guest;

	if (sscanf(line, "%63s %u %*u %*u", word, &domain) == 2 && strcmp(word, "Domain-0") == 0) {
		state->virtualisation = VIRTUAL_XEN_DOM0;
		host_copy_word(state->virtual_reason, sizeof state->virtual_reason, "xl lists Domain-0");
	}
	if (!path || sscanf(path, "/local/domain/0/backend/vif/%u/%u", &domain, &handle) != 2 ||
	    sscanf(line, "%*d %*d %17s", mac) != 1)
		return;
	guest = host_add_guest(state);
	if (!guest || !mac_parse(mac, &guest->mac))
		return;
	snprintf(word, sizeof word, "vif%u.%u", domain, handle);
	host_copy_word(guest->link, sizeof guest->link, word);
}

static void read_line(struct commands *commands, const char *line)
{
	if (strncmp(line, "$ ", 2) == 0)
		start_section(commands, line + 2);
	else if (is_counters(line))
		text_printf(&commands->counters, "%s\n", line);
	else
		commands->read(commands, line);
}

/* Settings decide, so that without them nothing is clean. */
static void note_missing(struct commands *commands)
{
	static const struct {
		void (*read)(struct commands *commands, const char *line);
		const char *what, *why;
		bool needed;
	} kinds[] = {
		{ commands_read_route, "routes", "there is no output of ip route show table all", false },
		{ commands_read_neighbour, "neighbours", "there is no output of ip neigh", false },
		{ commands_read_sysctl, "settings of IPv4", "there is no output of sysctl", true },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		bool there = false;

		for (size_t k = 0; k < sizeof sections / sizeof sections[0]; k++)
			there |= commands->there[k] && sections[k].read == kinds[i].read;
		if (!there)
			host_add_unseen(commands->state, kinds[i].what, kinds[i].needed, kinds[i].why);
	}
}

static void finish(struct commands *commands)
{
	struct host_state *state = commands->state;

	if (commands->ipvs.length > 0)
		ipvs_parse(state, text_string(&commands->ipvs));
	counters_parse(state, text_string(&commands->counters));
	for (uint32_t i = 0; i < state->link_count; i++) {
		struct host_link *master = host_find_link(state, state->links[i].master);

		if (master && master->kind[0] == '\0')
			host_copy_word(master->kind, sizeof master->kind, "bridge");
	}
	note_missing(commands);
	host_add_unseen(state, "listening sockets", false, "the outputs of commands do not tell");
	host_add_unseen(state, "keepalived.conf", false, "the outputs of commands do not tell");
	if (state->ipvs == IPVS_UNSEEN)
		host_add_unseen(state, "the IPVS table", false, "there is no output of ipvsadm -Ln");
}

int commands_load(const char *name, const char *bytes, size_t length, struct host_state *state, struct error *error)
{
	struct commands commands = { .state = state, .read = read_preamble };
	struct text content = TEXT_INIT;
	char line[FILES_LINE_SIZE];
	const char *at;
	int status = 0;

	text_add_bytes(&content, bytes, length);
	at = text_string(&content);
	while (files_next_line(&at, line))
		read_line(&commands, line);
	if (state->link_count == 0)
		status = error_set(error, ERROR_INPUT, name,
				   "is no state of a host: neither what inspect --save writes, nor the output of `ip "
				   "addr` behind a line \"$ ip addr\"");
	else
		finish(&commands);
	if (content.failed || commands.ipvs.failed || commands.counters.failed || state->failed)
		status = error_set(error, ERROR_MEMORY, name, "no memory to read it");
	text_free(&commands.ipvs);
	text_free(&commands.counters);
	text_free(&content);
	return status;
}
