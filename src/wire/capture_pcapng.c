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

enum { OPTION_COMMENT = 1, OPTION_EPB_DROPCOUNT = 4 };

static const uint8_t section_magic[] = { 0x0a, 0x0d, 0x0d, 0x0a };

struct block {
	uint32_t type;
	struct bytes body;
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4du

bool pcapng_is(const uint8_t magic[static 4])
{
	return memcmp(magic, section_magic, sizeof section_magic) == 0;
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

/* Damage in the options, and a lack of memory for a mere comment, are nobody's concern. */
static void take_section_options(struct capture *capture, struct bytes options)
{
	struct pcapng_option option;

	while (!capture->pcapng.comment && pcapng_next_option(&options, capture->pcapng.big, &option))
		if (option.code == OPTION_COMMENT)
			capture->pcapng.comment = strndup((const char *)option.value, option.length);
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
	if (!capture->pcapng.section_seen)
		take_section_options(capture, body);
	capture->pcapng.interface_count = 0;
	capture->pcapng.section_seen = true;
	capture->pcapng.section_count++;
	return 0;
}

/* What the three kinds of packet blocks have in common. `body` begins with the frame. */
static int lend(struct capture *capture, uint32_t number, uint64_t ticks, struct bytes body, struct frame *frame,
		struct error *error)
{
	const struct pcapng_interface *interface = pcapng_find_interface(capture, number);

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

/* Options behind a frame. Damage in them is nobody's concern: the frame itself is whole. */
static void take_packet_options(struct capture *capture, const struct frame *frame, struct bytes options)
{
	struct pcapng_option option;

	bytes_skip(&options, (frame->captured + 3u) & ~3u);
	while (pcapng_next_option(&options, capture->pcapng.big, &option))
		if (option.code == OPTION_EPB_DROPCOUNT && option.length == 8)
			pcapng_count_drops(capture, frame->interface, load_u64(option.value, capture->pcapng.big));
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
		pcapng_count_drops(capture, frame->interface, drops);
	return status;
}

/* on the wire 4 | frame. The interface is the section's first, there is no time, and the snap length cuts. */
static int take_packet_simple(struct capture *capture, struct bytes body, struct frame *frame, struct error *error)
{
	const uint8_t *fixed = body.at;
	const struct pcapng_interface *interface = pcapng_find_interface(capture, 0);

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
static int next_block(struct capture *capture, struct block *block, struct error *error)
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
	block->type = load_u32(window_at(window), capture->pcapng.big);
	block->body = bytes_of(window_at(window) + BLOCK_HEADER, total - BLOCK_MIN);
	window_take(window, total);
	return 1;
}

/* 1: the block was a frame. 0: it was not. */
static int take_block(struct capture *capture, const struct block *block, struct frame *frame, struct error *error)
{
	switch (block->type) {
	case BLOCK_PACKET: return take_packet(capture, block->body, frame, error);
	case BLOCK_PACKET_OLD: return take_packet_old(capture, block->body, frame, error);
	case BLOCK_PACKET_SIMPLE: return take_packet_simple(capture, block->body, frame, error);
	case BLOCK_INTERFACE: return pcapng_take_interface(capture, block->body, error);
	case BLOCK_SECTION: return take_section(capture, block->body, error);
	case BLOCK_STATISTICS: pcapng_take_statistics(capture, block->body); return 0;
	default: return 0;
	}
}

static int pcapng_next(struct capture *capture, struct frame *frame, struct error *error)
{
	struct block block = { .type = 0 };
	int status;

	do {
		status = next_block(capture, &block, error);
		if (status <= 0)
			return status;
		status = take_block(capture, &block, frame, error);
	} while (status == 0);
	return status;
}

/* Reads on to the first interface, so that the link type is known. A file without one has no frames either. */
static int find_first_interface(struct capture *capture, struct error *error)
{
	struct frame none = { .bytes = NULL };
	struct block block = { .type = 0 };

	while (!capture->pcapng.interface_seen) {
		int status = next_block(capture, &block, error);

		if (status <= 0)
			return status;
		status = take_block(capture, &block, &none, error);
		if (status < 0)
			return status;
	}
	return 0;
}

int pcapng_open(struct capture *capture, struct error *error)
{
	struct block block = { .type = 0 };
	int status = next_block(capture, &block, error);

	if (status > 0)
		status = take_section(capture, block.body, error);
	if (status < 0 || !capture->pcapng.section_seen)
		return status;
	capture->info.format = "pcapng";
	capture->next = pcapng_next;
	return find_first_interface(capture, error);
}
