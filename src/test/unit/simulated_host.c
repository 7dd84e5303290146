// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One host of the simulated network: what Linux does with questions (net/ipv4/arp.c, net/ipv6/ndisc.c) and with
 * neighbours that are not known yet (net/core/neighbour.c). Packets are in simulated_ip.c.
 */
#include "test/unit/simulated_host.h"

#include <string.h>

bool host_has(const struct net_host *host, const struct ip *ip)
{
	for (int i = 0; i < host->address_count; i++)
		if (ip_equal(&host->addresses[i].ip, ip))
			return true;
	return false;
}

static bool is_on_port(const struct net_host *host, int port, const struct ip *ip)
{
	for (int i = 0; i < host->address_count; i++)
		if (host->addresses[i].port == port && ip_equal(&host->addresses[i].ip, ip))
			return true;
	return false;
}

/* The address that the host speaks with on a port. */
struct ip host_primary(const struct net_host *host, int port, uint8_t family)
{
	for (int i = 0; i < host->address_count; i++)
		if (host->addresses[i].port == port && host->addresses[i].ip.family == family)
			return host->addresses[i].ip;
	return (struct ip){ .family = 0 };
}

/* --- routes --- */

static void consider(const struct ip *target, const struct ip *network, uint8_t prefix, int port, const struct ip *via,
		     struct hop *best, int *longest)
{
	if (port < 0 || prefix <= *longest || !ip_same_network(network, target, prefix))
		return;
	*longest = prefix;
	best->port = port;
	best->next = via->family ? *via : *target;
}

bool host_route(const struct net_host *host, const struct ip *target, struct hop *hop)
{
	static const struct ip none;
	int longest = -1;

	for (int i = 0; i < host->address_count; i++)
		consider(target, &host->addresses[i].ip, host->addresses[i].prefix, host->addresses[i].port, &none, hop,
			 &longest);
	for (int i = 0; i < host->route_count; i++)
		consider(target, &host->routes[i].ip, host->routes[i].prefix, host->routes[i].port,
			 &host->routes[i].via, hop, &longest);
	for (int i = 0; i < host->many_count; i++)
		consider(target, &host->many_routes[i].ip, host->many_routes[i].prefix, host->many_routes[i].port,
			 &host->many_routes[i].via, hop, &longest);
	return longest >= 0;
}

/* --- sending --- */

static struct builder *begin(struct net_host *host, uint8_t buffer[static FRAME_ROOM])
{
	build_begin(&host->net->builder, buffer, FRAME_ROOM);
	return &host->net->builder;
}

static void finish(struct net_host *host, int port, struct mac destination, nanos delay)
{
	struct builder *builder = &host->net->builder;
	struct build_link link = { .destination = destination, .source = host->ports[port].mac };
	int length;

	build_ethernet(builder, &link);
	length = build_end(builder, NULL);
	if (length > 0)
		net_send(host, port, builder->bytes, (size_t)length, delay);
}

static void send_arp_reply(struct net_host *host, int port, const struct arp *asked, nanos delay)
{
	uint8_t buffer[FRAME_ROOM];

	build_arp_reply(begin(host, buffer), host->ports[port].mac, asked->tpa, asked->sha, asked->spa);
	finish(host, port, asked->sha, delay);
}

static void send_advertisement(struct net_host *host, int port, const struct packet *asked, bool own, nanos delay)
{
	static const struct ip all_nodes = { .family = 6, .b = { 0xff, 2, [15] = 1 } };
	uint8_t buffer[FRAME_ROOM];
	struct ip_header ip = { .source = asked->nd.target, .destination = asked->ip.source, .ttl = 255 };
	struct nd nd = { .advert = true,
			 .target = asked->nd.target,
			 .has_lladdr = true,
			 .lladdr = host->ports[port].mac,
			 .flags = ND_SOLICITED };
	bool to_all = ip_is_zero(&asked->ip.source);

	nd.flags |= own ? ND_OVERRIDE : 0;
	if (to_all) {
		ip.destination = all_nodes;
		nd.flags &= (uint8_t)~ND_SOLICITED;
	}
	if (!own)
		ip.source = host_primary(host, port, 6);
	build_nd(begin(host, buffer), &ip, &nd);
	finish(host, port, to_all ? build_multicast_mac(&all_nodes) : asked->source, delay);
}

static void send_question(struct net_host *host, int port, const struct ip *target, const struct ip *sender)
{
	uint8_t buffer[FRAME_ROOM];
	struct mac to_all = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	struct ip_header ip = { .source = *sender, .ttl = 255 };
	struct nd nd = { .target = *target, .has_lladdr = true, .lladdr = host->ports[port].mac };

	if (target->family == 4) {
		build_arp_request(begin(host, buffer), host->ports[port].mac, *sender, *target);
		finish(host, port, to_all, 0);
		return;
	}
	ip.destination = build_solicited_node(target);
	build_nd(begin(host, buffer), &ip, &nd);
	finish(host, port, build_multicast_mac(&ip.destination), 0);
}

/* --- neighbours --- */

static struct neighbour *neighbour_of(struct net_host *host, const struct ip *ip)
{
	if (host->neighbours.record_size == 0)
		table_init(&host->neighbours, sizeof(struct ip), sizeof(struct neighbour), 1 << 16, 0);
	return table_put(&host->neighbours, ip, NULL);
}

static void send_packet(struct net_host *host, int port, struct mac destination, const uint8_t *bytes, size_t length)
{
	uint8_t buffer[FRAME_ROOM];
	struct builder *builder = begin(host, buffer);

	build_payload(builder, bytes, length);
	builder->ethertype = bytes[0] >> 4 == 4 ? 0x0800 : 0x86dd;
	finish(host, port, destination, 0);
}

static void learn(struct net_host *host, const struct ip *ip, struct mac mac)
{
	struct neighbour *neighbour = neighbour_of(host, ip);
	int waiting = neighbour->waiting;

	/* Within locktime (1 s) the first one stays. */
	if (neighbour->known && host->net->now - neighbour->updated < NANOS_PER_SECOND)
		return;
	neighbour->updated = host->net->now;
	neighbour->known = true;
	neighbour->asking = false;
	neighbour->mac = mac;
	neighbour->waiting = 0;
	for (int i = 0; i < waiting; i++)
		send_packet(host, neighbour->port, mac, neighbour->packets[i].bytes, neighbour->packets[i].length);
}

/* arp_announce 0 takes the waiting packet's source where that is local; 2 an address of the port. */
static void ask_neighbour(struct net_host *host, struct neighbour *neighbour)
{
	struct ip sender = host_primary(host, neighbour->port, neighbour->ip.family);
	struct ip source = neighbour->waiting ? neighbour->packets[0].source : sender;

	if (!host->arp_announce && neighbour->ip.family == 4 && host_has(host, &source))
		sender = source;
	send_question(host, neighbour->port, &neighbour->ip, &sender);
	neighbour->tries++;
	net_call_later(host, &neighbour->ip, NANOS_PER_SECOND);
}

void net_retry_neighbour(struct net_host *host, const struct ip *ip)
{
	enum { QUESTIONS = 3 }; /* mcast_solicit */
	struct neighbour *neighbour = neighbour_of(host, ip);
	int waiting = neighbour->waiting;

	if (!neighbour->asking)
		return;
	if (neighbour->tries < QUESTIONS) {
		ask_neighbour(host, neighbour);
		return;
	}
	neighbour->asking = false;
	neighbour->waiting = 0;
	for (int i = 0; i < waiting; i++)
		host_report_unreachable(host, &neighbour->packets[i]);
}

void host_output(struct net_host *host, const struct hop *hop, const struct waiting *packet)
{
	struct neighbour *neighbour = neighbour_of(host, &hop->next);

	if (neighbour->known) {
		send_packet(host, hop->port, neighbour->mac, packet->bytes, packet->length);
		return;
	}
	if (neighbour->waiting < NEIGHBOUR_WAITING)
		neighbour->packets[neighbour->waiting++] = *packet;
	if (neighbour->asking)
		return;
	neighbour->asking = true;
	neighbour->port = hop->port;
	neighbour->tries = 0;
	ask_neighbour(host, neighbour);
}

/* --- questions --- */

static bool answers_as_owner(const struct net_host *host, int port, const struct ip *target)
{
	return host->arp_ignore ? is_on_port(host, port, target) : host_has(host, target);
}

static bool answers_as_proxy(const struct net_host *host, int port, const struct ip *target)
{
	struct hop hop;

	if (host_has(host, target))
		return false;
	if (host->proxied.family && ip_equal(&host->proxied, target))
		return true;
	if (!host->forwards || !host_route(host, target, &hop))
		return false;
	return (host->ports[port].proxy_arp && hop.port != port) ||
	       (host->ports[port].proxy_arp_pvlan && hop.port == port);
}

bool host_cares_for(const struct net_host *host, int port, const struct ip *target)
{
	return host_has(host, target) || answers_as_proxy(host, port, target);
}

/* The time until a proxy answers; -1 when its queue is full. */
static nanos proxy_delay(struct net_host *host, int port, bool to_all)
{
	struct net_port *at = &host->ports[port];
	nanos delay = (nanos)(net_random(host->net) % 800) * NANOS_PER_MILLI;

	if (!to_all)
		return 0;
	for (size_t i = 0; i < sizeof at->waits / sizeof *at->waits; i++) {
		if (at->waits[i] > host->net->now)
			continue;
		at->waits[i] = host->net->now + delay;
		return delay;
	}
	return -1;
}

static void take_question(struct net_host *host, int port, const struct packet *packet)
{
	const struct arp *arp = &packet->arp;
	bool probe = ip_is_zero(&arp->spa);
	nanos delay;

	if (ip_equal(&arp->spa, &arp->tpa) || host_has(host, &arp->spa) || (probe && host->no_probes))
		return;
	if (answers_as_owner(host, port, &arp->tpa)) {
		send_arp_reply(host, port, arp, 0);
	} else if (!probe && answers_as_proxy(host, port, &arp->tpa)) {
		delay = proxy_delay(host, port, packet->group);
		if (delay >= 0)
			send_arp_reply(host, port, arp, delay);
	} else {
		return;
	}
	if (!probe)
		learn(host, &arp->spa, arp->sha);
}

static void take_arp(struct net_host *host, int port, const struct packet *packet)
{
	const struct arp *arp = &packet->arp;

	if (arp->operation == ARP_REQUEST)
		take_question(host, port, packet);
	else if (host_has(host, &arp->tpa) && !ip_is_zero(&arp->tpa))
		learn(host, &arp->spa, arp->sha);
}

/* An address on lo is not answered for (ndisc_recv_ns looks at the device alone). */
static void take_solicitation(struct net_host *host, int port, const struct packet *packet)
{
	bool own = is_on_port(host, port, &packet->nd.target);
	nanos delay = 0;

	if (!own && !answers_as_proxy(host, port, &packet->nd.target))
		return;
	if (!own)
		delay = proxy_delay(host, port, packet->group);
	if (delay < 0)
		return;
	send_advertisement(host, port, packet, own, delay);
	if (packet->nd.has_lladdr && !ip_is_zero(&packet->ip.source))
		learn(host, &packet->ip.source, packet->nd.lladdr);
}

static void take_nd(struct net_host *host, int port, const struct packet *packet)
{
	if (!packet->nd.advert)
		take_solicitation(host, port, packet);
	else if (packet->nd.has_lladdr && !packet->group)
		learn(host, &packet->nd.target, packet->nd.lladdr);
}

void net_receive(struct net_host *host, int port, const uint8_t *bytes, uint32_t length)
{
	struct frame frame = { .bytes = bytes, .captured = length, .length = length, .link_type = LINK_ETHERNET };
	struct packet packet;

	packet_decode(&frame, &packet);
	if ((packet.layers & LAYER_ARP) && !packet.arp.wrong)
		take_arp(host, port, &packet);
	else if (packet.layers & LAYER_ND)
		take_nd(host, port, &packet);
	else if ((packet.layers & LAYER_IP) && !packet.group)
		host_take_ip(host, port, bytes + ETHERNET_HEADER, length - ETHERNET_HEADER);
}
