// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Live frames. BPF_PROG_RUN makes frames and runs a program on each, as a
 * driver would on those that it receives (Linux: net/bpf/test_run.c,
 * bpf_test_run_xdp_live()); ours fills them from a map and redirects them to
 * the interface. Nothing is attached anywhere: the program is gone with its
 * descriptor.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "net/bpf/frames.h"
#include "net/bpf/objects.h"
#include "net/bpf_load.h"
#include "net/sender_private.h"

enum {
	BATCH = 64, /* frames that go to the driver at once; a veth has room for 256 */
	ALIGNMENT = 8,
};

struct live_frames {
	struct bpf_object *object;
	int program;
	char interface[16];
	struct frames_state *shared;
	struct bpf_link *told; /* the kernel tells what the driver took; NULL where it does not */
	uint8_t *chunks;
	struct frames_place *places;
	size_t chunks_size, places_size;
	uint32_t chunk_count, place_count;
	uint8_t *longest; /* the frame that all are made as */
	uint32_t longest_length;
	uint32_t placed;
};

/* Frames do not stand in two chunks, which wastes less than one of the longest in each. */
static uint32_t chunks_for(const struct sender_options *options)
{
	uint64_t bytes = options->bytes + (uint64_t)options->frames * ALIGNMENT;

	return (uint32_t)(bytes / (FRAMES_CHUNK - FRAMES_LONGEST)) + 1;
}

static void *map_memory(const struct live_frames *live, const char *name, size_t size)
{
	int descriptor = bpf_object__find_map_fd_by_name(live->object, name);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int load(struct live_frames *live, const struct sender_options *options, bool trace, struct error *error)
{
	int status = bpf_open(&live->object, &bpf_frames, "live frames", error);

	if (status < 0)
		return status;

	bpf_program__set_autoload(bpf_object__find_program_by_name(live->object, "handed_over"), trace);
	struct bpf_map *chunks = bpf_object__find_map_by_name(live->object, "chunks");
	struct bpf_map *places = bpf_object__find_map_by_name(live->object, "places");

	live->chunk_count = chunks_for(options);
	live->place_count = options->frames > 0 ? options->frames : 1;
	if (bpf_map__set_max_entries(chunks, live->chunk_count) < 0 ||
	    bpf_map__set_max_entries(places, live->place_count) < 0)
		return error_set(error, ERROR_SYSTEM, live->interface, "the map for live frames cannot be sized");
	return bpf_load(live->object, "the program for live frames", error);
}

static int share(struct live_frames *live, int index, struct error *error)
{
	struct stat network;

	live->shared = map_memory(live, ".bss.frames", sizeof *live->shared);
	live->chunks_size = (size_t)live->chunk_count * FRAMES_CHUNK;
	live->places_size = (size_t)live->place_count * sizeof *live->places;
	live->chunks = map_memory(live, "chunks", live->chunks_size);
	live->places = map_memory(live, "places", live->places_size);
	live->longest = calloc(1, FRAMES_LONGEST);
	if (!live->chunks || !live->places || !live->longest || !live->shared)
		return error_set(error, ERROR_MEMORY, live->interface, "no memory for live frames");
	live->shared->interface = (uint32_t)index;
	if (stat("/proc/self/ns/net", &network) == 0)
		live->shared->network = (uint32_t)network.st_ino;
	live->program = bpf_program__fd(bpf_object__find_program_by_name(live->object, "frames"));
	return 0;
}

static int open_live(void **state, const struct sender_device *device, const struct sender_options *options,
		     struct text *how, struct error *error)
{
	struct live_frames *live;
	int status;

	(void)how;
	if (!device->has_features)
		return error_set(error, ERROR_SYSTEM, device->name,
				 "this kernel does not tell whether the interface takes redirected frames (Linux 6.3)");
	if (!device->takes_redirected)
		return error_set(error, ERROR_SYSTEM, device->name,
				 "the driver does not take redirected frames; a veth does while its peer runs an XDP "
				 "program or has GRO on (ethtool -K PEER gro on)");
	*state = live = calloc(1, sizeof *live);
	if (!live)
		return error_set(error, ERROR_MEMORY, device->name, "no memory to send by it");
	memcpy(live->interface, device->name, sizeof live->interface);
	status = load(live, options, true, NULL);
	if (status == 0) {
		live->told = bpf_program__attach(bpf_object__find_program_by_name(live->object, "handed_over"));
	} else {
		/* Without the kernel's type information (BTF), or the right to trace. */
		bpf_object__close(live->object);
		status = load(live, options, false, error);
	}
	return status < 0 ? status : share(live, device->index, error);
}

static int place(void *state, const struct sender_frame *frames, uint32_t count, struct error *error)
{
	struct live_frames *live = state;
	uint32_t chunk = 0, offset = 0;

	live->longest_length = 0;
	live->placed = count;
	for (uint32_t i = 0; i < count; i++) {
		if (offset > FRAMES_CHUNK - FRAMES_LONGEST) {
			chunk++;
			offset = 0;
		}
		if (i >= live->place_count || chunk >= live->chunk_count)
			return error_set(error, ERROR_USAGE, live->interface, "no room for frame %u", i + 1);
		memcpy(live->chunks + (size_t)chunk * FRAMES_CHUNK + offset, frames[i].bytes, frames[i].length);
		live->places[i] = (struct frames_place){ chunk, (uint16_t)offset, (uint16_t)frames[i].length };
		offset += (frames[i].length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
		if (frames[i].length > live->longest_length)
			live->longest_length = frames[i].length;
	}
	return 0;
}

/* The kernel counts there. */
static uint64_t done_by(const struct live_frames *live)
{
	return __atomic_load_n(&live->shared->done, __ATOMIC_RELAXED);
}

static int64_t send_live(void *state, uint32_t from, uint32_t count, struct error *error)
{
	struct live_frames *live = state;
	uint64_t before = done_by(live);
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = live->longest, .data_size_in = live->longest_length,
		    .repeat = (int)count, .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);
	int status;

	live->shared->next = from;
	live->shared->count = live->placed;
	status = bpf_prog_test_run_opts(live->program, &options);
	if (status < 0 && status != -EINTR && status != -EAGAIN && status != -ENOMEM)
		return sender_fail(live->interface, -status, error);
	return (int64_t)(done_by(live) - before);
}

static bool count_lost(void *state, uint64_t *lost)
{
	const struct live_frames *live = state;

	uint64_t done = done_by(live), sent = __atomic_load_n(&live->shared->sent, __ATOMIC_RELAXED);

	/* Another process with live frames for the same interface is counted, too. */
	*lost = done > sent ? done - sent : 0;
	return live->told != NULL;
}

static void close_live(void *state)
{
	struct live_frames *live = state;

	if (!live)
		return;
	if (live->shared)
		munmap(live->shared, sizeof *live->shared);
	if (live->chunks)
		munmap(live->chunks, live->chunks_size);
	if (live->places)
		munmap(live->places, live->places_size);
	free(live->longest);
	bpf_link__destroy(live->told);
	bpf_object__close(live->object);
	free(live);
}

const struct sender_engine sender_xdp = { .kind = SENDER_XDP,
					  .name = "xdp",
					  .open = open_live,
					  .longest = SENDER_XDP_LONGEST,
					  .bursts = true,
					  .wraps = true,
					  .place = place,
					  .send = send_live,
					  .lost = count_lost,
					  .close = close_live };
