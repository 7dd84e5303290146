// SPDX-License-Identifier: GPL-2.0-or-later
/* What the source and its decoders share; nobody else includes this. */
#ifndef NET_SOURCE_PRIVATE_H
#define NET_SOURCE_PRIVATE_H

#include <stdbool.h>

#include "net/source.h"

enum { SOURCE_INPUT = 64 * 1024 };

struct source {
	int descriptor;
	const volatile sig_atomic_t *interrupted;
	const struct source_format *format; /* NULL until the first read */
	void *decoder;                      /* the format's own state */
	bool regular;                       /* a file that can be read at any place */
	bool inside;                        /* a member or frame was begun and not finished */
	bool pending;                       /* the decoder filled all room and may hold more */
	uint64_t consumed, size;
	size_t start, end; /* what is left of `input` */
	char *name;
	uint8_t input[SOURCE_INPUT];
};

/* A way in which bytes may be packed. */
struct source_format {
	const char *name;
	bool (*is)(const uint8_t *bytes, size_t length);
	int (*open)(struct source *source, struct error *error);
	/* As capture_read, but 0 means: nothing came of the input so far. Without input only when `pending`. */
	ssize_t (*decode)(struct source *source, uint8_t *into, size_t room, struct error *error);
	void (*close)(struct source *source);
};

enum { SOURCE_MAGIC = 4 }; /* bytes that `is` wants to see */

extern const struct source_format source_gzip, source_zstd;

/* Reads what comes, without buffering. 0 at the end; CAPTURE_STOP when interrupted. */
ssize_t source_read_raw(struct source *source, uint8_t *into, size_t room, struct error *error);

#endif
