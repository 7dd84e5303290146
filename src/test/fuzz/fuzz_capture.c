// SPDX-License-Identifier: GPL-2.0-or-later
/* Arbitrary bytes as a capture: no crash, and the same frames however the bytes are delivered. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "wire/capture.h"

struct input {
	const uint8_t *bytes;
	size_t left, chunk;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ssize_t read_input(void *context, uint8_t *into, size_t room, struct error *error)
{
	struct input *input = context;
	size_t count = input->left < input->chunk ? input->left : input->chunk;

	(void)error;
	if (count > room)
		count = room;
	memcpy(into, input->bytes, count);
	input->bytes += count;
	input->left -= count;
	return (ssize_t)count;
}

/* Everything that reading gives, in one number. */
static uint64_t digest(const uint8_t *data, size_t size, size_t chunk)
{
	struct input input = { data, size, chunk };
	struct error error = ERROR_INIT;
	struct capture *capture;
	struct frame frame;
	int status = capture_open(&capture, read_input, &input, "fuzz", 0, &error);
	uint64_t sum = 0;

	if (status < 0)
		return hash_bytes(error.message, strlen(error.message), 0);
	while ((status = capture_next(capture, &frame, &error)) == 1) {
		sum = hash_bytes(frame.bytes, frame.captured, sum + frame.number + (uint64_t)frame.time);
		sum += frame.length + frame.interface + frame.link_type;
	}
	const struct capture_info *info = capture_info(capture);

	if (info->offset > size || info->truncated != (status < 0) || capture_next(capture, &frame, &error) != 0)
		abort();
	sum += hash_bytes(error.message, strlen(error.message), info->dropped + info->offset);
	capture_close(capture);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t chunk = size > 0 ? data[size - 1] % 64 + 1u : 1;

	if (digest(data, size, SIZE_MAX) != digest(data, size, chunk))
		abort();
	return 0;
}
