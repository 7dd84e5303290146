// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sixteen bytes a step: both halves are disturbed by something that depends on the seed, multiplied to 128 bits, and
 * the halves of the product are folded together, so that every input bit reaches all output bits.
 */
#include "base/hash.h"

#include <endian.h>
#include <string.h>

/* Digits of irrational numbers: the golden ratio and the square roots of 2 and 3. */
#define HASH_GOLDEN UINT64_C(0x9e3779b97f4a7c15)
#define HASH_ROOT_2 UINT64_C(0x6a09e667f3bcc909)
#define HASH_ROOT_3 UINT64_C(0xbb67ae8584caa73b)

static inline uint64_t hash_load64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof value);
	return le64toh(value);
}

static inline uint64_t hash_load32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof value);
	return le32toh(value);
}

static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The last 0 to 16 bytes as two words, which may overlap: the length, mixed in at the end, tells them apart. */
static inline void hash_load_tail(const uint8_t *at, size_t length, uint64_t *a, uint64_t *b)
{
	*a = 0;
	*b = 0;
	if (length >= 8) {
		*a = hash_load64(at);
		*b = hash_load64(at + length - 8);
	} else if (length >= 4) {
		*a = hash_load32(at);
		*b = hash_load32(at + length - 4);
	} else if (length > 0) {
		*a = (uint64_t)at[0] << 16 | (uint64_t)at[length / 2] << 8 | at[length - 1];
	}
}

uint64_t hash_bytes(const void *bytes, size_t length, uint64_t seed)
{
	const uint8_t *at = bytes;
	uint64_t state = hash_fold(seed ^ HASH_GOLDEN, HASH_ROOT_2);
	uint64_t secret = state ^ HASH_ROOT_3;
	size_t left = length;
	uint64_t a, b;

	for (; left > 16; left -= 16, at += 16)
		state = hash_fold(hash_load64(at) ^ secret, hash_load64(at + 8) ^ state);
	hash_load_tail(at, left, &a, &b);
	state = hash_fold(a ^ secret, b ^ state);
	return hash_fold(state ^ HASH_GOLDEN, secret ^ length);
}
