// SPDX-License-Identifier: GPL-2.0-or-later
/* A frame a call, by libnet: the way that needs nothing but a raw socket. */
#include <stdlib.h>

#include "net/inject.h"
#include "net/sender_private.h"

struct single {
	struct inject *inject;
	const struct sender_frame *frames;
};

static int open_single(void **state, const struct sender_device *device, const struct sender_options *options,
		       struct text *how, struct error *error)
{
	struct single *single = calloc(1, sizeof *single);
	int status;

	(void)options;
	(void)how;
	*state = single;
	if (!single)
		return error_set(error, ERROR_MEMORY, device->name, "no memory to send by it");
	status = inject_open(&single->inject, device->name, error);
	if (status == 0)
		inject_bypass(single->inject);
	return status;
}

static int place(void *state, const struct sender_frame *frames, uint32_t count, struct error *error)
{
	struct single *single = state;

	(void)count;
	(void)error;
	single->frames = frames;
	return 0;
}

static int64_t send_single(void *state, uint32_t from, uint32_t count, struct error *error)
{
	struct single *single = state;
	int64_t sent = 0;

	for (const struct sender_frame *frame = single->frames + from; sent < count; frame++, sent++) {
		int status = inject_send(single->inject, frame->bytes, frame->length, error);

		if (status < 0)
			return status;
		if (status > 0)
			break;
	}
	return sent;
}

static void close_single(void *state)
{
	struct single *single = state;

	if (single)
		inject_close(single->inject);
	free(single);
}

const struct sender_engine sender_libnet = { .kind = SENDER_LIBNET,
					     .name = "libnet",
					     .open = open_single,
					     .place = place,
					     .send = send_single,
					     .close = close_single };
