// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -w of live commands: the whole run as a pcapng file, with comments on the
 * frames that the report cites.
 *
 * Each frame goes to the disk as it comes, into a temporary file beside its
 * place: what was seen is not lost. At the end a copy with comments takes the
 * file's name; where there is no room for it, the one without comments does.
 * What is no regular file (a pipe) gets the frames as they come, without
 * comments.
 */
#ifndef CLI_RECORDER_H
#define CLI_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/report.h"
#include "base/error.h"
#include "cli/output.h"
#include "wire/frame.h"
#include "wire/pcapng_writer.h"

struct recorder {
	struct output raw, annotated; /* `annotated` is not opened where there is nothing to rename */
	const struct pcapng_interface_description *interfaces; /* borrowed */
	uint32_t interface_count;
	const char *comment; /* borrowed */
	struct pcapng_writer writer;
	uint64_t length;  /* bytes of whole blocks that were written */
	uint64_t frames;  /* ... and the frames in them */
	uint64_t before;  /* frames of the run that earlier files hold: the report counts them, too */
	bool broken;      /* a write failed; nothing is written any more */
	struct error why; /* of the first failure */
};

// clang-format off
#define RECORDER_INIT { .raw = OUTPUT_INIT, .annotated = OUTPUT_INIT, .writer = PCAPNG_WRITER_INIT }
// clang-format on

/*
 * Makes the file, and fails where nothing can be written to it. The interfaces, and the comment on the whole file
 * (NULL: none), live as long as the recorder.
 */
int recorder_open(struct recorder *recorder, const char *path, const struct pcapng_interface_description *interfaces,
		  uint32_t interface_count, const char *comment, struct error *error);

/* Keeps a frame of the interface that it names. The first failure is told on stderr; the run goes on without the rest
 * of the file. */
void recorder_add(struct recorder *recorder, const struct frame *frame);

/*
 * Puts the file in its place: with the statistics, one for each interface, and with comments where there is room. After
 * a failure what could be written is there under its name, whole frames only, and the error says so.
 */
int recorder_finish(struct recorder *recorder, const struct report *report, const struct pcapng_statistics *statistics,
		    struct error *error);

/* Legal at any time; leaves no temporary file behind. */
void recorder_discard(struct recorder *recorder);

#endif
