// SPDX-License-Identifier: GPL-2.0-or-later
/* One direction of a recorded conversation, put together from its packets. */
#include <stdlib.h>
#include <string.h>

#include "replay/script_private.h"

/* The first piece that ends behind `offset`. Mostly that is none: packets come in order. */
static uint32_t find_place(const struct stream *stream, uint32_t offset)
{
	uint32_t place = stream->count;

	while (place > 0 && stream->pieces[place - 1].offset + stream->pieces[place - 1].length > offset)
		place--;
	return place;
}

static bool make_room(struct stream *stream)
{
	uint32_t room = stream->room ? stream->room * 2 : 4;
	struct piece *grown;

	if (stream->count < stream->room)
		return true;
	grown = reallocarray(stream->pieces, room, sizeof *grown);
	if (!grown)
		return false;
	stream->pieces = grown;
	stream->room = room;
	return true;
}

static bool put(struct script *script, struct stream *stream, uint32_t place, const struct piece *piece,
		const uint8_t *bytes, uint32_t captured)
{
	struct piece mine = *piece;

	if (script->used + mine.length + sizeof mine > script->memory)
		return false;
	if (!make_room(stream)) {
		script->failed = true;
		return false;
	}
	mine.bytes = mine.length > 0 ? calloc(1, mine.length) : NULL;
	if (mine.length > 0 && !mine.bytes) {
		script->failed = true;
		return false;
	}
	if (captured > 0)
		memcpy(mine.bytes, bytes, captured < mine.length ? captured : mine.length);
	memmove(stream->pieces + place + 1, stream->pieces + place, (stream->count - place) * sizeof mine);
	stream->pieces[place] = mine;
	stream->count++;
	script->used += mine.length + sizeof mine;
	return true;
}

int64_t stream_insert(struct script *script, struct stream *stream, const struct piece *piece, const uint8_t *bytes,
		      uint32_t captured)
{
	uint32_t at = piece->offset, end = piece->offset + piece->length;
	uint32_t place = find_place(stream, at);
	int64_t fresh = 0;

	while (at < end) {
		const struct piece *next = place < stream->count ? &stream->pieces[place] : NULL;
		uint32_t until = next && next->offset < end ? next->offset : end;
		uint32_t skip = at - piece->offset;

		if (until > at) {
			struct piece part = *piece;

			part.offset = at;
			part.length = until - at;
			if (!put(script, stream, place, &part, bytes + skip, captured > skip ? captured - skip : 0))
				return -1;
			fresh += until - at;
			next = ++place < stream->count ? &stream->pieces[place] : NULL;
		}
		at = until;
		if (next && at < end && at >= next->offset) {
			at = next->offset + next->length;
			place++;
		}
	}
	return fresh;
}

void stream_free(struct stream *stream)
{
	for (uint32_t i = 0; i < stream->count; i++)
		free(stream->pieces[i].bytes);
	free(stream->pieces);
	*stream = (struct stream){ .pieces = NULL };
}

uint32_t stream_end(const struct stream *stream)
{
	const struct piece *last = stream->count > 0 ? &stream->pieces[stream->count - 1] : NULL;

	return last ? last->offset + last->length : 0;
}

bool stream_is_whole(const struct stream *stream)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < stream->count; i++) {
		if (stream->pieces[i].offset != at)
			return false;
		at += stream->pieces[i].length;
	}
	return !stream->fin || stream->fin_at <= at;
}

bool stream_lacks(const struct stream *stream)
{
	return !stream_is_whole(stream) || stream->said > (uint64_t)stream_end(stream) + stream->fin;
}

uint8_t *stream_join(const struct stream *stream, bool framed, uint32_t *length)
{
	size_t size = stream_end(stream) + (framed ? 2 * (size_t)stream->count : 0), at = 0;
	uint8_t *bytes = size > 0 ? malloc(size) : NULL;

	*length = bytes ? (uint32_t)size : 0;
	for (uint32_t i = 0; bytes && i < stream->count; i++) {
		const struct piece *piece = &stream->pieces[i];

		if (framed) {
			bytes[at++] = (uint8_t)(piece->length >> 8);
			bytes[at++] = (uint8_t)piece->length;
		}
		if (piece->length > 0)
			memcpy(bytes + at, piece->bytes, piece->length);
		at += piece->length;
	}
	return bytes;
}
