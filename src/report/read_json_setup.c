// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading JSON: inputs, topology, matrix. */
#include <string.h>

#include "report/read_json_private.h"

uint32_t read_input(struct json_reader *reader, const struct json_node *object, const char *key,
		    const struct report *report)
{
	const char *name = read_string_or_null(reader, object, key);
	uint32_t i = 0;

	while (i < report->input_count && (name == NULL || strcmp(report->inputs[i].name, name) != 0))
		i++;
	return i;
}

static void read_one_input(struct json_reader *reader, const struct json_node *node, struct report_input *input)
{
	struct json_node offset = read_member(node, "clock_offset");

	if (!read_is_object(reader, node))
		return;
	input->name = read_copy(reader, node, "name");
	input->format = read_copy(reader, node, "format");
	input->link_type = read_copy(reader, node, "link_type");
	input->frames = read_count(reader, node, "frames", INT64_MAX);
	input->bytes = read_count(reader, node, "bytes", INT64_MAX);
	input->dropped = read_count(reader, node, "dropped", INT64_MAX);
	input->first = read_time(reader, node, "first");
	input->last = read_time(reader, node, "last");
	input->truncated = read_bool(reader, node, "truncated");
	input->has_offset = !read_is_null(&offset);
	input->offset = read_signed(reader, node, "clock_offset");
	input->matches = (uint32_t)read_count(reader, node, "clock_matches", UINT32_MAX);
}

/* References are names, also of inputs that stand further down. */
static void read_references(struct json_reader *reader, const struct json_node *list, struct report *report)
{
	for (uint32_t i = 0; i < report->input_count && reader->status == 0; i++) {
		struct json_node item = read_item(list, i);
		struct report_input *input = &report->inputs[i];

		input->reference = read_input(reader, &item, "clock_reference", report);
		if (input->reference >= report->input_count) {
			input->has_offset = false;
			input->reference = 0;
			input->offset = 0;
		}
	}
}

void read_inputs(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node list = read_member(root, "inputs");
	uint32_t count = read_length(reader, &list);

	report->inputs = read_room(reader, count, sizeof *report->inputs);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);

		report->input_count++;
		read_one_input(reader, &item, &report->inputs[i]);
	}
	read_references(reader, &list, report);
}

static const char *origin_name(int origin)
{
	return origin == ORIGIN_CONFIGURED ? "configured" : "inferred";
}

static enum topology_origin read_origin(struct json_reader *reader, const struct json_node *object)
{
	struct json_node node = read_member(object, "source");

	if (read_is_null(&node))
		return ORIGIN_INFERRED;
	return (enum topology_origin)read_word(reader, object, "source", origin_name, ORIGIN_INFERRED + 1);
}

static void read_services(struct json_reader *reader, const struct json_node *topology, struct topology *into)
{
	struct json_node list = read_member(topology, "vips");
	uint32_t count = read_length(reader, &list);

	into->services = read_room(reader, count, sizeof *into->services);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct topology_service *service = &into->services[into->service_count++];

		if (!read_is_object(reader, &item))
			return;
		service->vip = read_ip(reader, &item, "address");
		service->port = (uint16_t)read_count(reader, &item, "port", UINT16_MAX);
		service->protocol = read_protocol(reader, &item, "protocol");
		service->method = read_method(reader, &item);
		service->origin = read_origin(reader, &item);
		service->fwmark = (uint32_t)read_count(reader, &item, "fwmark", UINT32_MAX);
	}
}

/* A MAC that was not given was found among the hosts, where it still is. */
static void read_members(struct json_reader *reader, const struct json_node *topology, const char *key,
			 struct topology_host **hosts, uint32_t *host_count)
{
	struct json_node list = read_member(topology, key);
	uint32_t count = read_length(reader, &list);

	*hosts = read_room(reader, count, sizeof **hosts);
	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct topology_host *host = &(*hosts)[(*host_count)++];

		if (!read_is_object(reader, &item))
			return;
		host->ip = read_ip(reader, &item, "address");
		host->origin = read_origin(reader, &item);
		host->mac_known = read_bool(reader, &item, "known") && read_mac(reader, &item, "mac", &host->mac);
		if (host->ip.family == 0)
			read_fail(reader, &item, "an address is expected");
	}
}

void read_topology(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	struct json_node topology = read_member(root, "topology");
	const char *source;

	if (!read_is_object(reader, &topology))
		return;
	source = read_string(reader, &topology, "source");
	report->topology_configured = strcmp(source, "inferred") != 0;
	report->topology_inferred = strcmp(source, "configured") != 0;
	read_services(reader, &topology, &report->topology);
	read_members(reader, &topology, "directors", &report->topology.directors, &report->topology.director_count);
	read_members(reader, &topology, "real_servers", &report->topology.real_servers,
		     &report->topology.real_server_count);
}

static const char *value_name(int value)
{
	return check_value_name((enum check_value)value);
}

static void read_cells(struct json_reader *reader, const struct json_node *row, struct report_row *into)
{
	struct json_node checks = read_member(row, "checks");

	if (!read_is_object(reader, &checks))
		return;
	for (int check = 0; check < CHECK_COUNT && reader->status == 0; check++) {
		struct json_node cell = read_member(&checks, check_name((enum check)check));

		if (!read_is_object(reader, &cell))
			return;
		into->cells[check].value =
		    (enum check_value)read_word(reader, &cell, "value", value_name, CHECK_NOT_APPLICABLE + 1);
		into->cells[check].reason = read_copy(reader, &cell, "reason");
	}
}

/* Rows of real servers, or of directors: `key` lists them, `node` is the one that each is about. */
static struct report_row *read_rows(struct json_reader *reader, const struct json_node *root, const char *key,
				    const char *node, uint32_t *row_count)
{
	struct json_node list = read_member(root, key);
	uint32_t count = read_length(reader, &list);
	struct report_row *rows = read_room(reader, count, sizeof *rows);

	for (uint32_t i = 0; i < count && reader->status == 0; i++) {
		struct json_node item = read_item(&list, i);
		struct report_row *row = &rows[(*row_count)++];

		if (!read_is_object(reader, &item))
			break;
		row->vip = read_ip(reader, &item, "vip");
		row->port = (uint16_t)read_count(reader, &item, "port", UINT16_MAX);
		row->protocol = read_protocol(reader, &item, "protocol");
		row->fwmark = (uint32_t)read_count(reader, &item, "fwmark", UINT32_MAX);
		row->method = read_method(reader, &item);
		row->real_server = read_ip(reader, &item, node);
		row->is_director = strcmp(node, "director") == 0;
		row->has_mac = read_mac(reader, &item, "mac", &row->mac);
		read_cells(reader, &item, row);
	}
	return rows;
}

void read_matrix(struct json_reader *reader, const struct json_node *root, struct report *report)
{
	report->rows = read_rows(reader, root, "matrix", "real_server", &report->row_count);
	report->director_rows = read_rows(reader, root, "director_matrix", "director", &report->director_row_count);
}
