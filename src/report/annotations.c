// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/annotations.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/rule.h"
#include "report/report_words.h"

/* An annotation and its place in the report, which keeps the order of those of one frame. */
struct unsorted {
	struct annotation annotation;
	size_t order;
};

static int compare_places(uint32_t input_a, uint64_t frame_a, uint32_t input_b, uint64_t frame_b)
{
	if (input_a != input_b)
		return input_a < input_b ? -1 : 1;
	return frame_a < frame_b ? -1 : frame_a > frame_b;
}

static int compare(const void *left, const void *right)
{
	const struct unsorted *a = left, *b = right;
	int order = compare_places(a->annotation.input, a->annotation.frame, b->annotation.input, b->annotation.frame);

	return order != 0 ? order : a->order < b->order ? -1 : a->order > b->order;
}

static char *comment_of(const struct fault *fault, const struct evidence *evidence)
{
	struct text comment = TEXT_INIT;
	char *copy;

	text_printf(&comment, "%s: %s: %s (", severity_name(fault->severity), fault->rule->id, evidence->note);
	report_add_subject(&comment, &fault->subject);
	text_add_char(&comment, ')');
	copy = comment.failed ? NULL : strdup(text_string(&comment));
	text_free(&comment);
	return copy;
}

static size_t count_evidence(const struct report *report)
{
	size_t count = 0;

	for (uint32_t i = 0; i < report->fault_count; i++)
		count += report->faults[i].evidence_count;
	return count;
}

/* Gives how many there are; some comments are NULL where memory ran out. */
static size_t collect(const struct report *report, struct unsorted *into)
{
	size_t count = 0;

	for (uint32_t i = 0; i < report->fault_count; i++) {
		const struct fault *fault = &report->faults[i];

		for (uint32_t k = 0; k < fault->evidence_count; k++) {
			const struct evidence *evidence = &fault->evidence[k];

			if (evidence->frame == 0)
				continue;
			into[count].annotation =
			    (struct annotation){ evidence->input, evidence->frame, comment_of(fault, evidence) };
			into[count].order = count;
			count++;
		}
	}
	return count;
}

int annotations_make(const struct report *report, struct annotations *annotations, struct error *error)
{
	size_t room = count_evidence(report) + 1;
	struct unsorted *unsorted = calloc(room, sizeof *unsorted);
	bool failed;

	annotations->list = calloc(room, sizeof *annotations->list);
	failed = unsorted == NULL || annotations->list == NULL;
	if (!failed) {
		annotations->count = collect(report, unsorted);
		qsort(unsorted, annotations->count, sizeof *unsorted, compare);
		for (size_t i = 0; i < annotations->count; i++) {
			annotations->list[i] = unsorted[i].annotation;
			failed |= unsorted[i].annotation.comment == NULL;
		}
	}
	free(unsorted);
	return failed ? error_set(error, ERROR_MEMORY, NULL, "not enough memory to annotate frames") : 0;
}

void annotations_free(struct annotations *annotations)
{
	for (size_t i = 0; i < annotations->count; i++)
		free(annotations->list[i].comment);
	free(annotations->list);
	*annotations = (struct annotations)ANNOTATIONS_INIT;
}

const struct annotation *annotations_find(const struct annotations *annotations, uint32_t input, uint64_t frame)
{
	size_t low = 0, high = annotations->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct annotation *at = &annotations->list[middle];

		if (compare_places(at->input, at->frame, input, frame) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < annotations->count && annotations->list[low].input == input ? &annotations->list[low] : NULL;
}
