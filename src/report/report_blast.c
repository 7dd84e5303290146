// SPDX-License-Identifier: GPL-2.0-or-later
/* What was sent at a rate and what came back, as text and as JSON. */
#include "report/report_json.h"
#include "report/report_text.h"
#include "report/report_words.h"

enum { SERVICE_WIDTH = 24, SERVER_WIDTH = 18, COUNT_WIDTH = 12 };

static uint64_t unanswered(const struct report_blast *row)
{
	return row->sent > row->answered ? row->sent - row->answered : 0;
}

json_t *json_of_blast(const struct report *report, uint32_t index)
{
	const struct report_blast *row = &report->blasts[index];
	const struct json_field fields[] = {
		{ "vip", json_of_ip(&row->vip) },
		{ "port", json_of_count_or_null(row->port) },
		{ "protocol", json_of_string(report_protocol_name(row->protocol)) },
		{ "method", json_of_method(row->method) },
		{ "real_server", json_of_ip(&row->real_server) },
		{ "mac", json_of_mac(true, row->mac) },
		{ "sent", json_of_count(row->sent) },
		{ "answered", json_of_count(row->answered) },
		{ "unanswered", json_of_count(unanswered(row)) },
		{ "syn_acks", json_of_count(row->syn_acks) },
		{ "resets", json_of_count(row->resets) },
		{ "segments", json_of_count(row->segments) },
		{ "datagrams", json_of_count(row->datagrams) },
		{ "errors", json_of_count(row->errors) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static void write_kind(const struct text_writer *writer, uint64_t count, const char *what, const char **separator)
{
	if (count == 0)
		return;
	text_printf(writer->into, "%s%llu %s", *separator, (unsigned long long)count, what);
	*separator = ", ";
}

static void write_row(const struct text_writer *writer, const struct report_blast *row)
{
	struct topology_service service = { .vip = row->vip, .port = row->port, .protocol = row->protocol };
	char name[SERVICE_TEXT_SIZE], server[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	const char *separator = "  ";

	text_add(writer->into, "  ");
	text_write_column(writer, TEXT_PLAIN, service_format(&service, name), SERVICE_WIDTH);
	text_write_column(writer, TEXT_PLAIN, ip_format(&row->real_server, server), SERVER_WIDTH);
	text_write_column(writer, TEXT_PLAIN, mac_format(row->mac, mac), MAC_TEXT_SIZE + 1);
	text_printf(writer->into, "%*llu %*llu ", COUNT_WIDTH, (unsigned long long)row->sent, COUNT_WIDTH,
		    (unsigned long long)row->answered);
	text_printf(writer->into, "%*llu", COUNT_WIDTH, (unsigned long long)unanswered(row));
	write_kind(writer, row->syn_acks, "SYN/ACK", &separator);
	write_kind(writer, row->resets, "RST", &separator);
	write_kind(writer, row->segments, "other TCP", &separator);
	write_kind(writer, row->datagrams, "UDP", &separator);
	write_kind(writer, row->errors, "ICMP errors", &separator);
	text_add_char(writer->into, '\n');
	text_pass_on(writer->into);
}

void text_write_blast(const struct text_writer *writer)
{
	const struct report *report = writer->report;

	if (report->blast_count == 0)
		return;
	text_write_heading(writer, "Sent and answered, in frames");
	text_printf(writer->into, "  %*s %*s %*s\n", SERVICE_WIDTH + SERVER_WIDTH + MAC_TEXT_SIZE + 1 + COUNT_WIDTH,
		    "sent", COUNT_WIDTH, "answered", COUNT_WIDTH, "unanswered");
	for (uint32_t i = 0; i < report->blast_count; i++)
		write_row(writer, &report->blasts[i]);
}

/* "1000000 frames sent to 4 real servers, 999988 answered: clean" */
void text_write_blasted(const struct text_writer *writer)
{
	const struct report *report = writer->report;
	uint64_t sent = 0, answered = 0;

	for (uint32_t i = 0; i < report->blast_count; i++) {
		sent += report->blasts[i].sent;
		answered += report->blasts[i].answered;
	}
	text_printf(writer->into, "\n%llu frames sent to %u real server%s, %llu came back: ", (unsigned long long)sent,
		    (unsigned)report->blast_count, report->blast_count == 1 ? "" : "s", (unsigned long long)answered);
	text_write(writer, report->verdict == REPORT_CLEAN ? TEXT_HEADING : TEXT_BAD,
		   report_verdict_name(report->verdict));
	text_add_char(writer->into, '\n');
}
