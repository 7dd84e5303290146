// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading captures: recognising the format, and the bookkeeping around it. */
#include "wire/capture.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/capture_private.h"

enum { MAGIC_SIZE = 4 };

/*
 * The longest frames that link types know: libpcap's limits, with D-Bus messages (128 MiB there) held to what a record
 * may have here.
 */
static const struct {
	uint16_t link_type;
	uint32_t max;
} long_links[] = {
	{ 231, CAPTURE_MAX_RECORD }, /* D-Bus */
	{ 249, 1024 * 1024 },        /* USBPcap */
	{ 279, 8 * 1024 * 1024 },    /* Elektrobit high-speed capture and replay */
};

uint32_t capture_max_snaplen(uint16_t link_type)
{
	for (size_t i = 0; i < sizeof long_links / sizeof *long_links; i++)
		if (long_links[i].link_type == link_type)
			return long_links[i].max;
	return 262144;
}

uint32_t capture_adjust_snaplen(uint16_t link_type, uint32_t snaplen)
{
	return snaplen == 0 || snaplen > INT32_MAX ? capture_max_snaplen(link_type) : snaplen;
}

/* "name: frame 3, offset 1234", or just the name in front of the first record. */
static void name_place(const struct capture *capture, char *place, size_t size)
{
	if (!capture->next)
		snprintf(place, size, "%s", capture->name);
	else
		snprintf(place, size, "%.180s: frame %" PRIu64 ", offset %" PRIu64, capture->name,
			 capture->info.frames + 1, capture->record_offset);
}

int capture_fail(const struct capture *capture, struct error *error, const char *format, ...)
{
	char place[sizeof error->where];
	char message[sizeof error->message];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	name_place(capture, place, sizeof place);
	return error_set(error, ERROR_INPUT, place, "%s", message);
}

int capture_end(const struct capture *capture, const char *what, size_t wanted, struct error *error)
{
	const struct window *window = &capture->window;

	if (window->failure.code != ERROR_NONE) {
		char place[sizeof error->where];

		name_place(capture, place, sizeof place);
		return error_set(error, window->failure.code, place, "%s", window->failure.message);
	}
	if (window->stopped || window_left(window) == 0)
		return 0;
	return capture_fail(capture, error, "the file ends inside %s: %zu of %zu bytes are there", what,
			    window_left(window), wanted);
}

static int refuse(const struct capture *capture, struct error *error)
{
	const struct window *window = &capture->window;
	const char *guess = capture_guess(window_at(window), window_left(window));

	if (window->failure.code != ERROR_NONE)
		return capture_end(capture, "", MAGIC_SIZE, error);
	if (window->stopped)
		return capture_fail(capture, error, "stopped before the file header was read");
	if (window_left(window) == 0)
		return capture_fail(capture, error, "the file is empty; a capture has a header even without frames");
	if (window_left(window) < MAGIC_SIZE)
		return capture_fail(capture, error, "%zu bytes are too few for a capture", window_left(window));
	if (guess)
		return capture_fail(capture, error, "this is %s, not a pcap or pcapng capture", guess);
	return capture_fail(capture, error, "this is neither pcap nor pcapng (it begins with %02x %02x %02x %02x)",
			    window_at(window)[0], window_at(window)[1], window_at(window)[2], window_at(window)[3]);
}

static int read_header(struct capture *capture, struct error *error)
{
	struct window *window = &capture->window;

	if (!window_has(window, MAGIC_SIZE))
		return refuse(capture, error);
	if (pcap_is(window_at(window)))
		return pcap_open(capture, error);
	if (pcapng_is(window_at(window)))
		return pcapng_open(capture, error);
	/* More than the magic helps to tell text. */
	(void)window_has(window, 64);
	return refuse(capture, error);
}

int capture_open(struct capture **capture, capture_read read, void *context, const char *name, uint32_t input,
		 struct error *error)
{
	struct capture *new = calloc(1, sizeof *new);
	int status;

	*capture = NULL;
	if (!new)
		return error_set(error, ERROR_MEMORY, name, "no memory to read a capture");
	new->info.format = "";
	new->input = input;
	snprintf(new->name, sizeof new->name, "%s", name);
	status = window_init(&new->window, read, context, error);
	if (status == 0)
		status = read_header(new, error);
	if (status == 0 && !new->next)
		status = capture_fail(new, error, "stopped before the file header was read");
	if (status < 0) {
		capture_close(new);
		return status;
	}
	new->info.offset = new->window.start_offset;
	*capture = new;
	return 0;
}

const char *capture_comment(const struct capture *capture)
{
	return capture->pcapng.comment ? capture->pcapng.comment : "";
}

const char *capture_remark(const struct capture *capture, uint32_t number)
{
	return number < capture->pcapng.remark_count ? capture->pcapng.remarks[number] : NULL;
}

void capture_set_input(struct capture *capture, uint32_t input)
{
	capture->input = input;
}

static void count(struct capture_info *info, const struct frame *frame)
{
	if (info->frames == 0 || frame->time < info->first)
		info->first = frame->time;
	if (info->frames == 0 || frame->time > info->last)
		info->last = frame->time;
	info->frames++;
	info->bytes += frame->length;
}

int capture_next(struct capture *capture, struct frame *frame, struct error *error)
{
	int status;

	if (capture->finished)
		return 0;
	status = capture->next(capture, frame, error);
	if (status > 0) {
		count(&capture->info, frame);
		frame->number = capture->info.frames;
		frame->input = capture->input;
	} else {
		capture->finished = true;
		capture->info.truncated = status < 0;
	}
	capture->info.offset = capture->window.start_offset;
	return status;
}

const struct capture_info *capture_info(const struct capture *capture)
{
	return &capture->info;
}

const struct capture_interface *capture_interface(const struct capture *capture, uint32_t interface)
{
	if (interface >= capture->pcapng.interface_count)
		return NULL;
	return &capture->pcapng.interfaces[interface].about;
}

void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	window_free(&capture->window);
	pcapng_free(&capture->pcapng);
	free(capture);
}
