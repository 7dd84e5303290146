// SPDX-License-Identifier: GPL-2.0-or-later
/* What came of replayed conversations: JSON and text. */
#include <stdio.h>
#include <string.h>

#include "report/report_json.h"
#include "report/report_text.h"
#include "report/report_words.h"

/* --- JSON --- */

static json_t *json_of_times(const struct replay_times *times)
{
	const struct json_field fields[] = {
		{ "count", json_of_count(times->count) }, { "p50", json_integer(times->p50) },
		{ "p90", json_integer(times->p90) },      { "p99", json_integer(times->p99) },
		{ "max", json_integer(times->max) },      JSON_FIELDS_END,
	};

	return times->count > 0 ? json_of_fields(fields) : json_null();
}

static json_t *json_of_difference(const struct report *report, const struct replay_result *result)
{
	const struct replay_difference *difference = &result->difference;
	const struct json_field fields[] = {
		{ "conversation", json_of_count(difference->conversation) },
		{ "beside", difference->beside.family != 0 ? json_of_ip(&difference->beside) : json_null() },
		{ "offset", json_of_count(difference->offset) },
		{ "recorded_length", json_of_count(difference->recorded_length) },
		{ "length", json_of_count(difference->length) },
		{ "recorded", json_of_string(difference->recorded) },
		{ "got", json_of_string(difference->got) },
		{ "input", json_of_string(report_input_name(report, result->input)) },
		{ "frame", json_of_count_or_null(result->differing_frame) },
		JSON_FIELDS_END,
	};
	json_t *value = json_of_fields(fields);

	if (difference->conversation != 0)
		return value;
	json_decref(value);
	return json_null();
}

static json_t *json_of_conversations(const struct replay_result *result)
{
	const struct json_field fields[] = {
		{ "planned", json_of_count(result->planned) },
		{ "completed", json_of_count(result->completed) },
		{ "refused", json_of_count(result->refused) },
		{ "reset", json_of_count(result->reset) },
		{ "timed_out", json_of_count(result->timed_out) },
		{ "unreachable", json_of_count(result->unreachable) },
		{ "left_out", json_of_count(result->left_out) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_answers(const struct report *report, const struct replay_result *result)
{
	const struct json_field fields[] = {
		{ "as_recorded", json_of_count(result->as_recorded) },
		{ "not_as_recorded", json_of_count(result->not_as_recorded) },
		{ "not_compared", json_of_count(result->not_compared) },
		{ "like_others", json_of_count(result->like_others) },
		{ "unlike_others", json_of_count(result->unlike_others) },
		{ "disputed", json_of_count(result->disputed) },
		{ "difference", json_of_difference(report, result) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_frames(const struct replay_result *result)
{
	const struct json_field fields[] = {
		{ "sent", json_of_count(result->sent) },
		{ "received", json_of_count(result->received) },
		{ "retransmissions", json_of_count(result->retransmissions) },
		{ "repetitions", json_of_count(result->repetitions) },
		{ "mac", json_of_mac(result->has_mac, result->mac) },
		{ "other_macs", json_of_count(result->other_macs) },
		{ "ttl", result->has_mac ? json_of_count(result->ttl) : json_null() },
		{ "other_ttls", json_of_count(result->other_ttls) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_replay(const struct report *report, uint32_t index)
{
	const struct replay_result *result = &report->replays[index];
	const struct json_field fields[] = {
		{ "vip", json_of_ip(&result->vip) },
		{ "port", json_of_count_or_null(result->port) },
		{ "protocol", json_of_string(report_protocol_name(result->protocol)) },
		{ "method", json_of_string(method_name(result->method)) },
		{ "real_server", json_of_ip(&result->real_server) },
		{ "conversations", json_of_conversations(result) },
		{ "answers", json_of_answers(report, result) },
		{ "connect_times", json_of_times(&result->connect) },
		{ "answer_times", json_of_times(&result->answer) },
		{ "recorded_times", json_of_times(&result->recorded) },
		{ "frames", json_of_frames(result) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

/* --- text --- */

static const struct column {
	const char *title;
	size_t width;
} columns[] = {
	{ "done", 7 },   { "of", 7 },  { "same", 7 }, { "other", 7 },   { "failed", 8 },        { "again", 7 },
	{ "median", 9 }, { "p90", 9 }, { "p99", 9 },  { "longest", 9 }, { "answers from", 19 }, { "TTL", 0 },
};

enum { COLUMN_COUNT = sizeof columns / sizeof columns[0], CELL_SIZE = 32 };

static void format_time(char cell[static CELL_SIZE], const struct replay_times *times, nanos time)
{
	if (times->count > 0)
		nanos_format_duration(time, cell, CELL_SIZE);
	else
		strcpy(cell, "-");
}

static void format_count(char cell[static CELL_SIZE], uint64_t count)
{
	snprintf(cell, CELL_SIZE, "%llu", (unsigned long long)count);
}

static void write_result(const struct text_writer *writer, const struct replay_result *result, size_t width)
{
	char cells[COLUMN_COUNT][CELL_SIZE], address[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	const struct replay_times *times = &result->answer;
	bool compared = result->not_compared < result->completed;

	format_count(cells[0], result->completed);
	format_count(cells[1], result->planned);
	/* Beside the recording, or, where that has no answers, beside the others. */
	format_count(cells[2], compared ? result->as_recorded : result->like_others);
	format_count(cells[3], compared ? result->not_as_recorded : result->unlike_others + result->disputed);
	format_count(cells[4], (uint64_t)result->refused + result->reset + result->timed_out + result->unreachable);
	format_count(cells[5], result->retransmissions);
	format_time(cells[6], times, times->p50);
	format_time(cells[7], times, times->p90);
	format_time(cells[8], times, times->p99);
	format_time(cells[9], times, times->max);
	snprintf(cells[10], CELL_SIZE, "%s", result->has_mac ? mac_format(result->mac, mac) : "-");
	strcpy(cells[11], "-");
	if (result->has_mac)
		format_count(cells[11], result->ttl);
	text_add(writer->into, "    ");
	text_write_column(writer, TEXT_PLAIN, ip_format(&result->real_server, address), width);
	for (int i = 0; i < COLUMN_COUNT; i++)
		text_write_column(writer, TEXT_PLAIN, cells[i], columns[i].width);
	text_add_char(writer->into, '\n');
}

static bool is_same_service(const struct replay_result *a, const struct replay_result *b)
{
	return ip_equal(&a->vip, &b->vip) && a->port == b->port && a->protocol == b->protocol && a->fwmark == b->fwmark;
}

static void write_service(const struct text_writer *writer, const struct replay_result *result, size_t width)
{
	const struct report_row row = {
		.vip = result->vip, .port = result->port, .protocol = result->protocol, .fwmark = result->fwmark
	};
	char recorded[32];

	text_add(writer->into, "  ");
	report_add_service(writer->into, &row);
	if (result->recorded.count > 0)
		text_printf(writer->into, ", recorded median %s",
			    nanos_format_duration(result->recorded.p50, recorded, sizeof recorded));
	text_add(writer->into, "\n    ");
	text_write_column(writer, TEXT_HEADING, "real server", width);
	for (int i = 0; i < COLUMN_COUNT; i++)
		text_write_column(writer, TEXT_HEADING, columns[i].title, columns[i].width);
	text_add_char(writer->into, '\n');
}

void text_write_replays(const struct text_writer *writer)
{
	const struct report *report = writer->report;
	size_t width = strlen("real server") + 2;
	char address[IP_TEXT_SIZE];

	if (report->replay_count == 0)
		return;
	for (uint32_t i = 0; i < report->replay_count; i++) {
		size_t length = strlen(ip_format(&report->replays[i].real_server, address)) + 2;

		width = length > width ? length : width;
	}
	text_write_heading(writer, "Replayed conversations");
	for (uint32_t i = 0; i < report->replay_count; i++) {
		if (i == 0 || !is_same_service(&report->replays[i - 1], &report->replays[i]))
			write_service(writer, &report->replays[i], width);
		write_result(writer, &report->replays[i], width);
	}
}
