// SPDX-License-Identifier: GPL-2.0-or-later
#include "merge/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "merge/merge_private.h"
#include "report/report_json.h"

static int fail_memory(struct error *error)
{
	return error_set(error, ERROR_MEMORY, NULL, "no memory to merge the reports");
}

static int make_room(struct merge *merge, struct error *error)
{
	uint32_t room = merge->room ? merge->room * 2 : 16;
	struct report_source *grown;

	if (merge->count < merge->room)
		return 0;
	if (merge->count >= MERGE_MAX_SOURCES)
		return error_set(error, ERROR_INPUT, NULL, "more than %d reports: merge a part of them at a time",
				 MERGE_MAX_SOURCES);
	grown = reallocarray(merge->sources, room, sizeof *grown);
	if (!grown)
		return fail_memory(error);
	merge->sources = grown;
	merge->room = room;
	return 0;
}

/* Takes `report` over, which is on the heap. */
static int add_source(struct merge *merge, const char *name, struct report *report, struct error *error)
{
	int status = make_room(merge, error);
	char *copy = status == 0 ? strdup(name) : NULL;

	if (copy) {
		merge->sources[merge->count++] = (struct report_source){ .name = copy, .report = report };
		return 0;
	}
	report_free(report);
	free(report);
	return status < 0 ? status : fail_memory(error);
}

static int add_merged(struct merge *merge, struct report *report, struct error *error)
{
	for (uint32_t i = 0; i < report->source_count; i++) {
		struct report *inner = report->sources[i].report;
		int status;

		report->sources[i].report = NULL;
		status = add_source(merge, report->sources[i].name, inner, error);
		if (status < 0)
			return status;
	}
	report_free(report);
	return 0;
}

int merge_add(struct merge *merge, const char *name, struct report *report, struct error *error)
{
	struct report *taken;

	if (strcmp(report->command, "merge") == 0)
		return add_merged(merge, report, error);
	taken = malloc(sizeof *taken);
	if (!taken)
		return fail_memory(error);
	*taken = *report;
	*report = (struct report)REPORT_INIT;
	/* Through a pipe comes no name, but a host may know its own. */
	if (strcmp(name, "-") == 0 && taken->machine && taken->machine->name[0])
		name = taken->machine->name;
	return add_source(merge, name, taken, error);
}

void merge_free(struct merge *merge)
{
	struct report holder = { .sources = merge->sources, .source_count = merge->count, .command = "" };

	report_free(&holder);
	*merge = (struct merge)MERGE_INIT;
}

/* --- each report once, in order --- */

struct body {
	struct report_source source;
	char *json; /* what makes it the same report */
};

static bool describe(struct body *body)
{
	json_t *json = json_of_body(body->source.report);
	size_t length;

	body->json = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!body->json)
		return false;
	length = strlen(body->json);
	snprintf(body->source.digest, DIGEST_SIZE, "%016llx%016llx",
		 (unsigned long long)hash_bytes(body->json, length, 1),
		 (unsigned long long)hash_bytes(body->json, length, 2));
	return true;
}

/* Standard input is no name; any other is better. */
static int compare_names(const char *a, const char *b)
{
	bool nameless_a = strcmp(a, "-") == 0, nameless_b = strcmp(b, "-") == 0;

	return nameless_a != nameless_b ? nameless_a - nameless_b : strcmp(a, b);
}

static int compare_bodies(const void *a, const void *b)
{
	const struct body *x = a, *y = b;
	int order = strcmp(x->source.digest, y->source.digest);

	order = order ? order : strcmp(x->json, y->json);
	return order ? order : compare_names(x->source.name, y->source.name);
}

static int compare_sources(const void *a, const void *b)
{
	const struct body *x = a, *y = b;
	int order = compare_names(x->source.name, y->source.name);

	return order ? order : compare_bodies(x, y);
}

static void drop(struct body *body)
{
	free(body->source.name);
	report_free(body->source.report);
	free(body->source.report);
	free(body->json);
}

/* Gives how many remain. The first of the same ones has the best name. */
static uint32_t drop_repeated(struct body *bodies, uint32_t count)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (kept > 0 && strcmp(bodies[kept - 1].json, bodies[i].json) == 0)
			drop(&bodies[i]);
		else
			bodies[kept++] = bodies[i];
	}
	return kept;
}

enum { LABEL_DIGITS = 8 };

static bool has_same_name(const struct report *report, uint32_t i)
{
	const char *name = report->sources[i].name;

	return (i > 0 && strcmp(report->sources[i - 1].name, name) == 0) ||
	       (i + 1 < report->source_count && strcmp(report->sources[i + 1].name, name) == 0);
}

/* A label does not depend on how many others have the name. */
static bool label_sources(struct report *report)
{
	for (uint32_t i = 0; i < report->source_count; i++) {
		struct report_source *source = &report->sources[i];

		if (asprintf(&source->label, "%s%s%.*s", source->name, has_same_name(report, i) ? "~" : "",
			     has_same_name(report, i) ? LABEL_DIGITS : 0, source->digest) < 0) {
			source->label = NULL;
			return false;
		}
	}
	return true;
}

/* On failure the sources stay with `merge`. */
static struct body *take_bodies(struct merge *merge)
{
	struct body *bodies = calloc(merge->count + 1, sizeof *bodies);
	bool failed = !bodies;

	for (uint32_t i = 0; i < merge->count && !failed; i++) {
		bodies[i].source = merge->sources[i];
		failed = !describe(&bodies[i]);
	}
	if (!failed) {
		free(merge->sources);
		merge->sources = NULL;
		return bodies;
	}
	for (uint32_t i = 0; bodies && i < merge->count; i++)
		free(bodies[i].json);
	free(bodies);
	return NULL;
}

static int order_sources(struct merge *merge, struct report *report, struct error *error)
{
	struct body *bodies = take_bodies(merge);
	uint32_t count = merge->count;

	if (!bodies)
		return fail_memory(error);
	*merge = (struct merge)MERGE_INIT;
	if (count > 0)
		qsort(bodies, count, sizeof *bodies, compare_bodies);
	count = drop_repeated(bodies, count);
	if (count > 0)
		qsort(bodies, count, sizeof *bodies, compare_sources);
	report->sources = calloc(count + 1, sizeof *report->sources);
	for (uint32_t i = 0; i < count; i++) {
		if (report->sources) {
			free(bodies[i].json);
			report->sources[report->source_count++] = bodies[i].source;
		} else {
			drop(&bodies[i]);
		}
	}
	free(bodies);
	return report->sources && label_sources(report) ? 0 : fail_memory(error);
}

/* --- what follows from them --- */

static enum report_verdict verdict_of(const struct report *report)
{
	bool incomplete = report->gap_count > 0 || report->conflict_count > 0;

	for (uint32_t i = 0; i < report->fault_count; i++)
		if (report->faults[i].severity > SEVERITY_INFO)
			return REPORT_FAULTY;
	for (uint32_t i = 0; i < report->source_count; i++)
		incomplete |= report->sources[i].report->verdict == REPORT_INCOMPLETE;
	return incomplete ? REPORT_INCOMPLETE : REPORT_CLEAN;
}

int merge_finish(struct merge *merge, struct report *report, struct error *error)
{
	struct merging merging = { .report = report };
	int status = order_sources(merge, report, error);

	report->command = "merge";
	if (status < 0)
		return status;
	merge_inputs(&merging);
	merging.failed |= !truth_build(report, &merging.truth);
	merge_topology(&merging);
	merge_hosts(&merging);
	merge_rows(&merging);
	merge_faults(&merging);
	merge_gaps(&merging);
	merge_paths(&merging);
	merge_destinations(&merging);
	conflicts_finish(&merging);
	truth_free(&merging.truth);
	free(merging.first_input);
	report->verdict = verdict_of(report);
	return merging.failed ? fail_memory(error) : 0;
}
