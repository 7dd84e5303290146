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
