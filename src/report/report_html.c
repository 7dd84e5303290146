// SPDX-License-Identifier: GPL-2.0-or-later
/* The HTML format: one page that needs nothing else, to be mailed or attached. Words carry the meaning, as in text. */

#include "analysis/rule.h"
#include "report/report_format.h"
#include "report/report_words.h"
#include "report/xml.h"

static const char page_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>truemac report</title>\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n"
    "body{font:16px/1.45 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}\n"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .6em;text-align:left}\n"
    "code,td{font-family:ui-monospace,monospace;font-size:.9em}.fail,section.error h3{color:#b00;font-weight:bold}\n"
    "section{border-left:4px solid #999;padding-left:1em;margin:1.5em 0}section.error{border-color:#b00}\n"
    "dt{font-weight:bold}\n"
    "</style>\n</head>\n<body>\n";

static void add_element(struct text *into, const char *element, const char *content)
{
	text_printf(into, "<%s>", element);
	xml_add(into, content);
	text_printf(into, "</%s>", element);
}

static void add_heading(struct text *into, const char *heading)
{
	text_printf(into, "<h2>%s</h2>\n", heading);
}

static void add_inputs(struct text *into, const struct report *report)
{
	char time[NANOS_RFC3339_SIZE];

	add_heading(into, "Inputs");
	text_add(into, "<table><tr><th>capture<th>frames<th>from<th>clock<th>lost</tr>\n");
	for (uint32_t i = 0; i < report->input_count; i++) {
		const struct report_input *input = &report->inputs[i];

		text_add(into, "<tr>");
		add_element(into, "td", input->name);
		text_printf(into, "<td>%llu", (unsigned long long)input->frames);
		add_element(into, "td", input->frames > 0 ? nanos_format_rfc3339(input->first, time) : "");
		text_printf(into, input->has_offset ? "<td>%+.6f s" : "<td>not known",
			    (double)input->offset / (double)NANOS_PER_SECOND);
		text_printf(into, "<td>%llu%s</tr>\n", (unsigned long long)input->dropped,
			    input->truncated ? ", truncated" : "");
	}
	text_add(into, "</table>\n");
}

static void add_row(struct text *into, const struct report_row *row)
{
	char buffer[IP_TEXT_SIZE];

	text_add(into, "<tr><td>");
	report_add_service(into, row);
	add_element(into, "td", row->is_director ? "director" : "real server");
	add_element(into, "td", ip_format(&row->real_server, buffer));
	add_element(into, "td", row->has_mac ? mac_format(row->mac, buffer) : "?");
	for (int check = 0; check < CHECK_COUNT; check++) {
		const struct report_cell *cell = &row->cells[check];

		text_printf(into, "<td class=\"%s\"", cell->value == CHECK_FAIL ? "fail" : "");
		xml_add_attribute(into, "title", cell->reason);
		text_printf(into, ">%s", check_value_name(cell->value));
	}
	text_add(into, "</tr>\n");
}

static void add_matrix(struct text *into, const struct report *report)
{
	if (report->row_count + report->director_row_count == 0)
		return;
	add_heading(into, "Matrix");
	text_add(into, "<table><tr><th>service<th>node<th>address<th>at MAC");
	for (int check = 0; check < CHECK_COUNT; check++)
		text_printf(into, "<th>%s", check_name((enum check)check));
	text_add(into, "</tr>\n");
	for (uint32_t i = 0; i < report->row_count; i++)
		add_row(into, &report->rows[i]);
	for (uint32_t i = 0; i < report->director_row_count; i++)
		add_row(into, &report->director_rows[i]);
	text_add(into, "</table>\n");
}

static void add_term(struct text *into, const char *term, const char *description)
{
	if (description == NULL || description[0] == '\0')
		return;
	text_printf(into, "<dt>%s</dt>", term);
	add_element(into, "dd", description);
	text_add_char(into, '\n');
}

static void add_evidence(struct text *into, const struct report *report, const struct fault *fault)
{
	char time[NANOS_RFC3339_SIZE];

	text_printf(into, "<dt>Proof (%s, seen %llu times)</dt><dd><table>\n", confidence_name(fault->confidence),
		    (unsigned long long)fault->count);
	for (uint32_t i = 0; i < fault->evidence_count; i++) {
		const struct evidence *evidence = &fault->evidence[i];

		text_add(into, "<tr>");
		add_element(into, "td", report_input_name(report, evidence->input));
		text_printf(into, "<td>%llu", (unsigned long long)evidence->frame);
		add_element(into, "td", nanos_format_rfc3339(evidence->time, time));
		add_element(into, "td", evidence->note);
		text_add(into, "</tr>\n");
	}
	text_add(into, "</table></dd>\n");
}

static void add_said_by(struct text *into, const struct report *report, const struct fault *fault)
{
	struct text labels = TEXT_INIT;

	report_add_labels(&labels, report, fault->sources, fault->source_count);
	add_term(into, "Said by", text_string(&labels));
	into->failed |= labels.failed;
	text_free(&labels);
}

static void add_fault(struct text *into, const struct report *report, const struct fault *fault)
{
	const char *severity = severity_name(fault->severity);

	text_printf(into, "<section class=\"%s\"><h3>%s: %s</h3>\n", severity, severity, fault->rule->id);
	add_element(into, "p", fault->summary);
	text_add(into, "\n<dl>");
	add_term(into, "Why", fault->rule->why);
	add_evidence(into, report, fault);
	add_said_by(into, report, fault);
	add_term(into, "Effect", fault->effect);
	for (int i = 0; i < FAULT_MAX_REMEDIES && fault->remedies[i] != NULL; i++)
		add_term(into, "Repair", fault->remedies[i]);
	add_term(into, "Does not help", fault->rule->no_help);
	text_add(into, "</dl></section>\n");
	text_pass_on(into);
}

static void add_sources(struct text *into, const struct report *report)
{
	if (report->source_count == 0)
		return;
	add_heading(into, "Reports");
	text_add(into, "<table><tr><th>report<th>command<th>verdict<th>role</tr>\n");
	for (uint32_t i = 0; i < report->source_count; i++) {
		const struct report *source = report->sources[i].report;

		text_add(into, "<tr>");
		add_element(into, "td", report->sources[i].label);
		add_element(into, "td", source->command);
		text_printf(into, "<td class=\"%s\">%s", source->verdict == REPORT_FAULTY ? "fail" : "",
			    report_verdict_name(source->verdict));
		add_element(into, "td", source->machine != NULL ? host_role_name(source->machine->role) : "");
		text_add(into, "</tr>\n");
		text_pass_on(into);
	}
	text_add(into, "</table>\n");
}

static void add_conflicts(struct text *into, const struct report *report)
{
	if (report->conflict_count == 0)
		return;
	add_heading(into, "Conflicts");
	text_add(into, "<ul>\n");
	for (uint32_t i = 0; i < report->conflict_count; i++) {
		struct text conflict = TEXT_INIT;

		report_add_conflict(&conflict, report, &report->conflicts[i]);
		add_element(into, "li", text_string(&conflict));
		into->failed |= conflict.failed;
		text_free(&conflict);
	}
	text_add(into, "\n</ul>\n");
}

static void add_gaps(struct text *into, const struct report *report)
{
	if (report->gap_count == 0)
		return;
	add_heading(into, "Incomplete evidence");
	text_add(into, "<ul>\n");
	for (uint32_t i = 0; i < report->gap_count; i++)
		add_element(into, "li", report->gaps[i].reason);
	text_add(into, "\n</ul>\n");
}

static int write_html(const struct report *report, const struct report_writer_options *options, struct text *into,
		      struct error *error)
{
	(void)options, (void)error;
	text_add(into, page_head);
	text_printf(into, "<h1>truemac %s: %s</h1>\n", report->command, report_verdict_name(report->verdict));
	add_inputs(into, report);
	add_sources(into, report);
	add_matrix(into, report);
	if (report->fault_count > 0)
		add_heading(into, "Faults");
	for (uint32_t i = 0; i < report->fault_count; i++)
		add_fault(into, report, &report->faults[i]);
	add_conflicts(into, report);
	add_gaps(into, report);
	text_add(into, "</body>\n</html>\n");
	return 0;
}

const struct report_format report_format_html = {
	.name = "html",
	.description = "one page that needs nothing else",
	.write = write_html,
};
