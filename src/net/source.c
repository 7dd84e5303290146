// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening and reading sources; the packed forms are in source_gzip.c and source_zstd.c. */
#include "net/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/source_private.h"
#include "wire/capture.h"

/* Hands out what was read to recognise the format, then reads straight into the caller's buffer. */
static ssize_t decode_plain(struct source *source, uint8_t *into, size_t room, struct error *error)
{
	size_t count = source->end - source->start;

	(void)error;
	if (count > room)
		count = room;
	memcpy(into, source->input + source->start, count);
	source->start += count;
	return (ssize_t)count;
}

static const struct source_format source_plain = { .name = "plain", .decode = decode_plain };

static const struct source_format *const packed_formats[] = { &source_gzip, &source_zstd };

/* What a descriptor must not be, and how to say so. */
static const char *wrong_kind(mode_t mode, int descriptor)
{
	if (S_ISDIR(mode))
		return "this is a directory; name the files in it";
	if (S_ISSOCK(mode) || S_ISBLK(mode))
		return "this is a device or socket, not a file";
	if (S_ISCHR(mode) && isatty(descriptor))
		return "this is a terminal; name a file or pipe one in";
	/* /dev/null is what services and CI have as standard input: it reads as an empty file. */
	if (S_ISCHR(mode) && descriptor != STDIN_FILENO)
		return "this is a device, not a file";
	return NULL;
}

static int check_kind(struct source *source, struct error *error)
{
	struct stat status;
	const char *wrong;

	if (fstat(source->descriptor, &status) < 0)
		return error_set(error, ERROR_INPUT, source->name, "cannot be examined: %s", strerror(errno));
	wrong = wrong_kind(status.st_mode, source->descriptor);
	if (wrong)
		return error_set(error, ERROR_INPUT, source->name, "%s", wrong);
	if (S_ISREG(status.st_mode)) {
		source->size = (uint64_t)status.st_size;
		source->regular = true;
		/* Only a hint: larger read-ahead. */
		(void)posix_fadvise(source->descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
	}
	return 0;
}

static int open_descriptor(struct source *source, const char *path, struct error *error)
{
	if (strcmp(path, "-") == 0) {
		source->descriptor = STDIN_FILENO;
		return check_kind(source, error);
	}
	source->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (source->descriptor < 0)
		return error_set(error, ERROR_INPUT, path, "cannot be opened: %s", strerror(errno));
	return check_kind(source, error);
}

int source_open(struct source **source, const char *path, const volatile sig_atomic_t *interrupted, struct error *error)
{
	struct source *new = calloc(1, sizeof *new);
	int status;

	*source = NULL;
	if (new)
		new->name = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
	if (!new || !new->name) {
		free(new);
		return error_set(error, ERROR_MEMORY, path, "no memory to open it");
	}
	new->descriptor = -1;
	new->interrupted = interrupted;
	status = open_descriptor(new, path, error);
	if (status < 0) {
		source_close(new);
		return status;
	}
	*source = new;
	return 0;
}

ssize_t source_read_raw(struct source *source, uint8_t *into, size_t room, struct error *error)
{
	for (;;) {
		if (source->interrupted && *source->interrupted)
			return CAPTURE_STOP;
		ssize_t got = read(source->descriptor, into, room);

		if (got >= 0) {
			source->consumed += (uint64_t)got;
			return got;
		}
		if (errno != EINTR)
			return error_set(error, ERROR_INPUT, source->name, "cannot be read: %s", strerror(errno));
	}
}

static ssize_t fill_input(struct source *source, struct error *error)
{
	ssize_t got = source_read_raw(source, source->input + source->end, SOURCE_INPUT - source->end, error);

	if (got > 0)
		source->end += (size_t)got;
	return got;
}

static const struct source_format *find_format(const struct source *source)
{
	for (size_t i = 0; i < sizeof packed_formats / sizeof *packed_formats; i++)
		if (packed_formats[i]->is(source->input, source->end))
			return packed_formats[i];
	return &source_plain;
}

/* A pipe may deliver the magic byte by byte. */
static ssize_t recognise(struct source *source, struct error *error)
{
	const struct source_format *format;
	ssize_t got = 1;

	while (got > 0 && source->end < SOURCE_MAGIC)
		got = fill_input(source, error);
	if (got < 0)
		return got;
	format = find_format(source);
	if (format->open && format->open(source, error) < 0)
		return ERROR_MEMORY;
	source->format = format;
	return 0;
}

static ssize_t end_of_input(const struct source *source, struct error *error)
{
	if (!source->inside)
		return 0;
	return error_set(error, ERROR_INPUT, source->name,
			 "the %s stream ends too early, after %llu compressed bytes; what it held until there was read",
			 source->format->name, (unsigned long long)source->consumed);
}

ssize_t source_read(void *context, uint8_t *into, size_t room, struct error *error)
{
	struct source *source = context;
	ssize_t status = source->format ? 0 : recognise(source, error);

	while (status == 0) {
		if (source->start < source->end || (source->pending && source->inside)) {
			status = source->format->decode(source, into, room, error);
			source->pending = status == (ssize_t)room;
			continue;
		}
		if (source->format == &source_plain)
			return source_read_raw(source, into, room, error);
		source->start = source->end = 0;
		status = fill_input(source, error);
		if (status <= 0)
			return status < 0 ? status : end_of_input(source, error);
		status = 0;
	}
	return status;
}

int source_read_all(struct source *source, size_t limit, struct text *into, struct error *error)
{
	uint8_t buffer[16384];
	ssize_t count;

	while ((count = source_read(source, buffer, sizeof buffer, error)) > 0) {
		text_add_bytes(into, buffer, (size_t)count);
		if (into->length > limit)
			return error_set(error, ERROR_INPUT, source->name, "is larger than %zu bytes", limit);
		if (into->failed)
			return error_set(error, ERROR_MEMORY, source->name, "no memory to read it");
	}
	return (int)count;
}

const char *source_name(const struct source *source)
{
	return source->name;
}

struct source_progress source_progress(const struct source *source)
{
	return (struct source_progress){ .consumed = source->consumed - (source->end - source->start),
					 .size = source->size };
}

int source_descriptor(const struct source *source)
{
	return source->format == &source_plain && source->regular ? source->descriptor : -1;
}

int source_rewind(struct source *source, struct error *error)
{
	if (!source->regular || lseek(source->descriptor, 0, SEEK_SET) < 0)
		return error_set(error, ERROR_INPUT, source->name, "cannot be read twice; save it to a file");
	if (source->format && source->format->close)
		source->format->close(source);
	source->format = NULL;
	source->decoder = NULL;
	source->inside = source->pending = false;
	source->start = source->end = 0;
	source->consumed = 0;
	return 0;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	if (source->format && source->format->close)
		source->format->close(source);
	if (source->descriptor > STDIN_FILENO)
		(void)close(source->descriptor);
	free(source->name);
	free(source);
}
