// SPDX-License-Identifier: GPL-2.0-or-later
/* Hashing of short keys. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* 64 well mixed bits of `length` bytes. Not cryptographic; seeded against chosen collisions. */
uint64_t hash_bytes(const void *bytes, size_t length, uint64_t seed);

#endif
