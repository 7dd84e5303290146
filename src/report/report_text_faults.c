// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text format: the faults. The first line of each can be grepped and jumped
 * to. What all faults of a rule have in common is said with the first one.
 */
#include <stdio.h>
#include <string.h>

#include "report/report_text.h"
#include "report/report_words.h"
#include "report/utf8.h"

enum { LABEL_COLUMN = 4, BODY_COLUMN = 19 };

static void write_label(const struct text_writer *writer, const char *label)
{
	text_printf(writer->into, "%*s", LABEL_COLUMN, "");
	text_write_column(writer, TEXT_HEADING, label, BODY_COLUMN - LABEL_COLUMN);
}

static void write_labelled(const struct text_writer *writer, const char *label, const char *string)
{
	if (string == NULL || string[0] == '\0')
		return;
	write_label(writer, label);
	text_write_paragraph(writer, string, BODY_COLUMN);
}

void text_write_fault_line(const struct text_writer *writer, const struct fault *fault)
{
	struct evidence first = report_first_evidence(fault);

	report_add_place(writer->into, writer->report, &first);
	text_add(writer->into, ": ");
	text_write(writer, fault->severity == SEVERITY_ERROR ? TEXT_BAD : TEXT_HEADING, severity_name(fault->severity));
	text_printf(writer->into, ": %s: ", fault->rule->id);
	text_write(writer, TEXT_PLAIN, fault->summary);
	text_add_char(writer->into, '\n');
}

/* Time by the reference clock. False where the clocks of two inputs were never compared. */
static bool time_between(const struct report *report, const struct evidence *from, const struct evidence *to,
			 nanos *between)
{
	const struct report_input *inputs = report->inputs;

	*between = to->time - from->time;
	if (from->input == to->input)
		return true;
	if (from->input >= report->input_count || to->input >= report->input_count)
		return false;
	*between -= inputs[to->input].offset - inputs[from->input].offset;
	return inputs[from->input].has_offset && inputs[to->input].has_offset &&
	       inputs[from->input].reference == inputs[to->input].reference;
}

static void write_time(const struct text_writer *writer, const struct evidence *first, const struct evidence *evidence)
{
	char duration[40] = "", column[48];
	nanos between;

	/* What a machine says of itself stands in no frame. */
	if (evidence->frame == 0) {
		text_write_column(writer, TEXT_DIM, "", 12);
		return;
	}
	if (!time_between(writer->report, first, evidence, &between)) {
		text_write_column(writer, TEXT_DIM, "own clock", 12);
		return;
	}
	nanos_format_duration(between < 0 ? -between : between, duration, sizeof duration);
	snprintf(column, sizeof column, "%s%s", between < 0 ? "-" : "+", between == 0 ? "0" : duration);
	text_write_column(writer, TEXT_PLAIN, column, 12);
}

static size_t widest_place(const struct text_writer *writer, const struct fault *fault)
{
	struct text place = TEXT_INIT;
	size_t width = 0;

	for (uint32_t i = 0; i < fault->evidence_count; i++) {
		size_t length;

		text_set_short_place(writer, &place, fault->evidence[i].input, fault->evidence[i].frame);
		length = utf8_length(text_string(&place));
		width = length > width ? length : width;
	}
	text_free(&place);
	return width;
}

/* A host's settings stand in no frame and have no times. */
static void write_readings(const struct text_writer *writer, const struct fault *fault)
{
	for (uint32_t i = 0; i < fault->evidence_count; i++) {
		text_printf(writer->into, "%*s", BODY_COLUMN, "");
		text_write(writer, TEXT_PLAIN, fault->evidence[i].note);
		text_add_char(writer->into, '\n');
	}
}

static void write_evidence(const struct text_writer *writer, const struct fault *fault)
{
	size_t width = widest_place(writer, fault) + 2;
	struct text place = TEXT_INIT;

	if (fault->rule->inspect && fault->source_count < 2) {
		write_readings(writer, fault);
		return;
	}

	for (uint32_t i = 0; i < fault->evidence_count; i++) {
		const struct evidence *evidence = &fault->evidence[i];

		text_set_short_place(writer, &place, evidence->input, evidence->frame);
		text_printf(writer->into, "%*s", BODY_COLUMN, "");
		text_write_column(writer, TEXT_PLAIN, text_string(&place), width);
		write_time(writer, &fault->evidence[0], evidence);
		text_write(writer, TEXT_PLAIN, evidence->note);
		text_add_char(writer->into, '\n');
	}
	writer->into->failed |= place.failed;
	text_free(&place);
}

static bool has_frames(const struct fault *fault)
{
	for (uint32_t i = 0; i < fault->evidence_count; i++)
		if (fault->evidence[i].frame != 0)
			return true;
	return false;
}

static void write_proof(const struct text_writer *writer, const struct fault *fault)
{
	char time[NANOS_RFC3339_SIZE];

	write_label(writer, "Proof");
	if (fault->rule->inspect)
		text_printf(writer->into, "%s by what the host says of itself\n", confidence_name(fault->confidence));
	else if (!has_frames(fault) && fault->source_count > 0)
		text_printf(writer->into, "%s by what machines say of themselves\n",
			    confidence_name(fault->confidence));
	else
		text_printf(writer->into, "%s; seen %llu time%s, first %s\n", confidence_name(fault->confidence),
			    (unsigned long long)fault->count, fault->count == 1 ? "" : "s",
			    nanos_format_rfc3339(fault->first, time));
	write_evidence(writer, fault);
}

/* Of a merged report: which machines say so. */
static void write_sources(const struct text_writer *writer, const struct fault *fault)
{
	struct text labels = TEXT_INIT;

	report_add_labels(&labels, writer->report, fault->sources, fault->source_count);
	write_labelled(writer, "Said by", text_string(&labels));
	writer->into->failed |= labels.failed;
	text_free(&labels);
}

/* Commands stay whole, so that they can be copied. */
static void write_repair(const struct text_writer *writer, const struct fault *fault)
{
	for (int i = 0; i < FAULT_MAX_REMEDIES && fault->remedies[i] != NULL; i++) {
		write_label(writer, i == 0 ? "Repair" : "");
		text_write(writer, TEXT_PLAIN, fault->remedies[i]);
		text_add_char(writer->into, '\n');
	}
}

static bool same_string(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_advice(const struct fault *a, const struct fault *b)
{
	for (int i = 0; i < FAULT_MAX_REMEDIES; i++)
		if (!same_string(a->remedies[i], b->remedies[i]))
			return false;
	return same_string(a->effect, b->effect);
}

/* What is the same as for the fault before is not said again. */
static void write_fault(const struct text_writer *writer, const struct fault *fault, const struct fault *before)
{
	bool same_rule = before != NULL && before->rule == fault->rule;

	text_add_char(writer->into, '\n');
	text_write_fault_line(writer, fault);
	if (!same_rule)
		write_labelled(writer, "Why", fault->rule->why);
	write_proof(writer, fault);
	write_sources(writer, fault);
	if (same_rule && same_advice(fault, before)) {
		write_labelled(writer, "The rest", "as above");
		return;
	}
	write_labelled(writer, "Effect", fault->effect);
	write_repair(writer, fault);
	write_labelled(writer, "Does not help", fault->rule->no_help);
}

void text_write_faults(const struct text_writer *writer)
{
	const struct fault *faults = writer->report->faults;

	for (uint32_t i = 0; i < writer->report->fault_count; i++) {
		write_fault(writer, &faults[i], i > 0 ? &faults[i - 1] : NULL);
		text_pass_on(writer->into);
	}
}

void text_write_fault_lines(const struct text_writer *writer)
{
	for (uint32_t i = 0; i < writer->report->fault_count; i++) {
		text_write_fault_line(writer, &writer->report->faults[i]);
		text_pass_on(writer->into);
	}
}
