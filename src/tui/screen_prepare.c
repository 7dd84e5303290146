// SPDX-License-Identifier: GPL-2.0-or-later
/* Bringing lists and marks up to date with the model, and what is selected there. */
#include <stdlib.h>
#include <string.h>

#include "tui/screen_private.h"

static int compare_marks(const void *a, const void *b)
{
	const struct mark_of_rule *left = a, *right = b;

	if (left->input != right->input)
		return left->input < right->input ? -1 : 1;
	return (left->number > right->number) - (left->number < right->number);
}

static bool add_marks(struct screen *screen, const struct fault *fault)
{
	for (uint32_t i = 0; i < fault->evidence_count; i++) {
		if (fault->evidence[i].frame == 0)
			continue;
		if (screen->mark_count == screen->mark_room) {
			uint32_t room = screen->mark_room > 0 ? 2 * screen->mark_room : 64;
			struct mark_of_rule *marks = realloc(screen->marks, room * sizeof *marks);

			if (marks == NULL)
				return false;
			screen->marks = marks;
			screen->mark_room = room;
		}
		screen->marks[screen->mark_count++] =
		    (struct mark_of_rule){ fault->evidence[i].input, fault->evidence[i].frame, fault->rule };
	}
	return true;
}

static bool prepare_marks(struct screen *screen, const struct model *model)
{
	bool good = true;

	if (screen->marks_valid && screen->marks_generation == model->generation)
		return true;
	screen->mark_count = 0;
	for (uint32_t i = 0; good && model->report != NULL && i < model->report->fault_count; i++)
		good = add_marks(screen, &model->report->faults[i]);
	if (screen->mark_count > 0)
		qsort(screen->marks, screen->mark_count, sizeof *screen->marks, compare_marks);
	screen->marks_valid = good;
	screen->marks_generation = model->generation;
	return good;
}

const struct rule *screen_mark(const struct screen *screen, uint32_t input, uint64_t number)
{
	const struct mark_of_rule wanted = { .input = input, .number = number };
	const struct mark_of_rule *found = NULL;

	if (screen->mark_count > 0)
		found = bsearch(&wanted, screen->marks, screen->mark_count, sizeof wanted, compare_marks);
	return found != NULL ? found->rule : NULL;
}

bool screen_prepare(struct screen *screen, const struct model *model)
{
	bool good = prepare_marks(screen, model);

	for (int view = 0; view < VIEW_COUNT; view++)
		if (view != VIEW_PACKETS)
			good &= list_prepare(&screen->lists[view], screen, model);
	return prepare_packets(screen, model) && good;
}

enum pane screen_focus(const struct screen *screen)
{
	enum pane focus = screen->focus[screen->view];

	/* Without a set-up there is no matrix to move in: the faults below it are what matters. */
	if (focus == PANE_MATRIX && screen->lists[VIEW_MATRIX].shown == 0 &&
	    screen->lists[VIEW_MATRIX].filter.text[0] == '\0' && screen->lists[VIEW_FAULTS].shown > 0 &&
	    !screen->maximised)
		return PANE_FAULTS;
	return focus;
}

struct list *screen_list(struct screen *screen)
{
	enum pane focus = screen_focus(screen);

	return &screen->lists[focus < (enum pane)VIEW_COUNT ? (int)focus : (int)screen->view];
}

const struct fault *screen_fault(const struct screen *screen, const struct model *model)
{
	uint32_t open = model->report != NULL ? model->report->fault_count : 0;
	uint64_t item;

	if (!list_selected(&screen->lists[VIEW_FAULTS], &item))
		return NULL;
	return item < open ? &model->report->faults[item] : model->past[item - open].fault;
}

const struct report_row *screen_row(const struct screen *screen, const struct model *model)
{
	uint64_t item;

	return list_selected(&screen->lists[VIEW_MATRIX], &item) ? matrix_row(model, item) : NULL;
}

bool screen_frame(const struct screen *screen, const struct model *model, struct frame *frame)
{
	uint64_t item;

	return list_selected(&screen->lists[VIEW_PACKETS], &item) && model->packets.get != NULL &&
	       item >= model->packets.begin && item < model->packets.end &&
	       model->packets.get(model->packets.context, item, frame);
}

struct ip list_address(const struct screen *screen, const struct model *model, enum view view)
{
	const struct list *list = &screen->lists[view];
	uint64_t item;

	if (!list_selected(list, &item))
		return (struct ip){ .family = 0 };
	return list->kind->identity(model, item).ip;
}

struct ip screen_address(const struct screen *screen, const struct model *model)
{
	enum pane focus = screen_focus(screen);
	enum view view = focus < (enum pane)VIEW_COUNT ? (enum view)focus : screen->view;
	const struct fault *fault = screen_fault(screen, model);

	if (focus == PANE_WHY || view == VIEW_FAULTS)
		return fault != NULL ? fault->subject.ip : (struct ip){ .family = 0 };
	return list_address(screen, model, view);
}
