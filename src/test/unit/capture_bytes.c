// SPDX-License-Identifier: GPL-2.0-or-later
#include "test/unit/capture_bytes.h"

#include <string.h>

#include "wire/capture.h"

static void put_number(struct text *to, bool big, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		text_add_char(to, (char)(value >> 8 * (big ? size - 1 - i : i)));
}

void put_u16(struct text *to, bool big, uint32_t value)
{
	put_number(to, big, value, 2);
}

void put_u32(struct text *to, bool big, uint32_t value)
{
	put_number(to, big, value, 4);
}

void put_u64(struct text *to, bool big, uint64_t value)
{
	put_number(to, big, value, 8);
}

void put_filling(struct text *to, size_t count, unsigned seed)
{
	for (size_t i = 0; i < count; i++)
		text_add_char(to, (char)(seed * 31 + i));
}

void put_pcap_header(struct text *to, bool big, uint32_t magic, unsigned minor, uint32_t snaplen, uint32_t link_type)
{
	put_u32(to, big, magic);
	put_u16(to, big, 2);
	put_u16(to, big, minor);
	put_u64(to, big, 0);
	put_u32(to, big, snaplen);
	put_u32(to, big, link_type);
}

void put_pcap_record(struct text *to, bool big, uint32_t seconds, uint32_t fraction, uint32_t captured, uint32_t length)
{
	put_u32(to, big, seconds);
	put_u32(to, big, fraction);
	put_u32(to, big, captured);
	put_u32(to, big, length);
	put_filling(to, captured, fraction);
}

static void pad(struct text *to)
{
	while (to->length % 4 != 0)
		text_add_char(to, 0);
}

size_t begin_block(struct text *to, bool big, uint32_t type)
{
	size_t start = to->length;

	put_u32(to, big, type);
	put_u32(to, big, 0);
	return start;
}

void end_block(struct text *to, bool big, size_t start)
{
	pad(to);
	put_u32(to, big, (uint32_t)(to->length + 4 - start));
	memcpy(to->bytes + start + 4, to->bytes + to->length - 4, 4);
}

void put_option(struct text *to, bool big, uint16_t code, const void *value, uint16_t length)
{
	put_u16(to, big, code);
	put_u16(to, big, length);
	text_add_bytes(to, value, length);
	pad(to);
}

void put_section(struct text *to, bool big)
{
	size_t start = begin_block(to, big, 0x0a0d0d0a);

	put_u32(to, big, 0x1a2b3c4d);
	put_u16(to, big, 1);
	put_u16(to, big, 0);
	put_u64(to, big, UINT64_MAX);
	end_block(to, big, start);
}

void put_interface(struct text *to, bool big, uint16_t link_type, uint32_t snaplen, int resolution)
{
	size_t start = begin_block(to, big, 1);
	uint8_t value = (uint8_t)resolution;

	put_u16(to, big, link_type);
	put_u16(to, big, 0);
	put_u32(to, big, snaplen);
	if (resolution >= 0)
		put_option(to, big, 9, &value, 1);
	end_block(to, big, start);
}

void put_packet(struct text *to, bool big, uint32_t interface, uint64_t ticks, uint32_t captured, uint32_t length)
{
	size_t start = begin_block(to, big, 6);

	put_u32(to, big, interface);
	put_u32(to, big, (uint32_t)(ticks >> 32));
	put_u32(to, big, (uint32_t)ticks);
	put_u32(to, big, captured);
	put_u32(to, big, length);
	put_filling(to, captured, interface);
	end_block(to, big, start);
}

void put_old_packet(struct text *to, bool big, uint16_t interface, uint16_t drops, uint64_t ticks, uint32_t captured)
{
	size_t start = begin_block(to, big, 2);

	put_u16(to, big, interface);
	put_u16(to, big, drops);
	put_u32(to, big, (uint32_t)(ticks >> 32));
	put_u32(to, big, (uint32_t)ticks);
	put_u32(to, big, captured);
	put_u32(to, big, captured);
	put_filling(to, captured, interface);
	end_block(to, big, start);
}

void put_simple_packet(struct text *to, bool big, uint32_t captured, uint32_t length)
{
	size_t start = begin_block(to, big, 3);

	put_u32(to, big, length);
	put_filling(to, captured, 3);
	end_block(to, big, start);
}

static ssize_t end_of(const struct memory *memory, struct error *error)
{
	if (memory->end == 0 || memory->end == CAPTURE_STOP)
		return memory->end;
	return error_set(error, memory->end, "memory", "the medium is gone");
}

ssize_t memory_read(void *context, uint8_t *into, size_t room, struct error *error)
{
	struct memory *memory = context;
	size_t count = memory->length - memory->at;

	if (count == 0)
		return end_of(memory, error);
	if (count > room)
		count = room;
	if (memory->chunk && count > memory->chunk)
		count = memory->chunk;
	memcpy(into, (const uint8_t *)memory->bytes + memory->at, count);
	memory->at += count;
	return (ssize_t)count;
}
