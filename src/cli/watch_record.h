// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * -w of watch: as the recorder's, in one file or in many that follow each
 * other. A file is full when it has so many bytes or covers so much time; of
 * those that are full only so many are kept. RUN.pcapng then becomes
 * RUN-00001.pcapng, RUN-00002.pcapng, ...
 */
#ifndef CLI_WATCH_RECORD_H
#define CLI_WATCH_RECORD_H

#include "cli/recorder.h"
#include "cli/station.h"

struct record_options {
	const char *path;    /* NULL: nothing is recorded */
	const char *comment; /* on each file, NULL: none */
	uint64_t size;       /* bytes of a file; 0: no limit */
	nanos time;          /* that a file covers; 0: no limit */
	uint32_t files;      /* kept; 0: all */
};

struct recording {
	struct record_options options;
	struct station *station;
	struct recorder recorder;
	struct pcapng_interface_description interfaces[STATION_MAX_POSTS];
	char *path;       /* of the file that is written */
	char **kept;      /* a ring of options.files paths */
	uint32_t number;  /* of the file, from 1 */
	nanos begun;      /* time of the file's first frame; 0: none yet */
	uint64_t removed; /* files */
	bool open, failed;
};

// clang-format off
#define RECORDING_INIT { .recorder = RECORDER_INIT }
// clang-format on

/* The station is open. Does nothing without a path. */
int recording_open(struct recording *recording, const struct record_options *options, struct station *station,
		   struct error *error);
/* `report` has what is known of the frames so far: comments for a file that is full. NULL: none yet. */
void recording_add(struct recording *recording, const struct frame *frame, const struct report *report);
/* Puts the last file in its place. Fails where a frame could not be kept, too; with an empty message where that was
 * told. */
int recording_finish(struct recording *recording, const struct report *report, struct error *error);
void recording_discard(struct recording *recording);

static inline bool recording_rotates(const struct record_options *options)
{
	return options->size > 0 || options->time > 0;
}

#endif
