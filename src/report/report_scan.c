// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_scan.h"

#include <string.h>

#include "report/report_text.h"
#include "report/report_words.h"
#include "report/utf8.h"

enum { MAC_WIDTH = 17, OWN_WIDTH = 7, TIME_WIDTH = 10, KIND_WIDTH = 16 };

/* By enum own. */
static const char *const own_words[] = { "unknown", "own", "proxied" };

static void add_address(struct text *text, const struct report_host *host)
{
	char address[IP_TEXT_SIZE];

	text_add(text, ip_format(&host->ip, address));
	if (host->vlan != 0) {
		text_add(text, " vlan ");
		report_add_vlan(text, host->vlan);
	}
}

static size_t address_width(const struct report *report)
{
	struct text text = TEXT_INIT;
	size_t width = sizeof "address" - 1;

	for (uint32_t i = 0; i < report->host_count; i++) {
		text_clear(&text);
		add_address(&text, &report->hosts[i]);
		if (text.length > width)
			width = text.length;
	}
	text_free(&text);
	return width;
}

static void write_mac(const struct text_writer *writer, const struct report_host_mac *mac)
{
	char address[MAC_TEXT_SIZE], time[32] = "";

	if (mac->has_answer_time)
		nanos_format_duration(mac->answer_time, time, sizeof time);
	text_printf(writer->into, "  %-*s  ", MAC_WIDTH, mac_format(mac->mac, address));
	text_write_column(writer, mac->own == OWN_NO ? TEXT_BAD : TEXT_PLAIN, own_words[mac->own], OWN_WIDTH);
	text_printf(writer->into, "  %*s  ", TIME_WIDTH, time);
	if (mac->own_reason[0] == '\0') {
		text_write(writer, TEXT_PLAIN, mac->kind);
	} else {
		text_write_column(writer, TEXT_PLAIN, mac->kind, KIND_WIDTH);
		text_add(writer->into, "  ");
		text_write(writer, TEXT_DIM, mac->own_reason);
	}
	text_add_char(writer->into, '\n');
}

static void write_host(const struct text_writer *writer, const struct report_host *host, size_t width)
{
	struct text address = TEXT_INIT;

	add_address(&address, host);
	for (uint32_t i = 0; i < host->mac_count; i++) {
		text_write_column(writer, TEXT_PLAIN, i == 0 ? text_string(&address) : "", width);
		write_mac(writer, &host->macs[i]);
	}
	writer->into->failed |= address.failed;
	text_free(&address);
	text_pass_on(writer->into);
}

static void write_table(const struct text_writer *writer)
{
	const struct report *report = writer->report;
	size_t width = address_width(report);

	text_write_column(writer, TEXT_HEADING, "address", width);
	text_printf(writer->into, "  %-*s  %-*s  %*s  kind\n", MAC_WIDTH, "MAC", OWN_WIDTH, "is", TIME_WIDTH,
		    "answers in");
	for (uint32_t i = 0; i < report->host_count; i++)
		write_host(writer, &report->hosts[i], width);
}

/* An address counts as own where any of its MACs is, as proxied where none is and one is proven not to be. */
static enum own judge(const struct report_host *host)
{
	enum own own = OWN_UNKNOWN;

	for (uint32_t i = 0; i < host->mac_count; i++)
		if (host->macs[i].own == OWN_YES || own == OWN_UNKNOWN)
			own = host->macs[i].own;
	return own;
}

/* "4 addresses: 2 own, 1 proxied, 1 unknown; 1 with several MACs" */
static void write_sums(const struct text_writer *writer)
{
	const struct report *report = writer->report;
	uint32_t sums[3] = { 0 }, several = 0;

	for (uint32_t i = 0; i < report->host_count; i++) {
		sums[judge(&report->hosts[i])]++;
		several += report->hosts[i].mac_count > 1;
	}
	text_printf(writer->into, "\n%u address%s: %u own, %u proxied, %u unknown", report->host_count,
		    report->host_count == 1 ? "" : "es", sums[OWN_YES], sums[OWN_NO], sums[OWN_UNKNOWN]);
	if (several > 0)
		text_printf(writer->into, "; %u with several MACs", several);
	text_add_char(writer->into, '\n');
}

/* That an address is proxied stands in the table. */
static bool is_in_table(const struct fault *fault)
{
	return strcmp(fault->rule->id, "mac-substituted") == 0;
}

static void write_other_faults(const struct text_writer *writer)
{
	bool headed = false;

	for (uint32_t i = 0; i < writer->report->fault_count; i++) {
		const struct fault *fault = &writer->report->faults[i];

		if (is_in_table(fault))
			continue;
		if (!headed)
			text_write_heading(writer, "Faults");
		headed = true;
		text_write_fault_line(writer, fault);
	}
}

static int write_scan(const struct report *report, const struct report_writer_options *options, struct text *into,
		      struct error *error)
{
	const struct text_writer writer = { .report = report, .options = options, .into = into };

	(void)error;
	write_table(&writer);
	if (options->quiet)
		return 0;
	write_sums(&writer);
	if (options->verbose)
		text_write_faults(&writer);
	else
		write_other_faults(&writer);
	text_write_gaps(&writer);
	return 0;
}

const struct report_format report_format_scan = {
	.name = "text",
	.description = "a table for people",
	.write = write_scan,
};

/* The MAC that is worth keeping, or NULL: the only one that is proven. */
static const struct report_host_mac *true_mac(const struct report_host *host)
{
	const struct report_host_mac *found = NULL;

	for (uint32_t i = 0; i < host->mac_count; i++) {
		if (host->macs[i].own != OWN_YES)
			continue;
		if (found)
			return NULL;
		found = &host->macs[i];
	}
	return found;
}

static int write_ethers(const struct report *report, const struct report_writer_options *options, struct text *into,
			struct error *error)
{
	char address[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	(void)options, (void)error;
	for (uint32_t i = 0; i < report->host_count; i++) {
		const struct report_host *host = &report->hosts[i];
		const struct report_host_mac *found = true_mac(host);

		ip_format(&host->ip, address);
		if (topology_is_vip(&report->topology, &host->ip))
			text_printf(into, "# %s: a VIP moves\n", address);
		else if (found)
			text_printf(into, "%s %s\n", mac_format(found->mac, mac), address);
		else
			text_printf(into, "# %s: no MAC is proven to be its only own\n", address);
		text_pass_on(into);
	}
	return 0;
}

const struct report_format report_format_ethers = {
	.name = "ethers",
	.description = "ethers(5) of the MACs that are proven, for --ethers",
	.write = write_ethers,
};
