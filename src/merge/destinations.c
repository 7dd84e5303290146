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
static bool is_told(const struct report *server, const char *rule, const struct ip *vip)
{
	for (uint32_t i = 0; i < server->fault_count; i++)
		if (strcmp(server->faults[i].rule->id, rule) == 0 && ip_equal(&server->faults[i].subject.vip, vip))
			return true;
	return false;
}

/*
 * The VIP on an interface that speaks ARP, where it is answered for; NULL for none. A director of the VIP, too, may
 * hold it there.
 */
static const struct machine_address *find_answered(const struct report_machine *machine, const struct ip *vip)
{
	for (uint32_t i = 0; i < machine->destination_count; i++)
		if (ip_equal(&machine->destinations[i].service.vip, vip))
			return NULL;
	for (uint32_t i = 0; i < machine->address_count; i++) {
		const struct machine_link *link = machine_find_link(machine, machine->addresses[i].link);

		if (ip_equal(&machine->addresses[i].ip, vip) && link && link->arp)
			return &machine->addresses[i];
	}
	return NULL;
}

static void add_remedies(struct merging *merging, struct fault *fault, const struct machine_destination *destination)
{
	char vip[IP_TEXT_SIZE];
	struct text command = TEXT_INIT;

	text_printf(&command, "ip addr add %s/%u dev %s", ip_format(&destination->service.vip, vip),
		    destination->service.vip.family == 4 ? 32U : 128U,
		    destination->service.method == METHOD_TUN && destination->service.vip.family == 4 ? "tunl0" : "lo");
	if (destination->service.vip.family != 4) {
		fault->remedies[0] = merge_take_text(merging, &command);
		return;
	}
	fault->remedies[0] =
	    merge_copy(merging, "sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2");
	fault->remedies[1] = merge_take_text(merging, &command);
	fault->remedies[2] = merge_copy(merging, "printf 'net.ipv4.conf.all.arp_ignore=1\\nnet.ipv4.conf.all."
						 "arp_announce=2\\n' > /etc/sysctl.d/60-lvs-arp.conf");
}

/* The host whose fault it is comes first. */
static struct fault *add_fault(struct merging *merging, struct new_faults *faults, const struct delivery *delivery,
			       const char *rule, enum confidence confidence)
{
	const struct machine_destination *destination = delivery->destination;
	struct subject subject = { .ip = destination->real_server, .vip = destination->service.vip };
	struct fault *fault = new_fault_add(merging, faults, rule_find(rule), SEVERITY_ERROR, confidence, &subject);

	if (!fault)
		return NULL;
	fault->effect = merge_copy(merging, fault->rule->effect);
	fault->count = 1;
	new_fault_say(merging, fault, delivery->server);
	new_fault_say(merging, fault, delivery->director);
	return fault;
}

/* "dir1 sends 10.1.1.1:80/tcp to this host (10.1.1.13) by dr" */
static void say_delivery(struct merging *merging, const struct delivery *delivery, struct text *summary)
{
	const struct machine_destination *destination = delivery->destination;
	char service[SERVICE_TEXT_SIZE], server[IP_TEXT_SIZE];

	text_printf(summary, "%s sends %s to this host (%s) by %s", merging->report->sources[delivery->director].label,
		    service_format(&destination->service, service), ip_format(&destination->real_server, server),
		    method_name(destination->service.method));
}

static void note_delivery(struct merging *merging, const struct delivery *delivery, struct fault *fault)
{
	char service[SERVICE_TEXT_SIZE], server[IP_TEXT_SIZE];

	new_fault_note(fault, merge_input_of(merging, delivery->director, 0), 0, "director: it sends %s to %s",
		       service_format(&delivery->destination->service, service),
		       ip_format(&delivery->destination->real_server, server));
}

static void add_missing(struct merging *merging, struct new_faults *faults, const struct delivery *delivery)
{
	struct fault *fault = add_fault(merging, faults, delivery, "host-vip-missing", CONFIDENCE_PROVEN);
	struct text summary = TEXT_INIT;
	char vip[IP_TEXT_SIZE];

	if (!fault)
		return;
	ip_format(&delivery->destination->service.vip, vip);
	say_delivery(merging, delivery, &summary);
	text_printf(&summary, ", but it does not hold the VIP %s", vip);
	fault->summary = merge_take_text(merging, &summary);
	add_remedies(merging, fault, delivery->destination);
	new_fault_note(fault, merge_input_of(merging, delivery->server, 0), 0, "addresses: no interface holds %s", vip);
	note_delivery(merging, delivery, fault);
}

/* A filter of ARP, or an arp_ignore of 8, may keep it quiet. */
static void add_answered(struct merging *merging, struct new_faults *faults, const struct delivery *delivery,
			 const struct machine_address *held)
{
	struct fault *fault = add_fault(merging, faults, delivery, "host-arp-ignore", CONFIDENCE_LIKELY);
	struct text summary = TEXT_INIT, move = TEXT_INIT;
	char vip[IP_TEXT_SIZE];

	if (!fault)
		return;
	ip_format(&held->ip, vip);
	say_delivery(merging, delivery, &summary);
	text_printf(&summary, ", and it answers for the VIP %s, which it holds on %s", vip, held->link);
	fault->summary = merge_take_text(merging, &summary);
	/* The host's own address may hang on it: what rule_host_arp_ignore.c says of promote_secondaries. */
	if (held->ip.family == 4 && held->prefix < 32) {
		text_add(&move, "sysctl -w net.ipv4.conf.");
		for (const char *at = held->link; *at != '\0'; at++)
			text_add_char(&move, *at == '.' ? '/' : *at);
		text_add(&move, ".promote_secondaries=1; ");
	}
	text_printf(&move, "ip addr del %s/%u dev %s; ip addr add %s/%u dev lo", vip, held->prefix, held->link, vip,
		    held->ip.family == 4 ? 32U : 128U);
	fault->remedies[0] = merge_take_text(merging, &move);
	new_fault_note(fault, merge_input_of(merging, delivery->server, 0), 0, "%s: holds %s/%u itself", held->link,
		       vip, held->prefix);
	note_delivery(merging, delivery, fault);
}

static void judge_delivery(struct merging *merging, struct new_faults *faults, const struct delivery *delivery)
{
	const struct report *server = merging->report->sources[delivery->server].report;
	const struct ip *vip = &delivery->destination->service.vip;
	const struct machine_address *answered = find_answered(server->machine, vip);

	if (!holds(server->machine, vip) && !is_told(server, "host-vip-missing", vip))
		add_missing(merging, faults, delivery);
	if (answered && !is_told(server, "host-arp-ignore", vip))
		add_answered(merging, faults, delivery, answered);
}

void merge_judge_deliveries(struct merging *merging, struct new_faults *faults)
{
	uint32_t count;
	struct delivery *list = collect(merging, &count);

	for (uint32_t i = 0; i < count && !merging->failed; i++)
		if (i == 0 || list[i - 1].server != list[i].server ||
		    !ip_equal(&list[i - 1].destination->service.vip, &list[i].destination->service.vip))
			judge_delivery(merging, faults, &list[i]);
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
	if (is_told(server, "host-arp-ignore", &row->vip))
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
