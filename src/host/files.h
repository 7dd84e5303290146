// SPDX-License-Identifier: GPL-2.0-or-later
/* Small files below the root: whole, bounded, and with a note where they could not be read. */
#ifndef HOST_FILES_H
#define HOST_FILES_H

#include "base/text.h"
#include "host/host.h"

enum { FILES_LIMIT = 4 * 1024 * 1024, FILES_PATH_SIZE = 512 };

struct host_files {
	const char *root;
	struct host_state *state; /* takes the notes */
};

enum files_result { FILES_READ, FILES_ABSENT, FILES_DENIED };

/*
 * Replaces the content of `out`. A file that is there but cannot be read is noted as unseen by `what` (NULL: not noted)
 * and is FILES_DENIED.
 */
enum files_result files_read(const struct host_files *files, const char *path, const char *what, struct text *out);

/* As files_read(), but of a longer file what comes first. */
enum files_result files_read_start(const struct host_files *files, const char *path, const char *what,
				   struct text *out);

/* As files_read(), without the newline at the end; "" where there is nothing. */
enum files_result files_read_word(const struct host_files *files, const char *path, char *into, size_t size);

bool files_exist(const struct host_files *files, const char *path);

/* The path below the root; cut paths do not exist. */
const char *files_path(const struct host_files *files, const char *path, char buffer[static FILES_PATH_SIZE]);

/* The next line of `*at`, without its newline (LF or CRLF), into `line` (a longer one is cut); false at the end. */
enum { FILES_LINE_SIZE = 1024 };
bool files_next_line(const char **at, char line[static FILES_LINE_SIZE]);

#endif
