// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Live capture on one interface, by libpcap.
 *
 * Frames come with the kernel's own nanosecond times, as soon as they are
 * there; the ones that this machine sends are among them. The kernel filters
 * (pcap-filter(7)) from the first frame on. Nothing here waits: live_descriptor()
 * is for the caller's poll.
 */
#ifndef NET_LIVE_H
#define NET_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "wire/capture.h"
#include "wire/frame.h"

struct live;

struct live_options {
	const char *interface;
	const char *filter; /* NULL: everything */
	bool promiscuous;   /* frames to other machines, too, where the segment brings them */
	bool dense;         /* frames take no more of the buffer than they need, and come up to a millisecond later */
	uint32_t snaplen;   /* bytes of a frame that are kept; 0: LIVE_SNAPLEN */
	uint32_t buffer;    /* bytes in the kernel; 0: LIVE_BUFFER */
};

enum {
	LIVE_SNAPLEN = 2048, /* every header that is decoded, of untagged frames without segmentation offload all */
	LIVE_BUFFER = 8 << 20,
};

/*
 * Opens and begins to capture; frames wait in the kernel from now on. Strings are copied. Fails with ERROR_SYSTEM,
 * without the right to with the words of privileges_fail_raw(), and with ERROR_USAGE on a wrong filter. The caller owns
 * the capture (live_close).
 */
int live_open(struct live **live, const struct live_options *options, struct error *error);
void live_close(struct live *live); /* NULL is legal */

/* Readable when frames wait. */
int live_descriptor(const struct live *live);
/* As pcap_datalink(3): for the link types that are decoded the same number as in files. */
uint16_t live_link_type(const struct live *live);

/*
 * 1: a frame, valid until the next call; its number counts from 1, its input is 0. 0: none waits. ERROR_SYSTEM: the
 * interface is gone or the kernel broke off. An interface that goes down is silent, and heard again when it comes up.
 */
int live_next(struct live *live, struct frame *frame, struct error *error);

struct live_losses {
	uint64_t kernel;    /* frames that found no room in the buffer */
	uint64_t interface; /* frames that the device lost since the capture began, whether wanted or not */
};

struct live_losses live_losses(const struct live *live);

/* What a capture says of itself: format "live". The losses are asked for anew. */
const struct capture_info *live_info(struct live *live);

#endif
