// SPDX-License-Identifier: GPL-2.0-or-later
/* Text format: packets followed through the inputs, the table of hosts, and what the evidence lacks. */
#include "report/report_text.h"
#include "report/report_words.h"
#include "report/utf8.h"

static void write_hop(const struct text_writer *writer, const struct report_hop *hop, size_t width)
{
	char source[MAC_TEXT_SIZE], destination[MAC_TEXT_SIZE];
	struct text place = TEXT_INIT;

	text_set_short_place(writer, &place, hop->input, hop->frame);
	text_add(writer->into, "    ");
	text_write_column(writer, TEXT_PLAIN, text_string(&place), width);
	text_printf(writer->into, "  %s > %-17s  ttl %u\n", mac_format(hop->source, source),
		    hop->has_destination ? mac_format(hop->destination, destination) : "?", (unsigned)hop->ttl);
	writer->into->failed |= place.failed;
	text_free(&place);
}

/* Who would have the packet, and has not. */
static void write_absent(const struct text_writer *writer, const struct report_path *path)
{
	enum { MOST_NAMED = 8 };
	uint32_t named = path->absent_count > MOST_NAMED ? MOST_NAMED - 1 : path->absent_count;
	struct text line = TEXT_INIT, place = TEXT_INIT;

	if (path->absent_count == 0)
		return;
	text_add(&line, "last seen there; not in ");
	for (uint32_t i = 0; i < named; i++) {
		text_set_short_place(writer, &place, path->absent[i], 0);
		text_printf(&line, "%s%s", i > 0 ? ", " : "", text_string(&place));
	}
	if (named < path->absent_count)
		text_printf(&line, " and %u more", (unsigned)(path->absent_count - named));
	text_add(writer->into, "    ");
	text_write_paragraph(writer, text_string(&line), 6);
	writer->into->failed |= line.failed || place.failed;
	text_free(&line);
	text_free(&place);
}

static void write_path(const struct text_writer *writer, const struct report_path *path)
{
	struct text place = TEXT_INIT;
	size_t width = 0;

	for (uint32_t i = 0; i < path->hop_count; i++) {
		text_set_short_place(writer, &place, path->hops[i].input, path->hops[i].frame);
		width = utf8_length(text_string(&place)) > width ? utf8_length(text_string(&place)) : width;
	}
	text_free(&place);
	text_add(writer->into, "  ");
	text_write(writer, TEXT_PLAIN, path->packet);
	text_add_char(writer->into, '\n');
	for (uint32_t i = 0; i < path->hop_count; i++)
		write_hop(writer, &path->hops[i], width);
	write_absent(writer, path);
}

void text_write_paths(const struct text_writer *writer)
{
	if (writer->report->path_count == 0)
		return;
	text_write_heading(writer, "Packets followed");
	for (uint32_t i = 0; i < writer->report->path_count; i++)
		write_path(writer, &writer->report->paths[i]);
}

static void write_host_mac(const struct text_writer *writer, const struct report_host_mac *mac)
{
	char address[MAC_TEXT_SIZE];

	text_printf(writer->into, "    %s  ", mac_format(mac->mac, address));
	text_write_column(writer, TEXT_PLAIN, mac->kind, 16);
	text_printf(writer->into, "  %llu claim%s, own: ", (unsigned long long)mac->claims,
		    mac->claims == 1 ? "" : "s");
	text_write(writer, mac->own == OWN_NO ? TEXT_BAD : TEXT_PLAIN, own_name(mac->own));
	if (mac->own_reason[0] != '\0') {
		text_add(writer->into, ", ");
		text_write(writer, TEXT_PLAIN, mac->own_reason);
	}
	text_add_char(writer->into, '\n');
}

void text_write_hosts(const struct text_writer *writer)
{
	char address[IP_TEXT_SIZE];

	if (writer->report->host_count == 0)
		return;
	text_write_heading(writer, "Hosts");
	for (uint32_t i = 0; i < writer->report->host_count; i++) {
		const struct report_host *host = &writer->report->hosts[i];

		text_printf(writer->into, "  %s", ip_format(&host->ip, address));
		if (host->vlan != 0) {
			text_add(writer->into, " in VLAN ");
			report_add_vlan(writer->into, host->vlan);
		}
		text_add_char(writer->into, '\n');
		for (uint32_t k = 0; k < host->mac_count; k++)
			write_host_mac(writer, &host->macs[k]);
		text_pass_on(writer->into);
	}
}

void text_write_gaps(const struct text_writer *writer)
{
	if (writer->report->gap_count == 0)
		return;
	text_write_heading(writer, "Incomplete evidence");
	for (uint32_t i = 0; i < writer->report->gap_count; i++) {
		const struct report_gap *gap = &writer->report->gaps[i];

		text_add(writer->into, "  ");
		text_write(writer, TEXT_PLAIN, gap->reason);
		if (gap->count > 1)
			text_printf(writer->into, " (%llu)", (unsigned long long)gap->count);
		text_add_char(writer->into, '\n');
	}
}
