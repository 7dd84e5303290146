// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ways in which a stand-in director gets frames and sends them on. All
 * decide alike (wire/director_decide.h); what differs is how fast, and who else
 * sees the frames.
 *
 *	xdp     in the kernel, before its network stack: native where the driver can, else generic (after the driver)
 *	afxdp   an XDP program hands the VIPs' packets to this process
 *	packet  packet sockets: the kernel goes on with its own copy of each frame
 *
 * An XDP program is attached by a link that ends with the process, however it
 * ends (Linux: kernel/bpf/syscall.c, bpf_link_release()). It never replaces another one.
 *
 * Opening and starting need the rights of privileges_check_director() (xdp, afxdp) and CAP_NET_RAW (afxdp, packet);
 *afterwards nothing does: the tables are memory that the kernel shares.
 */
#ifndef NET_DIRECTOR_ENGINE_H
#define NET_DIRECTOR_ENGINE_H

#include <poll.h>

#include "base/error.h"
#include "net/interfaces.h"
#include "topology/director_setup.h"
#include "wire/director.h"

enum director_mode { DIRECTOR_MODE_AUTO, DIRECTOR_MODE_NATIVE, DIRECTOR_MODE_GENERIC };

struct director_engine_options {
	const struct interface *interface; /* borrowed while the engine is open */
	const struct director_plan *plan;
	enum director_mode mode; /* of XDP programs */
	bool other_interfaces;   /* some backend is reached by another one */
};

enum { DIRECTOR_MAX_DESCRIPTORS = 64 };

struct director_engine {
	const struct director_engine_kind *kind;
	struct director_tables tables; /* zeroed; to be filled before the start, and changed at any time */
	char how[160];                 /* one phrase: "native", "generic, since ..."; once it was started */
};

struct director_engine_kind {
	const char *name;
	/* Fails with ERROR_SYSTEM where it cannot be had here, ERROR_USAGE where it must not be. The caller owns it. */
	int (*open)(struct director_engine **engine, const struct director_engine_options *options,
		    struct error *error);
	/* Frames are forwarded from now on. */
	int (*start)(struct director_engine *engine, struct error *error);
	/* Fills in what is readable when work() has something to do; gives how many, 0 where the kernel does all. */
	unsigned (*descriptors)(const struct director_engine *engine,
				struct pollfd descriptors[DIRECTOR_MAX_DESCRIPTORS]);
	/* A batch of frames; never waits. The number of frames taken, or ERROR_SYSTEM. */
	int (*work)(struct director_engine *engine, struct error *error);
	/* Nothing is forwarded from then on. */
	void (*close)(struct director_engine *engine);
};

extern const struct director_engine_kind director_engine_xdp, director_engine_afxdp, director_engine_packet;

/* The best first; NULL ends it. */
extern const struct director_engine_kind *const director_engines[];

#endif
