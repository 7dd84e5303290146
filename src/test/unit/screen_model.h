// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A model to draw, made from a file of testdata/screens. A line each:
 *
 *   # ...                                      a comment
 *   vip ADDR[:PORT[/PROTO]] METHOD             the set-up, before the captures
 *   rs ADDR[=MAC]  director ADDR[=MAC]  weight ADDR N
 *   capture FILE                               analysed, its frames are the packets
 *   report sample|none                         the hand-made report of sample_report.h, or none at all
 *   many hosts|faults|vips|servers N           that many more of them, by rule
 *   previous ROW CHECK VALUE                   the report before: this check of a row (0, 1, ...) was VALUE
 *   source NAME KEY VALUE ...                  live, down, elapsed S, rate, kernel, interface, ring, reading PERCENT
 *   probe KEY VALUE ...                        possible, running DONE TOTAL, rounds N, next S
 *   node ADDR KEY VALUE ...                    name, settings
 *   fact ADDR NAME VALUE...                    of a node that was named before
 *   past SECONDS                               the report's last fault is no more, since that long
 *   replay NAME DONE TOTAL STATE               idle, running, paused, done
 *   server ADDR STATE PLANNED SENT ANSWERED SAME DIFFERING LOST MEDIAN-US
 *   log SEVERITY TEXT...
 *   message TEXT...   error TEXT...
 *   evicted N
 *   draw VIEW                                  a view whose pictures are kept
 *   keys NAME STROKE...                        strokes, each with the screen behind it
 *
 * Strokes are characters, names such as Down, Enter, Esc, Space, Tab, PgDn, Home, End, or =TEXT for its letters
 * with one screen behind the last, and @ROW,COLUMN for a click.
 */
#ifndef TEST_SCREEN_MODEL_H
#define TEST_SCREEN_MODEL_H

#include "analysis/engine.h"
#include "tui/screen.h"

enum { SCREEN_MOST_KEYS = 96, SCREEN_MOST_SERVERS = 256, SCREEN_MOST_NODES = 16, SCREEN_MOST_LINES = 32 };

struct screen_keys {
	char name[64];
	int strokes[SCREEN_MOST_KEYS];
	bool quiet[SCREEN_MOST_KEYS]; /* no picture: more letters of a word follow */
	int count;
};

struct screen_model {
	struct model model;
	struct report report, previous;
	struct topology topology;
	struct engine *engine;
	struct frame *frames; /* with bytes of their own */
	uint32_t frame_count;
	struct model_past past[4];
	struct fault past_faults[4];
	struct model_node nodes[SCREEN_MOST_NODES];
	struct report_fact facts[SCREEN_MOST_NODES][4];
	struct model_replay_server servers[SCREEN_MOST_SERVERS];
	struct model_line lines[SCREEN_MOST_LINES];
	char *strings[512]; /* whatever points to text points here */
	uint32_t string_count;
	bool views[VIEW_COUNT];
	struct screen_keys keys[12];
	int keys_count;
};

/* Fails the test where the file is not understood. */
struct screen_model *screen_model_read(const char *path);
void screen_model_free(struct screen_model *made);

/* More of everything, for tests of size: hosts without frames, faults about them, services and real servers. */
void screen_model_add_hosts(struct report *report, uint32_t count);
void screen_model_add_faults(struct report *report, uint32_t count);
void screen_model_add_rows(struct report *report, uint32_t vips, uint32_t servers);

#endif
