// SPDX-License-Identifier: GPL-2.0-or-later
/* Views as plain text: the same columns and words, whole. */
#include <string.h>

#include "report/report_words.h"
#include "tui/screen_private.h"

enum { LEAST_WIDTH = 40 };

static void copy_settings(struct screen *to, const struct screen *from, enum view view)
{
	for (int i = 0; i < VIEW_COUNT; i++) {
		to->lists[i].sort = from->lists[i].sort;
		to->lists[i].reversed = from->lists[i].reversed;
		to->lists[i].hidden = from->lists[i].hidden;
		list_set_filter(&to->lists[i], from->lists[i].filter.text);
	}
	if (view != VIEW_PACKETS || !from->proof)
		return;
	to->proof = true;
	to->proof_count = from->proof_count;
	for (uint32_t i = 0; i < from->proof_count; i++)
		to->proof_frames[i] = from->proof_frames[i];
	memcpy(to->proof_notes, from->proof_notes, sizeof to->proof_notes);
}

static int page_text(const struct page *page, struct text *into, struct error *error)
{
	struct grid grid = GRID_INIT;
	struct region region;
	int top = 0;

	if (grid_resize(&grid, page->count, page->width, error) != 0)
		return ERROR_MEMORY;
	region = grid_region(&grid);
	page_draw(page, &region, &top);
	grid_text(&grid, into);
	grid_free(&grid);
	return 0;
}

/* The faults in the order of the list, each with its page. */
static int faults_text(struct screen *screen, const struct model *model, int width, struct text *into,
		       struct error *error)
{
	struct list *list = &screen->lists[VIEW_FAULTS];
	int status = 0;

	for (uint64_t place = 0; status == 0 && place < list->shown; place++) {
		const struct fault *fault;

		list->selected = place;
		fault = screen_fault(screen, model);
		text_printf(into, "\n%s: %s\n", fault->rule->id, severity_name(fault->severity));
		page_begin(&screen->page, width);
		page_fault(&screen->page, model, fault);
		status = page_text(&screen->page, into, error);
	}
	return status;
}

static int view_text(struct screen *screen, enum view view, const struct model *model, int width, struct text *into,
		     struct error *error)
{
	int status;

	if (!screen_prepare(screen, model))
		return error_set(error, ERROR_MEMORY, NULL, "no memory to sort a list");
	while (view == VIEW_PACKETS && screen_work(screen, model, UINT32_MAX))
		;
	status = list_text(&screen->lists[view], screen, model, width, into, error);
	if (status == 0 && view == VIEW_MATRIX) {
		text_add(into, "\nFaults\n");
		status = list_text(&screen->lists[VIEW_FAULTS], screen, model, width, into, error);
	}
	if (status == 0 && view == VIEW_FAULTS)
		status = faults_text(screen, model, width, into, error);
	for (uint32_t i = 0; model->report != NULL && i < model->report->gap_count; i++)
		text_printf(into, "%sIncomplete: %s\n", i == 0 ? "\n" : "", model->report->gaps[i].reason);
	return status == 0 && into->failed ? error_set(error, ERROR_MEMORY, NULL, "no memory for the text") : status;
}

int screen_text(const struct screen *screen, enum view view, const struct model *model, int width, struct text *into,
		struct error *error)
{
	const struct screen_options options = { .view = view };
	struct screen *own;
	int status;

	if (width < LEAST_WIDTH)
		width = LEAST_WIDTH;
	if (width > GRID_MAX_COLUMNS)
		width = GRID_MAX_COLUMNS;
	if (screen_new(&own, &options, error) != 0)
		return ERROR_MEMORY;
	if (screen != NULL)
		copy_settings(own, screen, view);
	status = view_text(own, view, model, width, into, error);
	screen_free(own);
	return status;
}
