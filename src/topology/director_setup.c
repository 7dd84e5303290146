// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology/director_setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "topology/maglev.h"
#include "wire/director_user.h"

/* Of members' names. Fixed, so that two directors choose alike, and one that is started anew as before. */
#define NAME_SEED UINT64_C(0x74727565206d6163)

enum { MOST_SALTS = 4096 };

static int refuse(const struct topology_service *service, const char *why, struct error *error)
{
	char text[SERVICE_TEXT_SIZE];

	return error_set(error, ERROR_USAGE, NULL, "%s: %s", service_format(service, text), why);
}

static int check_service(const struct topology_service *service, struct error *error)
{
	if (service->vip.family == 0)
		return refuse(service, "services by firewall mark cannot be forwarded here; name a VIP", error);
	if (service->method == METHOD_NAT)
		return refuse(service, "VS/NAT changes addresses, which is not forwarded here; use dr or tun", error);
	return 0;
}

static int check_backend(const struct topology *topology, const struct director_plan_backend *backend,
			 struct error *error)
{
	const struct topology_service *service = &topology->services[backend->service];

	if (backend->method == METHOD_NAT)
		return refuse(service, "a real server by VS/NAT cannot be forwarded to; use dr or tun", error);
	if (backend->method == METHOD_DR &&
	    topology->real_servers[backend->real_server].ip.family != service->vip.family)
		return refuse(service, "VS/DR needs real servers of the VIP's own family", error);
	return 0;
}

static int add_backend(struct director_plan *plan, uint32_t service, uint32_t real_server, int32_t weight,
		       enum method method, struct error *error)
{
	struct director_plan_backend *grown;

	if (plan->backend_count == DIRECTOR_MAX_BACKENDS)
		return error_set(error, ERROR_USAGE, NULL, "more than %d real servers in all services together",
				 DIRECTOR_MAX_BACKENDS);
	grown = reallocarray(plan->backends, plan->backend_count + 1, sizeof *grown);
	if (!grown)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the real servers");
	plan->backends = grown;
	grown[plan->backend_count] = (struct director_plan_backend){ .service = service,
								     .real_server = real_server,
								     .pool = plan->pool_count,
								     .weight = weight < 0 ? 1 : (uint32_t)weight,
								     .method = method };
	if (check_backend(plan->topology, &grown[plan->backend_count], error) < 0)
		return ERROR_USAGE;
	plan->backend_count++;
	return 0;
}

static int add_own(struct director_plan *plan, uint32_t index, struct error *error)
{
	const struct topology *topology = plan->topology;
	const struct topology_service *service = &topology->services[index];
	int status = 0;

	for (uint32_t i = 0; i < topology->backend_count && status == 0; i++) {
		const struct topology_backend *backend = &topology->backends[i];
		enum method method = backend->method != METHOD_UNKNOWN ? backend->method : service->method;

		if (backend->service != index)
			continue;
		if (backend->port != 0 && backend->port != service->port)
			return refuse(service, "only VS/NAT can lead to another port of a real server", error);
		status = add_backend(plan, index, backend->real_server, backend->weight,
				     method == METHOD_UNKNOWN ? METHOD_DR : method, error);
	}
	return status;
}

static int add_all(struct director_plan *plan, uint32_t index, struct error *error)
{
	const struct topology *topology = plan->topology;
	const struct topology_service *service = &topology->services[index];
	enum method method = service->method == METHOD_UNKNOWN ? METHOD_DR : service->method;
	int status = 0;

	for (uint32_t i = 0; i < topology->real_server_count && status == 0; i++)
		if (method == METHOD_TUN || topology->real_servers[i].ip.family == service->vip.family)
			status = add_backend(plan, index, i, 1, method, error);
	return status;
}

static int add_service(struct director_plan *plan, uint32_t index, struct error *error)
{
	const struct topology_service *service = &plan->topology->services[index];
	struct director_plan_pool *pool = &plan->pools[plan->pool_count];
	int status = check_service(service, error);

	*pool = (struct director_plan_pool){ .service = index, .first = plan->backend_count };
	if (status == 0)
		status = add_own(plan, index, error);
	if (status == 0 && plan->backend_count == pool->first)
		status = add_all(plan, index, error);
	pool->count = plan->backend_count - pool->first;
	if (status == 0 && pool->count == 0)
		status = refuse(service, "no real server of its address family; name some with --rs", error);
	plan->pool_count++;
	return status;
}

int director_plan_make(struct director_plan *plan, const struct topology *topology, struct error *error)
{
	int status = 0;

	*plan = (struct director_plan){ .topology = topology };
	if (topology->service_count == 0 || topology->real_server_count == 0)
		return error_set(error, ERROR_USAGE, NULL,
				 "nothing to forward; name a VIP and its real servers with --vip and --rs, or "
				 "--topology");
	if (topology->service_count > DIRECTOR_MAX_SERVICES)
		return error_set(error, ERROR_USAGE, NULL, "%u services, of which %d can be forwarded",
				 (unsigned)topology->service_count, DIRECTOR_MAX_SERVICES);
	plan->pools = calloc(topology->service_count, sizeof *plan->pools);
	plan->scratch = calloc(DIRECTOR_SLOTS, sizeof *plan->scratch);
	if (!plan->pools || !plan->scratch)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the services");
	for (uint32_t i = 0; i < topology->service_count && status == 0; i++)
		status = add_service(plan, i, error);
	if (status == 0)
		plan->members = calloc(plan->backend_count, sizeof *plan->members);
	if (status == 0 && !plan->members)
		status = error_set(error, ERROR_MEMORY, NULL, "no memory for the real servers");
	return status;
}

void director_plan_free(struct director_plan *plan)
{
	free(plan->backends);
	free(plan->pools);
	free(plan->scratch);
	free(plan->members);
	*plan = (struct director_plan)DIRECTOR_PLAN_INIT;
}

/* --- tables --- */

struct director_tables director_plan_sizes(const struct director_plan *plan, uint32_t cpus)
{
	return (struct director_tables){ .pool_count = plan->pool_count,
					 .backend_total = plan->backend_count,
					 .cpu_count = cpus };
}

int director_tables_make(struct director_tables *tables, const struct director_plan *plan, struct error *error)
{
	*tables = director_plan_sizes(plan, 1);
	tables->setup = calloc(1, sizeof *tables->setup);
	tables->services = calloc(DIRECTOR_SERVICE_PLACES, sizeof *tables->services);
	tables->pools = calloc(plan->pool_count, sizeof *tables->pools);
	tables->backends = calloc(plan->backend_count, sizeof *tables->backends);
	tables->flows = calloc(DIRECTOR_FLOW_SETS, sizeof *tables->flows);
	tables->backend_count = calloc(plan->backend_count, sizeof *tables->backend_count);
	tables->other_count = calloc(1, sizeof *tables->other_count);
	if (tables->setup && tables->services && tables->pools && tables->backends && tables->flows &&
	    tables->backend_count && tables->other_count)
		return 0;
	director_tables_free(tables);
	return error_set(error, ERROR_MEMORY, NULL, "no memory for the director's tables");
}

void director_tables_free(struct director_tables *tables)
{
	free(tables->setup);
	free(tables->services);
	free(tables->pools);
	free(tables->backends);
	free(tables->flows);
	free(tables->backend_count);
	free(tables->other_count);
	*tables = (struct director_tables){ .setup = NULL };
}

static bool place_service(struct director_tables *tables, const struct director_service *service)
{
	uint32_t hash = director_service_place(&service->vip, service->port, service->protocol, tables->setup->salt);

	for (uint32_t i = 0; i < DIRECTOR_PROBES; i++) {
		struct director_service *place = &tables->services[(hash + i) & (DIRECTOR_SERVICE_PLACES - 1)];

		if (place->used && place->port == service->port && place->protocol == service->protocol &&
		    memcmp(&place->vip, &service->vip, sizeof place->vip) == 0)
			return true;
		if (place->used)
			continue;
		*place = *service;
		place->used = 1;
		return true;
	}
	return false;
}

static bool place_all(struct director_tables *tables, const struct director_plan *plan)
{
	memset(tables->services, 0, DIRECTOR_SERVICE_PLACES * sizeof *tables->services);
	for (uint32_t i = 0; i < plan->pool_count; i++) {
		const struct topology_service *known = &plan->topology->services[plan->pools[i].service];
		struct director_service service = { .vip = director_address_of(&known->vip),
						    .port = known->port,
						    .protocol = known->protocol,
						    .pool = i };
		struct director_service is_vip = { .vip = service.vip, .protocol = DIRECTOR_IS_VIP };

		if (!place_service(tables, &service) || !place_service(tables, &is_vip))
			return false;
	}
	return true;
}

int director_tables_fill(struct director_tables *tables, const struct director_plan *plan, struct error *error)
{
	tables->setup->backend_count = plan->backend_count;
	/* The salt under which each service is near its place. */
	for (tables->setup->salt = 0; tables->setup->salt < MOST_SALTS; tables->setup->salt++) {
		if (!place_all(tables, plan))
			continue;
		for (uint32_t i = 0; i < plan->pool_count; i++)
			memset(tables->pools[i].slots, 0xff, sizeof tables->pools[i].slots);
		return 0;
	}
	return error_set(error, ERROR_SYSTEM, NULL, "the services find no place in the director's table");
}

static void fill_pool(struct director_tables *tables, struct director_plan *plan, uint32_t index)
{
	const struct director_plan_pool *pool = &plan->pools[index];
	uint16_t *slots = tables->pools[index].slots;

	for (uint32_t i = 0; i < pool->count; i++) {
		const struct director_plan_backend *backend = &plan->backends[pool->first + i];
		const struct ip *ip = &plan->topology->real_servers[backend->real_server].ip;

		plan->members[i] = (struct maglev_member){
			.name = hash_bytes(ip, sizeof *ip, NAME_SEED),
			.weight = tables->backends[pool->first + i].alive ? backend->weight : 0,
			.value = (uint16_t)(pool->first + i),
		};
	}
	maglev_fill(plan->scratch, DIRECTOR_SLOTS, plan->members, pool->count, DIRECTOR_NOBODY);
	/* Packets are forwarded meanwhile: no slot is ever anything but old or new. */
	for (uint32_t i = 0; i < DIRECTOR_SLOTS; i++)
		if (slots[i] != plan->scratch[i])
			__atomic_store_n(&slots[i], plan->scratch[i], __ATOMIC_RELAXED);
}

void director_tables_set_alive(struct director_tables *tables, struct director_plan *plan, uint32_t backend, bool alive)
{
	__atomic_store_n(&tables->backends[backend].alive, alive, __ATOMIC_RELEASE);
	fill_pool(tables, plan, plan->backends[backend].pool);
}

struct director_backend_count director_tables_count(const struct director_tables *tables, uint32_t backend)
{
	struct director_backend_count all = { .packets = 0 };

	for (uint32_t cpu = 0; cpu < tables->cpu_count; cpu++) {
		const struct director_backend_count *count =
		    &tables->backend_count[(size_t)cpu * tables->backend_total + backend];

		all.packets += count->packets;
		all.bytes += count->bytes;
		all.flows += count->flows;
		all.too_big += count->too_big;
	}
	return all;
}

struct director_other_count director_tables_others(const struct director_tables *tables)
{
	struct director_other_count all = { .no_service = 0 };

	for (uint32_t cpu = 0; cpu < tables->cpu_count; cpu++) {
		const struct director_other_count *count = &tables->other_count[cpu];

		all.no_service += count->no_service;
		all.no_backend += count->no_backend;
		all.orphans += count->orphans;
		all.expired += count->expired;
		all.unreadable += count->unreadable;
		all.answered += count->answered;
		all.not_sent += count->not_sent;
	}
	return all;
}
