// SPDX-License-Identifier: GPL-2.0-or-later
/* What the parts of the screen share. For src/tui/ only. */
#ifndef TUI_SCREEN_PRIVATE_H
#define TUI_SCREEN_PRIVATE_H

#include "tui/list.h"
#include "tui/page.h"
#include "tui/screen.h"

/* The first six are lists, each the first pane of the view of its number; the others are pages. */
enum pane {
	PANE_MATRIX,
	PANE_HOSTS,
	PANE_FAULTS,
	PANE_PACKETS,
	PANE_REPLAY,
	PANE_LOG,
	PANE_WHY,
	PANE_HOST,
	PANE_TREE,
	PANE_BYTES,
	PANE_SERVER,
	PANE_COUNT,
	PANE_NONE = PANE_COUNT
};

/* Where a pane is, its heading line included where it has one. */
struct pane_place {
	enum pane pane;
	int row, column, rows, columns;
	bool headed;
};

#define VERTICAL "\xe2\x94\x82" /* a line between panes */

enum { ROOMY_ROWS = 12 }; /* from here on there are lines for the views' names and the status */
enum { MOST_PANES = 8, PROMPT_SIZE = FILTER_SIZE, RULE_NAME_SIZE = 64 };

enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_RULE, OVERLAY_ROW, OVERLAY_COLUMNS, OVERLAY_MENU };
enum prompt { PROMPT_NONE, PROMPT_FILTER, PROMPT_COMMAND };
enum menu { MENU_EXPORT, MENU_PROBE, MENU_REPLAY };

/* A frame that proves a fault, and the first rule that says so. */
struct mark_of_rule {
	uint32_t input;
	uint64_t number;
	const struct rule *rule;
};

struct screen {
	enum view view, view_before;
	enum theme theme;
	bool mouse, frozen, maximised;
	bool tabs; /* the second line has the names of the views */
	nanos frozen_at;
	uint64_t frozen_end;

	struct list lists[VIEW_COUNT];
	enum pane focus[VIEW_COUNT];
	bool why_row; /* the matrix's row is explained instead of the selected fault */
	int page_top[PANE_COUNT];
	struct page page;

	struct pane_place places[MOST_PANES]; /* as drawn last */
	int place_count;

	enum overlay overlay;
	int overlay_top, overlay_selected, overlay_count, overlay_height;
	enum menu menu;
	const struct rule *rule; /* of OVERLAY_RULE: static */

	enum prompt prompt;
	char typed[PROMPT_SIZE], typed_before[PROMPT_SIZE];
	char message[160];    /* of the screen's own: a command that is not known */
	bool message_is_note; /* what a key did, where that is not to be seen elsewhere */

	/* The packets view: frames that prove one fault, or those that fit the filter so far. */
	bool proof;
	char proof_of[RULE_NAME_SIZE + IP_TEXT_SIZE];
	struct screen_order_frame proof_frames[FAULT_MAX_EVIDENCE];
	char proof_notes[FAULT_MAX_EVIDENCE][EVIDENCE_NOTE_SIZE];
	uint32_t proof_count;
	uint64_t scanned; /* packets before this position were held against the filter */
	bool matches_left_out;

	struct mark_of_rule *marks; /* by input, number */
	uint32_t mark_count, mark_room;
	bool marks_valid;
	uint64_t marks_generation;

	struct screen_order order;
	char order_text[PROMPT_SIZE];
};

/* A row of the matrix by its item: of a real server or, behind those, of a director. */
const struct report_row *matrix_row(const struct model *model, uint64_t item);

extern const struct list_kind list_matrix, list_hosts, list_faults, list_packets, list_replay, list_log;

/* --- screen.c, screen_prepare.c --- */

/* Brings lists up to date with the model. False: memory ran out. */
bool screen_prepare(struct screen *screen, const struct model *model);
bool prepare_packets(struct screen *screen, const struct model *model);
void restart_packets(struct screen *screen);
/* The rule that a frame is evidence of, or NULL. */
const struct rule *screen_mark(const struct screen *screen, uint32_t input, uint64_t number);

/* The view whose name stands at a column of the second line; VIEW_COUNT for none. */
enum view screen_view_at(int column);

/* The list that keys go to: the focused one, or else the view's own. */
struct list *screen_list(struct screen *screen);
enum pane screen_focus(const struct screen *screen);

/* The selected fault, or NULL. */
const struct fault *screen_fault(const struct screen *screen, const struct model *model);
/* The selected row of the matrix, or NULL. */
const struct report_row *screen_row(const struct screen *screen, const struct model *model);
/* The address that the selection is about: family 0 for none. */
struct ip screen_address(const struct screen *screen, const struct model *model);
/* The address of what is selected in the matrix, the hosts or the replay. */
struct ip list_address(const struct screen *screen, const struct model *model, enum view view);
/* The selected packet's frame. */
bool screen_frame(const struct screen *screen, const struct model *model, struct frame *frame);

/* --- layout.c --- */

/* Which panes are where on a screen of that size, in screen->places. The body is what is left of first and last lines.
 */
void layout_make(struct screen *screen, const struct model *model, int row, int rows, int columns);
bool layout_is_small(const struct grid *grid);

/* --- pages --- */

void page_why(struct page *page, const struct screen *screen, const struct model *model);
void page_fault(struct page *page, const struct model *model, const struct fault *fault);
void page_row(struct page *page, const struct model *model, const struct report_row *row);
void page_host(struct page *page, const struct screen *screen, const struct model *model);
void page_server(struct page *page, const struct screen *screen, const struct model *model);
void page_tree(struct page *page, const struct model *model, const struct frame *frame);
void page_bytes(struct page *page, const struct frame *frame);
void page_help(struct page *page, enum view view);
void page_rule(struct page *page, const struct rule *rule);
/* The page of a pane; false for lists. */
bool page_make(struct screen *screen, const struct model *model, enum pane pane, int width);

/* --- overlays.c, commands.c --- */

void overlay_open(struct screen *screen, enum overlay overlay);
void overlay_draw(struct screen *screen, const struct model *model, const struct region *body);
/* True where the overlay took the stroke. */
bool overlay_key(struct screen *screen, const struct model *model, int stroke);
void command_run(struct screen *screen, const struct model *model, const char *line);

/* --- screen_keys.c --- */

void screen_show_view(struct screen *screen, enum view view);
void screen_show_proof(struct screen *screen, const struct model *model, const struct fault *fault);
void screen_order_export(struct screen *screen, const struct model *model, enum order_kind kind, const char *file);
/* After the selection in the matrix moved: the faults follow. */
void screen_follow_row(struct screen *screen, const struct model *model);

/* --- words.c --- */

/* Why there is nothing to probe or to replay, and what to do. */
extern const char screen_no_probe[], screen_no_replay[];

enum { CLOCK_SIZE = 24, COUNT_SIZE = 32 };
/* "00:12:41", the time of day; "-" for 0. */
const char *words_clock(nanos time, int32_t utc_offset, char buffer[static CLOCK_SIZE]);
/* "00:12:41.021740" */
const char *words_clock_fine(nanos time, int32_t utc_offset, char buffer[static CLOCK_SIZE]);
/* "00:12:41" for a duration, hours as many as there are. */
const char *words_elapsed(nanos time, char buffer[static CLOCK_SIZE]);
/* "3 errors, 1 warning, 2 info": what there is of it; "no faults". */
enum { VERDICT_SIZE = 80 };
const char *words_verdict(const struct report *report, char buffer[static VERDICT_SIZE]);
enum cell_role words_severity_role(enum severity severity);
const struct model_node *words_node(const struct model *model, const struct ip *ip);
/* Whether a fault is about this real server: by its address, or by its MAC and VIP. */
bool fault_is_about(const struct fault *fault, const struct report_row *row);

/* Sort keys. */
struct list_rank rank_of_ip(const struct ip *ip);
struct list_rank rank_of_mac(struct mac mac);
struct list_rank rank_of_text(const char *text);

#endif
