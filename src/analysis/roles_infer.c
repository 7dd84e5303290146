// SPDX-License-Identifier: GPL-2.0-or-later
/* Roles from traffic: who sends on, who answers past whom, who is asked for in vain. */
#include "analysis/roles_private.h"

/* --- from traffic --- */

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
		roles_add_real_server(building, path->segment, path->key.mac, &claim->key.ip, &path->key.service,
				      service, path->forwarded_to_it);
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

	roles_add_real_server(building, path->segment, mac, &own, &path->key.service, service, mark);
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

	if (!path->sender_forwards || path->tunnel != TUNNEL_NONE || path->passed_back ||
	    (mac_kind_of(path->sender)->traits & MAC_TRAIT_BACKEND))
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
	service = roles_add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_DR);
	roles_add_director(building, path->segment, path->sender, &path->key.service, path->forwarded_to_it);
	if (add_next_hops(building, path, service) == 0)
		add_receiver(building, path, path->key.mac, service, path->forwarded_to_it);
}

static void infer_from_tunnel(struct building *building, const struct path *path)
{
	int service;

	if ((path->tunnel != TUNNEL_IPIP && path->tunnel != TUNNEL_GRE && path->tunnel != TUNNEL_GUE) ||
	    path->key.protocol == IP_PROTO_ICMP)
		return;
	/* An echo request in a tunnel is somebody's test: it is of no service. */
	if (ip_equal(&path->tunnel_to, &path->key.service) || path_is_echo(path))
		return;
	service = roles_add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_TUN);
	roles_add_director(building, path->segment, path->sender, &path->key.service, path->first_sent);
	roles_add_real_server(building, path->segment, path->key.mac, &path->tunnel_to, &path->key.service, service,
			      path->first_sent);
}

/* The same segment went out of its receiver with another destination: VS/NAT, and that destination is a real server. */
static void infer_from_translation(struct building *building, const struct path *path)
{
	int service;

	if (path->rewritten) {
		roles_add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_NAT);
		roles_add_director(building, path->segment, path->key.mac, &path->key.service, path->rewriting);
	}
	if (path->translated) {
		service = roles_add_service(building, &path->virtual, path->key.port, path->key.protocol, METHOD_NAT);
		roles_add_backend(building, service, &path->key.service);
	}
}

/*
 * Seen from a client: asked one MAC, answered by another one, straight. Shared
 * MACs (VRRP, CARP, NLB) are answered from physical ones as a matter of course.
 */
static void infer_from_asymmetry(struct building *building, const struct path *path)
{
	unsigned traits = mac_kind_of(path->key.mac)->traits;
	int service;

	if (path->other_replied == 0 || !path->other_whole || path->sender_forwards || path_is_echo(path) ||
	    !facts_claim(building->facts, path->segment, &path->key.service, path->key.mac))
		return;
	if ((traits & (MAC_TRAIT_SHARED | MAC_TRAIT_NLB)) && !roles_is_vip(building->facts, &path->key.service))
		return;
	service = roles_add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_DR);
	roles_add_director(building, path->segment, path->key.mac, &path->key.service, path->other_reply);
	add_receiver(building, path, path->other, service, path->other_reply);
}

/* Seen from a real server: it answers for an address that it does not claim, and not to whom the packet came from. */
static void infer_from_elsewhere(struct building *building, const struct path *path)
{
	const struct station *station = facts_station(building->facts, path->segment, path->key.mac);
	int service;

	if (path->elsewhere == 0 || path->opened == 0 || !station || path->sender_forwards || path_is_echo(path) ||
	    facts_claim(building->facts, path->segment, &path->key.service, path->key.mac))
		return;
	service = roles_add_service(building, &path->key.service, path->key.port, path->key.protocol, METHOD_DR);
	roles_add_director(building, path->segment, path->sender, &path->key.service, path->elsewhere_mark);
	add_receiver(building, path, path->key.mac, service, path->elsewhere_mark);
}

/* Every MAC to which a director sends packets for a configured VIP is taken for a real server's. */
void roles_infer_from_paths(struct building *building)
{
	FOR_RECORDS (path, path, &building->facts->paths) {
		/* A real server's own address is no VIP, whoever passes packets for it on; only translation speaks of
		 * it. */
		if (topology_find_real_server(&building->roles->topology, &path->key.service)) {
			infer_from_translation(building, path);
			continue;
		}
		infer_from_tunnel(building, path);
		infer_from_translation(building, path);
		infer_from_directed(building, path);
		infer_from_asymmetry(building, path);
		infer_from_elsewhere(building, path);
	}
}

/* --- from vain questions --- */

/* The director took a request for the VIP and sent it to nobody, for want of an answer to this very question. */
static const struct flow *stuck_flow(const struct facts *facts, const struct host *host)
{
	for (uint32_t i = 0; i < facts->flow_count; i++) {
		const struct flow *flow = &facts->flows[i];
		nanos waited = host->first_unanswered.time - flow->first_request.time;

		if (flow->leg_count == 1 && flow->return_count == 0 && flow->legs[0].segment == host->key.segment &&
		    mac_equal(flow->legs[0].destination, host->last_asker) && waited >= 0 && waited < LISTEN_TIME &&
		    roles_is_vip(facts, &flow->key.service))
			return flow;
	}
	return NULL;
}

void roles_infer_from_vain_question(struct building *building, const struct host *host)
{
	enum { VAIN_QUESTIONS = 3 };
	const struct flow *flow;
	int service;

	if (facts_vain_questions(building->facts, host) < VAIN_QUESTIONS ||
	    !roles_is_director(building->facts, host->key.segment, host->last_asker, NULL))
		return;
	flow = stuck_flow(building->facts, host);
	if (!flow)
		return;
	service =
	    roles_add_service(building, &flow->key.service, flow->key.service_port, flow->key.protocol, METHOD_UNKNOWN);
	roles_add_backend(building, service, &host->key.ip);
}
