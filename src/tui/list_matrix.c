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
	return model->report != NULL ? (uint64_t)model->report->row_count + model->report->topology.director_count : 0;
}

static const struct report_row *row_at(const struct model *model, uint64_t item)
{
	return item < model->report->row_count ? &model->report->rows[item] : NULL;
}

static const struct topology_host *director_at(const struct model *model, uint64_t item)
{
	return &model->report->topology.directors[item - model->report->row_count];
}

static struct ip address_at(const struct model *model, uint64_t item)
{
	const struct report_row *row = row_at(model, item);

	return row != NULL ? row->real_server : director_at(model, item)->ip;
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
	uint32_t low = 0, high = model->previous != NULL ? model->previous->row_count : 0;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = compare_rows(&model->previous->rows[middle], row);

		if (order == 0)
			return &model->previous->rows[middle];
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

/* What frames show of a director: that it answers, and with its own MAC. */
static enum check_value director_value(const struct model *model, const struct topology_host *director,
				       enum check check)
{
	const struct report_host *host = report_find_host(model->report, &director->ip);
	enum check_value value = CHECK_UNKNOWN;

	if (check != CHECK_ARP && check != CHECK_MAC)
		return CHECK_NOT_APPLICABLE;
	for (uint32_t i = 0; host != NULL && i < host->mac_count; i++) {
		enum own own = host->macs[i].own;

		if (check == CHECK_ARP || own == OWN_YES)
			return CHECK_PASS;
		if (own == OWN_NO)
			value = CHECK_FAIL;
	}
	return value;
}

static bool mac_at(const struct model *model, uint64_t item, struct mac *mac)
{
	const struct report_row *row = row_at(model, item);
	const struct report_host *host;

	if (row != NULL) {
		*mac = row->mac;
		return row->has_mac;
	}
	if (report_mac_of_host(model->report, director_at(model, item), mac))
		return true;
	host = report_find_host(model->report, &director_at(model, item)->ip);
	if (host != NULL && host->mac_count > 0)
		*mac = host->macs[0].mac;
	return host != NULL && host->mac_count > 0;
}

static int32_t weight_at(const struct model *model, uint64_t item)
{
	const struct report_row *row = row_at(model, item);
	const struct topology *topology = &model->report->topology;
	const struct model_node *node;

	for (uint32_t i = 0; row != NULL && i < topology->backend_count; i++) {
		const struct topology_backend *backend = &topology->backends[i];
		const struct topology_service *service = &topology->services[backend->service];

		if (backend->weight >= 0 && service->port == row->port && service->protocol == row->protocol &&
		    service->fwmark == row->fwmark && ip_equal(&service->vip, &row->vip) &&
		    ip_equal(&topology->real_servers[backend->real_server].ip, &row->real_server))
			return backend->weight;
	}
	node = row != NULL ? words_node(model, &row->real_server) : NULL;
	return node != NULL ? node->weight : -1;
}

static void check_cell(const struct model *model, uint64_t item, enum check check, struct list_cell *cell)
{
	const struct report_row *row = row_at(model, item), *before;

	if (row == NULL) {
		value_cell(cell, director_value(model, director_at(model, item), check), false);
		return;
	}
	before = row_before(model, row);
	value_cell(cell, row->cells[check].value,
		   before != NULL && before->cells[check].value != row->cells[check].value);
}

static void matrix_cell(const struct screen *screen, const struct model *model, uint64_t item, unsigned column,
			struct list_cell *cell)
{
	const struct ip address = address_at(model, item);
	const struct model_node *node = words_node(model, &address);
	struct mac mac;
	char buffer[IP_TEXT_SIZE];

	(void)screen;
	cell->role = ROLE_PLAIN;
	cell->text[0] = '\0';
	if (column >= CHECKS && column < SETTINGS) {
		check_cell(model, item, (enum check)(column - CHECKS), cell);
	} else if (column == ADDRESS) {
		list_cell_set(cell, ip_format(&address, buffer));
	} else if (column == AT) {
		list_cell_set(cell, mac_at(model, item, &mac) ? mac_format(mac, buffer) : "?");
	} else if (column == KIND) {
		list_cell_set(cell, mac_at(model, item, &mac) ? mac_kind_of_host(mac, &address)->name : "");
	} else if (column == NAME && node != NULL && node->name != NULL) {
		list_cell_set(cell, node->name);
	} else if (column == SETTINGS && node != NULL && node->arp_settings != NULL) {
		list_cell_set(cell, node->arp_settings);
	} else if (column == WEIGHT) {
		int32_t weight = weight_at(model, item);

		if (weight >= 0)
			snprintf(cell->text, sizeof cell->text, "%d", weight);
	}
}

static struct list_rank matrix_rank(const struct model *model, uint64_t item, unsigned column)
{
	const struct ip address = address_at(model, item);
	struct list_cell cell = { .text = "" };
	struct mac mac;

	if (column == ADDRESS)
		return rank_of_ip(&address);
	if (column == AT)
		return mac_at(model, item, &mac) ? rank_of_mac(mac) : (struct list_rank){ 0, 0 };
	if (column == WEIGHT)
		return (struct list_rank){ (uint64_t)((int64_t)weight_at(model, item) + 1), 0 };
	matrix_cell(NULL, model, item, column, &cell);
	if (column >= CHECKS && column < SETTINGS) /* what is wrong first */
		return (struct list_rank){ cell.text[0] == 'F' ? 0 : cell.text[0] == '?' ? 1 : 2, 0 };
	return rank_of_text(cell.text);
}

static struct list_identity matrix_identity(const struct model *model, uint64_t item)
{
	const struct report_row *row = row_at(model, item);

	if (row == NULL)
		return (struct list_identity){ .ip = director_at(model, item)->ip, .number = UINT64_MAX };
	return (struct list_identity){ .ip = row->real_server,
				       .other = row->vip,
				       .more = row->fwmark,
				       .number = (uint64_t)row->port << 8 | row->protocol };
}

static bool matrix_trouble(const struct screen *screen, const struct model *model, uint64_t item)
{
	(void)screen;
	for (int check = 0; check < CHECK_COUNT; check++) {
		struct list_cell cell;

		check_cell(model, item, (enum check)check, &cell);
		if (cell.text[0] == 'F')
			return true;
	}
	return false;
}

static bool same_service(const struct report_row *a, const struct report_row *b)
{
	return ip_equal(&a->vip, &b->vip) && a->port == b->port && a->protocol == b->protocol && a->fwmark == b->fwmark;
}

/* The number of the service's first row. Rows of a service stand together. */
static uint32_t matrix_group(const struct model *model, uint64_t item)
{
	const struct report *report = model->report;
	uint32_t low = 0, high = (uint32_t)item;

	if (item >= report->row_count)
		return report->row_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (same_service(&report->rows[middle], &report->rows[item]))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static int put_director(const struct model *model, const struct region *region, int row, int column)
{
	const struct topology *topology = &model->report->topology;
	char ip[IP_TEXT_SIZE], mac_text[MAC_TEXT_SIZE];
	struct mac mac;

	if (topology->director_count != 1)
		return column;
	column =
	    region_printf(region, row, column, ROLE_PLAIN, "  director %s", ip_format(&topology->directors[0].ip, ip));
	if (mac_at(model, model->report->row_count, &mac))
		column = region_printf(region, row, column, ROLE_PLAIN, " at %s", mac_format(mac, mac_text));
	return column;
}

static void matrix_title(const struct model *model, uint64_t item, const struct region *region, int row)
{
	const struct report_row *first = row_at(model, item);
	struct text service = TEXT_INIT;
	int column;

	if (first == NULL) {
		region_put(region, row, 0, ROLE_HEADING, "Directors");
		return;
	}
	report_add_service(&service, first);
	column = region_printf(region, row, 0, ROLE_HEADING, "VIP %s", text_string(&service));
	column = region_printf(region, row, column, ROLE_PLAIN, "  %s",
			       first->method == METHOD_DR    ? "VS/DR"
			       : first->method == METHOD_TUN ? "VS/TUN"
			       : first->method == METHOD_NAT ? "VS/NAT"
							     : "method unknown");
	put_director(model, region, row, column);
	text_free(&service);
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
