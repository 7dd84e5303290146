// SPDX-License-Identifier: GPL-2.0-or-later
/* What is laid over the panes: help, a rule, a row of the matrix, the choice of columns, menus. */
#include <stdio.h>
#include <string.h>

#include "tui/screen_private.h"

enum { MENU_ENTRIES = 4, ENTRY_SIZE = 80 };

struct menu_entry {
	int key;
	char text[ENTRY_SIZE];
	enum order_kind kind;
	bool selected_one; /* for what is selected, else for all */
};

struct menu_list {
	const char *title;
	struct menu_entry entries[MENU_ENTRIES];
	int count;
};

void overlay_open(struct screen *screen, enum overlay overlay)
{
	screen->overlay = overlay;
	screen->overlay_top = 0;
	screen->overlay_selected = 0;
}

static void add_entry(struct menu_list *menu, int key, enum order_kind kind, bool selected_one, const char *format,
		      const char *what)
{
	struct menu_entry *entry = &menu->entries[menu->count++];

	*entry = (struct menu_entry){ .key = key, .kind = kind, .selected_one = selected_one };
	snprintf(entry->text, sizeof entry->text, "%s%s", format, what);
}

static struct menu_list make_menu(const struct screen *screen, const struct model *model)
{
	struct menu_list menu = { .title = "" };
	const struct ip address = screen_address(screen, model);
	const struct fault *fault = screen_fault(screen, model);
	char buffer[IP_TEXT_SIZE];
	bool known = address.family != 0;

	if (screen->menu == MENU_EXPORT) {
		menu.title = "Export";
		add_entry(&menu, 'v', ORDER_EXPORT_VIEW, false, "this view as text: ", view_name(screen->view));
		add_entry(&menu, 'r', ORDER_EXPORT_REPORT, false, "the report as JSON", "");
		if (fault != NULL && fault->evidence_count > 0)
			add_entry(&menu, 'e', ORDER_EXPORT_EVIDENCE, true,
				  "the frames that prove the selected fault: ", fault->rule->id);
		add_entry(&menu, 'a', ORDER_EXPORT_EVIDENCE, false, "the frames that prove all faults", "");
	} else if (screen->menu == MENU_PROBE) {
		menu.title = "Ask the network";
		if (known)
			add_entry(&menu, 'p', ORDER_PROBE, true, "about ", ip_format(&address, buffer));
		add_entry(&menu, 'a', ORDER_PROBE, false, "about everything: each VIP and real server", "");
	} else {
		menu.title = "Replay";
		if (known)
			add_entry(&menu, 'r', ORDER_REPLAY, true, "to ", ip_format(&address, buffer));
		add_entry(&menu, 'a', ORDER_REPLAY, false, "to each real server", "");
	}
	return menu;
}

/* --- drawing --- */

/* A window in the middle of the body, with a frame of its title; gives what is inside. */
static struct region window(const struct region *body, const char *title, int rows, int columns)
{
	int height = rows + 2 < body->rows ? rows + 2 : body->rows;
	int width = columns + 4 < body->columns ? columns + 4 : body->columns;
	const struct region outer =
	    region_part(body, (body->rows - height) / 2, (body->columns - width) / 2, height, width);

	region_clear(&outer);
	for (int row = 1; row < outer.rows - 1; row++) {
		region_put(&outer, row, 0, ROLE_LINE, VERTICAL);
		region_put(&outer, row, outer.columns - 1, ROLE_LINE, VERTICAL);
	}
	region_fill(&outer, 0, 0, ROLE_LINE, 0x2500);
	region_printf(&outer, 0, 1, ROLE_KEY, " %s ", title);
	region_fill(&outer, outer.rows - 1, 0, ROLE_LINE, 0x2500);
	region_put_right(&outer, outer.rows - 1, outer.columns - 1, ROLE_DIM, " Esc closes ");
	return region_part(&outer, 1, 2, outer.rows - 2, outer.columns - 4);
}

static void draw_page(struct screen *screen, const struct model *model, const struct region *body)
{
	static const char *const titles[] = { [OVERLAY_HELP] = "Help", [OVERLAY_RULE] = "Rule", [OVERLAY_ROW] = "Row" };
	const struct report_row *row = screen_row(screen, model);
	int width = body->columns - 4 < 100 ? body->columns - 4 : 100;
	char position[PAGE_POSITION_SIZE];
	struct region inner;

	page_begin(&screen->page, width);
	if (screen->overlay == OVERLAY_HELP)
		page_help(&screen->page, screen->view);
	else if (screen->overlay == OVERLAY_RULE && screen->rule != NULL)
		page_rule(&screen->page, screen->rule);
	else if (row != NULL)
		page_row(&screen->page, model, row);
	inner = window(body, titles[screen->overlay], screen->page.count, width);
	screen->overlay_height = inner.rows;
	page_draw(&screen->page, &inner, &screen->overlay_top);
	region_put_right(body, inner.row - body->row - 1, inner.column - body->column + inner.columns, ROLE_LINE,
			 page_position(&screen->page, inner.rows, screen->overlay_top, position));
}

static void mark_entry(const struct region *region, int row)
{
	region_put(region, row, 0, ROLE_KEY, ">");
	region_select(region, row);
}

static void draw_columns(struct screen *screen, const struct region *body)
{
	const struct list *list = screen_list(screen);
	const struct region inner = window(body, "Columns: Space chooses", (int)list->kind->column_count, 30);
	int top = screen->overlay_selected - inner.rows + 1;

	screen->overlay_height = inner.rows;
	for (int row = 0; row < inner.rows; row++) {
		unsigned column = (unsigned)(row + (top > 0 ? top : 0));

		if (column >= list->kind->column_count)
			break;
		region_printf(&inner, row, 2, ROLE_PLAIN, "[%c] %s", list->hidden >> column & 1 ? ' ' : 'x',
			      list->kind->columns[column].heading[0] != '\0' ? list->kind->columns[column].heading
									     : list->kind->columns[column].name);
		if ((int)column == screen->overlay_selected)
			mark_entry(&inner, row);
	}
}

static void draw_menu(struct screen *screen, const struct model *model, const struct region *body)
{
	const struct menu_list menu = make_menu(screen, model);
	struct region inner;
	int width = text_columns(menu.title) + 2;

	for (int i = 0; i < menu.count; i++)
		if (text_columns(menu.entries[i].text) + 5 > width)
			width = text_columns(menu.entries[i].text) + 5;
	inner = window(body, menu.title, menu.count, width);
	for (int row = 0; row < menu.count; row++) {
		region_printf(&inner, row, 2, ROLE_KEY, "%c", menu.entries[row].key);
		region_put(&inner, row, 4, ROLE_PLAIN, menu.entries[row].text);
		if (row == screen->overlay_selected)
			mark_entry(&inner, row);
	}
}

void overlay_draw(struct screen *screen, const struct model *model, const struct region *body)
{
	if (screen->overlay == OVERLAY_COLUMNS)
		draw_columns(screen, body);
	else if (screen->overlay == OVERLAY_MENU)
		draw_menu(screen, model, body);
	else
		draw_page(screen, model, body);
}

/* --- keys --- */

void screen_order_export(struct screen *screen, const struct model *model, enum order_kind kind, const char *file)
{
	const struct fault *fault = screen_fault(screen, model);

	screen->order.kind = kind;
	screen->order.view = screen->view;
	snprintf(screen->order_text, sizeof screen->order_text, "%s", file);
	screen->order.text = screen->order_text;
	for (uint32_t i = 0; fault != NULL && i < fault->evidence_count; i++)
		if (fault->evidence[i].frame != 0)
			screen->order.frames[screen->order.frame_count++] =
			    (struct screen_order_frame){ fault->evidence[i].input, fault->evidence[i].frame };
}

static void choose(struct screen *screen, const struct model *model, const struct menu_entry *entry)
{
	screen->overlay = OVERLAY_NONE;
	screen_order_export(screen, model, entry->kind, "");
	if (!entry->selected_one)
		screen->order.frame_count = 0;
	if (entry->selected_one)
		screen->order.address = screen_address(screen, model);
}

static void menu_key(struct screen *screen, const struct model *model, int stroke)
{
	const struct menu_list menu = make_menu(screen, model);

	if (screen->overlay_selected >= menu.count)
		screen->overlay_selected = menu.count - 1;
	if (stroke == STROKE_ENTER) {
		choose(screen, model, &menu.entries[screen->overlay_selected]);
		return;
	}
	for (int i = 0; i < menu.count; i++)
		if (menu.entries[i].key == stroke) {
			choose(screen, model, &menu.entries[i]);
			return;
		}
}

/* One column stays, whatever is chosen. */
static void toggle_column(struct screen *screen)
{
	struct list *list = screen_list(screen);
	uint32_t all = (1U << list->kind->column_count) - 1, bit = 1U << screen->overlay_selected;

	if (((list->hidden ^ bit) & all) != all)
		list->hidden ^= bit;
}

static int entry_count(struct screen *screen, const struct model *model)
{
	if (screen->overlay == OVERLAY_COLUMNS)
		return (int)screen_list(screen)->kind->column_count;
	return screen->overlay == OVERLAY_MENU ? make_menu(screen, model).count : 0;
}

static void move_overlay(struct screen *screen, const struct model *model, int by)
{
	int count = entry_count(screen, model), *at = count > 0 ? &screen->overlay_selected : &screen->overlay_top;

	*at += by;
	if (*at < 0)
		*at = 0;
	if (count > 0 && *at >= count)
		*at = count - 1;
}

static bool move_key(struct screen *screen, const struct model *model, enum key_action action)
{
	int page = screen->overlay_height > 1 ? screen->overlay_height - 1 : 1;

	switch (action) {
	case KEYS_UP: move_overlay(screen, model, -1); return true;
	case KEYS_DOWN: move_overlay(screen, model, 1); return true;
	case KEYS_PAGE_UP: move_overlay(screen, model, -page); return true;
	case KEYS_PAGE_DOWN: move_overlay(screen, model, page); return true;
	case KEYS_FIRST: move_overlay(screen, model, -10000); return true;
	case KEYS_LAST: move_overlay(screen, model, 10000); return true;
	case KEYS_BACK: screen->overlay = OVERLAY_NONE; return true;
	default: return false;
	}
}

/* Keys of the whole screen work below an overlay, too; others close it and do what they always do. */
bool overlay_key(struct screen *screen, const struct model *model, int stroke)
{
	enum key_action action = key_find(screen->view, stroke);
	enum overlay overlay = screen->overlay;

	if (overlay == OVERLAY_MENU) {
		menu_key(screen, model, stroke);
		if (screen->overlay != OVERLAY_MENU)
			return true;
	}
	if (overlay == OVERLAY_COLUMNS && (stroke == ' ' || stroke == STROKE_ENTER)) {
		toggle_column(screen);
		return true;
	}
	if (move_key(screen, model, action))
		return true;
	if (action == KEYS_REDRAW || action == KEYS_THEME || action == KEYS_QUIT)
		return false;
	if (stroke != STROKE_ENTER && action == KEYS_NOTHING)
		return true;
	screen->overlay = OVERLAY_NONE;
	return overlay == OVERLAY_MENU || stroke == STROKE_ENTER || (overlay == OVERLAY_HELP && action == KEYS_HELP) ||
	       (overlay == OVERLAY_COLUMNS && action == KEYS_COLUMNS) ||
	       (overlay == OVERLAY_RULE && action == KEYS_EXPLAIN);
}
