// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GitHub annotations: one workflow command for each fault and each gap.
 * Source: docs.github.com, "Workflow commands for GitHub Actions", and the
 * escaping of actions/toolkit (packages/core/src/command.ts).
 */
#include <string.h>

#include "analysis/rule.h"
#include "report/report_format.h"
#include "report/report_words.h"
#include "report/utf8.h"

static const char *const levels[] = {
	[SEVERITY_INFO] = "notice",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
};

/* `special` characters, percent and line ends as %XX. */
static void add_escaped(struct text *into, const char *string, const char *special)
{
	for (uint32_t c; string != NULL && (c = utf8_next(&string)) != 0;) {
		if (c == '%' || c == '\r' || c == '\n' || (c < 0x80 && strchr(special, (int)c) != NULL))
			text_printf(into, "%%%02X", (unsigned)c);
		else if (c >= 0x20)
			utf8_add(into, c);
	}
}

static void add_property(struct text *into, const char *name, const char *value)
{
	text_printf(into, "%s=", name);
	add_escaped(into, value, ":,");
}

static void add_fault(struct text *into, const struct report *report, const struct fault *fault)
{
	struct evidence first = report_first_evidence(fault);

	text_printf(into, "::%s ", levels[fault->severity]);
	add_property(into, "file", report_input_name(report, first.input));
	/* The file has no lines; its frames are numbered alike. What a host says has neither. */
	if (first.frame != 0)
		text_printf(into, ",line=%llu", (unsigned long long)first.frame);
	text_add_char(into, ',');
	add_property(into, "title", fault->rule->id);
	text_add(into, "::");
	add_escaped(into, fault->summary, "");
	for (int i = 0; i < FAULT_MAX_REMEDIES && fault->remedies[i] != NULL; i++) {
		text_add(into, "%0A");
		add_escaped(into, fault->remedies[i], "");
	}
	text_add_char(into, '\n');
	text_pass_on(into);
}

static int write_github(const struct report *report, const struct report_writer_options *options, struct text *into,
			struct error *error)
{
	(void)options, (void)error;
	for (uint32_t i = 0; i < report->fault_count; i++)
		add_fault(into, report, &report->faults[i]);
	for (uint32_t i = 0; i < report->gap_count; i++) {
		text_add(into, "::warning title=incomplete evidence::");
		add_escaped(into, report->gaps[i].reason, "");
		text_add_char(into, '\n');
	}
	for (uint32_t i = 0; i < report->conflict_count; i++) {
		struct text conflict = TEXT_INIT;

		report_add_conflict(&conflict, report, &report->conflicts[i]);
		text_add(into, "::warning title=conflicting reports::");
		add_escaped(into, text_string(&conflict), "");
		text_add_char(into, '\n');
		into->failed |= conflict.failed;
		text_free(&conflict);
	}
	return 0;
}

const struct report_format report_format_github = {
	.name = "github",
	.description = "annotations for a GitHub workflow",
	.write = write_github,
};
