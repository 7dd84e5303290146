// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/read_json.h"

#include <stdlib.h>
#include <string.h>

#include "report/read_json_private.h"
#include "report/utf8.h"

static const char schema_name[] = "truemac.report/";
enum { SCHEMA_NUMBER = 1 };

static const char merge_command[] = "merge";

/* Of any command: later ones make reports, too. */
static const char *read_command(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node node = read_member(root, "command");
	const char *command = read_string(reader, root, "command");

	if (command[0] == '\0' || strspn(command, "abcdefghijklmnopqrstuvwxyz-") < strlen(command))
		read_fail(reader, &node, "'%.40s' is no command", command);
	return read_keep_string(reader, report, command);
}

static const char *verdict_name(int verdict)
{
	return report_verdict_name((enum report_verdict)verdict);
}

static void check_schema(struct json_reader *reader, const struct json_node *root)
{
	struct json_node node = read_member(root, "schema");
	const char *schema = json_string_value(node.value);
	char *end = NULL;
	unsigned long number;

	if (schema == NULL || strncmp(schema, schema_name, sizeof schema_name - 1) != 0) {
		read_fail(reader, NULL, "this is JSON, but no report of truemac: make it with --format json");
		return;
	}
	number = strtoul(schema + sizeof schema_name - 1, &end, 10);
	if (number != SCHEMA_NUMBER || *end != '\0')
		read_fail(reader, NULL, "its schema is %.40s, this version reads %s%d: use the truemac that wrote it",
			  schema, schema_name, SCHEMA_NUMBER);
}

/* All but what only merging adds. */
static void read_body(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	if (!read_is_object(reader, root))
		return;
	report->command = read_command(reader, root, report);
	report->verdict = (enum report_verdict)read_word(reader, root, "verdict", verdict_name, REPORT_INCOMPLETE + 1);
	read_inputs(reader, root, report);
	read_topology(reader, root, report);
	read_matrix(reader, root, report);
	read_faults(reader, root, report);
	read_hosts(reader, root, report);
	read_gaps(reader, root, report);
	read_paths(reader, root, report);
	read_flows(reader, root, report);
	read_facts(reader, root, report);
	read_machine(reader, root, report);
	read_forwards(reader, root, report);
}

/* Label and digest are concluded anew. */
static void read_source(struct json_reader *reader, const struct json_node *node, struct report_source *source)
{
	struct json_node body = read_member(node, "report");

	if (!read_is_object(reader, node))
		return;
	source->name = read_copy(reader, node, "name");
	source->report = read_room(reader, 1, sizeof *source->report);
	if (source->report != NULL) {
		*source->report = (struct report)REPORT_INIT;
		read_body(reader, &body, source->report);
		if (strcmp(source->report->command, merge_command) == 0)
			read_fail(reader, &body, "a merged report has no merged one inside");
	}
}

static void read_sources(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node list = read_member(root, "sources");
	uint32_t count = read_length(reader, &list);

	report->sources = read_room(reader, count, sizeof *report->sources);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);

		report->source_count++;
		read_source(reader, &item, &report->sources[i]);
	}
}

/* What a merged report concludes follows from its sources, and is not read. */
static void read_root(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	check_schema(reader, root);
	if (reader->status != 0)
		return;
	if (strcmp(read_string(reader, root, "command"), merge_command) == 0) {
		report->command = merge_command;
		read_sources(reader, root, report);
		return;
	}
	read_body(reader, root, report);
}

static int fail_syntax(const char *name, const json_error_t *syntax, struct error *error)
{
	const char *advice = json_error_code(syntax) == json_error_premature_end_of_input
				 ? "it ends too early: write it anew (with -o, which leaves no half files)"
				 : "a report is made with --format json";

	error_set(error, ERROR_INPUT, name, "line %d: no valid JSON: %s; %s", syntax->line, syntax->text, advice);
	read_clean_message(error);
	return ERROR_INPUT;
}

int report_read_json(const char *name, const char *bytes, size_t length, struct report *report, struct error *error)
{
	struct json_reader reader = { .name = name, .error = error };
	struct json_node root = { .value = NULL };
	json_error_t syntax;
	json_t *document;

	if (length == 0)
		return error_set(error, ERROR_INPUT, name, "is empty: a report is made with --format json");
	document = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &syntax);
	/* jansson has no place for what is not the document's fault. */
	if (document == NULL && (syntax.line < 0 || json_error_code(&syntax) == json_error_out_of_memory))
		return error_set(error, ERROR_MEMORY, name, "no memory for the report");
	if (document == NULL)
		return fail_syntax(name, &syntax, error);
	root.value = document;
	read_root(&reader, &root, report);
	json_decref(document);
	return reader.status;
}
