// SPDX-License-Identifier: GPL-2.0-or-later
/* The text format: its order, its last line, and the small things that its sections share. */
#include "report/report_text.h"

#include <stdlib.h>
#include <string.h>

#include "report/report_words.h"
#include "report/utf8.h"

static const char *const role_codes[] = {
	[TEXT_PLAIN] = "",
	[TEXT_HEADING] = "\033[1m",
	[TEXT_BAD] = "\033[1;31m",
	[TEXT_DIM] = "\033[2m",
};

void text_write(const struct text_writer *writer, enum text_role role, const char *string)
{
	bool coloured = writer->options->colour && role != TEXT_PLAIN;

	if (coloured)
		text_add(writer->into, role_codes[role]);
	utf8_add_printable(writer->into, string != NULL ? string : "");
	if (coloured)
		text_add(writer->into, "\033[0m");
}

void text_write_column(const struct text_writer *writer, enum text_role role, const char *string, size_t width)
{
	text_write(writer, role, string);
	text_printf(writer->into, "%*s", (int)(width - (utf8_length(string) < width ? utf8_length(string) : width)),
		    "");
}

void text_write_heading(const struct text_writer *writer, const char *heading)
{
	text_add_char(writer->into, '\n');
	text_write(writer, TEXT_HEADING, heading);
	text_add_char(writer->into, '\n');
}

/* The next word of `*at`, NUL-terminated in `word`; false at the end. A newline is a word of its own. */
static bool next_word(const char **at, struct text *word)
{
	size_t length;

	text_clear(word);
	*at += strspn(*at, " \t");
	length = **at == '\n' ? 1 : strcspn(*at, " \t\n");
	text_add_bytes(word, *at, length);
	*at += length;
	return length > 0;
}

static void new_line(const struct text_writer *writer, size_t indent)
{
	text_printf(writer->into, "\n%*s", (int)indent, "");
}

void text_write_paragraph(const struct text_writer *writer, const char *string, size_t indent)
{
	struct text word = TEXT_INIT;
	size_t column = indent;

	while (next_word(&string, &word)) {
		size_t width = utf8_length(text_string(&word));
		bool forced = strcmp(text_string(&word), "\n") == 0;

		if (forced || (column > indent && column + 1 + width > TEXT_WIDTH)) {
			new_line(writer, indent);
			column = indent;
		}
		if (forced)
			continue;
		if (column > indent) {
			text_add_char(writer->into, ' ');
			column++;
		}
		text_write(writer, TEXT_PLAIN, text_string(&word));
		column += width;
	}
	text_add_char(writer->into, '\n');
	text_free(&word);
}

void text_set_short_place(const struct text_writer *writer, struct text *place, uint32_t input, uint64_t frame)
{
	const char *name = report_input_name(writer->report, input);

	text_clear(place);
	utf8_add_printable(place, input < writer->report->input_count ? name + writer->common : name);
	if (frame != 0)
		text_printf(place, ":%llu", (unsigned long long)frame);
}

/* Length of the longest directory part (closed by a slash) that all inputs' names begin with. */
static size_t common_directory(const struct report *report)
{
	const char *first = report_input_name(report, 0);
	const char *slash = strrchr(first, '/');
	size_t length = slash != NULL ? (size_t)(slash - first) + 1 : 0;

	for (uint32_t i = 1; i < report->input_count; i++)
		while (length > 0 && strncmp(first, report->inputs[i].name, length) != 0)
			do
				length--;
			while (length > 0 && first[length - 1] != '/');
	return length;
}

static uint64_t count_frames(const struct report *report)
{
	uint64_t frames = 0;

	for (uint32_t i = 0; i < report->input_count; i++)
		frames += report->inputs[i].frames;
	return frames;
}

/* Not captures, but what hosts say of themselves. */
static bool are_hosts(const struct report *report)
{
	for (uint32_t i = 0; i < report->input_count; i++)
		if (strcmp(report->inputs[i].format, "host") != 0)
			return false;
	return report->input_count > 0;
}

/* "3 errors, 1 warning, 0 info in 18204 frames of 2 inputs: faulty", "1 error, 0 warnings, 0 info on 1 host: faulty" */
static void write_verdict(const struct text_writer *writer)
{
	const struct report *report = writer->report;
	uint32_t errors = report_count_faults(report, SEVERITY_ERROR);
	uint32_t warnings = report_count_faults(report, SEVERITY_WARNING);
	unsigned long long frames = (unsigned long long)count_frames(report);

	text_printf(writer->into, "\n%u error%s, %u warning%s, %u info ", errors, errors == 1 ? "" : "s", warnings,
		    warnings == 1 ? "" : "s", report_count_faults(report, SEVERITY_INFO));
	if (are_hosts(report))
		text_printf(writer->into, "on %u host%s: ", report->input_count, report->input_count == 1 ? "" : "s");
	else
		text_printf(writer->into, "in %llu frame%s of %u input%s: ", frames, frames == 1 ? "" : "s",
			    report->input_count, report->input_count == 1 ? "" : "s");
	text_write(writer, report->verdict == REPORT_CLEAN ? TEXT_HEADING : TEXT_BAD,
		   report_verdict_name(report->verdict));
	if (report->gap_count > 0 && report->verdict == REPORT_FAULTY)
		text_add(writer->into, ", and the evidence is incomplete");
	text_add_char(writer->into, '\n');
}

static int write_text(const struct report *report, const struct report_writer_options *options, struct text *into,
		      struct error *error)
{
	struct text_writer writer = {
		.report = report, .options = options, .into = into, .common = common_directory(report)
	};

	(void)error;
	if (options->quiet) {
		text_write_fault_lines(&writer);
		return 0;
	}
	if (report->input_count > 0 || report->forward_count + report->blast_count == 0)
		text_write_inputs(&writer);
	text_write_facts(&writer);
	text_write_sources(&writer);
	text_write_topology(&writer);
	text_write_forward(&writer);
	text_write_blast(&writer);
	text_write_matrix(&writer);
	text_write_replays(&writer);
	text_write_faults(&writer);
	text_write_conflicts(&writer);
	text_write_paths(&writer);
	if (options->verbose)
		text_write_hosts(&writer);
	text_write_gaps(&writer);
	if (report->forward_count > 0)
		text_write_forwarded(&writer);
	else if (report->blast_count > 0)
		text_write_blasted(&writer);
	else
		write_verdict(&writer);
	return 0;
}

const struct report_format report_format_text = {
	.name = "text",
	.description = "for people; each fault line is FILE:FRAME: severity: rule: message",
	.write = write_text,
};
