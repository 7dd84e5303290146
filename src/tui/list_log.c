// SPDX-License-Identifier: GPL-2.0-or-later
/* The log: what happened, oldest first. */
#include <stdio.h>

#include "tui/screen_private.h"

enum column { TIME, SEVERITY, TEXT };

static const struct list_column columns[] = {
	{ "time", "time", NULL, 8, 0, false },
	{ "severity", "severity", "", 8, 0, false },
	{ "text", "what", NULL, 0, 0, false },
};

static uint64_t count_lines(const struct model *model)
{
	return model->log_count;
}

static void line_cell(const struct screen *screen, const struct model *model, uint64_t item, unsigned column,
		      struct list_cell *cell)
{
	const struct model_line *line = &model->log[item];
	char buffer[CLOCK_SIZE];

	(void)screen;
	cell->role = column == SEVERITY ? words_severity_role(line->severity) : ROLE_PLAIN;
	list_cell_set(cell, column == TIME       ? words_clock(line->time, model->utc_offset, buffer)
			    : column == SEVERITY ? severity_name(line->severity)
						 : line->text);
}

/* Lines that fell out of the log make the others move up, so a line is known by its place. */
static struct list_identity line_identity(const struct model *model, uint64_t item)
{
	(void)model;
	return (struct list_identity){ .number = item };
}

static bool line_trouble(const struct screen *screen, const struct model *model, uint64_t item)
{
	(void)screen;
	return model->log[item].severity != SEVERITY_INFO;
}

const struct list_kind list_log = {
	.title = "Log",
	.nothing = "nothing happened so far",
	.columns = columns,
	.column_count = sizeof columns / sizeof *columns,
	.endless = true,
	.count = count_lines,
	.cell = line_cell,
	.identity = line_identity,
	.trouble = line_trouble,
};
