// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/segment.h"

#include "wire/mac_kind.h"

enum { FLOODED_OF = 10 }; /* one frame in ten may be a flooded one */

static struct segment_end *find_end(struct segment *segment, struct mac mac)
{
	for (int i = 0; i < SEGMENT_MAX_ENDS; i++)
		if (segment->ends[i].count && mac_equal(segment->ends[i].mac, mac))
			return &segment->ends[i];
	return NULL;
}

static struct segment_end *rarest_end(struct segment *segment)
{
	struct segment_end *rarest = &segment->ends[0];

	for (int i = 1; i < SEGMENT_MAX_ENDS; i++)
		if (segment->ends[i].count < rarest->count)
			rarest = &segment->ends[i];
	return rarest;
}

/* Space-saving: a newcomer takes the rarest one's place and inherits its count as possible error. */
static void count_end(struct segment *segment, struct mac mac)
{
	struct segment_end *end = find_end(segment, mac);

	if (!end) {
		end = rarest_end(segment);
		*end = (struct segment_end){ .mac = mac, .count = end->count, .error = end->count };
	}
	end->count++;
}

void segment_note_unicast(struct segment *segment, struct mac source, struct mac destination)
{
	if (segment->unicast_frames == UINT32_MAX / 2)
		return;
	segment->unicast_frames++;
	count_end(segment, source);
	if (!mac_equal(source, destination))
		count_end(segment, destination);
}

static bool takes_part_in_nearly_all(const struct segment *segment, const struct segment_end *end)
{
	uint32_t others = segment->unicast_frames - (end->count - end->error);

	return end->count > end->error && (uint64_t)others * FLOODED_OF <= segment->unicast_frames;
}

bool segment_is_end(const struct segment *segment, struct mac mac)
{
	for (int i = 0; i < SEGMENT_MAX_ENDS; i++)
		if (mac_equal(segment->ends[i].mac, mac))
			return takes_part_in_nearly_all(segment, &segment->ends[i]);
	return false;
}

static int count_ends(const struct segment *segment)
{
	int ends = 0;

	for (int i = 0; i < SEGMENT_MAX_ENDS; i++)
		ends += takes_part_in_nearly_all(segment, &segment->ends[i]);
	return ends;
}

/* The link between a guest and its backend carries everything that either of them sends. */
static bool is_guest_link(const struct segment *segment)
{
	for (int i = 0; i < SEGMENT_MAX_ENDS; i++)
		if (takes_part_in_nearly_all(segment, &segment->ends[i]) &&
		    (mac_kind_of(segment->ends[i].mac)->traits & MAC_TRAIT_BACKEND))
			return true;
	return false;
}

bool segment_sees(const struct segment *segment, struct mac mac)
{
	int ends;

	if (segment->has_local)
		return mac_equal(segment->local, mac);
	ends = count_ends(segment);
	if (ends == 0)
		return segment->unicast_frames > 0;
	/* Of two ends only one is where the capture was made, and it does not say which. */
	return segment_is_end(segment, mac) && (ends == 1 || is_guest_link(segment));
}

bool segment_may_see(const struct segment *segment, struct mac mac)
{
	if (segment->has_local)
		return mac_equal(segment->local, mac);
	return segment_is_end(segment, mac) || count_ends(segment) == 0;
}
