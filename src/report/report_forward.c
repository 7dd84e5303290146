// SPDX-License-Identifier: GPL-2.0-or-later
/* What a director that stood in has forwarded, as text and as JSON. */
#include "report/report_json.h"
#include "report/report_text.h"
#include "report/report_words.h"

enum { SERVER_WIDTH = 18, STATE_WIDTH = 9, COUNT_WIDTH = 14 };

static const char *state_of(const struct report_forward *row)
{
	return !row->known ? "unknown" : row->up ? "up" : "down";
}

json_t *json_of_forward(const struct report *report, uint32_t index)
{
	const struct report_forward *row = &report->forwards[index];
	const struct json_field fields[] = {
		{ "vip", json_of_ip(&row->vip) },
		{ "port", json_of_count_or_null(row->port) },
		{ "protocol", json_of_string(report_protocol_name(row->protocol)) },
		{ "method", json_of_string(method_name(row->method)) },
		{ "real_server", json_of_ip(&row->real_server) },
		{ "mac", json_of_mac(row->has_mac, row->mac) },
		{ "state", json_string(state_of(row)) },
		{ "reason", json_string(row->why) },
		{ "failures", json_of_count(row->failures) },
		{ "packets", json_of_count(row->packets) },
		{ "bytes", json_of_count(row->bytes) },
		{ "flows", json_of_count(row->flows) },
		{ "too_big", json_of_count(row->too_big) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static size_t service_width(const struct report *report)
{
	char text[SERVICE_TEXT_SIZE];
	size_t width = 0;

	for (uint32_t i = 0; i < report->forward_count; i++) {
		const struct report_forward *row = &report->forwards[i];
		struct topology_service service = { .vip = row->vip, .port = row->port, .protocol = row->protocol };
		size_t length = 0;

		for (const char *at = service_format(&service, text); *at != '\0'; at++)
			length++;
		width = length > width ? length : width;
	}
	return width;
}

static void write_row(const struct text_writer *writer, const struct report_forward *row, size_t width)
{
	struct topology_service service = { .vip = row->vip, .port = row->port, .protocol = row->protocol };
	char name[SERVICE_TEXT_SIZE], server[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE] = "-";

	if (row->has_mac)
		mac_format(row->mac, mac);
	text_add(writer->into, "  ");
	text_write_column(writer, TEXT_PLAIN, service_format(&service, name), width + 2);
	text_write_column(writer, TEXT_PLAIN, ip_format(&row->real_server, server), SERVER_WIDTH);
	text_write_column(writer, TEXT_PLAIN, mac, MAC_TEXT_SIZE + 1);
	text_write_column(writer, row->up ? TEXT_PLAIN : TEXT_BAD, state_of(row), STATE_WIDTH);
	text_printf(writer->into, "%*llu packets %*llu flows", COUNT_WIDTH, (unsigned long long)row->packets,
		    COUNT_WIDTH - 3, (unsigned long long)row->flows);
	if (row->too_big > 0)
		text_printf(writer->into, "  %llu too big", (unsigned long long)row->too_big);
	if (!row->up)
		text_printf(writer->into, "  %s", row->why);
	else if (row->failures > 0)
		text_printf(writer->into, "  down %u time%s", (unsigned)row->failures, row->failures == 1 ? "" : "s");
	text_add_char(writer->into, '\n');
	text_pass_on(writer->into);
}

void text_write_forward(const struct text_writer *writer)
{
	const struct report *report = writer->report;
	size_t width = service_width(report);

	if (report->forward_count == 0)
		return;
	text_write_heading(writer, "Forwarded");
	for (uint32_t i = 0; i < report->forward_count; i++)
		write_row(writer, &report->forwards[i], width);
}

/* "18204 packets of 512 flows forwarded; 3 of 4 real servers are up: clean" */
void text_write_forwarded(const struct text_writer *writer)
{
	const struct report *report = writer->report;
	uint64_t packets = 0, flows = 0;
	uint32_t up = 0;

	for (uint32_t i = 0; i < report->forward_count; i++) {
		packets += report->forwards[i].packets;
		flows += report->forwards[i].flows;
		up += report->forwards[i].up;
	}
	text_printf(writer->into,
		    "\n%llu packets of %llu flows forwarded; %u of %u up at the end: ", (unsigned long long)packets,
		    (unsigned long long)flows, (unsigned)up, (unsigned)report->forward_count);
	text_write(writer, report->verdict == REPORT_CLEAN ? TEXT_HEADING : TEXT_BAD,
		   report_verdict_name(report->verdict));
	text_add_char(writer->into, '\n');
}
