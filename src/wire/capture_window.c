// SPDX-License-Identifier: GPL-2.0-or-later
/* The window through which a capture is read. */
#include <stdlib.h>

#include "wire/capture_private.h"

int window_init(struct window *window, capture_read read, void *context, struct error *error)
{
	*window = (struct window){ .read = read, .context = context, .failure = ERROR_INIT };
	window->bytes = malloc(CAPTURE_WINDOW);
	if (!window->bytes)
		return error_set(error, ERROR_MEMORY, NULL, "no memory to read a capture");
	window->capacity = CAPTURE_WINDOW;
	return 0;
}

void window_free(struct window *window)
{
	free(window->bytes);
	window->bytes = NULL;
}

static void move_to_front(struct window *window)
{
	memmove(window->bytes, window->bytes + window->start, window_left(window));
	window->end -= window->start;
	window->start = 0;
}

/* Doubles at most, and only once all room is filled: a length field alone never makes the window large. */
static bool grow(struct window *window)
{
	size_t capacity = window->capacity * 2;
	uint8_t *bytes = realloc(window->bytes, capacity);

	if (!bytes) {
		error_set(&window->failure, ERROR_MEMORY, NULL, "no memory for a record of more than %zu bytes",
			  window->capacity);
		window->ended = true;
		return false;
	}
	window->bytes = bytes;
	window->capacity = capacity;
	return true;
}

static bool read_more(struct window *window)
{
	size_t room = window->capacity - window->end;
	ssize_t got = window->read(window->context, window->bytes + window->end, room, &window->failure);

	if (got > 0 && (size_t)got <= room) {
		window->end += (size_t)got;
		return true;
	}
	window->ended = true;
	window->stopped = got == CAPTURE_STOP;
	if (got < 0 && !window->stopped && window->failure.code == ERROR_NONE)
		error_set(&window->failure, ERROR_INPUT, NULL, "reading failed");
	return false;
}

bool window_fill(struct window *window, size_t count)
{
	if (window->ended)
		return false;
	move_to_front(window);
	while (window->end < count) {
		if (window->end == window->capacity && !grow(window))
			return false;
		if (!read_more(window))
			return false;
	}
	return true;
}
