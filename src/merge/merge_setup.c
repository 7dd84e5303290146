// SPDX-License-Identifier: GPL-2.0-or-later
/* Inputs, set-up and gaps of all sources, side by side. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "merge/merge_private.h"

/* --- inputs --- */

static bool is_inspected(const struct report *source)
{
	return source->input_count == 1 && strcmp(source->inputs[0].format, "host") == 0;
}

/* As ssh and scp name files of other machines: MACHINE:FILE. What a machine says of itself goes by its name alone. */
static char *name_input(struct merging *merging, uint32_t source, uint32_t input)
{
	const struct report_source *from = &merging->report->sources[source];
	struct text name = TEXT_INIT;

	text_add(&name, from->label);
	if (!is_inspected(from->report))
		text_printf(&name, ":%s", from->report->inputs[input].name);
	return merge_take_text(merging, &name);
}

static void add_input(struct merging *merging, uint32_t source, uint32_t input)
{
	const struct report_input *from = &merging->report->sources[source].report->inputs[input];
	struct report_input *into = &merging->report->inputs[merging->report->input_count++];

	*into = *from;
	into->name = name_input(merging, source, input);
	into->format = merge_copy(merging, from->format);
	into->link_type = merge_copy(merging, from->link_type);
	into->reference = merging->first_input[source] + from->reference;
	into->source = source;
}

void merge_inputs(struct merging *merging)
{
	struct report *report = merging->report;
	uint32_t count = 0;

	merging->first_input = calloc(report->source_count + 1, sizeof *merging->first_input);
	if (!merging->first_input) {
		merging->failed = true;
		return;
	}
	for (uint32_t i = 0; i < report->source_count; i++) {
		merging->first_input[i] = count;
		count += report->sources[i].report->input_count;
	}
	report->inputs = calloc(count + 1, sizeof *report->inputs);
	merging->failed |= !report->inputs;
	for (uint32_t i = 0; report->inputs && i < report->source_count; i++)
		for (uint32_t k = 0; k < report->sources[i].report->input_count; k++)
			add_input(merging, i, k);
}

uint32_t merge_input_of(const struct merging *merging, uint32_t source, uint32_t input)
{
	const struct report *from = merging->report->sources[source].report;

	if (!merging->first_input || input >= from->input_count)
		return merging->report->input_count;
	return merging->first_input[source] + input;
}

/* --- set-up --- */

static int compare_services(const void *a, const void *b)
{
	const struct topology_service *x = a, *y = b;
	int order = ip_compare(&x->vip, &y->vip);

	order = order ? order : (int)x->port - (int)y->port;
	order = order ? order : (int)x->protocol - (int)y->protocol;
	order = order ? order : x->fwmark < y->fwmark ? -1 : x->fwmark > y->fwmark;
	order = order ? order : (int)x->origin - (int)y->origin;
	return order ? order : (int)x->method - (int)y->method;
}

static bool same_service(const struct topology_service *a, const struct topology_service *b)
{
	return ip_equal(&a->vip, &b->vip) && a->port == b->port && a->protocol == b->protocol && a->fwmark == b->fwmark;
}

/* A method that is known is better than none; of two the configured one. That they differ is a conflict. */
static void fold_services(struct topology *topology)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < topology->service_count; i++) {
		struct topology_service *last = &topology->services[kept > 0 ? kept - 1 : 0];

		if (kept == 0 || !same_service(last, &topology->services[i]))
			topology->services[kept++] = topology->services[i];
		else if (last->method == METHOD_UNKNOWN)
			last->method = topology->services[i].method;
	}
	topology->service_count = kept;
}

static void say_method(struct merging *merging, uint32_t source, const struct topology_service *service,
		       enum method method)
{
	struct text about = TEXT_INIT;
	char name[SERVICE_TEXT_SIZE], says[32];

	if (method == METHOD_UNKNOWN)
		return;
	text_printf(&about, "%s: method", service_format(service, name));
	snprintf(says, sizeof says, "%s", method_name(method));
	conflict_add(merging, text_string(&about), source, says);
	merging->failed |= about.failed;
	text_free(&about);
}

static void add_services(struct merging *merging, uint32_t source)
{
	struct topology *into = &merging->report->topology;
	const struct report *report = merging->report->sources[source].report;
	const struct topology *from = &report->topology;

	for (uint32_t i = 0; i < from->service_count; i++) {
		struct topology_service *service =
		    merge_grow(merging, &into->services, &into->service_count, &into->service_room, sizeof *service);

		if (service)
			*service = from->services[i];
		say_method(merging, source, &from->services[i], from->services[i].method);
	}
	/* Each real server may have a method of its own; IPVS then has several for a service, and that is no conflict.
	 */
	for (uint32_t i = 0; report->machine && from->service_count == 0 && i < report->machine->destination_count; i++)
		say_method(merging, source, &report->machine->destinations[i].service,
			   report->machine->destinations[i].service.method);
}

static int compare_hosts(const void *a, const void *b)
{
	const struct topology_host *x = a, *y = b;
	int order = ip_compare(&x->ip, &y->ip);

	order = order ? order : (int)y->mac_known - (int)x->mac_known;
	order = order ? order : mac_compare(x->mac, y->mac);
	return order ? order : (int)x->origin - (int)y->origin;
}

static void add_hosts(struct merging *merging, const struct topology_host *from, uint32_t from_count,
		      struct topology_host **into, uint32_t *count, uint32_t *room)
{
	for (uint32_t i = 0; i < from_count; i++) {
		struct topology_host *host = merge_grow(merging, into, count, room, sizeof *host);

		if (host)
			*host = from[i];
	}
}

static uint32_t fold_hosts(struct topology_host *hosts, uint32_t count)
{
	uint32_t kept = 0;

	if (count > 0)
		qsort(hosts, count, sizeof *hosts, compare_hosts);
	for (uint32_t i = 0; i < count; i++) {
		if (kept == 0 || !ip_equal(&hosts[kept - 1].ip, &hosts[i].ip))
			hosts[kept++] = hosts[i];
		else if (hosts[i].origin == ORIGIN_CONFIGURED)
			hosts[kept - 1].origin = ORIGIN_CONFIGURED;
	}
	return kept;
}

void merge_topology(struct merging *merging)
{
	struct report *report = merging->report;
	struct topology *into = &report->topology;

	for (uint32_t i = 0; i < report->source_count; i++) {
		const struct report *source = report->sources[i].report;
		const struct topology *from = &source->topology;

		add_services(merging, i);
		add_hosts(merging, from->directors, from->director_count, &into->directors, &into->director_count,
			  &into->director_room);
		add_hosts(merging, from->real_servers, from->real_server_count, &into->real_servers,
			  &into->real_server_count, &into->real_server_room);
		report->topology_configured |= source->topology_configured;
		report->topology_inferred |= source->topology_inferred;
	}
	if (into->service_count > 0)
		qsort(into->services, into->service_count, sizeof *into->services, compare_services);
	fold_services(into);
	into->director_count = fold_hosts(into->directors, into->director_count);
	into->real_server_count = fold_hosts(into->real_servers, into->real_server_count);
}

bool merge_crosses_routers(const struct merging *merging)
{
	const struct topology *topology = &merging->report->topology;

	for (uint32_t i = 0; i < topology->service_count; i++)
		if (topology->services[i].method != METHOD_TUN && topology->services[i].method != METHOD_NAT)
			return false;
	return topology->service_count > 0;
}

/* --- gaps --- */

static int compare_gaps(const void *a, const void *b)
{
	return strcmp(((const struct report_gap *)a)->reason, ((const struct report_gap *)b)->reason);
}

void merge_gaps(struct merging *merging)
{
	struct report *report = merging->report;
	uint32_t room = 0;

	for (uint32_t i = 0; i < report->source_count; i++) {
		const struct report *source = report->sources[i].report;

		for (uint32_t k = 0; k < source->gap_count; k++) {
			struct report_gap *gap =
			    merge_grow(merging, &report->gaps, &report->gap_count, &room, sizeof *gap);
			struct text reason = TEXT_INIT;

			if (!gap)
				return;
			text_printf(&reason, "%s: %s", report->sources[i].label, source->gaps[k].reason);
			gap->reason = merge_take_text(merging, &reason);
			gap->count = source->gaps[k].count;
		}
	}
	if (report->gap_count > 0 && !merging->failed)
		qsort(report->gaps, report->gap_count, sizeof *report->gaps, compare_gaps);
}
