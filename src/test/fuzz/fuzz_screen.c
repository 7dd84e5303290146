// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any keys, at any sizes, on the screen of any frames: nothing is drawn outside the grid, no control character reaches
 * a cell, and drawing twice gives the same picture.
 *
 * Input: view and theme (1 byte), length of the keys (2), keys, then frames as fuzz_engine takes them (without its
 * first byte). A key is two bytes: how to read the second one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/engine.h"
#include "base/bytes.h"
#include "rules/registry.h"
#include "test/fuzz/engine_input.h"
#include "tui/screen.h"

enum { MOST_FRAMES = 512, NAME_SIZE = 24, LARGEST_ROWS = 48, LARGEST_COLUMNS = 150, MOST_KEYS = 64 };

#define START_TIME INT64_C(1767225600000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct network {
	struct model model;
	struct report report;
	struct frame frames[MOST_FRAMES];
	uint32_t frame_count;
	char name[NAME_SIZE];
	struct model_node node;
	struct model_line line;
	struct model_past past;
	struct model_replay_server server;
};

static void claim(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static bool next_frame(struct bytes *bytes, struct frame *frame, nanos *time)
{
	uint8_t step, missing;
	uint16_t length;

	if (!bytes_get_u8(bytes, &step) || !bytes_get_u8(bytes, &missing) || !bytes_get_u16(bytes, &length))
		return false;
	frame->bytes = bytes->at;
	frame->captured = (uint32_t)(length < bytes->left ? length : bytes->left);
	frame->length = frame->captured + missing * 4u;
	frame->number++;
	*time += engine_step_nanos(step);
	frame->time = *time;
	return bytes_skip(bytes, frame->captured);
}

static void read_frames(struct network *network, struct bytes bytes)
{
	const struct engine_options options = { .rules = rules_all, .seed = 1 };
	struct frame frame = { .link_type = LINK_ETHERNET };
	struct engine *engine;
	nanos time = START_TIME;

	claim(engine_new(&engine, &options, NULL) >= 0 && engine_add_input(engine, network->name, NULL) >= 0, "memory");
	while (network->frame_count < MOST_FRAMES && next_frame(&bytes, &frame, &time)) {
		engine_eat(engine, &frame);
		network->frames[network->frame_count++] = frame;
	}
	claim(engine_report(engine, "watch", &network->report, NULL) >= 0, "no report");
	engine_free(engine);
	network->model.now = time;
}

static bool get_frame(void *context, uint64_t position, struct frame *frame)
{
	const struct network *network = context;

	claim(position < network->frame_count, "a frame that there is not");
	*frame = network->frames[position];
	return position % 31 != 30;
}

static bool find_frame(void *context, uint32_t input, uint64_t number, uint64_t *position)
{
	const struct network *network = context;

	*position = number - 1;
	return input == 0 && number > 0 && number <= network->frame_count;
}

/* A network with something in each of its parts, named by foreign bytes. */
static void make_network(struct network *network, struct bytes bytes)
{
	struct model *model = &network->model;

	memcpy(network->name, bytes.at, bytes.left < NAME_SIZE - 1 ? bytes.left : NAME_SIZE - 1);
	read_frames(network, bytes);
	network->node = (struct model_node){ .ip = network->report.host_count > 0 ? network->report.hosts[0].ip
										  : ip_from_v4(0x0a000001),
					     .name = network->name,
					     .arp_settings = network->name,
					     .weight = network->name[0] };
	network->line = (struct model_line){ .time = START_TIME, .text = network->name };
	network->server = (struct model_replay_server){ .ip = network->node.ip, .sent = 7, .note = network->name };
	if (network->report.fault_count > 0)
		network->past.fault = &network->report.faults[0];
	*model = (struct model){
		.generation = 1,
		.now = model->now,
		.rules = rules_all,
		.source = { .live = true, .name = network->name, .recording = network->name },
		.probe = { .possible = true, .rounds = 1 },
		.report = &network->report,
		.previous = &network->report,
		.past = &network->past,
		.past_count = network->report.fault_count > 0,
		.nodes = &network->node,
		.node_count = 1,
		.replay = { .possible = true, .name = network->name, .servers = &network->server, .server_count = 1 },
		.packets = { .end = network->frame_count, .get = get_frame, .find = find_frame, .context = network },
		.log = &network->line,
		.log_count = 1
	};
}

static void check_grid(const struct grid *grid)
{
	for (size_t i = 0; i < (size_t)grid->rows * (size_t)grid->columns; i++) {
		const struct cell *cell = &grid->cells[i];
		bool right = (cell->flags & CELL_RIGHT) != 0;

		claim(right ? cell->code == 0 : cell->code >= ' ' && (cell->code < 0x7f || cell->code >= 0xa0),
		      "a control character in a cell");
		claim(cell->role < ROLE_COUNT, "a role that there is not");
		claim(!right || i % (size_t)grid->columns > 0, "half a character at the beginning of a line");
	}
}

static void draw(struct screen *screen, const struct model *model, int rows, int columns)
{
	struct grid first = GRID_INIT, second = GRID_INIT;

	claim(grid_resize(&first, rows, columns, NULL) == 0 && grid_resize(&second, rows, columns, NULL) == 0,
	      "memory");
	claim(screen_draw(screen, model, &first, NULL) == 0, "not drawn");
	check_grid(&first);
	claim(screen_draw(screen, model, &second, NULL) == 0, "not drawn");
	claim(grid_equal(&first, &second), "another picture of the same");
	grid_free(&first);
	grid_free(&second);
}

static int stroke_of(uint8_t how, uint8_t byte)
{
	if (how & 1)
		return key_bindings[byte % key_binding_count].stroke;
	if (how & 2)
		return STROKE_UP + byte % 16;
	return how & 4 ? stroke_click(byte / 8, byte) : byte;
}

static void press(struct screen *screen, struct model *model, const struct model *nothing, struct bytes keys)
{
	int rows = 24, columns = 80, count = 0;
	const struct model *shown = model;
	uint8_t how, byte;

	while (count++ < MOST_KEYS && bytes_get_u8(&keys, &how) && bytes_get_u8(&keys, &byte)) {
		if ((how & 0xe0) == 0xe0) {
			rows = byte % LARGEST_ROWS;
			columns = how % 32 * 5 % LARGEST_COLUMNS;
		} else if ((how & 0xe0) == 0xc0) {
			shown = byte & 1 ? model : nothing;
			model->packets.begin = byte % (model->packets.end + 1);
			model->generation = byte | 1;
		} else {
			claim(screen_key(screen, shown, stroke_of(how, byte))->text != NULL, "an order without text");
		}
		screen_work(screen, shown, byte);
		draw(screen, shown, rows, columns);
	}
}

static void write_texts(const struct screen *screen, const struct model *model)
{
	struct text text = TEXT_INIT;

	for (int view = 0; view < VIEW_COUNT; view++)
		claim(screen_text(screen, (enum view)view, model, 100, &text, NULL) == 0, "no text");
	text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct model nothing = { .generation = 2 };
	struct bytes bytes = bytes_of(data, size), keys;
	struct screen_options options = { .view = VIEW_MATRIX };
	struct network *network;
	struct screen *screen = NULL;
	uint16_t length;
	uint8_t first;

	if (!bytes_get_u8(&bytes, &first) || !bytes_get_u16(&bytes, &length))
		return 0;
	keys = bytes;
	bytes_limit(&keys, length);
	bytes_skip(&bytes, keys.left);
	options.view = (enum view)(first % VIEW_COUNT);
	options.theme = (enum theme)(first / VIEW_COUNT % THEME_COUNT);
	network = calloc(1, sizeof *network);
	claim(network != NULL && screen_new(&screen, &options, NULL) == 0, "memory");
	make_network(network, bytes);
	press(screen, &network->model, &nothing, keys);
	write_texts(screen, &network->model);
	screen_free(screen);
	report_free(&network->report);
	free(network);
	return 0;
}
