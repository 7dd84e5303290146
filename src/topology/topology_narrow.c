// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology/topology.h"

struct narrowing {
	const struct topology *from;
	const struct ip *address;
	struct topology *to;
	struct error *error;
};

static bool has_backends(const struct topology *topology, uint32_t service)
{
	for (uint32_t i = 0; i < topology->backend_count; i++)
		if (topology->backends[i].service == service)
			return true;
	return false;
}

/* Whether the service is for the real server: by name, or because it names nobody. */
static bool is_for(const struct topology *topology, uint32_t service, const struct ip *real_server)
{
	for (uint32_t i = 0; i < topology->backend_count; i++)
		if (topology->backends[i].service == service &&
		    ip_equal(&topology->real_servers[topology->backends[i].real_server].ip, real_server))
			return true;
	return !has_backends(topology, service);
}

static int add_real_server(const struct narrowing *narrowing, const struct topology_host *host)
{
	return topology_add_real_server(narrowing->to, &host->ip, host->mac_known ? &host->mac : NULL, host->origin,
					narrowing->error);
}

/* The backends of a service; where the address is a real server, that one only. */
static int add_backends(const struct narrowing *narrowing, uint32_t service, uint32_t added, bool alone)
{
	int status = 0;

	for (uint32_t i = 0; i < narrowing->from->backend_count && status >= 0; i++) {
		struct topology_backend backend = narrowing->from->backends[i];
		const struct topology_host *host = &narrowing->from->real_servers[backend.real_server];

		if (backend.service != service || (alone && !ip_equal(&host->ip, narrowing->address)))
			continue;
		status = add_real_server(narrowing, host);
		backend.service = added;
		backend.real_server = (uint32_t)status;
		if (status >= 0)
			status = topology_add_backend(narrowing->to, &backend, narrowing->error);
	}
	return status;
}

static int add_services(const struct narrowing *narrowing, bool alone)
{
	int status = 0;

	for (uint32_t i = 0; i < narrowing->from->service_count && status >= 0; i++) {
		const struct topology_service *service = &narrowing->from->services[i];

		if (alone ? !is_for(narrowing->from, i, narrowing->address)
			  : !ip_equal(&service->vip, narrowing->address))
			continue;
		status = topology_add_service(narrowing->to, service, narrowing->error);
		if (status >= 0)
			status = add_backends(narrowing, i, (uint32_t)status, alone);
	}
	return status;
}

/* Services without backends use every real server there is. */
static int add_all_real_servers(const struct narrowing *narrowing)
{
	int status = 0;

	for (uint32_t i = 0; i < narrowing->from->real_server_count && status >= 0; i++)
		status = add_real_server(narrowing, &narrowing->from->real_servers[i]);
	return status;
}

static bool names_nobody(const struct topology *topology, const struct ip *vip)
{
	for (uint32_t i = 0; i < topology->service_count; i++)
		if (ip_equal(&topology->services[i].vip, vip) && !has_backends(topology, i))
			return true;
	return false;
}

static int add_directors(const struct narrowing *narrowing)
{
	int status = 0;

	for (uint32_t i = 0; i < narrowing->from->director_count && status >= 0; i++) {
		const struct topology_host *host = &narrowing->from->directors[i];

		status = topology_add_director(narrowing->to, &host->ip, host->mac_known ? &host->mac : NULL,
					       host->origin, narrowing->error);
	}
	return status;
}

static int add_known(const struct narrowing *narrowing)
{
	int status = 0;

	for (uint32_t i = 0; i < narrowing->from->known_count && status >= 0; i++)
		status = topology_add_known_mac(narrowing->to, &narrowing->from->known[i].ip,
						narrowing->from->known[i].mac, narrowing->error);
	return status;
}

int topology_narrow(const struct topology *from, const struct ip *address, struct topology *to, struct error *error)
{
	const struct narrowing narrowing = { .from = from, .address = address, .to = to, .error = error };
	bool vip = topology_is_vip(from, address);
	int status = add_directors(&narrowing);

	if (status >= 0 && !vip && !topology_find_director(from, address))
		status = topology_add_real_server(to, address, NULL, ORIGIN_INFERRED, error);
	if (status >= 0 && (vip || topology_find_real_server(from, address)))
		status = add_services(&narrowing, !vip);
	if (status >= 0 && vip && names_nobody(from, address))
		status = add_all_real_servers(&narrowing);
	if (status >= 0)
		status = add_known(&narrowing);
	return status < 0 ? status : 0;
}
