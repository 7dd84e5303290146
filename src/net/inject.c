// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/inject.h"

#include <errno.h>
#include <libnet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/privileges.h"

struct inject {
	libnet_t *libnet;
	char *name;
	int batch; /* socket for many frames; -1: not open */
};

/* libnet's socket would receive every frame of the interface, only for nobody to read it. */
static int receive_nothing(const struct inject *inject, struct error *error)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { .len = 1, .filter = &drop };

	if (setsockopt(libnet_getfd(inject->libnet), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0)
		return error_set(error, ERROR_SYSTEM, inject->name, "cannot be sent by: %s", strerror(errno));
	return 0;
}

static int open_libnet(struct inject *inject, struct error *error)
{
	char why[LIBNET_ERRBUF_SIZE] = "";

	inject->libnet = libnet_init(LIBNET_LINK_ADV, inject->name, why);
	if (inject->libnet)
		return receive_nothing(inject, error);
	if (errno == EPERM || errno == EACCES)
		return privileges_fail_raw(error);
	why[strcspn(why, "\n")] = '\0';
	return error_set(error, ERROR_SYSTEM, inject->name, "cannot be sent by: %s", why);
}

/* Bound to protocol 0 it receives nothing (packet(7)), and the kernel need not look for the device with each frame. */
static int open_batch(struct inject *inject, struct error *error)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(inject->name) };

	inject->batch = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (inject->batch < 0 || bind(inject->batch, (struct sockaddr *)&address, sizeof address) < 0)
		return error_set(error, ERROR_SYSTEM, inject->name, "cannot be sent by: %s", strerror(errno));
	return 0;
}

int inject_open(struct inject **result, const char *interface, struct error *error)
{
	struct inject *inject = calloc(1, sizeof *inject);
	int status;

	*result = NULL;
	if (inject) {
		inject->batch = -1;
		inject->name = strdup(interface);
	}
	if (inject && inject->name)
		status = open_libnet(inject, error);
	else
		status = error_set(error, ERROR_MEMORY, interface, "no memory to send by it");
	if (status == 0)
		status = open_batch(inject, error);
	if (status < 0)
		inject_close(inject);
	else
		*result = inject;
	return status;
}

void inject_bypass(struct inject *inject)
{
	const int yes = 1;

	(void)setsockopt(libnet_getfd(inject->libnet), SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
}

void inject_close(struct inject *inject)
{
	if (!inject)
		return;
	if (inject->libnet)
		libnet_destroy(inject->libnet);
	if (inject->batch >= 0)
		close(inject->batch);
	free(inject->name);
	free(inject);
}

static bool is_full(void)
{
	return errno == ENOBUFS || errno == EAGAIN || errno == EINTR;
}

int inject_send(struct inject *inject, const uint8_t *frame, size_t length, struct error *error)
{
	int sent = libnet_adv_write_link(inject->libnet, frame, (uint32_t)length);

	if (sent >= 0 && (size_t)sent == length)
		return 0;
	if (sent < 0 && is_full())
		return 1;
	return error_set(error, ERROR_SYSTEM, inject->name, "a frame cannot be sent: %s",
			 sent < 0 ? strerror(errno) : "the kernel took only a part of it");
}

int inject_send_batch(struct inject *inject, const struct iovec *frames, uint32_t count, struct error *error)
{
	struct mmsghdr messages[INJECT_BATCH] = { 0 };
	int sent;

	if (count == 1) {
		sent = inject_send(inject, frames->iov_base, frames->iov_len, error);
		return sent < 0 ? sent : !sent;
	}
	if (count > INJECT_BATCH)
		count = INJECT_BATCH;
	for (uint32_t i = 0; i < count; i++) {
		messages[i].msg_hdr.msg_iov = (struct iovec *)&frames[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	sent = sendmmsg(inject->batch, messages, count, 0);
	if (sent >= 0)
		return sent;
	if (is_full())
		return 0;
	return error_set(error, ERROR_SYSTEM, inject->name, "a frame cannot be sent: %s", strerror(errno));
}
