// SPDX-License-Identifier: GPL-2.0-or-later
/* Where reports contradict each other: collected as statements, grouped at the end. */
#include <stdlib.h>
#include <string.h>

#include "merge/merge_private.h"

void *merge_grow(struct merging *merging, void *list_pointer, uint32_t *count, uint32_t *room, size_t size)
{
	uint32_t more = *room ? *room * 2 : 16;
	char *list;

	memcpy(&list, list_pointer, sizeof list);
	if (*count == *room) {
		list = reallocarray(list, more, size);
		if (!list) {
			merging->failed = true;
			return NULL;
		}
		memcpy(list_pointer, &list, sizeof list);
		*room = more;
	}
	list += (size_t)(*count)++ * size;
	memset(list, 0, size);
	return list;
}

char *merge_copy(struct merging *merging, const char *string)
{
	char *copy = strdup(string);

	merging->failed |= !copy;
	return copy;
}

char *merge_take_text(struct merging *merging, struct text *text)
{
	char *copy = text->failed ? NULL : strdup(text_string(text));

	merging->failed |= !copy;
	text_free(text);
	return copy;
}

/* Until conflicts_finish() each conflict has one statement of one source. */
void conflict_add(struct merging *merging, const char *about, uint32_t source, const char *says)
{
	struct report *report = merging->report;
	struct report_conflict *conflict =
	    merge_grow(merging, &report->conflicts, &report->conflict_count, &merging->conflict_room, sizeof *conflict);

	if (!conflict)
		return;
	conflict->about = merge_copy(merging, about);
	conflict->statements = calloc(1, sizeof *conflict->statements);
	merging->failed |= !conflict->statements;
	if (!conflict->statements)
		return;
	conflict->statement_count = 1;
	conflict->statements->says = merge_copy(merging, says);
	conflict->statements->sources = malloc(sizeof source);
	merging->failed |= !conflict->statements->sources;
	if (!conflict->statements->sources)
		return;
	*conflict->statements->sources = source;
	conflict->statements->source_count = 1;
}

static int compare(const void *a, const void *b)
{
	const struct report_conflict *x = a, *y = b;
	int order = strcmp(x->about, y->about);
	uint32_t sx = x->statements->sources[0], sy = y->statements->sources[0];

	order = order ? order : strcmp(x->statements->says, y->statements->says);
	return order ? order : sx < sy ? -1 : sx > sy;
}

static void free_statement(struct report_statement *statement)
{
	free(statement->says);
	free(statement->sources);
}

/* Adds the source to the last statement of the same words, or the statement to the conflict. */
static void add_statement(struct merging *merging, struct report_conflict *into, struct report_statement *statement)
{
	struct report_statement *last = &into->statements[into->statement_count - 1], *grown;
	uint32_t source = statement->sources[0], *sources;

	if (strcmp(last->says, statement->says) != 0) {
		grown = reallocarray(into->statements, into->statement_count + 1, sizeof *grown);
		merging->failed |= !grown;
		if (grown) {
			into->statements = grown;
			grown[into->statement_count++] = *statement;
			return;
		}
	} else if (last->sources[last->source_count - 1] != source) {
		sources = reallocarray(last->sources, last->source_count + 1, sizeof *sources);
		merging->failed |= !sources;
		if (sources) {
			last->sources = sources;
			sources[last->source_count++] = source;
		}
	}
	free_statement(statement);
}

static void free_conflict(struct report_conflict *conflict)
{
	for (uint32_t i = 0; i < conflict->statement_count; i++)
		free_statement(&conflict->statements[i]);
	free(conflict->statements);
	free(conflict->about);
}

void conflicts_finish(struct merging *merging)
{
	struct report *report = merging->report;
	struct report_conflict *list = report->conflicts;
	uint32_t kept = 0;

	if (merging->failed || report->conflict_count == 0)
		return;
	qsort(list, report->conflict_count, sizeof *list, compare);
	for (uint32_t i = 0; i < report->conflict_count; i++) {
		if (kept > 0 && strcmp(list[kept - 1].about, list[i].about) == 0) {
			add_statement(merging, &list[kept - 1], list[i].statements);
			free(list[i].statements);
			free(list[i].about);
		} else {
			if (kept > 0 && list[kept - 1].statement_count < 2)
				free_conflict(&list[--kept]);
			list[kept++] = list[i];
		}
	}
	if (list[kept - 1].statement_count < 2)
		free_conflict(&list[--kept]);
	report->conflict_count = kept;
}

enum { MOST_NAMES = 5 };

void merge_name_sources(const struct merging *merging, const uint32_t *sources, uint32_t count, struct text *into)
{
	uint32_t named = count > MOST_NAMES ? MOST_NAMES - 1 : count;

	for (uint32_t i = 0; i < named; i++) {
		bool last = i + 1 == count;

		text_printf(into, "%s%s",
			    i == 0 ? ""
			    : last ? " and "
				   : ", ",
			    merging->report->sources[sources[i]].label);
	}
	if (named < count)
		text_printf(into, " and %u more", (unsigned)(count - named));
}
