// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The matrix, cell by cell: what one source knows and others do not becomes known; pass against fail is a conflict, and
 * the cell unknown.
 */
#include <stdlib.h>
#include <string.h>

#include "merge/merge_private.h"
#include "topology/topology.h"

/* A row as one source has it. */
struct given {
	const struct report_row *row;
	uint32_t source;
	bool derived; /* no test: its reasons name their sources themselves */
};

static int compare_keys(const struct report_row *x, const struct report_row *y)
{
	int order = report_compare_services(x, y);

	return order ? order : ip_compare(&x->real_server, &y->real_server);
}

static int compare_given(const void *a, const void *b)
{
	const struct given *x = a, *y = b;
	int order = compare_keys(x->row, y->row);

	order = order ? order : (int)x->derived - (int)y->derived;
	order = order ? order : x->source < y->source ? -1 : x->source > y->source;
	return order ? order : x->row < y->row ? -1 : x->row > y->row;
}

static uint32_t rows_of(const struct report *report, bool directors, const struct report_row **rows)
{
	*rows = directors ? report->director_rows : report->rows;
	return directors ? report->director_row_count : report->row_count;
}

static struct given *collect(struct merging *merging, bool directors, const struct derived_rows *derived,
			     uint32_t *count)
{
	const struct report *report = merging->report;
	const struct report_row *rows;
	struct given *list;
	size_t room = (size_t)derived->count + 1;

	*count = 0;
	for (uint32_t i = 0; i < report->source_count; i++)
		room += rows_of(report->sources[i].report, directors, &rows);
	list = room < UINT32_MAX ? calloc(room, sizeof *list) : NULL;
	if (!list) {
		merging->failed = true;
		return NULL;
	}
	for (uint32_t i = 0; i < report->source_count; i++) {
		uint32_t row_count = rows_of(report->sources[i].report, directors, &rows);

		for (uint32_t k = 0; k < row_count; k++)
			list[(*count)++] = (struct given){ &rows[k], i, false };
	}
	for (uint32_t i = 0; i < derived->count; i++)
		list[(*count)++] = (struct given){ &derived->list[i].row, derived->list[i].source, true };
	qsort(list, *count, sizeof *list, compare_given);
	return list;
}

static void add_row_name(struct text *into, const struct report_row *row)
{
	const struct topology_service service = {
		.vip = row->vip, .port = row->port, .protocol = row->protocol, .fwmark = row->fwmark
	};
	char name[SERVICE_TEXT_SIZE], ip[IP_TEXT_SIZE];

	text_printf(into, "%s on %s", service_format(&service, name), ip_format(&row->real_server, ip));
}

/* "pass" or "fail: Time Exceeded" */
static void add_saying(struct text *into, const struct report_cell *cell)
{
	text_printf(into, "%s%s%s", check_value_name(cell->value), cell->reason[0] ? ": " : "", cell->reason);
}

static void dispute(struct merging *merging, const struct given *given, uint32_t count, int check)
{
	struct text about = TEXT_INIT;

	add_row_name(&about, given->row);
	text_printf(&about, ": %s", check_name((enum check)check));
	for (uint32_t i = 0; i < count; i++) {
		const struct report_cell *cell = &given[i].row->cells[check];
		struct text says = TEXT_INIT;

		if (cell->value != CHECK_PASS && cell->value != CHECK_FAIL)
			continue;
		add_saying(&says, cell);
		conflict_add(merging, text_string(&about), given[i].source, text_string(&says));
		merging->failed |= says.failed;
		text_free(&says);
	}
	merging->failed |= about.failed;
	text_free(&about);
}

static const struct given *first_with(const struct given *given, uint32_t count, int check, enum check_value value)
{
	for (uint32_t i = 0; i < count; i++)
		if (given[i].row->cells[check].value == value)
			return &given[i];
	return NULL;
}

/* "rs1: why" */
static char *attributed(struct merging *merging, const struct given *given, int check)
{
	const char *reason = given->row->cells[check].reason;
	struct text text = TEXT_INIT;

	if (reason[0] && !given->derived)
		text_printf(&text, "%s: ", merging->report->sources[given->source].label);
	text_add(&text, reason);
	return merge_take_text(merging, &text);
}

static char *contradiction(struct merging *merging, const struct given *pass, const struct given *fail, int check)
{
	struct text text = TEXT_INIT;

	text_printf(&text, "conflict: %s says ", merging->report->sources[pass->source].label);
	add_saying(&text, &pass->row->cells[check]);
	text_printf(&text, "; %s says ", merging->report->sources[fail->source].label);
	add_saying(&text, &fail->row->cells[check]);
	return merge_take_text(merging, &text);
}

static void merge_cell(struct merging *merging, const struct given *given, uint32_t count, int check,
		       struct report_cell *into)
{
	static const enum check_value order[] = { CHECK_PASS, CHECK_FAIL, CHECK_NOT_APPLICABLE, CHECK_UNKNOWN };
	const struct given *pass = first_with(given, count, check, CHECK_PASS);
	const struct given *fail = first_with(given, count, check, CHECK_FAIL);

	if (pass && fail) {
		into->value = CHECK_UNKNOWN;
		into->reason = contradiction(merging, pass, fail, check);
		dispute(merging, given, count, check);
		return;
	}
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		const struct given *best = first_with(given, count, check, order[i]);

		if (!best)
			continue;
		into->value = order[i];
		into->reason = attributed(merging, best, check);
		return;
	}
}

/* The real server's own word on its MAC, else what all agree on. */
static void choose_mac(struct merging *merging, const struct given *given, uint32_t count, struct report_row *row)
{
	uint32_t words;
	const struct word *word = truth_words(&merging->truth, &row->real_server, false, &words);
	bool differ = false;

	row->has_mac = false;
	for (uint32_t i = 0; i < count; i++) {
		const struct report_row *from = given[i].row;

		if (!from->has_mac)
			continue;
		differ |= row->has_mac && !mac_equal(row->mac, from->mac);
		row->has_mac = true;
		row->mac = from->mac;
	}
	if (word && !(row->has_mac && !differ && truth_allows(&merging->truth, &row->real_server, row->mac))) {
		row->has_mac = true;
		row->mac = word->mac;
	} else if (differ) {
		row->has_mac = false;
	}
	if (!row->has_mac)
		row->mac = (struct mac){ .b = { 0 } };
}

/*
 * What no test decided the host's own word does: the MAC that somebody has for the real server is its own, or is not.
 */
static void settle_mac(struct merging *merging, const struct given *given, uint32_t count, struct report_cell *cell)
{
	const struct given *own = NULL, *other = NULL;
	const struct word *word = NULL;
	struct text reason = TEXT_INIT;
	char mac[MAC_TEXT_SIZE];

	for (uint32_t i = 0; i < count; i++) {
		const struct report_row *row = given[i].row;
		const struct word *refuting =
		    row->has_mac ? truth_refutes(&merging->truth, &row->real_server, row->mac) : NULL;

		if (refuting && !other) {
			other = &given[i];
			word = refuting;
		} else if (row->has_mac && !own && truth_allows(&merging->truth, &row->real_server, row->mac)) {
			own = &given[i];
		}
	}
	if ((!own && !other) || cell->value != CHECK_UNKNOWN)
		return;
	if (other) {
		text_printf(&reason, "%s has it at %s; ", merging->report->sources[other->source].label,
			    mac_format(other->row->mac, mac));
		text_printf(&reason, "its own MAC is %s (%s)", mac_format(word->mac, mac),
			    merging->report->sources[word->source].label);
	} else {
		text_printf(&reason, "%s has it at %s, which is its own MAC",
			    merging->report->sources[own->source].label, mac_format(own->row->mac, mac));
	}
	free(cell->reason);
	cell->value = other ? CHECK_FAIL : CHECK_PASS;
	cell->reason = merge_take_text(merging, &reason);
}

static void merge_row(struct merging *merging, const struct given *given, uint32_t count, struct report_row *row)
{
	*row = *given->row;
	memset(row->cells, 0, sizeof row->cells);
	for (uint32_t i = 1; i < count && row->method == METHOD_UNKNOWN; i++)
		row->method = given[i].row->method;
	choose_mac(merging, given, count, row);
	for (int check = 0; check < CHECK_COUNT; check++)
		merge_cell(merging, given, count, check, &row->cells[check]);
	if (!first_with(given, count, CHECK_MAC, CHECK_PASS) && !first_with(given, count, CHECK_MAC, CHECK_FAIL))
		settle_mac(merging, given, count, &row->cells[CHECK_MAC]);
}

static struct report_row *merge_list(struct merging *merging, bool directors, const struct derived_rows *derived,
				     uint32_t *row_count)
{
	uint32_t count;
	struct given *given = collect(merging, directors, derived, &count);
	struct report_row *rows = calloc((size_t)count + 1, sizeof *rows);

	merging->failed |= !rows;
	for (uint32_t first = 0, end; first < count && !merging->failed; first = end) {
		for (end = first + 1; end < count && compare_keys(given[first].row, given[end].row) == 0; end++)
			;
		merge_row(merging, &given[first], end - first, &rows[(*row_count)++]);
	}
	free(given);
	return rows;
}

void merge_rows(struct merging *merging)
{
	struct derived_rows derived = { .list = NULL };
	static const struct derived_rows none;
	struct report *report = merging->report;

	merge_derive_rows(merging, &derived);
	report->rows = merge_list(merging, false, &derived, &report->row_count);
	report->director_rows = merge_list(merging, true, &none, &report->director_row_count);
	derived_rows_free(&derived);
}
