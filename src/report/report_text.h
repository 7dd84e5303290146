// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of the text format. Each appends one section, with its heading, or nothing where there is nothing to say.
 */
#ifndef REPORT_REPORT_TEXT_H
#define REPORT_REPORT_TEXT_H

#include "report/report_format.h"

enum text_role { TEXT_PLAIN, TEXT_HEADING, TEXT_BAD, TEXT_DIM };

struct text_writer {
	const struct report *report;
	const struct report_writer_options *options;
	struct text *into;
	size_t common; /* length of the directory that all inputs' names begin with */
};

enum { TEXT_WIDTH = 100 };

/* `string` (may be NULL) in the role's colours where colour is asked for; control characters made visible. */
void text_write(const struct text_writer *writer, enum text_role role, const char *string);

/* As text_write, then spaces up to `width` columns. */
void text_write_column(const struct text_writer *writer, enum text_role role, const char *string, size_t width);

/* A heading on a line of its own behind an empty line. */
void text_write_heading(const struct text_writer *writer, const char *heading);

/* `string` broken at spaces so that lines end before TEXT_WIDTH; the cursor stands at `indent`, where each line begins.
 */
void text_write_paragraph(const struct text_writer *writer, const char *string, size_t indent);

/*
 * Sets `place` to "FILE:FRAME" without the directory that all inputs share; frame 0 is the input as a whole, and
 * gives "FILE".
 */
void text_set_short_place(const struct text_writer *writer, struct text *place, uint32_t input, uint64_t frame);

void text_write_inputs(const struct text_writer *writer);
void text_write_facts(const struct text_writer *writer);
void text_write_forward(const struct text_writer *writer);
void text_write_blast(const struct text_writer *writer);
/* The last line of a report on forwarding, or on a blast, in the place of the verdict on faults. */
void text_write_forwarded(const struct text_writer *writer);
void text_write_blasted(const struct text_writer *writer);
void text_write_topology(const struct text_writer *writer);
void text_write_matrix(const struct text_writer *writer);
void text_write_replays(const struct text_writer *writer);
void text_write_faults(const struct text_writer *writer);
void text_write_fault_lines(const struct text_writer *writer);
void text_write_fault_line(const struct text_writer *writer, const struct fault *fault);
void text_write_paths(const struct text_writer *writer);
void text_write_hosts(const struct text_writer *writer);
void text_write_sources(const struct text_writer *writer);
void text_write_conflicts(const struct text_writer *writer);
void text_write_gaps(const struct text_writer *writer);

#endif
