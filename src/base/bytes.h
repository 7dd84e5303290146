// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checked reading of untrusted bytes.
 *
 * A `struct bytes` is a borrowed window. Each getter says whether the bytes
 * were there; where not, it leaves its result alone and the window becomes
 * `cut`, so that a decoder can read a whole header and check once.
 * Multi-byte values are in network order.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *at;
	size_t left;
	bool cut; /* something was asked for that is not there */
};

static inline struct bytes bytes_of(const void *at, size_t length)
{
	return (struct bytes){ .at = at, .left = length, .cut = false };
}

static inline bool bytes_skip(struct bytes *bytes, size_t count)
{
	if (bytes->left < count) {
		bytes->left = 0;
		bytes->cut = true;
		return false;
	}
	bytes->at += count;
	bytes->left -= count;
	return true;
}

/* The next `count` bytes where they lie, NULL where they are not all there: one check for a whole header. */
static inline const uint8_t *bytes_take(struct bytes *bytes, size_t count)
{
	const uint8_t *from = bytes->at;

	return bytes_skip(bytes, count) ? from : NULL;
}

static inline bool bytes_get(struct bytes *bytes, void *into, size_t count)
{
	const uint8_t *from = bytes->at;

	if (!bytes_skip(bytes, count))
		return false;
	memcpy(into, from, count);
	return true;
}

static inline bool bytes_get_u8(struct bytes *bytes, uint8_t *value)
{
	return bytes_get(bytes, value, 1);
}

static inline bool bytes_get_u16(struct bytes *bytes, uint16_t *value)
{
	uint8_t b[2];

	if (!bytes_get(bytes, b, sizeof b))
		return false;
	*value = (uint16_t)(b[0] << 8 | b[1]);
	return true;
}

static inline bool bytes_get_u32(struct bytes *bytes, uint32_t *value)
{
	uint8_t b[4];

	if (!bytes_get(bytes, b, sizeof b))
		return false;
	*value = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
	return true;
}

/* Values inside a header that bytes_take() has checked. */
static inline uint16_t bytes_u16_at(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t bytes_u32_at(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Shortens the window to at most `count` bytes (a length field read from the packet, say). */
static inline void bytes_limit(struct bytes *bytes, size_t count)
{
	if (bytes->left > count)
		bytes->left = count;
}

#endif
