// SPDX-License-Identifier: GPL-2.0-or-later
/* What is typed behind `:`, and the help, which has the same table. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen_private.h"

struct command {
	const char *name, *arguments, *description;
	/* False: the arguments are not understood. */
	bool (*run)(struct screen *screen, const struct model *model, const char *arguments);
};

static void say(struct screen *screen, const char *format, const char *what)
{
	snprintf(screen->message, sizeof screen->message, "%s%.100s", format, what);
}

static bool run_quit(struct screen *screen, const struct model *model, const char *arguments)
{
	(void)model;
	screen->order.kind = ORDER_QUIT;
	return arguments[0] == '\0';
}

static bool run_help(struct screen *screen, const struct model *model, const char *arguments)
{
	(void)model;
	overlay_open(screen, OVERLAY_HELP);
	return arguments[0] == '\0';
}

static bool run_view(struct screen *screen, const struct model *model, const char *arguments)
{
	enum view view = view_find(arguments);

	(void)model;
	if (view == VIEW_COUNT)
		return false;
	screen_show_view(screen, view);
	return true;
}

static bool run_filter(struct screen *screen, const struct model *model, const char *arguments)
{
	struct list *list = screen_list(screen);

	(void)model;
	if (list == &screen->lists[VIEW_PACKETS]) {
		screen->proof = false;
		restart_packets(screen);
	}
	list_set_filter(list, arguments);
	if (list->filter.wrong != NULL)
		say(screen, list->filter.wrong, "");
	return true;
}

static bool run_sort(struct screen *screen, const struct model *model, const char *arguments)
{
	struct list *list = screen_list(screen);

	(void)model;
	for (unsigned i = 0; !list->kind->endless && i < list->kind->column_count; i++) {
		if (strcmp(list->kind->columns[i].name, arguments) != 0)
			continue;
		list->sort = (int)i;
		list->valid = false;
		return true;
	}
	return false;
}

/* Family 0: all. */
static bool parse_whom(const char *arguments, struct ip *address)
{
	*address = (struct ip){ .family = 0 };
	return arguments[0] == '\0' || strcmp(arguments, "all") == 0 || ip_parse(arguments, address);
}

static bool run_probe(struct screen *screen, const struct model *model, const char *arguments)
{
	struct ip address;

	if (!parse_whom(arguments, &address))
		return false;
	if (!model->probe.possible) {
		say(screen, screen_no_probe, "");
		return true;
	}
	screen->order.kind = ORDER_PROBE;
	screen->order.address = address;
	return true;
}

static bool run_replay(struct screen *screen, const struct model *model, const char *arguments)
{
	struct ip address;

	if (!parse_whom(arguments, &address))
		return false;
	if (!model->replay.possible) {
		say(screen, screen_no_replay, "");
		return true;
	}
	screen->order.kind = ORDER_REPLAY;
	screen->order.address = address;
	return true;
}

static bool run_export(struct screen *screen, const struct model *model, const char *arguments)
{
	static const struct {
		const char *name;
		enum order_kind kind;
	} kinds[] = { { "view", ORDER_EXPORT_VIEW },
		      { "report", ORDER_EXPORT_REPORT },
		      { "evidence", ORDER_EXPORT_EVIDENCE } };
	size_t length = strcspn(arguments, " ");
	const char *file = arguments + length + strspn(arguments + length, " ");

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strlen(kinds[i].name) != length || strncmp(kinds[i].name, arguments, length) != 0)
			continue;
		screen_order_export(screen, model, kinds[i].kind, file);
		return true;
	}
	return false;
}

static bool run_explain(struct screen *screen, const struct model *model, const char *arguments)
{
	for (rule_list rule = model->rules; rule != NULL && *rule != NULL; rule++) {
		if (strcmp((*rule)->id, arguments) != 0)
			continue;
		screen->rule = *rule;
		overlay_open(screen, OVERLAY_RULE);
		return true;
	}
	return false;
}

static bool run_theme(struct screen *screen, const struct model *model, const char *arguments)
{
	(void)model;
	for (int theme = 0; theme < THEME_COUNT; theme++) {
		if (strcmp(theme_name((enum theme)theme), arguments) != 0)
			continue;
		screen->theme = (enum theme)theme;
		screen->order.kind = ORDER_THEME;
		return true;
	}
	return false;
}

/* "18103", or "2:18103" for the second input */
static bool run_frame(struct screen *screen, const struct model *model, const char *arguments)
{
	unsigned long long first, second = 0;
	uint64_t position;
	char *end;

	if (!isdigit((unsigned char)arguments[0]))
		return false;
	first = strtoull(arguments, &end, 10);
	if (*end == ':' && isdigit((unsigned char)end[1]))
		second = strtoull(end + 1, &end, 10);
	if (*end != '\0' || (second > 0 && (first == 0 || first > UINT32_MAX)))
		return false;
	if (model->packets.find == NULL ||
	    !model->packets.find(model->packets.context, second > 0 ? (uint32_t)(first - 1) : 0,
				 second > 0 ? second : first, &position)) {
		say(screen, "there is no such frame, or it is no longer kept: ", arguments);
		return true;
	}
	screen->proof = false;
	restart_packets(screen);
	list_set_filter(&screen->lists[VIEW_PACKETS], "");
	screen_show_view(screen, VIEW_PACKETS);
	screen_prepare(screen, model);
	screen->lists[VIEW_PACKETS].follow = false;
	list_select(&screen->lists[VIEW_PACKETS], model, position - screen->lists[VIEW_PACKETS].base);
	return true;
}

static const struct command commands[] = {
	{ "quit", "", "leave", run_quit },
	{ "help", "", "this help", run_help },
	{ "view", "NAME", "matrix, hosts, faults, packets, replay or log", run_view },
	{ "filter", "[TEXT]", "as / does; without a text everything is shown", run_filter },
	{ "sort", "COLUMN", "by the column of that name", run_sort },
	{ "frame", "[INPUT:]N", "to a frame in the packets", run_frame },
	{ "probe", "[ADDRESS|all]", "ask the network", run_probe },
	{ "replay", "[ADDRESS|all]", "replay recorded client traffic to a real server, or to each", run_replay },
	{ "export", "view|report|evidence [FILE]", "write the view as text, the report as JSON, evidence as pcapng",
	  run_export },
	{ "explain", "RULE", "what a fault means and how to repair it", run_explain },
	{ "theme", "NAME", "colour, contrast or mono", run_theme },
};

/* A command by its name or the beginning of it; the first one that fits. */
void command_run(struct screen *screen, const struct model *model, const char *line)
{
	size_t length;
	const char *arguments;

	line += strspn(line, " ");
	length = strcspn(line, " ");
	arguments = line + length + strspn(line + length, " ");
	for (size_t i = 0; length > 0 && i < sizeof commands / sizeof *commands; i++) {
		if (strncmp(commands[i].name, line, length) != 0)
			continue;
		if (!commands[i].run(screen, model, arguments))
			snprintf(screen->message, sizeof screen->message, "usage: :%s %s", commands[i].name,
				 commands[i].arguments);
		return;
	}
	if (length > 0)
		say(screen, "no such command (:help lists them): ", line);
}

/* Those of one view: others would only confuse. */
static void help_keys(struct page *page, enum view view)
{
	enum { KEYS_COLUMN = 18 };

	for (size_t i = 0; i < key_binding_count;) {
		const struct key_binding *key = &key_bindings[i];
		struct text names = TEXT_INIT;
		char name[STROKE_NAME_SIZE];

		text_add(&names, stroke_name(key->stroke, name));
		for (i++; i < key_binding_count && key_bindings[i].description[0] == '\0'; i++)
			if (key_bindings[i].stroke < STROKE_WHEEL_UP || key_bindings[i].stroke > STROKE_WHEEL_DOWN)
				text_printf(&names, " %s", stroke_name(key_bindings[i].stroke, name));
		if (key->views >> view & 1)
			page_labelled(page, text_string(&names), KEYS_COLUMN, ROLE_PLAIN, key->description);
		text_free(&names);
	}
}

void page_help(struct page *page, enum view view)
{
	page_labelled(
	    page, "", 0, ROLE_PLAIN,
	    "The matrix says what works on which real server: ok, FAIL, ? (not seen either way; p asks), - (does "
	    "not apply). Below it the faults, and of the selected one what it does and what repairs it.");
	page_line(page, ROLE_PLAIN, "%s", "");
	help_keys(page, view);
	page_line(page, ROLE_PLAIN, "%s", "");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		char label[64];

		snprintf(label, sizeof label, ":%s %s", commands[i].name, commands[i].arguments);
		page_labelled(page, label, 38, ROLE_PLAIN, commands[i].description);
	}
}
