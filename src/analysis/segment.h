// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Segments: where frames were seen, and from which place on the link.
 *
 * A capture on a host's own interface (or on the other end of it) shows
 * unicast frames of that host only; a capture on a bridge or a mirror port
 * shows everybody's. The difference decides what silence means: an answer
 * goes to the asker alone, and where the asker's frames are not seen, a missing answer is no missing answer.
 * A switch floods a frame now and then, so a host's own capture may hold some frames of others.
 */
#ifndef ANALYSIS_SEGMENT_H
#define ANALYSIS_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nanos.h"
#include "wire/address.h"

struct mark {
	uint64_t frame; /* 0: it never happened */
	nanos time;
};

static inline bool mark_is_set(const struct mark *mark)
{
	return mark->frame != 0;
}

enum { SEGMENT_MAX_ENDS = 16 };

/* A MAC and the unicast frames that it took part in (space-saving counters: `error` of `count` may be others'). */
struct segment_end {
	struct mac mac;
	uint32_t count, error;
};

struct segment {
	struct segment_key {
		uint32_t input;
		uint32_t interface; /* pcapng interface, and SLL2 ifindex << 16 */
		uint32_t vlan;      /* as in struct subject */
		uint32_t overlay;
	} key;
	uint32_t index;
	struct segment_end ends[SEGMENT_MAX_ENDS];
	uint32_t unicast_frames; /* that `ends` rests on, saturating */
	bool has_local;          /* where it was captured is known: a cooked capture, an interface that names its MAC */
	struct mac local;
	struct mark first, last;
};

/* Counts a unicast frame. */
void segment_note_unicast(struct segment *segment, struct mac source, struct mac destination);

/* Whether the capture was made at this MAC's end of the link (at most one in ten frames is somebody else's). */
bool segment_is_end(const struct segment *segment, struct mac mac);

/*
 * Whether frames that `mac` sends or receives are seen in this segment. The answer may change while frames come in, so
 * what rests on silence is judged by the segment as it is when a report is made.
 */
bool segment_sees(const struct segment *segment, struct mac mac);

/* Whether that may still turn out: false only where another end is known. */
bool segment_may_see(const struct segment *segment, struct mac mac);

#endif
