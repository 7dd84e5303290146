// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arbitrary text as keepalived.conf. NUL bytes part it into files: the first is the configuration, an include of "0" to
 * "9" gives one of the others, a wildcard all of them.
 */
#include "test/fuzz/topology_input.h"

enum { MAX_FILES = 11 };

struct files {
	const char *bytes[MAX_FILES];
	size_t lengths[MAX_FILES];
	size_t count;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void split_files(struct files *files, const char *bytes, size_t size)
{
	files->count = 0;
	while (files->count < MAX_FILES) {
		const char *nul = size > 0 ? memchr(bytes, '\0', size) : NULL;
		size_t length = nul && files->count < MAX_FILES - 1 ? (size_t)(nul - bytes) : size;

		files->bytes[files->count] = bytes;
		files->lengths[files->count++] = length;
		if (length == size)
			break;
		bytes += length + 1;
		size -= length + 1;
	}
}

static int load(void *context, const char *base, const char *pattern,
		int (*each)(void *argument, const char *name, const char *bytes, size_t length, struct error *error),
		void *argument, struct error *error)
{
	const struct files *files = context;
	int result = 0;

	(void)base;
	for (size_t i = 1; i < files->count && result == 0; i++) {
		char name[2] = { (char)('0' + i - 1), '\0' };

		if (pattern[0] == '*' || strcmp(pattern, name) == 0)
			result = each(argument, name, files->bytes[i], files->lengths[i], error);
	}
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct files files;
	struct topology_loader loader = { load, &files, "main" };
	struct topology topology = TOPOLOGY_INIT;
	struct error error = ERROR_INIT;

	split_files(&files, (const char *)data, size);
	check_read(topology_read_keepalived(&topology, "fuzz", files.bytes[0], files.lengths[0], &loader, &error),
		   &error, &topology);
	return 0;
}
