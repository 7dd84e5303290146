// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forms that are read:
 *
 *   3: xenbr0@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 ... master br0 ...
 *       link/ether 00:16:3e:0a:01:fe brd ...
 *       inet 10.1.1.254/24 ...
 *   [TYPE] DESTINATION[/BITS] [via ADDRESS] dev LINK [table T] [metric N]
 *   ADDRESS dev LINK [lladdr MAC] [proxy] STATE
 *   net.ipv4.conf.vif1/0.proxy_arp = 1
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/commands.h"

enum { WORD_SIZE = 64, MOST_WORDS = 48 };

struct words {
	char word[MOST_WORDS][WORD_SIZE];
	int count;
};

static void split(const char *line, struct words *words)
{
	int end;

	words->count = 0;
	while (words->count < MOST_WORDS && sscanf(line, " %63s%n", words->word[words->count], &end) == 1) {
		line += end;
		words->count++;
	}
}

/* The word behind `name`; "" where there is none. */
static const char *word_after(const struct words *words, const char *name)
{
	for (int i = 0; i + 1 < words->count; i++)
		if (strcmp(words->word[i], name) == 0)
			return words->word[i + 1];
	return "";
}

static bool parse_network(const char *text, struct ip *ip, uint8_t *prefix)
{
	char address[WORD_SIZE];
	const char *slash = strchr(text, '/');
	unsigned long bits;

	host_copy_word(address, sizeof address, text);
	address[strcspn(address, "/")] = '\0';
	if (!ip_parse(address, ip))
		return false;
	bits = slash ? strtoul(slash + 1, NULL, 10) : ip->family == 4 ? 32 : 128;
	*prefix = (uint8_t)bits;
	return bits <= (ip->family == 4 ? 32 : 128);
}

static bool has_flag(const char *flags, const char *flag)
{
	const char *at = strstr(flags, flag);

	return at && (at[-1] == '<' || at[-1] == ',') && strchr(",>", at[strlen(flag)]);
}

static void read_heading(struct commands *commands, const struct words *words)
{
	struct host_link *link;
	char name[WORD_SIZE];

	host_copy_word(name, sizeof name, words->word[1]);
	name[strcspn(name, ":@")] = '\0';
	link = host_add_link(commands->state, name);
	if (!link)
		return;
	host_copy_word(commands->link, sizeof commands->link, link->name);
	link->up = has_flag(words->word[2], "UP");
	link->arp = !has_flag(words->word[2], "NOARP");
	link->loopback = has_flag(words->word[2], "LOOPBACK");
	link->mtu = (uint32_t)strtoul(word_after(words, "mtu"), NULL, 10);
	host_copy_word(link->master, sizeof link->master, word_after(words, "master"));
}

static void read_link_layer(struct commands *commands, const struct words *words)
{
	struct host_link *link = host_find_link(commands->state, commands->link);

	if (!link)
		return;
	link->ethernet = strcmp(words->word[0], "link/ether") == 0;
	if (link->ethernet)
		mac_parse(words->word[1], &link->mac);
	else
		host_copy_word(link->kind, sizeof link->kind, link->loopback ? "" : words->word[0] + strlen("link/"));
}

static void read_inet(struct commands *commands, const struct words *words)
{
	struct host_address *address;
	struct ip ip;
	uint8_t prefix;

	if (!parse_network(words->word[1], &ip, &prefix))
		return;
	address = host_add_address(commands->state);
	if (!address)
		return;
	address->ip = ip;
	address->prefix = prefix;
	host_copy_word(address->link, sizeof address->link, commands->link);
}

void commands_read_address(struct commands *commands, const char *line)
{
	struct words words;

	split(line, &words);
	if (words.count >= 3 && isdigit((unsigned char)line[0]) && words.word[2][0] == '<')
		read_heading(commands, &words);
	else if (words.count >= 2 && strncmp(words.word[0], "link/", 5) == 0)
		read_link_layer(commands, &words);
	else if (words.count >= 2 && strncmp(words.word[0], "inet", 4) == 0)
		read_inet(commands, &words);
}

static uint32_t table_number(const char *word)
{
	if (strcmp(word, "local") == 0)
		return 255;
	return word[0] == '\0' || strcmp(word, "main") == 0 ? 254 : (uint32_t)strtoul(word, NULL, 10);
}

/* "default" of IPv6 shows by its gateway only. */
static bool parse_destination(const struct words *words, const char *word, struct host_route *route)
{
	if (strcmp(word, "default") != 0)
		return parse_network(word, &route->destination, &route->prefix);
	route->destination.family = strchr(word_after(words, "via"), ':') ? 6 : 4;
	return true;
}

void commands_read_route(struct commands *commands, const char *line)
{
	struct host_route route = { .type = ROUTE_UNICAST }, *made;
	struct words words;
	int first;

	split(line, &words);
	first = words.count > 1 && isalpha((unsigned char)words.word[0][0]) && strcmp(words.word[0], "default") != 0 &&
		!strchr(words.word[0], ':');
	if (words.count <= first || strcmp(words.word[0], "broadcast") == 0 ||
	    strcmp(words.word[0], "multicast") == 0 || strcmp(words.word[0], "anycast") == 0 ||
	    !parse_destination(&words, words.word[first], &route))
		return;
	if (first)
		route.type = strcmp(words.word[0], "local") == 0     ? ROUTE_LOCAL
			     : strcmp(words.word[0], "unicast") == 0 ? ROUTE_UNICAST
								     : ROUTE_OTHER;
	ip_parse(word_after(&words, "via"), &route.gateway);
	route.table = table_number(word_after(&words, "table"));
	route.metric = (uint32_t)strtoul(word_after(&words, "metric"), NULL, 10);
	host_copy_word(route.link, sizeof route.link, word_after(&words, "dev"));
	made = host_add_route(commands->state);
	if (made)
		*made = route;
}

void commands_read_neighbour(struct commands *commands, const char *line)
{
	struct host_neighbour *neighbour;
	struct words words;
	struct ip ip;

	split(line, &words);
	if (words.count < 3 || !ip_parse(words.word[0], &ip))
		return;
	neighbour = host_add_neighbour(commands->state);
	if (!neighbour)
		return;
	neighbour->ip = ip;
	mac_parse(word_after(&words, "lladdr"), &neighbour->mac);
	host_copy_word(neighbour->link, sizeof neighbour->link, word_after(&words, "dev"));
	host_copy_word(neighbour->state, sizeof neighbour->state, words.word[words.count - 1]);
	for (char *at = neighbour->state; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	for (int i = 1; i < words.count; i++)
		neighbour->proxy |= strcmp(words.word[i], "proxy") == 0;
}

void commands_keep_ipvs(struct commands *commands, const char *line)
{
	text_printf(&commands->ipvs, "%s\n", line);
}

/* Where a setting is kept: that of `all`, of a link, or nowhere. */
static int32_t *settings_of(struct commands *commands, const char *name)
{
	struct host_link *link = host_find_link(commands->state, name);

	return strcmp(name, "all") == 0 ? commands->state->all : link ? link->settings : NULL;
}

void commands_read_sysctl(struct commands *commands, const char *line)
{
	char family[8], rest[WORD_SIZE], *dot;
	enum host_setting setting;
	int32_t *settings;
	int value;

	if (sscanf(line, "net.%7[^.].conf.%63s = %d", family, rest, &value) != 3)
		return;
	dot = strrchr(rest, '.');
	if (!dot || !host_setting_find(family, dot + 1, &setting))
		return;
	*dot = '\0';
	for (char *at = rest; *at != '\0'; at++)
		*at = *at == '/' ? '.' : *at;
	settings = settings_of(commands, rest);
	if (settings)
		settings[setting] = value;
}
