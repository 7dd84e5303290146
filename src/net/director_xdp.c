// SPDX-License-Identifier: GPL-2.0-or-later
/* The engine in the kernel: nothing is to be done here while it runs. */
#include <stdio.h>
#include <stdlib.h>

#include "net/director_object.h"

struct xdp_engine {
	struct director_engine engine; /* first */
	struct director_object object;
	const struct interface *interface;
	enum director_mode mode;
};

static void close_engine(struct director_engine *engine)
{
	struct xdp_engine *xdp = (struct xdp_engine *)engine;

	if (!xdp)
		return;
	director_object_close(&xdp->object, &engine->tables);
	free(xdp);
}

static int open_engine(struct director_engine **result, const struct director_engine_options *options,
		       struct error *error)
{
	struct xdp_engine *xdp = calloc(1, sizeof *xdp);
	int status;

	*result = NULL;
	if (!xdp)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to forward");
	xdp->engine.kind = &director_engine_xdp;
	xdp->interface = options->interface;
	xdp->mode = options->mode;
	status = director_object_load(&xdp->object, "director", options->plan, &xdp->engine.tables, error);
	if (status < 0)
		close_engine(&xdp->engine);
	else
		*result = &xdp->engine;
	return status;
}

static int start(struct director_engine *engine, struct error *error)
{
	struct xdp_engine *xdp = (struct xdp_engine *)engine;
	int status = director_object_attach(&xdp->object, xdp->interface, xdp->mode, error);

	if (status == 0)
		snprintf(engine->how, sizeof engine->how, "%s", xdp->object.how);
	return status;
}

static unsigned descriptors(const struct director_engine *engine, struct pollfd list[DIRECTOR_MAX_DESCRIPTORS])
{
	(void)engine, (void)list;
	return 0;
}

static int work(struct director_engine *engine, struct error *error)
{
	(void)engine, (void)error;
	return 0;
}

const struct director_engine_kind director_engine_xdp = { "xdp", open_engine, start, descriptors, work, close_engine };
