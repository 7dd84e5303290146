// SPDX-License-Identifier: GPL-2.0-or-later
/* The matrix: a row for each real server of each service, then the directors. */
#include <stdio.h>
#include <string.h>

#include "report/report_words.h"
#include "tui/screen_private.h"
#include "wire/mac_kind.h"

enum column { ADDRESS, NAME, AT, KIND, CHECKS, SETTINGS = CHECKS + CHECK_COUNT, WEIGHT };

static const struct list_column columns[] = {
	{ "address", "real server", NULL, 39, 0, false },
	{ "name", "name", NULL, 16, 6, false },
	{ "at", "at MAC", NULL, 17, 4, false },
	{ "kind", "kind", NULL, 16, 9, false },
	{ "arp", "arp", NULL, 5, 0, false },
	{ "mac", "mac", NULL, 5, 0, false },
	{ "hop", "hop", NULL, 5, 3, false },
	{ "quiet", "quiet", NULL, 5, 0, false },
	{ "accepts", "accepts", "accept", 5, 0, false },
	{ "service", "service", "serv", 5, 1, false },
	{ "return", "return", NULL, 5, 2, false },
	{ "replay", "replay", NULL, 5, 5, false },
	{ "settings", "arp_ignore/announce", "arp i/a", 8, 7, false },
	{ "weight", "weight", NULL, 6, 8, true },
};

static uint64_t count_rows(const struct model *model)
{
	return model->report != NULL ? (uint64_t)model->report->row_count + model->report->director_row_count : 0;
}

const struct report_row *matrix_row(const struct model *model, uint64_t item)
{
	const struct report *report = model->report;

	return item < report->row_count ? &report->rows[item] : &report->director_rows[item - report->row_count];
}

static int compare_rows(const struct report_row *a, const struct report_row *b)
{
	int order = ip_compare(&a->vip, &b->vip);

	order = order != 0 ? order : (a->port > b->port) - (a->port < b->port);
	order = order != 0 ? order : (a->protocol > b->protocol) - (a->protocol < b->protocol);
	order = order != 0 ? order : (a->fwmark > b->fwmark) - (a->fwmark < b->fwmark);
	return order != 0 ? order : ip_compare(&a->real_server, &b->real_server);
}

/* The same row in the report before the last round, or NULL. Rows are in a fixed order. */
static const struct report_row *row_before(const struct model *model, const struct report_row *row)
{
	const struct report *previous = model->previous;
	const struct report_row *rows;
	uint32_t low = 0, high;

	if (previous == NULL)
		return NULL;
	rows = row->is_director ? previous->director_rows : previous->rows;
	high = row->is_director ? previous->director_row_count : previous->row_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = compare_rows(&rows[middle], row);

		if (order == 0)
			return &rows[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void value_cell(struct list_cell *cell, enum check_value value, bool changed)
{
	static const struct {
		const char *word;
		enum cell_role role;
	} values[] = {
		[CHECK_UNKNOWN] = { "?", ROLE_DIM },
		[CHECK_PASS] = { "ok", ROLE_PLAIN },
		[CHECK_FAIL] = { "FAIL", ROLE_BAD },
		[CHECK_NOT_APPLICABLE] = { "-", ROLE_DIM },
	};

	cell->role = values[value].role;
	list_cell_set(cell, values[value].word);
	if (changed)
		strcat(cell->text, "*");
}

static int32_t weight_at(const struct model *model, uint64_t item)
{
	const struct report_row *row = matrix_row(model, item);
	const struct topology *topology = &model->report->topology;
	const struct model_node *node;

	if (row->is_director)
		return -1;
	for (uint32_t i = 0; i < topology->backend_count; i++) {
		const struct topology_backend *backend = &topology->backends[i];
		const struct topology_service *service = &topology->services[backend->service];

		if (backend->weight >= 0 && service->port == row->port && service->protocol == row->protocol &&
		    service->fwmark == row->fwmark && ip_equal(&service->vip, &row->vip) &&
		    ip_equal(&topology->real_servers[backend->real_server].ip, &row->real_server))
			return backend->weight;
	}
	node = words_node(model, &row->real_server);
	return node != NULL ? node->weight : -1;
}

static void check_cell(const struct model *model, const struct report_row *row, enum check check,
		       struct list_cell *cell)
{
	const struct report_row *before = row_before(model, row);
	bool changed = before != NULL && before->cells[check].value != row->cells[check].value;

	/* That the first round settles what nobody knew is no change. */
	if (changed && before->cells[check].value == CHECK_UNKNOWN && model->probe.rounds <= 1)
		changed = false;
	value_cell(cell, row->cells[check].value, changed);
}

static void matrix_cell(const struct screen *screen, const struct model *model, uint64_t item, unsigned column,
			struct list_cell *cell)
{
	const struct report_row *row = matrix_row(model, item);
	const struct model_node *node;

	(void)screen;
	cell->role = ROLE_PLAIN;
	cell->text[0] = '\0';
	if (column >= CHECKS && column < SETTINGS) {
		check_cell(model, row, (enum check)(column - CHECKS), cell);
		return;
	}
	node = words_node(model, &row->real_server);
	if (column == ADDRESS) {
		ip_format(&row->real_server, cell->text);
	} else if (column == AT) {
		list_cell_set(cell, "?");
		if (row->has_mac)
			mac_format(row->mac, cell->text);
	} else if (column == KIND) {
		list_cell_set(cell, row->has_mac ? mac_kind_of_host(row->mac, &row->real_server)->name : "");
	} else if (column == NAME) {
		list_cell_set(cell, node != NULL && node->name != NULL ? node->name : "");
	} else if (column == SETTINGS) {
		list_cell_set(cell, node != NULL && node->arp_settings != NULL ? node->arp_settings : "");
	} else if (column == WEIGHT && weight_at(model, item) >= 0) {
		snprintf(cell->text, sizeof cell->text, "%d", weight_at(model, item));
	}
}

static struct list_rank matrix_rank(const struct model *model, uint64_t item, unsigned column)
{
	const struct report_row *row = matrix_row(model, item);
	struct list_cell cell = { .text = "" };

	if (column == ADDRESS)
		return rank_of_ip(&row->real_server);
	if (column == AT)
		return row->has_mac ? rank_of_mac(row->mac) : (struct list_rank){ 0, 0 };
	if (column == WEIGHT)
		return (struct list_rank){ (uint64_t)((int64_t)weight_at(model, item) + 1), 0 };
	matrix_cell(NULL, model, item, column, &cell);
	if (column >= CHECKS && column < SETTINGS) /* what is wrong first */
		return (struct list_rank){ cell.text[0] == 'F' ? 0 : cell.text[0] == '?' ? 1 : 2, 0 };
	return rank_of_text(cell.text);
}

static struct list_identity matrix_identity(const struct model *model, uint64_t item)
{
	const struct report_row *row = matrix_row(model, item);

	return (struct list_identity){ .ip = row->real_server,
				       .other = row->vip,
				       .more = row->fwmark,
				       .number = (uint64_t)row->is_director << 32 | (uint64_t)row->port << 8 |
						 row->protocol };
}

static bool matrix_trouble(const struct screen *screen, const struct model *model, uint64_t item)
{
	(void)screen;
	for (int check = 0; check < CHECK_COUNT; check++)
		if (matrix_row(model, item)->cells[check].value == CHECK_FAIL)
			return true;
	return false;
}

static bool same_service(const struct report_row *a, const struct report_row *b)
{
	return ip_equal(&a->vip, &b->vip) && a->port == b->port && a->protocol == b->protocol && a->fwmark == b->fwmark;
}

/* The number of the service's first row. Rows of a service stand together, those of directors behind all others. */
static uint32_t matrix_group(const struct model *model, uint64_t item)
{
	const struct report_row *row = matrix_row(model, item);
	uint32_t low = row->is_director ? model->report->row_count : 0, high = (uint32_t)item;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (same_service(matrix_row(model, middle), row))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void put_director(const struct model *model, const struct region *region, int row, int column)
{
	const struct report *report = model->report;
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	if (report->topology.director_count != 1 || report->director_row_count == 0)
		return;
	column = region_printf(region, row, column, ROLE_PLAIN, "  director %s",
			       ip_format(&report->director_rows[0].real_server, ip));
	if (report->director_rows[0].has_mac)
		region_printf(region, row, column, ROLE_PLAIN, " at %s", mac_format(report->director_rows[0].mac, mac));
}

static void matrix_title(const struct model *model, uint64_t item, const struct region *region, int row)
{
	const struct report_row *first = matrix_row(model, item);
	struct text service = TEXT_INIT;
	int column;

	report_add_service(&service, first);
	column = region_printf(region, row, 0, ROLE_HEADING, "%s %s", first->is_director ? "Directors of" : "VIP",
			       text_string(&service));
	text_free(&service);
	if (first->is_director)
		return;
	column = region_printf(region, row, column, ROLE_PLAIN, "  %s",
			       first->method == METHOD_DR    ? "VS/DR"
			       : first->method == METHOD_TUN ? "VS/TUN"
			       : first->method == METHOD_NAT ? "VS/NAT"
							     : "method unknown");
	put_director(model, region, row, column);
}

const struct list_kind list_matrix = {
	.title = "Matrix",
	.nothing = "no VIP or real server has shown itself yet",
	.columns = columns,
	.column_count = sizeof columns / sizeof *columns,
	.count = count_rows,
	.cell = matrix_cell,
	.rank = matrix_rank,
	.identity = matrix_identity,
	.trouble = matrix_trouble,
	.group = matrix_group,
	.title_of = matrix_title,
};
