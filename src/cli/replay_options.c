// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "cli/replay.h"

enum { OPTION_CONCURRENCY, OPTION_LOOP, OPTION_TIMEOUT };

static int take_speed(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct replay *replay = values;
	char *end;

	if (strcmp(value, "max") == 0) {
		replay->speed = 0;
		return 0;
	}
	replay->speed = strtod(value, &end);
	if (end != value && *end == '\0' && replay->speed >= 0.001 && replay->speed <= 1e6)
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is neither max nor a factor from 0.001 to 1000000",
			 option->name, value);
}

static int take_number(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct replay *replay = values;

	switch (option->code) {
	case OPTION_CONCURRENCY:
		return options_parse_number(option, value, 1, REPLAYER_MAX_IN_FLIGHT, &replay->concurrency, error);
	case OPTION_LOOP: return options_parse_number(option, value, 1, 1000000, &replay->loops, error);
	default: return options_parse_number(option, value, 1, 3600, &replay->timeout, error);
	}
}

static int take_ignore(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct replay *replay = values;

	(void)option;
	return mask_add(&replay->mask, value, error);
}

static int take_strict(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct replay *replay = values;

	(void)option, (void)value, (void)error;
	replay->mask.strict = true;
	return 0;
}

static int take_tunnel(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	static const struct {
		const char *name;
		enum packet_tunnel tunnel;
	} tunnels[] = { { "ipip", TUNNEL_IPIP }, { "gre", TUNNEL_GRE }, { "gue", TUNNEL_GUE } };
	struct replay *replay = values;

	for (size_t i = 0; i < sizeof tunnels / sizeof tunnels[0]; i++)
		if (strcmp(value, tunnels[i].name) == 0) {
			replay->tunnel = tunnels[i].tunnel;
			replay->tunnel_given = true;
			return 0;
		}
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not ipip, gre or gue", option->name, value);
}

/* --- clients --- */

static int add_client(struct replay *replay, const struct ip *ip, struct error *error)
{
	if (replay->client_count == REPLAYER_MAX_CLIENTS)
		return error_set(error, ERROR_USAGE, NULL, "--clients: more than %d addresses", REPLAYER_MAX_CLIENTS);
	replay->clients[replay->client_count++] = *ip;
	return 0;
}

/* The next address; false behind the last one of all. */
static bool step(struct ip *ip)
{
	for (int i = ip->family == 4 ? 3 : 15; i >= 0; i--)
		if (++ip->b[i] != 0)
			return true;
	return false;
}

static int add_range(struct replay *replay, struct ip first, const struct ip *last, struct error *error)
{
	int status = 0;

	do {
		status = add_client(replay, &first, error);
	} while (status == 0 && ip_compare(&first, last) < 0 && step(&first));
	return status;
}

/* The hosts of a network: neither its own address nor the broadcast one. */
static int add_network(struct replay *replay, struct ip network, unsigned prefix, struct error *error)
{
	unsigned bits = network.family == 4 ? 32 : 128;
	struct ip last;

	for (unsigned i = 0; i < bits / 8; i++) {
		unsigned left = prefix > 8 * i ? prefix - 8 * i : 0;

		if (left < 8)
			network.b[i] &= (uint8_t)(0xff00u >> left);
	}
	last = network;
	for (unsigned i = 0; i < bits / 8; i++) {
		unsigned left = prefix > 8 * i ? prefix - 8 * i : 0;

		if (left < 8)
			last.b[i] |= (uint8_t)(0xffu >> left);
	}
	if (prefix + 1 < bits) {
		step(&network);
		last.b[bits / 8 - 1]--;
	}
	return add_range(replay, network, &last, error);
}

static bool is_client_address(const struct ip *ip)
{
	return !ip_is_zero(ip) && !ip_is_multicast(ip) && !ip_is_broadcast(ip);
}

static int take_clients(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct replay *replay = values;
	char copy[2 * IP_TEXT_SIZE + 2], *behind;
	struct ip first, last;
	unsigned long prefix;

	if (strlen(value) >= sizeof copy)
		goto wrong;
	strcpy(copy, value);
	behind = strpbrk(copy, "-/");
	if (behind && *behind == '/') {
		char *end;

		*behind++ = '\0';
		prefix = strtoul(behind, &end, 10);
		if (end == behind || *end != '\0' || !ip_parse(copy, &first) || !is_client_address(&first) ||
		    prefix > (first.family == 4 ? 32 : 128) || prefix < (first.family == 4 ? 24 : 120))
			goto wrong;
		return add_network(replay, first, (unsigned)prefix, error);
	}
	if (behind)
		*behind++ = '\0';
	if (!ip_parse(copy, &first) || !ip_parse(behind ? behind : copy, &last) || !is_client_address(&first) ||
	    first.family != last.family || ip_compare(&first, &last) > 0)
		goto wrong;
	return add_range(replay, first, &last, error);
wrong:
	return error_set(error, ERROR_USAGE, NULL,
			 "--%s: '%.100s' is not an address, FIRST-LAST, or a network of at most %d addresses",
			 option->name, value, REPLAYER_MAX_CLIENTS);
}

static const struct option_spec replay_option_specs[] = {
	{ 0, "speed", "FACTOR", "of the recorded pace, or max: as fast as answers allow (default 1)", take_speed, 0,
	  NULL },
	{ 0, "concurrency", "N",
	  "conversations under way at once, up to 10000 (default 1000; 8 for each real server at --speed max)",
	  take_number, OPTION_CONCURRENCY, NULL },
	{ 0, "loop", "N", "the whole recording so many times", take_number, OPTION_LOOP, NULL },
	{ 0, "timeout", "SECONDS", "without progress until a conversation counts as dead (default 10)", take_number,
	  OPTION_TIMEOUT, NULL },
	{ 0, "ignore", "REGEX", "what may differ in answers, in the form of egrep; repeatable", take_ignore, 0, NULL },
	{ 0, "strict", NULL, "HTTP's Date, ETag, Set-Cookie and their like must not differ either", take_strict, 0,
	  NULL },
	{ 0, "clients", "RANGE", "emulate clients: an address, FIRST-LAST or a network; repeatable", take_clients, 0,
	  NULL },
	{ 0, "tunnel", "KIND", "of VS/TUN: ipip, gre or gue (default ipip)", take_tunnel, 0, NULL },
	{ 0 },
};

struct option_group replay_options_group(struct replay *replay)
{
	return (struct option_group){ "Replay", replay_option_specs, replay };
}

void replay_options_init(struct replay *replay)
{
	*replay = (struct replay){ .topology = TOPOLOGY_INIT,
				   .station = STATION_INIT,
				   .filter = TEXT_INIT,
				   .mask = MASK_INIT,
				   .speed = 1,
				   .tunnel = TUNNEL_IPIP };
	report_options_init(&replay->report);
}
