// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_words.h"

#include "report/utf8.h"

const char *report_protocol_name(uint8_t protocol)
{
	return protocol == 0 ? NULL : protocol_name(protocol);
}

const char *report_input_name(const struct report *report, uint32_t input)
{
	return input < report->input_count ? report->inputs[input].name : "-";
}

const char *report_source_label(const struct report *report, uint32_t source)
{
	return source < report->source_count ? report->sources[source].label : "-";
}

enum { MOST_LABELS = 8 };

void report_add_labels(struct text *into, const struct report *report, const uint32_t *sources, uint32_t count)
{
	uint32_t named = count > MOST_LABELS ? MOST_LABELS - 1 : count;

	for (uint32_t i = 0; i < named; i++)
		text_printf(into, "%s%s", i > 0 ? ", " : "", report_source_label(report, sources[i]));
	if (named < count)
		text_printf(into, " and %u more", (unsigned)(count - named));
}

void report_add_conflict(struct text *text, const struct report *report, const struct report_conflict *conflict)
{
	text_add(text, conflict->about);
	for (uint32_t i = 0; i < conflict->statement_count; i++) {
		const struct report_statement *statement = &conflict->statements[i];

		text_add(text, i == 0 ? ": " : "; ");
		report_add_labels(text, report, statement->sources, statement->source_count);
		text_printf(text, " says %s", statement->says);
	}
}

void report_add_service(struct text *text, const struct report_row *row)
{
	const struct topology_service service = {
		.vip = row->vip, .port = row->port, .protocol = row->protocol, .fwmark = row->fwmark
	};
	char buffer[SERVICE_TEXT_SIZE];

	text_add(text, service_format(&service, buffer));
}

void report_add_vlan(struct text *text, uint32_t vlan)
{
	if (vlan >> 16 != 0)
		text_printf(text, "%u.", (unsigned)(vlan >> 16));
	text_printf(text, "%u", (unsigned)(vlan & 0xffff));
}

static void add_separator(struct text *text, size_t start)
{
	if (text->length > start)
		text_add(text, ", ");
}

void report_add_subject(struct text *text, const struct subject *subject)
{
	size_t start = text->length;
	char buffer[IP_TEXT_SIZE];

	if (subject->ip.family != 0)
		text_add(text, ip_format(&subject->ip, buffer));
	if (subject->has_mac)
		text_printf(text, "%s%s", subject->ip.family != 0 ? " at " : "", mac_format(subject->mac, buffer));
	if (subject->vip.family != 0 && !ip_equal(&subject->vip, &subject->ip)) {
		add_separator(text, start);
		text_printf(text, "VIP %s", ip_format(&subject->vip, buffer));
	}
	if (subject->vlan != 0) {
		add_separator(text, start);
		text_add(text, "VLAN ");
		report_add_vlan(text, subject->vlan);
	}
	if (text->length == start)
		text_add(text, "the segment");
}

/* The word in front of what a host's own reading says ("net.ipv4.ip_forward: 0"); 0 where there is none. */
static size_t length_of_place(const struct evidence *evidence)
{
	const char *end = evidence->frame == 0 ? strstr(evidence->note, ": ") : NULL;
	size_t length = end ? (size_t)(end - evidence->note) : 0;

	return length > 0 && strcspn(evidence->note, " ") > length ? length : 0;
}

void report_add_place(struct text *text, const struct report *report, const struct evidence *evidence)
{
	char place[EVIDENCE_NOTE_SIZE];
	size_t length = length_of_place(evidence);

	memcpy(place, evidence->note, length);
	place[length] = '\0';
	utf8_add_printable(text, report_input_name(report, evidence->input));
	text_add_char(text, ':');
	if (length > 0)
		utf8_add_printable(text, place);
	else
		text_printf(text, "%llu", (unsigned long long)evidence->frame);
}

struct evidence report_first_evidence(const struct fault *fault)
{
	return fault->evidence_count > 0 ? fault->evidence[0] : (struct evidence){ .time = fault->first };
}

uint32_t report_count_faults(const struct report *report, enum severity severity)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < report->fault_count; i++)
		count += report->faults[i].severity == severity;
	return count;
}

const struct report_host *report_find_host(const struct report *report, const struct ip *ip)
{
	uint32_t low = 0, high = report->host_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (ip_compare(&report->hosts[middle].ip, ip) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < report->host_count && ip_equal(&report->hosts[low].ip, ip) ? &report->hosts[low] : NULL;
}

bool report_mac_of_host(const struct report *report, const struct topology_host *host, struct mac *mac)
{
	const struct report_host *seen = report_find_host(report, &host->ip);

	if (host->mac_known) {
		*mac = host->mac;
		return true;
	}
	for (uint32_t i = 0; seen != NULL && i < seen->mac_count; i++) {
		const struct report_host_mac *candidate = &seen->macs[i];

		if (candidate->own == OWN_YES || (candidate->own == OWN_UNKNOWN && seen->mac_count == 1)) {
			*mac = candidate->mac;
			return true;
		}
	}
	return false;
}
