// SPDX-License-Identifier: GPL-2.0-or-later
/* What the program that sends a list of frames and its user share. */
#ifndef NET_BPF_FRAMES_H
#define NET_BPF_FRAMES_H

#include <linux/types.h>

enum {
	FRAMES_CHUNK = 65536,  /* bytes of an element of `chunks`; no frame stands in two */
	FRAMES_LONGEST = 3072, /* bytes of a frame */
	FRAMES_SHORTEST = 14,
};

/* Where a frame stands. */
struct frames_place {
	__u32 chunk;
	__u16 offset;
	__u16 length;
};

struct frames_state {
	__u64 done;        /* frames that were filled */
	__u64 sent;        /* ... and taken by the driver, where the kernel tells that */
	__u32 next, count; /* behind the last frame of the list the first follows */
	__u32 interface;   /* its number, */
	__u32 network;     /* and that of its network namespace: the inode of /proc/self/ns/net */
};

#endif
