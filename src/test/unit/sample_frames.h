// SPDX-License-Identifier: GPL-2.0-or-later
/* One frame of each kind that is decoded, written by hand, with what must be found in it. */
#ifndef TEST_SAMPLE_FRAMES_H
#define TEST_SAMPLE_FRAMES_H

#include <stddef.h>

#include "wire/packet.h"

struct sample_frame {
	const char *name;
	uint16_t link_type;
	const uint8_t *bytes;
	uint32_t size;
	uint32_t layers;         /* exactly these */
	const char *description; /* by packet_describe() */
};

extern const struct sample_frame sample_frames[];
extern const size_t sample_frame_count;

/* Fails the test where there is none of that name. */
const struct sample_frame *sample_frame_find(const char *name);

#endif
