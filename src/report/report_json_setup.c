// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON format: inputs, topology, matrix. */
#include "report/report_json.h"
#include "report/report_words.h"

json_t *json_of_input(const struct report *report, uint32_t index)
{
	const struct report_input *input = &report->inputs[index];
	bool timed = input->frames > 0;
	bool compared = input->has_offset;
	const struct json_field fields[] = {
		{ "name", json_of_string(input->name) },
		{ "format", json_of_string(input->format) },
		{ "link_type", json_of_string(input->link_type) },
		{ "frames", json_of_count(input->frames) },
		{ "bytes", json_of_count(input->bytes) },
		{ "first", timed ? json_of_time(input->first) : json_null() },
		{ "last", timed ? json_of_time(input->last) : json_null() },
		{ "truncated", json_boolean(input->truncated) },
		{ "dropped", json_of_count(input->dropped) },
		{ "clock_offset", compared ? json_integer(input->offset) : json_null() },
		{ "clock_reference", json_of_string(compared ? report_input_name(report, input->reference) : NULL) },
		{ "clock_matches", json_of_count(compared ? input->matches : 0) },
		{ "source", json_of_string(report->source_count ? report_source_label(report, input->source) : NULL) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static const char *origin_name(enum topology_origin origin)
{
	return origin == ORIGIN_CONFIGURED ? "configured" : "inferred";
}

json_t *json_of_method(enum method method)
{
	return json_of_string(method == METHOD_UNKNOWN ? NULL : method_name(method));
}

static json_t *json_of_vip(const struct topology_service *service)
{
	const struct json_field fields[] = {
		{ "address", json_of_ip(&service->vip) },
		{ "port", json_of_count_or_null(service->port) },
		{ "protocol", json_of_string(report_protocol_name(service->protocol)) },
		{ "method", json_of_method(service->method) },
		{ "source", json_string(origin_name(service->origin)) },
		{ "fwmark", json_of_count_or_null(service->fwmark) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_vips(const struct topology *topology)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < topology->service_count; i++)
		list = json_list_add(list, json_of_vip(&topology->services[i]));
	return list;
}

static json_t *json_of_topology_host(const struct report *report, const struct topology_host *host)
{
	struct mac mac = host->mac;
	bool has_mac = report_mac_of_host(report, host, &mac);
	const struct json_field fields[] = {
		{ "address", json_of_ip(&host->ip) },
		{ "mac", json_of_mac(has_mac, mac) },
		{ "source", json_string(origin_name(host->origin)) },
		{ "known", json_boolean(host->mac_known) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_topology_hosts(const struct report *report, const struct topology_host *hosts, uint32_t count)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < count; i++)
		list = json_list_add(list, json_of_topology_host(report, &hosts[i]));
	return list;
}

static const char *topology_source(const struct report *report)
{
	if (!report->topology_configured)
		return "inferred";
	return report->topology_inferred ? "mixed" : "configured";
}

json_t *json_of_topology(const struct report *report)
{
	const struct topology *topology = &report->topology;
	const struct json_field fields[] = {
		{ "source", json_string(topology_source(report)) },
		{ "vips", json_of_vips(topology) },
		{ "directors", json_of_topology_hosts(report, topology->directors, topology->director_count) },
		{ "real_servers", json_of_topology_hosts(report, topology->real_servers, topology->real_server_count) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_cell(const struct report_cell *cell)
{
	const struct json_field fields[] = {
		{ "value", json_string(check_value_name(cell->value)) },
		{ "reason", json_of_string(cell->reason) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

static json_t *json_of_checks(const struct report_row *row)
{
	struct json_field fields[CHECK_COUNT + 1] = { 0 };

	for (int check = 0; check < CHECK_COUNT; check++)
		fields[check] = (struct json_field){ check_name((enum check)check), json_of_cell(&row->cells[check]) };
	return json_of_fields(fields);
}

static json_t *json_of_any_row(const struct report_row *row, const char *node)
{
	const struct json_field fields[] = {
		{ "vip", json_of_ip(&row->vip) },
		{ "port", json_of_count_or_null(row->port) },
		{ "protocol", json_of_string(report_protocol_name(row->protocol)) },
		{ node, json_of_ip(&row->real_server) },
		{ "mac", json_of_mac(row->has_mac, row->mac) },
		{ "method", json_of_method(row->method) },
		{ "fwmark", json_of_count_or_null(row->fwmark) },
		{ "checks", json_of_checks(row) },
		JSON_FIELDS_END,
	};

	return json_of_fields(fields);
}

json_t *json_of_row(const struct report *report, uint32_t index)
{
	return json_of_any_row(&report->rows[index], "real_server");
}

json_t *json_of_director_row(const struct report *report, uint32_t index)
{
	return json_of_any_row(&report->director_rows[index], "director");
}
