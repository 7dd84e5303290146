// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbitrary bytes read by our capture reader and by libpcap must give the same frames. */
#include <stdlib.h>

#include "test/capture_beside_libpcap.h"

struct input {
	const uint8_t *bytes;
	size_t left;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ssize_t read_input(void *context, uint8_t *into, size_t room, struct error *error)
{
	struct input *input = context;
	size_t count = input->left < room ? input->left : room;

	(void)error;
	memcpy(into, input->bytes, count);
	input->bytes += count;
	input->left -= count;
	return (ssize_t)count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	char difference[256];
	FILE *file;

	if (size == 0)
		return 0;
	file = fmemopen((void *)(uintptr_t)data, size, "rb");
	if (!file)
		return 0;
	if (!beside_compare(file, read_input, &input, NULL, difference)) {
		fprintf(stderr, "differs from libpcap: %s\n", difference);
		abort();
	}
	return 0;
}
