// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/explain.h"

#include "report/report_text.h"

enum { INDENT = 2 };

void explain_list(rule_list rules, struct text *into)
{
	for (; rules != NULL && *rules != NULL; rules++)
		text_printf(into, "%-22s %-8s %s\n", (*rules)->id, severity_name((*rules)->severity),
			    (*rules)->summary);
}

static void explain_part(const struct text_writer *writer, const char *heading, const char *string)
{
	if (string == NULL || string[0] == '\0')
		return;
	text_write_heading(writer, heading);
	text_printf(writer->into, "%*s", INDENT, "");
	text_write_paragraph(writer, string, INDENT);
}

void explain_rule(const struct rule *rule, struct text *into)
{
	const struct report_writer_options options = { .colour = false };
	const struct text_writer writer = { .options = &options, .into = into };

	text_printf(into, "%s: %s\n", rule->id, severity_name(rule->severity));
	text_write_paragraph(&writer, rule->summary, 0);
	explain_part(&writer, "Why", rule->why);
	explain_part(&writer, "Proof", rule->proof);
	explain_part(&writer, "Effect", rule->effect);
	if (rule->remedies[0] != NULL)
		text_write_heading(&writer, "Repair");
	for (int i = 0; i < RULE_MAX_REMEDIES && rule->remedies[i] != NULL; i++)
		text_printf(into, "%*s%s\n", INDENT, "", rule->remedies[i]);
	explain_part(&writer, "Does not help", rule->no_help);
	explain_part(&writer, "Sources", rule->sources);
}
