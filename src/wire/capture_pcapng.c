// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pcapng (draft-ietf-opsawg-pcapng). A file is a row of blocks:
 *
 *   type 4 | total length 4 | body, padded to 4 | total length 4
 *
 * in the byte order of their section, which a section header block opens and
 * which its byte-order magic tells. Interfaces are numbered from 0 within
 * their section.
 */
#include <stdlib.h>

#include "wire/capture_private.h"

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_PACKET_SIMPLE = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
};

enum { BLOCK_HEADER = 8, BLOCK_MIN = 12 };

enum option_code {
	OPTION_END = 0,
	OPTION_IF_NAME = 2,
	OPTION_IF_TSRESOL = 9,
	OPTION_IF_TSOFFSET = 14,
	OPTION_EPB_DROPCOUNT = 4,
	OPTION_ISB_IFDROP = 5,
	OPTION_ISB_OSDROP = 7,
};

static const uint8_t section_magic[] = { 0x0a, 0x0d, 0x0d, 0x0a };

#define BYTE_ORDER_MAGIC 0x1a2b3c4du

struct option {
	uint16_t code, length;
	const uint8_t *value;
};

bool pcapng_is(const uint8_t magic[static 4])
{
	return memcmp(magic, section_magic, sizeof section_magic) == 0;
}

void pcapng_free(struct pcapng_state *pcapng)
{
	free(pcapng->interfaces);
	pcapng->interfaces = NULL;
}

/* False at the end of the options, which for `options->cut` is no orderly one. */
static bool next_option(struct bytes *options, bool big, struct option *option)
{
	const uint8_t *header = options->at;

	if (options->left == 0 || !bytes_skip(options, 4))
		return false;
	option->code = load_u16(header, big);
	option->length = load_u16(header + 2, big);
	option->value = options->at;
	return bytes_skip(options, (option->length + 3u) & ~3u) && option->code != OPTION_END;
}

static struct pcapng_interface *find_interface(struct capture *capture, uint32_t number)
{
	return number < capture->pcapng.interface_count ? &capture->pcapng.interfaces[number] : NULL;
}

/*
 * Drops are told twice: in sum by statistics blocks, and frame by frame. Each interface counts with the larger of the
 * two.
 */
static uint64_t drops_of(const struct pcapng_interface *interface)
{
	return interface->drops_stated > interface->drops_counted ? interface->drops_stated : interface->drops_counted;
}

static void set_drops(struct capture *capture, struct pcapng_interface *interface, uint64_t stated, uint64_t counted)
{
	capture->info.dropped -= drops_of(interface);
	interface->drops_stated = stated;
	interface->drops_counted = counted;
	capture->info.dropped += drops_of(interface);
}

/* if_tsresol: a negative power of 10, or of 2 where the upper bit is set. */
static bool set_resolution(struct pcapng_interface *interface, uint8_t resolution)
{
	bool binary = (resolution & 0x80) != 0;
	unsigned exponent = resolution & 0x7f;

	if (exponent > (binary ? 63u : 19u))
		return false;
	interface->about.resolution = resolution;
	interface->clock = binary ? PCAPNG_SHIFT : exponent <= 9 ? PCAPNG_MULTIPLY : PCAPNG_DIVIDE;
	if (binary) {
		interface->factor = exponent;
		return true;
	}
	interface->factor = 1;
	for (unsigned steps = exponent < 9 ? 9 - exponent : exponent - 9; steps > 0; steps--)
		interface->factor *= 10;
	return true;
}

/* Any 64 bits are a legal time: sums wrap, as they do in libpcap. */
static nanos time_of(const struct pcapng_interface *interface, uint64_t ticks)
{
	uint64_t time = 0;

	switch (interface->clock) {
	case PCAPNG_MULTIPLY: time = ticks * interface->factor; break;
	case PCAPNG_DIVIDE: time = ticks / interface->factor; break;
	case PCAPNG_SHIFT:
		time = (uint64_t)((unsigned __int128)ticks * (uint64_t)NANOS_PER_SECOND >> interface->factor);
		break;
	}
	return (nanos)(time + interface->offset);
}

static int take_interface_option(struct capture *capture, struct pcapng_interface *interface,
				 const struct option *option, struct error *error)
{
	size_t name_room = sizeof interface->about.name - 1;

	switch (option->code) {
	case OPTION_IF_NAME:
		memcpy(interface->about.name, option->value, option->length < name_room ? option->length : name_room);
		return 0;
	case OPTION_IF_TSRESOL:
		if (option->length != 1 || !set_resolution(interface, option->value[0]))
			return capture_fail(capture, error, "the interface's time resolution makes no sense");
		return 0;
	case OPTION_IF_TSOFFSET:
		if (option->length != 8)
			return capture_fail(capture, error, "the interface's time offset makes no sense");
		interface->offset = load_u64(option->value, capture->pcapng.big) * (uint64_t)NANOS_PER_SECOND;
		return 0;
	default: return 0;
	}
}

static int add_interface(struct capture *capture, const struct pcapng_interface *interface, struct error *error)
{
	struct pcapng_state *pcapng = &capture->pcapng;

	if (pcapng->interface_count == CAPTURE_MAX_INTERFACES)
		return capture_fail(capture, error, "more than %d interfaces in one section", CAPTURE_MAX_INTERFACES);
	if (pcapng->interface_count == pcapng->interface_room) {
		uint32_t room = pcapng->interface_room ? pcapng->interface_room * 2 : 4;
		struct pcapng_interface *larger = realloc(pcapng->interfaces, room * sizeof *larger);

		if (!larger)
			return error_set(error, ERROR_MEMORY, capture->name, "no memory for %u interfaces", room);
		pcapng->interfaces = larger;
		pcapng->interface_room = room;
	}
	pcapng->interfaces[pcapng->interface_count++] = *interface;
	return 0;
}

/* link type 2 | reserved 2 | snaplen 4 | options */
static int take_interface(struct capture *capture, struct bytes body, struct error *error)
{
	struct pcapng_interface interface = { .about.resolution = 6, .clock = PCAPNG_MULTIPLY, .factor = 1000 };
	bool big = capture->pcapng.big;
	const uint8_t *fixed = body.at;
	struct option option;

	if (!bytes_skip(&body, 8))
		return capture_fail(capture, error, "an interface description block is too short");
	interface.about.link_type = load_u16(fixed, big);
	interface.about.snaplen = capture_adjust_snaplen(interface.about.link_type, load_u32(fixed + 4, big));
	while (next_option(&body, big, &option))
		if (take_interface_option(capture, &interface, &option, error) < 0)
			return ERROR_INPUT;
	if (body.cut)
		return capture_fail(capture, error, "an option of an interface description block is cut");
	if (!capture->pcapng.interface_seen)
		capture->info.link_type = interface.about.link_type;
	capture->pcapng.interface_seen = true;
	capture->info.mixed_links |= capture->info.link_type != interface.about.link_type;
	return add_interface(capture, &interface, error);
}

/* byte-order magic 4 | major 2 | minor 2 | section length 8 | options; the magic was looked at before */
static int take_section(struct capture *capture, struct bytes body, struct error *error)
{
	const uint8_t *fixed = body.at;

	if (!bytes_skip(&body, 16))
		return capture_fail(capture, error, "a section header block is too short");
	if (load_u16(fixed + 4, capture->pcapng.big) != 1)
		return capture_fail(capture, error, "pcapng version %u.%u is not known; 1.0 is",
				    load_u16(fixed + 4, capture->pcapng.big), load_u16(fixed + 6, capture->pcapng.big));
	capture->pcapng.interface_count = 0;
	capture->pcapng.section_seen = true;
	return 0;
}

/* interface 4 | time 8 | options. Every statistics block tells the sums since the capture began. */
static void take_statistics(struct capture *capture, struct bytes body)
{
	const uint8_t *fixed = body.at;
	bool big = capture->pcapng.big;
	struct pcapng_interface *interface;
	struct option option;
	uint64_t dropped = 0;

	if (!bytes_skip(&body, 12) || !(interface = find_interface(capture, load_u32(fixed, big))))
		return;
	while (next_option(&body, big, &option))
		if ((option.code == OPTION_ISB_IFDROP || option.code == OPTION_ISB_OSDROP) && option.length == 8)
			dropped += load_u64(option.value, big);
	set_drops(capture, interface, dropped, interface->drops_counted);
}

/* What the three kinds of packet blocks have in common. `body` begins with the frame. */
static int lend(struct capture *capture, uint32_t number, uint64_t ticks, struct bytes body, struct frame *frame,
		struct error *error)
{
	const struct pcapng_interface *interface = find_interface(capture, number);

	if (!interface)
		return capture_fail(capture, error, "a frame of interface %u, which was not described", number);
	if (frame->captured > interface->about.snaplen)
		return capture_fail(capture, error, "the block claims %u captured bytes; %u is the limit",
				    frame->captured, interface->about.snaplen);
	if (frame->captured > body.left)
		return capture_fail(capture, error, "the block claims %u captured bytes and has %zu", frame->captured,
				    body.left);
	frame->bytes = body.at;
	frame->interface = number;
	frame->link_type = interface->about.link_type;
	frame->time = time_of(interface, ticks);
	return 1;
}

static void count_drops(struct capture *capture, uint32_t number, uint64_t drops)
{
	struct pcapng_interface *interface = find_interface(capture, number);

	set_drops(capture, interface, interface->drops_stated, interface->drops_counted + drops);
}

/* Options behind a frame. Damage in them is nobody's concern: the frame itself is whole. */
static void take_packet_options(struct capture *capture, const struct frame *frame, struct bytes options)
{
	struct option option;

	bytes_skip(&options, (frame->captured + 3u) & ~3u);
	while (next_option(&options, capture->pcapng.big, &option))
		if (option.code == OPTION_EPB_DROPCOUNT && option.length == 8)
			count_drops(capture, frame->interface, load_u64(option.value, capture->pcapng.big));
}

/* interface 4 | ticks, upper half 4, lower 4 | captured 4 | on the wire 4 | frame | options */
static int take_packet(struct capture *capture, struct bytes body, struct frame *frame, struct error *error)
{
	const uint8_t *fixed = body.at;
	bool big = capture->pcapng.big;

	if (!bytes_skip(&body, 20))
		return capture_fail(capture, error, "a packet block is too short");
	uint64_t ticks = (uint64_t)load_u32(fixed + 4, big) << 32 | load_u32(fixed + 8, big);

	frame->captured = load_u32(fixed + 12, big);
	frame->length = load_u32(fixed + 16, big);
	int status = lend(capture, load_u32(fixed, big), ticks, body, frame, error);

	if (status > 0 && body.left > frame->captured + 3u)
		take_packet_options(capture, frame, body);
	return status;
}

/* As above, but for: interface 2 | frames dropped before this one 2, all bits set where not known */
static int take_packet_old(struct capture *capture, struct bytes body, struct frame *frame, struct error *error)
{
	const uint8_t *fixed = body.at;
	bool big = capture->pcapng.big;

	if (!bytes_skip(&body, 20))
		return capture_fail(capture, error, "a packet block is too short");
	uint64_t ticks = (uint64_t)load_u32(fixed + 4, big) << 32 | load_u32(fixed + 8, big);
	uint16_t drops = load_u16(fixed + 2, big);

	frame->captured = load_u32(fixed + 12, big);
	frame->length = load_u32(fixed + 16, big);
	int status = lend(capture, load_u16(fixed, big), ticks, body, frame, error);

	if (status > 0 && drops != 0 && drops != 0xffff)
		count_drops(capture, frame->interface, drops);
	return status;
}

/* on the wire 4 | frame. The interface is the section's first, there is no time, and the snap length cuts. */
static int take_packet_simple(struct capture *capture, struct bytes body, struct frame *frame, struct error *error)
{
	const uint8_t *fixed = body.at;
	const struct pcapng_interface *interface = find_interface(capture, 0);

	if (!bytes_skip(&body, 4))
		return capture_fail(capture, error, "a packet block is too short");
	frame->length = load_u32(fixed, capture->pcapng.big);
	frame->captured = frame->length;
	if (interface && frame->captured > interface->about.snaplen)
		frame->captured = interface->about.snaplen;
	return lend(capture, 0, 0, body, frame, error);
}

/* Each section may have its own byte order; its header says so before its length can be read. */
static int take_byte_order(struct capture *capture, struct error *error)
{
	struct window *window = &capture->window;

	if (!window_has(window, BLOCK_MIN))
		return capture_end(capture, "a section header block", BLOCK_MIN, error);
	const uint8_t *magic = window_at(window) + BLOCK_HEADER;

	capture->pcapng.big = load_u32(magic, true) == BYTE_ORDER_MAGIC;
	if (!capture->pcapng.big && load_u32(magic, false) != BYTE_ORDER_MAGIC)
		return capture_fail(capture, error, "a section header block without a byte-order magic");
	return 1;
}

/* libpcap asks nothing of the trailer and padding of the first block, so neither does this. */
static int check_length(struct capture *capture, uint32_t total, struct error *error)
{
	bool strict = capture->pcapng.section_seen;

	if (total < BLOCK_MIN || (strict && total % 4 != 0))
		return capture_fail(capture, error, "a block length of %u makes no sense", total);
	if (total > CAPTURE_MAX_RECORD)
		return capture_fail(capture, error, "a block of %u bytes; %d is the limit", total, CAPTURE_MAX_RECORD);
	if (!window_has(&capture->window, total))
		return capture_end(capture, "a block", total, error);
	if (strict && load_u32(window_at(&capture->window) + total - 4, capture->pcapng.big) != total)
		return capture_fail(capture, error, "the two lengths of a block differ");
	return 1;
}

/* 1: a block with its body, taken from the window. 0: the end of the file. */
static int next_block(struct capture *capture, uint32_t *type, struct bytes *body, struct error *error)
{
	struct window *window = &capture->window;
	int status = 1;

	capture->record_offset = window->start_offset;
	if (!window_has(window, BLOCK_HEADER))
		return capture_end(capture, "a block header", BLOCK_HEADER, error);
	if (pcapng_is(window_at(window)))
		status = take_byte_order(capture, error);
	if (status <= 0)
		return status;
	uint32_t total = load_u32(window_at(window) + 4, capture->pcapng.big);

	status = check_length(capture, total, error);
	if (status <= 0)
		return status;
	*type = load_u32(window_at(window), capture->pcapng.big);
	*body = bytes_of(window_at(window) + BLOCK_HEADER, total - BLOCK_MIN);
	window_take(window, total);
	return 1;
}

/* 1: the block was a frame. 0: it was not. */
static int take_block(struct capture *capture, uint32_t type, struct bytes body, struct frame *frame,
		      struct error *error)
{
	switch (type) {
	case BLOCK_PACKET: return take_packet(capture, body, frame, error);
	case BLOCK_PACKET_OLD: return take_packet_old(capture, body, frame, error);
	case BLOCK_PACKET_SIMPLE: return take_packet_simple(capture, body, frame, error);
	case BLOCK_INTERFACE: return take_interface(capture, body, error);
	case BLOCK_SECTION: return take_section(capture, body, error);
	case BLOCK_STATISTICS: take_statistics(capture, body); return 0;
	default: return 0;
	}
}

static int pcapng_next(struct capture *capture, struct frame *frame, struct error *error)
{
	uint32_t type;
	struct bytes body;
	int status;

	do {
		status = next_block(capture, &type, &body, error);
		if (status <= 0)
			return status;
		status = take_block(capture, type, body, frame, error);
	} while (status == 0);
	return status;
}

/* Reads on to the first interface, so that the link type is known. A file without one has no frames either. */
static int find_first_interface(struct capture *capture, struct error *error)
{
	struct frame none;
	uint32_t type;
	struct bytes body;

	while (!capture->pcapng.interface_seen) {
		int status = next_block(capture, &type, &body, error);

		if (status <= 0)
			return status;
		status = take_block(capture, type, body, &none, error);
		if (status < 0)
			return status;
	}
	return 0;
}

int pcapng_open(struct capture *capture, struct error *error)
{
	uint32_t type;
	struct bytes body;
	int status = next_block(capture, &type, &body, error);

	if (status > 0)
		status = take_section(capture, body, error);
	if (status < 0 || !capture->pcapng.section_seen)
		return status;
	capture->info.format = "pcapng";
	capture->next = pcapng_next;
	return find_first_interface(capture, error);
}
