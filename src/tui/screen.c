// SPDX-License-Identifier: GPL-2.0-or-later
/* The screen as a whole: title, views, panes, status, keys. */
#include "tui/screen.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/report_words.h"
#include "tui/screen_private.h"

enum { NARROW = 64 };

static const struct list_kind *const kinds[VIEW_COUNT] = { &list_matrix,  &list_hosts,  &list_faults,
							   &list_packets, &list_replay, &list_log };

const char *theme_name(enum theme theme)
{
	static const char *const names[THEME_COUNT] = { "colour", "contrast", "mono" };

	return theme < THEME_COUNT ? names[theme] : "";
}

int screen_new(struct screen **screen, const struct screen_options *options, struct error *error)
{
	struct screen *made = calloc(1, sizeof *made);

	*screen = made;
	if (made == NULL)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the screen");
	made->view = made->view_before = options->view;
	made->theme = options->theme;
	made->mouse = options->mouse;
	for (int view = 0; view < VIEW_COUNT; view++) {
		list_init(&made->lists[view], kinds[view]);
		made->focus[view] = (enum pane)view;
	}
	return 0;
}

void screen_free(struct screen *screen)
{
	if (screen == NULL)
		return;
	for (int view = 0; view < VIEW_COUNT; view++)
		list_free(&screen->lists[view]);
	page_free(&screen->page);
	free(screen->marks);
	free(screen);
}

bool screen_is_frozen(const struct screen *screen)
{
	return screen->frozen;
}

enum theme screen_theme(const struct screen *screen)
{
	return screen->theme;
}

enum view screen_view(const struct screen *screen)
{
	return screen->view;
}

bool screen_mouse(const struct screen *screen)
{
	return screen->mouse;
}

/* --- first lines --- */

static enum cell_role verdict_role(const struct report *report)
{
	if (report == NULL)
		return ROLE_TITLE;
	if (report_count_faults(report, SEVERITY_ERROR) > 0)
		return ROLE_BAD;
	return report_count_faults(report, SEVERITY_WARNING) > 0 ? ROLE_WARNING : ROLE_TITLE;
}

/* "LIVE 00:12:41", "FROZEN at 12:00:00", "reading 61%" */
static int put_state(const struct screen *screen, const struct model *model, const struct region *region, int column)
{
	const struct model_source *source = &model->source;
	char clock[CLOCK_SIZE];

	if (screen->frozen)
		return region_printf(region, 0, column, ROLE_BANNER, " FROZEN at %s, Space goes on ",
				     words_clock(screen->frozen_at, model->utc_offset, clock));
	if (source->live)
		return region_printf(region, 0, column, source->link_down ? ROLE_BANNER : ROLE_TITLE, "%s %s",
				     source->link_down ? "LINK DOWN" : "LIVE", words_elapsed(source->elapsed, clock));
	if (!source->reading)
		return region_put(region, 0, column, ROLE_TITLE, "read");
	if (source->bytes_total == 0)
		return region_put(region, 0, column, ROLE_TITLE, "reading");
	return region_printf(region, 0, column, ROLE_TITLE, "reading %d%%",
			     (int)((double)source->bytes_read / (double)source->bytes_total * 100));
}

static void draw_title(const struct screen *screen, const struct model *model, const struct region *region)
{
	const struct model_source *source = &model->source;
	uint64_t dropped = source->kernel_dropped + source->interface_dropped;
	char verdict[VERDICT_SIZE], frames[COUNT_SIZE];
	int end, column;

	words_verdict(model->report, verdict);
	end = region->columns - 1 - text_columns(verdict);
	column = region_put(region, 0, 0, ROLE_TITLE, region->columns < 60 ? "" : " truemac watch");
	column = region_printf(region, 0, column, ROLE_TITLE, " %.40s", source->name != NULL ? source->name : "");
	column = put_state(screen, model, region, column + 2);
	snprintf(frames, sizeof frames, "%" PRIu64 " frames", source->frames);
	if (column + 3 + text_columns(frames) < end)
		column = region_put(region, 0, column + 2, ROLE_PLAIN, frames);
	if (source->live && column + 12 < end)
		column = region_printf(region, 0, column, ROLE_PLAIN, " (%u/s)", source->rate);
	if (column + 12 < end)
		region_printf(region, 0, column + 2, dropped > 0 ? ROLE_WARNING : ROLE_PLAIN, "dropped %" PRIu64,
			      dropped);
	end = end < 1 ? 1 : end;
	region_fill(region, 0, end - 1, ROLE_PLAIN, ' ');
	region_put(region, 0, end, verdict_role(model->report), verdict);
}

static void screen_view_label(int view, bool shown, char *label, size_t size)
{
	snprintf(label, size, shown ? "[%d %s]" : " %d %s ", view + 1, kinds[view]->title);
}

enum view screen_view_at(int column)
{
	int end = 1;

	for (int view = 0; view < VIEW_COUNT; view++) {
		char label[32];

		screen_view_label(view, false, label, sizeof label);
		end += text_columns(label);
		if (column >= 1 && column < end)
			return (enum view)view;
	}
	return VIEW_COUNT;
}

static void draw_views(struct screen *screen, const struct model *model, const struct region *region, int row)
{
	const struct list *list = screen_list(screen);
	int column = 1;

	(void)model;
	for (int view = 0; view < VIEW_COUNT; view++) {
		bool shown = view == (int)screen->view;
		char label[32];

		screen_view_label(view, shown, label, sizeof label);
		column = region_put(region, row, column, shown ? ROLE_TITLE : ROLE_PLAIN, label);
	}
	if (list->filter.text[0] != '\0' && region->columns - column > 12) {
		char text[FILTER_SIZE + 12];

		snprintf(text, sizeof text, "filter: %s", list->filter.text);
		region_put_right(region, row, region->columns - 1, ROLE_BANNER, text);
	} else if (region->columns - column > 14) {
		region_put_right(region, row, region->columns - 1, ROLE_DIM, "filter: none");
	}
}

/* --- panes --- */

/* " of clients.pcap: 1701 of 3000, 500/s, at 125%, running" */
static void title_replay(const struct model_replay *replay, struct text *title)
{
	if (replay->name == NULL)
		return;
	text_printf(title, " of %.60s: %" PRIu64 " of %" PRIu64 ", ", replay->name, replay->done, replay->total);
	if (replay->task == TASK_RUNNING)
		text_printf(title, "%u/s, ", replay->rate);
	if (replay->task == TASK_RUNNING && replay->speed > 0 && replay->speed != 100)
		text_printf(title, "at %u%%, ", replay->speed);
	text_add(title, replay->task == TASK_DONE   ? "done"
			: replay->paused            ? "paused"
			: replay->task == TASK_IDLE ? "waits"
						    : "running");
}

static unsigned searched_percent(const struct screen *screen, const struct model_packets *packets)
{
	uint64_t all = packets->end - packets->begin;
	uint64_t searched = screen->scanned > packets->begin ? screen->scanned - packets->begin : 0;

	return all > 0 ? (unsigned)(searched * 100 / all) : 0;
}

static void title_list(const struct screen *screen, const struct model *model, enum pane pane, struct text *title)
{
	const struct list *list = &screen->lists[pane];
	uint64_t all = list->kind->count(model);

	if (pane == PANE_PACKETS && screen->proof) {
		text_printf(title, "Frames that prove %s", screen->proof_of);
		return;
	}
	text_printf(title, "%s", list->kind->title);
	if (pane == PANE_MATRIX)
		return;
	if (list->filter.count > 0)
		text_printf(title, " %" PRIu64 " of %" PRIu64, list->shown, all);
	else if (all > 0 && pane != PANE_REPLAY)
		text_printf(title, " %" PRIu64, all);
	if (pane == PANE_REPLAY)
		title_replay(&model->replay, title);
	if (pane == PANE_FAULTS && model->past_count > 0)
		text_printf(title, ", %u past", model->past_count);
	if (pane == PANE_PACKETS && list->filter.count > 0 && screen->scanned < model->packets.end)
		text_printf(title, ", searched %u%%", searched_percent(screen, &model->packets));
	if (pane == PANE_PACKETS && screen->matches_left_out)
		text_printf(title, " (the first ones)");
}

static void title_page(const struct screen *screen, const struct model *model, enum pane pane, struct text *title)
{
	static const char *const titles[PANE_COUNT] = {
		[PANE_HOST] = "Host", [PANE_TREE] = "Packet", [PANE_BYTES] = "Bytes", [PANE_SERVER] = "Real server"
	};
	const struct fault *fault = screen_fault(screen, model);

	if (pane != PANE_WHY) {
		text_add(title, titles[pane]);
	} else if (screen->view == VIEW_MATRIX && screen->why_row && screen_row(screen, model) != NULL) {
		text_add(title, "Why: this row");
	} else if (fault != NULL) {
		text_printf(title, "Why: %s ", fault->rule->id);
		report_add_subject(title, &fault->subject);
	} else {
		text_add(title, "What to know");
	}
}

/* Beside the title: how the list stands, or how much of the page is seen. */
static void describe_pane(struct screen *screen, const struct pane_place *place, struct text *into)
{
	char position[PAGE_POSITION_SIZE];

	if (place->pane < (enum pane)VIEW_COUNT) {
		const struct list *list = &screen->lists[place->pane];

		if (list->kind->endless)
			text_add(into, list->follow ? " following (f) " : " staying (f) ");
		else if (list->sort >= 0 || list->reversed)
			text_printf(into, " sort: %s%s ",
				    list->sort >= 0 ? list->kind->columns[list->sort].name : "as it is",
				    list->reversed ? ", reversed" : "");
		return;
	}
	page_position(&screen->page, place->rows - 1, screen->page_top[place->pane], position);
	/* The title needs the room more than the word does. */
	text_add(into, place->columns < NARROW && position[0] != '\0' ? position + strlen(" lines") : position);
	if (into->length > 0 && place->pane == PANE_WHY && place->pane != screen_focus(screen))
		text_add(into, "(Tab) ");
}

/* "> Faults 3 ─────── sort: severity ─"; the mark is on the pane that keys go to. */
static void draw_heading(struct screen *screen, const struct model *model, const struct pane_place *place,
			 const struct region *region)
{
	bool focused = place->pane == screen_focus(screen), page = place->pane >= (enum pane)VIEW_COUNT;
	struct text title = TEXT_INIT, beside = TEXT_INIT;
	int column = 1, room = region->columns - 2, wanted, width;

	region_fill(region, 0, 0, ROLE_LINE, 0x2500);
	text_add(&title, focused ? " > " : " ");
	if (page)
		title_page(screen, model, place->pane, &title);
	else
		title_list(screen, model, place->pane, &title);
	describe_pane(screen, place, &beside);
	wanted = text_columns(text_string(&title));
	width = text_columns(text_string(&beside));
	/* How much there is to read matters more than the end of a long title. */
	if (page)
		room -= width;
	column = region_put_column(region, 0, column, wanted < room ? wanted : room, focused ? ROLE_KEY : ROLE_HEADING,
				   text_string(&title));
	if (column < region->columns)
		region_put(region, 0, column, ROLE_LINE, " ");
	if (page || column + width + 3 < region->columns)
		region_put_right(region, 0, region->columns - 1, ROLE_LINE, text_string(&beside));
	text_free(&title);
	text_free(&beside);
}

bool page_make(struct screen *screen, const struct model *model, enum pane pane, int width)
{
	struct frame frame;

	if (pane < (enum pane)VIEW_COUNT)
		return false;
	page_begin(&screen->page, width);
	if (pane == PANE_WHY)
		page_why(&screen->page, screen, model);
	else if (pane == PANE_HOST)
		page_host(&screen->page, screen, model);
	else if (pane == PANE_SERVER)
		page_server(&screen->page, screen, model);
	else if (screen_frame(screen, model, &frame) && pane == PANE_TREE)
		page_tree(&screen->page, model, &frame);
	else if (screen_frame(screen, model, &frame) && pane == PANE_BYTES)
		page_bytes(&screen->page, &frame);
	return true;
}

/* In company a list does without headings where rows are few: the view of its own shows them. */
static void draw_list(struct screen *screen, const struct model *model, enum pane pane, const struct region *body,
		      bool focused)
{
	static const char legend[] = "ok  FAIL  ? not seen either way (p asks)  - does not apply  * changed";
	struct list *list = &screen->lists[pane];
	int lines = list_lines(list, model, body->rows);

	list->bare = pane != (enum pane)screen->view && body->rows < LIST_HEADED_ROWS;
	list_draw(list, screen, model, body, focused);
	if (pane == PANE_MATRIX && list->shown > 0 && lines < body->rows)
		region_put(body, body->rows - 1, 2, ROLE_DIM, legend);
}

static void draw_pane(struct screen *screen, const struct model *model, const struct pane_place *place,
		      const struct region *whole)
{
	const struct region region = region_part(whole, place->row, place->column, place->rows, place->columns);
	const struct region body = region_part(&region, place->headed, 0, region.rows - place->headed, region.columns);
	bool focused = place->pane == screen_focus(screen);

	if (!page_make(screen, model, place->pane, body.columns - 2)) {
		draw_list(screen, model, place->pane, &body, focused);
	} else {
		const struct region inner = region_part(&body, 0, 1, body.rows, body.columns - 1);

		page_draw(&screen->page, &inner, &screen->page_top[place->pane]);
	}
	if (place->headed)
		draw_heading(screen, model, place, &region);
	if (place->column > 0)
		for (int row = 0; row < place->rows; row++)
			region_put(whole, place->row + row, place->column - 1, ROLE_LINE, VERTICAL);
}

/* --- last lines --- */

static int put_probe(const struct model *model, const struct region *region, int row, int column)
{
	const struct model_probe *probe = &model->probe;
	char duration[40];

	if (probe->task == TASK_RUNNING)
		return region_printf(region, row, column, ROLE_KEY, "probing %u of %u  ", probe->done, probe->total);
	if (probe->rounds == 0)
		return probe->possible ? region_put(region, row, column, ROLE_DIM, "passive (p probes)  ") : column;
	column = region_printf(region, row, column, ROLE_PLAIN, "probed x%u", probe->rounds);
	if (probe->next > 0)
		column = region_printf(region, row, column, ROLE_PLAIN, ", again in %s",
				       nanos_format_duration(probe->next, duration, sizeof duration));
	return column + 2;
}

/* What there is no room for is left out, not cut. */
static int put_item(const struct region *region, int row, int column, enum cell_role role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static int put_item(const struct region *region, int row, int column, enum cell_role role, const char *format, ...)
{
	char item[160];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(item, sizeof item, format, arguments);
	va_end(arguments);
	if (column + text_columns(item) > region->columns)
		return column;
	return region_put(region, row, column, role, item) + 2;
}

/* What must not be overlooked comes first: a narrow screen has room for that. */
static void put_state_of_things(const struct model *model, const struct region *region, int row)
{
	const struct model_source *source = &model->source;
	int column = 1;

	if (source->live)
		column = put_item(region, row, column, ROLE_PLAIN, "%.40s %s", source->name != NULL ? source->name : "",
				  source->link_down ? "down" : "up");
	column = put_probe(model, region, row, column);
	if (model->report != NULL && model->report->gap_count > 0)
		column = region_printf(region, row, column, ROLE_WARNING, "incomplete: %.80s  ",
				       model->report->gaps[0].reason);
	if (model->evicted > 0)
		column = put_item(region, row, column, ROLE_WARNING, "forgotten %" PRIu64, model->evicted);
	if (source->recording != NULL)
		column = put_item(region, row, column, ROLE_PLAIN, "writes %.60s", source->recording);
	if (source->live) {
		column = put_item(region, row, column, ROLE_PLAIN, "ring %u%%", source->ring_percent);
		column = put_item(region, row, column, ROLE_PLAIN, "kernel drop %" PRIu64, source->kernel_dropped);
		column =
		    put_item(region, row, column, ROLE_PLAIN, "interface drop %" PRIu64, source->interface_dropped);
	}
	if (source->capture_filter != NULL && source->capture_filter[0] != '\0')
		put_item(region, row, column, ROLE_DIM, "filter '%.120s'", source->capture_filter);
}

static void draw_status(const struct screen *screen, const struct model *model, const struct region *region, int row)
{
	if (screen->message[0] != '\0')
		region_put_column(region, row, 1, region->columns - 1, screen->message_is_note ? ROLE_KEY : ROLE_BAD,
				  screen->message);
	else if (model->message != NULL)
		region_put_column(region, row, 1, region->columns - 1, model->message_is_error ? ROLE_BAD : ROLE_KEY,
				  model->message);
	else
		put_state_of_things(model, region, row);
}

/* Keys that could only say that there is nothing to do leave the room to others. */
static bool is_of_use(const struct model *model, enum key_action action)
{
	if (action == KEYS_PROBE)
		return model->probe.possible;
	if (action == KEYS_REPLAY)
		return model->replay.possible && model->replay.task != TASK_RUNNING;
	if (action == KEYS_REPLAY_PAUSE || action == KEYS_REPLAY_STOP)
		return model->replay.task == TASK_RUNNING;
	return true;
}

static void draw_bar(const struct screen *screen, const struct model *model, const struct region *region, int row)
{
	int column = 1;

	for (size_t i = 0; i < key_binding_count; i++) {
		const struct key_binding *key = &key_bindings[i];
		char name[STROKE_NAME_SIZE];
		int wanted;

		if (key->label[0] == '\0' || (key->views >> screen->view & 1) == 0 || !is_of_use(model, key->action))
			continue;
		wanted = text_columns(stroke_name(key->stroke, name)) + 1 + text_columns(key->label);
		if (column + wanted >= region->columns)
			continue;
		column = region_put(region, row, column, ROLE_KEY, stroke_name(key->stroke, name));
		column = region_put(region, row, column + 1, ROLE_PLAIN, key->label) + 2;
	}
}

static void draw_prompt(struct screen *screen, const struct region *region, int row)
{
	const char *wrong = screen->prompt == PROMPT_FILTER ? screen_list(screen)->filter.wrong : NULL;
	int column = region_put(region, row, 0, ROLE_KEY, screen->prompt == PROMPT_FILTER ? "/" : ":");
	const struct region rest = region_part(region, row, column, 1, region->columns - column);

	column = region_put(&rest, 0, 0, ROLE_INPUT, screen->typed);
	region_put(&rest, 0, column, ROLE_INPUT, "_");
	if (wrong != NULL)
		region_put_right(&rest, 0, rest.columns, ROLE_BAD, wrong);
}

/* --- all of it --- */

static void draw_small(const struct model *model, const struct region *region)
{
	char verdict[VERDICT_SIZE];

	region_put_column(region, 0, 0, region->columns, verdict_role(model->report),
			  words_verdict(model->report, verdict));
	if (region->rows > 1)
		region_put(region, 1, 0, ROLE_DIM, "(too small a screen)");
}

static void draw_all(struct screen *screen, const struct model *model, const struct region *region)
{
	bool roomy = region->rows >= ROOMY_ROWS;
	int first = 1 + roomy, last = region->rows - 1, end = last - roomy;
	const struct region body = region_part(region, first, 0, end - first, region->columns);

	draw_title(screen, model, region);
	if (roomy)
		draw_views(screen, model, region, 1);
	layout_make(screen, model, first, end - first, region->columns);
	for (int i = 0; i < screen->place_count; i++)
		draw_pane(screen, model, &screen->places[i], region);
	if (screen->overlay != OVERLAY_NONE)
		overlay_draw(screen, model, &body);
	if (roomy)
		draw_status(screen, model, region, end);
	if (screen->prompt != PROMPT_NONE)
		draw_prompt(screen, region, last);
	else
		draw_bar(screen, model, region, last);
}

int screen_draw(struct screen *screen, const struct model *model, struct grid *grid, struct error *error)
{
	const struct region region = grid_region(grid);
	bool good = screen_prepare(screen, model);

	/* What a row is explained by may be a fault by now. */
	if (screen->why_row)
		screen_follow_row(screen, model);
	screen->tabs = region.rows >= ROOMY_ROWS;
	region_clear(&region);
	if (layout_is_small(grid))
		draw_small(model, &region);
	else
		draw_all(screen, model, &region);
	return good ? 0 : error_set(error, ERROR_MEMORY, NULL, "no memory to sort a list");
}
