// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulated network's wires and clock, and the run of a prober in it. */
#include "test/unit/simulated_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/registry.h"

/* One hop of a frame. */
#define WIRE_DELAY (50 * NANOS_PER_MICRO)
#define START_TIME (INT64_C(1767225600) * NANOS_PER_SECOND)

struct net_event {
	nanos time;
	uint64_t order;
	struct net_host *host; /* who sends, or is called back */
	int port;              /* -1: called back */
	struct ip neighbour;
	uint32_t length;
	uint8_t *bytes;
};

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "simulated network: %s\n", what);
	abort();
}

uint32_t net_random(struct net *net)
{
	net->random = net->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(net->random >> 33);
}

/* --- events --- */

static bool is_before(const struct net_event *a, const struct net_event *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

static void swap(struct net_event *a, struct net_event *b)
{
	struct net_event kept = *a;

	*a = *b;
	*b = kept;
}

static void push(struct net *net, struct net_event event)
{
	uint32_t place = net->event_count++;

	if (net->event_count > net->event_room) {
		net->event_room = net->event_room ? net->event_room * 2 : 1024;
		net->events = reallocarray(net->events, net->event_room, sizeof *net->events);
		must(net->events != NULL, "out of memory");
	}
	event.order = net->event_order++;
	net->events[place] = event;
	for (; place > 0 && is_before(&net->events[place], &net->events[(place - 1) / 2]); place = (place - 1) / 2)
		swap(&net->events[place], &net->events[(place - 1) / 2]);
}

static struct net_event pop(struct net *net)
{
	struct net_event first = net->events[0];
	uint32_t place = 0, least = 0;

	net->events[0] = net->events[--net->event_count];
	do {
		place = least;
		for (uint32_t child = 2 * place + 1; child <= 2 * place + 2 && child < net->event_count; child++)
			if (is_before(&net->events[child], &net->events[least]))
				least = child;
		swap(&net->events[place], &net->events[least]);
	} while (place != least);
	return first;
}

void net_send(struct net_host *host, int port, const uint8_t *bytes, size_t length, nanos delay)
{
	struct net_event event = { .time = host->net->now + delay, .host = host, .port = port };

	event.length = (uint32_t)length;
	event.bytes = malloc(length);
	must(event.bytes != NULL, "out of memory");
	memcpy(event.bytes, bytes, length);
	push(host->net, event);
}

void net_call_later(struct net_host *host, const struct ip *neighbour, nanos delay)
{
	struct net_event event = { .time = host->net->now + delay, .host = host, .port = -1 };

	event.neighbour = *neighbour;
	push(host->net, event);
}

/* --- hosts --- */

struct net *net_new(uint64_t seed)
{
	struct net *net = calloc(1, sizeof *net);

	must(net && builder_open(&net->builder, NULL) == 0, "no network");
	net->random = seed;
	net->now = START_TIME;
	table_init(&net->half_open, 8, 16, 1 << 20, 0);
	return net;
}

void net_free(struct net *net)
{
	for (int i = 0; i < net->host_count; i++) {
		table_free(&net->hosts[i]->neighbours);
		table_free(&net->hosts[i]->connections);
		free(net->hosts[i]->many_routes);
		free(net->hosts[i]);
	}
	for (uint32_t i = 0; i < net->event_count; i++)
		free(net->events[i].bytes);
	free(net->events);
	table_free(&net->half_open);
	builder_close(&net->builder);
	free(net);
}

static struct ip parse(const char *text, uint8_t *prefix)
{
	char address[IP_TEXT_SIZE];
	const char *slash = strchr(text, '/');
	struct ip ip;

	snprintf(address, sizeof address, "%.*s", slash ? (int)(slash - text) : (int)strlen(text), text);
	must(ip_parse(address, &ip), text);
	*prefix = slash ? (uint8_t)atoi(slash + 1) : ip.family == 4 ? 32 : 128;
	return ip;
}

struct net_host *net_add_host(struct net *net, const char *name)
{
	struct net_host *host = calloc(1, sizeof *host);

	must(host && net->host_count < (int)(sizeof net->hosts / sizeof *net->hosts), "too many hosts");
	host->net = net;
	table_init(&host->connections, sizeof(struct net_connection), sizeof(struct net_connection), 1 << 16, 0);
	snprintf(host->name, sizeof host->name, "%s", name);
	net->hosts[net->host_count++] = host;
	return host;
}

int net_add_port(struct net_host *host, int segment, const char *mac)
{
	struct net_port *port = &host->ports[host->port_count];

	must(host->port_count < HOST_PORTS && mac_parse(mac, &port->mac), mac);
	port->segment = segment;
	return host->port_count++;
}

void net_add_address(struct net_host *host, int port, const char *address)
{
	struct net_address *added = &host->addresses[host->address_count++];

	must(host->address_count <= HOST_ADDRESSES, "too many addresses");
	added->ip = parse(address, &added->prefix);
	added->port = port;
}

void net_add_route(struct net_host *host, const char *network, int port, const char *via)
{
	struct net_route *route = &host->routes[host->route_count++];
	uint8_t bits;

	must(host->route_count <= HOST_ROUTES, "too many routes");
	route->ip = parse(network, &route->prefix);
	route->port = port;
	if (via)
		route->via = parse(via, &bits);
}

void net_add_service(struct net_host *host, const char *ip, uint16_t port, uint8_t protocol)
{
	struct net_service *service = &host->services[host->service_count++];
	uint8_t bits;

	must(host->service_count <= HOST_SERVICES, "too many services");
	if (ip)
		service->ip = parse(ip, &bits);
	service->port = port;
	service->protocol = protocol;
}

void net_add_filter(struct net_host *host, const char *ip, uint16_t port, bool reject)
{
	struct net_filter *filter = &host->filters[host->filter_count++];
	uint8_t bits;

	filter->ip = parse(ip, &bits);
	filter->port = port;
	filter->reject = reject;
}

void net_add_server(struct net_host *director, const char *ip)
{
	uint8_t bits;

	if (director->server_count < HOST_SERVERS)
		director->servers[director->server_count++] = parse(ip, &bits);
}

/* --- what a third party sees --- */

static void check_syn_ack(struct net *net, const struct packet *packet)
{
	struct {
		uint16_t ours, theirs;
		uint32_t acknowledged;
	} key = { .ours = packet->transport.destination_port,
		  .theirs = packet->transport.source_port,
		  .acknowledged = packet->transport.acknowledgement };
	bool made;
	uint8_t *open;

	if (!mac_equal(packet->destination, net->here->ports[0].mac))
		return;
	open = table_put(&net->half_open, &key, &made);
	must(open != NULL, "out of memory");
	net->half_opened += open[8] == 0;
	open[8] = 1;
}

static void check_reset(struct net *net, const struct packet *packet)
{
	struct {
		uint16_t ours, theirs;
		uint32_t acknowledged;
	} key = { .ours = packet->transport.source_port,
		  .theirs = packet->transport.destination_port,
		  .acknowledged = packet->transport.sequence };
	uint8_t *open = table_find(&net->half_open, &key);

	if (!open || !open[8])
		return;
	net->closed++;
	open[8] = 0;
}

static void check_own(struct net *net, const struct packet *packet)
{
	struct net_objections *objections = &net->objections;
	const struct ip *sender = packet->layers & LAYER_ARP ? &packet->arp.spa : &packet->ip.source;

	if (net->sent++ && net->now - net->last_sent < net->interval)
		objections->too_fast++;
	net->last_sent = net->now;
	if (!mac_equal(packet->source, net->here->ports[0].mac) ||
	    ((packet->layers & LAYER_ARP) && !mac_equal(packet->arp.sha, packet->source)) ||
	    (!ip_is_zero(sender) && !host_has(net->here, sender)) || ip_equal(sender, &net->here->vip))
		objections->forged++;
	if ((packet->layers & LAYER_ARP) &&
	    (packet->arp.operation != ARP_REQUEST || ip_equal(&packet->arp.spa, &packet->arp.tpa)))
		objections->announcements++;
	if ((packet->layers & LAYER_ND) && packet->nd.advert)
		objections->announcements++;
	if ((packet->layers & LAYER_TCP) && (packet->transport.flags & TCP_RST))
		check_reset(net, packet);
}

/* Everything that the prober's interface sends and receives. */
static void capture(struct net *net, const uint8_t *bytes, uint32_t length)
{
	struct frame frame = { .bytes = bytes,
			       .captured = length,
			       .length = length,
			       .time = net->now,
			       .number = ++net->frames,
			       .link_type = LINK_ETHERNET };
	struct packet packet;

	packet_decode(&frame, &packet);
	engine_eat(net->engine, &frame);
	if ((packet.layers & LAYER_TCP) && (packet.transport.flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
		check_syn_ack(net, &packet);
	if (net->prober)
		prober_eat(net->prober, &packet, net->now);
	if (net->scanner)
		scanner_eat(net->scanner, &packet, net->now);
}

/* --- wires --- */

static bool is_for(const struct net_port *port, const uint8_t *bytes)
{
	return (bytes[0] & 1) || memcmp(bytes, port->mac.b, sizeof port->mac.b) == 0;
}

/* A question to all reaches those alone who would do something about it: nobody else can be told from the outside. */
static bool cares(const struct net_host *host, int port, const struct packet *packet)
{
	if (!(packet->layers & LAYER_ARP) || !packet->group)
		return true;
	return host == host->net->here || host_cares_for(host, port, &packet->arp.tpa);
}

static bool gets_lost(struct net *net, const struct net_host *to, const struct net_host *from)
{
	return net->loss && (to == net->here || from == net->here) && net_random(net) % 1000 < net->loss;
}

static void deliver(struct net *net, const struct net_event *event)
{
	struct frame frame = {
		.bytes = event->bytes, .captured = event->length, .length = event->length, .link_type = LINK_ETHERNET
	};
	struct packet packet;

	packet_decode(&frame, &packet);
	for (int i = 0; i < net->host_count; i++) {
		struct net_host *host = net->hosts[i];

		for (int k = 0; k < host->port_count; k++) {
			if (host->down || host->ports[k].segment != event->host->ports[event->port].segment ||
			    (host == event->host && k == event->port) || !is_for(&host->ports[k], event->bytes) ||
			    !cares(host, k, &packet) || gets_lost(net, host, event->host))
				continue;
			if (host == net->here && k == 0)
				capture(net, event->bytes, event->length);
			net_receive(host, k, event->bytes, event->length);
		}
	}
}

static void happen(struct net *net)
{
	struct net_event event = pop(net);

	net->now = event.time;
	if (event.port < 0) {
		net_retry_neighbour(event.host, &event.neighbour);
		return;
	}
	if (event.host == net->here && event.port == 0)
		capture(net, event.bytes, event.length);
	net->now += WIRE_DELAY;
	if (!event.host->down)
		deliver(net, &event);
	net->now -= WIRE_DELAY;
	free(event.bytes);
}

/* --- the run --- */

static size_t next_frame(struct net *net, uint8_t *buffer, size_t size)
{
	return net->prober ? prober_next(net->prober, net->now, buffer, size)
			   : scanner_next(net->scanner, net->now, buffer, size);
}

static nanos next_deadline(const struct net *net)
{
	return net->prober ? prober_deadline(net->prober) : scanner_deadline(net->scanner);
}

static void ask(struct net *net)
{
	uint8_t buffer[PROBER_MAX_FRAME];
	struct frame frame = { .bytes = buffer, .link_type = LINK_ETHERNET };
	struct packet packet;
	size_t length;

	while ((length = next_frame(net, buffer, sizeof buffer)) > 0) {
		frame.captured = frame.length = (uint32_t)length;
		packet_decode(&frame, &packet);
		check_own(net, &packet);
		net_send(net->here, 0, buffer, length, 0);
	}
}

static nanos run(struct net *net)
{
	enum { PATIENCE = 600 };

	net->started = net->now;
	for (;;) {
		nanos deadline;

		ask(net);
		deadline = next_deadline(net);
		if (deadline == INT64_MAX)
			break;
		must(net->now - net->started < PATIENCE * NANOS_PER_SECOND, "it does not end");
		if (net->event_count && net->events[0].time <= deadline)
			happen(net);
		else
			net->now = deadline > net->now ? deadline : net->now;
	}
	/* The last frame is captured; nothing that comes later is. */
	while (net->event_count && net->events[0].time <= net->now)
		happen(net);
	net->objections.unanswered_syn_acks = net->half_opened - net->closed;
	return net->now - net->started;
}

static void start_engine(struct net *net, const struct topology *topology)
{
	struct engine_options options = { .rules = rules_all, .topology = topology, .seed = 1 };

	must(engine_new(&net->engine, &options, NULL) == 0 && engine_add_input(net->engine, "probe", NULL) == 0,
	     "no engine");
}

static void conclude(struct net *net, const char *command, struct report *report)
{
	struct capture_info info = { .format = "live", .link_type = LINK_ETHERNET, .frames = net->frames };

	engine_set_input_info(net->engine, 0, &info);
	must(engine_report(net->engine, command, report, NULL) == 0, "no report");
	engine_free(net->engine);
	net->engine = NULL;
}

static uint32_t list_own(const struct net_host *here, struct prober_address *own, struct ip *local,
			 uint32_t *local_count)
{
	uint32_t count = 0;

	for (int i = 0; i < here->address_count; i++) {
		if (here->addresses[i].port == 0)
			own[count++] = (struct prober_address){ here->addresses[i].ip, here->addresses[i].prefix };
		else
			local[(*local_count)++] = here->addresses[i].ip;
	}
	return count;
}

nanos net_run_probe(struct net *net, struct net_host *here, const struct topology *topology, struct report *report)
{
	struct prober_address own[HOST_ADDRESSES];
	struct ip local[HOST_ADDRESSES];
	struct prober_options options = {
		.mac = here->ports[0].mac, .own = own, .local = local, .topology = topology, .seed = net_random(net)
	};
	nanos duration;

	options.own_count = list_own(here, own, local, &options.local_count);
	net->here = here;
	start_engine(net, topology);
	must(prober_new(&net->prober, &options, NULL) == 0, "no prober");
	net->interval = NANOS_PER_SECOND / prober_pace(net->prober);
	duration = run(net);
	must(prober_done(net->prober) && !prober_is_short_of_memory(net->prober), "not done");
	prober_free(net->prober);
	net->prober = NULL;
	conclude(net, "probe", report);
	return duration;
}

nanos net_run_scan(struct net *net, struct net_host *here, const char *network, struct report *report)
{
	struct prober_address own[HOST_ADDRESSES];
	struct ip local[HOST_ADDRESSES];
	struct scanner_options options = { .mac = here->ports[0].mac, .own = own };
	uint32_t local_count = 0;
	nanos duration;

	must(scanner_parse(network, &options.network, &options.prefix, NULL) == 0, network);
	options.own_count = list_own(here, own, local, &local_count);
	net->here = here;
	start_engine(net, NULL);
	must(scanner_new(&net->scanner, &options, NULL) == 0, "no scanner");
	net->interval = 0;
	duration = run(net);
	must(scanner_done(net->scanner), "not done");
	scanner_free(net->scanner);
	net->scanner = NULL;
	conclude(net, "scan", report);
	return duration;
}
