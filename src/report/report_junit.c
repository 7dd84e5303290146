// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JUnit format: three suites.
 *
 * faults: a case for each rule x subject that it found at fault, and one
 * passed case for each rule that found nothing. matrix: a case for each
 * cell; what could not be decided is skipped with the reason. evidence: an
 * error for each reason why the evidence is incomplete, so that half a
 * capture does not look like a pass.
 */
#include <string.h>

#include "report/report_format.h"
#include "report/report_words.h"
#include "report/xml.h"

struct suite {
	const char *name;
	struct text cases;
	unsigned tests, failures, errors, skipped;
};

/* A case, open: what follows goes inside, until close_case(). */
static void open_case(struct suite *suite, const char *class, const char *name)
{
	suite->tests++;
	text_add(&suite->cases, "    <testcase");
	xml_add_attribute(&suite->cases, "classname", class);
	xml_add_attribute(&suite->cases, "name", name);
	text_add(&suite->cases, ">");
}

static void close_case(struct suite *suite)
{
	text_add(&suite->cases, "</testcase>\n");
}

/* <failure>, <error> or <skipped>, with a message and a longer text (both may hold anything). */
static void add_outcome(struct suite *suite, const char *element, const char *type, const char *message,
			const char *body)
{
	text_printf(&suite->cases, "<%s", element);
	if (type != NULL)
		xml_add_attribute(&suite->cases, "type", type);
	xml_add_attribute(&suite->cases, "message", message);
	text_add(&suite->cases, ">");
	xml_add(&suite->cases, body);
	text_printf(&suite->cases, "</%s>", element);
}

static void describe_fault(struct text *into, const struct report *report, const struct fault *fault)
{
	for (uint32_t i = 0; i < fault->evidence_count; i++) {
		report_add_place(into, report, &fault->evidence[i]);
		text_printf(into, ": %s\n", fault->evidence[i].note);
	}
	if (fault->effect != NULL)
		text_printf(into, "Effect: %s\n", fault->effect);
	for (int i = 0; i < FAULT_MAX_REMEDIES && fault->remedies[i] != NULL; i++)
		text_printf(into, "Repair: %s\n", fault->remedies[i]);
}

static void add_fault(struct suite *suite, const struct report *report, const struct fault *fault,
		      enum severity fail_on)
{
	struct text subject = TEXT_INIT, body = TEXT_INIT;

	report_add_subject(&subject, &fault->subject);
	describe_fault(&body, report, fault);
	open_case(suite, fault->rule->id, text_string(&subject));
	if (fault->severity >= fail_on) {
		suite->failures++;
		add_outcome(suite, "failure", severity_name(fault->severity), fault->summary, text_string(&body));
	} else {
		text_add(&suite->cases, "<system-out>");
		xml_add(&suite->cases, fault->summary);
		text_add(&suite->cases, "</system-out>");
	}
	close_case(suite);
	suite->cases.failed |= subject.failed || body.failed;
	text_free(&subject);
	text_free(&body);
}

static bool rule_found_something(const struct report *report, const struct rule *rule)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		if (report->faults[i].rule == rule)
			return true;
	return false;
}

/* Frames say nothing about the rules that judge a host, and the host nothing about the others. */
static bool rule_was_tried(const struct report *report, const struct rule *rule)
{
	if (strcmp(report->command, "merge") == 0)
		return true;
	return (strcmp(report->command, "inspect") == 0) == (rule->inspect != NULL);
}

static void fill_faults(struct suite *suite, const struct report *report, const struct report_writer_options *options)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		add_fault(suite, report, &report->faults[i], options->fail_on);
	for (rule_list rule = options->rules; rule != NULL && *rule != NULL; rule++) {
		if (rule_found_something(report, *rule) || !rule_was_tried(report, *rule))
			continue;
		open_case(suite, (*rule)->id, "no such fault found");
		close_case(suite);
	}
}

static void add_cell(struct suite *suite, const char *name, enum check check, const struct report_cell *cell)
{
	if (cell->value == CHECK_NOT_APPLICABLE)
		return;
	open_case(suite, check_name(check), name);
	if (cell->value == CHECK_UNKNOWN) {
		suite->skipped++;
		add_outcome(suite, "skipped", NULL, cell->reason, "");
	} else if (cell->value == CHECK_FAIL) {
		suite->failures++;
		add_outcome(suite, "failure", "matrix", cell->reason, "");
	}
	close_case(suite);
}

static void fill_rows(struct suite *suite, const struct report_row *rows, uint32_t count)
{
	struct text name = TEXT_INIT;
	char address[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < count; i++) {
		const struct report_row *row = &rows[i];

		text_clear(&name);
		report_add_service(&name, row);
		text_printf(&name, "%s %s", row->is_director ? " by director" : " on",
			    ip_format(&row->real_server, address));
		for (int check = 0; check < CHECK_COUNT; check++)
			add_cell(suite, text_string(&name), (enum check)check, &row->cells[check]);
	}
	suite->cases.failed |= name.failed;
	text_free(&name);
}

static void fill_matrix(struct suite *suite, const struct report *report)
{
	fill_rows(suite, report->rows, report->row_count);
	fill_rows(suite, report->director_rows, report->director_row_count);
}

static void fill_evidence(struct suite *suite, const struct report *report)
{
	for (uint32_t i = 0; i < report->gap_count; i++) {
		open_case(suite, "evidence", report->gaps[i].reason);
		suite->errors++;
		add_outcome(suite, "error", "incomplete", report->gaps[i].reason, "");
		close_case(suite);
	}
	for (uint32_t i = 0; i < report->conflict_count; i++) {
		struct text conflict = TEXT_INIT;

		report_add_conflict(&conflict, report, &report->conflicts[i]);
		open_case(suite, "conflict", report->conflicts[i].about);
		suite->errors++;
		add_outcome(suite, "error", "conflict", text_string(&conflict), "");
		close_case(suite);
		suite->cases.failed |= conflict.failed;
		text_free(&conflict);
	}
	if (report->gap_count + report->conflict_count == 0) {
		open_case(suite, "evidence", "complete");
		close_case(suite);
	}
}

static void add_counts(struct text *into, const struct suite *suite)
{
	xml_add_attribute(into, "name", suite->name);
	text_printf(into, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n", suite->tests,
		    suite->failures, suite->errors, suite->skipped);
}

static void add_suites(struct text *into, const struct suite *suites, size_t count)
{
	struct suite total = { .name = "truemac" };

	for (size_t i = 0; i < count; i++) {
		total.tests += suites[i].tests;
		total.failures += suites[i].failures;
		total.errors += suites[i].errors;
		total.skipped += suites[i].skipped;
	}
	text_add(into, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	add_counts(into, &total);
	for (size_t i = 0; i < count; i++) {
		text_add(into, "  <testsuite");
		add_counts(into, &suites[i]);
		text_add(into, text_string(&suites[i].cases));
		text_add(into, "  </testsuite>\n");
	}
	text_add(into, "</testsuites>\n");
}

static int write_junit(const struct report *report, const struct report_writer_options *options, struct text *into,
		       struct error *error)
{
	struct suite suites[] = { { .name = "faults" }, { .name = "matrix" }, { .name = "evidence" } };
	bool failed = false;

	fill_faults(&suites[0], report, options);
	fill_matrix(&suites[1], report);
	fill_evidence(&suites[2], report);
	add_suites(into, suites, sizeof suites / sizeof suites[0]);
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
		failed |= suites[i].cases.failed;
		text_free(&suites[i].cases);
	}
	return failed ? error_set(error, ERROR_MEMORY, NULL, "not enough memory to write the report as JUnit") : 0;
}

const struct report_format report_format_junit = {
	.name = "junit",
	.description = "a test case for each rule and subject; what is unknown is skipped",
	.write = write_junit,
};
