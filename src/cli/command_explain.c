// SPDX-License-Identifier: GPL-2.0-or-later
/* truemac explain: the texts of the rules, and the schema of the report. */
#include "cli/message.h"
#include "cli/nearest.h"
#include "cli/options.h"
#include "cli/output.h"
#include "report/explain.h"
#include "report/schema.h"
#include "rules/registry.h"

static int take_schema(void *values, const struct option_spec *option, const char *value, struct error *error)
{
	bool *schema = values;

	(void)option, (void)value, (void)error;
	*schema = true;
	return 0;
}

static const struct option_spec explain_options[] = {
	{ 0, "schema", NULL, "print the JSON Schema of the report", take_schema, 0, NULL },
	{ 0 },
};

static int explain_one(const char *id, struct text *into, struct error *error)
{
	const struct rule *rule = rule_find(id);
	struct nearest nearest = nearest_to(id);
	char suggestion[80];

	if (rule != NULL) {
		explain_rule(rule, into);
		return 0;
	}
	for (rule_list known = rules_all; *known != NULL; known++)
		nearest_try(&nearest, (*known)->id);
	return error_set(error, ERROR_USAGE, NULL, "there is no rule '%.100s'%s", id,
			 nearest_phrase(&nearest, suggestion, sizeof suggestion));
}

static int explain(bool schema, const struct operands *operands, struct text *into, struct error *error)
{
	if (operands->count > (schema ? 0 : 1))
		return error_set(error, ERROR_USAGE, NULL, "one rule at a time; '%.100s' is too much",
				 operands->names[operands->count - 1]);
	if (schema)
		text_add(into, report_schema);
	else if (operands->count == 0)
		explain_list(rules_all, into);
	else
		return explain_one(operands->names[0], into, error);
	return 0;
}

int command_explain(const struct command *self, int argc, char **argv)
{
	bool schema = false;
	const struct option_group groups[] = { { "Options", explain_options, &schema }, { 0 } };
	struct error error = ERROR_INIT;
	struct text answer = TEXT_INIT;
	struct operands operands;
	int status = options_parse(self, argc, argv, groups, &operands, &error);

	if (status == 0 && !operands.done)
		status = explain(schema, &operands, &answer, &error);
	if (status == 0 && !operands.done)
		status = output_print(&answer, &error);
	text_free(&answer);
	return status < 0 ? message_fail(&error) : STATUS_CLEAN;
}
