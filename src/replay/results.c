// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/results.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char first_line[] = "truemac replay/1\n";

enum kind { KIND_U8, KIND_U16, KIND_U32, KIND_U64, KIND_METHOD, KIND_BOOL, KIND_IP, KIND_MAC, KIND_TEXT };

enum { WORD_SIZE = 256 };

#define FIELD(name, member, kind)                                                                                      \
	{                                                                                                              \
		name, offsetof(struct replay_result, member), kind                                                     \
	}
#define TIMES(name, member)                                                                                            \
	FIELD(name ".count", member.count, KIND_U32), FIELD(name ".p50", member.p50, KIND_U64),                        \
	    FIELD(name ".p90", member.p90, KIND_U64), FIELD(name ".p99", member.p99, KIND_U64),                        \
	    FIELD(name ".max", member.max, KIND_U64)

static const struct field {
	const char *name;
	size_t offset;
	enum kind kind;
} fields[] = {
	FIELD("vip", vip, KIND_IP),
	FIELD("port", port, KIND_U16),
	FIELD("protocol", protocol, KIND_U8),
	FIELD("fwmark", fwmark, KIND_U32),
	FIELD("method", method, KIND_METHOD),
	FIELD("rs", real_server, KIND_IP),
	FIELD("planned", planned, KIND_U32),
	FIELD("completed", completed, KIND_U32),
	FIELD("refused", refused, KIND_U32),
	FIELD("reset", reset, KIND_U32),
	FIELD("timed-out", timed_out, KIND_U32),
	FIELD("unreachable", unreachable, KIND_U32),
	FIELD("left-out", left_out, KIND_U32),
	FIELD("as-recorded", as_recorded, KIND_U32),
	FIELD("not-as-recorded", not_as_recorded, KIND_U32),
	FIELD("not-compared", not_compared, KIND_U32),
	FIELD("like-others", like_others, KIND_U32),
	FIELD("unlike-others", unlike_others, KIND_U32),
	FIELD("disputed", disputed, KIND_U32),
	TIMES("connect", connect),
	TIMES("answer", answer),
	TIMES("recorded", recorded),
	FIELD("sent", sent, KIND_U64),
	FIELD("received", received, KIND_U64),
	FIELD("retransmissions", retransmissions, KIND_U64),
	FIELD("repetitions", repetitions, KIND_U64),
	FIELD("has-mac", has_mac, KIND_BOOL),
	FIELD("mac", mac, KIND_MAC),
	FIELD("ttl", ttl, KIND_U8),
	FIELD("other-macs", other_macs, KIND_U32),
	FIELD("other-ttls", other_ttls, KIND_U32),
	FIELD("conversation", difference.conversation, KIND_U32),
	FIELD("beside", difference.beside, KIND_IP),
	FIELD("offset", difference.offset, KIND_U64),
	FIELD("recorded-length", difference.recorded_length, KIND_U64),
	FIELD("length", difference.length, KIND_U64),
	FIELD("recorded-text", difference.recorded, KIND_TEXT),
	FIELD("got-text", difference.got, KIND_TEXT),
	FIELD("failed-frame", failed_frame, KIND_U64),
	FIELD("differing-frame", differing_frame, KIND_U64),
	FIELD("slowest-frame", slowest_frame, KIND_U64),
	FIELD("slowest-time", slowest_time, KIND_U64),
	FIELD("failed-time", failed_time, KIND_U64),
	FIELD("differing-time", differing_time, KIND_U64),
};

enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

/* --- writing --- */

/* Any width as 64 bits. Durations are never negative. */
static uint64_t number_at(const void *at, enum kind kind)
{
	uint64_t wide = 0;
	uint32_t word;
	uint16_t half;

	switch (kind) {
	case KIND_U8: return *(const uint8_t *)at;
	case KIND_BOOL: return *(const bool *)at;
	case KIND_U16: memcpy(&half, at, sizeof half); return half;
	case KIND_U32: memcpy(&word, at, sizeof word); return word;
	default: memcpy(&wide, at, sizeof wide); return wide;
	}
}

/* Spaces, percent signs and what is not printable as two hexadecimal digits. */
static void write_string(const char *string, struct text *into)
{
	for (; *string != '\0'; string++)
		if (*string > ' ' && *string <= '~' && *string != '%')
			text_add_char(into, *string);
		else
			text_printf(into, "%%%02x", (unsigned char)*string);
}

static void write_value(const void *at, enum kind kind, struct text *into)
{
	char buffer[IP_TEXT_SIZE];
	enum method method;
	struct mac mac;

	switch (kind) {
	case KIND_IP: text_add(into, ip_format(at, buffer)); break;
	case KIND_MAC:
		memcpy(&mac, at, sizeof mac);
		text_add(into, mac_format(mac, buffer));
		break;
	case KIND_METHOD:
		memcpy(&method, at, sizeof method);
		text_add(into, method_name(method));
		break;
	case KIND_TEXT: write_string(at, into); break;
	default: text_printf(into, "%" PRIu64, number_at(at, kind));
	}
}

static void write_result(const struct replay_result *result, struct text *into)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		text_printf(into, "%s%s=", i > 0 ? " " : "", fields[i].name);
		write_value((const char *)result + fields[i].offset, fields[i].kind, into);
	}
	text_add_char(into, '\n');
}

uint32_t results_write(const struct replay_result *results, uint32_t count, size_t limit, struct text *into)
{
	struct text line = TEXT_INIT;
	uint32_t written = 0;
	size_t start = into->length;

	text_add(into, first_line);
	for (; written < count; written++) {
		text_clear(&line);
		write_result(&results[written], &line);
		if (written > 0 && into->length - start + line.length > limit)
			break;
		text_add(into, text_string(&line));
	}
	into->failed |= line.failed;
	text_free(&line);
	return written;
}

/* --- reading --- */

static bool read_number(const char *word, enum kind kind, void *at)
{
	static const uint64_t most[] = { [KIND_U8] = UINT8_MAX,
					 [KIND_U16] = UINT16_MAX,
					 [KIND_U32] = UINT32_MAX,
					 [KIND_U64] = INT64_MAX,
					 [KIND_BOOL] = 1 };
	char *end;
	uint64_t number = strtoull(word, &end, 10);

	if (word[0] < '0' || word[0] > '9' || *end != '\0' || number > most[kind])
		return false;
	switch (kind) {
	case KIND_U8: *(uint8_t *)at = (uint8_t)number; break;
	case KIND_BOOL: *(bool *)at = number != 0; break;
	case KIND_U16: memcpy(at, &(uint16_t){ (uint16_t)number }, sizeof(uint16_t)); break;
	case KIND_U32: memcpy(at, &(uint32_t){ (uint32_t)number }, sizeof(uint32_t)); break;
	default: memcpy(at, &number, sizeof number);
	}
	return true;
}

static bool read_string(const char *word, char *into)
{
	size_t length = 0;

	for (; *word != '\0' && length + 1 < REPLAY_CONTEXT_SIZE; length++) {
		unsigned value;

		if (*word != '%') {
			into[length] = *word++;
		} else if (sscanf(word, "%%%2x", &value) == 1 && value >= ' ' && value <= '~' && strlen(word) >= 3) {
			into[length] = (char)value;
			word += 3;
		} else {
			return false;
		}
	}
	into[length] = '\0';
	return *word == '\0';
}

static bool read_value(const char *word, enum kind kind, void *at)
{
	enum method method;
	struct mac mac;

	switch (kind) {
	case KIND_IP: return strcmp(word, "-") == 0 || ip_parse(word, at);
	case KIND_MAC:
		if (!mac_parse(word, &mac))
			return false;
		memcpy(at, &mac, sizeof mac);
		return true;
	case KIND_METHOD:
		if (!method_parse(word, &method))
			return false;
		memcpy(at, &method, sizeof method);
		return true;
	case KIND_TEXT: return read_string(word, at);
	default: return read_number(word, kind, at);
	}
}

/* "name=value" */
static bool read_field(char *word, struct replay_result *result)
{
	char *value = strchr(word, '=');

	if (!value)
		return false;
	*value++ = '\0';
	for (int i = 0; i < FIELD_COUNT; i++)
		if (strcmp(fields[i].name, word) == 0)
			return read_value(value, fields[i].kind, (char *)result + fields[i].offset);
	return true;
}

/* What no replayer says: more ends than there were conversations. */
static bool is_sane(const struct replay_result *result)
{
	uint64_t ended = (uint64_t)result->completed + result->refused + result->reset + result->timed_out +
			 result->unreachable + result->left_out;

	return ended <= result->planned && result->real_server.family != 0 &&
	       (uint64_t)result->as_recorded + result->not_as_recorded + result->not_compared <= result->completed &&
	       (uint64_t)result->like_others + result->unlike_others + result->disputed <= result->completed;
}

static bool read_line(const char *line, size_t length, struct replay_result *result)
{
	char word[WORD_SIZE];
	size_t at = 0;

	*result = (struct replay_result){ .planned = 0 };
	while (at < length) {
		size_t size = 0;

		while (at + size < length && line[at + size] != ' ')
			size++;
		if (size >= sizeof word)
			return false;
		memcpy(word, line + at, size);
		word[size] = '\0';
		if (size > 0 && !read_field(word, result))
			return false;
		at += size + 1;
	}
	return is_sane(result);
}

bool results_read(const char *text, int (*each)(void *context, const struct replay_result *result), void *context)
{
	size_t size = strlen(first_line);

	if (strncmp(text, first_line, size) != 0)
		return false;
	for (const char *line = text + size; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		struct replay_result result;

		if (!read_line(line, length, &result) || each(context, &result) != 0)
			break;
		line += length + (line[length] == '\n');
	}
	return true;
}
