// SPDX-License-Identifier: GPL-2.0-or-later
/* Which engine: the one that was asked for, or the best that goes. */
#include <stdio.h>
#include <string.h>

#include "cli/forward.h"
#include "net/director_object.h"
#include "net/privileges.h"

static int open_kind(struct forward *forward, const struct director_engine_kind *kind, struct error *error)
{
	const struct director_engine_options options = { .interface = forward->legs[0].post.interface,
							 .plan = &forward->plan,
							 .mode = forward->options.mode,
							 .other_interfaces = forward->leg_count > 1 };
	int status = kind->open(&forward->engine, &options, error);

	if (status == 0)
		status = director_tables_fill(&forward->engine->tables, &forward->plan, error);
	if (status == 0)
		forward_fill_backends(forward);
	if (status == 0)
		status = kind->start(forward->engine, error);
	if (status < 0 && forward->engine) {
		kind->close(forward->engine);
		forward->engine = NULL;
	}
	return status;
}

static void name_engine(struct forward *forward, const char *why)
{
	const struct director_engine *engine = forward->engine;

	snprintf(forward->engine_text, sizeof forward->engine_text, "%s (%s)%s%s", engine->kind->name, engine->how,
		 why[0] != '\0' ? ", since " : "", why);
}

static bool has_tunnels(const struct director_plan *plan)
{
	for (uint32_t i = 0; i < plan->backend_count; i++)
		if (plan->backends[i].method == METHOD_TUN)
			return true;
	return false;
}

/* Behind a tunnel's header nobody computes a checksum or cuts a packet up any more. */
static int check_kind(const struct forward *forward, const struct director_engine_kind *kind, struct error *error)
{
	const struct interface *interface = forward->legs[0].post.interface;

	if (kind != &director_engine_xdp || !has_tunnels(&forward->plan) || !director_object_is_veth(interface))
		return 0;
	return error_set(error, ERROR_SYSTEM, NULL, "packets of a veth may lack checksums, and tunnels need them");
}

/* What is not to be replaced is no reason to go round it. */
static int open_best(struct forward *forward, struct error *error)
{
	char why[sizeof forward->engine_text - 100] = "";
	int status = director_object_check(forward->legs[0].post.interface, error);

	if (status < 0)
		return status;
	for (const struct director_engine_kind *const *kind = director_engines; *kind; kind++) {
		status = check_kind(forward, *kind, error);
		if (status == 0)
			status = open_kind(forward, *kind, error);
		if (status == 0)
			break;
		if (!strstr(why, error->message))
			snprintf(why + strlen(why), sizeof why - strlen(why), "%s%s: %.120s",
				 why[0] != '\0' ? "; " : "", (*kind)->name, error->message);
	}
	if (status == 0)
		name_engine(forward, why);
	return status;
}

int forward_open_engine(struct forward *forward, struct error *error)
{
	int status;

	if (!forward->options.engine)
		return open_best(forward, error);
	status = open_kind(forward, forward->options.engine, error);
	if (status == 0)
		name_engine(forward, "");
	return status;
}
