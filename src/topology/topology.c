// SPDX-License-Identifier: GPL-2.0-or-later
#include "topology/topology.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "topology/topology_index.h"

enum { LIST_FIRST_ROOM = 16 };

int list_reserve(void *list_pointer, uint32_t count, uint32_t *room, size_t size, struct error *error)
{
	uint32_t more = *room > 0 ? *room * 2 : LIST_FIRST_ROOM;
	void *list;

	if (count < *room)
		return 0;
	memcpy(&list, list_pointer, sizeof list);
	list = reallocarray(list, more, size);
	if (!list)
		return error_set(error, ERROR_MEMORY, NULL, "no memory for the topology");
	memcpy(list_pointer, &list, sizeof list);
	*room = more;
	return 0;
}

int list_check(uint32_t count, uint32_t limit, const char *what, struct error *error)
{
	if (count < limit)
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "more than %" PRIu32 " %s: describe a part of the set-up at a time",
			 limit, what);
}

/* Addresses that no host can own make no host and no VIP. */
static int check_unicast(const struct ip *ip, struct error *error)
{
	char address[IP_TEXT_SIZE];

	if (!ip_is_zero(ip) && !ip_is_multicast(ip) && !ip_is_broadcast(ip))
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "%s is no address of a single host", ip_format(ip, address));
}

void topology_free(struct topology *topology)
{
	free(topology->services);
	free(topology->backends);
	free(topology->real_servers);
	free(topology->directors);
	free(topology->known);
	free(topology->vrrp);
	table_free(&topology->index);
	*topology = (struct topology)TOPOLOGY_INIT;
}

static int merge_service(struct topology_service *known, const struct topology_service *service, struct error *error)
{
	bool configured = service->origin == ORIGIN_CONFIGURED;
	char text[SERVICE_TEXT_SIZE];

	if (known->method == METHOD_UNKNOWN || (configured && known->origin == ORIGIN_INFERRED))
		known->method = service->method == METHOD_UNKNOWN ? known->method : service->method;
	else if (configured && service->method != METHOD_UNKNOWN && service->method != known->method)
		return error_set(error, ERROR_USAGE, NULL, "%s has method %s here and %s before: remove one of them",
				 service_format(service, text), method_name(service->method),
				 method_name(known->method));
	if (configured)
		known->origin = ORIGIN_CONFIGURED;
	return 0;
}

static int check_service(const struct topology *topology, const struct topology_service *service, struct error *error)
{
	char address[IP_TEXT_SIZE];
	int result = list_check(topology->service_count, TOPOLOGY_MAX_SERVICES, "virtual services", error);

	if (result < 0)
		return result;
	if (service->vip.family == 0 && service->fwmark != 0)
		return 0;
	if (topology_find_real_server(topology, &service->vip))
		return error_set(error, ERROR_USAGE, NULL,
				 "%s is already a real server: a VIP and a real server need different addresses",
				 ip_format(&service->vip, address));
	return check_unicast(&service->vip, error);
}

int topology_add_service(struct topology *topology, const struct topology_service *service, struct error *error)
{
	struct index_key key = index_key_of_service(service);
	struct index_key vip = index_key_of_ip(INDEX_VIP, &service->vip);
	uint32_t position = topology->service_count;
	int found = index_find(topology, &key);
	int result;

	if (found >= 0) {
		result = merge_service(&topology->services[found], service, error);
		return result < 0 ? result : found;
	}
	result = check_service(topology, service, error);
	if (result == 0)
		result = list_reserve(&topology->services, position, &topology->service_room, sizeof *service, error);
	if (result == 0)
		result = index_put(topology, &key, position, error);
	if (result == 0 && service->vip.family != 0)
		result = index_put(topology, &vip, position, error);
	if (result < 0)
		return result;
	topology->services[position] = *service;
	topology->service_count++;
	return (int)position;
}

static int check_mac(const struct ip *ip, struct mac mac, struct error *error)
{
	char address[IP_TEXT_SIZE], text[MAC_TEXT_SIZE];

	if (!mac_is_zero(mac) && !mac_is_broadcast(mac))
		return 0;
	return error_set(error, ERROR_USAGE, NULL, "%s cannot be the MAC address of %s", mac_format(mac, text),
			 ip_format(ip, address));
}

static void host_set_mac(struct topology_host *hosts, int position, struct mac mac)
{
	if (position < 0)
		return;
	hosts[position].mac = mac;
	hosts[position].mac_known = true;
}

/* Every role of the address learns its MAC. */
static void spread_mac(struct topology *topology, const struct ip *ip, struct mac mac)
{
	struct index_key real_server = index_key_of_ip(INDEX_REAL_SERVER, ip);
	struct index_key director = index_key_of_ip(INDEX_DIRECTOR, ip);

	host_set_mac(topology->real_servers, index_find(topology, &real_server), mac);
	host_set_mac(topology->directors, index_find(topology, &director), mac);
}

static int append_known_mac(struct topology *topology, const struct index_key *key, struct mac mac, struct error *error)
{
	uint32_t position = topology->known_count;
	int result = list_check(position, TOPOLOGY_MAX_HOSTS, "known MAC addresses", error);

	if (result == 0)
		result =
		    list_reserve(&topology->known, position, &topology->known_room, sizeof *topology->known, error);
	if (result == 0)
		result = index_put(topology, key, position, error);
	if (result < 0)
		return result;
	topology->known[position] = (struct topology_known_mac){ .ip = key->ip, .mac = mac };
	topology->known_count++;
	spread_mac(topology, &key->ip, mac);
	return (int)position;
}

int topology_add_known_mac(struct topology *topology, const struct ip *ip, struct mac mac, struct error *error)
{
	struct index_key key = index_key_of_ip(INDEX_KNOWN_MAC, ip);
	char address[IP_TEXT_SIZE], here[MAC_TEXT_SIZE], before[MAC_TEXT_SIZE];
	int found = index_find(topology, &key);
	int result;

	if (found >= 0 && mac_equal(topology->known[found].mac, mac))
		return found;
	if (found >= 0)
		return error_set(
		    error, ERROR_USAGE, NULL, "%s has MAC address %s here and %s before: remove the wrong one",
		    ip_format(ip, address), mac_format(mac, here), mac_format(topology->known[found].mac, before));
	result = check_unicast(ip, error);
	if (result == 0)
		result = check_mac(ip, mac, error);
	return result < 0 ? result : append_known_mac(topology, &key, mac, error);
}

/* Real servers and directors are lists of the same kind. */
struct host_list {
	enum index_kind kind;
	const char *plural;
	struct topology_host **hosts;
	uint32_t *count, *room;
};

static int append_host(struct topology *topology, const struct host_list *list, const struct index_key *key,
		       enum topology_origin origin, struct error *error)
{
	const struct mac *known = topology_known_mac(topology, &key->ip);
	uint32_t position = *list->count;
	int result = list_check(position, TOPOLOGY_MAX_HOSTS, list->plural, error);

	if (result == 0)
		result = check_unicast(&key->ip, error);
	if (result == 0)
		result = list_reserve(list->hosts, position, list->room, sizeof **list->hosts, error);
	if (result == 0)
		result = index_put(topology, key, position, error);
	if (result < 0)
		return result;
	(*list->hosts)[position] = (struct topology_host){ .ip = key->ip, .origin = origin };
	if (known)
		host_set_mac(*list->hosts, (int)position, *known);
	++*list->count;
	return (int)position;
}

static int add_host(struct topology *topology, const struct host_list *list, const struct ip *ip, const struct mac *mac,
		    enum topology_origin origin, struct error *error)
{
	struct index_key key = index_key_of_ip(list->kind, ip);
	int position = index_find(topology, &key);
	struct topology_host *host;
	int result;

	if (position < 0)
		position = append_host(topology, list, &key, origin, error);
	if (position < 0)
		return position;
	if (mac && origin == ORIGIN_CONFIGURED) {
		result = topology_add_known_mac(topology, ip, *mac, error);
		if (result < 0)
			return result;
	}
	host = &(*list->hosts)[position];
	if (origin == ORIGIN_CONFIGURED)
		host->origin = origin;
	if (mac && !host->mac_known)
		host->mac = *mac;
	return position;
}

int topology_add_real_server(struct topology *topology, const struct ip *ip, const struct mac *mac,
			     enum topology_origin origin, struct error *error)
{
	struct host_list list = { INDEX_REAL_SERVER, "real servers", &topology->real_servers,
				  &topology->real_server_count, &topology->real_server_room };
	char address[IP_TEXT_SIZE];

	if (topology_is_vip(topology, ip))
		return error_set(error, ERROR_USAGE, NULL,
				 "%s is already a VIP: a VIP and a real server need different addresses",
				 ip_format(ip, address));
	return add_host(topology, &list, ip, mac, origin, error);
}

int topology_add_director(struct topology *topology, const struct ip *ip, const struct mac *mac,
			  enum topology_origin origin, struct error *error)
{
	struct host_list list = { INDEX_DIRECTOR, "directors", &topology->directors, &topology->director_count,
				  &topology->director_room };

	return add_host(topology, &list, ip, mac, origin, error);
}

bool topology_is_vip(const struct topology *topology, const struct ip *ip)
{
	struct index_key key = index_key_of_ip(INDEX_VIP, ip);

	return index_find(topology, &key) >= 0;
}

bool topology_has_method(const struct topology *topology, enum method method)
{
	for (uint32_t i = 0; i < topology->service_count; i++)
		if (topology->services[i].method == method)
			return true;
	for (uint32_t i = 0; i < topology->backend_count; i++)
		if (topology->backends[i].method == method)
			return true;
	return false;
}

const struct topology_host *topology_find_real_server(const struct topology *topology, const struct ip *ip)
{
	struct index_key key = index_key_of_ip(INDEX_REAL_SERVER, ip);
	int found = index_find(topology, &key);

	return found < 0 ? NULL : &topology->real_servers[found];
}

const struct topology_host *topology_find_director(const struct topology *topology, const struct ip *ip)
{
	struct index_key key = index_key_of_ip(INDEX_DIRECTOR, ip);
	int found = index_find(topology, &key);

	return found < 0 ? NULL : &topology->directors[found];
}

bool topology_uses(const struct topology *topology, const struct topology_service *service,
		   const struct topology_host *real_server)
{
	uint8_t family = service->vip.family;

	if (family == 0 || family == real_server->ip.family)
		return true;
	for (uint32_t i = 0; i < topology->real_server_count; i++)
		if (topology->real_servers[i].ip.family == family)
			return false;
	return true;
}

const struct mac *topology_known_mac(const struct topology *topology, const struct ip *ip)
{
	struct index_key key = index_key_of_ip(INDEX_KNOWN_MAC, ip);
	int found = index_find(topology, &key);

	return found < 0 ? NULL : &topology->known[found].mac;
}
