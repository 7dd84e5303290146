// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/roles.h"

#include <stdlib.h>

#include "analysis/engine_private.h"

/* --- questions
 * ----------------------------------------------------------------------------------------------------------- */

bool roles_is_vip(const struct facts *facts, const struct ip *ip)
{
	return topology_is_vip(facts->roles ? &facts->roles->topology : facts->configured, ip);
}

enum method roles_method(const struct facts *facts, const struct ip *vip)
{
	const struct topology *topology = &facts->roles->topology;
	enum method method = METHOD_UNKNOWN;

	for (uint32_t i = 0; i < topology->service_count; i++)
		if (ip_equal(&topology->services[i].vip, vip) && topology->services[i].method != METHOD_UNKNOWN)
			method = topology->services[i].method;
	return method;
}

bool roles_need_true_macs(const struct facts *facts)
{
	const struct topology *topology = &facts->roles->topology;

	for (uint32_t i = 0; i < topology->service_count; i++)
		if (topology->services[i].method == METHOD_DR || topology->services[i].method == METHOD_UNKNOWN)
			return true;
	return topology->service_count == 0;
}

const struct role_mac *roles_find(const struct facts *facts, enum role role, uint32_t segment, struct mac mac,
				  const struct ip *vip)
{
	for (uint32_t i = 0; i < facts->roles->mac_count; i++) {
		const struct role_mac *found = &facts->roles->macs[i];

		if (found->role == role && found->segment == segment && mac_equal(found->mac, mac) &&
		    (!vip || found->vip.family == 0 || ip_equal(&found->vip, vip)))
			return found;
	}
	return NULL;
}

bool roles_is_director(const struct facts *facts, uint32_t segment, struct mac mac, const struct ip *vip)
{
	return roles_find(facts, ROLE_DIRECTOR, segment, mac, vip) != NULL;
}

bool roles_is_real_server(const struct facts *facts, uint32_t segment, struct mac mac, const struct ip *vip)
{
	return roles_find(facts, ROLE_REAL_SERVER, segment, mac, vip) != NULL;
}

bool roles_has_director(const struct facts *facts, uint32_t segment, const struct ip *vip)
{
	for (uint32_t i = 0; i < facts->roles->mac_count; i++) {
		const struct role_mac *found = &facts->roles->macs[i];

		if (found->role == ROLE_DIRECTOR && found->segment == segment &&
		    (found->vip.family == 0 || ip_equal(&found->vip, vip)))
			return true;
	}
	return false;
}

struct ip roles_own_address(const struct facts *facts, uint32_t segment, struct mac mac)
{
	const struct station *station = facts_station(facts, segment, mac);
	struct ip none = { .family = 0 };
	struct ip own = none;

	if (!station)
		return none;
	if (mark_is_set(&station->self_mark) && !roles_is_vip(facts, &station->self))
		return station->self;
	/* The chain runs backwards: the last one found was claimed first. */
	FOR_CLAIMS_OF_STATION (facts, station, claim)
		if (claim->answers + claim->asks > 0 && !roles_is_vip(facts, &claim->key.ip) &&
		    !ip_is_link_local(&claim->key.ip))
			own = claim->key.ip;
	return own;
}

/* --- building
 * ------------------------------------------------------------------------------------------------------------ */

struct building {
	const struct facts *facts;
	struct roles *roles;
	struct error *error;
	int result;
};

static void note(struct building *building, int result)
{
	if (result < 0 && building->result == 0)
		building->result = result;
}

static void add_mac(struct building *building, const struct role_mac *added)
{
	struct roles *roles = building->roles;
	uint32_t room = roles->mac_room ? roles->mac_room * 2 : 16;
	const struct role_mac *found =
	    roles_find(building->facts, added->role, added->segment, added->mac, &added->vip);
	struct role_mac *grown;

	if (found && (added->ip.family == 0 || ip_equal(&found->ip, &added->ip)))
		return;
	if (roles->mac_count == roles->mac_room) {
		grown = realloc(roles->macs, room * sizeof *grown);
		if (!grown) {
			note(building, error_set(building->error, ERROR_MEMORY, NULL, "out of memory"));
			return;
		}
		roles->macs = grown;
		roles->mac_room = room;
	}
	roles->macs[roles->mac_count++] = *added;
}

/* Every MAC that the address was seen at, in any segment. */
static void add_configured(struct building *building, const struct topology_host *hosts, uint32_t count, enum role role)
{
	const struct facts *facts = building->facts;

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t segment = 0; segment < facts->segments.count; segment++) {
			const struct host *host = facts_host(facts, segment, &hosts[i].ip);

			if (!host)
				continue;
			FOR_CLAIMS_OF_HOST (facts, host, claim) {
				struct role_mac added = { .segment = segment,
							  .mac = claim->key.mac,
							  .ip = hosts[i].ip,
							  .role = role,
							  .origin = ORIGIN_CONFIGURED };

				add_mac(building, &added);
			}
		}
}

static int add_service(struct building *building, const struct ip *vip, uint16_t port, uint8_t protocol,
		       enum method method)
{
	struct topology *topology = &building->roles->topology;
	struct topology_service service = {
		.port = port, .protocol = protocol, .method = method, .origin = ORIGIN_INFERRED
	};
	int result;

	for (uint32_t i = 0; i < topology->service_count; i++) {
		struct topology_service *known = &topology->services[i];

		if (!ip_equal(&known->vip, vip) || (known->port && port && known->port != port) ||
		    (known->protocol && protocol && known->protocol != protocol))
			continue;
		if (known->origin == ORIGIN_INFERRED && known->port == 0 && port)
			continue;
		if (known->method == METHOD_UNKNOWN)
			known->method = method;
		return (int)i;
	}
	service.vip = *vip;
	result = topology_add_service(topology, &service, building->error);
	note(building, result);
	building->roles->inferred = true;
	return result;
}

static void add_director(struct building *building, uint32_t segment, struct mac mac, const struct ip *vip,
			 struct mark mark)
{
	struct role_mac added = { .segment = segment,
				  .mac = mac,
				  .vip = *vip,
				  .role = ROLE_DIRECTOR,
				  .origin = ORIGIN_INFERRED,
				  .mark = mark };

	added.ip = roles_own_address(building->facts, segment, mac);
	add_mac(building, &added);
	if (added.ip.family)
		note(building, topology_add_director(&building->roles->topology, &added.ip, NULL, ORIGIN_INFERRED,
						     building->error));
}

static void add_backend(struct building *building, int service, const struct ip *ip)
{
	struct topology *topology = &building->roles->topology;
	struct topology_backend backend = { .weight = -1 };
	int real_server;

	if (service < 0 || ip->family == 0 || topology->services[service].origin == ORIGIN_CONFIGURED)
		return;
	real_server = topology_add_real_server(topology, ip, NULL, ORIGIN_INFERRED, building->error);
	note(building, real_server);
	if (real_server < 0)
		return;
	backend.service = (uint32_t)service;
	backend.real_server = (uint32_t)real_server;
	note(building, topology_add_backend(topology, &backend, building->error));
}

static void add_real_server(struct building *building, uint32_t segment, struct mac mac, const struct ip *ip,
			    const struct ip *vip, int service, struct mark mark)
{
	struct role_mac added = { .segment = segment,
				  .mac = mac,
				  .ip = *ip,
				  .vip = *vip,
				  .role = ROLE_REAL_SERVER,
				  .origin = ORIGIN_INFERRED,
				  .mark = mark };

	add_mac(building, &added);
	add_backend(building, service, ip);
}

/* --- from VRRP
 * ----------------------------------------------------------------------------------------------------------- */

static bool is_group_vip(const struct ip *ip)
{
	return ip->family == 4 || !ip_is_link_local(ip);
}

static void infer_directors(struct building *building, const struct group *group)
{
	for (int i = 0; i < group->address_count; i++)
		for (int k = 0; k < group->router_count && is_group_vip(&group->addresses[i]); k++)
			add_director(building, group->key.segment, group->routers[k].mac, &group->addresses[i],
				     group->routers[k].first);
}

/* Only where traffic shows no port of it: otherwise the address is there already. */
static void infer_group_services(struct building *building, const struct group *group)
{
	for (int i = 0; i < group->address_count; i++)
		if (is_group_vip(&group->addresses[i]) &&
		    !topology_is_vip(&building->roles->topology, &group->addresses[i]))
			add_service(building, &group->addresses[i], 0, 0, METHOD_UNKNOWN);
}

/* --- from traffic
 * -------------------------------------------------------------------------------------------------------- */

/* `asker` asked for the address and got it from this claim: so a director finds its real servers. */
static bool was_asked_by(const struct claim *claim, struct mac asker)
{
	for (size_t i = 0; i < sizeof claim->askers / sizeof claim->askers[0]; i++)
		if (mac_equal(claim->askers[i], asker))
			return true;
	return false;
}

static bool is_client(const struct facts *facts, const struct ip *ip)
{
	for (uint32_t i = 0; i < facts->flow_count; i++)
		if (ip_equal(&facts->flows[i].key.client, ip) && roles_is_vip(facts, &facts->flows[i].key.service))
			return true;
	return false;
}

/* The addresses by which the director knows the MAC that it sends to. */
static int add_next_hops(struct building *building, const struct path *path, int service)
{
	const struct station *station = facts_station(building->facts, path->segment, path->key.mac);
	int added = 0;

	if (!station)
		return 0;
	FOR_CLAIMS_OF_STATION (building->facts, station, claim) {
		if (ip_equal(&claim->key.ip, &path->key.service) || !was_asked_by(claim, path->sender) ||
		    is_client(building->facts, &claim->key.ip) || added == 64)
			continue;
		add_real_server(building, path->segment, path->key.mac, &claim->key.ip, &path->key.service, service,
				path->forwarded_to_it);
		added++;
	}
	return added;
}

static struct ip own_address_anywhere(const struct facts *facts, uint32_t segment, struct mac mac)
{
	struct ip own = roles_own_address(facts, segment, mac);

	for (uint32_t i = 0; own.family == 0 && i < facts->segments.count; i++)
		own = roles_own_address(facts, i, mac);
	return own;
}

static void add_receiver(struct building *building, const struct path *path, struct mac mac, int service,
			 struct mark mark)
{
	struct ip own = own_address_anywhere(building->facts, path->segment, mac);

	add_real_server(building, path->segment, mac, &own, &path->key.service, service, mark);
}

/* The receiver claims the address, too: it may be the owner behind a proxy, unless it answers past the sender. */
static bool receiver_may_own(const struct path *path, const struct claim *receiver)
{
	return receiver && receiver->answers > 0 && path->straight == 0 && path->elsewhere == 0;
}

/*
 * The sender had received the packet itself and sent it on for the address that it claims: a director, for a router
 * never claims the address. A configured VIP needs no claim, but then its holder cannot be the receiver.
 */
static bool is_directed_path(const struct facts *facts, const struct path *path)
{
	const struct claim *sender = facts_claim(facts, path->segment, &path->key.service, path->sender);
	const struct claim *receiver = facts_claim(facts, path->segment, &path->key.service, path->key.mac);

	if (!path->sender_forwards || path->tunnel != TUNNEL_NONE)
		return false;
	if (sender)
		return !receiver_may_own(path, receiver);
	return roles_is_vip(facts, &path->key.service) && !receiver;
}

static void infer_from_directed(struct building *building, const struct path *path)
{
	int service;

	if (!is_directed_path(building->facts, path))
		return;
	/* A packet that comes back to its director was not directed to it. */
	if (roles_is_director(building->facts, path->segment, path->key.mac, &path->key.service) ||
	    (facts_claim(building->facts, path->segment, &path->key.service, path->key.mac) && path->passed_on &&
	     path->straight == 0 && path->elsewhere == 0))
		return;
	service = add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_DR);
	add_director(building, path->segment, path->sender, &path->key.service, path->forwarded_to_it);
	if (add_next_hops(building, path, service) == 0)
		add_receiver(building, path, path->key.mac, service, path->forwarded_to_it);
}

static void infer_from_tunnel(struct building *building, const struct path *path)
{
	int service;

	if (path->tunnel != TUNNEL_IPIP && path->tunnel != TUNNEL_GRE && path->tunnel != TUNNEL_GUE)
		return;
	if (ip_equal(&path->tunnel_to, &path->key.service))
		return;
	service = add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_TUN);
	add_director(building, path->segment, path->sender, &path->key.service, path->first_sent);
	add_real_server(building, path->segment, path->key.mac, &path->tunnel_to, &path->key.service, service,
			path->first_sent);
}

static void infer_from_translation(struct building *building, const struct path *path)
{
	int service;

	if (!path->rewritten)
		return;
	service = add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_NAT);
	add_director(building, path->segment, path->key.mac, &path->key.service, path->rewriting);
	add_backend(building, service, &path->rewritten_to);
}

/*
 * Seen from a client: asked one MAC, answered by another one, straight. Shared
 * MACs (VRRP, CARP, NLB) are answered from physical ones as a matter of course.
 */
static void infer_from_asymmetry(struct building *building, const struct path *path)
{
	unsigned traits = mac_kind_of(path->key.mac)->traits;
	int service;

	if (path->other_replied == 0 || !path->other_whole || path->sender_forwards ||
	    path->key.protocol == IP_PROTO_ICMP ||
	    !facts_claim(building->facts, path->segment, &path->key.service, path->key.mac))
		return;
	if ((traits & (MAC_TRAIT_SHARED | MAC_TRAIT_NLB)) && !roles_is_vip(building->facts, &path->key.service))
		return;
	service = add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_DR);
	add_director(building, path->segment, path->key.mac, &path->key.service, path->other_reply);
	add_receiver(building, path, path->other, service, path->other_reply);
}

/* Seen from a real server: it answers for an address that it does not claim, and not to whom the packet came from. */
static void infer_from_elsewhere(struct building *building, const struct path *path)
{
	const struct station *station = facts_station(building->facts, path->segment, path->key.mac);
	int service;

	if (path->elsewhere == 0 || path->opened == 0 || !station || path->sender_forwards ||
	    path->key.protocol == IP_PROTO_ICMP ||
	    facts_claim(building->facts, path->segment, &path->key.service, path->key.mac))
		return;
	service = add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_DR);
	add_director(building, path->segment, path->sender, &path->key.service, path->elsewhere_mark);
	add_receiver(building, path, path->key.mac, service, path->elsewhere_mark);
}

/* Every MAC to which a director sends packets for a configured VIP is taken for a real server's. */
static void infer_from_paths(struct building *building)
{
	FOR_RECORDS (path, path, &building->facts->paths) {
		infer_from_tunnel(building, path);
		infer_from_translation(building, path);
		infer_from_directed(building, path);
		infer_from_asymmetry(building, path);
		infer_from_elsewhere(building, path);
	}
}

int roles_build(const struct facts *facts, struct roles **result, struct error *error)
{
	struct roles *roles = calloc(1, sizeof *roles);
	struct facts view = *facts;
	struct building building = { .facts = &view, .roles = roles, .error = error };

	*result = roles;
	if (!roles)
		return error_set(error, ERROR_MEMORY, NULL, "out of memory");
	view.roles = roles;
	note(&building, topology_copy(facts->configured, &roles->topology, error));
	roles->configured = facts->configured->service_count + facts->configured->real_server_count +
				facts->configured->director_count + facts->configured->known_count >
			    0;
	add_configured(&building, facts->configured->directors, facts->configured->director_count, ROLE_DIRECTOR);
	add_configured(&building, facts->configured->real_servers, facts->configured->real_server_count,
		       ROLE_REAL_SERVER);
	FOR_RECORDS (group, group, &facts->groups)
		infer_directors(&building, group);
	infer_from_paths(&building);
	FOR_RECORDS (group, group, &facts->groups)
		infer_group_services(&building, group);
	return building.result;
}

void roles_free(struct roles *roles)
{
	if (!roles)
		return;
	topology_free(&roles->topology);
	free(roles->macs);
	free(roles);
}
