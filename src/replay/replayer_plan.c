// SPDX-License-Identifier: GPL-2.0-or-later
/* Who gets which conversations, and from whom. */
#include <stdlib.h>

#include "replay/replayer_private.h"

/* As fast as answers allow is not as fast as a small server's queue of connections overflows. */
enum { PACED_CONCURRENCY = 1000, FAST_EACH = 8 };

static int no_memory(struct error *error)
{
	return error_set(error, ERROR_MEMORY, NULL, "no memory to replay");
}

/* --- conversations of each service --- */

static int sort_conversations(struct replayer *replayer, uint32_t **first, uint32_t **count, struct error *error)
{
	uint32_t services = replayer->topology.service_count, at = 0;

	replayer->of_services = calloc((size_t)replayer->list_count + 1, sizeof *replayer->of_services);
	*first = calloc((size_t)services + 1, sizeof **first);
	*count = calloc((size_t)services + 1, sizeof **count);
	if (!replayer->of_services || !*first || !*count)
		return no_memory(error);
	for (uint32_t i = 0; i < replayer->list_count; i++)
		(*count)[replayer->list[i].service]++;
	for (uint32_t i = 0; i < services; i++) {
		(*first)[i] = at;
		at += (*count)[i];
		(*count)[i] = 0;
	}
	for (uint32_t i = 0; i < replayer->list_count; i++) {
		uint32_t service = replayer->list[i].service;

		replayer->of_services[(*first)[service] + (*count)[service]++] = i;
	}
	return 0;
}

/* --- rows --- */

static bool is_local(const struct replayer *replayer, const struct ip *ip)
{
	return ip_equal(&replayer->options.own[0], ip) || ip_equal(&replayer->options.own[1], ip);
}

static void add_row(struct replayer *replayer, uint32_t service, uint32_t server, uint16_t port, enum method method,
		    const uint32_t *conversations, uint32_t count)
{
	const struct topology_service *of = &replayer->topology.services[service];
	struct row *row = &replayer->rows[replayer->row_count];
	struct replay_result *result = &replayer->results[replayer->row_count++];
	uint64_t planned = (uint64_t)count * replayer->options.loops;

	*row = (struct row){ .service = service,
			     .server = server,
			     .port = port,
			     .method = method,
			     .conversations = conversations,
			     .conversation_count = count };
	*result = (struct replay_result){ .vip = of->vip,
					  .port = of->port,
					  .protocol = of->protocol,
					  .fwmark = of->fwmark,
					  .method = method,
					  .real_server = replayer->servers[server].ip,
					  .planned = planned < UINT32_MAX ? (uint32_t)planned : UINT32_MAX,
					  .recorded = script_times(replayer->script, service) };
}

static enum method method_of(enum method backend, const struct topology_service *service)
{
	enum method method = backend != METHOD_UNKNOWN ? backend : service->method;

	return method != METHOD_UNKNOWN ? method : METHOD_DR;
}

static void add_rows_of(struct replayer *replayer, uint32_t service, const uint32_t *conversations, uint32_t count)
{
	const struct topology *topology = &replayer->topology;
	const struct topology_service *of = &topology->services[service];
	bool all = true;

	for (uint32_t i = 0; i < topology->backend_count; i++) {
		const struct topology_backend *backend = &topology->backends[i];
		enum method method = method_of(backend->method, of);

		if (backend->service != service)
			continue;
		all = false;
		if (!is_local(replayer, &topology->real_servers[backend->real_server].ip))
			add_row(replayer, service, backend->real_server, method == METHOD_NAT ? backend->port : 0,
				method, conversations, count);
	}
	for (uint32_t i = 0; all && i < topology->real_server_count; i++)
		if (topology_uses(topology, of, &topology->real_servers[i]) &&
		    !is_local(replayer, &topology->real_servers[i].ip))
			add_row(replayer, service, i, 0, method_of(METHOD_UNKNOWN, of), conversations, count);
}

static int make_rows(struct replayer *replayer, const uint32_t *first, const uint32_t *count, struct error *error)
{
	const struct topology *topology = &replayer->topology;
	size_t most = topology->backend_count + (size_t)topology->service_count * topology->real_server_count + 1;

	replayer->rows = calloc(most, sizeof *replayer->rows);
	replayer->results = calloc(most, sizeof *replayer->results);
	if (!replayer->rows || !replayer->results)
		return no_memory(error);
	for (uint32_t i = 0; i < topology->service_count; i++)
		if (count[i] > 0)
			add_rows_of(replayer, i, replayer->of_services + first[i], count[i]);
	if (replayer->row_count == 0)
		return error_set(error, ERROR_USAGE, NULL,
				 "no real server to replay to; name them with --rs or in --topology");
	return 0;
}

/* --- servers --- */

static bool serves(const struct replayer *replayer, uint32_t server)
{
	for (uint32_t i = 0; i < replayer->row_count; i++)
		if (replayer->rows[i].server == server)
			return true;
	return false;
}

static int find_macs(struct replayer *replayer, struct error *error)
{
	char ip[IP_TEXT_SIZE];

	for (uint32_t i = 0; i < replayer->server_count; i++) {
		struct server *server = &replayer->servers[i];
		const struct mac *known = topology_known_mac(&replayer->topology, &server->ip);

		if (known) {
			server->mac = *known;
			server->state = SERVER_KNOWN;
		} else if (!serves(replayer, i)) {
			server->state = SERVER_LOST;
		} else if (replayer->options.own[server->ip.family == 6].family == 0) {
			return error_set(
			    error, ERROR_USAGE, NULL,
			    "the interface has no %s address to ask for %s's MAC; give it with --rs %s=MAC",
			    server->ip.family == 6 ? "IPv6" : "IPv4", ip_format(&server->ip, ip), ip);
		}
	}
	return 0;
}

static int make_servers(struct replayer *replayer, struct error *error)
{
	replayer->server_count = replayer->topology.real_server_count;
	replayer->servers = calloc((size_t)replayer->server_count + 1, sizeof *replayer->servers);
	if (!replayer->servers)
		return no_memory(error);
	for (uint32_t i = 0; i < replayer->server_count; i++)
		replayer->servers[i].ip = replayer->topology.real_servers[i].ip;
	return 0;
}

/* --- clients --- */

static bool has_client(const struct replayer *replayer, uint8_t family)
{
	for (uint32_t i = 0; i < replayer->client_count; i++)
		if (replayer->clients[i].ip.family == family)
			return true;
	return false;
}

static int check_clients(const struct replayer *replayer, struct error *error)
{
	for (uint32_t i = 0; i < replayer->row_count; i++) {
		uint8_t family = replayer->results[i].vip.family;

		if (!has_client(replayer, family))
			return error_set(
			    error, ERROR_USAGE, NULL,
			    "no client address of IPv%u on this interface for the VIP; name some with --clients",
			    family);
	}
	return 0;
}

static int make_clients(struct replayer *replayer, struct error *error)
{
	const struct replayer_options *options = &replayer->options;
	uint32_t count = options->client_count > 0 ? options->client_count : 2;

	replayer->emulated = options->client_count > 0;
	replayer->clients = calloc(count, sizeof *replayer->clients);
	if (!replayer->clients)
		return no_memory(error);
	for (uint32_t i = 0; i < count; i++) {
		const struct ip *ip = replayer->emulated ? &options->clients[i] : &options->own[i];

		if (ip->family != 0)
			replayer->clients[replayer->client_count++].ip = *ip;
	}
	return check_clients(replayer, error);
}

/* --- flows --- */

static int make_flows(struct replayer *replayer, struct error *error)
{
	uint32_t concurrency = replayer->options.concurrency, planned = 0;

	if (concurrency == 0)
		concurrency = replayer->options.speed > 0 ? PACED_CONCURRENCY : FAST_EACH * replayer->row_count;
	for (uint32_t i = 0; i < replayer->row_count; i++)
		planned = replayer->results[i].planned > planned ? replayer->results[i].planned : planned;
	replayer->quota = concurrency / replayer->row_count > 0 ? concurrency / replayer->row_count : 1;
	if (replayer->quota > planned)
		replayer->quota = planned;
	replayer->flow_count = replayer->quota * replayer->row_count;
	replayer->flows = calloc(replayer->flow_count, sizeof *replayer->flows);
	replayer->free_flows = calloc(replayer->flow_count, sizeof *replayer->free_flows);
	replayer->ready = calloc(replayer->flow_count, sizeof *replayer->ready);
	replayer->letters = calloc(LETTERS, sizeof *replayer->letters);
	if (!replayer->flows || !replayer->free_flows || !replayer->ready || !replayer->letters ||
	    !timers_init(&replayer->timers, timer_of_end(replayer) + 1))
		return no_memory(error);
	for (uint32_t i = 0; i < replayer->flow_count; i++) {
		replayer->flows[i].index = i;
		replayer->free_flows[replayer->free_count++] = replayer->flow_count - 1 - i;
	}
	return 0;
}

int replayer_plan(struct replayer *replayer, struct error *error)
{
	uint32_t *first = NULL, *count = NULL;
	int status;

	if (replayer->list_count == 0)
		return error_set(error, ERROR_USAGE, NULL, "the recording holds no conversation that can be replayed");
	status = sort_conversations(replayer, &first, &count, error);
	if (status == 0)
		status = make_servers(replayer, error);
	if (status == 0)
		status = make_rows(replayer, first, count, error);
	free(first);
	free(count);
	if (status == 0)
		status = find_macs(replayer, error);
	if (status == 0)
		status = make_clients(replayer, error);
	if (status == 0)
		status = answers_init(&replayer->answers, replayer->options.mask, replayer->row_count,
				      replayer->list_count, error);
	return status == 0 ? make_flows(replayer, error) : status;
}
