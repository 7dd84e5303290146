// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The packets, decoded as they are looked at. An item is a position in the model's packets. The filter is held against
 * a few thousand frames at a time (screen_work), so that millions of them stop nobody from typing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen_private.h"
#include "wire/packet.h"

enum { MOST_MATCHES = 262144 };

enum column { NUMBER, TIME, INPUT, SOURCE, DESTINATION, LENGTH, RULE, WHAT };

static const struct list_column columns[] = {
	{ "frame", "frame", NULL, 12, 0, true },         { "time", "time", NULL, 15, 0, false },
	{ "input", "input", NULL, 12, 7, false },        { "source", "from MAC", NULL, 17, 2, false },
	{ "destination", "to MAC", NULL, 17, 3, false }, { "length", "length", NULL, 7, 4, true },
	{ "rule", "proves", NULL, 20, 1, false },        { "what", "what", NULL, 0, 0, false },
};

static uint64_t count_packets(const struct model *model)
{
	return model->packets.end - model->packets.begin;
}

static bool get(const struct model *model, uint64_t position, struct frame *frame)
{
	if (model->packets.get == NULL || position < model->packets.begin || position >= model->packets.end)
		return false;
	return model->packets.get(model->packets.context, position, frame);
}

static void mac_cell(const struct packet *packet, bool source, struct list_cell *cell)
{
	if (source ? packet->layers & (LAYER_ETHERNET | LAYER_COOKED) : packet->layers & LAYER_ETHERNET)
		mac_format(source ? packet->source : packet->destination, cell->text);
}

/* What the frame shows of the fault whose frames are listed, or NULL. */
static const char *proof_note(const struct screen *screen, const struct frame *frame)
{
	for (uint32_t i = 0; screen != NULL && screen->proof && i < screen->proof_count; i++)
		if (screen->proof_frames[i].input == frame->input && screen->proof_frames[i].number == frame->number)
			return screen->proof_notes[i];
	return NULL;
}

static void what_cell(const struct screen *screen, const struct packet *packet, struct list_cell *cell)
{
	const char *note = proof_note(screen, packet->frame);
	struct text text = TEXT_INIT;

	if (note != NULL)
		text_printf(&text, "%s | ", note);
	packet_describe(packet, &text);
	list_cell_set(cell, text_string(&text));
	text_free(&text);
}

/* `packet` is the frame decoded; NULL for columns that do not need it. */
static void frame_cell(const struct screen *screen, const struct model *model, const struct frame *frame,
		       const struct packet *packet, enum column column, struct list_cell *cell)
{
	const struct rule *rule;

	switch (column) {
	case NUMBER: snprintf(cell->text, sizeof cell->text, "#%" PRIu64, frame->number); break;
	case TIME: words_clock_fine(frame->time, model->utc_offset, cell->text); break;
	case INPUT:
		if (model->report != NULL && model->report->input_count > 1)
			snprintf(cell->text, sizeof cell->text, "%u", frame->input + 1);
		break;
	case LENGTH: snprintf(cell->text, sizeof cell->text, "%u", frame->length); break;
	case RULE:
		rule = screen != NULL && !screen->proof ? screen_mark(screen, frame->input, frame->number) : NULL;
		cell->role = ROLE_BAD;
		list_cell_set(cell, rule != NULL ? rule->id : "");
		break;
	case SOURCE:
	case DESTINATION: mac_cell(packet, column == SOURCE, cell); break;
	case WHAT: what_cell(screen, packet, cell); break;
	}
}

static void missing_cell(enum column column, struct list_cell *cell)
{
	cell->role = ROLE_DIM;
	list_cell_set(cell, column == WHAT ? "no longer kept" : "");
}

static void packet_cell(const struct screen *screen, const struct model *model, uint64_t item, unsigned column,
			struct list_cell *cell)
{
	bool decoded = column == SOURCE || column == DESTINATION || column == WHAT;
	struct packet packet;
	struct frame frame;

	cell->role = ROLE_PLAIN;
	cell->text[0] = '\0';
	if (!get(model, item, &frame)) {
		missing_cell((enum column)column, cell);
		return;
	}
	if (decoded)
		packet_decode(&frame, &packet);
	frame_cell(screen, model, &frame, decoded ? &packet : NULL, (enum column)column, cell);
}

static void packet_row(const struct screen *screen, const struct model *model, uint64_t item, struct list_cell cells[])
{
	struct packet packet;
	struct frame frame;
	bool there = get(model, item, &frame);

	if (there)
		packet_decode(&frame, &packet);
	for (int column = NUMBER; column <= WHAT; column++) {
		if (there)
			frame_cell(screen, model, &frame, &packet, (enum column)column, &cells[column]);
		else
			missing_cell((enum column)column, &cells[column]);
	}
}

static struct list_identity packet_identity(const struct model *model, uint64_t item)
{
	(void)model;
	return (struct list_identity){ .number = item };
}

static bool packet_trouble(const struct screen *screen, const struct model *model, uint64_t item)
{
	struct frame frame;

	return get(model, item, &frame) && screen_mark(screen, frame.input, frame.number) != NULL;
}

const struct list_kind list_packets = {
	.title = "Packets",
	.nothing = "no packet so far",
	.columns = columns,
	.column_count = sizeof columns / sizeof *columns,
	.endless = true,
	.count = count_packets,
	.cell = packet_cell,
	.row = packet_row,
	.identity = packet_identity,
	.trouble = packet_trouble,
};

void restart_packets(struct screen *screen)
{
	struct list *list = &screen->lists[VIEW_PACKETS];

	list_free(list);
	list->room = 0;
	list->shown = 0;
	screen->scanned = 0;
	screen->matches_left_out = false;
}

static bool make_room(struct list *list, uint64_t wanted)
{
	uint64_t *order;
	size_t room = list->room > 0 ? list->room : 256;

	if (list->order != NULL && wanted <= list->room)
		return true;
	while (room < wanted)
		room *= 2;
	order = realloc(list->order, room * sizeof *order);
	if (order == NULL)
		return false;
	list->order = order;
	list->room = room;
	return true;
}

static bool prepare_proof(struct screen *screen, const struct model *model)
{
	struct list *list = &screen->lists[VIEW_PACKETS];

	if (!make_room(list, FAULT_MAX_EVIDENCE))
		return false;
	list->shown = 0;
	for (uint32_t i = 0; i < screen->proof_count; i++) {
		const struct screen_order_frame *frame = &screen->proof_frames[i];
		uint64_t position, place;

		if (model->packets.find == NULL ||
		    !model->packets.find(model->packets.context, frame->input, frame->number, &position))
			continue;
		for (place = list->shown++; place > 0 && list->order[place - 1] > position; place--)
			list->order[place] = list->order[place - 1];
		list->order[place] = position;
	}
	return true;
}

/* Forgets matches that are no longer kept. */
static void drop_evicted(struct list *list, const struct model *model)
{
	uint64_t gone = 0;

	while (gone < list->shown && list->order[gone] < model->packets.begin)
		gone++;
	if (gone > 0)
		memmove(list->order, list->order + gone, (size_t)(list->shown - gone) * sizeof *list->order);
	list->shown -= gone;
}

static uint64_t packets_end(const struct screen *screen, const struct model *model)
{
	uint64_t end = model->packets.end;

	if (screen->frozen && screen->frozen_end < end)
		end = screen->frozen_end;
	return end < model->packets.begin ? model->packets.begin : end;
}

bool prepare_packets(struct screen *screen, const struct model *model)
{
	struct list *list = &screen->lists[VIEW_PACKETS];
	bool good = true;

	if (screen->proof) {
		good = prepare_proof(screen, model);
	} else if (list->filter.count > 0) {
		good = make_room(list, 1);
		if (good)
			drop_evicted(list, model);
	} else {
		list_free(list);
		list->room = 0;
		list->base = model->packets.begin;
		list->shown = packets_end(screen, model) - model->packets.begin;
	}
	if (!good)
		list->shown = 0;
	list_settle(list, model);
	return good;
}

bool screen_work(struct screen *screen, const struct model *model, uint32_t frames)
{
	struct list *list = &screen->lists[VIEW_PACKETS];
	uint64_t end = packets_end(screen, model);

	if (screen->proof || list->filter.count == 0)
		return false;
	if (screen->scanned < model->packets.begin)
		screen->scanned = model->packets.begin;
	for (; frames > 0 && screen->scanned < end; frames--, screen->scanned++) {
		if (!list_row_fits(list, screen, model, screen->scanned))
			continue;
		if (list->shown >= MOST_MATCHES || !make_room(list, list->shown + 1)) {
			screen->matches_left_out = true;
			screen->scanned = end;
			break;
		}
		list->order[list->shown++] = screen->scanned;
	}
	return screen->scanned < end;
}
