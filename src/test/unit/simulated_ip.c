// SPDX-License-Identifier: GPL-2.0-or-later
/* IP packets at a host of the simulated network: taken, sent on, refused; and the director of LVS. */
#include "test/unit/simulated_host.h"

#include <string.h>

/* One packet at one host. */
struct visit {
	struct net_host *host;
	int port; /* where it came in; -1: out of a tunnel */
	const uint8_t *bytes;
	size_t length;
	struct packet packet;
	struct ip source, destination; /* of the outermost header */
	uint8_t ttl;
};

static size_t without_padding(const uint8_t *bytes, size_t length)
{
	size_t whole =
	    bytes[0] >> 4 == 4 ? (size_t)(bytes[2] << 8 | bytes[3]) : 40 + (size_t)(bytes[4] << 8 | bytes[5]);

	return whole < length ? whole : length;
}

static struct visit visit_of(struct net_host *host, int port, const uint8_t *bytes, size_t length)
{
	struct visit visit = { .host = host, .port = port, .bytes = bytes, .length = without_padding(bytes, length) };
	uint8_t buffer[ETHERNET_HEADER + PACKET_ROOM] = { [12] = 0x08 };
	struct frame frame = { .bytes = buffer, .link_type = LINK_ETHERNET };
	bool v6 = bytes[0] >> 4 == 6;

	buffer[12] = v6 ? 0x86 : 0x08;
	buffer[13] = v6 ? 0xdd : 0x00;
	memcpy(buffer + ETHERNET_HEADER, bytes, length < PACKET_ROOM ? length : PACKET_ROOM);
	frame.captured = frame.length = (uint32_t)(ETHERNET_HEADER + length);
	packet_decode(&frame, &visit.packet);
	visit.source = visit.packet.layers & LAYER_TUNNEL ? visit.packet.outer.source : visit.packet.ip.source;
	visit.destination =
	    visit.packet.layers & LAYER_TUNNEL ? visit.packet.outer.destination : visit.packet.ip.destination;
	visit.ttl = visit.packet.layers & LAYER_TUNNEL ? visit.packet.outer.ttl : visit.packet.ip.ttl;
	return visit;
}

/* --- sending --- */

static struct waiting packet_of(const uint8_t *bytes, size_t length, struct ip source, int came_in)
{
	struct waiting packet = { .length = length < PACKET_ROOM ? length : PACKET_ROOM, .came_in = came_in };

	memcpy(packet.bytes, bytes, packet.length);
	packet.source = source;
	return packet;
}

static void route_out(struct net_host *host, const uint8_t *bytes, size_t length, struct ip source, struct ip target)
{
	struct waiting packet = packet_of(bytes, length, source, -1);
	struct hop hop;

	if (host_route(host, &target, &hop))
		host_output(host, &hop, &packet);
}

static void send_built(struct net_host *host, const struct ip_header *ip)
{
	struct builder *builder = &host->net->builder;
	uint8_t bytes[FRAME_ROOM];
	size_t length = builder->length;

	if (builder->failure)
		return;
	memcpy(bytes, builder->bytes, length);
	route_out(host, bytes, length, ip->source, ip->destination);
}

static struct ip_header reply_to(const struct visit *visit)
{
	return (struct ip_header){ .source = visit->packet.ip.destination,
				   .destination = visit->packet.ip.source,
				   .ttl = 64 };
}

/* --- errors --- */

/* icmp_ratelimit: a burst of six, then one a second (net/ipv4/inetpeer.c, inet_peer_xrlim_allow). */
static bool may_send_error(struct net_host *host)
{
	static const nanos most = 6 * NANOS_PER_SECOND;
	nanos earned = host->tokens + host->net->now - host->tokens_at;

	/* Whoever sent none for a long time has a full burst. */
	if (host->tokens_at == 0 || earned > most)
		earned = most;
	host->tokens_at = host->net->now;
	host->tokens = earned;
	if (earned < NANOS_PER_SECOND) {
		host->net->objections.icmp_too_fast++;
		return false;
	}
	host->tokens -= NANOS_PER_SECOND;
	return true;
}

static void send_error(struct net_host *host, int port, struct icmp icmp, const uint8_t *bytes, size_t length,
		       struct ip to)
{
	enum { QUOTED = 100 };
	uint8_t buffer[FRAME_ROOM];
	struct ip_header ip = { .source = host_primary(host, port < 0 ? 0 : port, to.family),
				.destination = to,
				.ttl = 64 };

	if (ip.source.family == 0)
		return;
	build_begin(&host->net->builder, buffer, sizeof buffer);
	build_payload(&host->net->builder, bytes, length < QUOTED ? length : QUOTED);
	build_icmp(&host->net->builder, &ip, &icmp);
	send_built(host, &ip);
}

static void refuse(const struct visit *visit, uint8_t type_v4, uint8_t code_v4, uint8_t type_v6, uint8_t code_v6)
{
	bool v4 = visit->source.family == 4;
	struct icmp icmp = { .type = v4 ? type_v4 : type_v6, .code = v4 ? code_v4 : code_v6 };

	if (may_send_error(visit->host))
		send_error(visit->host, visit->port, icmp, visit->bytes, visit->length, visit->source);
}

void host_report_unreachable(struct net_host *host, const struct waiting *packet)
{
	struct visit visit = visit_of(host, packet->came_in, packet->bytes, packet->length);

	if (packet->came_in >= 0)
		refuse(&visit, ICMP_TYPE_UNREACHABLE, 1, ICMP6_TYPE_UNREACHABLE, 3);
}

/* --- sending on --- */

static void lower_ttl(uint8_t *bytes)
{
	if (bytes[0] >> 4 == 6) {
		bytes[7]--;
		return;
	}
	bytes[8]--;
	/* RFC 1624: the header's checksum follows. */
	if (++bytes[10] == 0)
		bytes[11]++;
}

static void send_on(const struct visit *visit, const struct hop *hop)
{
	struct waiting packet = packet_of(visit->bytes, visit->length, visit->source, visit->port);

	lower_ttl(packet.bytes);
	host_output(visit->host, hop, &packet);
}

static void forward(const struct visit *visit)
{
	struct icmp redirect = { .type = ICMP_TYPE_REDIRECT, .code = 1 };
	struct hop hop;

	if (!visit->host->forwards)
		return;
	if (visit->ttl <= 1) {
		refuse(visit, ICMP_TYPE_TIME_EXCEEDED, 0, ICMP6_TYPE_TIME_EXCEEDED, 0);
		return;
	}
	if (!host_route(visit->host, &visit->destination, &hop)) {
		refuse(visit, ICMP_TYPE_UNREACHABLE, 0, ICMP6_TYPE_UNREACHABLE, 0);
		return;
	}
	redirect.gateway = hop.next;
	if (hop.port == visit->port && visit->source.family == 4)
		send_error(visit->host, visit->port, redirect, visit->bytes, visit->length, visit->source);
	send_on(visit, &hop);
}

/* --- the director --- */

static void rewrite(uint8_t *bytes, size_t at, const struct ip *ip)
{
	memcpy(bytes + at, ip->b, ip->family == 4 ? 4 : 16);
}

/* VS/TUN: the packet as it is becomes the payload of one to the server. */
static void tunnel_to(const struct visit *visit, const struct ip *server)
{
	uint8_t buffer[FRAME_ROOM], inner[PACKET_ROOM];
	struct builder *builder = &visit->host->net->builder;
	struct ip_header outer = { .source = host_primary(visit->host, 0, server->family),
				   .destination = *server,
				   .ttl = 64 };

	memcpy(inner, visit->bytes, visit->length);
	lower_ttl(inner);
	build_begin(builder, buffer, sizeof buffer);
	build_payload(builder, inner, visit->length);
	builder->ethertype = inner[0] >> 4 == 4 ? 0x0800 : 0x86dd;
	build_ipip(builder, &outer);
	send_built(visit->host, &outer);
}

static struct net_connection connection_of(const struct ip *client, uint16_t port)
{
	struct net_connection connection = { .port = port };

	connection.client = *client;
	return connection;
}

static void translate(const struct visit *visit, const struct ip *server, uint8_t *bytes)
{
	struct net_connection connection = connection_of(&visit->packet.ip.source, visit->packet.transport.source_port);

	table_put(&visit->host->connections, &connection, NULL);
	rewrite(bytes, server->family == 4 ? 16 : 24, server);
}

static void direct(const struct visit *visit)
{
	const struct ip *server =
	    &visit->host->servers[visit->packet.transport.source_port % visit->host->server_count];
	uint8_t bytes[PACKET_ROOM];
	struct waiting packet;
	struct hop hop;

	if (visit->ttl <= 1) {
		refuse(visit, ICMP_TYPE_TIME_EXCEEDED, 0, ICMP6_TYPE_TIME_EXCEEDED, 0);
		return;
	}
	if (visit->host->method == METHOD_TUN) {
		tunnel_to(visit, server);
		return;
	}
	memcpy(bytes, visit->bytes, visit->length);
	lower_ttl(bytes);
	if (visit->host->method == METHOD_NAT)
		translate(visit, server, bytes);
	packet = packet_of(bytes, visit->length, visit->source, visit->port);
	if (host_route(visit->host, server, &hop))
		host_output(visit->host, &hop, &packet);
}

static bool is_for_director(const struct visit *visit)
{
	const struct net_host *host = visit->host;

	return host->server_count && ip_equal(&visit->packet.ip.destination, &host->vip) &&
	       (visit->packet.layers & (LAYER_TCP | LAYER_UDP)) &&
	       visit->packet.transport.destination_port == host->vip_port && !(visit->packet.layers & LAYER_TUNNEL);
}

/* The way back of VS/NAT: what a server sends to a client that came by the director gets the VIP as source again. */
static bool translate_back(const struct visit *visit)
{
	struct net_host *host = visit->host;
	uint8_t bytes[PACKET_ROOM];
	struct visit changed;
	struct net_connection connection =
	    connection_of(&visit->packet.ip.destination, visit->packet.transport.destination_port);

	if (host->method != METHOD_NAT || !(visit->packet.layers & LAYER_TCP) ||
	    visit->packet.transport.source_port != host->vip_port || !table_find(&host->connections, &connection))
		return false;
	memcpy(bytes, visit->bytes, visit->length);
	rewrite(bytes, visit->source.family == 4 ? 12 : 8, &host->vip);
	changed = visit_of(host, visit->port, bytes, visit->length);
	forward(&changed);
	return true;
}

/* --- for the host itself --- */

static const struct net_filter *filter_of(const struct visit *visit)
{
	for (int i = 0; i < visit->host->filter_count; i++) {
		const struct net_filter *filter = &visit->host->filters[i];

		if (ip_equal(&filter->ip, &visit->packet.ip.destination) &&
		    (visit->packet.layers & (LAYER_TCP | LAYER_UDP)) &&
		    visit->packet.transport.destination_port == filter->port)
			return filter;
	}
	return NULL;
}

static bool is_served(const struct visit *visit)
{
	for (int i = 0; i < visit->host->service_count; i++) {
		const struct net_service *service = &visit->host->services[i];

		if (service->port == visit->packet.transport.destination_port &&
		    service->protocol == visit->packet.ip.protocol &&
		    (service->ip.family == 0 || ip_equal(&service->ip, &visit->packet.ip.destination)))
			return true;
	}
	return false;
}

static struct builder *begin_reply(const struct visit *visit, uint8_t buffer[static FRAME_ROOM])
{
	build_begin(&visit->host->net->builder, buffer, FRAME_ROOM);
	return &visit->host->net->builder;
}

static void take_tcp(const struct visit *visit)
{
	const struct transport *in = &visit->packet.transport;
	struct ip_header ip = reply_to(visit);
	struct transport out = { .source_port = in->destination_port, .destination_port = in->source_port };
	uint8_t buffer[FRAME_ROOM];

	if (in->flags & TCP_RST)
		return;
	if ((in->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && is_served(visit)) {
		out.flags = TCP_SYN | TCP_ACK;
		out.sequence = net_random(visit->host->net);
		out.acknowledgement = in->sequence + 1;
	} else if (in->flags & TCP_ACK) {
		out.flags = TCP_RST;
		out.sequence = in->acknowledgement;
	} else {
		out.flags = TCP_RST | TCP_ACK;
		out.acknowledgement = in->sequence + 1;
	}
	build_tcp(begin_reply(visit, buffer), &ip, &out, 0);
	send_built(visit->host, &ip);
}

static void take_udp(const struct visit *visit)
{
	const struct transport *in = &visit->packet.transport;
	struct ip_header ip = reply_to(visit);
	struct transport out = { .source_port = in->destination_port, .destination_port = in->source_port };
	uint8_t buffer[FRAME_ROOM];

	if (!is_served(visit)) {
		refuse(visit, ICMP_TYPE_UNREACHABLE, 3, ICMP6_TYPE_UNREACHABLE, 4);
		return;
	}
	build_udp(begin_reply(visit, buffer), &ip, &out);
	send_built(visit->host, &ip);
}

static void take_icmp(const struct visit *visit)
{
	bool v4 = visit->source.family == 4;
	struct ip_header ip = reply_to(visit);
	struct icmp out = visit->packet.icmp;
	uint8_t buffer[FRAME_ROOM];

	if (visit->host->no_echo || out.type != (v4 ? ICMP_TYPE_ECHO : ICMP6_TYPE_ECHO))
		return;
	out.type = v4 ? ICMP_TYPE_ECHO_REPLY : ICMP6_TYPE_ECHO_REPLY;
	build_icmp(begin_reply(visit, buffer), &ip, &out);
	send_built(visit->host, &ip);
}

static size_t outer_length(const struct visit *visit)
{
	size_t ip = visit->bytes[0] >> 4 == 4 ? 20 : 40;

	if (visit->packet.tunnel == TUNNEL_GRE)
		return ip + 4;
	return visit->packet.tunnel == TUNNEL_GUE ? ip + 8 + 4 : ip;
}

static void take_locally(const struct visit *visit);

static void take_tunnelled(const struct visit *visit)
{
	size_t header = outer_length(visit);
	struct visit inner;

	if (!visit->host->decapsulates || visit->host->tunnel != visit->packet.tunnel) {
		refuse(visit, ICMP_TYPE_UNREACHABLE, 2, ICMP6_TYPE_UNREACHABLE, 4);
		return;
	}
	inner = visit_of(visit->host, -1, visit->bytes + header, visit->length - header);
	if (host_has(visit->host, &inner.destination))
		take_locally(&inner);
	else
		forward(&inner);
}

static void take_locally(const struct visit *visit)
{
	const struct net_filter *filter = filter_of(visit);

	if (visit->packet.layers & LAYER_TUNNEL)
		take_tunnelled(visit);
	else if (filter && filter->reject)
		refuse(visit, ICMP_TYPE_UNREACHABLE, 13, ICMP6_TYPE_UNREACHABLE, 1);
	else if (filter)
		return;
	else if (is_for_director(visit))
		direct(visit);
	else if (visit->packet.layers & LAYER_TCP)
		take_tcp(visit);
	else if (visit->packet.layers & LAYER_UDP)
		take_udp(visit);
	else if (visit->packet.layers & LAYER_ICMP)
		take_icmp(visit);
}

void host_take_ip(struct net_host *host, int port, const uint8_t *bytes, size_t length)
{
	struct visit visit = visit_of(host, port, bytes, length);

	if (host_has(host, &visit.source)) /* martian */
		return;
	if (host_has(host, &visit.destination))
		take_locally(&visit);
	else if (!translate_back(&visit))
		forward(&visit);
}
