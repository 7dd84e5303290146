// SPDX-License-Identifier: GPL-2.0-or-later
#include "tui/keys.h"

#include <stdio.h>
#include <string.h>

#include "report/utf8.h"

static const char *const names[VIEW_COUNT] = { "matrix", "hosts", "faults", "packets", "replay", "log" };

const char *view_name(enum view view)
{
	return view < VIEW_COUNT ? names[view] : "";
}

enum view view_find(const char *name)
{
	if (name[0] >= '1' && name[0] < '1' + VIEW_COUNT && name[1] == '\0')
		return (enum view)(name[0] - '1');
	for (int view = 0; view < VIEW_COUNT; view++)
		if (strcmp(names[view], name) == 0)
			return (enum view)view;
	return VIEW_COUNT;
}

enum {
	ALL = (1 << VIEW_COUNT) - 1,
	REPLAY = 1 << VIEW_REPLAY,
	PASSIVE = ALL & ~REPLAY, /* views in which no replay is steered */
};

const struct key_binding key_bindings[] = {
#define KEY(views, stroke, action, label, description) { views, stroke, KEYS_##action, label, description },
#include "tui/keys.def"
#undef KEY
};
const size_t key_binding_count = sizeof key_bindings / sizeof *key_bindings;

/*
 * Two meanings of a key in one view are two equal cases, which no compiler accepts. Lines that are not of the view have
 * cases of their own: no stroke is negative.
 */
#define STROKE_IN_VIEW(views, stroke) (((views)&CHECKED_VIEW) != 0 ? (stroke) : -__LINE__)
#define KEY(views, stroke, action, label, description)                                                                 \
	case STROKE_IN_VIEW(views, stroke): return KEYS_##action;

static enum key_action find_in_replay(int pressed)
{
	switch (pressed) {
#define CHECKED_VIEW REPLAY
#include "tui/keys.def"
#undef CHECKED_VIEW
	default: return KEYS_NOTHING;
	}
}

static enum key_action find_elsewhere(int pressed)
{
	switch (pressed) {
#define CHECKED_VIEW PASSIVE
#include "tui/keys.def"
#undef CHECKED_VIEW
	default: return KEYS_NOTHING;
	}
}
#undef KEY

enum key_action key_find(enum view view, int stroke)
{
	if (stroke <= STROKE_NONE)
		return KEYS_NOTHING;
	return view == VIEW_REPLAY ? find_in_replay(stroke) : find_elsewhere(stroke);
}

const struct key_binding *key_duplicate(const struct key_binding *bindings, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t before = 0; before < i; before++)
			if (bindings[i].stroke == bindings[before].stroke &&
			    (bindings[i].views & bindings[before].views) != 0)
				return &bindings[i];
	return NULL;
}

const char *stroke_name(int stroke, char buffer[static STROKE_NAME_SIZE])
{
	static const struct {
		int stroke;
		const char *name;
	} special[] = {
		{ STROKE_TAB, "Tab" },
		{ STROKE_ENTER, "Enter" },
		{ STROKE_ESCAPE, "Esc" },
		{ STROKE_BACKSPACE, "Bksp" },
		{ STROKE_UP, "Up" },
		{ STROKE_DOWN, "Down" },
		{ STROKE_LEFT, "Left" },
		{ STROKE_RIGHT, "Right" },
		{ STROKE_PAGE_UP, "PgUp" },
		{ STROKE_PAGE_DOWN, "PgDn" },
		{ STROKE_HOME, "Home" },
		{ STROKE_END, "End" },
		{ STROKE_DELETE, "Del" },
		{ STROKE_BACK_TAB, "Shift-Tab" },
		{ STROKE_F1, "F1" },
		{ STROKE_WHEEL_UP, "wheel up" },
		{ STROKE_WHEEL_DOWN, "wheel down" },
		{ ' ', "Space" },
	};
	struct text text = TEXT_INIT;

	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		if (special[i].stroke == stroke)
			return special[i].name;
	if (stroke > 0 && stroke < ' ')
		text_printf(&text, "Ctrl-%c", stroke + '@');
	else if (stroke > 0 && stroke < STROKE_UP)
		utf8_add(&text, (uint32_t)stroke);
	snprintf(buffer, STROKE_NAME_SIZE, "%s", text_string(&text));
	text_free(&text);
	return buffer;
}

/* As mdoc(7) wants single characters. */
static const char *manual_name(int stroke, char buffer[static STROKE_NAME_SIZE])
{
	return stroke == '\\' ? "\\e" : stroke_name(stroke, buffer);
}

void keys_write_manual(struct text *into)
{
	char name[STROKE_NAME_SIZE];

	for (size_t i = 0; i < key_binding_count;) {
		const struct key_binding *binding = &key_bindings[i];

		text_printf(into, ".It Cm \\&%s", manual_name(binding->stroke, name));
		for (i++; i < key_binding_count && key_bindings[i].description[0] == '\0'; i++)
			text_printf(into, " , \\&%s", manual_name(key_bindings[i].stroke, name));
		text_printf(into, "\n%s%s%s\n", binding->views == REPLAY ? "(replay) " : "",
			    binding->views == PASSIVE ? "(not in the replay) " : "", binding->description);
	}
}
