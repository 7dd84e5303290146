// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { READ_SIZE = 65536 };

static int fail_errno(const char *path, const char *what, struct error *error)
{
	return error_set(error, ERROR_INPUT, path, "cannot be %s: %s", what, strerror(errno));
}

static int read_all(int descriptor, const char *path, size_t limit, struct text *out, struct error *error)
{
	char buffer[READ_SIZE];
	ssize_t count;

	while ((count = read(descriptor, buffer, sizeof buffer)) != 0) {
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return fail_errno(path, "read", error);
		if ((size_t)count > limit - out->length)
			return error_set(error, ERROR_INPUT, path,
					 "is larger than %zu bytes: name a configuration file", limit);
		text_add_bytes(out, buffer, (size_t)count);
		if (out->failed)
			return error_set(error, ERROR_MEMORY, path, "no memory to read it");
	}
	return 0;
}

static int check_kind(int descriptor, const char *path, struct error *error)
{
	struct stat status;

	if (fstat(descriptor, &status) < 0)
		return fail_errno(path, "read", error);
	if (S_ISDIR(status.st_mode))
		return error_set(error, ERROR_INPUT, path, "is a directory: name a file in it");
	return 0;
}

int file_read(const char *path, size_t limit, struct text *out, struct error *error)
{
	int descriptor, result;

	if (strcmp(path, "-") == 0)
		return error_set(error, ERROR_USAGE, path, "standard input is no configuration file: name a file");
	descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (descriptor < 0)
		return fail_errno(path, "opened", error);
	result = check_kind(descriptor, path, error);
	if (result == 0)
		result = read_all(descriptor, path, limit, out, error);
	close(descriptor);
	return result;
}

/* A pipe would be waited for, and nobody included it to write to it. */
static int check_regular(const char *path, struct error *error)
{
	struct stat status;

	if (stat(path, &status) < 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
		return 0; /* opening it says more */
	return error_set(error, ERROR_INPUT, path, "is a pipe, a device or a socket: include a file");
}

/* Whether a match is to be read. What a wildcard hits by chance (a folder, a socket) is passed over. */
static bool is_wanted(const char *path, bool wildcard)
{
	struct stat status;

	return !wildcard || stat(path, &status) < 0 || S_ISREG(status.st_mode);
}

typedef int (*each_file)(void *argument, const char *name, const char *bytes, size_t length, struct error *error);

static int load_file(const char *path, each_file each, void *argument, struct error *error)
{
	struct text content = TEXT_INIT;
	int result = check_regular(path, error);

	if (result == 0)
		result = file_read(path, LOADER_FILE_LIMIT, &content, error);
	if (result == 0)
		result = each(argument, path, text_string(&content), content.length, error);
	text_free(&content);
	return result;
}

/* "dir/" of the including file in front of a relative pattern. */
static char *resolve(const char *base, const char *pattern)
{
	const char *slash = strrchr(base, '/');
	char *path;

	if (pattern[0] == '/' || !slash)
		return strdup(pattern);
	return asprintf(&path, "%.*s/%s", (int)(slash - base), base, pattern) < 0 ? NULL : path;
}

static int load_matches(const glob_t *matches, bool wildcard, each_file each, void *argument, struct error *error)
{
	int result = 0;

	for (size_t i = 0; i < matches->gl_pathc && result == 0; i++) {
		if (is_wanted(matches->gl_pathv[i], wildcard))
			result = load_file(matches->gl_pathv[i], each, argument, error);
	}
	return result;
}

static int load(void *context, const char *base, const char *pattern, each_file each, void *argument,
		struct error *error)
{
	bool wildcard = strpbrk(pattern, "*?[{") != NULL;
	char *path = resolve(base, pattern);
	glob_t matches;
	int result;

	(void)context;
	if (!path)
		return error_set(error, ERROR_MEMORY, pattern, "no memory to find the file");
	result = glob(path, GLOB_BRACE, NULL, &matches);
	if (result == 0) {
		result = load_matches(&matches, wildcard, each, argument, error);
		globfree(&matches);
	} else if (result == GLOB_NOMATCH) {
		result = 0;
	} else {
		result = fail_errno(path, "searched", error);
	}
	free(path);
	return result;
}

void loader_init(struct loader *loader, const char *config_id)
{
	struct utsname machine;

	*loader = (struct loader){ .topology = { .load = load, .config_id = loader->config_id } };
	if (!config_id && uname(&machine) == 0) {
		machine.nodename[strcspn(machine.nodename, ".")] = '\0';
		config_id = machine.nodename;
	}
	snprintf(loader->config_id, sizeof loader->config_id, "%s", config_id ? config_id : "");
}
