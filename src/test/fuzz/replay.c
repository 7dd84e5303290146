// SPDX-License-Identifier: GPL-2.0-or-later
/* Feeds files to a fuzz target once each, for compilers without libFuzzer and for `make check`. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int feed_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	size_t size = 0, room = 0, got;

	if (!file) {
		perror(path);
		return -1;
	}
	do {
		room = room ? room * 2 : 65536;
		bytes = realloc(bytes, room);
		if (!bytes)
			abort();
		got = fread(bytes + size, 1, room - size, file);
		size += got;
	} while (size == room);
	fclose(file);
	/* A block of exactly this size, so that one byte too far is noticed. */
	bytes = realloc(bytes, size ? size : 1);
	if (!bytes)
		abort();
	LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	return 0;
}

int main(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		fprintf(stderr, "%s\n", argv[i]);
		if (feed_file(argv[i]) < 0)
			status = 2;
	}
	return status;
}
