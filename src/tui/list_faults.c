// SPDX-License-Identifier: GPL-2.0-or-later
/* The faults: those that are open, as the report has them, then those of the past. */
#include <inttypes.h>
#include <stdio.h>

#include "report/report_words.h"
#include "tui/screen_private.h"

enum column { SEVERITY, RULE, ADDRESS, AT, VIP, VLAN, CONFIDENCE, COUNT, LAST, SUMMARY };

static const struct list_column columns[] = {
	{ "severity", "severity", "", 8, 0, false },  { "rule", "fault", NULL, 20, 0, false },
	{ "address", "address", NULL, 39, 0, false }, { "at", "at MAC", NULL, 17, 6, false },
	{ "vip", "VIP", NULL, 39, 7, false },         { "vlan", "VLAN", NULL, 9, 5, false },
	{ "proof", "proof", NULL, 6, 4, false },      { "count", "seen", NULL, 8, 3, true },
	{ "last", "last", NULL, 8, 2, false },        { "summary", "what is wrong", NULL, 0, 8, false },
};

static uint32_t open_faults(const struct model *model)
{
	return model->report != NULL ? model->report->fault_count : 0;
}

static uint64_t count_faults(const struct model *model)
{
	return (uint64_t)open_faults(model) + model->past_count;
}

static const struct fault *fault_at(const struct model *model, uint64_t item)
{
	uint32_t open = open_faults(model);

	return item < open ? &model->report->faults[item] : model->past[item - open].fault;
}

static void add_address(struct list_cell *cell, const struct ip *ip)
{
	char buffer[IP_TEXT_SIZE];

	list_cell_set(cell, ip->family != 0 ? ip_format(ip, buffer) : "");
}

static void add_vlan(struct list_cell *cell, uint32_t vlan)
{
	struct text text = TEXT_INIT;

	report_add_vlan(&text, vlan);
	list_cell_set(cell, vlan != 0 ? text_string(&text) : "");
	text_free(&text);
}

static void fault_cell(const struct screen *screen, const struct model *model, uint64_t item, unsigned column,
		       struct list_cell *cell)
{
	const struct fault *fault = fault_at(model, item);
	bool past = item >= open_faults(model);
	char buffer[CLOCK_SIZE];

	(void)screen;
	cell->role = past ? ROLE_DIM : column == SEVERITY ? words_severity_role(fault->severity) : ROLE_PLAIN;
	cell->text[0] = '\0';
	switch ((enum column)column) {
	case SEVERITY: list_cell_set(cell, past ? "past" : severity_name(fault->severity)); break;
	case RULE: list_cell_set(cell, fault->rule->id); break;
	case ADDRESS:
		add_address(cell, fault->subject.ip.family != 0 ? &fault->subject.ip : &fault->subject.vip);
		break;
	case AT:
		if (fault->subject.has_mac)
			mac_format(fault->subject.mac, cell->text);
		break;
	case VIP:
		if (fault->subject.ip.family != 0)
			add_address(cell, &fault->subject.vip);
		break;
	case VLAN: add_vlan(cell, fault->subject.vlan); break;
	case CONFIDENCE: list_cell_set(cell, confidence_name(fault->confidence)); break;
	case COUNT: snprintf(cell->text, sizeof cell->text, "x%" PRIu64, fault->count); break;
	case LAST: list_cell_set(cell, words_clock(fault->last, model->utc_offset, buffer)); break;
	case SUMMARY: list_cell_set(cell, fault->summary != NULL ? fault->summary : ""); break;
	}
}

static struct list_rank fault_rank(const struct model *model, uint64_t item, unsigned column)
{
	const struct fault *fault = fault_at(model, item);
	uint64_t past = item >= open_faults(model);

	switch ((enum column)column) {
	case SEVERITY: return (struct list_rank){ past ? 10 : (uint64_t)(SEVERITY_ERROR - fault->severity), 0 };
	case RULE: return rank_of_text(fault->rule->id);
	case ADDRESS: return rank_of_ip(fault->subject.ip.family != 0 ? &fault->subject.ip : &fault->subject.vip);
	case AT: return rank_of_mac(fault->subject.mac);
	case VIP: return rank_of_ip(&fault->subject.vip);
	case VLAN: return (struct list_rank){ fault->subject.vlan, 0 };
	case CONFIDENCE: return (struct list_rank){ (uint64_t)(CONFIDENCE_PROVEN - fault->confidence), 0 };
	case COUNT: return (struct list_rank){ UINT64_MAX - fault->count, 0 };
	case LAST: return (struct list_rank){ UINT64_MAX - (uint64_t)fault->last, 0 }; /* the latest first */
	case SUMMARY: break;
	}
	return rank_of_text(fault->summary != NULL ? fault->summary : "");
}

static struct list_identity fault_identity(const struct model *model, uint64_t item)
{
	const struct fault *fault = fault_at(model, item);

	return (struct list_identity){ .what = fault->rule,
				       .ip = fault->subject.ip,
				       .other = fault->subject.vip,
				       .mac = fault->subject.has_mac ? fault->subject.mac : (struct mac){ { 0 } },
				       .more = fault->subject.vlan };
}

static bool fault_trouble(const struct screen *screen, const struct model *model, uint64_t item)
{
	(void)screen;
	return item < open_faults(model) && fault_at(model, item)->severity != SEVERITY_INFO;
}

const struct list_kind list_faults = {
	.title = "Faults",
	.nothing = "no fault so far",
	.columns = columns,
	.column_count = sizeof columns / sizeof *columns,
	.count = count_faults,
	.cell = fault_cell,
	.rank = fault_rank,
	.identity = fault_identity,
	.trouble = fault_trouble,
};
