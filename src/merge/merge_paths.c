// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packets followed from machine to machine, and who saw them last. Each report has a sample of conversations, which is
 * the same at every vantage point; so one that a capture of the same time does not have did not come by there.
 */
#include <stdlib.h>
#include <string.h>

#include "merge/merge_private.h"

enum { MOST_FOLLOWED = 8 };
#define MOST_SKEW (60 * NANOS_PER_SECOND) /* between clocks of machines that nobody has compared */

/* A conversation as one source has it. */
struct sighting {
	const struct report_flow *flow;
	uint32_t source;
};

/* One conversation, as all have it. */
struct group {
	const struct sighting *first;
	uint32_t count, inputs;
	bool answered;
};

static int compare_hops(const void *a, const void *b)
{
	const struct report_hop *x = a, *y = b;

	if (x->ttl != y->ttl)
		return x->ttl > y->ttl ? -1 : 1;
	if (x->input != y->input)
		return x->input < y->input ? -1 : 1;
	return x->frame < y->frame ? -1 : x->frame > y->frame;
}

static int compare_packets(const struct sighting *x, const struct sighting *y)
{
	if (x->flow->number != y->flow->number)
		return x->flow->number < y->flow->number ? -1 : 1;
	return strcmp(x->flow->path.packet, y->flow->path.packet);
}

static int compare_sightings(const void *a, const void *b)
{
	const struct sighting *x = a, *y = b;
	int order = compare_packets(x, y);

	order = order ? order : x->source < y->source ? -1 : x->source > y->source;
	return order ? order : x->flow < y->flow ? -1 : x->flow > y->flow;
}

static struct sighting *collect(struct merging *merging, uint32_t *count)
{
	const struct report *report = merging->report;
	struct sighting *list;
	size_t room = 1;

	*count = 0;
	for (uint32_t i = 0; i < report->source_count; i++)
		room += report->sources[i].report->flow_count;
	list = room < UINT32_MAX ? calloc(room, sizeof *list) : NULL;
	if (!list) {
		merging->failed = true;
		return NULL;
	}
	for (uint32_t i = 0; i < report->source_count; i++)
		for (uint32_t k = 0; k < report->sources[i].report->flow_count; k++)
			list[(*count)++] = (struct sighting){ &report->sources[i].report->flows[k], i };
	qsort(list, *count, sizeof *list, compare_sightings);
	return list;
}

static uint32_t count_inputs(const struct report_path *path, uint32_t input_count)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < path->hop_count; i++) {
		bool again = path->hops[i].input >= input_count;

		for (uint32_t k = 0; k < i && !again; k++)
			again = path->hops[k].input == path->hops[i].input;
		count += !again;
	}
	return count;
}

static struct group group_of(const struct merging *merging, const struct sighting *first, uint32_t count)
{
	struct group group = { .first = first, .count = count };

	for (uint32_t i = 0; i < count; i++) {
		group.answered |= first[i].flow->answered;
		group.inputs +=
		    count_inputs(&first[i].flow->path, merging->report->sources[first[i].source].report->input_count);
	}
	return group;
}

/* What nobody answered is more worth a look, then what was seen at more places. */
static bool is_better(const struct group *a, const struct group *b)
{
	if (a->answered != b->answered)
		return b->answered;
	return a->inputs > b->inputs;
}

/* Keeps the best, best first; the smaller number wins a tie. */
static void consider(struct group best[MOST_FOLLOWED], uint32_t *count, struct group group)
{
	uint32_t place = *count;

	while (place > 0 && is_better(&group, &best[place - 1]))
		place--;
	if (place == MOST_FOLLOWED)
		return;
	for (uint32_t i = *count < MOST_FOLLOWED ? (*count)++ : MOST_FOLLOWED - 1; i > place; i--)
		best[i] = best[i - 1];
	best[place] = group;
}

/* --- one path --- */

static void add_hops(struct merging *merging, struct report_path *into, const struct report_path *from, uint32_t source)
{
	struct report_hop *hops = reallocarray(into->hops, into->hop_count + from->hop_count + 1, sizeof *hops);

	if (!hops) {
		merging->failed = true;
		return;
	}
	into->hops = hops;
	for (uint32_t i = 0; i < from->hop_count; i++) {
		hops[into->hop_count] = from->hops[i];
		hops[into->hop_count++].input = merge_input_of(merging, source, from->hops[i].input);
	}
}

static void order_hops(struct report_path *path)
{
	uint32_t kept = 0;

	if (path->hop_count > 0)
		qsort(path->hops, path->hop_count, sizeof *path->hops, compare_hops);
	for (uint32_t i = 0; i < path->hop_count; i++)
		if (kept == 0 || compare_hops(&path->hops[kept - 1], &path->hops[i]) != 0)
			path->hops[kept++] = path->hops[i];
	path->hop_count = kept;
}

static bool is_in(const struct report_path *path, uint32_t input)
{
	for (uint32_t i = 0; i < path->hop_count; i++)
		if (path->hops[i].input == input)
			return true;
	return false;
}

static bool would_keep(const struct report *source, uint64_t number)
{
	if (source->flows_forgotten || source->gap_count > 0)
		return false;
	return source->flow_count < REPORT_MAX_FLOWS || number < source->flows[source->flow_count - 1].number;
}

/* Whether the capture was running then. One without frames has no times, but was taken for this. */
static bool was_running(const struct report_input *input, nanos time)
{
	if (strcmp(input->format, "host") == 0 || input->truncated || input->dropped > 0)
		return false;
	return input->frames == 0 ||
	       (time / 2 >= input->first / 2 - MOST_SKEW / 2 && time / 2 <= input->last / 2 + MOST_SKEW / 2);
}

static void find_absent(struct merging *merging, const struct group *group, struct report_path *path)
{
	struct report *report = merging->report;
	nanos time = path->hop_count > 0 ? path->hops[0].time : 0;

	path->absent = calloc((size_t)report->input_count + 1, sizeof *path->absent);
	merging->failed |= !path->absent;
	for (uint32_t i = 0; path->absent && i < report->input_count; i++) {
		const struct report *source = report->sources[report->inputs[i].source].report;

		if (would_keep(source, group->first->flow->number) && was_running(&report->inputs[i], time) &&
		    !is_in(path, i))
			path->absent[path->absent_count++] = i;
	}
}

static void follow(struct merging *merging, const struct group *group, struct report_path *path)
{
	path->packet = merge_copy(merging, group->first->flow->path.packet);
	for (uint32_t i = 0; i < group->count; i++)
		add_hops(merging, path, &group->first[i].flow->path, group->first[i].source);
	order_hops(path);
	if (!group->answered)
		find_absent(merging, group, path);
}

static void free_path(struct report_path *path)
{
	free(path->packet);
	free(path->hops);
	free(path->absent);
	*path = (struct report_path){ .packet = NULL };
}

static void follow_flows(struct merging *merging, uint32_t *room)
{
	struct group best[MOST_FOLLOWED];
	uint32_t count, chosen = 0;
	struct sighting *list = collect(merging, &count);

	for (uint32_t first = 0, end; first < count; first = end) {
		struct group group;

		for (end = first + 1; end < count && compare_packets(&list[first], &list[end]) == 0; end++)
			;
		group = group_of(merging, &list[first], end - first);
		if (group.inputs > 1 || !group.answered)
			consider(best, &chosen, group);
	}
	for (uint32_t i = 0; i < chosen && !merging->failed; i++) {
		struct report *report = merging->report;
		struct report_path *path = merge_grow(merging, &report->paths, &report->path_count, room, sizeof *path);

		if (!path)
			break;
		follow(merging, &best[i], path);
		/* What one saw, and nobody else could have seen, is followed nowhere. */
		if (best[i].inputs < 2 && path->absent_count == 0) {
			free_path(path);
			report->path_count--;
		}
	}
	free(list);
}

/* --- what single reports followed --- */

/* A report of several captures. */
struct told_path {
	const struct report_path *path;
	uint32_t source;
};

static int compare_told(const void *a, const void *b)
{
	const struct told_path *x = a, *y = b;
	int order = strcmp(x->path->packet, y->path->packet);

	order = order ? order : x->source < y->source ? -1 : x->source > y->source;
	return order ? order : x->path < y->path ? -1 : x->path > y->path;
}

static bool is_followed(const struct report *report, uint32_t followed, const char *packet)
{
	for (uint32_t i = 0; i < followed; i++)
		if (strcmp(report->paths[i].packet, packet) == 0)
			return true;
	return false;
}

static struct told_path *collect_told(struct merging *merging, uint32_t *count)
{
	const struct report *report = merging->report;
	struct told_path *list = NULL;
	uint32_t room = 0;

	*count = 0;
	for (uint32_t i = 0; i < report->source_count; i++)
		for (uint32_t k = 0; k < report->sources[i].report->path_count; k++) {
			struct told_path *told = merge_grow(merging, &list, count, &room, sizeof *told);

			if (told)
				*told = (struct told_path){ &report->sources[i].report->paths[k], i };
		}
	if (*count > 0)
		qsort(list, *count, sizeof *list, compare_told);
	return list;
}

/* Packets of one description are the same, as far as reports tell. */
void merge_paths(struct merging *merging)
{
	struct report *report = merging->report;
	struct report_path *path = NULL;
	struct told_path *told;
	uint32_t room = 0, count, followed;

	follow_flows(merging, &room);
	followed = report->path_count;
	told = collect_told(merging, &count);
	for (uint32_t i = 0; i < count && !merging->failed; i++) {
		bool again = i > 0 && strcmp(told[i - 1].path->packet, told[i].path->packet) == 0;

		if (is_followed(report, followed, told[i].path->packet))
			continue;
		if (!again) {
			path = merge_grow(merging, &report->paths, &report->path_count, &room, sizeof *path);
			if (!path)
				break;
			path->packet = merge_copy(merging, told[i].path->packet);
		}
		add_hops(merging, path, told[i].path, told[i].source);
		order_hops(path);
	}
	free(told);
}
