// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wire format: four words in the machine's byte order, then the payload.
 *
 *   type    1 DIRECTORY, 2 READ, 15 WATCH_EVENT, 16 ERROR
 *   req_id  chosen by the asker, comes back in the answer
 *   tx_id   0: no transaction
 *   len     of the payload, at most 4096; a question's is the path with its NUL
 */
#include "host/xenstore.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TYPE_DIRECTORY = 1, TYPE_READ = 2, TYPE_WATCH_EVENT = 15, MOST_EVENTS = 64 };

struct header {
	uint32_t type, request, transaction, length;
};

static bool wait_for(const struct xenstore *store)
{
	struct pollfd poller = { .fd = store->descriptor, .events = POLLIN };

	return poll(&poller, 1, XENSTORE_WAIT) == 1;
}

static bool receive(const struct xenstore *store, void *into, size_t length)
{
	char *at = into;

	while (length > 0) {
		ssize_t count = wait_for(store) ? read(store->descriptor, at, length) : 0;

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		at += count;
		length -= (size_t)count;
	}
	return true;
}

static bool transmit(const struct xenstore *store, const void *from, size_t length)
{
	const char *at = from;

	while (length > 0) {
		ssize_t count = write(store->descriptor, at, length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		at += count;
		length -= (size_t)count;
	}
	return true;
}

/* The answer to this question; events that nobody asked for are passed over. */
static bool receive_answer(const struct xenstore *store, struct header *answer, char payload[static XENSTORE_PAYLOAD])
{
	for (int i = 0; i < MOST_EVENTS; i++) {
		if (!receive(store, answer, sizeof *answer) || answer->length > XENSTORE_PAYLOAD ||
		    !receive(store, payload, answer->length))
			return false;
		if (answer->type != TYPE_WATCH_EVENT)
			return answer->request == store->request;
	}
	return false;
}

/* Gives the length of the answer, or a negative number. After a broken conversation nothing more is asked. */
static int ask(struct xenstore *store, uint32_t type, const char *path, char payload[static XENSTORE_PAYLOAD])
{
	struct header question = { .type = type, .request = ++store->request, .length = (uint32_t)strlen(path) + 1 };
	char message[sizeof question + XENSTORE_PAYLOAD];
	struct header answer;

	if (store->descriptor < 0 || question.length > XENSTORE_PAYLOAD)
		return -1;
	memcpy(message, &question, sizeof question);
	memcpy(message + sizeof question, path, question.length);
	if (!transmit(store, message, sizeof question + question.length) || !receive_answer(store, &answer, payload)) {
		store->descriptor = -1;
		return -1;
	}
	return answer.type == type ? (int)answer.length : -1;
}

bool xenstore_read(struct xenstore *store, const char *path, char *into, size_t size)
{
	char payload[XENSTORE_PAYLOAD];
	int length = ask(store, TYPE_READ, path, payload);

	into[0] = '\0';
	if (length < 0)
		return false;
	snprintf(into, size, "%.*s", length, payload);
	return true;
}

bool xenstore_list(struct xenstore *store, const char *path, struct text *names)
{
	char payload[XENSTORE_PAYLOAD];
	int length = ask(store, TYPE_DIRECTORY, path, payload);

	text_clear(names);
	if (length < 0)
		return false;
	text_add_bytes(names, payload, (size_t)length);
	if (length > 0 && payload[length - 1] != '\0')
		text_add_char(names, '\0');
	return true;
}
