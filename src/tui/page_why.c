// SPDX-License-Identifier: GPL-2.0-or-later
/* Why: what a fault or a row of the matrix rests on, what it does to the service, and what repairs it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/report_words.h"
#include "tui/screen_private.h"

enum { NARROW = 64, FRAME_COLUMN = 17 };

static void add_evidence(struct page *page, const struct model *model, const struct fault *fault, uint32_t index)
{
	const struct evidence *evidence = &fault->evidence[index];
	char duration[40] = "0", frame[72], line[72 + EVIDENCE_NOTE_SIZE];
	nanos since = evidence->time - fault->evidence[0].time;

	if (fault->rule->inspect != NULL) {
		page_paragraph(page, index == 0 ? "Proof" : "", ROLE_PLAIN, evidence->note);
		return;
	}
	if (since != 0)
		nanos_format_duration(since, duration, sizeof duration);
	if (model->report != NULL && model->report->input_count > 1)
		snprintf(frame, sizeof frame, "#%u:%" PRIu64, evidence->input + 1, evidence->frame);
	else
		snprintf(frame, sizeof frame, "#%" PRIu64 " %s%s", evidence->frame, since < 0 ? "" : "+", duration);
	if (page->width < NARROW) {
		snprintf(line, sizeof line, "%s  %s", frame, evidence->note);
		page_paragraph(page, index == 0 ? "Proof" : "", ROLE_PLAIN, line);
		return;
	}
	snprintf(line, sizeof line, "%-*s%s", PAGE_LABEL, index == 0 ? "Proof" : "", frame);
	page_labelled(page, line, PAGE_LABEL + FRAME_COLUMN, ROLE_PLAIN, evidence->note);
}

static void add_seen(struct page *page, const struct model *model, const struct fault *fault)
{
	char first[CLOCK_SIZE], last[CLOCK_SIZE], line[160];

	if (fault->rule->inspect != NULL)
		return;
	snprintf(line, sizeof line, "%s; seen %" PRIu64 " time%s, first %s, last %s",
		 confidence_name(fault->confidence), fault->count, fault->count == 1 ? "" : "s",
		 words_clock(fault->first, model->utc_offset, first),
		 words_clock(fault->last, model->utc_offset, last));
	page_paragraph(page, "Seen", ROLE_DIM, line);
}

static const struct model_past *past_of(const struct model *model, const struct fault *fault)
{
	for (uint32_t i = 0; i < model->past_count; i++)
		if (model->past[i].fault == fault)
			return &model->past[i];
	return NULL;
}

/* What the host says of itself, in one line. */
static void add_node(struct page *page, const struct model *model, const struct ip *ip)
{
	const struct model_node *node = words_node(model, ip);
	char line[256];

	if (node == NULL || (node->name == NULL && node->arp_settings == NULL))
		return;
	snprintf(line, sizeof line, "%.100s%s%s%.100s", node->name != NULL ? node->name : "",
		 node->name != NULL && node->arp_settings != NULL ? ", " : "",
		 node->arp_settings != NULL ? "arp_ignore/arp_announce " : "",
		 node->arp_settings != NULL ? node->arp_settings : "");
	page_paragraph(page, "Host", ROLE_PLAIN, line);
}

/* What is wrong and what to do stand first: a small screen shows them without scrolling. */
void page_fault(struct page *page, const struct model *model, const struct fault *fault)
{
	const struct model_past *past = past_of(model, fault);
	char clock[CLOCK_SIZE];

	page_labelled(page, "", 0, past != NULL ? ROLE_DIM : words_severity_role(fault->severity), fault->summary);
	if (past != NULL)
		page_line(page, ROLE_DIM, "It is past: not seen since %s.",
			  words_clock(past->ended, model->utc_offset, clock));
	page_paragraph(page, "Effect", ROLE_PLAIN, fault->effect);
	for (int i = 0; i < FAULT_MAX_REMEDIES && fault->remedies[i] != NULL; i++)
		page_paragraph(page, i == 0 ? "Repair" : "", ROLE_GOOD, fault->remedies[i]);
	page_paragraph(page, "No help", ROLE_PLAIN, fault->rule->no_help);
	for (uint32_t i = 0; i < fault->evidence_count; i++)
		add_evidence(page, model, fault, i);
	add_seen(page, model, fault);
	add_node(page, model, &fault->subject.ip);
	page_paragraph(page, "Why", ROLE_PLAIN, fault->rule->why);
}

static void add_facts(struct page *page, const struct model *model, const struct ip *ip)
{
	const struct model_node *node = words_node(model, ip);

	if (node == NULL)
		return;
	add_node(page, model, ip);
	for (uint32_t i = 0; i < node->fact_count; i++)
		page_labelled(page, node->facts[i].name, PAGE_LABEL + 6, ROLE_PLAIN, node->facts[i].value);
}

static enum cell_role value_role(enum check_value value)
{
	return value == CHECK_FAIL ? ROLE_BAD : value == CHECK_PASS ? ROLE_PLAIN : ROLE_DIM;
}

/* Every check of a row with its reason, then the faults about it. */
void page_row(struct page *page, const struct model *model, const struct report_row *row)
{
	static const char *const words[] = { "unknown", "ok", "FAIL", "not applicable" };
	struct text line = TEXT_INIT;
	char ip[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	report_add_service(&line, row);
	page_line(page, ROLE_HEADING, "%s %s %s at %s, %s", text_string(&line), row->is_director ? "by director" : "on",
		  ip_format(&row->real_server, ip), row->has_mac ? mac_format(row->mac, mac) : "an unknown MAC",
		  method_name(row->method));
	for (int check = 0; check < CHECK_COUNT; check++) {
		const struct report_cell *cell = &row->cells[check];

		text_clear(&line);
		text_printf(&line, "%s%s%s", words[cell->value], cell->reason[0] != '\0' ? ": " : "", cell->reason);
		page_paragraph(page, check_name((enum check)check), value_role(cell->value), text_string(&line));
	}
	for (uint32_t i = 0; i < model->report->fault_count; i++) {
		const struct fault *fault = &model->report->faults[i];

		if (!fault_is_about(fault, row))
			continue;
		page_paragraph(page, severity_name(fault->severity), words_severity_role(fault->severity),
			       fault->summary);
		for (int k = 0; k < FAULT_MAX_REMEDIES && fault->remedies[k] != NULL; k++)
			page_paragraph(page, k == 0 ? "Repair" : "", ROLE_GOOD, fault->remedies[k]);
	}
	add_facts(page, model, &row->real_server);
	text_free(&line);
}

static void page_nothing_wrong(struct page *page, const struct model *model)
{
	const struct report *report = model->report;

	if (report == NULL || (report->row_count == 0 && report->host_count == 0)) {
		page_labelled(page, "", 0, ROLE_PLAIN,
			      "Nothing has been seen yet. What this machine hears, ARP, neighbour discovery, VRRP and "
			      "the traffic of the service, appears above as it comes.");
	} else if (report->row_count == 0) {
		page_labelled(page, "", 0, ROLE_PLAIN, "No fault so far, and no VIP or real server has shown itself.");
	} else {
		page_labelled(page, "", 0, ROLE_PLAIN, "No fault so far. What stands as ? was not seen either way.");
	}
	if (report == NULL || report->row_count == 0)
		page_labelled(
		    page, "", 0, ROLE_PLAIN,
		    "Name the set-up to have it judged: truemac watch --vip ADDRESS:PORT --rs ADDRESS --method "
		    "dr, or -t keepalived.conf. Then it can be asked, too (p).");
	else if (model->probe.possible && model->probe.rounds == 0)
		page_labelled(page, "", 0, ROLE_PLAIN, "p asks the network, and settles what is not known.");
}

void page_why(struct page *page, const struct screen *screen, const struct model *model)
{
	const struct report_row *row = screen_row(screen, model);
	const struct fault *fault = screen_fault(screen, model);

	if (screen->view == VIEW_MATRIX && screen->why_row && row != NULL)
		page_row(page, model, row);
	else if (fault != NULL)
		page_fault(page, model, fault);
	else
		page_nothing_wrong(page, model);
	for (uint32_t i = 0; fault == NULL && model->report != NULL && i < model->report->gap_count; i++)
		page_paragraph(page, i == 0 ? "Missing" : "", ROLE_WARNING, model->report->gaps[i].reason);
}

/* --- other pages --- */

static void add_mac(struct page *page, const struct model *model, const struct report_host_mac *mac)
{
	static const char *const words[] = { "not known whether its own", "its own", "NOT its own" };
	char address[MAC_TEXT_SIZE], first[CLOCK_SIZE], last[CLOCK_SIZE], duration[40];

	page_line(page, mac->own == OWN_NO ? ROLE_BAD : ROLE_PLAIN, "at %s  %s: %s", mac_format(mac->mac, address),
		  mac->kind, words[mac->own]);
	page_labelled(page, "", PAGE_LABEL, ROLE_PLAIN, mac->own_reason);
	page_line(page, ROLE_DIM, "         %" PRIu64 " claim%s, first %s, last %s%s%s", mac->claims,
		  mac->claims == 1 ? "" : "s", words_clock(mac->first, model->utc_offset, first),
		  words_clock(mac->last, model->utc_offset, last), mac->has_answer_time ? ", answers in " : "",
		  mac->has_answer_time ? nanos_format_duration(mac->answer_time, duration, sizeof duration) : "");
}

void page_host(struct page *page, const struct screen *screen, const struct model *model)
{
	uint64_t item;
	struct ip ip;
	char buffer[IP_TEXT_SIZE];

	if (!list_selected(&screen->lists[VIEW_HOSTS], &item))
		return;
	ip = list_hosts.identity(model, item).ip;
	page_line(page, ROLE_HEADING, "%s", ip_format(&ip, buffer));
	for (uint32_t i = 0; i < model->report->host_count; i++) {
		const struct report_host *host = &model->report->hosts[i];

		for (uint32_t k = 0; ip_equal(&host->ip, &ip) && k < host->mac_count; k++)
			add_mac(page, model, &host->macs[k]);
	}
	add_facts(page, model, &ip);
	for (uint32_t i = 0; i < model->report->fault_count; i++) {
		const struct fault *fault = &model->report->faults[i];

		if (ip_equal(&fault->subject.ip, &ip) || ip_equal(&fault->subject.vip, &ip))
			page_paragraph(page, severity_name(fault->severity), words_severity_role(fault->severity),
				       fault->summary);
	}
}

static void add_counter(struct page *page, const char *label, uint64_t value, bool bad)
{
	char number[COUNT_SIZE];

	snprintf(number, sizeof number, "%" PRIu64, value);
	page_labelled(page, label, PAGE_LABEL + 4, bad && value > 0 ? ROLE_BAD : ROLE_PLAIN, number);
}

void page_server(struct page *page, const struct screen *screen, const struct model *model)
{
	const struct model_replay_server *server;
	char buffer[IP_TEXT_SIZE], median[40], p90[40], p99[40], slowest[40];
	uint64_t item;

	if (!list_selected(&screen->lists[VIEW_REPLAY], &item)) {
		page_labelled(page, "", 0, ROLE_PLAIN,
			      "A replay sends recorded conversations of clients to each real server, the way the "
			      "director would, and compares the answers with the recorded ones and with each other.");
		page_labelled(page, "", 0, ROLE_PLAIN,
			      model->replay.possible ? "r begins one."
						     : "This needs an interface and a recording: "
						       "truemac watch --replay FILE.");
		return;
	}
	server = &model->replay.servers[item];
	page_line(page, ROLE_HEADING, "%s", ip_format(&server->ip, buffer));
	if (server->note != NULL)
		page_labelled(page, "", 0, ROLE_BAD, server->note);
	add_counter(page, "planned", server->planned, false);
	add_counter(page, "sent", server->sent, false);
	add_counter(page, "answered", server->answered, false);
	add_counter(page, "same", server->same, false);
	add_counter(page, "differing", server->differing, true);
	add_counter(page, "lost", server->lost, true);
	add_counter(page, "sent again", server->retransmissions, false);
	if (server->has_latency)
		page_line(page, ROLE_PLAIN, "answers in   %s (median), %s (90%%), %s (99%%), %s at most",
			  nanos_format_duration(server->median, median, sizeof median),
			  nanos_format_duration(server->p90, p90, sizeof p90),
			  nanos_format_duration(server->p99, p99, sizeof p99),
			  nanos_format_duration(server->slowest, slowest, sizeof slowest));
}

void page_rule(struct page *page, const struct rule *rule)
{
	page_line(page, ROLE_HEADING, "%s: %s", rule->id, severity_name(rule->severity));
	page_labelled(page, "", 0, ROLE_PLAIN, rule->summary);
	page_paragraph(page, "Why", ROLE_PLAIN, rule->why);
	page_paragraph(page, "Proof", ROLE_PLAIN, rule->proof);
	page_paragraph(page, "Effect", ROLE_PLAIN, rule->effect);
	for (int i = 0; i < RULE_MAX_REMEDIES && rule->remedies[i] != NULL; i++)
		page_paragraph(page, i == 0 ? "Repair" : "", ROLE_GOOD, rule->remedies[i]);
	page_paragraph(page, "No help", ROLE_PLAIN, rule->no_help);
	page_paragraph(page, "Sources", ROLE_DIM, rule->sources);
}
