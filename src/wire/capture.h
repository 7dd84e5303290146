// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading capture files: classic pcap (both byte orders, micro- and
 * nanoseconds, the "modified" 24-byte record variant refused by name) and
 * pcapng (several sections, interfaces with their own link type and
 * resolution, drop counters). The bytes come from a callback, so the reader
 * does no I/O and a fuzzer can be a source.
 *
 * Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. Agrees with
 * libpcap frame for frame on every file that libpcap reads.
 */
#ifndef WIRE_CAPTURE_H
#define WIRE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "wire/frame.h"

/* Fills up to `room` bytes; 0 at the end, negative for a failure that `error` describes. */
typedef ssize_t (*capture_read)(void *context, uint8_t *into, size_t room, struct error *error);

struct capture;

/* What a capture says of itself; grows while it is read. */
struct capture_info {
	const char *format;     /* "pcap", "pcap-ns", "pcapng"; "" before the header was read */
	uint16_t link_type;     /* of the first interface */
	bool mixed_links;       /* interfaces differ */
	uint64_t frames;        /* handed out so far */
	uint64_t bytes;         /* of frames on the wire */
	uint64_t dropped;       /* by kernel and interface, from pcapng interface statistics */
	nanos first, last;      /* earliest and latest time; 0 without frames */
	bool truncated;         /* ended in the middle; see the error of capture_next */
	uint64_t offset;        /* bytes of the (uncompressed) capture consumed */
};

/*
 * Reads the file header. `name` is for messages only and is copied; `input` goes into each frame. The capture is owned by the caller
 * (capture_close). Fails with ERROR_INPUT on anything that is not a capture, naming what it looks like where that is
 * easy to tell (empty, text, cut header).
 */
int capture_open(struct capture **capture, capture_read read, void *context, const char *name, uint32_t input,
		 struct error *error);

/*
 * 1: a frame, valid until the next call. 0: the end. ERROR_INPUT: the file ends inside a record or a record is not
 * sane; everything before it was handed out, capture_info says truncated, and `error` names the frame and offset.
 */
int capture_next(struct capture *capture, struct frame *frame, struct error *error);

const struct capture_info *capture_info(const struct capture *capture);
void capture_close(struct capture *capture); /* NULL is legal */

#endif
