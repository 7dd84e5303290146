// SPDX-License-Identifier: GPL-2.0-or-later
#include "tui/list.h"

#include <stdlib.h>
#include <string.h>

static void set_filter(struct list *list, const char *text)
{
	const char *names[LIST_MAX_COLUMNS];

	for (unsigned i = 0; i < list->kind->column_count; i++)
		names[i] = list->kind->columns[i].name;
	filter_set(&list->filter, text, names, list->kind->column_count);
}

void list_init(struct list *list, const struct list_kind *kind)
{
	*list = (struct list){ .kind = kind, .sort = -1, .follow = kind->endless };
	set_filter(list, "");
}

void list_free(struct list *list)
{
	free(list->order);
	list->order = NULL;
}

bool list_selected(const struct list *list, uint64_t *item)
{
	if (list->selected >= list->shown)
		return false;
	*item = list_item(list, list->selected);
	return true;
}

void list_row(const struct list *list, const struct screen *screen, const struct model *model, uint64_t item,
	      struct list_cell cells[static LIST_MAX_COLUMNS])
{
	for (unsigned i = 0; i < list->kind->column_count; i++) {
		cells[i].role = ROLE_PLAIN;
		cells[i].text[0] = '\0';
		if (list->kind->row == NULL)
			list->kind->cell(screen, model, item, i, &cells[i]);
	}
	if (list->kind->row != NULL)
		list->kind->row(screen, model, item, cells);
}

bool list_row_fits(const struct list *list, const struct screen *screen, const struct model *model, uint64_t item)
{
	struct list_cell cells[LIST_MAX_COLUMNS];
	const char *texts[LIST_MAX_COLUMNS];

	if (list->filter.count == 0)
		return true;
	list_row(list, screen, model, item, cells);
	for (unsigned i = 0; i < list->kind->column_count; i++)
		texts[i] = cells[i].text;
	return filter_fits(&list->filter, texts, list->kind->column_count);
}

struct ranked {
	uint64_t group;
	struct list_rank rank;
	uint64_t place, item;
};

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;
	int order = compare_u64(left->group, right->group);

	order = order != 0 ? order : compare_u64(left->rank.high, right->rank.high);
	order = order != 0 ? order : compare_u64(left->rank.low, right->rank.low);
	return order != 0 ? order : compare_u64(left->place, right->place);
}

/* Equal rows keep their order in both directions. */
static bool sort_order(struct list *list, const struct model *model)
{
	struct ranked *ranked = malloc((size_t)list->shown * sizeof *ranked + 1);

	if (ranked == NULL)
		return false;
	for (uint64_t i = 0; i < list->shown; i++) {
		struct list_rank rank = { i, 0 };

		if (list->sort >= 0)
			rank = list->kind->rank(model, list->order[i], (unsigned)list->sort);
		if (list->reversed)
			rank = (struct list_rank){ ~rank.high, ~rank.low };
		ranked[i] = (struct ranked){ list->kind->group != NULL ? list->kind->group(model, list->order[i]) : 0,
					     rank, i, list->order[i] };
	}
	qsort(ranked, (size_t)list->shown, sizeof *ranked, compare_ranked);
	for (uint64_t i = 0; i < list->shown; i++)
		list->order[i] = ranked[i].item;
	free(ranked);
	return true;
}

static bool make_order(struct list *list, const struct screen *screen, const struct model *model)
{
	uint64_t count = list->kind->count(model);

	if (count > list->room || list->order == NULL) {
		uint64_t *order = realloc(list->order, (size_t)(count + 1) * sizeof *order);

		if (order == NULL)
			return false;
		list->order = order;
		list->room = (size_t)count + 1;
	}
	list->shown = 0;
	for (uint64_t item = 0; item < count; item++)
		if (list_row_fits(list, screen, model, item))
			list->order[list->shown++] = item;
	return (list->sort < 0 && !list->reversed) || sort_order(list, model);
}

static bool same_identity(const struct list_identity *a, const struct list_identity *b)
{
	return a->what == b->what && a->number == b->number && a->more == b->more && ip_equal(&a->ip, &b->ip) &&
	       ip_equal(&a->other, &b->other) && mac_equal(a->mac, b->mac);
}

/* Items of endless lists stand by their number. */
static uint64_t place_of_number(const struct list *list, uint64_t number)
{
	uint64_t low = 0, high = list->shown;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (list_item(list, middle) < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void hold_selected(struct list *list)
{
	if (list->shown == 0)
		list->selected = list->top = 0;
	else if (list->selected >= list->shown)
		list->selected = list->shown - 1;
}

void list_settle(struct list *list, const struct model *model)
{
	if (list->kind->endless) {
		if (list->follow && list->shown > 0)
			list->selected = list->shown - 1;
		else if (list->has_selected)
			list->selected = place_of_number(list, list->selected_identity.number);
	} else if (list->has_selected) {
		list_find(list, model, &list->selected_identity);
	} else {
		list->selected = 0;
	}
	hold_selected(list);
}

bool list_prepare(struct list *list, const struct screen *screen, const struct model *model)
{
	if (list->valid && list->generation == model->generation)
		return true;
	if (!make_order(list, screen, model)) {
		list->shown = 0;
		return false;
	}
	list->valid = true;
	list->generation = model->generation;
	list_settle(list, model);
	return true;
}

void list_select(struct list *list, const struct model *model, uint64_t place)
{
	if (list->shown == 0)
		return;
	list->selected = place < list->shown ? place : list->shown - 1;
	list->selected_identity = list->kind->identity(model, list_item(list, list->selected));
	list->has_selected = true;
}

void list_move(struct list *list, const struct model *model, int64_t by)
{
	uint64_t to = list->selected;

	if (by < 0)
		to = (uint64_t)-by > to ? 0 : to - (uint64_t)-by;
	else
		to += (uint64_t)by < list->shown ? (uint64_t)by : list->shown;
	list->follow = list->kind->endless && by > 0 && to + 1 >= list->shown;
	list_select(list, model, to);
}

bool list_find(struct list *list, const struct model *model, const struct list_identity *identity)
{
	for (uint64_t place = 0; place < list->shown; place++) {
		const struct list_identity there = list->kind->identity(model, list_item(list, place));

		if (!same_identity(&there, identity))
			continue;
		list_select(list, model, place);
		return true;
	}
	return false;
}

bool list_seek(struct list *list, const struct screen *screen, const struct model *model, int direction)
{
	enum { MOST_LOOKED_AT = 200000 };

	for (uint64_t step = 1; step <= list->shown && step <= MOST_LOOKED_AT; step++) {
		uint64_t place = direction > 0 ? (list->selected + step) % list->shown
					       : (list->selected + list->shown - step) % list->shown;

		if (!list->kind->trouble(screen, model, list_item(list, place)))
			continue;
		list->follow = false;
		list_select(list, model, place);
		return true;
	}
	return false;
}

void list_set_filter(struct list *list, const char *text)
{
	set_filter(list, text);
	list->valid = false;
}

void list_sort_by(struct list *list, int step)
{
	int count = (int)list->kind->column_count;

	if (list->kind->endless)
		return;
	/* -1 is the list's own order: one more than there are columns. */
	list->sort = (list->sort + 1 + step + count + 1) % (count + 1) - 1;
	list->valid = false;
}
