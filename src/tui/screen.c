// SPDX-License-Identifier: GPL-2.0-or-later
#include "tui/screen.h"

#include <stdlib.h>

struct screen {
	enum view view;
	enum theme theme;
	bool mouse, frozen;
	struct screen_order order;
};

const char *theme_name(enum theme theme)
{
	static const char *const names[THEME_COUNT] = { "colour", "contrast", "mono" };

	return theme < THEME_COUNT ? names[theme] : "";
}

int screen_new(struct screen **screen, const struct screen_options *options, struct error *error)
{
	*screen = calloc(1, sizeof **screen);
	if (*screen == NULL)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the screen");
	(*screen)->view = options->view;
	(*screen)->theme = options->theme;
	(*screen)->mouse = options->mouse;
	return 0;
}

void screen_free(struct screen *screen)
{
	free(screen);
}

const struct screen_order *screen_key(struct screen *screen, const struct model *model, int stroke)
{
	enum key_action action = key_find(screen->view, stroke);

	(void)model;
	screen->order = (struct screen_order){ .text = "" };
	if (action >= KEYS_VIEW_MATRIX && action <= KEYS_VIEW_LOG)
		screen->view = (enum view)(action - KEYS_VIEW_MATRIX);
	else if (action == KEYS_FREEZE)
		screen->frozen = !screen->frozen;
	else if (action == KEYS_REDRAW)
		screen->order.kind = ORDER_REDRAW;
	else if (action == KEYS_QUIT)
		screen->order.kind = ORDER_QUIT;
	return &screen->order;
}

int screen_draw(struct screen *screen, const struct model *model, struct grid *grid, struct error *error)
{
	const struct region region = grid_region(grid);

	(void)error;
	region_clear(&region);
	region_printf(&region, 0, 0, ROLE_TITLE, " truemac watch %s   %s", model->source.name ? model->source.name : "",
		      view_name(screen->view));
	return 0;
}

bool screen_work(struct screen *screen, const struct model *model, uint32_t frames)
{
	(void)screen;
	(void)model;
	(void)frames;
	return false;
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

int screen_text(const struct screen *screen, enum view view, const struct model *model, int width, struct text *into,
		struct error *error)
{
	(void)screen;
	(void)width;
	(void)error;
	text_printf(into, "%s %s\n", model->source.name ? model->source.name : "", view_name(view));
	return 0;
}
