// SPDX-License-Identifier: GPL-2.0-or-later
/* Real servers within services, VRRP instances, and the copy of a whole topology. */
#include <string.h>

#include "topology/topology_index.h"

static enum method method_of_backend(const struct topology *topology, const struct topology_backend *backend)
{
	return backend->method == METHOD_UNKNOWN ? topology->services[backend->service].method : backend->method;
}

/* Only a tunnel carries one family in the other (ipvsadm(8), -i). */
static int check_families(const struct topology *topology, const struct topology_backend *backend, struct error *error)
{
	const struct topology_service *service = &topology->services[backend->service];
	const struct ip *rip = &topology->real_servers[backend->real_server].ip;
	enum method method = method_of_backend(topology, backend);
	char vip[SERVICE_TEXT_SIZE], address[IP_TEXT_SIZE];

	if (service->vip.family == 0 || service->vip.family == rip->family || method == METHOD_TUN)
		return 0;
	return error_set(error, ERROR_USAGE, NULL,
			 "real server %s and %s differ in address family, which only method tun can bridge",
			 ip_format(rip, address), service_format(service, vip));
}

static int merge_backend(const struct topology *topology, struct topology_backend *known,
			 const struct topology_backend *backend, struct error *error)
{
	char vip[SERVICE_TEXT_SIZE], address[IP_TEXT_SIZE];
	bool weights = known->weight >= 0 && backend->weight >= 0 && known->weight != backend->weight;
	bool methods = backend->method != METHOD_UNKNOWN && method_of_backend(topology, known) != METHOD_UNKNOWN &&
		       method_of_backend(topology, known) != backend->method;

	if (weights || methods)
		return error_set(error, ERROR_USAGE, NULL,
				 "real server %s of %s has another %s here than before: remove one of them",
				 ip_format(&topology->real_servers[known->real_server].ip, address),
				 service_format(&topology->services[known->service], vip),
				 weights ? "weight" : "method");
	if (known->weight < 0)
		known->weight = backend->weight;
	if (known->method == METHOD_UNKNOWN)
		known->method = backend->method;
	return 0;
}

static int append_backend(struct topology *topology, const struct index_key *key,
			  const struct topology_backend *backend, struct error *error)
{
	uint32_t position = topology->backend_count;
	int result = list_check(position, TOPOLOGY_MAX_BACKENDS, "real servers in services", error);

	if (result == 0)
		result = check_families(topology, backend, error);
	if (result == 0)
		result = list_reserve(&topology->backends, position, &topology->backend_room, sizeof *backend, error);
	if (result == 0)
		result = index_put(topology, key, position, error);
	if (result < 0)
		return result;
	topology->backends[position] = *backend;
	topology->backend_count++;
	return (int)position;
}

int topology_add_backend(struct topology *topology, const struct topology_backend *backend, struct error *error)
{
	struct topology_backend own = *backend;
	struct index_key key = { .kind = INDEX_BACKEND, .service = own.service, .real_server = own.real_server };
	int found, result;

	if (own.service >= topology->service_count || own.real_server >= topology->real_server_count)
		return error_set(error, ERROR_USAGE, NULL, "a service has a real server that nobody defined");
	if (own.port == topology->services[own.service].port)
		own.port = 0;
	key.port = own.port;
	found = index_find(topology, &key);
	if (found < 0)
		return append_backend(topology, &key, &own, error);
	result = merge_backend(topology, &topology->backends[found], &own, error);
	return result < 0 ? result : found;
}

/* Names are printed in reports and written to files: what could mean something there becomes '_'. */
static void clean_name(char *name, size_t size)
{
	name[size - 1] = '\0';
	for (char *at = name; *at != '\0'; at++) {
		if (*at <= ' ' || *at > '~' || *at == '#' || *at == '"')
			*at = '_';
	}
}

static bool vrrp_equal(const struct topology_vrrp *a, const struct topology_vrrp *b)
{
	if (a->vrid != b->vrid || a->priority != b->priority || a->use_vmac != b->use_vmac)
		return false;
	return a->address_count == b->address_count && a->addresses_left_out == b->addresses_left_out &&
	       memcmp(a->addresses, b->addresses, a->address_count * sizeof a->addresses[0]) == 0;
}

static int append_vrrp(struct topology *topology, const struct topology_vrrp *vrrp, struct error *error)
{
	uint32_t position = topology->vrrp_count;
	int result = list_check(position, TOPOLOGY_MAX_VRRP, "VRRP instances", error);

	if (result == 0)
		result = list_reserve(&topology->vrrp, position, &topology->vrrp_room, sizeof *vrrp, error);
	if (result < 0)
		return result;
	topology->vrrp[position] = *vrrp;
	topology->vrrp_count++;
	return (int)position;
}

int topology_add_vrrp(struct topology *topology, const struct topology_vrrp *vrrp, struct error *error)
{
	struct topology_vrrp own = *vrrp;

	clean_name(own.name, sizeof own.name);
	for (uint32_t i = 0; i < topology->vrrp_count; i++) {
		if (strcmp(topology->vrrp[i].name, own.name) != 0)
			continue;
		if (vrrp_equal(&topology->vrrp[i], &own))
			return (int)i;
		return error_set(error, ERROR_USAGE, NULL, "VRRP instance %s is defined twice: rename or remove one",
				 own.name);
	}
	return append_vrrp(topology, &own, error);
}

static int copy_hosts(const struct topology *from, struct topology *to, struct error *error)
{
	int result = 0;

	for (uint32_t i = 0; i < from->known_count && result >= 0; i++)
		result = topology_add_known_mac(to, &from->known[i].ip, from->known[i].mac, error);
	for (uint32_t i = 0; i < from->real_server_count && result >= 0; i++)
		result =
		    topology_add_real_server(to, &from->real_servers[i].ip, NULL, from->real_servers[i].origin, error);
	for (uint32_t i = 0; i < from->director_count && result >= 0; i++)
		result = topology_add_director(to, &from->directors[i].ip, NULL, from->directors[i].origin, error);
	return result;
}

/* MACs that were merely seen, and whatever else a reader of the lists may have changed in place. */
static void copy_fields(const struct topology *from, struct topology *to)
{
	for (uint32_t i = 0; i < from->real_server_count; i++)
		to->real_servers[i] = from->real_servers[i];
	for (uint32_t i = 0; i < from->director_count; i++)
		to->directors[i] = from->directors[i];
}

int topology_copy(const struct topology *from, struct topology *to, struct error *error)
{
	int result = copy_hosts(from, to, error);

	if (result >= 0)
		copy_fields(from, to);
	for (uint32_t i = 0; i < from->service_count && result >= 0; i++)
		result = topology_add_service(to, &from->services[i], error);
	for (uint32_t i = 0; i < from->backend_count && result >= 0; i++)
		result = topology_add_backend(to, &from->backends[i], error);
	for (uint32_t i = 0; i < from->vrrp_count && result >= 0; i++)
		result = topology_add_vrrp(to, &from->vrrp[i], error);
	if (result >= 0)
		return 0;
	topology_free(to);
	return result;
}
