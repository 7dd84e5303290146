// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/rule_common.h"

#include <stdio.h>

/* Where a tunnel ends it leads to, whoever owns the MAC that it was sent to. */
static bool ends_at_real_server(const struct facts *facts, const struct path *path)
{
	return path->key.via.family && topology_find_real_server(&facts->roles->topology, &path->key.via);
}

bool path_leads_to_real_server(const struct facts *facts, const struct path *path)
{
	if (path_is_echo(path) || !roles_is_service(facts, &path->key.service, path->key.port, path->key.protocol))
		return false;
	if (path->key.via.family)
		return ends_at_real_server(facts, path);
	return roles_is_real_server(facts, path->segment, path->key.mac, &path->key.service) &&
	       !roles_is_director(facts, path->segment, path->key.mac, &path->key.service) &&
	       !station_is_proxy(facts, path->segment, path->key.mac);
}

bool path_is_for_told_service(const struct facts *facts, const struct path *path)
{
	const struct topology *told = facts->configured;

	for (uint32_t i = 0; i < told->service_count; i++)
		if (ip_equal(&told->services[i].vip, &path->key.service) && told->services[i].port == path->key.port &&
		    told->services[i].protocol == path->key.protocol)
			return !path_is_echo(path);
	return false;
}

static bool is_at(const struct topology_service *service, uint16_t port, const struct path *path)
{
	return port == path->key.port && service->protocol == path->key.protocol;
}

static bool find_backend(const struct facts *facts, const struct path *path, struct offer *offer)
{
	const struct topology *told = facts->configured;

	for (uint32_t i = 0; i < told->backend_count; i++) {
		const struct topology_backend *backend = &told->backends[i];
		const struct topology_service *service = &told->services[backend->service];
		enum method method = backend->method != METHOD_UNKNOWN ? backend->method : service->method;

		if (method != METHOD_NAT || !is_at(service, backend->port ? backend->port : service->port, path) ||
		    !ip_equal(&told->real_servers[backend->real_server].ip, &path->key.service))
			continue;
		*offer = (struct offer){ .service = service, .port_known = true };
		return true;
	}
	return false;
}

static bool has_backends(const struct topology *topology, uint32_t service)
{
	for (uint32_t i = 0; i < topology->backend_count; i++)
		if (topology->backends[i].service == service)
			return true;
	return false;
}

static bool find_service(const struct facts *facts, const struct path *path, struct offer *offer)
{
	const struct topology *told = facts->configured;
	const struct topology_host *server = topology_find_real_server(told, &path->key.service);

	for (uint32_t i = 0; server && i < told->service_count; i++) {
		const struct topology_service *service = &told->services[i];

		if (roles_method(facts, &service->vip) != METHOD_NAT || !is_at(service, service->port, path) ||
		    has_backends(told, i) || !topology_uses(told, service, server))
			continue;
		*offer = (struct offer){ .service = service };
		return true;
	}
	return false;
}

bool path_is_translated(const struct facts *facts, const struct path *path, struct offer *offer)
{
	return !path_is_echo(path) && (find_backend(facts, path, offer) || find_service(facts, path, offer));
}

struct ip path_real_server(const struct facts *facts, const struct path *path)
{
	const struct role_mac *role =
	    roles_find(facts, ROLE_REAL_SERVER, path->segment, path->key.mac, &path->key.service);

	if (ends_at_real_server(facts, path))
		return path->key.via;
	if (role && role->ip.family)
		return role->ip;
	return roles_own_address(facts, path->segment, path->key.mac);
}

struct subject path_subject(const struct facts *facts, const struct path *path)
{
	struct ip ip = path_real_server(facts, path);

	return subject_of(facts, path->segment, &ip, &path->key.mac, &path->key.service);
}

bool claim_is_hearsay(const struct claim *claim)
{
	return claim->relayed * 2U >= claim->count;
}

bool claim_is_emulation(const struct facts *facts, const struct claim *claim)
{
	return (mac_kind_of(claim->key.mac)->traits & MAC_TRAIT_EMULATED) &&
	       !topology_find_real_server(facts->configured, &claim->key.ip);
}

const char *who(const struct ip *ip, struct mac mac, char buffer[static WHO_SIZE])
{
	char address[IP_TEXT_SIZE], hardware[MAC_TEXT_SIZE];

	mac_format(mac, hardware);
	if (ip->family)
		snprintf(buffer, WHO_SIZE, "%s (%s)", ip_format(ip, address), hardware);
	else
		snprintf(buffer, WHO_SIZE, "%s", hardware);
	return buffer;
}

const char *service_text(const struct path *path, char buffer[static SERVICE_NAME_SIZE])
{
	char address[IP_TEXT_SIZE];
	const char *protocol = path->key.protocol == IP_PROTO_UDP ? "udp" : "tcp";

	ip_format(&path->key.service, address);
	snprintf(buffer, SERVICE_NAME_SIZE, path->key.service.family == 6 ? "[%s]:%u/%s" : "%s:%u/%s", address,
		 path->key.port, protocol);
	return buffer;
}
