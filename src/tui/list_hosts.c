// SPDX-License-Identifier: GPL-2.0-or-later
/* The hosts: a row for each MAC that an address was seen at. */
#include <inttypes.h>
#include <stdio.h>

#include "report/report_words.h"
#include "tui/screen_private.h"

enum column { ADDRESS, NAME, AT, KIND, OWN, VLAN, CLAIMS, FIRST, LAST, ANSWER, SETTINGS };

static const struct list_column columns[] = {
	{ "address", "address", NULL, 39, 0, false },
	{ "name", "name", NULL, 16, 6, false },
	{ "at", "MAC", NULL, 17, 0, false },
	{ "kind", "kind", NULL, 18, 3, false },
	{ "own", "its own", "own", 7, 0, false },
	{ "vlan", "VLAN", NULL, 9, 5, false },
	{ "claims", "claims", NULL, 8, 4, true },
	{ "first", "first", NULL, 8, 7, false },
	{ "last", "last", NULL, 8, 1, false },
	{ "answer", "answers in", "answer", 10, 2, true },
	{ "settings", "arp_ignore/announce", "arp i/a", 8, 8, false },
};

static uint64_t count_macs(const struct model *model)
{
	const struct report *report = model->report;
	const struct report_host *last;

	if (report == NULL || report->host_count == 0)
		return 0;
	last = &report->hosts[report->host_count - 1];
	return (uint64_t)(last->macs - report->host_macs) + last->mac_count;
}

static const struct report_host_mac *mac_at(const struct model *model, uint64_t item)
{
	return &model->report->host_macs[item];
}

/* The last host whose MACs begin at or before the item: their MACs stand one behind the other. */
static const struct report_host *host_at(const struct model *model, uint64_t item)
{
	const struct report *report = model->report;
	uint32_t low = 0, high = report->host_count;

	/* Most networks have one MAC for each address. */
	if (item < high && (uint64_t)(report->hosts[item].macs - report->host_macs) == item &&
	    report->hosts[item].mac_count > 0)
		return &report->hosts[item];
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if ((uint64_t)(report->hosts[middle].macs - report->host_macs) <= item)
			low = middle;
		else
			high = middle;
	}
	return &report->hosts[low];
}

static void own_cell(const struct report_host_mac *mac, struct list_cell *cell)
{
	static const char *const words[] = { [OWN_UNKNOWN] = "?", [OWN_YES] = "yes", [OWN_NO] = "NO" };

	cell->role = mac->own == OWN_NO ? ROLE_BAD : mac->own == OWN_UNKNOWN ? ROLE_DIM : ROLE_PLAIN;
	list_cell_set(cell, words[mac->own]);
}

static void node_cell(const struct model *model, const struct ip *ip, enum column column, struct list_cell *cell)
{
	const struct model_node *node = words_node(model, ip);
	const char *text = node == NULL ? NULL : column == NAME ? node->name : node->arp_settings;

	list_cell_set(cell, text != NULL ? text : "");
}

static void vlan_cell(uint32_t vlan, struct list_cell *cell)
{
	struct text text = TEXT_INIT;

	if (vlan != 0)
		report_add_vlan(&text, vlan);
	list_cell_set(cell, text_string(&text));
	text_free(&text);
}

static void host_cell(const struct screen *screen, const struct model *model, uint64_t item, unsigned column,
		      struct list_cell *cell)
{
	const struct report_host *host = host_at(model, item);
	const struct report_host_mac *mac = mac_at(model, item);
	char buffer[CLOCK_SIZE];

	(void)screen;
	cell->role = ROLE_PLAIN;
	cell->text[0] = '\0';
	switch ((enum column)column) {
	case ADDRESS: ip_format(&host->ip, cell->text); break;
	case AT: mac_format(mac->mac, cell->text); break;
	case KIND: list_cell_set(cell, mac->kind); break;
	case OWN: own_cell(mac, cell); break;
	case VLAN: vlan_cell(host->vlan, cell); break;
	case CLAIMS: snprintf(cell->text, sizeof cell->text, "%" PRIu64, mac->claims); break;
	case FIRST: list_cell_set(cell, words_clock(mac->first, model->utc_offset, buffer)); break;
	case LAST: list_cell_set(cell, words_clock(mac->last, model->utc_offset, buffer)); break;
	case ANSWER:
		if (mac->has_answer_time)
			nanos_format_duration(mac->answer_time, cell->text, sizeof cell->text);
		break;
	case NAME:
	case SETTINGS: node_cell(model, &host->ip, (enum column)column, cell); break;
	}
}

static struct list_rank host_rank(const struct model *model, uint64_t item, unsigned column)
{
	const struct report_host_mac *mac = mac_at(model, item);
	struct list_cell cell = { .text = "" };

	switch ((enum column)column) {
	case ADDRESS: return rank_of_ip(&host_at(model, item)->ip);
	case AT: return rank_of_mac(mac->mac);
	case OWN: return (struct list_rank){ mac->own == OWN_NO ? 0 : mac->own == OWN_UNKNOWN ? 1 : 2, 0 };
	case VLAN: return (struct list_rank){ host_at(model, item)->vlan, 0 };
	case CLAIMS: return (struct list_rank){ UINT64_MAX - mac->claims, 0 };
	case FIRST: return (struct list_rank){ UINT64_MAX - (uint64_t)mac->first, 0 };
	case LAST: return (struct list_rank){ UINT64_MAX - (uint64_t)mac->last, 0 };
	case ANSWER: return (struct list_rank){ mac->has_answer_time ? (uint64_t)mac->answer_time : UINT64_MAX, 0 };
	case NAME:
	case KIND:
	case SETTINGS: break;
	}
	host_cell(NULL, model, item, column, &cell);
	return rank_of_text(cell.text);
}

static struct list_identity host_identity(const struct model *model, uint64_t item)
{
	const struct report_host *host = host_at(model, item);

	return (struct list_identity){ .ip = host->ip, .more = host->vlan, .mac = mac_at(model, item)->mac };
}

static bool host_trouble(const struct screen *screen, const struct model *model, uint64_t item)
{
	(void)screen;
	return mac_at(model, item)->own == OWN_NO;
}

const struct list_kind list_hosts = {
	.title = "Hosts",
	.nothing = "no host has been heard of yet",
	.columns = columns,
	.column_count = sizeof columns / sizeof *columns,
	.count = count_macs,
	.cell = host_cell,
	.rank = host_rank,
	.identity = host_identity,
	.trouble = host_trouble,
};
