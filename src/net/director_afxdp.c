// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AF_XDP (Linux: Documentation/networking/af_xdp.rst), by libxdp: an XDP
 * program hands the VIPs' packets to a socket of their receive queue; this
 * process decides, and names the same memory to the driver for sending.
 *
 * Each queue has memory of its own. A frame's chunk is always in one of five
 * places: free, to be filled, received, to be sent, or sent; what the kernel has
 * sent becomes free again.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xdp/xsk.h>

#include "net/director_object.h"
#include "net/privileges.h"
#include "wire/director_user.h"

enum {
	CHUNK = 4096,
	CHUNKS = 2048,
	RING = 1024,
	BATCH = 64,
};

struct queue {
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, send;
	struct xsk_ring_cons received, sent;
	uint8_t *memory;
	uint64_t unused[CHUNKS]; /* addresses of chunks */
	uint32_t unused_count;
};

struct afxdp_engine {
	struct director_engine engine; /* first */
	struct director_object object;
	const struct interface *interface;
	enum director_mode mode;
	struct queue *queues;
	uint32_t queue_count;
	bool zero_copy;
};

static void close_queue(struct queue *queue)
{
	if (queue->socket)
		xsk_socket__delete(queue->socket);
	if (queue->umem)
		xsk_umem__delete(queue->umem);
	if (queue->memory)
		munmap(queue->memory, (size_t)CHUNK * CHUNKS);
}

static void close_engine(struct director_engine *engine)
{
	struct afxdp_engine *afxdp = (struct afxdp_engine *)engine;

	if (!afxdp)
		return;
	/* First the program, so that nothing is given to sockets that are gone. */
	director_object_close(&afxdp->object, &engine->tables);
	for (uint32_t i = 0; i < afxdp->queue_count; i++)
		close_queue(&afxdp->queues[i]);
	free(afxdp->queues);
	free(afxdp);
}

/* 1 where the driver does not say. */
static uint32_t count_queues(const char *name)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	struct ifreq request = { .ifr_data = (char *)&channels };
	int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t count = 0;

	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (descriptor >= 0 && ioctl(descriptor, SIOCETHTOOL, &request) == 0)
		count = channels.combined_count + channels.rx_count;
	if (descriptor >= 0)
		close(descriptor);
	return count > 0 ? count : 1;
}

static int fail(const struct afxdp_engine *afxdp, int code, struct error *error)
{
	if (code == EPERM || code == EACCES)
		return privileges_fail_director(error);
	return error_set(error, ERROR_SYSTEM, afxdp->interface->name, "no AF_XDP socket: %s", strerror(code));
}

static int open_memory(const struct afxdp_engine *afxdp, struct queue *queue, struct error *error)
{
	const struct xsk_umem_config config = { .fill_size = RING, .comp_size = RING, .frame_size = CHUNK };
	void *memory = mmap(NULL, (size_t)CHUNK * CHUNKS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int status;

	if (memory == MAP_FAILED)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to forward");
	queue->memory = memory;
	for (uint32_t i = 0; i < CHUNKS; i++)
		queue->unused[queue->unused_count++] = (uint64_t)i * CHUNK;
	status = xsk_umem__create(&queue->umem, memory, (uint64_t)CHUNK * CHUNKS, &queue->fill, &queue->sent, &config);
	if (status == 0)
		return 0;
	queue->umem = NULL;
	return fail(afxdp, -status, error);
}

static int open_socket(const struct afxdp_engine *afxdp, struct queue *queue, uint32_t number, uint16_t flags)
{
	const struct xsk_socket_config config = { .rx_size = RING,
						  .tx_size = RING,
						  .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
						  .bind_flags = (uint16_t)(flags | XDP_USE_NEED_WAKEUP) };
	int status = xsk_socket__create(&queue->socket, afxdp->interface->name, number, queue->umem, &queue->received,
					&queue->send, &config);

	if (status < 0)
		queue->socket = NULL;
	return status;
}

static void refill(struct queue *queue)
{
	uint32_t index, count = xsk_prod_nb_free(&queue->fill, RING);

	count = count < queue->unused_count ? count : queue->unused_count;
	if (count == 0 || xsk_ring_prod__reserve(&queue->fill, count, &index) != count)
		return;
	for (uint32_t i = 0; i < count; i++)
		*xsk_ring_prod__fill_addr(&queue->fill, index + i) = queue->unused[--queue->unused_count];
	xsk_ring_prod__submit(&queue->fill, count);
}

static int open_queue(struct afxdp_engine *afxdp, uint32_t number, struct error *error)
{
	struct queue *queue = &afxdp->queues[number];
	int descriptor, status = open_memory(afxdp, queue, error);

	if (status < 0)
		return status;
	status = open_socket(afxdp, queue, number, XDP_ZEROCOPY);
	afxdp->zero_copy = status == 0;
	if (status < 0)
		status = open_socket(afxdp, queue, number, XDP_COPY);
	if (status < 0)
		return fail(afxdp, -status, error);
	descriptor = xsk_socket__fd(queue->socket);
	refill(queue);
	if (bpf_map_update_elem(director_object_map(&afxdp->object, "sockets"), &number, &descriptor, BPF_ANY) < 0)
		return fail(afxdp, errno, error);
	return 0;
}

static int open_engine(struct director_engine **result, const struct director_engine_options *options,
		       struct error *error)
{
	struct afxdp_engine *afxdp;
	int status;

	*result = NULL;
	if (options->other_interfaces)
		return error_set(error, ERROR_USAGE, NULL,
				 "AF_XDP sends by the interface alone by which packets come, and some real servers are "
				 "behind another one; use --engine xdp or packet");
	afxdp = calloc(1, sizeof *afxdp);
	if (!afxdp)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to forward");
	afxdp->engine.kind = &director_engine_afxdp;
	afxdp->interface = options->interface;
	afxdp->mode = options->mode;
	status = director_object_load(&afxdp->object, "director_to_user", options->plan, &afxdp->engine.tables, error);
	if (status < 0)
		close_engine(&afxdp->engine);
	else
		*result = &afxdp->engine;
	return status;
}

/* The sockets' way of working depends on the mode of the program, which therefore comes first. */
static int start(struct director_engine *engine, struct error *error)
{
	struct afxdp_engine *afxdp = (struct afxdp_engine *)engine;
	uint32_t count = count_queues(afxdp->interface->name);
	int status;

	if (count > DIRECTOR_MAX_DESCRIPTORS)
		return error_set(error, ERROR_SYSTEM, afxdp->interface->name,
				 "has %u receive queues, and AF_XDP is done for %d here; ethtool -L makes them fewer",
				 (unsigned)count, DIRECTOR_MAX_DESCRIPTORS);
	afxdp->queues = calloc(count, sizeof *afxdp->queues);
	if (!afxdp->queues)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to forward");
	status = director_object_attach(&afxdp->object, afxdp->interface, afxdp->mode, error);
	for (uint32_t i = 0; i < count && status == 0; i++) {
		afxdp->queue_count = i + 1;
		status = open_queue(afxdp, i, error);
	}
	if (status == 0)
		snprintf(engine->how, sizeof engine->how, "%s, %.120s", afxdp->zero_copy ? "zero-copy" : "copy",
			 afxdp->object.how);
	return status;
}

static unsigned descriptors(const struct director_engine *engine, struct pollfd list[DIRECTOR_MAX_DESCRIPTORS])
{
	const struct afxdp_engine *afxdp = (const struct afxdp_engine *)engine;

	for (uint32_t i = 0; i < afxdp->queue_count; i++)
		list[i] = (struct pollfd){ .fd = xsk_socket__fd(afxdp->queues[i].socket), .events = POLLIN };
	return afxdp->queue_count;
}

static void take_sent(struct queue *queue)
{
	uint32_t index = 0, count = xsk_ring_cons__peek(&queue->sent, RING, &index);

	for (uint32_t i = 0; i < count; i++)
		queue->unused[queue->unused_count++] =
		    *xsk_ring_cons__comp_addr(&queue->sent, index + i) / CHUNK * CHUNK;
	xsk_ring_cons__release(&queue->sent, count);
}

/* False where there is no room to send it. */
static bool send_frame(struct queue *queue, const struct director_frame *frame)
{
	uint32_t index;

	if (xsk_ring_prod__reserve(&queue->send, 1, &index) != 1)
		return false;
	*xsk_ring_prod__tx_desc(&queue->send, index) =
	    (struct xdp_desc){ .addr = (uint64_t)(frame->bytes - queue->memory), .len = (uint32_t)frame->length };
	xsk_ring_prod__submit(&queue->send, 1);
	return true;
}

static void take_frame(struct afxdp_engine *afxdp, struct queue *queue, const struct xdp_desc *desc)
{
	struct director_frame frame = { .bytes = queue->memory + desc->addr, .length = desc->len };
	enum director_action action;

	/* The kernel leaves XDP_PACKET_HEADROOM, 256 bytes, in front. */
	director_complete_sum(&afxdp->engine.tables, &frame);
	action = director_handle(&afxdp->engine.tables, &frame);
	if (action == DIRECTOR_FORWARD && send_frame(queue, &frame))
		return;
	if (action == DIRECTOR_FORWARD)
		afxdp->engine.tables.other_count->not_sent++;
	queue->unused[queue->unused_count++] = desc->addr / CHUNK * CHUNK;
}

static int work_queue(struct afxdp_engine *afxdp, struct queue *queue)
{
	uint32_t index = 0, count;

	take_sent(queue);
	refill(queue);
	count = xsk_ring_cons__peek(&queue->received, BATCH, &index);
	for (uint32_t i = 0; i < count; i++)
		take_frame(afxdp, queue, xsk_ring_cons__rx_desc(&queue->received, index + i));
	xsk_ring_cons__release(&queue->received, count);
	/* Errors are of the interface, and its own to tell. */
	if (count > 0 && xsk_ring_prod__needs_wakeup(&queue->send) &&
	    sendto(xsk_socket__fd(queue->socket), NULL, 0, MSG_DONTWAIT, NULL, 0) < 0)
		return (int)count;
	return (int)count;
}

static int work(struct director_engine *engine, struct error *error)
{
	struct afxdp_engine *afxdp = (struct afxdp_engine *)engine;
	int count = 0;

	(void)error;
	for (uint32_t i = 0; i < afxdp->queue_count; i++)
		count += work_queue(afxdp, &afxdp->queues[i]);
	return count;
}

const struct director_engine_kind director_engine_afxdp = {
	"afxdp", open_engine, start, descriptors, work, close_engine
};
