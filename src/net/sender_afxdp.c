// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An AF_XDP socket that only sends (Linux: Documentation/networking/af_xdp.rst),
 * by libxdp. The frames stand in its memory, and are named to the driver over
 * and over. Where the driver cannot read them there the kernel copies each.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <xdp/xsk.h>

#include "net/bpf_load.h"
#include "net/sender_private.h"

#ifndef SOL_XDP
#define SOL_XDP 283
#endif

enum {
	CHUNK = 4096, /* a frame may not reach from one into the next */
	RING = 2048,
	BUDGET = 256,         /* descriptors that one wakeup uses up */
	SO_TX_SKB_BUDGET = 9, /* XDP_MAX_TX_SKB_BUDGET, Linux 6.17; before, it is 32 */
	ROOM_FOR_GAPS = 16 * CHUNK,
};

struct rings {
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, send;
	struct xsk_ring_cons completed;
	char interface[16];
	uint8_t *memory;
	size_t size;
	struct xdp_desc *places; /* one for each frame */
	uint32_t in_flight;
};

/* Frames that are longer than half a chunk waste the rest of it. */
static size_t memory_for(const struct sender_options *options, uint32_t mtu)
{
	size_t bytes = options->bytes + (size_t)options->frames * 8;

	bytes += mtu > 1600 ? bytes : bytes / 2;
	return (bytes + ROOM_FOR_GAPS) / CHUNK * CHUNK;
}

static int open_memory(struct rings *rings, struct error *error)
{
	const struct xsk_umem_config config = { .fill_size = 64, .comp_size = RING, .frame_size = CHUNK };
	void *memory = mmap(NULL, rings->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int status;

	if (memory == MAP_FAILED)
		return error_set(error, ERROR_MEMORY, rings->interface, "no memory for the frames");
	rings->memory = memory;
	status = xsk_umem__create(&rings->umem, memory, rings->size, &rings->fill, &rings->completed, &config);
	if (status == 0)
		return 0;
	rings->umem = NULL;
	return error_set(error, ERROR_SYSTEM, rings->interface, "no memory for an AF_XDP socket: %s",
			 strerror(-status));
}

static int open_socket(struct rings *rings, uint16_t flags)
{
	const struct xsk_socket_config config = { .tx_size = RING,
						  .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
						  .bind_flags = (uint16_t)(flags | XDP_USE_NEED_WAKEUP) };
	int status = xsk_socket__create(&rings->socket, rings->interface, 0, rings->umem, NULL, &rings->send, &config);

	if (status < 0)
		rings->socket = NULL;
	return status;
}

static int bind_rings(struct rings *rings, const struct sender_device *device, struct text *how, struct error *error)
{
	int budget = BUDGET, status = -EOPNOTSUPP;

	if (!device->has_features || device->zero_copy)
		status = open_socket(rings, XDP_ZEROCOPY);
	text_add(how, status == 0 ? "zero-copy" : "copy");
	if (status < 0)
		status = open_socket(rings, XDP_COPY);
	if (status < 0)
		return error_set(error, ERROR_SYSTEM, rings->interface, "no AF_XDP socket: %s", strerror(-status));
	(void)setsockopt(xsk_socket__fd(rings->socket), SOL_XDP, SO_TX_SKB_BUDGET, &budget, sizeof budget);
	return 0;
}

static int open_rings(void **state, const struct sender_device *device, const struct sender_options *options,
		      struct text *how, struct error *error)
{
	struct rings *rings = calloc(1, sizeof *rings);
	int status;

	*state = rings;
	if (!rings)
		return error_set(error, ERROR_MEMORY, device->name, "no memory to send by it");
	bpf_silence();
	memcpy(rings->interface, device->name, sizeof rings->interface);
	rings->size = memory_for(options, device->mtu);
	status = open_memory(rings, error);
	return status < 0 ? status : bind_rings(rings, device, how, error);
}

static int place(void *state, const struct sender_frame *frames, uint32_t count, struct error *error)
{
	struct rings *rings = state;
	size_t at = 0;

	free(rings->places);
	rings->places = calloc(count, sizeof *rings->places);
	if (!rings->places)
		return error_set(error, ERROR_MEMORY, rings->interface, "no memory for the frames");
	for (uint32_t i = 0; i < count; i++) {
		if (at % CHUNK + frames[i].length > CHUNK)
			at = (at / CHUNK + 1) * CHUNK;
		if (at + frames[i].length > rings->size)
			return error_set(error, ERROR_USAGE, rings->interface, "no room for frame %u", i + 1);
		memcpy(rings->memory + at, frames[i].bytes, frames[i].length);
		rings->places[i] = (struct xdp_desc){ .addr = at, .len = frames[i].length };
		at += (frames[i].length + 7) & ~7u;
	}
	return 0;
}

static void collect(struct rings *rings)
{
	uint32_t index = 0, count = xsk_ring_cons__peek(&rings->completed, RING, &index);

	xsk_ring_cons__release(&rings->completed, count);
	rings->in_flight -= count;
}

/* What the kernel cannot do now it does later: all errors but these are the interface's. */
static int wake(struct rings *rings, struct error *error)
{
	if (!xsk_ring_prod__needs_wakeup(&rings->send))
		return 0;
	if (sendto(xsk_socket__fd(rings->socket), NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 && !sender_is_full(errno))
		return sender_fail(rings->interface, errno, error);
	return 0;
}

static uint32_t hand_over(struct rings *rings, uint32_t from, uint32_t count)
{
	uint32_t index, batch = count < BUDGET ? count : BUDGET;
	uint32_t free_places = RING - rings->in_flight;

	if (batch > free_places)
		batch = free_places;
	if (batch == 0 || xsk_ring_prod__reserve(&rings->send, batch, &index) != batch)
		return 0;
	for (uint32_t i = 0; i < batch; i++)
		*xsk_ring_prod__tx_desc(&rings->send, index + i) = rings->places[from + i];
	xsk_ring_prod__submit(&rings->send, batch);
	rings->in_flight += batch;
	return batch;
}

static int64_t send_rings(void *state, uint32_t from, uint32_t count, struct error *error)
{
	struct rings *rings = state;
	uint32_t sent = 0, batch;

	do {
		collect(rings);
		batch = hand_over(rings, from + sent, count - sent);
		sent += batch;
		if (wake(rings, error) < 0)
			return error ? (int64_t)error->code : ERROR_SYSTEM;
	} while (batch > 0 && sent < count);
	return sent;
}

static bool is_settled(void *state)
{
	struct rings *rings = state;

	(void)wake(rings, NULL);
	collect(rings);
	return rings->in_flight == 0;
}

static void close_rings(void *state)
{
	struct rings *rings = state;

	if (!rings)
		return;
	if (rings->socket)
		xsk_socket__delete(rings->socket);
	if (rings->umem)
		xsk_umem__delete(rings->umem);
	if (rings->memory)
		munmap(rings->memory, rings->size);
	free(rings->places);
	free(rings);
}

const struct sender_engine sender_afxdp = { .kind = SENDER_AFXDP,
					    .name = "afxdp",
					    .open = open_rings,
					    .longest = CHUNK,
					    .place = place,
					    .send = send_rings,
					    .is_settled = is_settled,
					    .close = close_rings };
