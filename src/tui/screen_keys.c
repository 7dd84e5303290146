// SPDX-License-Identifier: GPL-2.0-or-later
/* What keys do. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/report_words.h"
#include "report/utf8.h"
#include "tui/screen_private.h"

enum { FAR = 1 << 30 };

static void say(struct screen *screen, const char *message)
{
	snprintf(screen->message, sizeof screen->message, "%s", message);
}

static void note(struct screen *screen, const char *what, const char *how)
{
	snprintf(screen->message, sizeof screen->message, "%s%s", what, how);
	screen->message_is_note = true;
}

/* All packets again, the latest of them. */
static void end_proof(struct screen *screen)
{
	if (!screen->proof)
		return;
	screen->proof = false;
	screen->lists[VIEW_PACKETS].follow = true;
	restart_packets(screen);
}

void screen_show_view(struct screen *screen, enum view view)
{
	if (view != screen->view) {
		screen->view_before = screen->view;
		if (screen->view == VIEW_PACKETS)
			end_proof(screen);
	}
	screen->view = view;
	screen->maximised = false;
}

void screen_show_proof(struct screen *screen, const struct model *model, const struct fault *fault)
{
	struct text subject = TEXT_INIT;

	(void)model;
	report_add_subject(&subject, &fault->subject);
	snprintf(screen->proof_of, sizeof screen->proof_of, "%s %s", fault->rule->id, text_string(&subject));
	text_free(&subject);
	screen->proof_count = 0;
	for (uint32_t i = 0; i < fault->evidence_count; i++) {
		const struct evidence *evidence = &fault->evidence[i];

		if (evidence->frame == 0)
			continue;
		memcpy(screen->proof_notes[screen->proof_count], evidence->note, EVIDENCE_NOTE_SIZE);
		screen->proof_frames[screen->proof_count++] =
		    (struct screen_order_frame){ evidence->input, evidence->frame };
	}
	if (screen->proof_count == 0) {
		say(screen, "no frame shows this fault: the host says it of itself");
		return;
	}
	screen->proof = true;
	screen->lists[VIEW_PACKETS].follow = false;
	screen->lists[VIEW_PACKETS].has_selected = false;
	screen->lists[VIEW_PACKETS].selected = 0;
	screen->focus[VIEW_PACKETS] = PANE_PACKETS;
	screen_show_view(screen, VIEW_PACKETS);
}

void screen_follow_row(struct screen *screen, const struct model *model)
{
	const struct report_row *row = screen_row(screen, model);

	screen->why_row = row != NULL;
	for (uint32_t i = 0; row != NULL && i < model->report->fault_count; i++) {
		struct list_identity identity;

		if (!fault_is_about(&model->report->faults[i], row))
			continue;
		identity = list_faults.identity(model, i);
		if (!list_find(&screen->lists[VIEW_FAULTS], model, &identity))
			continue;
		screen->why_row = false;
		return;
	}
}

static int find_place(const struct screen *screen, enum pane pane)
{
	for (int i = 0; i < screen->place_count; i++)
		if (screen->places[i].pane == pane)
			return i;
	return -1;
}

/* Behind any change of a selection: what depends on it begins at its top. */
static void selection_moved(struct screen *screen, const struct model *model, enum view view)
{
	if (view == VIEW_MATRIX)
		screen_follow_row(screen, model);
	if (view == VIEW_FAULTS)
		screen->why_row = false;
	for (int pane = VIEW_COUNT; pane < PANE_COUNT; pane++)
		screen->page_top[pane] = 0;
}

static void move(struct screen *screen, const struct model *model, int lines, int pages)
{
	enum pane focus = screen_focus(screen);
	int place = find_place(screen, focus);

	if (focus < (enum pane)VIEW_COUNT) {
		struct list *list = &screen->lists[focus];

		list_move(list, model, lines + (int64_t)pages * list->height);
		selection_moved(screen, model, (enum view)focus);
		return;
	}
	screen->page_top[focus] += lines + pages * (place >= 0 ? screen->places[place].rows - 2 : 1);
	if (screen->page_top[focus] < 0)
		screen->page_top[focus] = 0;
}

static void move_focus(struct screen *screen, int by)
{
	int count = screen->place_count, place = find_place(screen, screen_focus(screen));

	if (screen->maximised) {
		screen->maximised = false;
		return;
	}
	if (count > 0)
		screen->focus[screen->view] = screen->places[((place < 0 ? 0 : place) + by + count) % count].pane;
}

/* Moves on to a pane of the view; where it has no room, it gets all of it. */
static void open_pane(struct screen *screen, enum view view, enum pane pane)
{
	if (view != screen->view) {
		screen_show_view(screen, view);
		screen->focus[view] = (enum pane)view;
		return;
	}
	if (find_place(screen, pane) < 0)
		screen->maximised = true;
	screen->focus[view] = pane;
}

static void open_selected(struct screen *screen, const struct model *model)
{
	enum pane focus = screen_focus(screen);
	const struct fault *fault = screen_fault(screen, model);
	bool row = focus == PANE_MATRIX || (focus == PANE_WHY && screen->view == VIEW_MATRIX && screen->why_row);

	if (row && screen_row(screen, model) != NULL)
		overlay_open(screen, OVERLAY_ROW);
	else if ((focus == PANE_FAULTS || focus == PANE_WHY) && fault != NULL)
		screen_show_proof(screen, model, fault);
	else if (focus == PANE_HOSTS)
		open_pane(screen, VIEW_HOSTS, PANE_HOST);
	else if (focus == PANE_PACKETS)
		open_pane(screen, VIEW_PACKETS, PANE_TREE);
	else if (focus == PANE_TREE)
		open_pane(screen, VIEW_PACKETS, PANE_BYTES);
	else if (focus == PANE_REPLAY)
		open_pane(screen, VIEW_REPLAY, PANE_SERVER);
}

static void set_filter(struct screen *screen, const struct model *model, const char *text)
{
	struct list *list = screen_list(screen);

	if (list == &screen->lists[VIEW_PACKETS]) {
		end_proof(screen);
		restart_packets(screen);
	}
	list_set_filter(list, text);
	screen_prepare(screen, model);
}

static void go_back(struct screen *screen, const struct model *model)
{
	if (screen->maximised) {
		screen->maximised = false;
	} else if (screen->focus[screen->view] != (enum pane)screen->view) {
		screen->focus[screen->view] = (enum pane)screen->view;
	} else if (screen->view == VIEW_PACKETS && screen->proof) {
		enum view before = screen->view_before;

		end_proof(screen);
		screen_show_view(screen, before);
	} else if (screen_list(screen)->filter.text[0] != '\0') {
		set_filter(screen, model, "");
	}
}

static void seek(struct screen *screen, const struct model *model, int direction)
{
	struct list *list = screen_list(screen);

	if (list_seek(list, screen, model, direction))
		selection_moved(screen, model, (enum view)(list - screen->lists));
	else
		say(screen, "no trouble in this list");
}

static void toggle_follow(struct screen *screen, const struct model *model)
{
	struct list *list = screen_list(screen);

	if (!list->kind->endless)
		list = &screen->lists[VIEW_PACKETS];
	if (list->follow && list->shown > 0)
		list_select(list, model, list->selected);
	list->follow = !list->follow;
	note(screen, list == &screen->lists[VIEW_LOG] ? "the log " : "packets ",
	     list->follow ? "follow what comes in" : "stay where they are");
}

static bool may_sort(struct screen *screen)
{
	if (screen_list(screen)->kind->endless)
		note(screen, "this list stays in order of time", "");
	return !screen_list(screen)->kind->endless;
}

static void sort(struct screen *screen, int step)
{
	if (may_sort(screen))
		list_sort_by(screen_list(screen), step);
}

static void scroll_columns(struct list *list, int by)
{
	if (by < 0 && list->scroll > 0)
		list->scroll--;
	if (by > 0 && list->scroll + 2 < list->kind->column_count)
		list->scroll++;
}

static void open_menu(struct screen *screen, enum menu menu, bool possible, const char *why_not)
{
	if (!possible) {
		say(screen, why_not);
		return;
	}
	screen->menu = menu;
	overlay_open(screen, OVERLAY_MENU);
}

static void explain(struct screen *screen, const struct model *model)
{
	const struct fault *fault = screen_fault(screen, model);

	if (fault == NULL) {
		say(screen, "no fault is selected; :explain RULE explains any");
		return;
	}
	screen->rule = fault->rule;
	overlay_open(screen, OVERLAY_RULE);
}

static void toggle_freeze(struct screen *screen, const struct model *model)
{
	screen->frozen = !screen->frozen;
	screen->frozen_at = model->now;
	screen->frozen_end = model->packets.end;
}

static void open_prompt(struct screen *screen, enum prompt prompt)
{
	const char *text = prompt == PROMPT_FILTER ? screen_list(screen)->filter.text : "";

	screen->prompt = prompt;
	snprintf(screen->typed, sizeof screen->typed, "%s", text);
	memcpy(screen->typed_before, screen->typed, sizeof screen->typed);
}

static void order(struct screen *screen, enum order_kind kind)
{
	screen->order.kind = kind;
}

/* Keys that move or change what is shown; false: it was none of them. */
static bool do_moving(struct screen *screen, const struct model *model, enum key_action action)
{
	switch (action) {
	case KEYS_UP: move(screen, model, -1, 0); return true;
	case KEYS_DOWN: move(screen, model, 1, 0); return true;
	case KEYS_PAGE_UP: move(screen, model, 0, -1); return true;
	case KEYS_PAGE_DOWN: move(screen, model, 0, 1); return true;
	case KEYS_FIRST: move(screen, model, -FAR, 0); return true;
	case KEYS_LAST: move(screen, model, FAR, 0); return true;
	case KEYS_LEFT: scroll_columns(screen_list(screen), -1); return true;
	case KEYS_RIGHT: scroll_columns(screen_list(screen), 1); return true;
	case KEYS_PANE_NEXT: move_focus(screen, 1); return true;
	case KEYS_PANE_BEFORE: move_focus(screen, -1); return true;
	case KEYS_NEXT: seek(screen, model, 1); return true;
	case KEYS_BEFORE: seek(screen, model, -1); return true;
	case KEYS_OPEN: open_selected(screen, model); return true;
	case KEYS_BACK: go_back(screen, model); return true;
	case KEYS_FOLLOW: toggle_follow(screen, model); return true;
	case KEYS_SORT: sort(screen, 1); return true;
	case KEYS_SORT_BEFORE: sort(screen, -1); return true;
	case KEYS_MAXIMISE: screen->maximised = !screen->maximised; return true;
	case KEYS_FREEZE: toggle_freeze(screen, model); return true;
	default: return false;
	}
}

static void reverse(struct screen *screen)
{
	struct list *list = screen_list(screen);

	if (!may_sort(screen))
		return;
	list->reversed = !list->reversed;
	list->valid = false;
}

static void do_action(struct screen *screen, const struct model *model, enum key_action action)
{
	switch (action) {
	case KEYS_HELP: overlay_open(screen, OVERLAY_HELP); break;
	case KEYS_EXPLAIN: explain(screen, model); break;
	case KEYS_COLUMNS: overlay_open(screen, OVERLAY_COLUMNS); break;
	case KEYS_EXPORT: open_menu(screen, MENU_EXPORT, true, ""); break;
	case KEYS_PROBE: open_menu(screen, MENU_PROBE, model->probe.possible, screen_no_probe); break;
	case KEYS_REPLAY: open_menu(screen, MENU_REPLAY, model->replay.possible, screen_no_replay); break;
	case KEYS_REPLAY_PAUSE: order(screen, ORDER_REPLAY_PAUSE); break;
	case KEYS_REPLAY_STOP: order(screen, ORDER_REPLAY_STOP); break;
	case KEYS_REPLAY_FASTER:
	case KEYS_REPLAY_SLOWER:
		order(screen, ORDER_REPLAY_RATE);
		screen->order.number = action == KEYS_REPLAY_FASTER ? 125 : 80;
		break;
	case KEYS_FILTER: open_prompt(screen, PROMPT_FILTER); break;
	case KEYS_COMMAND: open_prompt(screen, PROMPT_COMMAND); break;
	case KEYS_REVERSE: reverse(screen); break;
	case KEYS_THEME:
		screen->theme = (enum theme)((screen->theme + 1) % THEME_COUNT);
		order(screen, ORDER_THEME);
		note(screen, "theme: ", theme_name(screen->theme));
		break;
	case KEYS_MOUSE:
		screen->mouse = !screen->mouse;
		order(screen, ORDER_MOUSE);
		screen->order.on = screen->mouse;
		note(screen,
		     screen->mouse ? "mouse on: the terminal cannot select text until m switches it off" : "mouse off",
		     "");
		break;
	case KEYS_REDRAW: order(screen, ORDER_REDRAW); break;
	case KEYS_QUIT: order(screen, ORDER_QUIT); break;
	default:
		if (action >= KEYS_VIEW_MATRIX && action <= KEYS_VIEW_LOG) {
			enum view view = (enum view)(action - KEYS_VIEW_MATRIX);

			if (view == VIEW_PACKETS)
				end_proof(screen);
			screen_show_view(screen, view);
		}
	}
}

/* --- typing --- */

static void type(struct screen *screen, int stroke)
{
	size_t length = strlen(screen->typed);
	struct text text = TEXT_INIT;

	if (stroke == STROKE_BACKSPACE || stroke == STROKE_DELETE) {
		while (length > 0 && ((unsigned char)screen->typed[--length] & 0xc0) == 0x80)
			;
		screen->typed[length] = '\0';
	} else if (stroke == STROKE_CTRL('U')) {
		screen->typed[0] = '\0';
	} else if (stroke >= ' ' && stroke < STROKE_UP && code_columns((uint32_t)stroke) != 4) {
		utf8_add(&text, (uint32_t)stroke);
		if (length + text.length < sizeof screen->typed)
			memcpy(screen->typed + length, text_string(&text), text.length + 1);
		text_free(&text);
	}
}

static void prompt_key(struct screen *screen, const struct model *model, int stroke)
{
	enum prompt prompt = screen->prompt;

	if (stroke == STROKE_ENTER || stroke == STROKE_ESCAPE) {
		screen->prompt = PROMPT_NONE;
		if (prompt == PROMPT_COMMAND && stroke == STROKE_ENTER)
			command_run(screen, model, screen->typed);
		else if (prompt == PROMPT_FILTER && stroke == STROKE_ESCAPE)
			set_filter(screen, model, screen->typed_before);
		return;
	}
	type(screen, stroke);
	if (prompt == PROMPT_FILTER && strcmp(screen_list(screen)->filter.text, screen->typed) != 0)
		set_filter(screen, model, screen->typed);
}

/* On the name of a view, on a row, or into a page. */
static void click(struct screen *screen, const struct model *model, int row, int column)
{
	if (screen->tabs && row == 1 && screen_view_at(column) < VIEW_COUNT)
		screen_show_view(screen, screen_view_at(column));
	for (int i = 0; i < screen->place_count; i++) {
		const struct pane_place *place = &screen->places[i];

		if (row < place->row || row >= place->row + place->rows || column < place->column ||
		    column >= place->column + place->columns)
			continue;
		screen->focus[screen->view] = place->pane;
		if (place->pane >= (enum pane)VIEW_COUNT)
			return;
		list_click(&screen->lists[place->pane], model, row - place->row - place->headed);
		selection_moved(screen, model, (enum view)place->pane);
		return;
	}
}

const struct screen_order *screen_key(struct screen *screen, const struct model *model, int stroke)
{
	enum key_action action = key_find(screen->view, stroke);

	screen->order = (struct screen_order){ .text = "" };
	if (stroke == STROKE_NONE || stroke == STROKE_RESIZE || stroke == STROKE_UNKNOWN)
		return &screen->order;
	screen->message[0] = '\0';
	screen->message_is_note = false;
	screen_prepare(screen, model);
	if (screen->prompt != PROMPT_NONE)
		prompt_key(screen, model, stroke);
	else if (stroke >= STROKE_CLICK && screen->overlay == OVERLAY_NONE)
		click(screen, model, (stroke - STROKE_CLICK) / 0x400, (stroke - STROKE_CLICK) % 0x400);
	else if (!(screen->overlay != OVERLAY_NONE && overlay_key(screen, model, stroke)) &&
		 !do_moving(screen, model, action))
		do_action(screen, model, action);
	screen_prepare(screen, model);
	return &screen->order;
}
