// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Time as nanoseconds since 1970-01-01 UTC. It always comes in as an
 * argument: no pure part of the program reads a clock.
 */
#ifndef BASE_NANOS_H
#define BASE_NANOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t nanos;

#define NANOS_PER_MICRO  INT64_C(1000)
#define NANOS_PER_MILLI  INT64_C(1000000)
#define NANOS_PER_SECOND INT64_C(1000000000)

#define NANOS_RFC3339_SIZE 40

/* RFC 3339, UTC, nine decimals: 2026-11-22T21:18:52.021740000Z. Returns `buffer`. */
const char *nanos_format_rfc3339(nanos time, char buffer[static NANOS_RFC3339_SIZE]);

/* Reads exactly what nanos_format_rfc3339() writes; false, with `time` left alone, for everything else. */
bool nanos_parse_rfc3339(const char *text, nanos *time);

/*
 * A duration for people: "85 us", "413 ms", "1.2 s", "2 min 5 s", "3 h 4 min". Digits that are not shown are cut off,
 * never rounded up. Returns `buffer`.
 */
const char *nanos_format_duration(nanos duration, char *buffer, size_t size);

#endif
