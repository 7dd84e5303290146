// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "cli/forward.h"
#include "cli/nearest.h"
#include "wire/build.h"

enum { LONGEST = 31536000, CHECK_EVERY = 2 };

static int take_interface(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct forward_options *options = values;

	(void)option, (void)error;
	options->interface = value;
	return 0;
}

static int take_engine(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct forward_options *options = values;

	options->engine = NULL;
	if (strcmp(value, "auto") == 0)
		return 0;
	for (const struct director_engine_kind *const *kind = director_engines; *kind; kind++)
		if (strcmp(value, (*kind)->name) == 0)
			options->engine = *kind;
	if (options->engine)
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not auto, xdp, afxdp or packet", option->name,
			 value);
}

static int take_mode(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	static const char *const modes[] = { "auto", "native", "generic" };
	struct forward_options *options = values;

	for (int i = DIRECTOR_MODE_AUTO; i <= DIRECTOR_MODE_GENERIC; i++) {
		if (strcmp(value, modes[i]) != 0)
			continue;
		options->mode = (enum director_mode)i;
		return 0;
	}
	return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not auto, native or generic", option->name,
			 value);
}

static int take_tunnel(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct forward_options *options = values;
	uint32_t port = GUE_PORT;

	if (strcmp(value, "ipip") == 0)
		options->tunnel = TUNNEL_IPIP;
	else if (strcmp(value, "gre") == 0)
		options->tunnel = TUNNEL_GRE;
	else if (strncmp(value, "gue", 3) == 0 && (value[3] == '\0' || value[3] == ':'))
		options->tunnel = TUNNEL_GUE;
	else
		return error_set(error, ERROR_USAGE, NULL, "--%s: '%.100s' is not ipip, gre, gue or gue:PORT",
				 option->name, value);
	if (value[3] == ':' && options_parse_number(option, value + 4, 1, 65535, &port, error) < 0)
		return ERROR_USAGE;
	options->tunnel_port = (uint16_t)port;
	options->tunnel_given = true;
	return 0;
}

static int take_every(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct forward_options *options = values;

	return options_parse_number(option, value, 0, LONGEST, &options->check_every, error);
}

static int take_duration(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct forward_options *options = values;

	return options_parse_duration(option, value, &options->duration, error);
}

static int take_announce(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	struct forward_options *options = values;

	(void)option, (void)value, (void)error;
	options->announce = true;
	return 0;
}

static const struct option_spec forward_option_specs[] = {
	{ 'i', "interface", "NAME", "where the clients' packets come (default: where the real servers are)",
	  take_interface, 0, NULL },
	{ 0, "engine", "ENGINE", "auto (default), xdp, afxdp or packet", take_engine, 0, NULL },
	{ 0, "xdp-mode", "MODE", "auto (default), native or generic", take_mode, 0, NULL },
	{ 0, "tunnel", "KIND", "of VS/TUN: ipip (default), gre, gue or gue:PORT", take_tunnel, 0, NULL },
	{ 0, "check-every", "SECONDS", "how often each real server is checked (default 2; 0: once)", take_every, 0,
	  NULL },
	{ 0, "announce", NULL, "answer for the VIPs, unless somebody else does", take_announce, 0, NULL },
	{ 0, "duration", "TIME", "end after so long (default: when interrupted)", take_duration, 0, NULL },
	{ 0 },
};

struct option_group forward_options_group(struct forward_options *options)
{
	return (struct option_group){ "Forwarding", forward_option_specs, options };
}

void forward_options_init(struct forward_options *options)
{
	*options =
	    (struct forward_options){ .tunnel = TUNNEL_IPIP, .tunnel_port = GUE_PORT, .check_every = CHECK_EVERY };
}
