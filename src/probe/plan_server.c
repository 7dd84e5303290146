// SPDX-License-Identifier: GPL-2.0-or-later
/* The tests of services: each real server is asked the way in which the director would ask it. */
#include "probe/prober_private.h"

enum { TRIES_FLOW = 3, TRIES_SHORT = 2, TRIES_OTHER_TUNNEL = 2, WHOLE_TTL = 64 };

/* One service as one real server offers it. */
struct offer {
	const struct topology_service *service;
	uint16_t port; /* of the server */
	enum method method;
	bool first; /* of its VIP */
};

static bool is_first_of_vip(const struct topology *topology, uint32_t service)
{
	for (uint32_t i = 0; i < service; i++)
		if (ip_equal(&topology->services[i].vip, &topology->services[service].vip))
			return false;
	return true;
}

static bool has_backends(const struct topology *topology, uint32_t service)
{
	for (uint32_t i = 0; i < topology->backend_count; i++)
		if (topology->backends[i].service == service)
			return true;
	return false;
}

static struct offer offer_of(const struct topology *topology, uint32_t service, const struct topology_backend *backend)
{
	struct offer offer = { .service = &topology->services[service], .first = is_first_of_vip(topology, service) };

	offer.port = backend && backend->port ? backend->port : offer.service->port;
	offer.method = backend && backend->method != METHOD_UNKNOWN ? backend->method : offer.service->method;
	return offer;
}

/* Calls `each` for every service that the real server belongs to. */
static void for_each_offer(struct prober *prober, const struct address *server,
			   void (*each)(struct prober *prober, const struct address *server, struct mac mac,
					const struct offer *offer, nanos now),
			   struct mac mac, nanos now)
{
	const struct topology *topology = &prober->topology;
	const struct topology_host *host = topology_find_real_server(topology, &server->ip);
	struct offer offer;

	for (uint32_t i = 0; i < topology->backend_count; i++) {
		const struct topology_backend *backend = &topology->backends[i];

		if (!ip_equal(&topology->real_servers[backend->real_server].ip, &server->ip))
			continue;
		offer = offer_of(topology, backend->service, backend);
		if (offer.service->vip.family)
			each(prober, server, mac, &offer, now);
	}
	for (uint32_t i = 0; i < topology->service_count; i++) {
		if (has_backends(topology, i) || topology->services[i].vip.family == 0 ||
		    !topology_uses(topology, &topology->services[i], host))
			continue;
		offer = offer_of(topology, i, NULL);
		each(prober, server, mac, &offer, now);
	}
}

/* --- packets --- */

static enum test_kind kind_of(const struct offer *offer)
{
	if (offer->port == 0)
		return TEST_ECHO;
	if (offer->service->protocol == IP_PROTO_UDP)
		return TEST_DATAGRAM;
	return offer->service->protocol == IP_PROTO_TCP || offer->service->protocol == 0 ? TEST_SYN : TEST_ECHO;
}

static void plan_packet(struct prober *prober, const struct address *server, const struct offer *offer,
			struct test_key key, uint8_t tries, nanos due)
{
	struct test *test;

	if (key.kind != TEST_ECHO)
		key.port = offer->port;
	if (prober_source_for(prober, &key.target).family == 0)
		return;
	test = agenda_plan(prober, &key, server, tries, due);
	if (!test)
		return;
	test->serves = key.kind == kind_of(offer);
	test->first_of_vip = offer->first;
}

static struct test_key packet_for(const struct ip *target, struct mac mac, enum test_kind kind, uint8_t ttl)
{
	struct test_key key = { .mac = mac, .kind = (uint8_t)kind, .ttl = ttl };

	key.target = *target;
	return key;
}

/* Time Exceeded tells a router from a server that drops; echo tells a filter from a VIP that is missing. */
static void plan_direct(struct prober *prober, const struct address *server, struct mac mac, const struct offer *offer,
			nanos now)
{
	const struct ip *vip = &offer->service->vip;
	nanos later = server->primed ? now : now + PROBE_COLD;

	plan_packet(prober, server, offer, packet_for(vip, mac, kind_of(offer), WHOLE_TTL), TRIES_FLOW, now);
	plan_packet(prober, server, offer, packet_for(vip, mac, kind_of(offer), 1), TRIES_SHORT, later);
	plan_packet(prober, server, offer, packet_for(vip, mac, TEST_ECHO, WHOLE_TTL), TRIES_SHORT, later);
}

static struct test_key tunnelled(const struct address *server, const struct offer *offer, struct mac mac,
				 enum test_kind kind, enum packet_tunnel tunnel)
{
	struct test_key key = packet_for(&offer->service->vip, mac, kind, WHOLE_TTL);

	key.tunnel = (uint8_t)tunnel;
	key.via = server->ip;
	return key;
}

static void plan_tunnelled(struct prober *prober, const struct address *server, struct mac mac,
			   const struct offer *offer, nanos now)
{
	plan_packet(prober, server, offer, tunnelled(server, offer, mac, kind_of(offer), TUNNEL_IPIP), TRIES_SHORT,
		    now);
	plan_packet(prober, server, offer, tunnelled(server, offer, mac, TEST_ECHO, TUNNEL_IPIP), TRIES_SHORT, now);
}

static void plan_translated(struct prober *prober, const struct address *server, struct mac mac,
			    const struct offer *offer, nanos now)
{
	plan_packet(prober, server, offer, packet_for(&server->ip, mac, kind_of(offer), WHOLE_TTL), TRIES_FLOW, now);
}

static void plan_offer(struct prober *prober, const struct address *server, struct mac mac, const struct offer *offer,
		       nanos now)
{
	if (offer->method == METHOD_TUN)
		plan_tunnelled(prober, server, mac, offer, now);
	else if (offer->method == METHOD_NAT)
		plan_translated(prober, server, mac, offer, now);
	else
		plan_direct(prober, server, mac, offer, now);
}

void plan_services(struct prober *prober, const struct address *server, struct mac mac, nanos now)
{
	if (server->source.family && !(server->roles & ADDRESS_LOCAL))
		for_each_offer(prober, server, plan_offer, mac, now);
}

/* The set-up does not say how it tunnels: what is not understood in IPIP is tried in GRE and GUE. */
void plan_other_tunnels(struct prober *prober, const struct test *test, nanos now)
{
	static const enum packet_tunnel others[] = { TUNNEL_GRE, TUNNEL_GUE };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct test_key key = test->key;
		struct test *planned;

		if (!test->serves)
			return;
		key.tunnel = (uint8_t)others[i];
		planned = agenda_plan(prober, &key, address_at(prober, test->owner), TRIES_OTHER_TUNNEL, now);
		if (planned)
			planned->first_of_vip = test->first_of_vip;
	}
}

/* --- does it answer for the VIP? --- */

static void plan_offer_quiet(struct prober *prober, const struct address *server, struct mac mac,
			     const struct offer *offer, nanos now)
{
	struct address *vip = prober_find_address(prober, &offer->service->vip);
	struct test_key key = { .mac = mac, .kind = TEST_ORDINARY };

	if (!vip || offer->method == METHOD_NAT)
		return;
	key.target = vip->ip;
	for (int i = 0; i < server->mac_count; i++)
		if (mac_equal(server->macs[i].mac, mac) && server->macs[i].owns)
			key.kind = TEST_PROBE;
	if (key.kind == TEST_ORDINARY && vip->source.family == 0)
		return;
	agenda_plan(prober, &key, server, prober->many ? 1 : 2, now);
}

/* In the sender-0 form where the server answers to that: it leaves the caches of all alone. */
void plan_quiet(struct prober *prober, const struct address *server, const struct address_mac *claim, nanos now)
{
	for_each_offer(prober, server, plan_offer_quiet, claim->mac, now);
}

/* --- through the director --- */

void plan_through_director(struct prober *prober, const struct address *vip, struct mac mac, nanos now)
{
	const struct topology *topology = &prober->topology;

	for (uint32_t i = 0; i < topology->service_count; i++) {
		struct offer offer;

		if (!ip_equal(&topology->services[i].vip, &vip->ip))
			continue;
		offer = offer_of(topology, i, NULL);
		plan_packet(prober, vip, &offer, packet_for(&vip->ip, mac, kind_of(&offer), WHOLE_TTL), TRIES_FLOW,
			    now);
	}
}
