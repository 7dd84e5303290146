// SPDX-License-Identifier: GPL-2.0-or-later
/* Many frames a call on a packet(7) socket, past the queueing discipline (PACKET_QDISC_BYPASS). */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/privileges.h"
#include "net/sender_private.h"

enum { BATCH = 128, SEND_BUFFER = 8 << 20 };

struct bundle {
	int socket;
	char interface[16];
	struct mmsghdr *messages; /* one for each frame */
	struct iovec *parts;
};

static int set_up(int socket, const struct sender_device *device, struct error *error)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = device->index };
	int yes = 1, buffer = SEND_BUFFER;

	if (bind(socket, (struct sockaddr *)&address, sizeof address) < 0)
		return sender_fail(device->name, errno, error);
	/* Without them it is slower, and works all the same. */
	(void)setsockopt(socket, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
	(void)setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
	return 0;
}

static int open_bundle(void **state, const struct sender_device *device, const struct sender_options *options,
		       struct text *how, struct error *error)
{
	struct bundle *bundle = calloc(1, sizeof *bundle);

	(void)options;
	(void)how;
	*state = bundle;
	if (!bundle)
		return error_set(error, ERROR_MEMORY, device->name, "no memory to send by it");
	memcpy(bundle->interface, device->name, sizeof bundle->interface);
	/* Protocol 0: it receives nothing. */
	bundle->socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (bundle->socket < 0 && (errno == EPERM || errno == EACCES))
		return privileges_fail_raw(error);
	return bundle->socket < 0 ? sender_fail(device->name, errno, error) : set_up(bundle->socket, device, error);
}

static int place(void *state, const struct sender_frame *frames, uint32_t count, struct error *error)
{
	struct bundle *bundle = state;

	free(bundle->messages);
	free(bundle->parts);
	bundle->messages = calloc(count, sizeof *bundle->messages);
	bundle->parts = calloc(count, sizeof *bundle->parts);
	if (!bundle->messages || !bundle->parts)
		return error_set(error, ERROR_MEMORY, bundle->interface, "no memory for the frames");
	for (uint32_t i = 0; i < count; i++) {
		/* The kernel only reads them. */
		bundle->parts[i] =
		    (struct iovec){ .iov_base = (void *)(uintptr_t)frames[i].bytes, .iov_len = frames[i].length };
		bundle->messages[i].msg_hdr = (struct msghdr){ .msg_iov = &bundle->parts[i], .msg_iovlen = 1 };
	}
	return 0;
}

static int64_t send_bundle(void *state, uint32_t from, uint32_t count, struct error *error)
{
	struct bundle *bundle = state;
	int64_t sent = 0;

	while (sent < count) {
		unsigned batch = count - sent < BATCH ? (unsigned)(count - sent) : BATCH;
		int done = sendmmsg(bundle->socket, bundle->messages + from + sent, batch, 0);

		if (done < 0 && !sender_is_full(errno))
			return sender_fail(bundle->interface, errno, error);
		if (done > 0)
			sent += done;
		if (done < (int)batch)
			break;
	}
	return sent;
}

static void close_bundle(void *state)
{
	struct bundle *bundle = state;

	if (!bundle)
		return;
	if (bundle->socket >= 0)
		close(bundle->socket);
	free(bundle->messages);
	free(bundle->parts);
	free(bundle);
}

const struct sender_engine sender_packet = { .kind = SENDER_PACKET,
					     .name = "packet",
					     .open = open_bundle,
					     .place = place,
					     .send = send_bundle,
					     .close = close_bundle };
