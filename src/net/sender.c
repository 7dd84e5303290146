// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/sender.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/sender_private.h"

enum { ETHERNET_HEADER = 14, VLAN_TAG = 4 };

struct sender {
	const struct sender_engine *engine;
	void *state;
	struct sender_device device;
	struct sender_losses *losses;
	uint64_t lost_before;
	struct text why;
	uint32_t longest;

	uint32_t count; /* frames placed */
	uint32_t next;
	struct sender_counts counts;
};

/* The fastest first. */
static const struct sender_engine *const engines[] = { &sender_xdp, &sender_afxdp, &sender_packet, &sender_libnet };

enum { ENGINES = sizeof engines / sizeof *engines };

const char *sender_kind_name(enum sender_kind kind)
{
	for (size_t i = 0; i < ENGINES; i++)
		if (engines[i]->kind == kind)
			return engines[i]->name;
	return "auto";
}

bool sender_kind_parse(const char *text, enum sender_kind *kind)
{
	for (size_t i = 0; i < ENGINES; i++)
		if (strcmp(text, engines[i]->name) == 0) {
			*kind = engines[i]->kind;
			return true;
		}
	*kind = SENDER_AUTO;
	return strcmp(text, "auto") == 0;
}

static int open_engine(struct sender *sender, const struct sender_engine *engine, const struct sender_options *options,
		       struct error *error)
{
	int status;

	sender->engine = engine;
	status = engine->open(&sender->state, &sender->device, options, &sender->why, error);
	if (status < 0) {
		engine->close(sender->state);
		sender->state = NULL;
	}
	return status;
}

/* Under auto an interface with jumbo frames does not get an engine that cannot send them. */
static bool is_too_narrow(const struct sender_engine *engine, const struct sender_device *device)
{
	return engine->longest > 0 && device->mtu + ETHERNET_HEADER > engine->longest;
}

/* Notes why each one before was not taken. */
static int choose_engine(struct sender *sender, const struct sender_options *options, struct error *error)
{
	struct text reasons = TEXT_INIT;
	int status = -1;

	for (size_t i = 0; i < ENGINES && status < 0; i++) {
		struct error reason = ERROR_INIT;

		text_clear(&sender->why);
		if (is_too_narrow(engines[i], &sender->device))
			error_set(&reason, ERROR_SYSTEM, NULL, "sends frames of up to %u bytes, and the MTU is %u",
				  engines[i]->longest, sender->device.mtu);
		else if (engines[i]->bursts && options->rate > 0 && options->rate < SENDER_EVEN_RATE)
			error_set(&reason, ERROR_SYSTEM, NULL, "sends in bursts at such a rate");
		else
			status = open_engine(sender, engines[i], options, &reason);
		if (status < 0)
			text_printf(&reasons, "; %s: %s", engines[i]->name, reason.message);
		if (status < 0 && error)
			*error = reason;
	}
	text_add(&sender->why, text_string(&reasons));
	text_free(&reasons);
	return status;
}

static int open_all(struct sender *sender, const struct sender_options *options, struct error *error)
{
	int status = sender_device_read(&sender->device, options->interface, error);

	if (status == 0)
		status = sender_losses_open(&sender->losses, sender->device.index, error);
	if (status < 0)
		return status;
	if (options->kind == SENDER_AUTO)
		return choose_engine(sender, options, error);
	for (size_t i = 0; i < ENGINES; i++)
		if (engines[i]->kind == options->kind)
			return open_engine(sender, engines[i], options, error);
	return error_set(error, ERROR_USAGE, options->interface, "there is no such way of sending");
}

int sender_open(struct sender **result, const struct sender_options *options, struct error *error)
{
	struct sender *sender = calloc(1, sizeof *sender);
	int status;

	*result = NULL;
	if (!sender)
		return error_set(error, ERROR_MEMORY, options->interface, "no memory to send by it");
	if (options->frames > SENDER_MAX_FRAMES || options->bytes > SENDER_MAX_BYTES)
		status = error_set(error, ERROR_USAGE, options->interface, "more frames than can be held ready");
	else
		status = open_all(sender, options, error);
	if (status < 0) {
		sender_close(sender);
		return status;
	}
	sender->longest = sender->device.mtu + ETHERNET_HEADER;
	if (sender->engine->longest > 0 && sender->longest > sender->engine->longest)
		sender->longest = sender->engine->longest;
	*result = sender;
	return 0;
}

void sender_close(struct sender *sender)
{
	if (!sender)
		return;
	if (sender->engine)
		sender->engine->close(sender->state);
	sender_losses_close(sender->losses);
	text_free(&sender->why);
	free(sender);
}

enum sender_kind sender_kind(const struct sender *sender)
{
	return sender->engine->kind;
}

const char *sender_why(const struct sender *sender)
{
	const char *why = text_string(&sender->why);

	return strncmp(why, "; ", 2) == 0 ? why + 2 : why;
}

uint32_t sender_longest(const struct sender *sender)
{
	return sender->longest;
}

static uint64_t lost_so_far(struct sender *sender, bool *is_up)
{
	uint64_t by_device = sender_losses_read(sender->losses, is_up), lost;

	return sender->engine->lost && sender->engine->lost(sender->state, &lost) ? lost : by_device;
}

/* A tag does not count against the MTU (Linux: net/packet/af_packet.c, packet_extra_vlan_len_allowed()). */
static bool fits(const struct sender *sender, const struct sender_frame *frame)
{
	static const uint8_t tag[] = { 0x81, 0x00 };
	uint32_t longest = sender->longest;

	if (longest == sender->device.mtu + ETHERNET_HEADER && frame->length > ETHERNET_HEADER + VLAN_TAG &&
	    memcmp(frame->bytes + 12, tag, sizeof tag) == 0)
		longest += VLAN_TAG;
	if (sender->engine->longest > 0 && longest > sender->engine->longest)
		longest = sender->engine->longest;
	return frame->length >= SENDER_SHORTEST && frame->length <= longest;
}

int sender_place(struct sender *sender, const struct sender_frame *frames, uint32_t count, struct error *error)
{
	bool is_up;
	int status;

	sender->count = 0;
	for (uint32_t i = 0; i < count; i++)
		if (!fits(sender, &frames[i]))
			return error_set(error, ERROR_USAGE, sender->device.name,
					 "frame %u has %u bytes; by %s from %d to %u can be sent", i + 1,
					 frames[i].length, sender->engine->name, SENDER_SHORTEST, sender->longest);
	if (count == 0)
		return error_set(error, ERROR_USAGE, sender->device.name, "there is nothing to send");
	status = sender->engine->place(sender->state, frames, count, error);
	if (status < 0)
		return status;
	sender->count = count;
	sender->next = 0;
	sender->counts = (struct sender_counts){ .sent = 0 };
	sender->lost_before = lost_so_far(sender, &is_up);
	return 0;
}

/* Beyond the end of the list only where the engine goes on with the first frame. */
static int64_t send_some(struct sender *sender, uint32_t count, struct error *error)
{
	uint64_t lost_before = 0, lost = 0;
	bool knows = sender->engine->lost && sender->engine->lost(sender->state, &lost_before);
	int64_t sent = sender->engine->send(sender->state, sender->next, count, error);
	bool is_up = true;

	if (sent < 0)
		return sent;
	/* Some ways do not notice that an interface is down. */
	if (knows && sent > 0 && sender->engine->lost(sender->state, &lost) && lost - lost_before >= (uint64_t)sent)
		sender_losses_read(sender->losses, &is_up);
	if (!is_up)
		return sender_fail(sender->device.name, ENETDOWN, error);
	sender->counts.sent += (uint64_t)sent;
	sender->next = (uint32_t)((sender->next + (uint64_t)sent) % sender->count);
	return sent;
}

int64_t sender_send(struct sender *sender, uint32_t count, struct error *error)
{
	uint32_t all = 0;

	if (sender->count == 0)
		return error_set(error, ERROR_USAGE, sender->device.name, "there is nothing to send");
	while (all < count) {
		uint32_t rest = sender->count - sender->next;
		uint32_t wanted = count - all < rest || sender->engine->wraps ? count - all : rest;
		int64_t sent = send_some(sender, wanted, error);

		if (sent < 0)
			return sent;
		all += (uint32_t)sent;
		if (sent < wanted) {
			sender->counts.refused++;
			break;
		}
	}
	return all;
}

void sender_settle(struct sender *sender)
{
	const struct timespec while_waiting = { .tv_nsec = 1000000 };

	for (int i = 0; i < 1000 && sender->engine->is_settled && !sender->engine->is_settled(sender->state); i++)
		nanosleep(&while_waiting, NULL);
}

struct sender_counts sender_counts(struct sender *sender)
{
	bool is_up;

	sender->counts.lost = lost_so_far(sender, &is_up) - sender->lost_before;
	return sender->counts;
}
