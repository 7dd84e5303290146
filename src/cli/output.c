// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *name_of(const struct output *output)
{
	return output->path != NULL ? output->path : "standard output";
}

/* `code` is an errno value. */
static int fail(struct output *output, int code, struct error *error)
{
	if (code == EPIPE)
		return error_set(error, ERROR_SYSTEM, NULL, "%s", "");
	return error_set(error, ERROR_SYSTEM, name_of(output), "cannot be written: %s", strerror(code));
}

static int open_as_it_is(struct output *output, struct error *error)
{
	output->descriptor = open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return output->descriptor >= 0 ? 0 : fail(output, errno, error);
}

/* mkostemp makes files private; a report gets the rights of what it replaces, or what the umask allows. */
static mode_t rights_of(const struct stat *replaced)
{
	mode_t mask = umask(0);

	umask(mask);
	return replaced != NULL ? replaced->st_mode & 0777 : 0666 & ~mask;
}

static int open_temporary(struct output *output, const struct stat *replaced, struct error *error)
{
	output->target = replaced != NULL ? realpath(output->path, NULL) : strdup(output->path);
	if (output->target == NULL || asprintf(&output->temporary, "%s.XXXXXX", output->target) < 0) {
		output->temporary = NULL;
		return fail(output, ENOMEM, error);
	}
	output->descriptor = mkostemp(output->temporary, O_CLOEXEC);
	if (output->descriptor < 0) {
		int code = errno;

		free(output->temporary);
		output->temporary = NULL;
		return fail(output, code, error);
	}
	if (fchmod(output->descriptor, rights_of(replaced)) < 0)
		return fail(output, errno, error);
	return 0;
}

int output_open(struct output *output, const char *path, struct error *error)
{
	struct stat status;
	bool exists;

	*output = (struct output){ .path = path, .descriptor = STDOUT_FILENO };
	if (path == NULL)
		return 0;
	output->descriptor = -1;
	exists = stat(path, &status) == 0;
	if (exists && S_ISDIR(status.st_mode))
		return fail(output, EISDIR, error);
	if (exists && !S_ISREG(status.st_mode))
		return open_as_it_is(output, error);
	if (exists && access(path, W_OK) < 0)
		return fail(output, errno, error);
	return open_temporary(output, exists ? &status : NULL, error);
}

int output_write(struct output *output, const void *bytes, size_t length, struct error *error)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t count = write(output->descriptor, at, length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return fail(output, errno, error);
		at += count;
		length -= (size_t)count;
	}
	return 0;
}

int output_commit(struct output *output, struct error *error)
{
	int descriptor = output->descriptor;

	/* Closing tells of writes that a network file system only now found to have failed. */
	output->descriptor = -1;
	if (descriptor >= 0 && close(descriptor) < 0)
		return fail(output, errno, error);
	if (output->temporary != NULL && rename(output->temporary, output->target) < 0)
		return fail(output, errno, error);
	free(output->temporary);
	output->temporary = NULL;
	return 0;
}

void output_discard(struct output *output)
{
	if (output->temporary != NULL)
		unlink(output->temporary);
	if (output->descriptor > STDERR_FILENO)
		close(output->descriptor);
	free(output->temporary);
	free(output->target);
	*output = (struct output)OUTPUT_INIT;
}

int output_print(const struct text *text, struct error *error)
{
	struct output output;
	int status = output_open(&output, NULL, error);

	if (status == 0 && text->failed)
		status = error_set(error, ERROR_MEMORY, NULL, "not enough memory to print the result");
	if (status == 0)
		status = output_write(&output, text_string(text), text->length, error);
	if (status == 0)
		status = output_commit(&output, error);
	return status;
}
