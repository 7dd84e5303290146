// SPDX-License-Identifier: GPL-2.0-or-later
/* Text format: which reports a merged one was made from, and where they contradict each other. */
#include <string.h>

#include "report/report_text.h"
#include "report/report_words.h"
#include "report/utf8.h"

enum { VERDICT_COLUMN = 12 };

static size_t widest_label(const struct report *report)
{
	size_t width = 0;

	for (uint32_t i = 0; i < report->source_count; i++) {
		size_t length = utf8_length(report->sources[i].label);

		width = length > width ? length : width;
	}
	return width;
}

static bool is_loopback(const struct machine_address *address)
{
	return strcmp(address->link, "lo") == 0;
}

/* "director, lb1, 10.1.1.11 at 00:16:3e:0a:01:0b": what the host says of itself. */
static void describe_machine(const struct report_machine *machine, const char *label, struct text *into)
{
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	const struct machine_address *last = NULL;

	text_add(into, host_role_name(machine->role));
	if (machine->name[0] != '\0' && strcmp(machine->name, label) != 0)
		text_printf(into, ", %s", machine->name);
	for (uint32_t i = 0; i < machine->address_count; i++) {
		const struct machine_address *address = &machine->addresses[i];
		const struct machine_link *link = machine_find_link(machine, address->link);

		if (is_loopback(address) || ip_is_link_local(&address->ip) ||
		    (last != NULL && ip_equal(&last->ip, &address->ip)))
			continue;
		text_printf(into, ", %s", ip_format(&address->ip, ip));
		if (link != NULL && !mac_is_zero(link->mac))
			text_printf(into, " at %s", mac_format(link->mac, mac));
		last = address;
	}
}

static void write_source(const struct text_writer *writer, const struct report_source *source, size_t width)
{
	struct text machine = TEXT_INIT;

	text_add(writer->into, "  ");
	text_write_column(writer, TEXT_PLAIN, source->label, width + 2);
	text_write_column(writer, TEXT_PLAIN, source->report->command, strlen("analyze") + 2);
	text_write_column(writer, source->report->verdict == REPORT_CLEAN ? TEXT_PLAIN : TEXT_BAD,
			  report_verdict_name(source->report->verdict), VERDICT_COLUMN);
	if (source->report->machine != NULL)
		describe_machine(source->report->machine, source->label, &machine);
	text_write_paragraph(writer, text_string(&machine), 2 + width + 2 + strlen("analyze") + 2 + VERDICT_COLUMN);
	writer->into->failed |= machine.failed;
	text_free(&machine);
}

void text_write_sources(const struct text_writer *writer)
{
	size_t width = widest_label(writer->report);

	if (writer->report->source_count == 0)
		return;
	text_write_heading(writer, "Reports");
	for (uint32_t i = 0; i < writer->report->source_count; i++) {
		write_source(writer, &writer->report->sources[i], width);
		text_pass_on(writer->into);
	}
}

static void write_statement(const struct text_writer *writer, const struct report_statement *statement)
{
	struct text line = TEXT_INIT;

	report_add_labels(&line, writer->report, statement->sources, statement->source_count);
	text_printf(&line, ": %s", statement->says);
	text_add(writer->into, "    ");
	text_write_paragraph(writer, text_string(&line), 6);
	writer->into->failed |= line.failed;
	text_free(&line);
}

void text_write_conflicts(const struct text_writer *writer)
{
	const struct report *report = writer->report;

	if (report->conflict_count == 0)
		return;
	text_write_heading(writer, "Conflicts");
	for (uint32_t i = 0; i < report->conflict_count; i++) {
		text_add(writer->into, "  ");
		text_write(writer, TEXT_BAD, report->conflicts[i].about);
		text_add_char(writer->into, '\n');
		for (uint32_t k = 0; k < report->conflicts[i].statement_count; k++)
			write_statement(writer, &report->conflicts[i].statements[k]);
		text_pass_on(writer->into);
	}
}
