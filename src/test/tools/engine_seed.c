// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * engine_seed OUTPUT CAPTURE [CAPTURE]: a seed for fuzz_engine.c from the
 * frames of one or two captures. `make seeds` writes testdata/fuzz/engine.
 */
#include <stdio.h>
#include <stdlib.h>

#include "net/source.h"
#include "test/fuzz/engine_input.h"
#include "wire/capture.h"

enum { MAX_FRAMES = 48, MAX_BYTES = 128 };

static void check(int status, const struct error *error)
{
	if (status >= 0)
		return;
	fprintf(stderr, "engine_seed: %s: %s\n", error->where, error->message);
	exit(1);
}

static unsigned step_of(nanos passed)
{
	unsigned step = 0;

	if (passed <= 0)
		return 0;
	while (step < 38 && engine_step_nanos(step + 1) <= passed)
		step++;
	return step;
}

static void write_frame(FILE *out, const struct frame *frame, nanos passed, bool second)
{
	uint32_t count = frame->captured < MAX_BYTES ? frame->captured : MAX_BYTES;
	uint32_t missing = (frame->length - count) / 4;

	fputc((int)(step_of(passed) | (second ? ENGINE_STEP_SECOND : 0u)), out);
	fputc((int)(missing < 255 ? missing : 255), out);
	fputc((int)(count >> 8), out);
	fputc((int)(count & 0xff), out);
	fwrite(frame->bytes, 1, count, out);
}

static int link_code(uint16_t link_type)
{
	return link_type == LINK_LINUX_SLL ? 1 : link_type == LINK_LINUX_SLL2 ? 2 : 0;
}

static void copy(FILE *out, const char *path, bool second)
{
	struct error error = ERROR_INIT;
	struct source *source;
	struct capture *capture;
	struct frame frame;
	nanos last = 0;

	check(source_open(&source, path, NULL, &error), &error);
	check(capture_open(&capture, source_read, source, path, 0, &error), &error);
	for (int i = 0; i < MAX_FRAMES && capture_next(capture, &frame, &error) == 1; i++) {
		if (i == 0 && !second)
			fputc(ENGINE_INPUT_CONFIGURED | 1 << ENGINE_INPUT_METHOD_SHIFT | link_code(frame.link_type),
			      out);
		write_frame(out, &frame, last ? frame.time - last : 0, second);
		last = frame.time;
	}
	capture_close(capture);
	source_close(source);
}

int main(int argc, char **argv)
{
	FILE *out = argc >= 3 ? fopen(argv[1], "wb") : NULL;

	if (!out) {
		fprintf(stderr, "usage: engine_seed OUTPUT CAPTURE [CAPTURE]\n");
		return 2;
	}
	copy(out, argv[2], false);
	if (argc > 3)
		copy(out, argv[3], true);
	return fclose(out) == 0 ? 0 : 1;
}
