// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing pcapng with comments, for Wireshark (draft-ietf-opsawg-pcapng).
 *
 * One section, little-endian, times in nanoseconds. Bytes go to a sink, one
 * call per block, and every write is checked. Interfaces may be added between
 * frames, each with its own link type. Same calls, same bytes.
 *
 * Texts (names, comments) may be any bytes: what is not UTF-8 or would control
 * a terminal becomes U+FFFD, line ends stay, and 65,535 bytes are the limit.
 */
#ifndef WIRE_PCAPNG_WRITER_H
#define WIRE_PCAPNG_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/nanos.h"
#include "base/table.h"
#include "base/text.h"
#include "wire/frame.h"

/* Takes all bytes and returns 0, or describes the failure in `error` and returns an error_code. */
typedef int (*pcapng_sink)(void *context, const void *bytes, size_t length, struct error *error);

struct pcapng_writer {
	pcapng_sink sink;
	void *context;
	struct text block; /* under construction */
	uint32_t interface_count;
};

#define PCAPNG_WRITER_INIT                                                                                             \
	{                                                                                                              \
		.sink = NULL                                                                                           \
	}

struct pcapng_interface_description {
	const char *name; /* NULL or "": none */
	uint16_t link_type;
	uint32_t snaplen;    /* 0: no limit */
	const char *comment; /* NULL or "": none */
};

/* A list of comments; NULL behind the last. */
typedef const char *const *pcapng_comments;

/* Sums since the capture began. */
struct pcapng_statistics {
	nanos time;
	uint64_t received;
	uint64_t dropped_by_interface;
	uint64_t dropped_by_system;
	pcapng_comments comments; /* may be NULL */
};

/*
 * Writes the section header. `application`, `system` and `comment` (on the whole file) may be NULL. The owner calls
 * pcapng_writer_free().
 */
int pcapng_writer_begin(struct pcapng_writer *writer, pcapng_sink sink, void *context, const char *application,
			const char *system, const char *comment, struct error *error);
/* The interface's number (0, 1, ...) or an error_code. */
int pcapng_writer_add_interface(struct pcapng_writer *writer, const struct pcapng_interface_description *interface,
				struct error *error);
/* `interface` is a number that was given, of the frame's link type. `comments` may be NULL. */
int pcapng_writer_add_frame(struct pcapng_writer *writer, uint32_t interface, const struct frame *frame,
			    pcapng_comments comments, struct error *error);
int pcapng_writer_add_statistics(struct pcapng_writer *writer, uint32_t interface,
				 const struct pcapng_statistics *statistics, struct error *error);
/* Does not touch the sink. */
void pcapng_writer_free(struct pcapng_writer *writer);

/*
 * Copies frames of several inputs into one file: each (input, interface, link type) becomes an interface of its own
 * when its first frame comes.
 */
struct pcapng_copier {
	struct pcapng_writer *writer; /* borrowed */
	struct table interfaces;
};

void pcapng_copier_init(struct pcapng_copier *copier, struct pcapng_writer *writer);
/* `name` names the interface in the file; it is looked at when the interface is new, and may be NULL. */
int pcapng_copier_add_frame(struct pcapng_copier *copier, const struct frame *frame, const char *name,
			    pcapng_comments comments, struct error *error);
void pcapng_copier_free(struct pcapng_copier *copier);

#endif
