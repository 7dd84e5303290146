// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/nanos.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *nanos_format_rfc3339(nanos time, char buffer[static NANOS_RFC3339_SIZE])
{
	nanos fraction = time % NANOS_PER_SECOND;
	time_t seconds = time / NANOS_PER_SECOND;
	struct tm tm = { .tm_year = 70 };

	if (fraction < 0) {
		fraction += NANOS_PER_SECOND;
		seconds--;
	}
	/* Cannot fail: 64 bits of nanoseconds span the years 1677 to 2262. */
	gmtime_r(&seconds, &tm);
	snprintf(buffer, NANOS_RFC3339_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%09uZ",
		 (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100,
		 (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100, (unsigned)fraction);
	return buffer;
}

bool nanos_parse_rfc3339(const char *text, nanos *time)
{
	unsigned year, month, day, hour, minute, second, fraction;
	char again[NANOS_RFC3339_SIZE];
	struct tm tm = { 0 };
	__int128 whole;
	nanos parsed;

	if (sscanf(text, "%4u-%2u-%2uT%2u:%2u:%2u.%9uZ", &year, &month, &day, &hour, &minute, &second, &fraction) != 7)
		return false;
	tm.tm_year = (int)year - 1900;
	tm.tm_mon = (int)month - 1;
	tm.tm_mday = (int)day;
	tm.tm_hour = (int)hour;
	tm.tm_min = (int)minute;
	tm.tm_sec = (int)second;
	/* The least time has more seconds than fit, before its fraction is added. */
	whole = (__int128)timegm(&tm) * NANOS_PER_SECOND + fraction;
	if (whole < INT64_MIN || whole > INT64_MAX)
		return false;
	parsed = (nanos)whole;
	/* Days that no month has, signs, blanks and what follows come out differently. */
	if (strcmp(nanos_format_rfc3339(parsed, again), text) != 0)
		return false;
	*time = parsed;
	return true;
}

const char *nanos_format_duration(nanos duration, char *buffer, size_t size)
{
	const char *sign = duration < 0 ? "-" : "";
	uint64_t ns = duration < 0 ? -(uint64_t)duration : (uint64_t)duration;
	uint64_t seconds = ns / 1000000000;

	if (ns < 1000)
		snprintf(buffer, size, "%s%" PRIu64 " ns", sign, ns);
	else if (ns < 1000000)
		snprintf(buffer, size, "%s%" PRIu64 " us", sign, ns / 1000);
	else if (ns < 1000000000)
		snprintf(buffer, size, "%s%" PRIu64 " ms", sign, ns / 1000000);
	else if (seconds < 60)
		snprintf(buffer, size, "%s%" PRIu64 ".%" PRIu64 " s", sign, seconds, ns / 100000000 % 10);
	else if (seconds < 3600)
		snprintf(buffer, size, "%s%" PRIu64 " min %" PRIu64 " s", sign, seconds / 60, seconds % 60);
	else
		snprintf(buffer, size, "%s%" PRIu64 " h %" PRIu64 " min", sign, seconds / 3600, seconds / 60 % 60);
	return buffer;
}
