// SPDX-License-Identifier: GPL-2.0-or-later
/* Blocks and options of pcapng, written. */
#include "wire/pcapng_writer.h"

#include <string.h>

enum {
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a,
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
};

enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_SHB_OS = 3,
	OPTION_SHB_USERAPPL = 4,
	OPTION_IF_NAME = 2,
	OPTION_IF_TSRESOL = 9,
	OPTION_ISB_IFRECV = 4,
	OPTION_ISB_IFDROP = 5,
	OPTION_ISB_OSDROP = 7,
};

enum { OPTION_MAX = 65535, NANOSECONDS = 9 };

static void put_u16(struct text *block, uint16_t value)
{
	uint8_t bytes[] = { (uint8_t)value, (uint8_t)(value >> 8) };

	text_add_bytes(block, bytes, sizeof bytes);
}

static void put_u32(struct text *block, uint32_t value)
{
	put_u16(block, (uint16_t)value);
	put_u16(block, (uint16_t)(value >> 16));
}

static void put_u64(struct text *block, uint64_t value)
{
	put_u32(block, (uint32_t)value);
	put_u32(block, (uint32_t)(value >> 32));
}

/* Times of packets and statistics have their upper half first, whatever the byte order. */
static void put_time(struct text *block, nanos time)
{
	put_u32(block, (uint32_t)((uint64_t)time >> 32));
	put_u32(block, (uint32_t)time);
}

static void put_padding(struct text *block)
{
	static const uint8_t zeros[3];

	text_add_bytes(block, zeros, -block->length & 3);
}

static void put_option(struct text *block, uint16_t code, const void *value, size_t length)
{
	put_u16(block, code);
	put_u16(block, (uint16_t)length);
	text_add_bytes(block, value, length);
	put_padding(block);
}

static void put_option_u64(struct text *block, uint16_t code, uint64_t value)
{
	put_u16(block, code);
	put_u16(block, sizeof value);
	put_u64(block, value);
}

/* Bytes of the well-formed sequence at `at` (RFC 3629 section 4), 0 where there is none. A NUL ends every sequence. */
static size_t utf8_sequence(const uint8_t *at)
{
	static const struct {
		uint8_t first, last; /* of the lead byte */
		uint8_t second_min, second_max;
		uint8_t length;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t form = 0, i = 2;

	if (*at < 0x80)
		return 1;
	while (form < sizeof forms / sizeof *forms && (*at < forms[form].first || *at > forms[form].last))
		form++;
	if (form == sizeof forms / sizeof *forms || at[1] < forms[form].second_min || at[1] > forms[form].second_max)
		return 0;
	while (i < forms[form].length && (at[i] & 0xc0) == 0x80)
		i++;
	return i == forms[form].length ? i : 0;
}

/* C0 but tab and line feed, DEL, and C1 (c2 80 to c2 9f). */
static bool is_control(const uint8_t *at)
{
	if (*at == '\t' || *at == '\n')
		return false;
	return *at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] < 0xa0);
}

static void put_clean(struct text *block, const char *string)
{
	const uint8_t *at = (const uint8_t *)string;
	size_t start = block->length;

	while (*at) {
		size_t length = utf8_sequence(at);
		bool replace = length == 0 || is_control(at);
		const void *bytes = replace ? (const void *)"\xef\xbf\xbd" : at;
		size_t size = replace ? 3 : length;

		if (block->failed || block->length - start + size > OPTION_MAX)
			return;
		text_add_bytes(block, bytes, size);
		at += length ? length : 1;
	}
}

/* The length is known once the text is clean, and then put in front of it. */
static void put_text_option(struct text *block, uint16_t code, const char *string)
{
	if (!string || !*string)
		return;
	put_u16(block, code);
	put_u16(block, 0);
	size_t start = block->length;

	put_clean(block, string);
	if (block->failed)
		return;
	size_t length = block->length - start;

	block->bytes[start - 2] = (char)(length & 0xff);
	block->bytes[start - 1] = (char)(length >> 8);
	put_padding(block);
}

static void put_comments(struct text *block, pcapng_comments comments)
{
	for (; comments && *comments; comments++)
		put_text_option(block, OPTION_COMMENT, *comments);
}

static void begin_block(struct pcapng_writer *writer, uint32_t type)
{
	text_clear(&writer->block);
	put_u32(&writer->block, type);
	put_u32(&writer->block, 0); /* the length, once it is known */
}

static int end_block(struct pcapng_writer *writer, struct error *error)
{
	struct text *block = &writer->block;
	uint32_t total = (uint32_t)block->length + 4;

	put_u32(block, total);
	if (block->failed)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for a block of the capture to be written");
	memcpy(block->bytes + 4, block->bytes + block->length - 4, 4);
	return writer->sink(writer->context, block->bytes, block->length, error);
}

int pcapng_writer_begin(struct pcapng_writer *writer, pcapng_sink sink, void *context, const char *application,
			const char *system, const char *comment, struct error *error)
{
	*writer = (struct pcapng_writer){ .sink = sink, .context = context, .block = TEXT_INIT };
	begin_block(writer, BLOCK_SECTION);
	put_u32(&writer->block, BYTE_ORDER_MAGIC);
	put_u16(&writer->block, 1);
	put_u16(&writer->block, 0);
	put_u64(&writer->block, UINT64_MAX); /* the section's length is not told */
	put_text_option(&writer->block, OPTION_COMMENT, comment);
	put_text_option(&writer->block, OPTION_SHB_OS, system);
	put_text_option(&writer->block, OPTION_SHB_USERAPPL, application);
	put_option(&writer->block, OPTION_END, NULL, 0);
	return end_block(writer, error);
}

int pcapng_writer_add_interface(struct pcapng_writer *writer, const struct pcapng_interface_description *interface,
				struct error *error)
{
	static const uint8_t resolution = NANOSECONDS;
	int status;

	begin_block(writer, BLOCK_INTERFACE);
	put_u16(&writer->block, interface->link_type);
	put_u16(&writer->block, 0);
	put_u32(&writer->block, interface->snaplen);
	put_text_option(&writer->block, OPTION_COMMENT, interface->comment);
	put_text_option(&writer->block, OPTION_IF_NAME, interface->name);
	put_option(&writer->block, OPTION_IF_TSRESOL, &resolution, sizeof resolution);
	put_option(&writer->block, OPTION_END, NULL, 0);
	status = end_block(writer, error);
	return status < 0 ? status : (int)writer->interface_count++;
}

int pcapng_writer_add_frame(struct pcapng_writer *writer, uint32_t interface, const struct frame *frame,
			    pcapng_comments comments, struct error *error)
{
	struct text *block = &writer->block;

	if (interface >= writer->interface_count)
		return error_set(error, ERROR_USAGE, NULL, "interface %u of the capture to be written was not added",
				 interface);
	begin_block(writer, BLOCK_PACKET);
	put_u32(block, interface);
	put_time(block, frame->time);
	put_u32(block, frame->captured);
	put_u32(block, frame->length);
	text_add_bytes(block, frame->bytes, frame->captured);
	put_padding(block);
	if (comments && *comments) {
		put_comments(block, comments);
		put_option(block, OPTION_END, NULL, 0);
	}
	return end_block(writer, error);
}

int pcapng_writer_add_statistics(struct pcapng_writer *writer, uint32_t interface,
				 const struct pcapng_statistics *statistics, struct error *error)
{
	struct text *block = &writer->block;

	if (interface >= writer->interface_count)
		return error_set(error, ERROR_USAGE, NULL, "interface %u of the capture to be written was not added",
				 interface);
	begin_block(writer, BLOCK_STATISTICS);
	put_u32(block, interface);
	put_time(block, statistics->time);
	put_comments(block, statistics->comments);
	put_option_u64(block, OPTION_ISB_IFRECV, statistics->received);
	put_option_u64(block, OPTION_ISB_IFDROP, statistics->dropped_by_interface);
	put_option_u64(block, OPTION_ISB_OSDROP, statistics->dropped_by_system);
	put_option(block, OPTION_END, NULL, 0);
	return end_block(writer, error);
}

void pcapng_writer_free(struct pcapng_writer *writer)
{
	text_free(&writer->block);
}
