// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The matrix: one row for each VIP service and real server or director, one cell for each test, in the order in which a
 * packet meets the trouble. A cell passes or fails by proof only; what was not asked, or asked in vain, stays unknown
 * and says what would settle it.
 */
#include "analysis/matrix.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/engine_private.h"

void cell_set(struct cells *cells, enum check check, enum check_value value, const char *format, ...)
{
	/* What is known outweighs what is not, and a failure seen at one vantage point outweighs a pass at another. */
	static const int weight[] = {
		[CHECK_UNKNOWN] = 0, [CHECK_PASS] = 1, [CHECK_FAIL] = 2, [CHECK_NOT_APPLICABLE] = 3
	};
	struct report_cell *cell = &cells->row->cells[check];
	va_list arguments;

	if (cell->reason && weight[value] <= weight[cell->value])
		return;
	free(cell->reason);
	cell->reason = NULL;
	cell->value = value;
	va_start(arguments, format);
	if (vasprintf(&cell->reason, format, arguments) < 0)
		cells->failed = true;
	va_end(arguments);
}

static struct path_key first_key(const struct cells *cells)
{
	struct path_key key = { .input = 0 };

	key.service = cells->row->vip;
	return key;
}

bool cells_path_matches(const struct cells *cells, const struct path *path)
{
	const struct report_row *row = cells->row;
	struct path_key key = first_key(cells);

	return ip_equal(&path->key.service, &key.service) && (row->port == 0 || path->key.port == row->port) &&
	       (row->protocol == 0 || path->key.protocol == row->protocol) && !path_is_echo(path);
}

static enum role row_role(const struct cells *cells)
{
	return cells->row->is_director ? ROLE_DIRECTOR : ROLE_REAL_SERVER;
}

bool cells_path_leads_to_row(const struct cells *cells, const struct path *path)
{
	for (uint32_t i = cells->first_role; i < cells->end_role; i++) {
		const struct role_mac *role = &cells->facts->roles->macs[i];

		if (role->role == row_role(cells) && mac_equal(role->mac, path->key.mac) &&
		    ip_equal(&role->ip, &cells->row->real_server) &&
		    facts_input_of(cells->facts, role->segment) == path->key.input)
			return true;
	}
	return false;
}

/* Which packets a firewall mark stands for cannot be seen on the wire. */
static void judge_mark(struct cells *cells)
{
	static const enum check about_vip[] = { CHECK_QUIET, CHECK_ACCEPTS, CHECK_SERVICE, CHECK_RETURN };

	for (size_t i = 0; i < sizeof about_vip / sizeof about_vip[0]; i++)
		cell_set(cells, about_vip[i], CHECK_UNKNOWN, "fwmark %u names no VIP; --vip would", cells->row->fwmark);
}

static void judge_all(struct cells *cells)
{
	static void (*const judges[])(struct cells *) = { judge_resolution, judge_quiet, judge_delivery };

	if (cells->row->is_director) {
		judge_resolution(cells);
		judge_direction(cells);
		return;
	}
	if (cells->row->vip.family == 0)
		judge_mark(cells);
	for (size_t i = 0; i < sizeof judges / sizeof judges[0]; i++)
		judges[i](cells);
	judge_replay(cells);
}

/* The MAC at which the segment where it was first asked for believes the real server to be. */
static void find_mac(struct cells *cells)
{
	for (uint32_t i = 0; i < cells->facts->segments.count; i++) {
		const struct host *host = facts_host(cells->facts, i, &cells->row->real_server);

		if (!host || host->claim_count == 0)
			continue;
		cells->row->has_mac = true;
		cells->row->mac = host->current;
		return;
	}
}

/* A server's MACs mostly stand together: with many servers and paths, all of them cannot be looked through each time.
 */
static void find_roles(struct cells *cells)
{
	const struct roles *roles = cells->facts->roles;

	for (uint32_t i = 0; i < roles->mac_count; i++) {
		if (roles->macs[i].role != row_role(cells) || !ip_equal(&roles->macs[i].ip, &cells->row->real_server))
			continue;
		if (cells->end_role == 0)
			cells->first_role = i;
		cells->end_role = i + 1;
	}
}

/* `node` is a real server, or a director where the row is one's. */
static bool build_row(const struct facts *facts, struct report_row *row, const struct topology_service *service,
		      const struct topology_host *node, enum method method)
{
	struct cells cells = { .facts = facts, .row = row };

	row->vip = service->vip;
	row->port = service->port;
	row->protocol = service->protocol;
	row->fwmark = service->fwmark;
	row->method = method != METHOD_UNKNOWN ? method : service->method;
	row->real_server = node->ip;
	find_mac(&cells);
	find_roles(&cells);
	judge_all(&cells);
	return !cells.failed;
}

static uint32_t rows_of(const struct topology *topology, uint32_t service)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < topology->backend_count; i++)
		count += topology->backends[i].service == service;
	return count;
}

static bool build_rows(const struct facts *facts, struct report *report, uint32_t service)
{
	const struct topology *topology = &facts->roles->topology;
	const struct topology_service *of = &topology->services[service];
	bool all = rows_of(topology, service) == 0;

	for (uint32_t i = 0; all && i < topology->real_server_count; i++)
		if (topology_uses(topology, of, &topology->real_servers[i]) &&
		    !build_row(facts, &report->rows[report->row_count++], of, &topology->real_servers[i],
			       METHOD_UNKNOWN))
			return false;
	for (uint32_t i = 0; i < topology->backend_count; i++)
		if (topology->backends[i].service == service &&
		    !build_row(facts, &report->rows[report->row_count++], of,
			       &topology->real_servers[topology->backends[i].real_server],
			       topology->backends[i].method))
			return false;
	return true;
}

static bool has_director_of(const struct topology *topology, uint8_t family)
{
	for (uint32_t i = 0; i < topology->director_count; i++)
		if (topology->directors[i].ip.family == family)
			return true;
	return false;
}

/* Where directors have addresses of both families, each VIP has the ones of its own. */
static bool build_director_rows(const struct facts *facts, struct report *report, uint32_t service)
{
	const struct topology *topology = &facts->roles->topology;
	uint8_t family = topology->services[service].vip.family;
	bool own = has_director_of(topology, family);

	for (uint32_t i = 0; i < topology->director_count; i++) {
		struct report_row *row = &report->director_rows[report->director_row_count];

		if (own && topology->directors[i].ip.family != family)
			continue;
		report->director_row_count++;
		row->is_director = true;
		if (!build_row(facts, row, &topology->services[service], &topology->directors[i], METHOD_UNKNOWN))
			return false;
	}
	return true;
}

static int compare_rows(const void *a, const void *b)
{
	const struct report_row *x = a, *y = b;
	int order = report_compare_services(x, y);

	return order ? order : ip_compare(&x->real_server, &y->real_server);
}

static size_t count_rows(const struct topology *topology)
{
	size_t count = topology->backend_count;

	for (uint32_t i = 0; i < topology->service_count; i++)
		if (rows_of(topology, i) == 0)
			count += topology->real_server_count;
	return count;
}

int matrix_build(const struct facts *facts, struct report *report, struct error *error)
{
	const struct topology *topology = &facts->roles->topology;

	report->rows = calloc(count_rows(topology) + 1, sizeof *report->rows);
	report->director_rows =
	    calloc((size_t)topology->service_count * topology->director_count + 1, sizeof *report->director_rows);
	if (!report->rows || !report->director_rows)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory while filling the matrix");
	for (uint32_t i = 0; i < topology->service_count; i++)
		if (!build_rows(facts, report, i) || !build_director_rows(facts, report, i))
			return error_set(error, ERROR_MEMORY, NULL, "out of memory while filling the matrix");
	qsort(report->rows, report->row_count, sizeof *report->rows, compare_rows);
	qsort(report->director_rows, report->director_row_count, sizeof *report->director_rows, compare_rows);
	return 0;
}
