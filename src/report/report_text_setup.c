// SPDX-License-Identifier: GPL-2.0-or-later
/* Text format: what was read, what is in force on a host, and what the set-up is meant to be. */
#include <stdlib.h>
#include <string.h>

#include "report/report_text.h"
#include "report/report_words.h"
#include "report/utf8.h"

/* Several inputs go by what tells them apart; the heading has the directory that they share. */
static const char *listed_name(const struct text_writer *writer, uint32_t input)
{
	bool shortened = writer->report->input_count > 1 && input < writer->report->input_count;

	return report_input_name(writer->report, input) + (shortened ? writer->common : 0);
}

static size_t widest_input_name(const struct text_writer *writer)
{
	size_t width = 0;

	for (uint32_t i = 0; i < writer->report->input_count; i++) {
		size_t length = utf8_length(listed_name(writer, i));

		width = length > width ? length : width;
	}
	return width;
}

static void write_clock(const struct text_writer *writer, const struct report_input *input)
{
	char duration[40];

	if (!input->has_offset || writer->report->input_count < 2)
		return;
	if (input == &writer->report->inputs[input->reference]) {
		text_add(writer->into, ", reference clock");
		return;
	}
	nanos_format_duration(llabs(input->offset), duration, sizeof duration);
	text_printf(writer->into, ", clock %s %s ", duration, input->offset < 0 ? "behind" : "ahead of");
	text_write(writer, TEXT_PLAIN, listed_name(writer, input->reference));
	text_printf(writer->into, " (%u packet%s in common)", (unsigned)input->matches, input->matches == 1 ? "" : "s");
}

static void write_input_facts(const struct text_writer *writer, const struct report_input *input)
{
	if (strcmp(input->format, "host") == 0) {
		text_printf(writer->into, "host, ");
		text_write(writer, TEXT_PLAIN, input->link_type);
		text_add_char(writer->into, '\n');
		return;
	}
	text_write(writer, TEXT_PLAIN, input->format);
	text_add(writer->into, ", ");
	text_write(writer, TEXT_PLAIN, input->link_type);
	text_printf(writer->into, ", %llu frame%s", (unsigned long long)input->frames, input->frames == 1 ? "" : "s");
	if (input->frames > 0) {
		char buffer[NANOS_RFC3339_SIZE];

		text_printf(writer->into, " from %s", nanos_format_rfc3339(input->first, buffer));
		text_printf(writer->into, " for %s",
			    nanos_format_duration(input->last - input->first, buffer, sizeof buffer));
	}
	write_clock(writer, input);
	if (input->dropped > 0) {
		text_printf(writer->into, ", ");
		text_write(writer, TEXT_BAD, "dropped");
		text_printf(writer->into, " %llu", (unsigned long long)input->dropped);
	}
	if (input->truncated) {
		text_add(writer->into, ", ");
		text_write(writer, TEXT_BAD, "truncated");
	}
	text_add_char(writer->into, '\n');
}

static void write_inputs_heading(const struct text_writer *writer)
{
	struct text heading = TEXT_INIT;

	text_add(&heading, "Inputs");
	if (writer->report->input_count > 1 && writer->common > 0) {
		text_add(&heading, " in ");
		text_add_bytes(&heading, writer->report->inputs[0].name, writer->common);
	}
	text_write(writer, TEXT_HEADING, text_string(&heading));
	text_add_char(writer->into, '\n');
	writer->into->failed |= heading.failed;
	text_free(&heading);
}

void text_write_inputs(const struct text_writer *writer)
{
	size_t width = widest_input_name(writer);

	write_inputs_heading(writer);
	for (uint32_t i = 0; i < writer->report->input_count; i++) {
		text_add(writer->into, "  ");
		text_write_column(writer, TEXT_PLAIN, listed_name(writer, i), width + 2);
		write_input_facts(writer, &writer->report->inputs[i]);
	}
}

enum { FACT_COLUMN = 14 };

void text_write_facts(const struct text_writer *writer)
{
	if (writer->report->fact_count == 0)
		return;
	text_write_heading(writer, "This host");
	for (uint32_t i = 0; i < writer->report->fact_count; i++) {
		text_add(writer->into, "  ");
		text_write_column(writer, TEXT_PLAIN, writer->report->facts[i].name, FACT_COLUMN - 3);
		text_add(writer->into, " ");
		text_write_paragraph(writer, writer->report->facts[i].value, FACT_COLUMN);
	}
}

static const char *origin_phrase(enum topology_origin origin)
{
	return origin == ORIGIN_CONFIGURED ? "configured" : "inferred";
}

static void write_service(const struct text_writer *writer, const struct topology_service *service)
{
	char name[SERVICE_TEXT_SIZE];

	text_printf(writer->into, "  %-12s %s, method %s, %s\n", "VIP", service_format(service, name),
		    method_name(service->method), origin_phrase(service->origin));
}

static void write_host(const struct text_writer *writer, const char *role, const struct topology_host *host)
{
	char buffer[IP_TEXT_SIZE];
	struct mac mac;

	text_printf(writer->into, "  %-12s %s", role, ip_format(&host->ip, buffer));
	if (report_mac_of_host(writer->report, host, &mac))
		text_printf(writer->into, " at %s", mac_format(mac, buffer));
	text_printf(writer->into, ", %s\n", origin_phrase(host->origin));
}

void text_write_topology(const struct text_writer *writer)
{
	const struct topology *topology = &writer->report->topology;

	if (topology->service_count + topology->director_count + topology->real_server_count == 0)
		return;
	text_write_heading(writer, "Set-up");
	for (uint32_t i = 0; i < topology->service_count; i++)
		write_service(writer, &topology->services[i]);
	for (uint32_t i = 0; i < topology->director_count; i++)
		write_host(writer, "director", &topology->directors[i]);
	for (uint32_t i = 0; i < topology->real_server_count; i++)
		write_host(writer, "real server", &topology->real_servers[i]);
}
