// SPDX-License-Identifier: GPL-2.0-or-later
/* Where directors send, against what the real servers there hold. */
#include <stdlib.h>
#include <string.h>

#include "merge/merge_private.h"
#include "rules/registry.h"

/* A destination of a director whose machine spoke, too. */
struct delivery {
	const struct machine_destination *destination;
	uint32_t director, server; /* sources */
};

/* The source that is the real server; false where nobody says that the address is its own. */
static bool find_server(const struct merging *merging, const struct ip *ip, uint32_t *source)
{
	uint32_t count;
	const struct word *words = truth_words(&merging->truth, ip, true, &count);

	if (!words || words->kind != WORD_HOST)
		return false;
	*source = words->source;
	return true;
}

static bool holds(const struct report_machine *machine, const struct ip *vip)
{
	const struct machine_vip *known = machine_find_vip(machine, vip);

	return (known && known->held) || machine_find_address(machine, vip);
}

static int compare_deliveries(const void *a, const void *b)
{
	const struct delivery *x = a, *y = b;
	int order = x->server < y->server ? -1 : x->server > y->server;

	order = order ? order : ip_compare(&x->destination->service.vip, &y->destination->service.vip);
	order = order ? order : x->director < y->director ? -1 : x->director > y->director;
	return order ? order : x->destination < y->destination ? -1 : x->destination > y->destination;
}

/* VS/NAT asks nothing of the real server. */
static struct delivery *collect(struct merging *merging, uint32_t *count)
{
	const struct report *report = merging->report;
	struct delivery *list = NULL;
	uint32_t room = 0;

	*count = 0;
	for (uint32_t i = 0; i < report->source_count; i++) {
		const struct report_machine *machine = report->sources[i].report->machine;

		for (uint32_t k = 0; machine && k < machine->destination_count; k++) {
			const struct machine_destination *destination = &machine->destinations[k];
			struct delivery *delivery;
			uint32_t server;

			if (destination->service.vip.family == 0 || destination->service.method == METHOD_NAT ||
			    !find_server(merging, &destination->real_server, &server) || server == i)
				continue;
			delivery = merge_grow(merging, &list, count, &room, sizeof *delivery);
			if (delivery)
				*delivery = (struct delivery){ destination, i, server };
		}
	}
	if (*count > 0)
		qsort(list, *count, sizeof *list, compare_deliveries);
	return list;
}

/* The host's own inspection may have told it already. */
static bool is_told(const struct report *server, const struct ip *vip)
{
	for (uint32_t i = 0; i < server->fault_count; i++)
		if (strcmp(server->faults[i].rule->id, "host-vip-missing") == 0 &&
		    ip_equal(&server->faults[i].subject.vip, vip))
			return true;
	return false;
}

static void add_remedies(struct merging *merging, struct fault *fault, const struct machine_destination *destination)
{
	char vip[IP_TEXT_SIZE];
	struct text command = TEXT_INIT;

	text_printf(&command, "ip addr add %s/%u dev %s", ip_format(&destination->service.vip, vip),
		    destination->service.vip.family == 4 ? 32U : 128U,
		    destination->service.method == METHOD_TUN && destination->service.vip.family == 4 ? "tunl0" : "lo");
	if (destination->service.vip.family == 4)
		fault->remedies[0] =
		    merge_copy(merging, "sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2");
	fault->remedies[fault->remedies[0] ? 1 : 0] = merge_take_text(merging, &command);
}

static void add_missing(struct merging *merging, struct new_faults *faults, const struct delivery *delivery)
{
	const struct machine_destination *destination = delivery->destination;
	struct subject subject = { .ip = destination->real_server, .vip = destination->service.vip };
	char service[SERVICE_TEXT_SIZE], server[IP_TEXT_SIZE], vip[IP_TEXT_SIZE];
	struct text summary = TEXT_INIT;
	struct fault *fault =
	    new_fault_add(merging, faults, rule_find("host-vip-missing"), SEVERITY_ERROR, CONFIDENCE_PROVEN, &subject);

	if (!fault)
		return;
	service_format(&destination->service, service);
	ip_format(&destination->real_server, server);
	ip_format(&destination->service.vip, vip);
	text_printf(&summary, "%s sends %s to this host (%s) by %s, but it does not hold the VIP %s",
		    merging->report->sources[delivery->director].label, service, server,
		    method_name(destination->service.method), vip);
	fault->summary = merge_take_text(merging, &summary);
	fault->effect = merge_copy(merging, fault->rule->effect);
	fault->count = 1;
	add_remedies(merging, fault, destination);
	new_fault_note(fault, merge_input_of(merging, delivery->server, 0), 0, "no interface holds %s", vip);
	new_fault_note(fault, merge_input_of(merging, delivery->director, 0), 0, "as a director it sends %s to %s",
		       service, server);
	/* The first is whose fault it is. */
	new_fault_say(merging, fault, delivery->server);
	new_fault_say(merging, fault, delivery->director);
}

void merge_find_missing_vips(struct merging *merging, struct new_faults *faults)
{
	uint32_t count;
	struct delivery *list = collect(merging, &count);

	for (uint32_t i = 0; i < count && !merging->failed; i++) {
		const struct report *server = merging->report->sources[list[i].server].report;
		const struct ip *vip = &list[i].destination->service.vip;
		bool again = i > 0 && list[i - 1].server == list[i].server &&
			     ip_equal(&list[i - 1].destination->service.vip, vip);

		if (!again && !holds(server->machine, vip) && !is_told(server, vip))
			add_missing(merging, faults, &list[i]);
	}
	free(list);
}

/* --- real servers that no director knows --- */

static bool is_sent_to(const struct delivery *list, uint32_t count, uint32_t server, const struct ip *vip)
{
	for (uint32_t i = 0; i < count; i++)
		if (list[i].server == server && ip_equal(&list[i].destination->service.vip, vip))
			return true;
	return false;
}

static void add_unused(struct merging *merging, uint32_t server, const struct machine_vip *vip,
		       const struct delivery *list, uint32_t count)
{
	struct text about = TEXT_INIT, says = TEXT_INIT;
	char address[IP_TEXT_SIZE];

	text_printf(&about, "VIP %s on %s", ip_format(&vip->ip, address), merging->report->sources[server].label);
	text_printf(&says, "holds it%s%s, as a real server", vip->link[0] ? " on " : "", vip->link);
	conflict_add(merging, text_string(&about), server, text_string(&says));
	for (uint32_t i = 0; i < count; i++)
		if (ip_equal(&list[i].destination->service.vip, &vip->ip))
			conflict_add(merging, text_string(&about), list[i].director,
				     "sends it to others, but not there");
	merging->failed |= about.failed || says.failed;
	text_free(&about);
	text_free(&says);
}

/* Without a director that sends the VIP anywhere there is a single statement, which is no conflict. */
void merge_destinations(struct merging *merging)
{
	const struct report *report = merging->report;
	uint32_t count;
	struct delivery *list = collect(merging, &count);

	for (uint32_t i = 0; i < report->source_count && !merging->failed; i++) {
		const struct report_machine *machine = report->sources[i].report->machine;

		for (uint32_t k = 0; machine && machine->role == HOST_ROLE_REAL_SERVER && k < machine->vip_count; k++)
			if (machine->vips[k].held && machine->vips[k].method != METHOD_NAT &&
			    !is_sent_to(list, count, i, &machine->vips[k].ip))
				add_unused(merging, i, &machine->vips[k], list, count);
	}
	free(list);
}

/* --- rows of the matrix --- */

static const struct report_host *find_host(const struct report *report, const struct ip *ip)
{
	for (uint32_t i = 0; i < report->host_count; i++)
		if (ip_equal(&report->hosts[i].ip, ip) && report->hosts[i].mac_count > 0)
			return &report->hosts[i];
	return NULL;
}

/* "rs1: why"; the unknown is nobody's word. */
static void set_cell(struct merging *merging, struct report_row *row, enum check check, enum check_value value,
		     uint32_t source, const char *reason)
{
	struct text text = TEXT_INIT;

	if (value != CHECK_UNKNOWN)
		text_printf(&text, "%s: ", merging->report->sources[source].label);
	text_add(&text, reason);
	free(row->cells[check].reason);
	row->cells[check].value = value;
	row->cells[check].reason = merge_take_text(merging, &text);
}

static bool has_fault(const struct report *report, const char *rule, const struct ip *vip)
{
	for (uint32_t i = 0; i < report->fault_count; i++)
		if (strcmp(report->faults[i].rule->id, rule) == 0 && ip_equal(&report->faults[i].subject.vip, vip))
			return true;
	return false;
}

/* Whose MAC it is merge_rows() decides by the true one, where no test did. */
static void fill_row(struct merging *merging, const struct machine_destination *destination, uint32_t sender,
		     struct report_row *row)
{
	const struct report *director = merging->report->sources[sender].report;
	const struct report_host *host = find_host(director, &destination->real_server);
	const struct report *server;
	uint32_t source;

	for (int check = 0; check < CHECK_COUNT; check++)
		set_cell(merging, row, (enum check)check, CHECK_UNKNOWN, sender,
			 "no report tells; truemac probe would settle it");
	if (host) {
		row->has_mac = true;
		row->mac = host->macs[0].mac;
		set_cell(merging, row, CHECK_ARP, CHECK_PASS, sender, "its neighbour table has it");
	}
	if (!find_server(merging, &destination->real_server, &source))
		return;
	server = merging->report->sources[source].report;
	if (!holds(server->machine, &row->vip))
		set_cell(merging, row, CHECK_ACCEPTS, CHECK_FAIL, source,
			 "it does not hold the VIP, as it says itself");
	if (has_fault(server, "host-arp-ignore", &row->vip))
		set_cell(merging, row, CHECK_QUIET, CHECK_FAIL, source, "its settings let it answer for the VIP");
}

void merge_derive_rows(struct merging *merging, struct derived_rows *rows)
{
	const struct report *report = merging->report;

	for (uint32_t i = 0; i < report->source_count; i++) {
		const struct report *director = report->sources[i].report;

		for (uint32_t k = 0; director->machine && k < director->machine->destination_count; k++) {
			const struct machine_destination *destination = &director->machine->destinations[k];
			struct derived_row *derived;

			if (destination->service.method != METHOD_DR)
				continue;
			derived = merge_grow(merging, &rows->list, &rows->count, &rows->room, sizeof *derived);
			if (!derived)
				return;
			derived->source = i;
			derived->row = (struct report_row){ .vip = destination->service.vip,
							    .port = destination->service.port,
							    .protocol = destination->service.protocol,
							    .fwmark = destination->service.fwmark,
							    .method = METHOD_DR,
							    .real_server = destination->real_server };
			fill_row(merging, destination, i, &derived->row);
		}
	}
}

void derived_rows_free(struct derived_rows *rows)
{
	for (uint32_t i = 0; i < rows->count; i++)
		for (int check = 0; check < CHECK_COUNT; check++)
			free(rows->list[i].row.cells[check].reason);
	free(rows->list);
}
