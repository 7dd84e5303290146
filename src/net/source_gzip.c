// SPDX-License-Identifier: GPL-2.0-or-later
/* Sources packed with gzip. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "net/source_private.h"

enum { GZIP_ONLY = 16 }; /* zlib: added to the window bits, accept gzip headers and nothing else */

struct gzip {
	z_stream stream;
	bool padding; /* zeros behind the last member, as tapes and some copiers leave them */
};

static bool gzip_is(const uint8_t *bytes, size_t length)
{
	return length >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

static int gzip_open(struct source *source, struct error *error)
{
	struct gzip *gzip = calloc(1, sizeof *gzip);

	if (!gzip || inflateInit2(&gzip->stream, MAX_WBITS + GZIP_ONLY) != Z_OK) {
		free(gzip);
		return error_set(error, ERROR_MEMORY, source->name, "no memory to unpack it");
	}
	source->decoder = gzip;
	source->inside = true;
	return 0;
}

static void gzip_close(struct source *source)
{
	struct gzip *gzip = source->decoder;

	inflateEnd(&gzip->stream);
	free(gzip);
}

static ssize_t gzip_fail(const struct source *source, const char *why, struct error *error)
{
	return error_set(error, ERROR_INPUT, source->name, "the gzip stream is damaged near compressed byte %llu: %s",
			 (unsigned long long)source_progress(source).consumed, why);
}

/* Behind a member: another one begins, or zeros follow up to the end. */
static ssize_t begin_member(struct source *source, struct error *error)
{
	struct gzip *gzip = source->decoder;

	if (source->input[source->start] == 0)
		gzip->padding = true;
	while (gzip->padding && source->start < source->end)
		if (source->input[source->start++] != 0)
			return gzip_fail(source, "something else follows it", error);
	if (!gzip->padding) {
		inflateReset(&gzip->stream);
		source->inside = true;
	}
	return 0;
}

static ssize_t gzip_decode(struct source *source, uint8_t *into, size_t room, struct error *error)
{
	z_stream *stream = &((struct gzip *)source->decoder)->stream;
	int result;

	if (!source->inside)
		return begin_member(source, error);
	stream->next_in = source->input + source->start;
	stream->avail_in = (uInt)(source->end - source->start);
	stream->next_out = into;
	stream->avail_out = (uInt)room;
	result = inflate(stream, Z_NO_FLUSH);
	source->start = source->end - stream->avail_in;
	if (result == Z_STREAM_END)
		source->inside = false;
	else if (result != Z_OK && result != Z_BUF_ERROR && stream->avail_out == room)
		return gzip_fail(source, stream->msg ? stream->msg : zError(result), error);
	return (ssize_t)(room - stream->avail_out);
}

const struct source_format source_gzip = {
	.name = "gzip",
	.is = gzip_is,
	.open = gzip_open,
	.decode = gzip_decode,
	.close = gzip_close,
};
