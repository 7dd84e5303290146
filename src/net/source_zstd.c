// SPDX-License-Identifier: GPL-2.0-or-later
/* Sources packed with zstd. */
#include <zstd.h>

#include "net/source_private.h"

/* A frame, or one of the sixteen kinds of skippable frame that parallel packers put in front (RFC 8878, 3.1). */
static bool zstd_is(const uint8_t *bytes, size_t length)
{
	if (length < 4)
		return false;
	uint32_t magic = (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];

	return magic == ZSTD_MAGICNUMBER || (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

static int zstd_open(struct source *source, struct error *error)
{
	source->decoder = ZSTD_createDStream();
	if (!source->decoder)
		return error_set(error, ERROR_MEMORY, source->name, "no memory to unpack it");
	return 0;
}

static void zstd_close(struct source *source)
{
	ZSTD_freeDStream(source->decoder);
}

static ssize_t zstd_decode(struct source *source, uint8_t *into, size_t room, struct error *error)
{
	ZSTD_inBuffer input = { .src = source->input, .size = source->end, .pos = source->start };
	ZSTD_outBuffer output = { .dst = into, .size = room };
	size_t result = ZSTD_decompressStream(source->decoder, &output, &input);

	source->start = input.pos;
	if (ZSTD_isError(result))
		return error_set(error, ERROR_INPUT, source->name,
				 "the zstd stream is damaged near compressed byte %llu: %s",
				 (unsigned long long)source_progress(source).consumed, ZSTD_getErrorName(result));
	/* 0: a frame is complete and flushed; what follows begins the next one. */
	source->inside = result != 0;
	return (ssize_t)output.pos;
}

const struct source_format source_zstd = {
	.name = "zstd",
	.is = zstd_is,
	.open = zstd_open,
	.decode = zstd_decode,
	.close = zstd_close,
};
