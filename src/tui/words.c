// SPDX-License-Identifier: GPL-2.0-or-later
/* Times, counts and sort keys that several panes show. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/report_words.h"
#include "tui/screen_private.h"

enum { DAY = 86400 };

const char screen_no_probe[] = "a capture cannot be asked; watch an interface to probe";
const char screen_no_replay[] = "no recording was named; watch an interface with --replay FILE to replay one";

static int64_t second_of_day(nanos time, int32_t utc_offset)
{
	int64_t second = (time / NANOS_PER_SECOND + utc_offset) % DAY;

	return second < 0 ? second + DAY : second;
}

/* Lists have many of them: printf would take longer than all the rest. */
static char *put_digits(char *at, int64_t value, int digits)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

static char *put_clock(char *at, int64_t second)
{
	at = put_digits(at, second / 3600, 2);
	*at++ = ':';
	at = put_digits(at, second / 60 % 60, 2);
	*at++ = ':';
	at = put_digits(at, second % 60, 2);
	*at = '\0';
	return at;
}

const char *words_clock(nanos time, int32_t utc_offset, char buffer[static CLOCK_SIZE])
{
	if (time == 0)
		return "-";
	put_clock(buffer, second_of_day(time, utc_offset));
	return buffer;
}

const char *words_clock_fine(nanos time, int32_t utc_offset, char buffer[static CLOCK_SIZE])
{
	char *at = put_clock(buffer, second_of_day(time, utc_offset));

	*at++ = '.';
	*put_digits(at, time < 0 ? 0 : time % NANOS_PER_SECOND / NANOS_PER_MICRO, 6) = '\0';
	return buffer;
}

const char *words_elapsed(nanos time, char buffer[static CLOCK_SIZE])
{
	int64_t second = time < 0 ? 0 : time / NANOS_PER_SECOND;

	snprintf(buffer, CLOCK_SIZE, "%02" PRId64 ":%02d:%02d", second / 3600, (int)(second / 60 % 60),
		 (int)(second % 60));
	return buffer;
}

const char *words_verdict(const struct report *report, char buffer[static VERDICT_SIZE])
{
	uint32_t errors = report != NULL ? report_count_faults(report, SEVERITY_ERROR) : 0;
	uint32_t warnings = report != NULL ? report_count_faults(report, SEVERITY_WARNING) : 0;
	uint32_t notes = report != NULL ? report_count_faults(report, SEVERITY_INFO) : 0;
	size_t length = 0;

	if (errors + warnings + notes == 0) {
		snprintf(buffer, VERDICT_SIZE, "no faults");
		return buffer;
	}
	buffer[0] = '\0';
	if (errors > 0)
		length += (size_t)snprintf(buffer, VERDICT_SIZE, "%u error%s", errors, errors == 1 ? "" : "s");
	if (warnings > 0)
		length += (size_t)snprintf(buffer + length, VERDICT_SIZE - length, "%s%u warning%s",
					   length > 0 ? ", " : "", warnings, warnings == 1 ? "" : "s");
	if (notes > 0)
		snprintf(buffer + length, VERDICT_SIZE - length, "%s%u info", length > 0 ? ", " : "", notes);
	return buffer;
}

enum cell_role words_severity_role(enum severity severity)
{
	return severity == SEVERITY_ERROR ? ROLE_BAD : severity == SEVERITY_WARNING ? ROLE_WARNING : ROLE_PLAIN;
}

const struct model_node *words_node(const struct model *model, const struct ip *ip)
{
	for (uint32_t i = 0; i < model->node_count; i++)
		if (ip_equal(&model->nodes[i].ip, ip))
			return &model->nodes[i];
	return NULL;
}

bool fault_is_about(const struct fault *fault, const struct report_row *row)
{
	const struct subject *subject = &fault->subject;

	if (subject->ip.family != 0 && ip_equal(&subject->ip, &row->real_server))
		return subject->vip.family == 0 || ip_equal(&subject->vip, &row->vip);
	return subject->has_mac && row->has_mac && mac_equal(subject->mac, row->mac) &&
	       (ip_equal(&subject->vip, &row->vip) || ip_equal(&subject->ip, &row->vip));
}

static uint64_t first_bytes(const uint8_t *bytes, size_t length)
{
	uint64_t value = 0;

	for (size_t i = 0; i < 8; i++)
		value = value << 8 | (i < length ? bytes[i] : 0);
	return value;
}

/* IPv4 before IPv6: as if it were ::a.b.c.d. */
struct list_rank rank_of_ip(const struct ip *ip)
{
	if (ip->family == 6)
		return (struct list_rank){ first_bytes(ip->b, 8), first_bytes(ip->b + 8, 8) };
	return (struct list_rank){ 0, first_bytes(ip->b, 4) >> 32 };
}

struct list_rank rank_of_mac(struct mac mac)
{
	return (struct list_rank){ first_bytes(mac.b, 6), 0 };
}

struct list_rank rank_of_text(const char *text)
{
	size_t length = strlen(text);

	return (struct list_rank){ first_bytes((const uint8_t *)text, length),
				   length > 8 ? first_bytes((const uint8_t *)text + 8, length - 8) : 0 };
}
