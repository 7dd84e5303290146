// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures for tests, written byte by byte in either order, and a source that hands them out. */
#ifndef TEST_CAPTURE_BYTES_H
#define TEST_CAPTURE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

enum { MICROSECONDS = 0xa1b2c3d4, NANOSECONDS = 0xa1b23c4d, MODIFIED = 0xa1b2cd34 };

void put_u16(struct text *to, bool big, uint32_t value);
void put_u32(struct text *to, bool big, uint32_t value);
void put_u64(struct text *to, bool big, uint64_t value);
/* `count` bytes that differ from each other and from frame to frame. */
void put_filling(struct text *to, size_t count, unsigned seed);

void put_pcap_header(struct text *to, bool big, uint32_t magic, unsigned minor, uint32_t snaplen, uint32_t link_type);
/* A record header of 16 bytes and `captured` bytes. */
void put_pcap_record(struct text *to, bool big, uint32_t seconds, uint32_t fraction, uint32_t captured,
		     uint32_t length);

/* pcapng: what is put between the two calls is the block's body. */
size_t begin_block(struct text *to, bool big, uint32_t type);
void end_block(struct text *to, bool big, size_t start);
void put_option(struct text *to, bool big, uint16_t code, const void *value, uint16_t length);
void put_section(struct text *to, bool big);
/* `resolution` below 0: no such option. */
void put_interface(struct text *to, bool big, uint16_t link_type, uint32_t snaplen, int resolution);
void put_packet(struct text *to, bool big, uint32_t interface, uint64_t ticks, uint32_t captured, uint32_t length);
void put_old_packet(struct text *to, bool big, uint16_t interface, uint16_t drops, uint64_t ticks, uint32_t captured);
void put_simple_packet(struct text *to, bool big, uint32_t captured, uint32_t length);

/* A capture_read over memory. */
struct memory {
	const void *bytes;
	size_t length, at;
	size_t chunk; /* at most so many bytes a time; 0: no limit */
	int end;      /* what to return behind the last byte: 0 or an error_code, CAPTURE_STOP */
};

ssize_t memory_read(void *memory, uint8_t *into, size_t room, struct error *error);

#endif
