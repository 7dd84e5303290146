// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a capture's or a report's bytes come from: a file, a pipe or standard input, plain
 * or compressed. Compression is recognised by the first bytes (gzip RFC 1952,
 * zstd RFC 8878), never by the name; several gzip members or zstd frames in a
 * row read as one.
 *
 * Opening reads nothing, so that privileges can be dropped between opening and
 * the first foreign byte.
 */
#ifndef NET_SOURCE_H
#define NET_SOURCE_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

struct source;

struct source_progress {
	uint64_t consumed; /* bytes of the file as it is on the disk */
	uint64_t size;     /* of the file; 0 where unknown (pipes) */
};

/*
 * Opens a path, or standard input for "-". Directories, devices, sockets and terminals are refused. `interrupted` (may
 * be NULL) is watched: once it is set, reading ends with CAPTURE_STOP. It must outlive the source, which the caller
 * owns (source_close).
 */
int source_open(struct source **source, const char *path, const volatile sig_atomic_t *interrupted,
		struct error *error);

/*
 * A capture_read; `source` is the struct source. A compressed stream that is cut or damaged hands out what it held
 * before it fails with ERROR_INPUT.
 */
ssize_t source_read(void *source, uint8_t *into, size_t room, struct error *error);

/* What is left, added to `into`; more than `limit` bytes there are ERROR_INPUT. */
int source_read_all(struct source *source, size_t limit, struct text *into, struct error *error);

/* The path, or "standard input". Lives as long as the source. */
const char *source_name(const struct source *source);
struct source_progress source_progress(const struct source *source);
/*
 * One in which the bytes lie as source_read() gives them, for pread(2): of a regular file that is not packed, once
 * something was read; else -1. It stays the source's.
 */
int source_descriptor(const struct source *source);
/* Begins anew. ERROR_INPUT where the bytes come only once (pipes). */
int source_rewind(struct source *source, struct error *error);
void source_close(struct source *source); /* NULL is legal */

#endif
