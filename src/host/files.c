// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *files_path(const struct host_files *files, const char *path, char buffer[static FILES_PATH_SIZE])
{
	bool slash = files->root[0] == '\0' || files->root[strlen(files->root) - 1] == '/';
	int length = snprintf(buffer, FILES_PATH_SIZE, "%s%s%s", files->root, slash ? "" : "/", path);

	if (length < 0 || length >= FILES_PATH_SIZE)
		buffer[0] = '\0';
	return buffer;
}

static bool is_absence(int code)
{
	return code == ENOENT || code == ENOTDIR || code == ENODEV || code == ENXIO;
}

/* Gives 0 or an errno; a file that is too long is read up to the limit. */
static int read_all(int descriptor, struct text *out)
{
	char buffer[16384];
	ssize_t count;

	while ((count = read(descriptor, buffer, sizeof buffer)) != 0) {
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return errno;
		text_add_bytes(out, buffer, (size_t)count);
		if (out->length > FILES_LIMIT)
			return EFBIG;
	}
	return out->failed ? ENOMEM : 0;
}

static int read_path(const char *path, struct text *out)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), code;
	struct stat status;

	if (descriptor < 0)
		return errno;
	code = fstat(descriptor, &status) < 0 || S_ISREG(status.st_mode) ? read_all(descriptor, out) : EINVAL;
	close(descriptor);
	return code;
}

static enum files_result conclude(const struct host_files *files, int code, const char *what, struct text *out)
{
	if (code == 0)
		return FILES_READ;
	text_clear(out);
	if (is_absence(code))
		return FILES_ABSENT;
	if (what)
		host_add_unseen(files->state, what, true, code == EINVAL ? "it is no regular file" : strerror(code));
	return FILES_DENIED;
}

enum files_result files_read(const struct host_files *files, const char *path, const char *what, struct text *out)
{
	char full[FILES_PATH_SIZE];

	text_clear(out);
	return conclude(files, read_path(files_path(files, path, full), out), what, out);
}

enum files_result files_read_start(const struct host_files *files, const char *path, const char *what, struct text *out)
{
	char full[FILES_PATH_SIZE];
	int code;

	text_clear(out);
	code = read_path(files_path(files, path, full), out);
	return conclude(files, code == EFBIG ? 0 : code, what, out);
}

enum files_result files_read_word(const struct host_files *files, const char *path, char *into, size_t size)
{
	struct text content = TEXT_INIT;
	enum files_result result = files_read(files, path, NULL, &content);

	if (content.length > 0)
		content.bytes[strcspn(content.bytes, "\n")] = '\0';
	host_copy_word(into, size, text_string(&content));
	text_free(&content);
	return result;
}

bool files_exist(const struct host_files *files, const char *path)
{
	char full[FILES_PATH_SIZE];

	return access(files_path(files, path, full), F_OK) == 0;
}

bool files_next_line(const char **at, char line[static FILES_LINE_SIZE])
{
	size_t length = strcspn(*at, "\n"), kept = length < FILES_LINE_SIZE ? length : FILES_LINE_SIZE - 1;

	if (**at == '\0')
		return false;
	memcpy(line, *at, kept);
	kept -= kept > 0 && line[kept - 1] == '\r'; /* of what came by mail */
	line[kept] = '\0';
	*at += length + ((*at)[length] == '\n');
	return true;
}
