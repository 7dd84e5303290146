// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading capture files: classic pcap (both byte orders, micro- and
 * nanoseconds, the "modified" variant with 24-byte record headers) and
 * pcapng (several sections, interfaces with their own link type and
 * resolution, drop counters). The bytes come from a callback, so the reader
 * does no I/O and a fuzzer can be a source.
 *
 * Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. Agrees with
 * libpcap frame for frame on every file that libpcap reads, but for these:
 * bytes are handed out as they stand in the file, also where libpcap turns
 * host-order pseudo headers (USB, PFLOG, NFLOG, CAN) over; seconds of classic
 * pcap are unsigned, and reserved bits of its link type are refused, as the
 * draft and libpcap since 1.10.5 have it; resolutions finer than 2^-34 are
 * not rounded wrongly; a nonsensical section header is refused also in front
 * of the first interface; one record has 16 MiB at most.
 */
#ifndef WIRE_CAPTURE_H
#define WIRE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "wire/frame.h"

/* What a read callback returns when it was asked to stop: the capture ends here, and that is no error. */
enum { CAPTURE_STOP = -100 };

/* Fills up to `room` bytes; 0 at the end, CAPTURE_STOP, or an error_code for a failure that `error` describes. */
typedef ssize_t (*capture_read)(void *context, uint8_t *into, size_t room, struct error *error);

struct capture;

/* What a capture says of itself; grows while it is read. */
struct capture_info {
	const char *format; /* "pcap", "pcap-ns", "pcapng"; "" before the header was read */
	uint16_t link_type; /* of the first interface */
	bool mixed_links;   /* interfaces differ */
	uint64_t frames;    /* handed out so far */
	uint64_t bytes;     /* of frames on the wire */
	uint64_t dropped;   /* by kernel and interface, from pcapng interface statistics */
	nanos first, last;  /* earliest and latest time; 0 without frames */
	bool truncated;     /* ended in the middle; see the error of capture_next */
	uint64_t offset;    /* bytes of the (uncompressed) capture consumed */
	bool statistics;    /* pcapng interface statistics were there */
};

/* An interface of a pcapng section as its description block has it. */
struct capture_interface {
	uint16_t link_type;
	uint32_t snaplen;   /* adjusted as libpcap does: never 0 */
	uint8_t resolution; /* if_tsresol: 10^-n, or 2^-n with the upper bit set; 6 where not given */
	char name[64];      /* if_name, cut; "" where there is none. Foreign bytes: clean before showing */
	char comment[256];  /* the last one, likewise */
};

/*
 * Reads the file header. `name` is for messages only and is copied; `input` goes into each frame. The capture is owned
 * by the caller (capture_close). Fails with ERROR_INPUT on anything that is not a capture, naming what it looks like
 * where that is easy to tell (empty, text, cut header).
 */
int capture_open(struct capture **capture, capture_read read, void *context, const char *name, uint32_t input,
		 struct error *error);

/*
 * 1: a frame, valid until the next call. 0: the end, also after an error. ERROR_INPUT: the file ends inside a record or
 * a record is not sane; everything before it was handed out, capture_info says truncated, and `error` names the frame
 * and offset.
 */
int capture_next(struct capture *capture, struct frame *frame, struct error *error);

const struct capture_info *capture_info(const struct capture *capture);

/* The first comment on a pcapng file's first section, "" where there is none. Foreign bytes; lives as the capture. */
const char *capture_comment(const struct capture *capture);
/*
 * Comments on the statistics blocks that were read so far, by number; NULL behind the last of them, or of
 * CAPTURE_MAX_REMARKS. Foreign bytes; they live as long as the capture.
 */
enum { CAPTURE_MAX_REMARKS = 16 };
const char *capture_remark(const struct capture *capture, uint32_t number);

/* Frames to come belong to this input, if that was not known at opening. */
void capture_set_input(struct capture *capture, uint32_t input);

/* The interface that the last frame's `interface` names; NULL outside pcapng. Valid until the next call of
 * capture_next. */
const struct capture_interface *capture_interface(const struct capture *capture, uint32_t interface);

void capture_close(struct capture *capture); /* NULL is legal */

#endif
